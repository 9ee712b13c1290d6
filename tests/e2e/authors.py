"""Admins who announce, and the readers they write to."""

import re
from datetime import datetime, timedelta

from bot.domain.clock import SystemClock
from bot.simulator.people import ADMIN
from tests.driver import Json, PersonDriver, Stand, text_of
from tests.e2e.house import labels, styled

READERS = {1001: "اردو", 1002: "English", 1003: "Қазақша"}
"""Who reads what, by the label of the button."""


class ShiftedClock:
    """The machine's clock, set forward or back by the test. Implements ``bot.domain.clock.Clock``."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._by = timedelta(0)

    def now(self) -> datetime:
        """The moment it shows."""
        return self._clock.now() + self._by

    def move(self, by: timedelta) -> None:
        """Set it forward, or back."""
        self._by += by

    def show(self, moment: datetime) -> None:
        """Set it to a moment."""
        self._by = moment - self._clock.now()


async def subscribe(stand: Stand, *people: int) -> None:
    """Let people choose their language and say yes to announcements."""
    for one in people:
        visitor = stand.as_person(one)
        await visitor.starts()
        await visitor.sees("Choose your language")
        await visitor.taps(READERS[one])
        await visitor.says("/subscribe")
        await stand.wait_message(one, lambda message: "/stop" in text_of(message))


async def reads_english(stand: Stand, person: int = ADMIN) -> None:
    """Let an admin choose English."""
    admin = stand.as_person(person)
    await admin.starts()
    await admin.sees("Choose your language")
    await admin.taps("English")
    await stand.wait_message(person, lambda message: "Visas" in str(labels(message)))


async def copies(stand: Stand, person: int, text: str) -> list[Json]:
    """The messages of the bot that say just this."""
    return [one for one in await stand.from_bot(person) if text_of(one) == text]


class Author:
    """An admin at one announcement: sees only what came after it was begun."""

    def __init__(self, stand: Stand, after: int, person: int = ADMIN) -> None:
        self.hands: PersonDriver = stand.as_person(person)
        self._stand = stand
        self._after = after
        self.number = 0

    async def sees(self, wanted: str, *, after: int = 0, timeout: float = 10.0) -> Json:  # noqa: ASYNC109
        """Wait for a text."""
        return await self.hands.sees(wanted, after=max(after, self._after), timeout=timeout)

    async def taps(self, button: str, then: str) -> Json:
        """Tap a button and wait for what it shows."""
        await self.hands.taps(button)
        return await self.sees(then)

    async def steps(self, act: str, screen: Json, arg: str = "") -> Json:
        """Tap a button of this announcement by what it carries; gives the tap."""
        data = f"cast:{act}:{self.number}:{arg}"
        return await self.hands.taps_data(data, message_id=screen["message_id"])

    async def says(self, text: str, then: str) -> Json:
        """Write, and wait for the answer."""
        said = await self.hands.says(text)
        return await self.sees(then, after=said["message_id"])

    async def answer(self, tap: Json) -> str:
        """What a tap is answered with."""
        return str((await self._stand.wait_answer(tap["query_id"]))["text"])

    async def writes(self, language: str, text: str) -> Json:
        """Write a version; gives the draft as it is shown then."""
        await self.taps(language, "Write the announcement")
        return await self.says(text, "recipient")

    async def sends(self, screen: Json, then: str) -> Json:
        """Let it go; gives the board."""
        return await self.taps(styled(screen, "success"), then)

    async def narrows_to_english(self) -> Json:
        """Only readers of English; gives the draft."""
        await self.taps("Audience", "Who shall get it?")
        await self.taps("Languages", "Readers of which languages?")
        await self.taps("English", "1 recipient")
        await self.taps("Back", "Only readers of: English")
        return await self.taps("Back", "Starts at once")


async def drafts(stand: Stand, person: int = ADMIN) -> Author:
    """An admin who has just begun an announcement."""
    admin = stand.as_person(person)
    asked = (await admin.says("/broadcast"))["message_id"]
    await stand.wait_message(person, lambda one: "New announcement" in labels(one), after=asked)
    author = Author(stand, asked, person)
    draft = await author.taps("New announcement", "Starts at once")
    found = re.search(r"Announcement (\d+)", text_of(draft))
    assert found
    author.number = int(found[1])
    return author
