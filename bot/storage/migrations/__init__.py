"""How a database comes to the schema of this version, run by the bot itself when it starts.

Both engines run a migration as a whole or not at all; two processes that start together take turns.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.database import database_url
from bot.storage.errors import StorageNewer, StorageUnreachable, named

T = TypeVar("T")

_LOCK = 0x4B48_0000
"""The PostgreSQL advisory lock under which a database is migrated."""


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to this version's schema; makes the SQLite file and its folder when absent.

    Raises ``StorageNewer`` when the database is ahead of this version, another ``StorageFault`` when
    something is wrong with it, ``ValueError`` for a wrong address.
    """
    await _run(database_url(url), lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(url: str, revision: str) -> None:
    """Bring a database back to an earlier schema (``base``: no table of ours is left)."""
    await _run(database_url(url), lambda connection: command.downgrade(_config(connection), revision))


async def current(url: str) -> str | None:
    """The revision that a database is at; None when it has none."""
    return await _run(database_url(url), _revision)


def revisions() -> list[str]:
    """All revisions that this version knows, the oldest first."""
    scripts = ScriptDirectory.from_config(_config(None))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def refuse_newer(found: str | None) -> None:
    """Raise ``StorageNewer`` for a revision that this version does not know."""
    known = revisions()
    if found is not None and found not in known:
        raise StorageNewer(found=found, known=known[-1])


async def _run(url: URL, work: Callable[[Connection], T]) -> T:
    try:
        if url.get_backend_name() == "sqlite":
            return await asyncio.to_thread(_on_sqlite, url, work)
        return await _on_postgres(url, work)
    except Exception as fault:
        renamed = named(fault)
        if renamed is fault:
            raise
        raise renamed from fault


def _on_sqlite(url: URL, work: Callable[[Connection], T]) -> T:
    _make_folder(Path(url.database or ""))
    engine = create_engine(url.set(drivername="sqlite+pysqlite"), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _: object) -> None:
        raw.isolation_level = None  # the driver would commit before each change of the schema

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        return _guarded(connection, work)


async def _on_postgres(url: URL, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            return await connection.run_sync(_guarded, work)
    finally:
        await engine.dispose()


def _guarded(connection: Connection, work: Callable[[Connection], T]) -> T:
    refuse_newer(_revision(connection))
    return work(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StorageUnreachable(f"the folder {path.parent} cannot be made: {fault.strerror}") from fault


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
