"""SQLite: one writing connection that gathers waiting writes into one commit, and a few reading ones.

A connection lives on a thread of its own (aiosqlite); a whole transaction is one trip to that thread, where
SQLAlchemy Core runs synchronously. Both are in autocommit: BEGIN, SAVEPOINT and COMMIT are said here.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

import aiosqlite
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.storage.backend import Reader, T, Work
from bot.storage.cipher import Cipher
from bot.storage.columns import use_cipher
from bot.storage.errors import RESTORE, StorageClosed, StorageDamaged, named

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another program that holds the file."""
READERS = 2
BATCH = 256
"""Writes in one commit at most."""
CHECKED_BYTES = 64 * 1024 * 1024
"""Up to this size the whole file is checked when it is opened (about 0.2 s)."""

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)


def sqlite_engine(url: URL, cipher: Cipher, *, busy_timeout: float = BUSY_TIMEOUT) -> Engine:
    """An engine whose connections have the pragmas set and leave transactions to the caller."""
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # a fault's own words would carry people's words into logs
        connect_args={"timeout": busy_timeout, "check_same_thread": False},
    )
    use_cipher(engine.dialect, cipher)

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _: object) -> None:
        for pragma in _PRAGMAS:
            raw.execute(pragma)

    return engine


class _Line(aiosqlite.Connection):
    """A connection on a thread of its own that runs whole pieces of work."""

    def __init__(self, engine: Engine, *pragmas: str) -> None:
        super().__init__(self._open, iter_chunk_size=64)
        self._thread.daemon = True  # a bot that dies without closing must not hang; SQLite survives it
        self._engine = engine
        self._pragmas = pragmas
        self._core: Connection
        self._raw: sqlite3.Connection

    def _open(self) -> sqlite3.Connection:
        self._core = self._engine.connect()
        self._raw = cast("sqlite3.Connection", self._core.connection.driver_connection)
        try:
            for pragma in self._pragmas:
                self._raw.execute(pragma)
        except BaseException:
            self._core.close()
            raise
        return self._raw

    @classmethod
    async def opened(cls, engine: Engine, *pragmas: str) -> Self:
        """A line that is ready. Raises a ``StorageFault``."""
        line = cls(engine, *pragmas)
        try:
            await line
        except Exception as fault:
            await asyncio.to_thread(line._thread.join)
            raise named(fault) from fault
        return line

    async def run(self, function: Callable[[], T]) -> T:
        """Run a function on the thread. Raises a ``StorageFault`` for the driver's faults."""
        execute: Callable[[Callable[[], T]], Awaitable[T]] = self._execute
        try:
            return await execute(function)
        except Exception as fault:
            renamed = named(fault)
            if renamed is fault:
                raise
            raise renamed from fault

    async def close(self) -> None:
        """Finish what was asked for, close the connection and end the thread."""
        if self._connection is not None:
            await self.run(self._core.close)
        await super().close()

    def begin(self) -> None:
        """Begin reading: the next statements see one state."""
        self._raw.execute("BEGIN")
        self._raw.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()

    def end(self) -> None:
        """End reading."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    def work(self, work: Work[T]) -> T:
        """Run work within what has begun."""
        return work(self._core)

    def read(self, work: Work[T]) -> T:
        """Begin, run work, end."""
        self._raw.execute("BEGIN")
        try:
            return work(self._core)
        finally:
            self.end()


@dataclass(slots=True)
class _Job:
    """A write that waits."""

    work: Work[Any]
    future: asyncio.Future[Any]
    durable: bool
    result: Any = None
    fault: Exception | None = None


class _Writer(_Line):
    """The one connection that writes: everything that waits goes into one transaction."""

    def __init__(self, engine: Engine, *pragmas: str) -> None:
        super().__init__(engine, *pragmas)
        self._waiting: deque[_Job] = deque()
        self._waits = True

    def submit(self, work: Work[T], *, durable: bool) -> asyncio.Future[T]:
        """Ask for a write; the future resolves after the commit."""
        job = _Job(work, asyncio.get_running_loop().create_future(), durable=durable)
        self._waiting.append(job)
        self._tx.put_nowait((None, self._drain))
        return job.future

    def _drain(self) -> None:
        batch = self._take()
        if not batch:
            return
        self._transact(batch)
        batch[0].future.get_loop().call_soon_threadsafe(_resolve, batch)

    def _take(self) -> list[_Job]:
        batch: list[_Job] = []
        while self._waiting and len(batch) < BATCH:
            job = self._waiting.popleft()
            if not job.future.cancelled():
                batch.append(job)
        return batch

    def _transact(self, batch: list[_Job]) -> None:
        try:
            self._wait_for_the_disk(wait=any(job.durable for job in batch))
            self._raw.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._attempt(job)
            self._raw.execute("COMMIT")
        except Exception as fault:  # noqa: BLE001 - handed to everybody who waits
            self._abandon(batch, fault)

    def _wait_for_the_disk(self, *, wait: bool) -> None:
        """Whether the next commit waits until it is on the disk, and everything before it."""
        if wait is not self._waits:
            self._raw.execute(f"PRAGMA synchronous = {'FULL' if wait else 'NORMAL'}")
            self._waits = wait

    def _attempt(self, job: _Job) -> None:
        """Run one job in a savepoint; its own fault undoes only itself."""
        self._raw.execute("SAVEPOINT job")
        try:
            job.result = job.work(self._core)
        except Exception as fault:  # handed to whoever waits for this job
            job.fault = fault
            if not self._raw.in_transaction:  # SQLite gave up the whole transaction (disk full, I/O error)
                raise
            self._raw.execute("ROLLBACK TO job")
        self._raw.execute("RELEASE job")

    def _abandon(self, batch: list[_Job], fault: Exception) -> None:
        self.end()
        for job in batch:
            job.fault = job.fault or fault


def _resolve(batch: list[_Job]) -> None:
    for job in batch:
        if job.future.done():
            continue
        if job.fault is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(named(job.fault))


class SqliteBackend:
    """A SQLite file. One process at a time should write to it."""

    def __init__(self, engine: Engine, writer: _Writer, readers: list[_Line]) -> None:
        self._engine = engine
        self._writer = writer
        self._readers = readers
        self._free: asyncio.LifoQueue[_Line] = asyncio.LifoQueue()
        for reader in readers:
            self._free.put_nowait(reader)
        self._closed = False

    @classmethod
    async def open(cls, url: URL, *, cipher: Cipher, busy_timeout: float = BUSY_TIMEOUT) -> Self:
        """Open the file, which must have been migrated. Raises a ``StorageFault``."""
        engine = sqlite_engine(url, cipher, busy_timeout=busy_timeout)
        lines: list[_Line] = []
        try:
            writer = await _Writer.opened(engine, "PRAGMA journal_mode = WAL")
            lines.append(writer)
            await writer.run(partial(_check, writer, Path(url.database or "")))
            for _ in range(READERS):
                lines.append(await _Line.opened(engine, "PRAGMA query_only = ON"))  # noqa: PERF401 - awaits
        except BaseException:
            for line in lines:
                await line.close()
            raise
        return cls(engine, writer, lines[1:])

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's dialect, by which statements differ."""
        return self._engine.dialect

    async def write(self, work: Work[T], *, durable: bool = True) -> T:
        """Run work in a savepoint of the next transaction and give its result once that is committed.

        A cancelled caller does not know whether its work was done; others are not affected.
        """
        self._must_be_open()
        return await self._writer.submit(work, durable=durable)

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing, on one consistent state."""
        self._must_be_open()
        line = await self._free.get()
        try:
            return await line.run(partial(line.read, work))
        finally:
            self._free.put_nowait(line)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Reader]:
        """Several reads on the state as of the moment it is entered, on a connection of their own."""
        self._must_be_open()
        line = await _Line.opened(self._engine, "PRAGMA query_only = ON")
        try:
            await line.run(line.begin)
            yield lambda work: line.run(partial(line.work, work))
        finally:
            await line.close()

    async def compact(self) -> None:
        """Rewrite the file and empty the log beside it: no byte of a deleted row remains."""
        self._must_be_open()
        await self._writer.run(self._vacuum)

    def _vacuum(self) -> None:
        raw = self._writer._raw  # noqa: SLF001 - of this module
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        """Finish waiting writes, close every connection and end every thread."""
        if self._closed:
            return
        self._closed = True
        for line in (*self._readers, self._writer):
            await line.close()
        self._engine.dispose()

    def _must_be_open(self) -> None:
        if self._closed:
            raise StorageClosed


def _check(line: _Line, path: Path) -> None:
    """Refuse a damaged file; a big one is only looked at."""
    raw = line._raw  # noqa: SLF001 - of this module
    raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if path.exists() and path.stat().st_size <= CHECKED_BYTES:
        (verdict,) = raw.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StorageDamaged(f"{path} is damaged ({' '.join(verdict.split())}): {RESTORE}")
