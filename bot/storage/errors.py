"""Faults of the storage as a tree; each message is one line that an operator can act on.

StorageFault
├── StorageBusy          another program holds the database
├── StorageFull          no room on the disk
├── StorageReadOnly      the file or the server takes no changes
├── StorageDamaged       the file is no sound database
├── StorageUnreachable   cannot be opened or connected to, or the connection was lost
├── StorageNewer         made by a newer version of the bot
├── StorageClosed        used after it was closed
├── WouldLose            bringing a backup back would lose what came later
└── WrongKey             sealed with a key that was not given
"""

import sqlite3

from sqlalchemy.exc import DBAPIError


class StorageFault(Exception):
    """The base: the storage is in trouble, not the caller."""


class StorageBusy(StorageFault):
    """Another program holds the database longer than we wait."""


class StorageFull(StorageFault):
    """There is no room left on the disk."""


class StorageReadOnly(StorageFault):
    """The database takes no changes."""


class StorageDamaged(StorageFault):
    """The file is no sound database."""


class StorageUnreachable(StorageFault):
    """The database cannot be opened, connected to, or was lost on the way."""


class StorageNewer(StorageFault):
    """The database was made by a newer version of the bot."""

    def __init__(self, *, found: str, known: str) -> None:
        super().__init__(
            f"the database is at revision {found}, newer than this version of the bot, which knows "
            f"{known}: install the newer bot or restore an older backup"
        )
        self.found = found
        self.known = known


class DriverMissing(ValueError):
    """A package that a setting asks for is not installed."""

    def __init__(self, setting: str, package: str) -> None:
        super().__init__(f"{setting} needs the package {package}: python -m pip install -r requirements.lock")


class StorageClosed(StorageFault):
    """The database was used after it was closed."""

    def __init__(self) -> None:
        super().__init__("the database is closed")


class WouldLose(StorageFault):
    """Bringing a backup back would lose what the database received since."""


class WrongKey(StorageFault):
    """A value is sealed with a key that was not given, or was tampered with."""


RESTORE = "stop the bot, then restore a backup with: python -m bot restore FILE"
"""What to do about a damaged file."""
_SQLITE: dict[int, tuple[type[StorageFault], str]] = {
    sqlite3.SQLITE_BUSY: (StorageBusy, "the database is locked by another program"),
    sqlite3.SQLITE_LOCKED: (StorageBusy, "the database is locked by another program"),
    sqlite3.SQLITE_FULL: (StorageFull, "the disk that holds the database is full"),
    sqlite3.SQLITE_READONLY: (StorageReadOnly, "the database file cannot be written to"),
    sqlite3.SQLITE_PERM: (StorageReadOnly, "the database file cannot be written to"),
    sqlite3.SQLITE_CORRUPT: (StorageDamaged, f"the database file is damaged: {RESTORE}"),
    sqlite3.SQLITE_NOTADB: (StorageDamaged, f"the file is no database, or a damaged one: {RESTORE}"),
    sqlite3.SQLITE_CANTOPEN: (StorageUnreachable, "the database file cannot be opened"),
    sqlite3.SQLITE_IOERR: (StorageUnreachable, "reading or writing the database file failed"),
}
"""By primary result code, https://www.sqlite.org/rescode.html."""

_POSTGRES: dict[str, tuple[type[StorageFault], str]] = {
    "53100": (StorageFull, "the disk of the database server is full"),
    "53300": (StorageBusy, "the database server has no connection left"),
    "55P03": (StorageBusy, "a lock in the database was not granted in time"),
    "40001": (StorageBusy, "the transaction collided with another one"),
    "40P01": (StorageBusy, "the transaction collided with another one"),
    "25006": (StorageReadOnly, "the database server takes no changes"),
    "XX001": (StorageDamaged, "the database on the server is damaged: restore a backup"),
    "XX002": (StorageDamaged, "an index on the database server is damaged: reindex"),
    "3D000": (StorageUnreachable, "the database does not exist on the server"),
    "28P01": (StorageUnreachable, "the database server refused the password"),
    "28000": (StorageUnreachable, "the database server refused the user"),
}
"""By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html."""

_LOST = ("08", "57P")
"""SQLSTATE classes of a connection that broke or that the server ended."""


def sqlstate(fault: BaseException) -> str:
    """The SQLSTATE of a PostgreSQL fault; empty when there is none."""
    origin = fault.orig if isinstance(fault, DBAPIError) else fault
    return getattr(origin, "sqlstate", None) or ""


def connection_lost(fault: BaseException) -> bool:
    """Whether the connection to a server broke, so that the same work may succeed on a new one."""
    if isinstance(fault, OSError) or sqlstate(fault).startswith(_LOST):
        return True
    return isinstance(fault, DBAPIError) and fault.connection_invalidated


def named(fault: Exception) -> Exception:
    """The storage's own name for a driver's fault; anything else is given back as it is."""
    if isinstance(fault, ModuleNotFoundError):
        return DriverMissing("BOT_DATABASE_URL", fault.name or "asyncpg")
    origin = fault.orig if isinstance(fault, DBAPIError) else fault
    known: tuple[type[StorageFault], str] | None = None
    if isinstance(origin, sqlite3.Error):
        known = _SQLITE.get((getattr(origin, "sqlite_errorcode", None) or 0) & 0xFF)
    elif sqlstate(fault):
        known = _POSTGRES.get(sqlstate(fault))
    if known is None and connection_lost(fault):
        known = (StorageUnreachable, "the database server cannot be reached")
    if known is None:
        return fault
    kind, line = known
    return kind(line)
