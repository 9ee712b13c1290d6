"""Cards that were sent just before a kill, so that nobody noted them: who touches one makes it known."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import DeleteMessage, EditMessageText

from bot.domain.codes import new_code
from bot.domain.counter import Question
from bot.domain.messages import NoticeKind, Words
from tests.contracts.examples import LEASE
from tests.telegram.inside import BOT_ID, GROUP, IDS, Inside, inside

STRAY = 4
"""The card that was not noted; the one that was sent for it after the restart has a larger number."""
BUTTONS = {"inline_keyboard": [[{"text": "Take it", "callback_data": "x"}]]}
Json = dict[str, Any]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


async def _asked(house: Inside) -> str:
    """An inquiry whose card was sent, lost to a kill, sent again and noted; gives its code."""
    person = await house.app.stores.people.get(IDS["visitor"])
    assert person is not None
    question = Question(section="visa", words=Words(text="My secret words"))
    code = (await house.app.counter.submit(person, question, cause="test")).code
    await _deliver(house)
    return code


async def _forgotten(house: Inside) -> None:
    await house.app.privacy.forget(IDS["visitor"], cause="test:forget")
    house.session.calls.clear()
    await _deliver(house)


def _card(code: str, number: int = STRAY, **changes: Any) -> Json:
    """A message of the bot in the staff chat, as Telegram shows it with a tap or a reply."""
    chat = {"id": GROUP, "type": "supergroup", "title": "Staff"}
    own = {"id": BOT_ID, "is_bot": True, "first_name": "House"}
    shown = {"text": f"{code} \u00b7 Visa \u00b7 New\n\nMy secret words", "reply_markup": BUTTONS}
    return {"message_id": number, "date": 1, "chat": chat, "from": own, **shown, **changes}


async def _taps(house: Inside, card: Json, code: str, step: str = "claim") -> None:
    who = {"id": IDS["staff"], "is_bot": False, "first_name": "Sana"}
    tap = {"id": "1", "chat_instance": "1", "data": f"card:{step}:{code}:", "from": who, "message": card}
    assert (await house.gets({"callback_query": tap})).crash is None


async def _answers(house: Inside, card: Json) -> None:
    seen = await house.writes(IDS["staff"], chat_id=GROUP, text="At the embassy.", reply_to_message=card)
    assert seen.crash is None


async def _deliver(house: Inside) -> None:
    """Whatever is owed, in order."""
    outbox, now = house.app.stores.outbox, house.app.clock.now() + LEASE
    while owed := await outbox.claim("test", limit=9, lease=LEASE, now=now):
        for one in owed:
            delivery = await house.app.courier._messenger.deliver([one])
            await outbox.sent([one.id], delivery.sent, now)


async def _cards(house: Inside, code: str) -> list[int]:
    """The numbers of the cards that are known, the oldest first."""
    copies = await house.app.stores.inquiries.copies(code, 0)
    cards = [one.ref for one in copies if one.kind is NoticeKind.CARD]
    assert {one.chat_id for one in cards} == {GROUP}
    return sorted(one.message_id for one in cards)


def _erased_at(house: Inside) -> list[int]:
    """The messages of the group that were rewritten as erased."""
    edits = [one for one in house.session.calls if isinstance(one, EditMessageText) and one.chat_id == GROUP]
    return [int(one.message_id or 0) for one in edits if "Erased at the person’s request" in str(one.text)]


def _deleted(house: Inside) -> list[int]:
    return [one.message_id for one in house.session.calls if isinstance(one, DeleteMessage)]


async def test_a_stray_that_is_tapped_is_known_and_emptied_like_any_other(house: Inside) -> None:
    code = await _asked(house)
    (again,) = await _cards(house, code)
    assert again > STRAY
    await _taps(house, _card(code), code)
    assert await _cards(house, code) == [STRAY, again]
    await _deliver(house)
    await _forgotten(house)
    assert (_erased_at(house), _deleted(house)) == ([STRAY], [again])


async def test_a_stray_that_is_answered_is_known_and_the_visitor_gets_the_answer(house: Inside) -> None:
    code = await _asked(house)
    await _answers(house, _card(code))
    assert STRAY in await _cards(house, code)
    answer = (await house.app.stores.inquiries.get(code)).posts[-1]
    assert answer.text == "At the embassy."


@pytest.mark.parametrize("step", ["claim", "close", "answer"])
async def test_a_stray_of_an_erased_inquiry_is_emptied_as_soon_as_it_is_tapped(
    house: Inside, step: str
) -> None:
    code = await _asked(house)
    await _forgotten(house)
    assert STRAY not in _erased_at(house)
    await _taps(house, _card(code), code, step)
    house.session.calls.clear()
    await _deliver(house)
    assert _erased_at(house) == [STRAY]


async def test_a_stray_of_an_erased_inquiry_is_emptied_as_soon_as_it_is_answered(house: Inside) -> None:
    code = await _asked(house)
    await _forgotten(house)
    await _answers(house, _card(code))
    house.session.calls.clear()
    await _deliver(house)
    assert _erased_at(house) == [STRAY]


async def test_what_is_no_card_of_the_bot_stays_unknown(house: Inside) -> None:
    code = await _asked(house)
    known = await _cards(house, code)
    sana = {"id": IDS["staff"], "is_bot": False, "first_name": "Sana"}
    private = {"id": IDS["staff"], "type": "private", "first_name": "Sana"}
    for changes in (
        {"text": f"2 new inquiries\n{code}"},
        {"text": f"about {code}"},
        {"text": new_code()},
        {"reply_markup": None},
        {"from": sana},
    ):
        card = {name: value for name, value in _card(code, **changes).items() if value is not None}
        await _answers(house, card)
        await _taps(house, card, code, "read")
    await _taps(house, _card(code, chat=private), code, "read")
    assert await _cards(house, code) == known
