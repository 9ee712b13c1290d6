"""The fields of Message for each kind of file, and contacts."""

from typing import Any

from bot.simulator.files import StoredFile
from bot.simulator.people import Person

Json = dict[str, Any]

KINDS = ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker")


def describe(kind: str, stored: StoredFile) -> Json:
    """Return the Message fields that carry the file, such as `{"photo": [...]}`."""
    base = stored.view()
    named = ({"file_name": stored.name} if stored.name else {}) | {"mime_type": stored.mime_type}
    match kind:
        case "photo":
            small = base | {"width": 90, "height": 67, "file_size": min(stored.size, 1200)}
            return {"photo": [small, base | {"width": 1280, "height": 960}]}
        case "voice":
            return {"voice": base | {"duration": 3, "mime_type": "audio/ogg"}}
        case "video":
            return {"video": base | named | {"width": 640, "height": 480, "duration": 5}}
        case "audio":
            return {"audio": base | named | {"duration": 60}}
        case "animation":
            shown = base | named | {"width": 320, "height": 240, "duration": 2}
            return {"animation": shown, "document": base | named}
        case "video_note":
            return {"video_note": base | {"length": 240, "duration": 5}}
        case "sticker":
            shown = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
            return {"sticker": base | shown | {"emoji": "🙂"}}
        case _:
            return {kind: base | named}


def contact_of(person: Person) -> Json:
    """Return the Bot API's Contact of a person."""
    last = {"last_name": person.last_name} if person.last_name else {}
    return (
        {"phone_number": person.phone.lstrip("+"), "first_name": person.first_name}
        | last
        | {"user_id": person.id}
    )
