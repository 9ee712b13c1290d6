"""Worker: supervises background work. A part that fails is started again; a fatal fault ends all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.domain.trouble import Trouble
from bot.domain.waiting import rested

_LOG = structlog.get_logger("worker")
_SHORTEST_REST = 0.5
_LONGEST_REST = 30.0
"""Seconds between two starts; a part that ran longer than this has recovered."""

Part = Callable[[asyncio.Event], Awaitable[None]]
"""Background work that ends when the event is set."""


async def supervise(parts: Mapping[str, Part], stop: asyncio.Event, *, grace: float) -> None:
    """Run all parts until ``stop``; then give them ``grace`` seconds to finish what has begun.

    Raises the fatal fault of a part, after the others were stopped.
    """
    tasks = [asyncio.create_task(_keep_up(name, part, stop), name=name) for name, part in parts.items()]
    try:
        await asyncio.wait([*tasks, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            _LOG.warning("not finished in time", part=task.get_name())
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled() and (fault := task.exception()):
            raise fault


async def _keep_up(name: str, part: Part, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    rest = _SHORTEST_REST
    while not stop.is_set():
        begun = loop.time()
        try:
            await part(stop)
        except Trouble:
            raise
        except Exception as fault:  # noqa: BLE001 - the edge: a part that fails is started again
            if loop.time() - begun > _LONGEST_REST:
                rest = _SHORTEST_REST
            _LOG.error("part failed", part=name, fault=type(fault).__name__, again_in=rest, exc_info=True)
            await rested(stop, rest)
            rest = min(_LONGEST_REST, rest * 2)
