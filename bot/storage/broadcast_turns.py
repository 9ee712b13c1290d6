"""The turns of recipients: claimed, settled, recovered after a crash, until nobody waits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    exists,
    null,
    or_,
    select,
    update,
)

from bot.domain.broadcasts import Broadcast, Kind, State
from bot.domain.recipients import DEAD, Counts, Recipient, Result, Settled
from bot.storage.broadcast_rows import COUNTED, RECIPIENT_COLUMNS, counts_of, recipient_of, still_belongs
from bot.storage.columns import Json, Moment
from bot.storage.database import Database
from bot.storage.tables import SENDING, UNSENT, broadcasts, people, recipients

_FAR = timedelta(minutes=10)
"""No retry is put off, no lease given for longer: what seems to be comes from a clock that was set back."""
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


class Turns:
    """What a sender does with recipients; ``SqlBroadcasts`` has the rest."""

    def __init__(self, database: Database) -> None:
        self._db = database

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
                .where(*of_job(broadcast.number, recipients.c.person_id.in_(gone)))
                .values(result=Result.SKIPPED.value, owner=null(), held_until=null(), settled_at=now)
            )
            connection.execute(left)
            bump(connection, broadcast.number, {"skipped": len(gone)})
        return [one for one in claimed if one.person_id not in gone]

    async def settle(self, number: int, owner: str, results: Sequence[Settled], now: datetime) -> Counts:
        """Store what became of recipients that ``owner`` claimed."""
        mine = (
            select(recipients.c.person_id, recipients.c.result)
            .where(
                *of_job(number, recipients.c.person_id.in_([one.person_id for one in results])),
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
                bump(connection, number, _changes(known, before))
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
            or_(
                recipients.c.owner == owner,
                recipients.c.held_until <= now,
                # From a clock that was set back meanwhile; its holder may still say how it ended.
                recipients.c.held_until > now + _FAR,
            ),
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
                bump(connection, number, {"in_doubt": many})
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


def of_job(number: int, *conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Recipients of an announcement, narrowed by conditions."""
    return [recipients.c.broadcast_id == number, *conditions]


def bump(connection: Connection, number: int, changes: Mapping[str, int]) -> None:
    """Change counts of an announcement within a transaction."""
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
