"""Files in calls of the bot: uploaded, attached, or named by file_id."""

from typing import Any

from bot.simulator.calls import Call, Upload
from bot.simulator.errors import bad
from bot.simulator.files import PHOTO_LIMIT, StoredFile
from bot.simulator.world import World

MIME_TYPES = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "audio": "audio/mpeg",
              "animation": "video/mp4", "video_note": "video/mp4", "sticker": "image/webp"}  # fmt: skip


def file_of(world: World, call: Call, kind: str, value: Any = None) -> StoredFile:
    """Return the file of a call (parameter `kind`) or of one item of an album (`value`)."""
    direct = call.uploads.get(kind) if value is None else None
    if direct is not None:
        return _store(world, kind, direct)
    named = call.text(kind) if value is None else str(value)
    if not named:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if named.startswith("attach://"):
        attached = call.uploads.get(named.removeprefix("attach://"))
        if attached is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return _store(world, kind, attached)
    if named.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    stored = world.files.get(named)
    if stored is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return _fitting(stored, kind)


def _store(world: World, kind: str, upload: Upload) -> StoredFile:
    if not upload.data:
        raise bad("file must be non-empty")
    if kind == "photo" and len(upload.data) > PHOTO_LIMIT:
        raise bad(
            f"file of size {len(upload.data)} bytes is too big for a photo; "
            f"the maximum size is {PHOTO_LIMIT} bytes"
        )
    mime_type = MIME_TYPES.get(kind) or upload.mime_type
    return world.files.add(kind, upload.data, name=upload.name, mime_type=mime_type)


def _fitting(stored: StoredFile, kind: str) -> StoredFile:
    """Refuse a photo as anything else and anything else as a photo (Bot API page, "Sending files")."""
    if stored.kind != kind and "photo" in {stored.kind, kind}:
        raise bad(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored
