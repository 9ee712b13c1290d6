"""Database: what every store is built on; SQLite by default, PostgreSQL when asked."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    any_,
    bindparam,
    cast,
    delete,
    func,
    select,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.clock import Clock, SystemClock
from bot.storage.backend import Backend, Reader, T, Work
from bot.storage.cipher import Cipher, NoCipher, fold, is_current, read_text, write_text
from bot.storage.sqlite import BUSY_TIMEOUT, SqliteBackend
from bot.storage.statements import Insert, insert_new, put
from bot.storage.tables import marks

_KEY_MARK = "encryption key"
"""How marks begin that hold a sealed word: there is one for each key under which anything may be sealed."""
_KEY_LOCK = 0x4B48_0004
"""The PostgreSQL advisory lock under which a key is noted."""
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}


def database_url(url: str) -> URL:
    """The address with its driver named.

    Takes ``sqlite:///path``, ``postgres://…``, ``postgresql://…`` and both with their drivers. Raises
    ``ValueError`` with one line that repeats no password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(
            "a database address looks like sqlite+aiosqlite:///data/bot.db "
            "or postgresql+asyncpg://user:password@host/name"
        ) from None
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    if parsed.drivername not in _DRIVERS.values():
        raise ValueError(f"no such database: {parsed.drivername}; use sqlite+aiosqlite or postgresql+asyncpg")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("a SQLite database needs a file: sqlite+aiosqlite:///data/bot.db")
    return parsed


class Database:
    """An open database. Build it with ``open``, give it to the stores, close it at the end."""

    def __init__(self, backend: Backend, *, url: URL, cipher: Cipher, clock: Clock) -> None:
        self._backend = backend
        self.url = url
        self.cipher = cipher
        self._clock = clock
        self._key_is_noted = not cipher.seals

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        cipher: Cipher | None = None,
        clock: Clock | None = None,
        busy_timeout: float = BUSY_TIMEOUT,
    ) -> Self:
        """Open a database that ``migrations.upgrade`` has brought up to date.

        ``busy_timeout``: seconds to wait for another program that holds a SQLite file. Raises ``ValueError``
        for a wrong address and a ``StorageFault`` for everything that is wrong with the database.
        """
        address = database_url(url)
        cipher = cipher or NoCipher()
        backend = await _backend(address, cipher, busy_timeout)
        database = cls(backend, url=address, cipher=cipher, clock=clock or SystemClock())
        try:
            await database._check_key()
        except BaseException:
            await database.close()
            raise
        return database

    async def _check_key(self) -> None:
        """Raise ``WrongKey`` unless the keys given open what is sealed here. Writes nothing."""
        noted = await self.read(_noted_keys)
        for value in noted.values():
            read_text(value, self.cipher, _KEY_MARK.encode())
        self._key_is_noted = self._key_is_noted or self._is_among(noted)

    def _is_among(self, noted: Mapping[str, str]) -> bool:
        return any(is_current(value, self.cipher) for value in noted.values())

    def _note_first_use(self, connection: Connection) -> None:
        """Note the key that seals, unless it is: from now on the database is not opened without it."""
        self.serialise(connection, _KEY_LOCK)
        noted = _noted_keys(connection)
        if not self._is_among(noted):
            number = next(one for one in count(1) if f"{_KEY_MARK} {one}" not in noted)
            row = {"name": f"{_KEY_MARK} {number}" if noted else _KEY_MARK, "value": self._sealed_word()}
            connection.execute(self.put(marks), row)

    async def note_key(self) -> None:
        """Everything is sealed under the first key now: a start with that one alone is right."""
        row = {"name": _KEY_MARK, "value": self._sealed_word()}

        def work(connection: Connection) -> None:
            connection.execute(delete(marks).where(marks.c.name.startswith(_KEY_MARK)))
            connection.execute(self.put(marks), row)

        await self.write(work)

    def _sealed_word(self) -> str:
        return write_text(_KEY_MARK, self.cipher, _KEY_MARK.encode())

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return Path(self.url.database or "") if self.is_sqlite else None

    async def write(self, work: Work[T], *, durable: bool = True) -> T:
        """Run work as one transaction; its result comes once it is durable.

        Not ``durable`` is for what may happen twice: it survives the end of the bot, but a power cut may undo
        it. That spares the wait for the disk.
        """
        if self._key_is_noted:
            return await self._backend.write(work, durable=durable)

        def noting(connection: Connection) -> tuple[T, bool]:
            result = work(connection)
            # In the same commit: no sealed word without its key's note, and no note for a mere look.
            if used := self.cipher.has_sealed:
                self._note_first_use(connection)
            return result, used

        result, used = await self._backend.write(noting, durable=durable)
        self._key_is_noted = self._key_is_noted or used
        return result

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing."""
        return await self._backend.read(work)

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Several reads on the state as of the moment it is entered."""
        return self._backend.snapshot()

    async def compact(self) -> None:
        """Leave no byte of deleted rows in the files; takes as long as copying the database."""
        await self._backend.compact()

    async def close(self) -> None:
        """Finish what was asked for, close every connection, end every thread."""
        await self._backend.close()

    def insert_new(self, table: Table) -> Insert:
        """An INSERT that leaves a row alone whose key or unique column is taken; its row count says so."""
        return insert_new(table, on_sqlite=self.is_sqlite)

    def put(self, table: Table, *only: str) -> Insert:
        """An INSERT that replaces the row with the same key; ``only`` these columns when given."""
        return put(table, on_sqlite=self.is_sqlite, only=only)

    def among(self, column: Column[int], numbers: Sequence[int]) -> ColumnElement[bool]:
        """Whether a number is one of many, however many they are."""
        if self.is_sqlite:
            given = func.json_each(json.dumps(list(numbers))).table_valued("value")
            return column.in_(select(given.c.value))
        return column == any_(cast(list(numbers), ARRAY(BigInteger)))

    def among_given(self, column: Column[int], name: str) -> ColumnElement[bool]:
        """The same for numbers given with the statement by a name, as ``listed``: it is built only once."""
        if self.is_sqlite:
            given = func.json_each(bindparam(name, type_=String())).table_valued("value")
            return column.in_(select(given.c.value))
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))

    def listed(self, numbers: Sequence[int]) -> str | list[int]:
        """Numbers as ``among_given`` takes them."""
        return json.dumps(numbers) if self.is_sqlite else list(numbers)

    def serialise(self, connection: Connection, lock: int) -> None:
        """Let only one transaction at a time go on, until it ends; SQLite has a single writer anyway."""
        if not self.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(lock)))

    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    async def clock(self) -> datetime:
        """The present moment where the database is."""
        if self.is_sqlite:
            return self.now()
        return await self.read(lambda connection: connection.execute(select(func.now())).scalar_one())

    def key_of(self, name: str) -> str:
        """What stands in an index for a name."""
        return self.cipher.key_of(fold(name))

    def keys_of(self, name: str) -> Sequence[str]:
        """All that may stand in an index for a name."""
        return self.cipher.keys_of(fold(name))


def _noted_keys(connection: Connection) -> Mapping[str, str]:
    """The marks that hold a sealed word, by name."""
    wanted = select(marks.c.name, marks.c.value).where(marks.c.name.startswith(_KEY_MARK))
    return {row.name: row.value for row in connection.execute(wanted)}


async def _backend(url: URL, cipher: Cipher, busy_timeout: float) -> Backend:
    if url.get_backend_name() == "sqlite":
        return await SqliteBackend.open(url, cipher=cipher, busy_timeout=busy_timeout)
    from bot.storage.postgres import PostgresBackend  # noqa: PLC0415 - its driver is an extra

    return await PostgresBackend.open(url, cipher=cipher)
