"""Files: written beside their place, hashed on the way, and put there whole or not at all."""

import hashlib
import os
import tempfile
from errno import EISDIR
from pathlib import Path
from typing import IO, Self


class Draft:
    """A file that is being written; it appears under its name only when it is finished."""

    def __init__(self, path: Path) -> None:
        """Raises ``OSError`` when nothing can be written there."""
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent or Path())
        self._draft = Path(name)
        self._file: IO[bytes] = os.fdopen(handle, "wb", buffering=1 << 18)
        self._hash = hashlib.sha256()
        self.size = 0
        """Bytes written so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing half-written behind."""
        self._file.close()
        self._draft.unlink(missing_ok=True)

    def write(self, content: bytes) -> int:
        """Add bytes."""
        self._hash.update(content)
        self.size += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        """Hand everything written so far to the system."""
        self._file.flush()

    def finish(self, path: Path) -> str:
        """Put the file in its place, in the same folder; gives its SHA-256 as hexadecimal digits."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(path)
        return self._hash.hexdigest()
