"""The outbox in memory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.delivery import Notice, Owed
from bot.domain.inbox import FAR
from bot.domain.messages import Copy, NoticeKind


@dataclass
class Row:
    """A stored notice."""

    id: int
    notice: Notice
    created_at: datetime
    attempts: int = 0
    retry_at: datetime | None = None
    owner: str | None = None
    held_until: datetime | None = None
    reason: str = ""
    given_up_at: datetime | None = None

    def shown(self) -> Owed:
        """As the courier sees it."""
        return Owed(id=self.id, notice=self.notice, attempts=self.attempts, created_at=self.created_at)

    def may_start(self, now: datetime) -> bool:
        """Whether its earliest moment has come."""
        return self.notice.not_before is None or self.notice.not_before <= now

    def is_held(self, now: datetime) -> bool:
        """Whether somebody sends it now."""
        return self.held_until is not None and self.held_until > now


class FakeOutbox:
    """Implements ``bot.domain.delivery.Outbox``; ``copies`` is shared with ``FakeInquiries``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self.rows: dict[int, Row] = {}
        self.copies: list[Copy] = []

    def _owed(self) -> list[Row]:
        return [row for row in self.rows.values() if row.given_up_at is None]

    async def add(self, notices: Sequence[Notice]) -> None:
        """Store notices that belong to no other effect."""
        self.owe(notices)

    def owe(self, notices: Sequence[Notice]) -> None:
        """The same within another store's change."""
        waiting = {row.notice.key for row in self._owed() if row.held_until is None}
        for notice in notices:
            if notice.key and notice.key in waiting:
                continue
            waiting.add(notice.key)
            self._last += 1
            self.rows[self._last] = Row(id=self._last, notice=notice, created_at=self._clock.now())

    def _heads(self, now: datetime) -> list[Row]:
        """The first notice of each chat that nobody holds."""
        blocked = {row.notice.chat_id for row in self._owed() if row.is_held(now)}
        heads = []
        for row in self._owed():
            if row.notice.chat_id in blocked:
                continue
            heads.append(row)
            blocked.add(row.notice.chat_id)
        return heads

    async def claim(self, owner: str, *, limit: int, lease: timedelta, now: datetime) -> Sequence[Owed]:
        """The first due notice of each chat that nobody holds, oldest first."""
        due = [
            row
            for row in self._heads(now)
            if row.may_start(now) and (row.retry_at is None or row.retry_at <= now)
        ]
        for row in due[:limit]:
            row.owner, row.held_until = owner, now + lease
            row.attempts += 1
        return [row.shown() for row in due[:limit]]

    async def siblings(
        self, owed: Owed, *, kinds: Collection[NoticeKind] = (), limit: int = 50
    ) -> Sequence[Owed]:
        """Waiting notices of the same chat, after this one."""
        wanted = kinds or {owed.notice.kind}
        near = [row for row in self._owed() if row.id > owed.id and row.notice.kind in wanted]
        return [row.shown() for row in near if row.notice.chat_id == owed.notice.chat_id][:limit]

    async def hold(self, ids: Sequence[int], owner: str, *, until: datetime) -> None:
        """Hold siblings too."""
        for number in ids:
            row = self.rows[number]
            row.owner, row.held_until = owner, until

    async def keep(self, ids: Collection[int], owner: str, *, until: datetime) -> Collection[int]:
        """Hold longer what ``owner`` still holds of these; gives which those are."""
        rows = [row for row in self._owed() if row.id in ids and row.owner == owner]
        for row in rows:
            row.held_until = until
        return {row.id for row in rows}

    async def sent(self, ids: Sequence[int], copies: Sequence[Copy], now: datetime) -> None:
        """Delivered: the notices go, the copies are stored."""
        for number in ids:
            self.rows.pop(number, None)
        places = {(copy.ref, copy.code, copy.post_id) for copy in self.copies}
        self.copies += [copy for copy in copies if (copy.ref, copy.code, copy.post_id) not in places]

    async def retry(self, ids: Sequence[int], reason: str, retry_at: datetime) -> None:
        """Not delivered: try again then."""
        for row in self._free(lambda row: row.id in ids):
            row.retry_at, row.reason = retry_at, reason

    async def give_up(self, ids: Sequence[int], reason: str, now: datetime) -> None:
        """Never deliverable."""
        for row in self._free(lambda row: row.id in ids):
            row.given_up_at, row.reason = now, reason

    async def move_chat(self, old: int, new: int) -> None:
        """Everything owed to, and every copy in, the old chat belongs to the new one."""
        for row in self.rows.values():
            if row.notice.chat_id == old:
                row.notice = replace(row.notice, chat_id=new)

    async def release(self, owner: str) -> None:
        """Give back everything that ``owner`` holds."""
        self._free(lambda row: row.owner == owner)

    async def hurry(self, now: datetime) -> None:
        """The clock was set back: what waits for a moment ahead waits no longer."""
        for row in self._owed():
            if not row.may_start(now) or (row.retry_at and row.retry_at > now):
                row.owner = row.held_until = row.retry_at = None
                row.notice = replace(row.notice, not_before=None)
            if row.held_until and row.held_until > now + FAR:
                row.owner = row.held_until = None

    async def waiting(self) -> int:
        """How many are not delivered and not given up."""
        return len(self._owed())

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next notice becomes due; None when nothing waits."""
        moments = [
            max(moment for moment in (row.created_at, row.notice.not_before, row.retry_at) if moment)
            for row in self._heads(now)
        ]
        leases = [row.held_until for row in self._owed() if row.held_until and row.is_held(now)]
        return min([*moments, *leases], default=None)

    async def prune(self, before: datetime) -> int:
        """Forget given-up notices older than that."""
        old = [row.id for row in self.rows.values() if row.given_up_at and row.given_up_at < before]
        for number in old:
            del self.rows[number]
        return len(old)

    def _free(self, which: Callable[[Row], bool]) -> list[Row]:
        chosen = [row for row in self.rows.values() if which(row)]
        for row in chosen:
            row.owner = row.held_until = None
        return chosen
