"""Sender: works off announcements, one after another, each recipient once.

The order of steps makes it safe to kill the process at any moment: recipients are marked as being sent and
that is durable before the first byte goes out; the result is durable before their places are free again.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.aftermath import Aftermath
from bot.domain.broadcasts import WATCHED_FROM, Broadcast, BroadcastStore, Follows, State
from bot.domain.carrying import LONGEST_REST, PATIENCE, Carried, Carrier, Fate, verdict
from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.errors import Changed, WrongState
from bot.domain.pace import Pace
from bot.domain.quiet import QuietHours
from bot.domain.recipients import Recipient, Settled

LEASE = timedelta(seconds=60)
"""How long a dead process keeps its recipients from being listed as in doubt; a try takes 25 s at most."""
POLL = 1.0
"""Seconds between looks for new announcements when nothing wakes it (the command line writes them too)."""
HEARD_WITHIN = timedelta(seconds=5)
"""A process not heard of for so long does not send any more."""
_MAKING_ROOM = 1.25 * POLL
"""Seconds in which those who send already take note of one that joins."""
_IN_HAND = 0.5
"""Seconds for which a recipient stays claimed while announcements rest: a kill leaves those in doubt."""
_LEAD = 0.01
"""Seconds before its turn that a recipient is claimed; after a kill it is in doubt, sent to or not."""
_LEAD_OF_BATCHES = 0.03
"""The same at rates where several are claimed at once: claiming must not hold up sending."""
_TROUBLE = 3
"""So many tries in a row whose fate is unknown, and sending slows down."""
_NOTHING_CLAIMED = 0.2
_RECOVER_EVERY = 5.0
_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderHooks:
    """What the sender tells and asks the outside."""

    fault: Callable[[BaseException], None]
    settled: Callable[[Sequence[Settled]], None]
    """Results are stored: count them, forget what is kept of people who became unreachable."""
    may_announce: Callable[[int], Awaitable[bool]]
    """Whether this person still has the right; asked when a scheduled announcement begins."""
    stops: Callable[[Broadcast], Awaitable[Sequence[Notice]]]
    """An announcement is about to stop by itself: what tells its author, owed in the same commit."""
    stopped: Callable[[Broadcast], None]
    """It has."""


class Sender:
    """Sends what is due. ``rate`` is for all processes together."""

    def __init__(
        self,
        *,
        broadcasts: BroadcastStore,
        carrier: Carrier,
        pace: Pace,
        clock: Clock,
        owner: str,
        rate: float,
        quiet: QuietHours,
        hooks: SenderHooks,
    ) -> None:
        self._store = broadcasts
        self._carrier = carrier
        self._pace = pace
        self._clock = clock
        self._owner = owner
        self._rate = rate
        self._quiet = quiet
        self._hooks = hooks
        self._bound = in_flight(rate)
        self._batch = max(1, int(rate * 0.03))
        self._claimed = 0
        self._results: list[tuple[Broadcast, Settled]] = []
        self._stir = asyncio.Event()
        self._has_results = asyncio.Event()
        self._looked = -math.inf
        self._recovered = -math.inf
        self._unknown = 0
        self._processes = 0
        self._shared = -math.inf
        self._joins = -math.inf

    def wake(self) -> None:
        """Something was launched, paused or resumed."""
        self._looked = -math.inf
        self._stir.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set, then finish what has begun."""
        await self._store.recover(self._clock.now(), owner=self._owner)
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            settling = group.create_task(self._settle_all(over))
            async with asyncio.TaskGroup() as sending:
                await self._send_all(stop, sending)
            over.set()
            self._has_results.set()
            await settling
        await self._store.absent(self._owner)

    async def _send_all(self, stop: asyncio.Event, group: asyncio.TaskGroup) -> None:
        job: Broadcast | None = None
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            self._stir.clear()
            try:
                if job is None or loop.time() - self._looked >= POLL:
                    self._looked = loop.time()
                    job = await self._due()
                if job is None:
                    await self._rest(POLL)
                elif not await self._round(job, group):
                    job = None
                    await self._rest(_NOTHING_CLAIMED)
            except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble, keep trying
                self._hooks.fault(fault)
                await asyncio.sleep(POLL)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stir.wait(), seconds)

    # ---- which announcement

    async def _due(self) -> Broadcast | None:
        """The oldest announcement that may be sent now; scheduled ones whose time has come begin."""
        now = self._clock.now()
        await self._recover(now)
        active = await self._store.active()
        if active and not await self._share(now):
            return None
        for one in active:
            if one.state is State.SCHEDULED and one.starts_at is not None and one.starts_at <= now:
                await self._begin(one, now)
                self.wake()
            elif one.state is State.RUNNING and self._may_go(one, now):
                return one
        return None

    async def _recover(self, now: datetime) -> None:
        """Now and then see whether another process died."""
        elapsed = asyncio.get_running_loop().time()
        if elapsed - self._recovered >= _RECOVER_EVERY:
            self._recovered = elapsed
            await self._store.recover(now)

    def _may_go(self, one: Broadcast, now: datetime) -> bool:
        parked = one.parked_until is not None and one.parked_until > now
        return not parked and not (one.keeps_quiet and self._quiet.hold(now))

    async def _begin(self, one: Broadcast, now: datetime) -> None:
        if one.author_id == 0 or await self._hooks.may_announce(one.author_id):
            await self._change(one.number, lambda found: found.begun(now))
        else:
            await self._stop(one.number, "author")

    async def _share(self, now: datetime) -> bool:
        """Share rate and places in flight with the other processes that send.

        False while the others have yet to make room for this one, which joins.
        """
        elapsed = asyncio.get_running_loop().time()
        many = await self._store.present(self._owner, within=HEARD_WITHIN, now=now)
        if many > 1 and elapsed - self._shared > HEARD_WITHIN.total_seconds():
            self._joins = elapsed + _MAKING_ROOM
        self._shared = elapsed
        if many != self._processes:
            self._processes = many
            self._pace.share_announcements(self._rate / max(1, many))
            self._bound = max(1, in_flight(self._rate) // max(1, many))
        return elapsed >= self._joins

    # ---- claiming and sending

    async def _round(self, job: Broadcast, group: asyncio.TaskGroup) -> bool:
        """Claim what has room and whose turn is near; False when there was nothing to do."""
        room = self._bound - self._claimed
        if room <= 0:
            await self._rest(POLL)
            return True
        delay = self._pace.line_delay() - (_LEAD if self._batch == 1 else _LEAD_OF_BATCHES)
        if delay > 0:
            await asyncio.sleep(min(delay, POLL / 4))
            return True
        limit = min(room, self._batch)
        self._claimed += limit
        claimed: Sequence[Recipient] = ()
        try:
            claimed = await self._store.claim(
                job, self._owner, limit=limit, lease=LEASE, now=self._clock.now()
            )
        finally:
            self._claimed -= limit - len(claimed)
        for one in claimed:
            group.create_task(self._one(job, one))
        await asyncio.sleep(0)  # they get in line
        if not claimed and not self._claimed:
            await self._store.finish(job.number, self._clock.now())
        return bool(claimed)

    async def _one(self, job: Broadcast, recipient: Recipient) -> None:
        try:
            carried = await self._carry(job, recipient)
        except Exception as fault:  # noqa: BLE001 - the edge: one bad recipient must not stop the others
            self._hooks.fault(fault)
            carried = Carried(fate=Fate.UNKNOWN, reason=type(fault).__name__)
        self._note_trouble(carried)
        self._results.append((job, verdict(job, recipient, carried, self._clock.now())))
        self._has_results.set()
        if carried.fate is Fate.BUSY:
            await self._obey(job, carried.wait)

    async def _carry(self, job: Broadcast, recipient: Recipient) -> Carried:
        weight = max(1, self._carrier.weight(job, recipient))
        tickets = await self._pace.announce(recipient.person_id, messages=weight, patience=_IN_HAND)
        if not tickets:
            return Carried(fate=Fate.HELD)
        carried = await self._carrier.carry(job, recipient)
        self._pace.arrived(tickets)
        return carried

    def _note_trouble(self, carried: Carried) -> None:
        """When Telegram stumbles several times in a row, go on slowly: each try may cost a doubt."""
        if carried.fate is Fate.HELD:
            return
        if carried.fate not in (Fate.UNKNOWN, Fate.NOT_SENT):
            self._unknown = 0
            return
        self._unknown += 1
        if self._unknown >= _TROUBLE:
            self._pace.hold_announcements(min(LONGEST_REST, 0.5 * 2 ** min(self._unknown - _TROUBLE, 10)))

    async def _obey(self, job: Broadcast, wait: timedelta) -> None:
        self._pace.pause(wait.total_seconds())
        if wait <= PATIENCE:
            return
        until = self._clock.now() + wait
        try:
            await self._change(job.number, lambda found: found.parked(until))
        except Exception as fault:  # noqa: BLE001 - the edge: this process waits all the same
            self._hooks.fault(fault)
        self.wake()

    # ---- results

    async def _settle_all(self, over: asyncio.Event) -> None:
        """Store results in groups: what gathers while one group is written goes with the next."""
        while not (over.is_set() and not self._results):
            await self._has_results.wait()
            self._has_results.clear()
            results, self._results = self._results, []
            try:
                await self._settle(results)
            except Exception as fault:  # noqa: BLE001 - the edge: a result must not be lost
                self._hooks.fault(fault)
                self._results = [*results, *self._results]
                self._has_results.set()
                await asyncio.sleep(POLL / 4)

    async def _settle(self, results: list[tuple[Broadcast, Settled]]) -> None:
        while results:
            job = results[0][0]
            mine = [one for broadcast, one in results if broadcast.number == job.number]
            counts = await self._store.settle(job.number, self._owner, mine, self._clock.now())
            results[:] = [pair for pair in results if pair[0].number != job.number]
            self._claimed -= len(mine)
            self._stir.set()
            self._hooks.settled(mine)
            await self._watch(job.number, counts.tried)

    async def _watch(self, number: int, tried: int) -> None:
        """Stop an announcement that goes wrong."""
        if tried < WATCHED_FROM:
            return
        job = await self._store.get(number)
        if job.state is State.RUNNING and (why := job.why_stop()):
            await self._stop(number, why)

    async def _stop(self, number: int, why: str) -> None:
        stopped = await self._change(number, lambda found: found.paused(why), self._hooks.stops)
        if stopped is not None:
            self._hooks.stopped(stopped)

    async def _change(
        self,
        number: int,
        rule: Callable[[Broadcast], Broadcast],
        tells: Callable[[Broadcast], Awaitable[Sequence[Notice]]] | None = None,
    ) -> Broadcast | None:
        """Change the announcement; None when its state does not allow that any more."""
        for _ in range(_TRIES):
            try:
                changed = rule(await self._store.get(number))
                notices = await tells(changed) if tells else ()
                return await self._store.save(changed, follows=_owing(notices))
            except Changed:
                continue
            except WrongState:
                return None
        return None


def _owing(notices: Sequence[Notice]) -> Follows:
    return lambda _: Aftermath(notices=notices)


def in_flight(rate: float) -> int:
    """How many recipients may be marked as being sent at once: what a crash can leave in doubt."""
    return max(4, int(rate / 8))
