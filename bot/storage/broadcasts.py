"""Announcements in the database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from bot.domain.broadcasts import (
    CHANGEABLE,
    Audience,
    Broadcast,
    Counts,
    Kind,
    Line,
    Recipient,
    Result,
    Settled,
    State,
)
from bot.domain.errors import BroadcastNotFound, Changed, NobodyToReach, WrongState
from bot.i18n.languages import Language
from bot.storage.backend import AnyRow
from bot.storage.broadcast_rows import (
    COUNTED,
    LINE_COLUMNS,
    READ_LANGUAGE,
    RECIPIENT_COLUMNS,
    belongs,
    broadcast_of,
    broadcast_row,
    counts_of,
    line_of,
    recipient_of,
    still_belongs,
)
from bot.storage.columns import Json, Moment
from bot.storage.database import Database
from bot.storage.tables import SENDING, UNSENT, broadcasts, people, recipients, senders

DEAD = "the process ended while it was being sent"
"""The reason of what a crash left in doubt."""
_FAR = timedelta(minutes=10)
"""No retry is put off for longer: one that seems to be comes from a clock that was set back."""
_FORGOTTEN = timedelta(days=1)

_NOW = bindparam("now", type_=Moment)
_NUMBER = bindparam("number", type_=BigInteger)
_line = (
    select(recipients.c.person_id)
    .where(
        recipients.c.broadcast_id == _NUMBER,
        recipients.c.result == UNSENT,
        or_(
            recipients.c.retry_at.is_(None),
            recipients.c.retry_at <= _NOW,
            recipients.c.retry_at > bindparam("far", type_=Moment),
        ),
        exists().where(broadcasts.c.id == _NUMBER, broadcasts.c.state == State.RUNNING.value),
    )
    .order_by(recipients.c.person_id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
    .cte("line")
)
_CLAIM = (
    update(recipients)
    .where(recipients.c.broadcast_id == _NUMBER, recipients.c.person_id.in_(select(_line.c.person_id)))
    .values(
        result=Result.SENDING.value,
        owner=bindparam("holder", type_=Text),
        held_until=bindparam("until", type_=Moment),
        attempts=recipients.c.attempts + 1,
    )
    .returning(*RECIPIENT_COLUMNS)
)
_SETTLE = (
    update(recipients)
    .where(recipients.c.broadcast_id == _NUMBER, recipients.c.person_id == bindparam("person"))
    .values(
        result=bindparam("new_result", type_=Text),
        reason=bindparam("new_reason", type_=Text),
        message_ids=bindparam("new_ids", type_=Json),
        part=bindparam("new_part"),
        retry_at=bindparam("new_retry_at", type_=Moment),
        settled_at=bindparam("new_settled_at", type_=Moment),
        owner=bindparam("new_owner", type_=Text),
        held_until=null(),
    )
)
_COUNTS = select(broadcasts.c.total, *(broadcasts.c[name] for name in COUNTED)).where(
    broadcasts.c.id == _NUMBER
)


class SqlBroadcasts:
    """Implements ``bot.domain.broadcasts.BroadcastStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ---- writing and steering

    async def add(self, broadcast: Broadcast, *, cause: str) -> Broadcast:
        """Store a draft; the same cause again gives the one that is stored."""
        row = {**_fresh(broadcast), "cause": cause}
        stored = select(broadcasts).where(broadcasts.c.cause == cause)

        def work(connection: Connection) -> Broadcast:
            connection.execute(self._db.insert_new(broadcasts), row)
            return broadcast_of(connection.execute(stored).one())

        return await self._db.write(work)

    async def get(self, number: int) -> Broadcast:
        """The announcement. Raises ``BroadcastNotFound``."""
        return await self._db.read(lambda connection: _load(connection, number))

    async def recent(self, *, limit: int = 10) -> Sequence[Broadcast]:
        """The newest ones, drafts included."""
        wanted = select(broadcasts).order_by(broadcasts.c.id.desc()).limit(limit)
        return await self._db.read(lambda connection: _all(connection, wanted))

    async def save(self, broadcast: Broadcast) -> Broadcast:
        """Replace all but the counts. Raises ``Changed`` when the stored one is newer."""
        return await self._db.write(lambda connection: _save(connection, broadcast))

    async def discard(self, number: int) -> None:
        """Forget a draft; anything else stays."""
        draft = delete(broadcasts).where(broadcasts.c.id == number, broadcasts.c.state == State.DRAFT.value)
        await self._db.write(lambda connection: connection.execute(draft) and None)

    async def count(self, audience: Audience, now: datetime) -> Mapping[Language, int]:
        """How many would get it at this moment, by the language they read."""
        wanted = (
            select(READ_LANGUAGE, func.count())
            .select_from(people)
            .where(belongs(audience, now))
            .group_by(READ_LANGUAGE)
        )
        rows = await self._db.read(lambda connection: connection.execute(wanted).all())
        return {Language(code): many for code, many in rows}

    async def launch(self, broadcast: Broadcast, *, now: datetime, approval_from: int = 0) -> Broadcast:
        """Fix the audience and let a draft (stored or new) go, together."""

        def work(connection: Connection) -> Broadcast:
            stored = _save(connection, broadcast) if broadcast.number else _insert(connection, broadcast)
            total = _fix_audience(connection, stored, now)
            if not total:
                raise NobodyToReach
            counted = update(broadcasts).where(broadcasts.c.id == stored.number).values(total=total)
            connection.execute(counted)
            stored = replace(stored, counts=Counts(total=total))
            return _save(connection, stored.launched(now, approval_from=approval_from))

        return await self._db.write(work)

    async def resend(self, number: int, person_id: int | None = None) -> int:
        """Put those in doubt (or one of them) back into the line; gives how many."""
        doubtful = _of(number, recipients.c.result == Result.IN_DOUBT.value)
        if person_id is not None:
            doubtful = [*doubtful, recipients.c.person_id == person_id]
        again = (
            update(recipients)
            .where(*doubtful)
            .values(result=Result.WAITING.value, reason="", retry_at=null(), owner=null(), settled_at=null())
        )

        def work(connection: Connection) -> int:
            broadcast = _load(connection, number)
            if broadcast.state is State.CANCELLED:
                raise WrongState(broadcast.state.value)
            many = connection.execute(again).rowcount
            if many:
                _bump(connection, number, {"in_doubt": -many})
            if many and broadcast.state is State.DONE:
                _save(connection, replace(broadcast, state=State.RUNNING, ended_at=None, reported=False))
            return many

        return await self._db.write(work)

    async def left(self, person_id: int, now: datetime, *, number: int = 0) -> None:
        """A person who got this announcement, or any that has not ended, unsubscribes: counted once."""
        unended = select(broadcasts.c.id).where(broadcasts.c.ended_at.is_(None))
        which = recipients.c.broadcast_id == number if number else recipients.c.broadcast_id.in_(unended)
        noted = (
            update(recipients)
            .where(
                recipients.c.person_id == person_id,
                which,
                recipients.c.result == Result.SENT.value,
                recipients.c.unsubscribed_at.is_(None),
            )
            .values(unsubscribed_at=now)
            .returning(recipients.c.broadcast_id)
        )

        def work(connection: Connection) -> None:
            for one in connection.scalars(noted).all():
                _bump(connection, one, {"unsubscribed": 1})

        await self._db.write(work)

    # ---- looking

    async def lines(
        self, number: int, *, after: int | None = None, limit: int = 1000, only: Result | None = None
    ) -> Sequence[Line]:
        """Recipients above a person id, in order."""
        wanted = select(*LINE_COLUMNS).where(*_of(number)).order_by(recipients.c.person_id).limit(limit)
        if after is not None:
            wanted = wanted.where(recipients.c.person_id > after)
        if only is not None:
            wanted = wanted.where(recipients.c.result == only.value)
        rows = await self._db.read(lambda connection: connection.execute(wanted).all())
        return [line_of(row) for row in rows]

    async def active(self) -> Sequence[Broadcast]:
        """Scheduled and running ones, the oldest first."""
        states = (State.SCHEDULED.value, State.RUNNING.value)
        wanted = (
            select(broadcasts)
            .where(broadcasts.c.ended_at.is_(None), broadcasts.c.state.in_(states))
            .order_by(broadcasts.c.id)
        )
        return await self._db.read(lambda connection: _all(connection, wanted))

    # ---- sending

    async def claim(
        self, broadcast: Broadcast, owner: str, *, limit: int, lease: timedelta, now: datetime
    ) -> Sequence[Recipient]:
        """Mark recipients as being sent and give them; none unless the announcement is running."""
        values = {"number": broadcast.number, "holder": owner, "limit": limit}
        values |= {"until": now + lease, "now": now, "far": now + _FAR}

        def work(connection: Connection) -> list[Recipient]:
            while rows := connection.execute(_CLAIM, values).all():
                claimed = [recipient_of(row) for row in rows]
                if staying := self._without_leavers(connection, broadcast, claimed, now):
                    return sorted(staying, key=lambda one: one.person_id)
            return []

        return await self._db.write(work)

    def _without_leavers(
        self, connection: Connection, broadcast: Broadcast, claimed: Sequence[Recipient], now: datetime
    ) -> list[Recipient]:
        """Mark who left the audience as skipped; gives the others."""
        fresh = [one.person_id for one in claimed if not one.part]
        if broadcast.kind is not Kind.SEND or not fresh:
            return list(claimed)
        stays = select(people.c.id).where(people.c.id.in_(fresh), still_belongs(broadcast.audience))
        gone = set(fresh) - set(connection.scalars(stays))
        if gone:
            left = (
                update(recipients)
                .where(*_of(broadcast.number, recipients.c.person_id.in_(gone)))
                .values(result=Result.SKIPPED.value, owner=null(), held_until=null(), settled_at=now)
            )
            connection.execute(left)
            _bump(connection, broadcast.number, {"skipped": len(gone)})
        return [one for one in claimed if one.person_id not in gone]

    async def settle(self, number: int, owner: str, results: Sequence[Settled], now: datetime) -> Counts:
        """Store what became of recipients that ``owner`` claimed."""
        mine = (
            select(recipients.c.person_id, recipients.c.result)
            .where(
                *_of(number, recipients.c.person_id.in_([one.person_id for one in results])),
                recipients.c.owner == owner,
                recipients.c.result.in_((Result.SENDING.value, Result.IN_DOUBT.value)),
            )
            .with_for_update()
        )

        def work(connection: Connection) -> Counts:
            before: dict[int, str] = {row.person_id: row.result for row in connection.execute(mine)}
            known = [one for one in results if one.person_id in before]
            if known:
                connection.execute(_SETTLE, [_settled_row(number, owner, one, now) for one in known])
                _bump(connection, number, _changes(known, before))
            blocked = [one.person_id for one in known if one.result is Result.BLOCKED]
            if blocked:
                unreachable = update(people).where(people.c.id.in_(blocked)).values(reachable=False)
                connection.execute(unreachable)
            return counts_of(connection.execute(_COUNTS, {"number": number}).one())

        return await self._db.write(work)

    async def recover(self, now: datetime, *, owner: str = "") -> int:
        """Put into doubt what ``owner``, or a process whose lease has lapsed, left as being sent."""
        dead = (
            recipients.c.result == SENDING,
            or_(recipients.c.owner == owner, recipients.c.held_until <= now),
        )
        sends = exists().where(
            broadcasts.c.id == recipients.c.broadcast_id, broadcasts.c.kind == Kind.SEND.value
        )
        again = update(recipients).where(*dead, ~sends).values(result=Result.WAITING.value, held_until=null())
        doubtful = (
            update(recipients)
            .where(*dead, sends)
            .values(result=Result.IN_DOUBT.value, held_until=null(), reason=DEAD, settled_at=now)
            .returning(recipients.c.broadcast_id)
        )

        def work(connection: Connection) -> int:
            connection.execute(again)
            found = Counter(connection.scalars(doubtful).all())
            for number, many in sorted(found.items()):
                _bump(connection, number, {"in_doubt": many})
            return found.total()

        return await self._db.write(work)

    async def finish(self, number: int, now: datetime) -> bool:
        """End a running announcement that nobody waits for any more; whether it ended."""
        unsettled = select(recipients.c.person_id).where(recipients.c.broadcast_id == number)
        ended = (
            update(broadcasts)
            .where(
                broadcasts.c.id == number,
                broadcasts.c.state == State.RUNNING.value,
                ~unsettled.where(recipients.c.result == UNSENT).exists(),
                ~unsettled.where(recipients.c.result == SENDING).exists(),
            )
            .values(
                state=State.DONE.value, ended_at=now, parked_until=null(), version=broadcasts.c.version + 1
            )
        )
        return await self._db.write(lambda connection: connection.execute(ended).rowcount > 0)

    async def present(self, owner: str, *, within: timedelta, now: datetime) -> int:
        """Note that this process sends; gives how many processes were heard of within that time."""
        row = {"owner": owner, "seen_at": now}
        old = delete(senders).where(senders.c.seen_at < now - _FORGOTTEN)
        heard = (
            select(func.count())
            .select_from(senders)
            .where(senders.c.seen_at > now - within, senders.c.seen_at < now + within)
        )

        def work(connection: Connection) -> int:
            connection.execute(self._db.put(senders), row)
            connection.execute(old)
            return connection.execute(heard).scalar_one()

        return await self._db.write(work)

    async def absent(self, owner: str) -> None:
        """This process does not send any more."""
        gone = delete(senders).where(senders.c.owner == owner)
        await self._db.write(lambda connection: connection.execute(gone) and None)

    async def boards(self, *, every: timedelta, now: datetime) -> Sequence[Broadcast]:
        """Those whose progress is due to be drawn, or whose report is due, taken by this process."""
        drawn = broadcasts.c.drawn_at
        due = (
            update(broadcasts)
            .where(
                broadcasts.c.board_chat_id.is_not(None),
                broadcasts.c.state != State.DRAFT.value,
                broadcasts.c.reported.is_(False),
                or_(drawn.is_(None), drawn <= now - every, drawn > now),
            )
            .values(drawn_at=now)
            .returning(*broadcasts.c)
        )
        return await self._db.write(lambda connection: _all(connection, due), durable=False)


def _of(number: int, *conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [recipients.c.broadcast_id == number, *conditions]


def _load(connection: Connection, number: int) -> Broadcast:
    row = connection.execute(select(broadcasts).where(broadcasts.c.id == number)).one_or_none()
    if row is None:
        raise BroadcastNotFound(number)
    return broadcast_of(row)


def _all(connection: Connection, statement: Any) -> list[Broadcast]:
    rows: Sequence[AnyRow] = connection.execute(statement).all()
    return [broadcast_of(row) for row in rows]


def _fresh(broadcast: Broadcast) -> dict[str, Any]:
    return {**broadcast_row(broadcast), "total": 0, **dict.fromkeys(COUNTED, 0), "version": 1}


def _insert(connection: Connection, broadcast: Broadcast) -> Broadcast:
    made = connection.execute(insert(broadcasts).returning(broadcasts.c.id), _fresh(broadcast))
    return replace(broadcast, number=made.scalar_one(), version=1)


def _save(connection: Connection, broadcast: Broadcast) -> Broadcast:
    mine = (broadcasts.c.id == broadcast.number, broadcasts.c.version == broadcast.version)
    values = {**broadcast_row(broadcast), "version": broadcast.version + 1}
    if not connection.execute(update(broadcasts).where(*mine).values(values)).rowcount:
        _load(connection, broadcast.number)
        raise Changed
    return replace(broadcast, version=broadcast.version + 1)


def _fix_audience(connection: Connection, broadcast: Broadcast, now: datetime) -> int:
    columns = ["broadcast_id", "person_id", "language", "result", "part", "attempts", "reason"]
    mine = literal(broadcast.number, BigInteger)
    start = (literal(Result.WAITING.value, Text), literal(0), literal(0), literal("", Text))
    chosen: Select[Any]
    if broadcast.original is None:
        chosen = (
            select(mine, people.c.id, READ_LANGUAGE, *start)
            .where(belongs(broadcast.audience, now))
            .order_by(people.c.id)
        )
    else:
        columns.append("message_ids")
        chosen = (
            select(mine, recipients.c.person_id, recipients.c.language, *start, recipients.c.message_ids)
            .where(
                *_of(broadcast.original, recipients.c.result == Result.SENT.value),
                recipients.c.settled_at > now - CHANGEABLE,
            )
            .order_by(recipients.c.person_id)
        )
    return connection.execute(insert(recipients).from_select(columns, chosen)).rowcount


def _bump(connection: Connection, number: int, changes: Mapping[str, int]) -> None:
    values = {name: broadcasts.c[name] + change for name, change in changes.items() if change}
    if values:
        connection.execute(update(broadcasts).where(broadcasts.c.id == number).values(values))


def _changes(results: Sequence[Settled], before: Mapping[int, str]) -> Counter[str]:
    """How the counts change; what was in doubt already has been counted as such."""
    changes: Counter[str] = Counter()
    for one in results:
        if before[one.person_id] == Result.IN_DOUBT.value:
            changes["in_doubt"] -= 1
        if one.result.value in COUNTED:
            changes[one.result.value] += 1
    return changes


def _settled_row(number: int, owner: str, one: Settled, now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "person": one.person_id,
        "new_result": one.result.value,
        "new_reason": one.reason,
        "new_ids": list(one.message_ids) or None,
        "new_part": one.part,
        "new_retry_at": one.retry_at,
        "new_settled_at": None if one.result is Result.WAITING else now,
        "new_owner": owner if one.result is Result.IN_DOUBT else None,
    }
