"""What only one process can have: the database file (two bots would keep two memories of it), a port."""

import fcntl
from pathlib import Path
from typing import IO

from bot.storage.errors import StorageReadOnly


class AlreadyRunning(Exception):
    """Another process runs the bot on this database."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another bot is already running on {path}")


class PortTaken(Exception):
    """A port is in use by another program."""


def lock_database(path: Path) -> IO[str]:
    """Take the lock; it is held until the file is closed or the process ends.

    Raises ``AlreadyRunning``, and ``StorageReadOnly`` where no file can be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = path.with_name(f"{path.name}.lock").open("w")
    except OSError as fault:
        raise StorageReadOnly(f"{path} cannot be written: {fault.strerror}") from fault
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise AlreadyRunning(path) from None
    return held
