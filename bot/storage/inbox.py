"""The inbox in the database."""

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
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from bot.domain.aftermath import NOTHING, Aftermath
from bot.domain.inbox import FAR, Incoming, Item, Quarantined
from bot.storage.aftermath import follow
from bot.storage.backend import AnyRow
from bot.storage.columns import Moment
from bot.storage.database import Database
from bot.storage.tables import DONE, QUARANTINED, WAITING, causes, inbox

CLAIM_LOCK = 0x4B48_0001
"""The PostgreSQL advisory lock under which items are claimed."""

_NOW = bindparam("now", type_=Moment)
_other = inbox.alias("other")
_waits = inbox.c.state == WAITING
_first_of_chat = ~exists().where(
    _other.c.chat == inbox.c.chat, _other.c.state == WAITING, _other.c.id < inbox.c.id
)
_nobody_holds = ~exists().where(
    _other.c.chat == inbox.c.chat, _other.c.held_until.is_not(None), _other.c.held_until > _NOW
)
_heads = (
    select(inbox.c.id)
    .where(
        _waits,
        or_(inbox.c.retry_at.is_(None), inbox.c.retry_at <= _NOW),
        _first_of_chat,
        _nobody_holds,
    )
    .order_by(inbox.c.id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
    .cte("heads")
)
_CLAIM = (
    update(inbox)
    .where(inbox.c.id.in_(select(_heads.c.id)))
    .values(
        owner=bindparam("holder", type_=Text),
        held_until=bindparam("until", type_=Moment),
        attempts=inbox.c.attempts + 1,
    )
    .returning(
        inbox.c.id,
        inbox.c.update_id,
        inbox.c.chat,
        inbox.c.payload,
        inbox.c.attempts,
        inbox.c.received_at,
    )
)
_FREE = {"owner": null(), "held_until": null()}
_DONE = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True, type_=BigInteger)), _waits)
    .values(state=DONE, chat=0, payload=null(), error="", done_at=bindparam("now", type_=Moment), **_FREE)
)
"""What is done is remembered by its number alone, not by whose it was."""


class SqlInbox:
    """Implements ``bot.domain.inbox.Inbox``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, batch: Sequence[Incoming], now: datetime) -> int:
        """Store a batch durably; an ``update_id`` still remembered is skipped. Gives how many were new."""
        rows = [
            {
                "update_id": one.update_id,
                "chat": one.chat,
                "payload": one.payload,
                "received_at": now,
                "state": "waiting",
                "attempts": 0,
                "error": "",
            }
            for one in batch
        ]
        statement = self._db.insert_new(inbox)

        def work(connection: Connection) -> int:
            return sum(connection.execute(statement, row).rowcount for row in rows)

        return await self._db.write(work) if rows else 0

    async def claim(self, owner: str, *, limit: int, lease: timedelta, now: datetime) -> Sequence[Item]:
        """The first unfinished item of each chat that is due and that nobody holds, oldest first."""
        values = {"holder": owner, "until": now + lease, "now": now, "limit": limit}

        def work(connection: Connection) -> list[AnyRow]:
            self._db.serialise(connection, CLAIM_LOCK)
            return list(connection.execute(_CLAIM, values).all())

        rows = await self._db.write(work, durable=False)
        return sorted(map(_item, rows), key=lambda item: item.id)

    async def keep(self, ids: Collection[int], owner: str, *, until: datetime) -> Collection[int]:
        """Hold longer what ``owner`` still holds of these; gives which those are."""
        held = and_(inbox.c.id.in_(ids), inbox.c.owner == owner, _waits)
        longer = update(inbox).where(held).values(held_until=until).returning(inbox.c.id)
        return await self._db.write(
            lambda connection: frozenset(connection.scalars(longer)) if ids else frozenset(), durable=False
        )

    async def done(self, ids: Sequence[int], now: datetime) -> None:
        """Finished: the payload is dropped, the update_id remembered.

        A power cut may undo it; then the update is handled again, and its effects know their causes.
        """
        if ids:
            values = {"ids": list(ids), "now": now}
            await self._db.write(lambda connection: connection.execute(_DONE, values) and None, durable=False)

    async def failed(self, item_id: int, error: str, retry_at: datetime, *, counted: bool = True) -> None:
        """Try again later; later items of the same chat wait. Not ``counted``: as if never begun."""
        attempts = inbox.c.attempts - (0 if counted else 1)
        which = and_(inbox.c.id == item_id, _waits)
        await self._change(which, retry_at=retry_at, error=error, attempts=attempts)

    async def quarantine(self, item_id: int, error: str, *, aftermath: Aftermath = NOTHING) -> None:
        """Put aside, with what follows; later items of the same chat go on."""
        await self._change(and_(inbox.c.id == item_id, _waits), aftermath, state=QUARANTINED, error=error)

    async def release(self, owner: str) -> None:
        """Give back everything that ``owner`` holds (at start, after a crash, and at a graceful stop)."""
        await self._change(and_(inbox.c.owner == owner, inbox.c.held_until.is_not(None)))

    async def hurry(self, now: datetime) -> None:
        """The clock was set back: what waits for a moment ahead waits no longer."""
        await self._change(and_(_waits, inbox.c.retry_at > now), retry_at=null())
        await self._change(and_(_waits, inbox.c.held_until > now + FAR))

    async def quarantined(self) -> Sequence[Quarantined]:
        """What was put aside, oldest first."""
        wanted = (
            select(
                inbox.c.id,
                inbox.c.update_id,
                inbox.c.chat,
                inbox.c.received_at,
                inbox.c.attempts,
                inbox.c.error,
            )
            .where(inbox.c.state == QUARANTINED)
            .order_by(inbox.c.id)
        )
        rows = await self._db.read(lambda connection: connection.execute(wanted).mappings().all())
        return [Quarantined(**row) for row in rows]

    async def retry(self, item_id: int, *, aftermath: Aftermath = NOTHING) -> bool:
        """Take one out of quarantine; False when it is not there. Its attempts count anew."""
        return await self._change(
            and_(inbox.c.id == item_id, inbox.c.state == QUARANTINED),
            aftermath,
            state=WAITING,
            attempts=0,
            retry_at=null(),
            error="",
        )

    async def drop(self, item_id: int, *, aftermath: Aftermath = NOTHING) -> bool:
        """Delete one from quarantine; False when it is not there. Its update_id stays remembered."""
        return await self._change(
            and_(inbox.c.id == item_id, inbox.c.state == QUARANTINED),
            aftermath,
            state=DONE,
            payload=null(),
            error="",
            done_at=self._db.now(),
        )

    async def waiting(self) -> int:
        """How many unfinished items there are, quarantined ones aside."""
        wanted = select(func.count()).select_from(inbox).where(_waits)
        return await self._db.read(lambda connection: connection.execute(wanted).scalar_one())

    async def prune(self, before: datetime) -> int:
        """Forget the ids of items finished before then, and the causes of that time; gives how many items.

        Causes that an unfinished or quarantined item may still repeat are kept.
        """

        def work(connection: Connection) -> int:
            oldest: datetime | None = connection.scalar(
                select(func.min(inbox.c.received_at, type_=Moment)).where(
                    or_(_waits, inbox.c.state == QUARANTINED)
                )
            )
            limit = min(before, oldest) if oldest else before
            connection.execute(delete(causes).where(causes.c.applied_at < limit))
            old = delete(inbox).where(inbox.c.done_at.is_not(None), inbox.c.done_at < before)
            return connection.execute(old).rowcount

        return await self._db.write(work)

    async def _change(
        self, which: ColumnElement[bool], aftermath: Aftermath = NOTHING, **values: object
    ) -> bool:
        """Change rows, with what follows; nobody holds them afterwards. Whether there were any."""
        statement = update(inbox).where(which).values(**_FREE, **values)

        def work(connection: Connection) -> bool:
            changed = connection.execute(statement).rowcount > 0
            if changed:
                follow(connection, self._db, aftermath)
            return changed

        return await self._db.write(work)


def _item(row: Sequence[Any]) -> Item:
    number, update_id, chat, payload, attempts, received_at = row
    return Item(
        id=number,
        update_id=update_id,
        chat=chat,
        payload=payload,
        attempts=attempts,
        received_at=received_at,
    )
