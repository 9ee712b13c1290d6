"""PostgreSQL through asyncpg: every write is a transaction of its own, repeated when it collides."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Self

from sqlalchemy import Connection, Dialect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.backend import Reader, T, Work
from bot.storage.cipher import Cipher
from bot.storage.columns import use_cipher
from bot.storage.errors import StorageClosed, connection_lost, named, sqlstate

TRIES = 5
FIRST_WAIT = 0.05
"""Seconds before the second try; doubles."""
CONNECTIONS = 10
_COLLISIONS = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected: the server undid the transaction and asks to repeat it."""


class PostgresBackend:
    """A PostgreSQL database. Any number of processes may use it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._snapshots = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._closed = False

    @classmethod
    async def open(cls, url: URL, *, cipher: Cipher) -> Self:
        """Connect once to see that it works. Raises a ``StorageFault``."""
        engine = create_async_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=False,
            hide_parameters=True,  # a fault's own words would carry people's words into logs
        )
        use_cipher(engine.dialect, cipher)
        backend = cls(engine)
        try:
            await backend.read(lambda connection: connection.execute(text("SELECT 1")).one())
        except BaseException:
            await backend.close()
            raise
        return backend

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's dialect, by which statements differ."""
        return self._engine.dialect

    async def write(self, work: Work[T], *, durable: bool = True) -> T:
        """Run work in a transaction; repeat it when the server undid it or was lost before the commit.

        A connection lost during the commit is ``StorageUnreachable``: whether it was done is not known.
        """
        return await self._try(work if durable else partial(_without_waiting, work), self._write_once)

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing, on one consistent state."""
        return await self._try(work, self._read_once)

    async def _try(self, work: Work[T], once: Callable[[Work[T]], Awaitable[T]]) -> T:
        wait = FIRST_WAIT
        for left in reversed(range(TRIES)):
            self._must_be_open()
            try:
                return await once(work)
            except Exception as fault:
                if not left or not _worth_repeating(fault):
                    raise named(fault) from fault
            await asyncio.sleep(wait)
            wait *= 2
        raise AssertionError  # the last try returns or raises

    async def _write_once(self, work: Work[T]) -> T:
        async with self._engine.connect() as connection:
            result = await connection.run_sync(work)
            try:
                await connection.commit()
            except Exception as fault:
                if connection_lost(fault):
                    raise named(fault) from fault
                raise
            return result

    async def _read_once(self, work: Work[T]) -> T:
        async with self._snapshots.connect() as connection:
            return await connection.run_sync(work)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        """Several reads on the state as of the moment it is entered."""
        self._must_be_open()
        async with self._snapshots.connect() as connection:
            await connection.execute(text("SELECT 1"))
            yield connection.run_sync

    async def compact(self) -> None:
        """Rewrite the tables: no byte of a deleted row remains in their files."""
        self._must_be_open()
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM FULL"))

    async def close(self) -> None:
        """Close every connection."""
        self._closed = True
        await self._engine.dispose()

    def _must_be_open(self) -> None:
        if self._closed:
            raise StorageClosed


def _without_waiting(work: Work[T], connection: Connection) -> T:
    connection.execute(text("SET LOCAL synchronous_commit = off"))
    return work(connection)


def _worth_repeating(fault: Exception) -> bool:
    return sqlstate(fault) in _COLLISIONS or connection_lost(fault)
