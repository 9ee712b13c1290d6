"""Methods of the bot that send several messages or existing ones again: albums, copies, forwards."""

from typing import Any

from bot.simulator.access import chat_to_read, chat_to_write, reply_target, stored_message, thread_of
from bot.simulator.calls import Call
from bot.simulator.chats import Chat
from bot.simulator.entities import caption_of
from bot.simulator.errors import bad
from bot.simulator.keyboards import markup_of
from bot.simulator.media import describe
from bot.simulator.people import Json
from bot.simulator.sending import Method, captioned, place
from bot.simulator.uploads import file_of
from bot.simulator.world import World

ALBUM = range(2, 11)
BATCH = range(1, 101)
ALBUM_TYPES = frozenset({"photo", "video", "document", "audio"})
UNMIXED = frozenset({"document", "audio"})
CONTENT = (
    "text", "entities", "link_preview_options", "photo", "document", "voice", "video", "audio", "animation",
    "video_note", "sticker", "location", "venue", "contact", "caption", "caption_entities",
    "has_protected_content",
)  # fmt: skip


def send_media_group(world: World, call: Call) -> list[Json]:
    """Send an album of 2 to 10 photos and videos, or documents, or audio files."""
    items = call.structure("media", "media")
    if not isinstance(items, list):
        raise bad("expected an Array of InputMedia")
    if not items:
        raise bad("there are no messages to send")
    if len(items) > ALBUM[-1]:
        raise bad("too many messages to send as an album")
    if len(items) < ALBUM[0]:
        raise bad("media group must include 2-10 items")
    _check_mix([_type_of(item) for item in items])
    contents = [captioned(caption_of(item)) for item in items]
    if world.lean and call.integer("chat_id") > 0:
        return [world.count(call.integer("chat_id"), one) for one in contents]
    chat = chat_to_write(world, call)
    reply_to = reply_target(chat, call)
    thread_id = thread_of(world, chat, call.integer("message_thread_id"), reply_to)
    files = [describe(item["type"], file_of(world, call, item["type"], item["media"])) for item in items]
    group = {"media_group_id": new_group_id(world)}
    return [
        place(world, chat, group | media | caption, reply_to=reply_to, thread_id=thread_id)
        for media, caption in zip(files, contents, strict=True)
    ]


def copy_message(world: World, call: Call) -> Json:
    """Send a message again without a link to it, with another caption when one is given."""
    if world.lean and call.integer("chat_id") > 0:
        return {"message_id": world.count(call.integer("chat_id"), {})["message_id"]}
    chat, source = chat_to_write(world, call), chat_to_read(world, call, "from_chat_id")
    original = stored_message(source, call.integer("message_id"), "message to copy")
    content = _copied(original)
    if "caption" in call.params:
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= captioned(caption_of(call))
    markup = markup_of(call, is_private=chat.type == "private")
    reply_to = reply_target(chat, call)
    thread_id = thread_of(world, chat, call.integer("message_thread_id"), reply_to)
    shown = place(world, chat, content, markup=markup, reply_to=reply_to, thread_id=thread_id)
    return {"message_id": shown["message_id"]}


def copy_messages(world: World, call: Call) -> list[Json]:
    """Copy up to 100 messages; those not found are left out."""
    chat, found, thread_id = _batch(world, call, "message to forward")
    remove_caption = call.flag("remove_caption")
    contents = [_copied(one) for one in found]
    if remove_caption:
        contents = [{key: one[key] for key in one if not key.startswith("caption")} for one in contents]
    groups = _regrouped(world, found)
    sent = [
        place(world, chat, group | one, thread_id=thread_id)
        for group, one in zip(groups, contents, strict=True)
    ]
    return [{"message_id": one["message_id"]} for one in sent]


def forward_message(world: World, call: Call) -> Json:
    """Forward one message."""
    chat, source = chat_to_write(world, call), chat_to_read(world, call, "from_chat_id")
    original = stored_message(source, call.integer("message_id"), "message to forward")
    thread_id = thread_of(world, chat, call.integer("message_thread_id"), 0)
    return place(world, chat, _forwarded(original), thread_id=thread_id)


def forward_messages(world: World, call: Call) -> list[Json]:
    """Forward up to 100 messages; those not found or protected are left out."""
    chat, found, thread_id = _batch(world, call, "message to forward")
    sent = [place(world, chat, _forwarded(one), thread_id=thread_id) for one in found]
    return [{"message_id": one["message_id"]} for one in sent]


def message_ids_of(call: Call) -> list[int]:
    """Return the ids of a batch or refuse them."""
    asked = call.structure("message_ids", "message_ids")
    if not asked:
        raise bad("message identifiers are not specified")
    if not isinstance(asked, list) or not all(isinstance(one, int) for one in asked):
        raise bad("expected an Array of message identifiers")
    if len(asked) not in BATCH:
        raise bad("too many message identifiers specified")
    return asked


def _batch(world: World, call: Call, what: str) -> tuple[Chat, list[Json], int]:
    chat, source = chat_to_write(world, call), chat_to_read(world, call, "from_chat_id")
    found = [source.messages[one] for one in message_ids_of(call) if one in source.messages]
    if not found:
        raise bad(f"{what} not found")
    return chat, found, thread_of(world, chat, call.integer("message_thread_id"), 0)


def _copied(message: Json) -> Json:
    content = {key: message[key] for key in CONTENT if key in message}
    if not content:
        raise bad("the message can't be copied")
    return content


def _forwarded(message: Json) -> Json:
    if message.get("has_protected_content"):
        raise bad("the message can't be forwarded")
    origin = message.get("forward_origin") or {
        "type": "user", "sender_user": message["from"], "date": message["date"],
    }  # fmt: skip
    return {"forward_origin": origin, **_copied(message)}


def _regrouped(world: World, found: list[Json]) -> list[Json]:
    """Return for each message the media_group_id of its copy: albums stay together under a new id."""
    groups: dict[str, str] = {}
    for message in found:
        if group := message.get("media_group_id"):
            groups.setdefault(group, new_group_id(world))
    return [
        {"media_group_id": groups[one["media_group_id"]]} if "media_group_id" in one else {} for one in found
    ]


def new_group_id(world: World) -> str:
    """Return a fresh media_group_id."""
    return str(13_000_000_000_000_000 + world.number())


def _type_of(item: Any) -> str:
    if not isinstance(item, dict):
        raise bad("can't parse InputMedia: expected an Object")
    kind = str(item.get("type") or "")
    if kind not in ALBUM_TYPES:
        raise bad(f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup")
    if not item.get("media"):
        raise bad("can't parse InputMedia: media not found")
    return kind


def _check_mix(kinds: list[str]) -> None:
    for kind in sorted(UNMIXED & set(kinds)):
        if len(set(kinds)) > 1:
            raise bad(f"{kind} can't be mixed with other media types")


COPYING: dict[str, Method] = {
    "sendmediagroup": send_media_group,
    "copymessage": copy_message,
    "copymessages": copy_messages,
    "forwardmessage": forward_message,
    "forwardmessages": forward_messages,
}
