"""Flood control: one kind notice, then silence; an inquiry already begun is never cut off."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import SendMessage

from tests.telegram.inside import IDS, Inside, inside

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


async def test_an_inquiry_already_begun_is_never_cut_off(house: Inside) -> None:
    visitor = IDS["visitor"]
    for _ in range(2 * LIMIT):
        await house.writes(visitor, text="/help")
    await house.in_state(visitor, visitor, "confirm", {"section": "visa", "text": "A question"})
    assert (await house.taps(visitor, "draft:send:")).handlers == ["asking.send"]


async def test_who_works_here_is_not_slowed_down(house: Inside) -> None:
    for _ in range(3 * LIMIT):
        assert (await house.writes(IDS["staff"], text="/help")).handlers == ["start.help_command"]
