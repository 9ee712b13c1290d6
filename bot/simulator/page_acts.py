"""What the chat page may do as a person: checked by name and type, then handed to the world's actions."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.files import UPLOAD_LIMIT
from bot.simulator.people import Json
from bot.simulator.world import World

ALBUM_LIMIT = 10
VISUAL = frozenset({"photo", "video"})
KINDS = VISUAL | {"document", "voice", "audio"}
FIELD_LIMIT = 64 * 1024

Kinds = dict[str, type]

CHAT: Kinds = {"chat_id": int}
SENT: Kinds = CHAT | {"reply_to": int}
ACTS: dict[str, Kinds] = {
    "say": SENT | {"thread_id": int, "text": str},
    "start": {"payload": str},
    "edit": CHAT | {"message_id": int, "text": str},
    "delete": CHAT | {"message_id": int},
    "tap_data": CHAT | {"message_id": int, "data": str},
    "press": CHAT | {"label": str, "users": list},
    "react": CHAT | {"message_id": int, "emoji": str},
    "send_contact": SENT,
    "send_location": CHAT | {"latitude": float, "longitude": float},
    "set_forum": CHAT | {"is_forum": bool},
    "block": {},
    "unblock": {},
}

NOBODYS = frozenset({"set_forum"})  # not done as a person


class ActError(ValueError):
    """What the page sent is not a complete, well-formed action."""


def act(world: World, body: Any) -> Any:
    """Carry out `{"do": name, "person_id": id, ...}` and return what the world made of it."""
    if not isinstance(body, dict) or body.get("do") not in ACTS:
        raise ActError("no such action")
    wanted = ACTS[body["do"]] | ({} if body["do"] in NOBODYS else {"person_id": int})
    details = {key: value for key, value in body.items() if key in wanted or key not in {"do", "person_id"}}
    for name, value in details.items():
        if name not in wanted or not fits(value, wanted[name]):
            raise ActError(f"“{name}” does not belong to {body['do']}, or is of the wrong kind")
    try:
        return getattr(world.actions, body["do"])(**details)
    except TypeError as error:
        raise ActError(f"{body['do']} needs more details") from error


def fits(value: object, kind: type) -> bool:
    """Say whether a JSON value is of this kind; a list is one of whole numbers, a float may be whole."""
    if isinstance(value, bool):
        return kind is bool
    if kind is list:
        return isinstance(value, list) and all(fits(one, int) for one in value)
    return isinstance(value, (int, float) if kind is float else kind)


@dataclass(slots=True, kw_only=True)
class Upload:
    """Files that a person sends: `items` hold the keyword arguments of `Actions.send_media`."""

    fields: dict[str, str] = field(default_factory=dict)
    items: list[Json] = field(default_factory=list)

    def number(self, name: str) -> int:
        """Return a whole number among the fields, 0 when left out."""
        try:
            return int(self.fields.get(name) or "0")
        except ValueError as error:
            raise ActError(f"“{name}” is no number") from error


async def read_upload(request: web.Request) -> Upload:
    """Read a form: person_id, chat_id, reply_to, thread_id, caption, and pairs of `kind` and `file`."""
    if request.content_type != "multipart/form-data":
        raise ActError("multipart/form-data is expected")
    upload, kind = Upload(), "document"
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ActError("nested forms are not understood")
        if part.name == "file":
            upload.items.append(await read_file(part, kind))
            continue
        text = (await read_part(part, FIELD_LIMIT)).decode(errors="replace")
        if part.name == "kind":
            kind = text
        elif part.name:
            upload.fields[part.name] = text
    return upload


async def read_file(part: BodyPartReader, kind: str) -> Json:
    """Read one file as arguments of `Actions.send_media`."""
    if kind not in KINDS:
        raise ActError(f"files of kind “{kind}” cannot be sent")
    data = await read_part(part, UPLOAD_LIMIT)
    mime_type = part.headers.get("Content-Type", "application/octet-stream")
    return {"kind": kind, "data": data, "name": part.filename or "file", "mime_type": mime_type}


async def read_part(part: BodyPartReader, limit: int) -> bytes:
    """Read one part, refusing more than `limit` bytes."""
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > limit:
            raise ActError(f"more than {limit // 1024} KB cannot be sent")
    return bytes(data)


def send_upload(world: World, upload: Upload) -> list[Json]:
    """Send what was read, the caption with the first; photos and videos, or files of a kind, as an album."""
    if not 1 <= len(upload.items) <= ALBUM_LIMIT:
        raise ActError("1 to 10 files can be sent at once")
    person_id, chat_id = upload.number("person_id"), upload.number("chat_id")
    place: Json = {"reply_to": upload.number("reply_to"), "thread_id": upload.number("thread_id")}
    items = [upload.items[0] | {"caption": upload.fields.get("caption", "")}, *upload.items[1:]]
    kinds = {one["kind"] for one in items}
    if len(items) > 1 and (kinds <= VISUAL or kinds in ({"document"}, {"audio"})):
        return world.actions.send_album(person_id, chat_id, items, **place)
    return [world.actions.send_media(person_id, chat_id, **one, **place) for one in items]
