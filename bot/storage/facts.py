"""Changed facts in the database."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, insert, select

from bot.domain.aftermath import nothing_follows
from bot.domain.errors import Changed
from bot.domain.fact_desk import FactChange, Follows
from bot.storage.aftermath import follow
from bot.storage.backend import AnyRow
from bot.storage.database import Database
from bot.storage.tables import fact_changes

_LOCK = 4_004
"""Of changes of facts, which are made one after the other."""


class SqlFacts:
    """Implements ``bot.domain.fact_desk.FactStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self, change: FactChange, *, after: int, cause: str, follows: Follows = nothing_follows
    ) -> FactChange:
        """Store a change, and what follows. Raises ``Changed``. Given an applied cause: that change."""

        def work(connection: Connection) -> FactChange:
            self._db.serialise(connection, _LOCK)
            done = connection.execute(_rows().where(fact_changes.c.cause == cause)).first()
            if done:
                return _change(done)
            newest = select(func.max(fact_changes.c.number)).where(fact_changes.c.fact == change.fact)
            if (connection.scalar(newest) or 0) != after:
                raise Changed
            row = {
                "fact": change.fact,
                "by": change.by,
                "by_name": change.by_name,
                "at": change.at,
                "old": dict(change.old),
                "new": None if change.new is None else dict(change.new),
                "cause": cause,
            }
            added = insert(fact_changes).values(row).returning(*fact_changes.c)
            stored = _change(connection.execute(added).one())
            follow(connection, self._db, follows(stored))
            return stored

        return await self._db.write(work)

    async def current(self) -> Sequence[FactChange]:
        """The last change of each fact."""
        last = select(func.max(fact_changes.c.number)).group_by(fact_changes.c.fact)
        query = _rows().where(fact_changes.c.number.in_(last)).order_by(fact_changes.c.number)
        return await self._db.read(lambda connection: [_change(row) for row in connection.execute(query)])

    async def history(self, fact: str) -> Sequence[FactChange]:
        """Every change of a fact, the newest first."""
        query = _rows().where(fact_changes.c.fact == fact).order_by(fact_changes.c.number.desc())
        return await self._db.read(lambda connection: [_change(row) for row in connection.execute(query)])

    async def version(self) -> int:
        """The number of the newest change of all; 0 before the first."""
        newest = select(func.max(fact_changes.c.number))
        return await self._db.read(lambda connection: connection.scalar(newest) or 0)


def _rows() -> Select[tuple[object, ...]]:
    return select(*fact_changes.c)


def _change(row: AnyRow) -> FactChange:
    return FactChange(
        number=row.number,
        fact=row.fact,
        by=row.by,
        by_name=row.by_name,
        at=row.at,
        old=row.old,
        new=row.new,
    )
