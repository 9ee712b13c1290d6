"""Alarm: tells the owners that the database is in trouble, past the outbox, which lives in it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.app.crashing import Crasher, Step
from bot.domain.clock import Clock
from bot.domain.inbox import Incoming, Item
from bot.domain.intake import Postponed
from bot.storage.database import Database
from bot.storage.errors import StorageFault
from bot.storage.inbox import SqlInbox

_LOG = structlog.get_logger("alarm")
REPEATED = timedelta(minutes=15)
"""An alarm is not told again within this time."""
AGAIN = timedelta(seconds=2)
"""After which an update is handled again that met a database in trouble."""


class Alarm:
    """Rings when storing fails, and ends when it works again."""

    def __init__(self, clock: Clock, tell: Callable[[], Awaitable[None]]) -> None:
        """``tell`` tells the owners."""
        self._clock = clock
        self._tell = tell
        self._told_at: datetime | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.trouble = ""
        """The line of the fault that lasts; empty while everything is stored."""

    def ring(self, fault: StorageFault) -> None:
        """Storing failed."""
        now = self._clock.now()
        self.trouble = str(fault)
        if self._told_at and now - self._told_at < REPEATED:
            return
        self._told_at = now
        _LOG.critical("the database takes nothing in", why=self.trouble)
        task = asyncio.get_running_loop().create_task(self._quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def over(self) -> None:
        """Storing works."""
        if self.trouble:
            _LOG.info("the database takes everything in again", was=self.trouble)
        self.trouble = ""

    async def _quietly(self) -> None:
        try:
            await self._tell()
        except Exception as fault:  # noqa: BLE001 - the edge: the log has it, whoever cannot be told
            _LOG.warning("owners not told", fault=type(fault).__name__)


class WatchedInbox(SqlInbox):
    """The inbox as seen by those who take updates from Telegram: its trouble rings the alarm."""

    def __init__(self, database: Database, alarm: Alarm) -> None:
        super().__init__(database)
        self._alarm = alarm

    async def add(self, batch: Sequence[Incoming], now: datetime) -> int:
        """Store a batch durably, or ring. Raises what storing raises."""
        try:
            new = await super().add(batch, now)
        except StorageFault as fault:
            self._alarm.ring(fault)
            raise
        self._alarm.over()
        return new


def careful(
    handle: Callable[[Item], Awaitable[None]], alarm: Alarm, crasher: Crasher
) -> Callable[[Item], Awaitable[None]]:
    """Handle updates so that a database in trouble puts them off instead of counting against them."""

    async def handled(item: Item) -> None:
        try:
            await handle(item)
        except StorageFault as fault:
            alarm.ring(fault)
            raise Postponed(AGAIN, type(fault).__name__) from None
        crasher.reached(Step.AFTER_EFFECT)

    return handled
