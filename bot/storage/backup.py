"""Backups of a SQLite database, made while the bot runs, and bringing one back.

A backup is one file, complete and checked. PostgreSQL has ``pg_dump`` for this.
"""

import asyncio
import errno
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.storage.database import database_url
from bot.storage.errors import (
    StorageDamaged,
    StorageFault,
    StorageFull,
    StorageReadOnly,
    StorageUnreachable,
    WouldLose,
    named,
)
from bot.storage.migrations import refuse_newer, revisions
from bot.storage.tables import metadata

WAIT = 10.0
"""Seconds to wait for another program that holds a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made or brought back."""

    path: Path
    size: int
    """Bytes."""
    revision: str
    """Of its schema."""
    rows: Mapping[str, int]
    """How many rows each table has."""


async def back_up(url: str, target: Path) -> Backup:
    """Copy a running database into one file, which appears only once it is complete and checked.

    An older file of that name is replaced. Raises a ``StorageFault``; ``ValueError`` for PostgreSQL.
    """
    source = _file_of(url, "back it up with: pg_dump --format=custom --file=bot.dump ADDRESS")
    return await asyncio.to_thread(_back_up, source, target)


async def restore(source: Path, url: str, *, force: bool = False, wait: float = WAIT) -> Backup:
    """Put a backup in the place of a database that no program uses; the old file stays beside it.

    Raises ``WouldLose`` when the database received something after the backup was made, unless ``force``;
    ``StorageNewer`` for a backup of a newer version, ``StorageBusy`` when the bot still runs after ``wait``
    seconds.
    """
    target = _file_of(url, "bring it back with: pg_restore --clean --dbname=ADDRESS bot.dump")
    return await asyncio.to_thread(_restore, source, target, force=force, wait=wait)


def _back_up(source: Path, target: Path) -> Backup:
    with _faults_named(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _appearing(target) as part:
            backup = _copied(source, part)
    return Backup(path=target, size=backup.size, revision=backup.revision, rows=backup.rows)


def _restore(source: Path, target: Path, *, force: bool, wait: float) -> Backup:
    with _faults_named(target):
        with closing(_opened(source)) as connection:
            _must_be_sound(connection, source)
            refuse_newer(_revision(connection))
            later = _numbers(connection)
        if target.exists():
            _must_not_be_used(target, later, force=force, wait=wait)
        target.parent.mkdir(parents=True, exist_ok=True)
        with _appearing(target) as part:
            backup = _copied(source, part)
            if target.exists():
                target.replace(target.with_name(f"{target.name}.before-restore"))
    return Backup(path=target, size=backup.size, revision=backup.revision, rows=backup.rows)


def _copied(source: Path, target: Path) -> Backup:
    """Copy the state of one moment and compare."""
    with closing(_opened(source)) as origin, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        origin.execute("BEGIN")
        rows = _rows(origin)
        origin.backup(copy)
        origin.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")
        _must_be_sound(copy, target)
        if _rows(copy) != rows:
            raise StorageDamaged(f"the copy {target} lacks rows of {source}")
        revision = _revision(copy)
    return Backup(path=target, size=target.stat().st_size, revision=revision, rows=rows)


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its name at the end, or vanishes when something fails."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _must_not_be_used(target: Path, backup: Mapping[str, int], *, force: bool, wait: float) -> None:
    """Refuse a database that a program has open, or that is ahead of the backup."""
    try:
        with closing(_opened(target, wait)) as connection:
            connection.execute(
                "PRAGMA journal_mode = DELETE"
            )  # possible only for the one program that has it
            if not force:
                _must_not_be_ahead(connection, backup)
    except sqlite3.DatabaseError as fault:
        if not isinstance(named(fault), StorageDamaged):
            raise


def _must_not_be_ahead(connection: sqlite3.Connection, backup: Mapping[str, int]) -> None:
    here = _numbers(connection)
    ahead = [name for name, number in here.items() if number > backup.get(name, 0)]
    if ahead:
        raise WouldLose(
            f"the database received something after the backup was made ({', '.join(sorted(ahead))}): "
            "use --force to give that up"
        )


def _numbers(connection: sqlite3.Connection) -> dict[str, int]:
    """The highest number each table ever gave, and the place of the schema's revision."""
    numbers = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    known = revisions()
    revision = _revision(connection)
    return {**numbers, "schema": known.index(revision) if revision in known else len(known)}


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    counts = {}
    for name in metadata.tables:
        (counts[name],) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - ours
    return counts


def _revision(connection: sqlite3.Connection) -> str:
    try:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.OperationalError, TypeError):
        raise StorageDamaged("the file is no database of this bot") from None
    return str(revision)


def _must_be_sound(connection: sqlite3.Connection, path: Path) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StorageDamaged(f"{path} is damaged ({' '.join(verdict.split())})")


def _opened(path: Path, wait: float = WAIT) -> sqlite3.Connection:
    """An existing file; never makes one."""
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=wait, isolation_level=None)


def _file_of(url: str, instead: str) -> Path:
    address = database_url(url)
    if address.get_backend_name() != "sqlite":
        raise ValueError(f"PostgreSQL has its own tools; {instead}")
    return Path(address.database or "")


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        raise named(fault) from fault
    except PermissionError as fault:
        raise StorageReadOnly(f"{path} cannot be written: {fault.strerror}") from fault
    except StorageFault:
        raise
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            raise StorageFull(f"no room on the disk for {path}") from fault
        raise StorageUnreachable(f"{path} cannot be written: {fault.strerror}") from fault
