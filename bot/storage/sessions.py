"""Sessions in the database."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, RowMapping, bindparam, delete, or_, select

from bot.domain.sessions import Overtaken, Session
from bot.storage.database import Database
from bot.storage.statements import Insert, insert_into
from bot.storage.tables import sessions, ticks

_GET = select(sessions).where(
    sessions.c.chat_id == bindparam("chat"), sessions.c.person_id == bindparam("person")
)


def put_session(connection: Connection, database: Database, session: Session) -> None:
    """Replace a session in a transaction; one without ``changed_at`` changed now. Raises ``Overtaken``."""
    row = _row(session, session.changed_at or database.now())
    if session.after is None:
        connection.execute(database.put(sessions), row)
        return
    moved = connection.execute(
        _put_after(on_sqlite=database.is_sqlite), {**row, "made_of": session.after}
    ).rowcount
    if not moved:
        raise Overtaken


@cache
def _put_after(*, on_sqlite: bool) -> Insert:
    """An INSERT that replaces a session only where it is the one that the new one was made of, or its own."""
    new = insert_into(sessions, on_sqlite=on_sqlite)
    known = or_(
        sessions.c.cause == bindparam("made_of", type_=BigInteger), sessions.c.cause == new.excluded.cause
    )
    key = [column.name for column in sessions.primary_key]
    changes = {column.name: new.excluded[column.name] for column in sessions.c if column.name not in key}
    return new.on_conflict_do_update(index_elements=key, set_=changes, where=known)


class SqlSessions:
    """Implements ``bot.domain.sessions.SessionStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, chat_id: int, person_id: int) -> Session:
        """The session; an empty one when there is none."""
        wanted = {"chat": chat_id, "person": person_id}
        row = await self._db.read(
            lambda connection: connection.execute(_GET, wanted).mappings().one_or_none()
        )
        return session_of(row) if row else Session(chat_id=chat_id, person_id=person_id)

    async def put(self, session: Session) -> None:
        """Replace the stored session."""
        await self._db.write(lambda connection: put_session(connection, self._db, session))

    async def continue_thread(self, person_id: int, code: str) -> None:
        """Set ``thread`` of the person's private chat and leave the rest as it is."""
        fresh = Session(chat_id=person_id, person_id=person_id, thread=code)
        row = _row(fresh, self._db.now())
        statement = self._db.put(sessions, "thread", "changed_at")
        await self._db.write(lambda connection: connection.execute(statement, row) and None)

    async def ticks(self, person_id: int, list_id: str) -> frozenset[str]:
        """The ticked lines of a checklist, by key."""
        return await self._db.read(lambda connection: _ticked(connection, person_id, list_id))

    async def tick(self, person_id: int, list_id: str, line: str, *, ticked: bool) -> frozenset[str]:
        """Tick or clear a line; gives all ticked lines."""
        row = {"person_id": person_id, "list_id": list_id, "line": line}

        def work(connection: Connection) -> frozenset[str]:
            if ticked:
                connection.execute(self._db.insert_new(ticks), row)
            else:
                connection.execute(
                    delete(ticks).where(
                        ticks.c.person_id == person_id, ticks.c.list_id == list_id, ticks.c.line == line
                    )
                )
            return _ticked(connection, person_id, list_id)

        return await self._db.write(work)

    async def sweep(self, before: datetime) -> int:
        """Delete sessions unchanged since then; gives how many."""
        statement = delete(sessions).where(sessions.c.changed_at < before)
        return await self._db.write(lambda connection: connection.execute(statement).rowcount)


def _ticked(connection: Connection, person_id: int, list_id: str) -> frozenset[str]:
    wanted = select(ticks.c.line).where(ticks.c.person_id == person_id, ticks.c.list_id == list_id)
    return frozenset(connection.scalars(wanted))


def _row(session: Session, changed_at: datetime) -> dict[str, Any]:
    return {
        "chat_id": session.chat_id,
        "person_id": session.person_id,
        "state": session.state,
        "data": dict(session.data),
        "thread": session.thread,
        "cause": session.cause,
        "changed_at": changed_at,
    }


def session_of(row: RowMapping) -> Session:
    """The session in a row of ``sessions``."""
    return Session(**{**row, "data": row["data"] or {}})
