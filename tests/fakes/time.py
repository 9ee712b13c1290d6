"""A loop whose time jumps to the next thing that is due, so that minutes of waiting take milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")
_START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: what it was to wait is added to ``now``."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Look what is ready at once, else jump."""
        ready = super().select(0)
        if not ready and timeout and timeout > 0:
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop on jumping time. Only for what neither reads nor writes."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the beginning."""
        return self._jumping.now


class LoopClock:
    """Implements ``bot.domain.clock.Clock`` on the running loop's time."""

    def now(self) -> datetime:
        """The present moment."""
        return _START + timedelta(seconds=asyncio.get_running_loop().time())


def run_jumping(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on jumping time."""
    loop = JumpingLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
