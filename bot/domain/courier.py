"""Courier: works off the outbox, in order within a chat; what gathers in a burst goes together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.delivery import Delivery, Messenger, Notice, Outbox, Outcome, Owed
from bot.domain.messages import NoticeKind
from bot.domain.neighbours import Alone, Neighbours
from bot.domain.pace import Pace

LEASE = timedelta(seconds=10)
"""How long a process that died keeps others from its notices."""
KEEP = 3.0
"""Seconds between two times that a process says which it still has in hand: waiting for a turn takes long."""
POLL = 1.0
LONGEST_WAIT = 60.0
"""Seconds between two tries at most."""
DIGEST = 50
"""Notices told in one digest at most."""
NEWS_PATIENCE = timedelta(seconds=10)
"""How long the oldest news of a crowded group wait for others: staff see everything within 15 s."""
ALBUMS = frozenset({NoticeKind.POST_TO_STAFF, NoticeKind.POST_TO_VISITOR})
"""Kinds whose neighbours may be parts of one album."""
_LOOKS_FOR_NEWS = timedelta(seconds=0.5)
_LOOKED_THROUGH = 1000
"""Notices behind one that may wait among which news are looked for: staff may have asked for many."""
NEWS = frozenset({NoticeKind.CARD, NoticeKind.POST_TO_STAFF, NoticeKind.EDIT_TO_STAFF})
"""Kinds that a crowded group gets gathered."""
_MAY_WAIT = frozenset(
    {
        NoticeKind.CARD,
        NoticeKind.POST_TO_STAFF,
        NoticeKind.STAFF_NOTE,
        NoticeKind.REMINDER,
        NoticeKind.DIGEST,
    }
)
"""Kinds that are messages of their own in a group, where they are no news."""
_HELP = "outbox"
"""News: more is owed than this process has hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierHooks:
    """What the courier tells the outside."""

    fault: Callable[[Owed | None, BaseException], None]
    refused: Callable[[Owed, Delivery], Awaitable[None]]
    """Telegram will not take it: log the reason, tell staff when a visitor cannot be reached."""
    moved: Callable[[int, int], Awaitable[None]]
    """A chat has a new id: the old one and the new one."""


class Courier:
    """Delivers what is owed."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        messenger: Messenger,
        pace: Pace,
        clock: Clock,
        owner: str,
        hooks: CourierHooks,
        concurrency: int = 8,
        neighbours: Neighbours | None = None,
    ) -> None:
        """``concurrency`` bounds what a crash may send twice."""
        self._outbox = outbox
        self._messenger = messenger
        self._pace = pace
        self._clock = clock
        self._owner = owner
        self._hooks = hooks
        self._concurrency = concurrency
        self._running: set[int] = set()
        self._held: set[int] = set()
        self._wake = asyncio.Event()
        self._neighbours = neighbours or Alone()
        self._neighbours.hear(_HELP, self.wake)

    def wake(self) -> None:
        """Something new is owed."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop`` is set, then finish what has begun."""
        await self._outbox.release(self._owner)
        async with asyncio.TaskGroup() as around:
            keeping = around.create_task(self._keep_all())
            async with asyncio.TaskGroup() as group:
                await self._rounds(group, stop)
            keeping.cancel()
        await self._outbox.release(self._owner)

    async def _rounds(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._wake.clear()
            if not await self._round(group):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), await self._idle())

    async def _keep_all(self) -> None:
        """Say now and then which notices are still in hand, so that no other process takes them."""
        while True:
            await asyncio.sleep(KEEP)
            try:
                await self._outbox.keep(frozenset(self._held), self._owner, until=self._clock.now() + LEASE)
            except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble, keep trying
                self._hooks.fault(None, fault)

    async def _idle(self) -> float:
        """Seconds to sleep: until the next notice is due, at most ``POLL``."""
        try:
            due = await self._outbox.next_due(self._clock.now())
        except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble, keep trying
            self._hooks.fault(None, fault)
            return POLL
        if due is None:
            return POLL
        return min(POLL, max(0.02, (due - self._clock.now()).total_seconds()))

    async def _round(self, group: asyncio.TaskGroup) -> bool:
        room = self._concurrency - len(self._running)
        if room <= 0:
            self._neighbours.tell(_HELP)
            return False
        try:
            owed = await self._outbox.claim(self._owner, limit=room, lease=LEASE, now=self._clock.now())
        except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble, keep trying
            self._hooks.fault(None, fault)
            await asyncio.sleep(POLL)
            return False
        for one in owed:
            # Held by this process all the time, but for a while nobody could say so: it is under way already.
            if one.id not in self._running:
                self._running.add(one.id)
                self._held.add(one.id)
                group.create_task(self._one(one))
        return bool(owed)

    async def _one(self, owed: Owed) -> None:
        batch: Sequence[Owed] = [owed]
        try:
            batch = await self._batch(owed)
            if not batch:
                return
            near = [one.id for one in batch if one.id != owed.id]
            if near:
                until = self._clock.now() + LEASE
                self._held.update(near)
                await self._outbox.hold(near, self._owner, until=until)
            await self._settle(batch, await self._messenger.deliver(batch))
            if owed not in batch:
                await self._let_pass(owed)
        except Exception as fault:  # noqa: BLE001 - the edge: one bad notice must not stop the others
            self._hooks.fault(owed, fault)
            await self._later(batch if owed in batch else [*batch, owed], fault)
        finally:
            self._running.discard(owed.id)
            self._held.difference_update({owed.id, *(one.id for one in batch)})
            self._wake.set()

    async def _later(self, batch: Sequence[Owed], fault: Exception) -> None:
        again = self._clock.now() + _backoff(batch[0])
        try:
            await self._outbox.retry([one.id for one in batch], type(fault).__name__, again)
        except Exception as second:  # noqa: BLE001 - the edge: the lease runs out and it is tried again
            self._hooks.fault(batch[0], second)

    async def _batch(self, owed: Owed) -> Sequence[Owed]:
        """What goes in one message now: the notice with parts of its album, or news for a crowded group.

        Where a group has hardly room the notice may have to let news pass. Nothing: it was put back.
        """
        notice = owed.notice
        if notice.chat_id < 0 and _is_news(notice) and not self._pace.is_roomy(notice.chat_id):
            return await self._gathered(owed)
        if notice.chat_id < 0 and self._lets_news_pass(notice):
            return await self._news_behind(owed)
        if notice.kind in ALBUMS and (album := notice.args.get("album")):
            near = await self._outbox.siblings(owed)
            return [owed, *(one for one in near if one.notice.args.get("album") == album)]
        return [owed]

    async def _gathered(self, owed: Owed) -> Sequence[Owed]:
        near = await self._outbox.siblings(owed, kinds=NEWS, limit=DIGEST - 1)
        now = self._clock.now()
        gathered = now + timedelta(seconds=self._pace.gathering(owed.notice.chat_id))
        until = min(gathered, owed.created_at + NEWS_PATIENCE)
        if until > now and len(near) < DIGEST - 1:
            await self._outbox.retry([owed.id], "gathers", until)
            return []
        return [owed, *(one for one in near if _is_news(one.notice))]

    def _lets_news_pass(self, notice: Notice) -> bool:
        """Staff may ask for more than a group takes in a minute; what is new is seen in time all the same."""
        waits = notice.kind in _MAY_WAIT and not _is_news(notice)
        return waits and not self._pace.has_room_beside_news(notice.chat_id)

    async def _news_behind(self, owed: Owed) -> Sequence[Owed]:
        """The news that overtake a notice which may wait, once they have gathered."""
        found = await self._outbox.siblings(owed, kinds=NEWS, limit=_LOOKED_THROUGH)
        near = [one for one in found if _is_news(one.notice)][:DIGEST]
        gathers = self._pace.gathering(owed.notice.chat_id) > 0
        patient = bool(near) and near[0].created_at + NEWS_PATIENCE > self._clock.now()
        if not near or (gathers and patient and len(near) < DIGEST):
            await self._let_pass(owed)
            return []
        return near

    async def _let_pass(self, owed: Owed) -> None:
        await self._outbox.retry([owed.id], "lets news pass", self._clock.now() + _LOOKS_FOR_NEWS)

    async def _settle(self, batch: Sequence[Owed], delivery: Delivery) -> None:
        ids = [one.id for one in batch]
        now = self._clock.now()
        match delivery.outcome:
            case Outcome.SENT | Outcome.POINTLESS:
                await self._outbox.sent(ids, delivery.sent, now)
            case Outcome.RETRY:
                wait = delivery.wait or _backoff(batch[0])
                await self._outbox.retry(ids, delivery.reason, now + wait)
            case Outcome.MOVED:
                assert delivery.moved_to is not None  # noqa: S101 - promised by Delivery
                await self._hooks.moved(batch[0].notice.chat_id, delivery.moved_to)
                await self._outbox.move_chat(batch[0].notice.chat_id, delivery.moved_to)
                await self._outbox.retry(ids, delivery.reason, now)
            case Outcome.REFUSED | Outcome.UNREACHABLE:
                await self._outbox.give_up(ids, delivery.reason, now)
                await self._hooks.refused(batch[0], delivery)


def _is_news(notice: Notice) -> bool:
    """Whether it may be told in a digest; what somebody asked for is shown whole."""
    return notice.kind in NEWS and not notice.args.get("fresh")


def _backoff(owed: Owed) -> timedelta:
    return timedelta(seconds=min(LONGEST_WAIT, 0.5 * 2 ** min(owed.attempts, 10)))
