"""An update is handled again when a crash or a lost connection came before its answer: it means the same."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.methods import SendMessage

from bot.domain.counter import Question
from bot.domain.delivery import Owed
from bot.domain.inquiries import Author
from bot.domain.messages import Copy, MessageRef, NoticeKind, Words
from tests.telegram.inside import BOT_ID, GROUP, IDS, Inside, inside

CARD = 77
STAFF, VISITOR = IDS["staff"], IDS["visitor"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


async def _asked(house: Inside) -> str:
    """An inquiry with a card in the staff group; gives its code."""
    person = await house.app.stores.people.get(VISITOR)
    assert person is not None
    words = Words(text="Is my case difficult?", source=MessageRef(chat_id=VISITOR, message_id=3))
    code = (await house.app.counter.submit(person, Question(section="visa", words=words), cause="x:1")).code
    ref = MessageRef(chat_id=GROUP, message_id=CARD)
    card = Copy(ref=ref, code=code, post_id=0, kind=NoticeKind.CARD)
    await house.app.stores.outbox.sent([], [card], house.app.clock.now())
    return code


async def _owed(house: Inside) -> list[Owed]:
    late = house.app.clock.now() + timedelta(hours=1)
    owed: list[Owed] = []
    while found := await house.app.stores.outbox.claim("test", limit=9, lease=timedelta(0), now=late):
        owed += found
        await house.app.stores.outbox.sent([one.id for one in found], [], late)
    return owed


async def test_a_note_stays_a_note_however_often_it_is_handled(house: Inside) -> None:
    code = await _asked(house)
    await _owed(house)
    await house.in_state(STAFF, GROUP, "note", {"code": code})
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "House"}
    card = {"message_id": CARD, "date": 1, "text": code, "from": bot}
    card |= {"chat": {"id": GROUP, "type": "supergroup", "title": "Group"}}
    words = "Ask the consul first."
    first = await house.writes(STAFF, chat_id=GROUP, text=words, reply_to_message=card)
    assert first.handlers == ["desk.noted"]
    for _ in range(2):
        assert (await house.again()).handlers == ["desk.noted_before"]
    posts = (await house.app.stores.inquiries.get(code)).posts
    assert [post.author for post in posts] == [Author.VISITOR, Author.NOTE]
    kinds = {one.notice.kind for one in await _owed(house)}
    assert NoticeKind.POST_TO_VISITOR not in kinds
    assert (
        sum("Note kept" in str(one.text) for one in house.session.calls if isinstance(one, SendMessage)) == 3
    )


@pytest.mark.parametrize(("state", "says"), [("note", "Note kept"), ("answer", "on its way")])
async def test_what_staff_write_in_private_is_kept_once_and_is_no_question(
    house: Inside, state: str, says: str
) -> None:
    code = await _asked(house)
    await house.in_state(STAFF, STAFF, state, {"code": code})
    assert (await house.writes(STAFF, text="Ask the consul first.")).handlers == ["cards.written"]
    house.session.calls.clear()
    assert (await house.again()).handlers == ["cards.written_before"]
    (said,) = [one for one in house.session.calls if isinstance(one, SendMessage)]
    assert says in said.text
    assert len((await house.app.stores.inquiries.get(code)).posts) == 2


async def test_a_comment_to_a_rating_is_no_question(house: Inside) -> None:
    code = await _asked(house)
    await house.in_state(VISITOR, VISITOR, "rate", {"code": code, "stars": 5})
    assert (await house.writes(VISITOR, text="Very kind")).handlers == ["threads.commented"]
    assert (await house.again()).handlers == ["threads.commented_before"]
    assert (await house.app.stores.inquiries.get(code)).inquiry.rating_comment == "Very kind"


async def test_what_is_added_with_an_album_is_confirmed_though_the_first_try_was_cut_off(
    house: Inside,
) -> None:
    code = await _asked(house)
    await house.in_state(VISITOR, VISITOR, "add", {"code": code, "thread": code})
    photo = [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]
    await house.writes(VISITOR, photo=photo, media_group_id="7", caption="my passport")
    house.session.calls.clear()
    await house.again()
    (said,) = [one for one in house.session.calls if isinstance(one, SendMessage)]
    assert said.text.startswith("Added to")
    house.session.calls.clear()
    await house.writes(VISITOR, photo=photo, media_group_id="7")
    assert not [one for one in house.session.calls if isinstance(one, SendMessage)]
    assert len((await house.app.stores.inquiries.get(code)).posts) == 3


async def test_a_question_that_waits_already_is_shown_and_not_asked_for_again(house: Inside) -> None:
    await house.writes(VISITOR, text="visa fee")
    house.session.calls.clear()
    house.session.cut = 0
    first = await house.taps(VISITOR, "draft:person:")
    assert first.handlers == ["search.ask_person"]
    house.session.calls.clear()
    assert (await house.again()).handlers == ["search.ask_person"]
    shown = [str(getattr(one, "text", "")) for one in house.session.calls]
    assert any("Shall we send" in text and "visa fee" in text for text in shown), shown
    assert (await house.app.stores.sessions.get(VISITOR, VISITOR)).state == "confirm"
