"""Intake: works off the inbox, in order within a chat and concurrently across chats."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.aftermath import Aftermath
from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.inbox import Inbox, Item
from bot.domain.neighbours import Alone, Neighbours

MAX_ATTEMPTS = 5
"""Faults of our own after which an update is put aside."""
MAX_BEGUN = 25
"""Beginnings after which an update is put aside unseen: it takes the process down each time."""
LEASE = timedelta(seconds=10)
"""How long a process that died keeps others from its items."""
KEEP = 3.0
"""Seconds between two times that a process says which items it still has in hand."""
HANDLING_LIMIT = 30.0
"""Seconds for handling one update."""
SLOW_PAUSE = timedelta(seconds=5)
"""After which an update is handled again that took longer."""
POLL = 1.0
"""Seconds between looks at the inbox when nothing wakes it (another process may have stored something)."""
_HELP = "inbox"
"""News: there is more to handle than this process has hands."""


class Poison(Exception):
    """This update can never be handled."""


class TakenOver(Exception):
    """Another process has this update now: this one was away for longer than its lease."""


class Postponed(Exception):
    """The world is at fault (no network, Telegram busy): try again after ``wait``, however often."""

    def __init__(self, wait: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeHooks:
    """What the intake tells the outside."""

    handled: Callable[[Item], None]
    """An update was handled to the end: count it."""
    fault: Callable[[Item | None, BaseException], None]
    """Something went wrong: log it without anybody's words."""
    quarantines: Callable[[Item, str], Sequence[Notice]]
    """An update is about to be put aside: what tells an operator, owed in the same commit."""
    quarantined: Callable[[Item, str], None]
    """It has been."""


class Intake:
    """Takes items from the inbox and has them handled."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        handle: Callable[[Item], Awaitable[None]],
        clock: Clock,
        owner: str,
        hooks: IntakeHooks,
        concurrency: int = 64,
        neighbours: Neighbours | None = None,
    ) -> None:
        """``owner`` names this process among those that share the inbox, its ``neighbours``."""
        self._inbox = inbox
        self._handle = handle
        self._clock = clock
        self._owner = owner
        self._hooks = hooks
        self._concurrency = concurrency
        self._wake = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._finished: list[int] = []
        self._neighbours = neighbours or Alone()
        self._neighbours.hear(_HELP, self.wake)

    def wake(self) -> None:
        """Something new was stored."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set, then finish what has begun."""
        await self._inbox.release(self._owner)
        try:
            async with asyncio.TaskGroup() as around:
                keeping = around.create_task(self._keep_all())
                async with asyncio.TaskGroup() as group:
                    await self._rounds(group, stop)
                keeping.cancel()
        finally:
            # Even when a stop cut handlers off: what is finished must not be handled again.
            await self._mark_done()
            await self._inbox.release(self._owner)

    async def _rounds(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._wake.clear()
            if not await self._round(group):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL)

    async def _round(self, group: asyncio.TaskGroup) -> bool:
        """One look at the inbox; whether something was begun."""
        try:
            await self._mark_done()
            room = self._concurrency - len(self._running)
            if room <= 0:
                self._neighbours.tell(_HELP)
                return False
            items = await self._inbox.claim(self._owner, limit=room, lease=LEASE, now=self._clock.now())
        except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble, keep trying
            self._hooks.fault(None, fault)
            await asyncio.sleep(POLL)
            return False
        for item in items:
            # Held by this process all the time, but for a while nobody could say so: it is under way already.
            if item.id not in self._running:
                self._running[item.id] = group.create_task(self._one(item))
        return bool(items)

    async def _keep_all(self) -> None:
        """Say now and then which items are still in hand, so that no other process takes them."""
        while True:
            await asyncio.sleep(KEEP)
            asked = dict(self._running)
            try:
                kept = await self._inbox.keep(asked, self._owner, until=self._clock.now() + LEASE)
            except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble, keep trying
                self._hooks.fault(None, fault)
                continue
            for number, task in asked.items():
                if number not in kept and self._running.get(number) is task:
                    self._hooks.fault(None, TakenOver())
                    task.cancel()

    async def _mark_done(self) -> None:
        finished, self._finished = self._finished, []
        if not finished:
            return
        try:
            await self._inbox.done(finished, self._clock.now())
        except Exception:
            self._finished += finished
            raise

    async def _one(self, item: Item) -> None:
        try:
            await self._attempt(item)
        except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble; the lease runs out
            self._hooks.fault(item, fault)
        finally:
            self._running.pop(item.id, None)
            self._wake.set()

    async def _attempt(self, item: Item) -> None:
        if item.attempts > MAX_BEGUN:
            await self._put_aside(item, "begun too often")
            return
        try:
            async with asyncio.timeout(HANDLING_LIMIT):
                await self._handle(item)
        except Postponed as later:
            again = self._clock.now() + later.wait
            await self._inbox.failed(item.id, str(later), again, counted=False)
        except TimeoutError as slow:
            # Begun often enough it is put aside as well; a few slow answers of Telegram must not do that.
            self._hooks.fault(item, slow)
            await self._inbox.failed(item.id, "too slow", self._clock.now() + SLOW_PAUSE)
        except Poison as poison:
            self._hooks.fault(item, poison)
            await self._put_aside(item, str(poison))
        except Exception as fault:  # noqa: BLE001 - the edge: one bad update must not stop the others
            self._hooks.fault(item, fault)
            await self._again_or_aside(item, fault)
        else:
            self._finished.append(item.id)
            self._hooks.handled(item)

    async def _again_or_aside(self, item: Item, fault: Exception) -> None:
        if item.attempts >= MAX_ATTEMPTS:
            await self._put_aside(item, type(fault).__name__)
            return
        wait = timedelta(seconds=0.25 * 2**item.attempts)
        await self._inbox.failed(item.id, type(fault).__name__, self._clock.now() + wait)

    async def _put_aside(self, item: Item, error: str) -> None:
        notices = self._hooks.quarantines(item, error)
        await self._inbox.quarantine(item.id, error, aftermath=Aftermath(notices=notices))
        self._hooks.quarantined(item, error)
