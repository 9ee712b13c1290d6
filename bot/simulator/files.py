"""Files that people and the bot sent: kept in memory, found by file_id or by path."""

import hashlib
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "video": "videos", "audio": "music"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file; `size` may exceed `data` when a test only pretends a big one. `path` is getFile's."""

    file_id: str
    unique_id: str
    kind: str
    data: bytes
    size: int
    name: str
    mime_type: str
    path: str

    @property
    def is_too_big(self) -> bool:
        """Say whether bots cannot download it (20 MB)."""
        return self.size > DOWNLOAD_LIMIT

    def view(self) -> Json:
        """Return what all Bot API file objects share."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class FileStore:
    """All files by id; the same bytes sent twice get two ids and one unique id, as with Telegram."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self, kind: str, data: bytes, *, name: str = "", mime_type: str = "", size: int | None = None
    ) -> StoredFile:
        """Store a file and return it."""
        number = len(self._by_id) + 1
        digest = hashlib.sha256(data).hexdigest()
        suffix = name.rpartition(".")[2] if "." in name else {"photo": "jpg", "voice": "oga"}.get(kind, "bin")
        made = StoredFile(
            file_id=f"SIM{kind[:2].upper()}{number:08d}{digest[:24]}",
            unique_id=f"SIM{digest[:12]}",
            kind=kind,
            data=data,
            size=len(data) if size is None else size,
            name=name,
            mime_type=mime_type or "application/octet-stream",
            path=f"{FOLDERS.get(kind, kind)}/file_{number}.{suffix}",
        )
        self._by_id[made.file_id] = self._by_path[made.path] = made
        return made

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file of that id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file of that getFile path."""
        return self._by_path.get(path)
