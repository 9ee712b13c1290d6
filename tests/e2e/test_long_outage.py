"""Telegram cannot be reached for an hour: everything owed is told afterwards, and memory stays as it is."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import STAFF_GROUP_ID as GROUP
from bot.simulator.server import Simulator
from tests.driver import text_of
from tests.e2e.near import Near, arrivals, near_bot

TRIES = 60
"""How often a notice that waits is tried in an hour."""
STAFF = 2001


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator(is_patient=False).start()
    yield running
    await running.stop()


def _size() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.timeout(240)
async def test_an_hour_without_telegram_costs_no_memory_and_no_message(
    simulator: Simulator, tmp_path: Path
) -> None:
    async with near_bot(tmp_path, simulator, group_limit=1000) as near:
        people = await near.visitors(12)
        for person in people:
            await near.asks(person, f"question {person}")
        await near.quiet(60)
        cards = [one for one in await near.stand.from_bot(GROUP) if "question" in text_of(one)]
        await near.stand.fault(kind="reset", method="sendMessage", times=0)
        staff = near.stand.as_person(STAFF)
        answered = [await staff.says("So it is.", chat=GROUP, reply_to=one["message_id"]) for one in cards]
        for person in people:
            await near.stand.as_person(person).says("/nosuchcommand")
        await asyncio.sleep(2)
        await near.stand.outage(is_down=True)
        tracemalloc.start()
        await _tried(near, TRIES // 4)
        before, tasks = _size(), len(asyncio.all_tasks())
        await _tried(near, TRIES)
        grown = _size() - before
        tracemalloc.stop()
        assert grown < 1_000_000
        assert len(asyncio.all_tasks()) <= tasks + 10
        await near.stand.outage(is_down=False)
        await near.stand.clear_faults()
        for person in people:
            await near.stand.as_person(person).sees("/nosuchcommand", timeout=60)
        await near.quiet(90)
        told = [await arrivals(near.stand, one, "So it is.") for one in people]
        assert sum(told) == len(answered)
        assert max(told) == 1
        assert [await arrivals(near.stand, one, "/nosuchcommand") for one in people] == [1] * len(people)
        assert await near.app.stores.inbox.quarantined() == []


async def _tried(near: Near, times: int) -> None:
    """Nothing waits for its next moment: that is how the time passes here."""
    for _ in range(times):
        now = near.app.clock.now()
        await near.app.stores.inbox.hurry(now)
        await near.app.stores.outbox.hurry(now)
        near.app.intake.wake()
        near.app.courier.wake()
        await asyncio.sleep(0.15)
    # What is under way ends; nothing else is due for a while.
    await asyncio.sleep(2)
