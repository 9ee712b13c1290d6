"""A clock that is set back keeps nobody waiting; one that is set forward is only told of."""

import asyncio
from datetime import datetime, timedelta

from bot.app.clockwatch import ClockWatch
from tests.fakes.clock import FakeClock

HOUR = timedelta(hours=1)


async def _watched(clock: FakeClock, *jumps: timedelta) -> list[datetime]:
    """The moments at which everything was hurried, while the clock made these jumps."""
    hurried: list[datetime] = []
    stop = asyncio.Event()

    async def hurry(now: datetime) -> None:
        hurried.append(now)

    watch = ClockWatch(clock, hurry, steady=lambda: 0.0, look=0.01)
    running = asyncio.create_task(watch.run(stop))
    for jump in (timedelta(0), *jumps):
        clock.move(jump)
        await asyncio.sleep(0.1)
    stop.set()
    await running
    return hurried


async def test_at_the_start_everything_is_tried_since_nobody_knows_what_the_clock_did(
    clock: FakeClock,
) -> None:
    assert await _watched(clock) == [clock.now()]


async def test_a_clock_set_back_by_an_hour_is_noticed_once(clock: FakeClock) -> None:
    begun = clock.now()
    assert await _watched(clock, -HOUR) == [begun, begun - HOUR]


async def test_a_clock_set_forward_hurries_nobody(clock: FakeClock) -> None:
    assert len(await _watched(clock, HOUR)) == 1


async def test_back_and_forth_is_noticed_each_time_it_goes_back(clock: FakeClock) -> None:
    assert len(await _watched(clock, HOUR, -HOUR, HOUR, -HOUR)) == 3


async def test_small_corrections_are_none(clock: FakeClock) -> None:
    assert len(await _watched(clock, timedelta(seconds=-2))) == 1
