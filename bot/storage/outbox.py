"""The outbox in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)

from bot.domain.delivery import Notice, Owed
from bot.domain.inbox import FAR
from bot.domain.messages import Copy, NoticeKind
from bot.domain.privacy import erased_in
from bot.storage.backend import AnyRow
from bot.storage.columns import Moment
from bot.storage.database import Database
from bot.storage.tables import copies, inquiries, outbox

CLAIM_LOCK = 0x4B48_0002
"""The PostgreSQL advisory lock under which notices are claimed."""

_NOW = bindparam("now", type_=Moment)
_other = outbox.alias("other")


def _owed(table: Any = outbox) -> ColumnElement[bool]:
    return table.c.given_up_at.is_(None)  # type: ignore[no-any-return]


_first_of_chat = ~exists().where(
    _other.c.chat_id == outbox.c.chat_id, _owed(_other), _other.c.id < outbox.c.id
)
_nobody_holds = ~exists().where(
    _other.c.chat_id == outbox.c.chat_id, _other.c.held_until.is_not(None), _other.c.held_until > _NOW
)
_heads = (
    select(outbox.c.id)
    .where(
        _owed(),
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= _NOW),
        or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= _NOW),
        _first_of_chat,
        _nobody_holds,
    )
    .order_by(outbox.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
    .cte("heads")
)
_SHOWN = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.chat_id,
    outbox.c.code,
    outbox.c.post_id,
    outbox.c.args,
    outbox.c.key,
    outbox.c.not_before,
    outbox.c.attempts,
    outbox.c.created_at,
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(select(_heads.c.id)))
    .values(
        owner=bindparam("holder", type_=Text),
        held_until=bindparam("until", type_=Moment),
        attempts=outbox.c.attempts + 1,
    )
    .returning(*_SHOWN)
)


def _later(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two moments, either of which may be missing."""
    return case((one.is_(None), other), (other.is_(None), one), (one > other, one), else_=other)


_NEXT_DUE = select(
    func.min(func.coalesce(_later(outbox.c.not_before, outbox.c.retry_at), outbox.c.created_at), type_=Moment)
).where(_owed(), _first_of_chat, _nobody_holds)
_WAITING_KEYS = (
    select(outbox.c.key)
    .where(
        outbox.c.key.in_(bindparam("keys", expanding=True, type_=Text)),
        outbox.c.key != literal_column("''"),
        _owed(),
        outbox.c.held_until.is_(None),
    )
    .with_for_update()
)
_LEASE_ENDS = select(func.min(outbox.c.held_until, type_=Moment)).where(
    outbox.c.held_until.is_not(None), outbox.c.held_until > _NOW
)


def owe(connection: Connection, database: Database, notices: Sequence[Notice]) -> None:
    """Store notices within a transaction; one whose key already waits unsent is left out."""
    seen = _waiting_keys(connection, {notice.key for notice in notices if notice.key})
    rows = []
    for notice in notices:
        if notice.key and notice.key in seen:
            continue
        seen.add(notice.key)
        rows.append(_row(notice, database.now()))
    if rows:
        connection.execute(insert(outbox), rows)


def _waiting_keys(connection: Connection, keys: set[str]) -> set[str]:
    """Those keys that wait unsent, locked: nobody begins to send them before this transaction ends.

    A notice that is being sent now does not count: it may have been written before the change.
    """
    if not keys:
        return set()
    return set(connection.scalars(_WAITING_KEYS, {"keys": list(keys)}))


def keep_copies(connection: Connection, database: Database, shown: Sequence[Copy]) -> None:
    """Store copies within a transaction; one that is known is left as it is."""
    rows = [
        {
            "chat_id": copy.ref.chat_id,
            "message_id": copy.ref.message_id,
            "code": copy.code,
            "post_id": copy.post_id,
            "kind": copy.kind.value,
        }
        for copy in shown
    ]
    if rows:
        connection.execute(database.insert_new(copies), rows)


def _take_back_late(connection: Connection, database: Database, shown: Sequence[Copy]) -> None:
    """What was just shown to a group of an inquiry that was erased meanwhile is to be undone there (again).

    Usually that waits behind it; but where a process was frozen at sending, others went on.
    """
    places = {(copy.ref.chat_id, copy.code) for copy in shown if copy.ref.chat_id < 0}
    if not places:
        return
    codes = {code for _, code in places}
    gone = select(inquiries.c.code).where(inquiries.c.code.in_(codes), inquiries.c.erased_at.is_not(None))
    late = set(connection.scalars(gone))
    owe(connection, database, [erased_in(chat, code) for chat, code in sorted(places) if code in late])


class SqlOutbox:
    """Implements ``bot.domain.delivery.Outbox``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, notices: Sequence[Notice]) -> None:
        """Store notices that belong to no other effect."""
        if notices:
            await self._db.write(lambda connection: owe(connection, self._db, notices))

    async def claim(self, owner: str, *, limit: int, lease: timedelta, now: datetime) -> Sequence[Owed]:
        """The first due notice of each chat that nobody holds, oldest first."""
        values = {"holder": owner, "until": now + lease, "now": now, "limit": limit}

        def work(connection: Connection) -> list[AnyRow]:
            self._db.serialise(connection, CLAIM_LOCK)
            return list(connection.execute(_CLAIM, values).all())

        rows = await self._db.write(work, durable=False)
        return sorted(map(_owed_of, rows), key=lambda one: one.id)

    async def siblings(
        self, owed: Owed, *, kinds: Collection[NoticeKind] = (), limit: int = 50
    ) -> Sequence[Owed]:
        """Waiting notices of the same chat, after this one, for sending together (album, digest)."""
        names = [kind.value for kind in kinds or (owed.notice.kind,)]
        wanted = (
            select(*_SHOWN)
            .where(
                outbox.c.chat_id == owed.notice.chat_id,
                outbox.c.id > owed.id,
                outbox.c.kind.in_(names),
                _owed(),
            )
            .order_by(outbox.c.id)
            .limit(limit)
        )
        rows = await self._db.read(lambda connection: connection.execute(wanted).all())
        return [_owed_of(row) for row in rows]

    async def hold(self, ids: Sequence[int], owner: str, *, until: datetime) -> None:
        """Hold siblings too: what changes from now on is owed anew."""
        held = update(outbox).where(outbox.c.id.in_(ids)).values(owner=owner, held_until=until)
        await self._db.write(lambda connection: connection.execute(held) and None)

    async def keep(self, ids: Collection[int], owner: str, *, until: datetime) -> Collection[int]:
        """Hold longer what ``owner`` still holds of these; gives which those are."""
        held = and_(outbox.c.id.in_(ids), outbox.c.owner == owner, _owed())
        longer = update(outbox).where(held).values(held_until=until).returning(outbox.c.id)
        return await self._db.write(
            lambda connection: frozenset(connection.scalars(longer)) if ids else frozenset(), durable=False
        )

    async def sent(self, ids: Sequence[int], copies: Sequence[Copy], now: datetime) -> None:  # noqa: ARG002
        """Delivered: the notices go, the copies are stored."""

        def work(connection: Connection) -> None:
            connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))
            keep_copies(connection, self._db, copies)
            _take_back_late(connection, self._db, copies)

        await self._db.write(work)

    async def retry(self, ids: Sequence[int], reason: str, retry_at: datetime) -> None:
        """Not delivered: try again then."""
        await self._change(outbox.c.id.in_(ids), retry_at=retry_at, error=reason)

    async def give_up(self, ids: Sequence[int], reason: str, now: datetime) -> None:
        """Never deliverable: kept with the reason until pruned, and not tried again."""
        await self._change(outbox.c.id.in_(ids), given_up_at=now, error=reason)

    async def move_chat(self, old: int, new: int) -> None:
        """Everything owed to the old chat is owed to the new one."""
        moved = update(outbox).where(outbox.c.chat_id == old).values(chat_id=new)
        await self._db.write(lambda connection: connection.execute(moved) and None)

    async def release(self, owner: str) -> None:
        """Give back everything that ``owner`` holds."""
        await self._change(and_(outbox.c.owner == owner, outbox.c.held_until.is_not(None)))

    async def hurry(self, now: datetime) -> None:
        """The clock was set back: as in ``Inbox.hurry``."""
        ahead = or_(outbox.c.retry_at > now, outbox.c.not_before > now)
        await self._change(and_(_owed(), ahead), retry_at=null(), not_before=null())
        await self._change(and_(_owed(), outbox.c.held_until > now + FAR))

    async def waiting(self) -> int:
        """How many are not delivered and not given up."""
        wanted = select(func.count()).select_from(outbox).where(_owed())
        return await self._db.read(lambda connection: connection.execute(wanted).scalar_one())

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next notice becomes due; None when nothing waits."""

        def work(connection: Connection) -> list[datetime | None]:
            return [connection.scalar(wanted, {"now": now}) for wanted in (_NEXT_DUE, _LEASE_ENDS)]

        return min((moment for moment in await self._db.read(work) if moment), default=None)

    async def prune(self, before: datetime) -> int:
        """Forget given-up notices older than that; gives how many."""
        old = delete(outbox).where(outbox.c.given_up_at.is_not(None), outbox.c.given_up_at < before)
        return await self._db.write(lambda connection: connection.execute(old).rowcount)

    async def _change(self, which: ColumnElement[bool], **values: object) -> None:
        """Change rows; nobody holds them afterwards."""
        statement = update(outbox).where(which).values(owner=null(), held_until=null(), **values)
        await self._db.write(lambda connection: connection.execute(statement) and None)


def _row(notice: Notice, now: datetime) -> dict[str, Any]:
    return {
        "kind": notice.kind.value,
        "chat_id": notice.chat_id,
        "code": notice.code,
        "post_id": notice.post_id,
        "args": dict(notice.args),
        "key": notice.key,
        "not_before": notice.not_before,
        "created_at": now,
        "attempts": 0,
        "error": "",
    }


def _owed_of(row: Sequence[Any]) -> Owed:
    number, kind, chat_id, code, post_id, args, key, not_before, attempts, created_at = row
    notice = Notice(
        kind=NoticeKind(kind),
        chat_id=chat_id,
        code=code,
        post_id=post_id,
        args=args,
        key=key,
        not_before=not_before,
    )
    return Owed(id=number, notice=notice, attempts=attempts, created_at=created_at)
