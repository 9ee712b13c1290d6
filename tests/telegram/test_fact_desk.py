"""The fact desk as editors use it: wrong values, two at once, old buttons, rights taken away meanwhile."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.domain.fact_desk import FactDesk
from bot.domain.rights import Role
from tests.telegram.inside import IDS, Inside, inside

PHONE = "contacts_phone"
EDITOR, ADMIN = IDS["editor"], IDS["admin"]
FIRST, SECOND = "+92 42 35870000", "+92 42 35871111"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


def _desk(house: Inside) -> FactDesk:
    desk: FactDesk = house.app.dispatcher.workflow_data["fact_desk"]
    return desk


def _said(house: Inside, person: int) -> str:
    """The newest screen of a person."""
    texts = [
        str(getattr(one, "text", ""))
        for one in house.session.calls
        if getattr(one, "chat_id", 0) == person and getattr(one, "text", "")
    ]
    return texts[-1]


async def _fill_in(house: Inside, person: int, *answers: str) -> None:
    """Begin a change and answer its questions."""
    await house.taps(person, f"fact:change:{PHONE}:0")
    await _answer(house, person, *answers)


async def _answer(house: Inside, person: int, *answers: str) -> None:
    """By a tap for what begins with a colon, else by a message."""
    for answer in answers:
        if answer.startswith(":"):
            await house.taps(person, f"fact:pick{answer}:0")
        else:
            await house.writes(person, text=answer)


WHOLE = (FIRST, "Letter of the House", ":today", ":90", ":official")


async def test_of_two_editors_the_second_is_told_and_sees_what_stands(house: Inside) -> None:
    await _fill_in(house, EDITOR, *WHOLE)
    await _fill_in(house, ADMIN, SECOND, *WHOLE[1:])
    await house.taps(EDITOR, "fact:publish::0")
    await house.taps(ADMIN, "fact:publish::0")
    assert "changed by somebody else" in _said(house, ADMIN)
    assert "35870000" in _said(house, ADMIN).replace(" ", "")
    assert _desk(house).get(PHONE).phone == "+924235870000"
    await house.taps(ADMIN, "fact:publish::0")
    assert "No change is open" in _said(house, ADMIN)
    await _fill_in(house, ADMIN, SECOND, *WHOLE[1:])
    await house.taps(ADMIN, "fact:publish::0")
    assert _desk(house).get(PHONE).phone == "+924235871111"


async def test_undo_takes_back_only_the_change_that_was_seen(house: Inside) -> None:
    await _fill_in(house, EDITOR, *WHOLE)
    await house.taps(EDITOR, "fact:publish::0")
    seen = _desk(house).last(PHONE)
    await _fill_in(house, ADMIN, SECOND, *WHOLE[1:])
    await house.taps(ADMIN, "fact:publish::0")
    for act in ("undo", "unknown"):
        await house.taps(EDITOR, f"fact:{act}:{PHONE}:{seen}")
        assert "changed by somebody else" in _said(house, EDITOR)
        assert _desk(house).get(PHONE).phone == "+924235871111"
    await house.taps(EDITOR, f"fact:undo:{PHONE}:{_desk(house).last(PHONE)}")
    assert _desk(house).get(PHONE).phone == "+924235870000"


WRONG: Sequence[tuple[tuple[str, ...], str]] = (
    ((), "call us"),
    ((), "<b>+92</b>"),
    ((), "9" * 5000),
    ((FIRST,), "x" * 1001),
    (WHOLE[:2], "2026-13-45"),
    (WHOLE[:2], "tomorrow"),
    (WHOLE[:2], "2999-01-01"),
    (WHOLE[:2], "23/11/26"),
    (WHOLE[:3], "2020-01-01"),
    (WHOLE[:3], ":7"),
    (WHOLE[:4], "quite sure"),
)
"""What was answered before, and an answer that is none."""


async def test_what_is_no_such_value_is_asked_for_again(house: Inside) -> None:
    for before, wrong in WRONG:
        await _fill_in(house, EDITOR, *before, wrong)
        assert "This does not fit here." in _said(house, EDITOR), wrong
        await house.taps(EDITOR, "fact:publish::0")
        assert _desk(house).get(PHONE).unknown
        await _answer(house, EDITOR, *WHOLE[len(before) :])
        assert "This is what visitors will read" in _said(house, EDITOR), wrong


async def test_a_button_of_an_earlier_question_answers_no_other(house: Inside) -> None:
    await _fill_in(house, EDITOR, FIRST)
    await house.taps(EDITOR, "fact:pick:today:0")
    assert "Who says so?" in _said(house, EDITOR)


async def test_the_words_of_a_source_are_words(house: Inside) -> None:
    await _fill_in(house, EDITOR, FIRST, "<a href='tg://user?id=1'>Consul</a> {n}", *WHOLE[2:])
    await house.taps(EDITOR, "fact:publish::0")
    assert "&lt;a href" in _said(house, EDITOR)
    assert "<a href" not in _said(house, EDITOR)


async def test_who_lost_the_right_meanwhile_publishes_nothing(house: Inside) -> None:
    await _fill_in(house, EDITOR, *WHOLE)
    await house.app.stores.people.give_role(EDITOR, Role.VISITOR, protected=frozenset())
    seen = await house.taps(EDITOR, "fact:publish::0")
    assert seen.not_allowed
    assert _desk(house).get(PHONE).unknown
    written = await house.writes(EDITOR, text=SECOND)
    assert "facts.typed" not in written.handlers
