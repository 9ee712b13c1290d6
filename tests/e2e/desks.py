"""The desk seen from outside: asking, cards, replies."""

import re
from collections.abc import Callable
from typing import Any

from tests.driver import STAFF_GROUP, PersonDriver, buttons_of, text_of
from tests.e2e.house import House, styled

Json = dict[str, Any]
CODE = re.compile(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}")
BILAL, AYESHA, AIGERIM, SANA, DAULET, ADMIN = 1002, 1001, 1003, 2001, 2002, 3001
PATIENCE = 25.0


class Desk:
    """A House whose staff chat is watched."""

    def __init__(self, house: House, *, is_forum: bool = False) -> None:
        self.house = house
        self.stand = house.stand
        self.is_forum = is_forum
        self.visitor = house.stand.as_person(BILAL)
        self.staff = house.stand.as_person(SANA)
        self.colleague = house.stand.as_person(DAULET)

    async def ask(self, text: str, person: PersonDriver | None = None) -> str:
        """Ask by /ask and Send; gives the code of the receipt."""
        visitor = person or self.visitor
        asked = await visitor.says(f"/ask {text}")
        summary = await visitor.sees(text, after=asked["message_id"], timeout=PATIENCE)
        await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
        receipt = await self.stand.wait_message(
            visitor.id, _is_receipt, after=asked["message_id"], timeout=PATIENCE
        )
        found = CODE.search(text_of(receipt))
        assert found
        return found[0]

    async def card(self, code: str, *, has: str = "", after: int = 0) -> Json:
        """Wait for the newest card of an inquiry that contains a text."""

        def is_card(message: Json) -> bool:
            data = {one.get("callback_data", "") for one in buttons_of(message)}
            is_it = any(one.startswith("card:") and code in one for one in data)
            return is_it and text_of(message).startswith(code) and has in text_of(message)

        return await self.group(is_card, after=after)

    async def group(self, is_wanted: Callable[[Json], bool], *, after: int = 0) -> Json:
        """Wait for the newest message of the bot in the staff chat that fits."""
        return await self.stand.wait_message(STAFF_GROUP, is_wanted, after=after, timeout=PATIENCE)

    async def shows(self, text: str, *, after: int = 0) -> Json:
        """Wait for a message in the staff chat that contains a text."""
        return await self.group(lambda message: text in text_of(message), after=after)

    async def reply(self, card: Json, text: str, person: PersonDriver | None = None) -> Json:
        """Staff answer by replying to a message."""
        return await (person or self.staff).says(text, chat=STAFF_GROUP, reply_to=card["message_id"])

    async def tap(self, card: Json, label: str, person: PersonDriver | None = None) -> Json:
        """Tap a button of a message in the staff chat; gives the answer to the tap."""
        tapped = await (person or self.staff).taps(label, chat=STAFF_GROUP, message_id=card["message_id"])
        return await self.stand.wait_answer(tapped["query_id"], timeout=PATIENCE)

    async def gets(self, text: str, person: PersonDriver | None = None) -> Json:
        """Wait until the visitor sees a text."""
        return await (person or self.visitor).sees(text, timeout=PATIENCE)


def _is_receipt(message: Json) -> bool:
    return any("copy_text" in one for one in buttons_of(message))
