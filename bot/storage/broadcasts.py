"""Announcements in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Text,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from bot.domain.aftermath import nothing_follows
from bot.domain.broadcasts import CHANGEABLE, Audience, Broadcast, Follows, State
from bot.domain.errors import BroadcastNotFound, Changed, NobodyToReach, WrongState
from bot.domain.messages import MessageRef
from bot.domain.recipients import Counts, Line, Result, Tally
from bot.i18n.languages import Language
from bot.storage.aftermath import follow
from bot.storage.backend import AnyRow
from bot.storage.broadcast_rows import (
    COUNTED,
    LINE_COLUMNS,
    READ_LANGUAGE,
    belongs,
    broadcast_of,
    broadcast_row,
    line_of,
)
from bot.storage.broadcast_turns import Turns, bump, of_job
from bot.storage.tables import broadcasts, people, recipients, senders

_FORGOTTEN = timedelta(days=1)


class SqlBroadcasts(Turns):
    """Implements ``bot.domain.broadcasts.BroadcastStore``."""

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

    async def recent(self, *, limit: int = 10, before: int = 0) -> Sequence[Broadcast]:
        """The newest ones, drafts included; with ``before`` those with a smaller number."""
        wanted = select(broadcasts).order_by(broadcasts.c.id.desc()).limit(limit)
        if before:
            wanted = wanted.where(broadcasts.c.id < before)
        return await self._db.read(lambda connection: _all(connection, wanted))

    async def save(self, broadcast: Broadcast, *, follows: Follows = nothing_follows) -> Broadcast:
        """Replace all but the counts. Raises ``Changed`` when the stored one is newer."""
        return await self._db.write(lambda connection: self._save(connection, broadcast, follows))

    def _save(self, connection: Connection, broadcast: Broadcast, follows: Follows) -> Broadcast:
        stored = _save(connection, broadcast)
        follow(connection, self._db, follows(stored))
        return stored

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

    async def launch(
        self,
        broadcast: Broadcast,
        *,
        now: datetime,
        approval_from: int = 0,
        follows: Follows = nothing_follows,
    ) -> Broadcast:
        """Fix the audience and let a draft (stored or new) go, together."""

        def work(connection: Connection) -> Broadcast:
            stored = _save(connection, broadcast) if broadcast.number else _insert(connection, broadcast)
            total = _fix_audience(connection, stored, now)
            if not total:
                raise NobodyToReach
            counted = update(broadcasts).where(broadcasts.c.id == stored.number).values(total=total)
            connection.execute(counted)
            stored = replace(stored, counts=Counts(total=total))
            return self._save(connection, stored.launched(now, approval_from=approval_from), follows)

        return await self._db.write(work)

    async def resend(
        self, number: int, person_id: int | None = None, *, follows: Follows = nothing_follows
    ) -> int:
        """Put those in doubt (or one of them) back into the line; gives how many."""
        doubtful = of_job(number, recipients.c.result == Result.IN_DOUBT.value)
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
                bump(connection, number, {"in_doubt": -many})
                self._save(connection, _running_again(broadcast), follows)
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
                bump(connection, one, {"unsubscribed": 1})

        await self._db.write(work)

    # ---- looking

    async def lines(
        self, number: int, *, after: int | None = None, limit: int = 1000, only: Result | None = None
    ) -> Sequence[Line]:
        """Recipients above a person id, in order."""
        wanted = select(*LINE_COLUMNS).where(*of_job(number)).order_by(recipients.c.person_id).limit(limit)
        if after is not None:
            wanted = wanted.where(recipients.c.person_id > after)
        if only is not None:
            wanted = wanted.where(recipients.c.result == only.value)
        rows = await self._db.read(lambda connection: connection.execute(wanted).all())
        return [line_of(row) for row in rows]

    async def tallies(self, number: int) -> Sequence[Tally]:
        """How many recipients met which end, and why: the largest groups first."""
        parts = (recipients.c.language, recipients.c.result, recipients.c.reason)
        wanted = (
            select(*parts, func.count())
            .where(*of_job(number))
            .group_by(*parts)
            .order_by(func.count().desc(), *parts)
        )
        rows = await self._db.read(lambda connection: connection.execute(wanted).all())
        return [
            Tally(language=Language(code), result=Result(result), reason=reason, many=many)
            for code, result, reason, many in rows
        ]

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

    async def board_at(self, ref: MessageRef) -> int | None:
        """The announcement whose progress this message shows; None when it is over and reported."""
        shown = select(broadcasts.c.id).where(
            broadcasts.c.board_chat_id == ref.chat_id,
            broadcasts.c.board_message_id == ref.message_id,
            broadcasts.c.reported.is_(False),
        )
        return await self._db.read(lambda connection: connection.execute(shown).scalars().first())

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


def _running_again(broadcast: Broadcast) -> Broadcast:
    if broadcast.state is not State.DONE:
        return broadcast
    return replace(broadcast, state=State.RUNNING, ended_at=None, reported=False)


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
                *of_job(broadcast.original, recipients.c.message_ids.is_not(None)),
                or_(recipients.c.settled_at.is_(None), recipients.c.settled_at > now - CHANGEABLE),
                recipients.c.language.in_([one.value for one in broadcast.audience.languages or Language]),
            )
            .order_by(recipients.c.person_id)
        )
    return connection.execute(insert(recipients).from_select(columns, chosen)).rowcount
