"""Marks in the database."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from bot.domain.delivery import Notice
from bot.storage.database import Database
from bot.storage.outbox import owe
from bot.storage.tables import marks


class SqlMarks:
    """Implements ``bot.domain.marks.Marks``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        return await self._db.read(
            lambda connection: connection.scalar(select(marks.c.value).where(marks.c.name == name))
        )

    async def set(self, name: str, value: str) -> None:
        """Replace the value."""
        row = {"name": name, "value": value}
        await self._db.write(lambda connection: connection.execute(self._db.put(marks), row) and None)

    async def change(self, name: str, old: str | None, new: str, *, notices: Sequence[Notice] = ()) -> bool:
        """Replace the value only if it still is ``old`` (None: absent), and store what is owed with it."""

        def work(connection: Connection) -> bool:
            changed = self._change(connection, name, old, new)
            if changed:
                owe(connection, self._db, notices)
            return changed

        return await self._db.write(work)

    def _change(self, connection: Connection, name: str, old: str | None, new: str) -> bool:
        if old is None:
            row = {"name": name, "value": new}
            return connection.execute(self._db.insert_new(marks), row).rowcount == 1
        changed = update(marks).where(marks.c.name == name, marks.c.value == old).values(value=new)
        return connection.execute(changed).rowcount == 1
