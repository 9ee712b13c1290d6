"""The contract of ``Marks``."""

import asyncio
from datetime import timedelta

from bot.domain.marks import my_turn
from tests.contracts.conftest import Stores
from tests.contracts.examples import NOW


async def test_an_unknown_mark_is_none(stores: Stores) -> None:
    assert await stores.marks.get("digest") is None


async def test_a_mark_keeps_the_last_value(stores: Stores) -> None:
    await stores.marks.set("digest", "2026-05-03")
    await stores.marks.set("digest", "2026-05-04")
    assert await stores.marks.get("digest") == "2026-05-04"


async def test_a_change_from_another_value_is_refused(stores: Stores) -> None:
    await stores.marks.set("digest", "2026-05-03")
    assert not await stores.marks.change("digest", "2026-05-02", "2026-05-04")
    assert not await stores.marks.change("digest", None, "2026-05-04")
    assert await stores.marks.change("digest", "2026-05-03", "2026-05-04")
    assert await stores.marks.get("digest") == "2026-05-04"


async def test_a_change_of_an_absent_mark_needs_none(stores: Stores) -> None:
    assert not await stores.marks.change("staff_chat", "-1", "-2")
    assert await stores.marks.change("staff_chat", None, "-2")


async def test_of_many_who_change_a_mark_at_once_one_wins(stores: Stores) -> None:
    await stores.marks.set("day", "old")
    won = await asyncio.gather(*(stores.marks.change("day", "old", f"new {i}") for i in range(10)))
    assert sum(won) == 1


async def test_of_many_processes_one_has_the_turn_until_the_next_is_due(stores: Stores) -> None:
    async def turn(later: timedelta) -> bool:
        return await my_turn(stores.marks, "tidy", every=timedelta(minutes=10), now=NOW + later)

    assert sum(await asyncio.gather(*(turn(timedelta(0)) for _ in range(5)))) == 1
    assert not await turn(timedelta(minutes=9))
    assert sum(await asyncio.gather(*(turn(timedelta(minutes=10)) for _ in range(5)))) == 1


async def test_a_turn_in_the_future_comes_from_a_clock_that_was_set_back(stores: Stores) -> None:
    assert await my_turn(stores.marks, "tidy", every=timedelta(minutes=10), now=NOW + timedelta(days=1))
    assert await my_turn(stores.marks, "tidy", every=timedelta(minutes=10), now=NOW)
