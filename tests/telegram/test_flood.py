"""Flood control: one kind notice, then silence; an inquiry already begun is never cut off."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import SendMessage

from bot.domain.flood import MOST_STEPS
from tests.telegram.inside import GROUP, IDS, Inside, inside

LIMIT = 5


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path, flood_limit=LIMIT) as built:
        yield built


def _notices(house: Inside) -> int:
    sent = [one for one in house.session.calls if isinstance(one, SendMessage)]
    return sum("very fast" in str(one.text) for one in sent)


async def test_above_the_limit_there_is_one_notice_and_then_silence(house: Inside) -> None:
    seen = [await house.writes(IDS["visitor"], text="/help") for _ in range(4 * LIMIT)]
    assert [bool(one.handlers) for one in seen] == [True] * LIMIT + [False] * (3 * LIMIT)
    assert _notices(house) == 1


async def test_taps_above_the_limit_are_answered_all_the_same(house: Inside) -> None:
    for _ in range(2 * LIMIT):
        house.session.calls.clear()
        await house.taps(IDS["visitor"], "go:visa")
        assert len(house.session.answers()) == 1


async def test_one_persons_flood_is_nobody_elses_trouble(house: Inside) -> None:
    for _ in range(4 * LIMIT):
        await house.writes(IDS["visitor"], text="/help")
    assert (await house.writes(IDS["viewer"], text="/help")).handlers == ["start.help_command"]


async def test_what_was_let_pass_counts_once_however_often_it_is_handled_again(house: Inside) -> None:
    """As in an outage, when every answer is lost."""
    await house.writes(IDS["visitor"], text="/help")
    for _ in range(4 * LIMIT):
        assert (await house.again()).handlers == ["start.help_command"]
    assert (await house.writes(IDS["visitor"], text="/help")).handlers == ["start.help_command"]
    assert _notices(house) == 0


async def test_an_inquiry_already_begun_is_never_cut_off(house: Inside) -> None:
    visitor = IDS["visitor"]
    for _ in range(2 * LIMIT):
        await house.writes(visitor, text="/help")
    await house.in_state(visitor, visitor, "confirm", {"section": "visa", "text": "A question"})
    assert (await house.taps(visitor, "draft:send:")).handlers == ["asking.send"]


async def test_who_works_here_is_not_slowed_down(house: Inside) -> None:
    for _ in range(3 * LIMIT):
        assert (await house.writes(IDS["staff"], text="/help")).handlers == ["start.help_command"]


# ---- what belongs to an inquiry already begun


async def _flood(house: Inside, person: str = "visitor") -> None:
    for _ in range(2 * LIMIT):
        await house.writes(IDS[person], text="/help")


async def _form(house: Inside, visitor: int) -> None:
    await house.taps(visitor, "fill:begin:trade-delegation:")
    assert (await house.app.stores.sessions.get(visitor, visitor)).state == "form"


async def test_thirty_quick_messages_into_a_question_are_all_in_it(house: Inside) -> None:
    visitor = IDS["visitor"]
    await house.writes(visitor, text="/ask word")
    for number in range(30):
        await house.writes(visitor, text=f"word {number}.")
    text = (await house.app.stores.sessions.get(visitor, visitor)).data["text"]
    assert [number for number in range(30) if f"word {number}." not in text] == []
    assert _notices(house) == 0


async def test_each_of_thirty_quick_answers_reaches_the_form(house: Inside) -> None:
    visitor = IDS["visitor"]
    await _form(house, visitor)
    seen = [await house.writes(visitor, text=f"answer {number}") for number in range(30)]
    assert {tuple(one.handlers) for one in seen} == {("forms.answer",)}
    assert (await house.app.stores.sessions.get(visitor, visitor)).state == "form"


async def test_a_change_of_what_was_written_counts_also_in_the_silence(house: Inside) -> None:
    await _flood(house)
    assert (await house.writes(IDS["visitor"], edited=True, text="Other words")).handlers


async def test_what_goes_on_with_an_inquiry_gets_through_also_in_the_silence(house: Inside) -> None:
    visitor = IDS["visitor"]
    await _flood(house)
    await house.in_state(visitor, visitor, "", {"thread": "KH-2222-22"})
    assert (await house.writes(visitor, text="More of it")).handlers
    await house.in_state(visitor, visitor, "add", {"code": "KH-2222-22"})
    assert (await house.writes(visitor, text="More of it")).handlers
    await house.in_state(visitor, visitor, "", {})
    assert not (await house.writes(visitor, text="Something else")).handlers
    own = {"id": 42, "is_bot": True, "first_name": "House"}
    answered = {
        "message_id": 5,
        "date": 1,
        "text": "x",
        "from": own,
        "chat": {"id": visitor, "type": "private"},
    }
    assert (await house.writes(visitor, text="About that", reply_to_message=answered)).handlers


async def test_an_album_counts_as_one_message_and_all_its_parts_arrive(house: Inside) -> None:
    visitor = IDS["visitor"]
    photo = [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]
    for _ in range(LIMIT - 1):
        await house.writes(visitor, text="/help")
    parts = [await house.writes(visitor, photo=photo, media_group_id="77") for _ in range(10)]
    assert all(one.handlers for one in parts)
    draft = await house.app.stores.sessions.get(visitor, visitor)
    assert (draft.state, len(draft.data["attachments"])) == ("confirm", 10)
    assert _notices(house) == 0


async def test_a_made_up_album_of_a_thousand_parts_is_a_flood(house: Inside) -> None:
    visitor = IDS["visitor"]
    await house.in_state(visitor, visitor, "", {})
    dice = {"emoji": "x", "value": 1}
    seen = [await house.writes(visitor, dice=dice, media_group_id="77") for _ in range(100)]
    assert sum(bool(one.handlers) for one in seen) <= 10 + LIMIT
    assert _notices(house) == 1


async def test_steps_have_a_limit_too_and_what_was_written_before_stays(house: Inside) -> None:
    visitor = IDS["visitor"]
    await house.writes(visitor, text="/ask The question that counts")
    for _ in range(MOST_STEPS):
        await house.taps(visitor, "draft:sections:")
    assert not (await house.taps(visitor, "draft:sections:")).handlers
    assert _notices(house) == 1
    draft = await house.app.stores.sessions.get(visitor, visitor)
    assert (draft.state, draft.data["text"]) == ("confirm", "The question that counts")


async def test_looking_something_up_begins_no_inquiry_and_opens_no_door(house: Inside) -> None:
    for number in range(4 * LIMIT):
        await house.writes(IDS["visitor"], text=f"visa fee {number}")
    assert _notices(house) == 1
    assert not (await house.writes(IDS["visitor"], text="visa fee")).handlers


async def test_a_banned_person_is_told_why_and_then_passed_over_like_any_other(house: Inside) -> None:
    for _ in range(4 * LIMIT):
        await house.writes(IDS["banned"], text="Let me in")
    texts = [str(one.text) for one in house.session.calls if isinstance(one, SendMessage)]
    assert (len(texts), _notices(house)) == (LIMIT + 1, 1)


async def test_members_of_the_staff_group_are_not_slowed_down_there(house: Inside) -> None:
    seen = [await house.writes(IDS["visitor"], chat_id=GROUP, text="/find visa") for _ in range(3 * LIMIT)]
    assert all(one.handlers for one in seen)


# ---- length


async def test_what_does_not_fit_into_a_question_is_refused_at_once_and_what_is_in_it_stays(
    house: Inside,
) -> None:
    visitor = IDS["visitor"]
    await house.writes(visitor, text="/ask The beginning")
    seen = [await house.writes(visitor, text="x" * 4096) for _ in range(5)]
    assert [one.refusals for one in seen] == [[], [], [], ["TooLong"], ["TooLong"]]
    draft = (await house.app.stores.sessions.get(visitor, visitor)).data
    assert draft["text"].startswith("The beginning")
    assert len(draft["text"]) <= 16_000
    assert (await house.taps(visitor, "draft:send:")).refusals == []


async def test_more_files_than_a_question_carries_are_refused_and_none_is_lost_in_silence(
    house: Inside,
) -> None:
    visitor = IDS["visitor"]
    photo = [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]
    await house.writes(visitor, text="/ask With photos")
    seen = [await house.writes(visitor, photo=photo) for _ in range(22)]
    assert [one.refusals for one in seen] == [[]] * 20 + [["TooManyFiles"]] * 2
    draft = (await house.app.stores.sessions.get(visitor, visitor)).data
    assert len(draft["attachments"]) == 20
    told = [str(one.text) for one in house.session.calls if isinstance(one, SendMessage)]
    assert sum("At most 20 files" in text for text in told) == 2
