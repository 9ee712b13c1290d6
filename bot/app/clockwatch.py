"""Clock watch: a clock that is set back must not keep waiting what was to be done in a moment.

Retries and leases are stored as moments of the wall clock, which other processes and later starts can read.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.waiting import rested

_LOG = structlog.get_logger("clock")
_LOOK = 2.0
"""Seconds between two looks."""
_JUMP = timedelta(seconds=5)
"""Smaller corrections do no harm."""
_EPOCH = datetime.fromtimestamp(0, UTC)

Hurry = Callable[[datetime], Awaitable[None]]


class ClockWatch:
    """Notices that the clock was set back, here or while the bot was not running."""

    def __init__(
        self,
        clock: Clock,
        *hurry: Hurry,
        steady: Callable[[], float] = time.monotonic,
        look: float = _LOOK,
    ) -> None:
        """``hurry``: called with the present moment; ``steady``: seconds of a clock that never jumps."""
        self._clock = clock
        self._hurry = hurry
        self._steady = steady
        self._look = look

    async def run(self, stop: asyncio.Event) -> None:
        """Hurry once at the start and after each time that the clock was set back, until ``stop``."""
        await self._all()
        began = self._offset()
        while not await rested(stop, self._look):
            offset = self._offset()
            if offset < began - _JUMP:
                _LOG.warning("the clock was set back", seconds=round((began - offset).total_seconds()))
                await self._all()
            elif offset > began + _JUMP:
                _LOG.warning("the clock was set forward", seconds=round((offset - began).total_seconds()))
            began = offset

    def _offset(self) -> timedelta:
        """What the wall clock shows beyond the steady one."""
        return self._clock.now() - _EPOCH - timedelta(seconds=self._steady())

    async def _all(self) -> None:
        for one in self._hurry:
            await one(self._clock.now())
