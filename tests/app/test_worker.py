"""Parts are supervised: one that fails begins again, trouble ends all, a stop waits only so long."""

import asyncio
import time

import pytest

from bot.app.worker import supervise
from bot.domain.trouble import TokenRefused


async def _rest(stop: asyncio.Event) -> None:
    await stop.wait()


async def test_a_part_that_fails_begins_again_and_leaves_nothing_behind() -> None:
    stop, begun = asyncio.Event(), list[float]()
    tasks = len(asyncio.all_tasks())

    async def fails(_: asyncio.Event) -> None:
        begun.append(time.monotonic())
        if len(begun) == 3:
            stop.set()
        raise RuntimeError

    await supervise({"fails": fails, "rests": _rest}, stop, grace=5)
    assert len(begun) == 3
    assert begun[2] - begun[1] > begun[1] - begun[0] > 0.4
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == tasks


async def test_trouble_of_one_part_stops_the_others_and_is_raised() -> None:
    ended: list[str] = []

    async def works(stop: asyncio.Event) -> None:
        await stop.wait()
        ended.append("works")

    async def is_refused(_: asyncio.Event) -> None:
        raise TokenRefused("Unauthorized")

    with pytest.raises(TokenRefused):
        await supervise({"works": works, "is refused": is_refused}, asyncio.Event(), grace=5)
    assert ended == ["works"]


async def test_a_stop_waits_for_what_is_under_way_but_not_longer_than_it_may() -> None:
    stop, ended = asyncio.Event(), list[str]()

    async def quick(stop: asyncio.Event) -> None:
        await stop.wait()
        await asyncio.sleep(0.1)
        ended.append("quick")

    async def stuck(_: asyncio.Event) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("cut off")

    asyncio.get_running_loop().call_later(0.1, stop.set)
    async with asyncio.timeout(60):
        await supervise({"quick": quick, "stuck": stuck}, stop, grace=0.5)
    assert ended == ["quick", "cut off"]
