"""The inbox in memory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.aftermath import NOTHING, Aftermath
from bot.domain.clock import Clock
from bot.domain.inbox import FAR, Incoming, Item, Quarantined
from tests.fakes.aftermath import Following
from tests.fakes.inquiries import FakeInquiries


@dataclass
class Row:
    """A stored update."""

    id: int
    incoming: Incoming
    received_at: datetime
    state: str = "waiting"
    attempts: int = 0
    retry_at: datetime | None = None
    owner: str | None = None
    held_until: datetime | None = None
    error: str = ""
    done_at: datetime | None = None

    def shown(self) -> Item:
        """As the intake sees it."""
        return Item(
            id=self.id,
            update_id=self.incoming.update_id,
            chat=self.incoming.chat,
            payload=self.incoming.payload,
            attempts=self.attempts,
            received_at=self.received_at,
        )


class FakeInbox:
    """Implements ``bot.domain.inbox.Inbox``; prunes the causes of ``inquiries``."""

    def __init__(self, clock: Clock, inquiries: FakeInquiries, following: Following | None = None) -> None:
        """``following``: where goes what follows from changes of the quarantine."""
        self._following = following or Following()
        self._clock = clock
        self._inquiries = inquiries
        self._last = 0
        self.rows: dict[int, Row] = {}

    async def add(self, batch: Sequence[Incoming], now: datetime) -> int:
        """Store a batch; an ``update_id`` still remembered is skipped."""
        known = {row.incoming.update_id for row in self.rows.values()}
        added = 0
        for incoming in batch:
            self._last += 1  # databases use up a number for a skipped row, too
            if incoming.update_id not in known:
                known.add(incoming.update_id)
                self.rows[self._last] = Row(id=self._last, incoming=incoming, received_at=now)
                added += 1
        return added

    async def claim(self, owner: str, *, limit: int, lease: timedelta, now: datetime) -> Sequence[Item]:
        """The first unfinished item of each chat that is due and that nobody holds, oldest first."""
        waiting = [row for row in self.rows.values() if row.state == "waiting"]
        blocked = {row.incoming.chat for row in waiting if row.held_until and row.held_until > now}
        taken: list[Row] = []
        for row in waiting:
            if row.incoming.chat not in blocked and (row.retry_at is None or row.retry_at <= now):
                taken.append(row)
            blocked.add(row.incoming.chat)
        for row in taken[:limit]:
            row.owner, row.held_until = owner, now + lease
            row.attempts += 1
        return [row.shown() for row in taken[:limit]]

    async def keep(self, ids: Collection[int], owner: str, *, until: datetime) -> Collection[int]:
        """Hold longer what ``owner`` still holds of these; gives which those are."""
        rows = [row for row in self.rows.values() if row.id in ids and row.owner == owner]
        for row in rows:
            row.held_until = until
        return {row.id for row in rows}

    async def done(self, ids: Sequence[int], now: datetime) -> None:
        """Finished: the payload is dropped, the update_id remembered."""
        for row in self._free(lambda row: row.id in ids and row.state == "waiting"):
            self._finish(row, now)

    async def failed(self, item_id: int, error: str, retry_at: datetime, *, counted: bool = True) -> None:
        """Try again later; later items of the same chat wait. Not ``counted``: as if never begun."""
        for row in self._free(lambda row: row.id == item_id and row.state == "waiting"):
            row.retry_at, row.error = retry_at, error
            row.attempts -= 0 if counted else 1

    async def quarantine(self, item_id: int, error: str, *, aftermath: Aftermath = NOTHING) -> None:
        """Put aside; later items of the same chat go on."""
        for row in self._free(lambda row: row.id == item_id and row.state == "waiting"):
            row.state, row.error = "quarantined", error
            self._following.follow(aftermath)

    async def release(self, owner: str) -> None:
        """Give back everything that ``owner`` holds."""
        self._free(lambda row: row.owner == owner)

    async def hurry(self, now: datetime) -> None:
        """The clock was set back: what waits for a moment ahead waits no longer."""
        waiting = [row for row in self.rows.values() if row.state == "waiting"]
        for row in waiting:
            if row.retry_at and row.retry_at > now:
                row.owner = row.held_until = row.retry_at = None
            if row.held_until and row.held_until > now + FAR:
                row.owner = row.held_until = None

    async def quarantined(self) -> Sequence[Quarantined]:
        """What was put aside, oldest first."""
        return [
            Quarantined(
                id=row.id,
                update_id=row.incoming.update_id,
                chat=row.incoming.chat,
                received_at=row.received_at,
                attempts=row.attempts,
                error=row.error,
            )
            for row in self.rows.values()
            if row.state == "quarantined"
        ]

    async def retry(self, item_id: int, *, aftermath: Aftermath = NOTHING) -> bool:
        """Take one out of quarantine; its attempts count anew."""
        rows = self._free(lambda row: row.id == item_id and row.state == "quarantined")
        for row in rows:
            row.state, row.attempts, row.retry_at, row.error = "waiting", 0, None, ""
            self._following.follow(aftermath)
        return bool(rows)

    async def drop(self, item_id: int, *, aftermath: Aftermath = NOTHING) -> bool:
        """Delete one from quarantine; its update_id stays remembered."""
        rows = self._free(lambda row: row.id == item_id and row.state == "quarantined")
        for row in rows:
            self._finish(row, self._clock.now())
            self._following.follow(aftermath)
        return bool(rows)

    async def waiting(self) -> int:
        """How many unfinished items there are, quarantined ones aside."""
        return sum(row.state == "waiting" for row in self.rows.values())

    async def prune(self, before: datetime) -> int:
        """Forget the ids of items finished before then, and the causes that nothing can repeat."""
        unfinished = [row.received_at for row in self.rows.values() if row.state != "done"]
        self._inquiries.forget_causes(min([before, *unfinished]))
        old = [row.id for row in self.rows.values() if row.done_at and row.done_at < before]
        for number in old:
            del self.rows[number]
        return len(old)

    @staticmethod
    def _finish(row: Row, now: datetime) -> None:
        row.state, row.done_at, row.error = "done", now, ""
        row.incoming = Incoming(update_id=row.incoming.update_id, chat=row.incoming.chat, payload=b"")

    def _free(self, which: Callable[[Row], bool]) -> list[Row]:
        chosen = [row for row in self.rows.values() if which(row)]
        for row in chosen:
            row.owner = row.held_until = None
        return chosen
