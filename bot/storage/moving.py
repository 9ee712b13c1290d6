"""Moving from SQLite to PostgreSQL: every table, in batches, counted afterwards.

Values are copied as they stand, so sealed ones stay sealed and need no key here.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from bot.storage.backend import Reader
from bot.storage.cipher import NoCipher
from bot.storage.columns import ID
from bot.storage.database import database_url
from bot.storage.errors import StorageDamaged, StorageFault
from bot.storage.migrations import upgrade
from bot.storage.postgres import PostgresBackend
from bot.storage.raw import following, raw_tables, rows_of
from bot.storage.sqlite import SqliteBackend
from bot.storage.tables import metadata

_BATCH = 1000


class NotEmpty(StorageFault):
    """The database to move into already holds something."""


async def move(
    source: str, target: str, *, progress: Callable[[str, int], None] = lambda _table, _rows: None
) -> Mapping[str, int]:
    """Copy a SQLite database into an empty PostgreSQL one; gives the number of rows of each table.

    ``progress`` is told each table and how many of its rows are there. The source is not changed and should
    be at rest. Raises ``NotEmpty``, another ``StorageFault``, ``ValueError`` for wrong addresses. A copy that
    fails leaves the target empty.
    """
    _must_be(source, "sqlite")
    _must_be(target, "postgresql")
    await upgrade(source)
    await upgrade(target)
    origin = await SqliteBackend.open(database_url(source), cipher=NoCipher())
    try:
        copy = await PostgresBackend.open(database_url(target), cipher=NoCipher())
        try:
            return await _Move(copy, progress).run(origin)
        finally:
            await copy.close()
    finally:
        await origin.close()


def _must_be(url: str, kind: str) -> None:
    if database_url(url).get_backend_name() != kind:
        raise ValueError(f"moving goes from sqlite to postgresql; {kind} was expected")


class _Move:
    def __init__(self, target: PostgresBackend, progress: Callable[[str, int], None]) -> None:
        self._target = target
        self._progress = progress
        self._tables = raw_tables()

    async def run(self, origin: SqliteBackend) -> Mapping[str, int]:
        await self._target.read(self._must_be_empty)
        try:
            async with origin.snapshot() as read:
                counts = {table.name: await self._copy(table, read) for table in self._tables}
                expected = await read(self._count)
                numbers = await read(_numbers)
            await self._target.write(partial(_go_on_from, numbers=numbers))
            _must_be_the_same(await self._target.read(self._count), expected)
        except BaseException:
            await self._target.write(self._clear)
            raise
        return counts

    async def _copy(self, table: Table, read: Reader) -> int:
        total = 0
        after = None
        while rows := await read(partial(_page, table=table, after=after)):
            await self._target.write(partial(_put, table=table, rows=rows))
            after = tuple(rows[-1][column.name] for column in table.primary_key)
            total += len(rows)
            self._progress(table.name, total)
        return total

    def _must_be_empty(self, connection: Connection) -> None:
        filled = [name for name, rows in self._count(connection).items() if rows]
        if filled:
            raise NotEmpty(f"the database to move into already has rows in {', '.join(filled)}")

    def _count(self, connection: Connection) -> dict[str, int]:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in self._tables
        }

    def _clear(self, connection: Connection) -> None:
        for table in reversed(self._tables):
            connection.execute(delete(table))


def _must_be_the_same(found: Mapping[str, int], expected: Mapping[str, int]) -> None:
    if found != expected:
        raise StorageDamaged("the copy has not the rows of the original")


def _page(connection: Connection, table: Table, after: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    return list(rows_of(connection, following(table, after, _BATCH)))


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(table), rows)


def _numbers(connection: Connection) -> dict[str, int]:
    """The highest number that each table of a SQLite database ever gave."""
    rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    drawn = {table.name for table in metadata.sorted_tables if "id" in table.c and table.c.id.type is ID}
    return {name: number for name, number in rows if name in drawn}


def _go_on_from(connection: Connection, numbers: Mapping[str, int]) -> None:
    """New rows get higher numbers than any row ever had: causes are named after them."""
    for name, number in numbers.items():
        sequence = func.pg_get_serial_sequence(name, "id")
        connection.execute(select(func.setval(sequence, max(1, number))))
