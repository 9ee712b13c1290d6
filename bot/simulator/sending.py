"""Methods of the bot that write a new message."""

from collections.abc import Callable
from typing import Any

from bot.simulator.access import chat_to_write, reply_target, thread_of
from bot.simulator.calls import Call
from bot.simulator.chats import Chat
from bot.simulator.entities import FormattedText, caption_of, text_of
from bot.simulator.errors import bad
from bot.simulator.keyboards import INLINE, markup_of
from bot.simulator.media import describe
from bot.simulator.people import Json
from bot.simulator.uploads import file_of
from bot.simulator.world import World

Method = Callable[[World, Call], Any]

ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "record_audio", "upload_audio", "upload_document", "choose_sticker", "find_location",
        "record_video_note", "upload_video_note",
    }
)  # fmt: skip


def send_message(world: World, call: Call) -> Json:
    """Write a text."""
    written = text_of(call)
    return deliver(world, call, lambda: {"text": written.text} | tagged("entities", written) | preview(call))


def send_file(kind: str) -> Method:
    """Return the method that sends files of one kind with a caption."""

    def send(world: World, call: Call) -> Json:
        caption = caption_of(call) if kind not in {"sticker", "video_note"} else FormattedText("", [])
        return deliver(world, call, lambda: describe(kind, file_of(world, call, kind)) | captioned(caption))

    return send


def send_location(world: World, call: Call) -> Json:
    """Send a point on the map."""
    point = _point(call)
    return deliver(world, call, lambda: {"location": point})


def send_venue(world: World, call: Call) -> Json:
    """Send a place with its name and address."""
    point = _point(call)
    if not call.text("title") or not call.text("address"):
        raise bad("VENUE_TITLE_EMPTY" if not call.text("title") else "VENUE_ADDRESS_EMPTY")
    venue = {"location": point, "title": call.text("title"), "address": call.text("address")}
    return deliver(world, call, lambda: {"venue": venue, "location": point})


def send_contact(world: World, call: Call) -> Json:
    """Send somebody's phone number."""
    if not call.text("phone_number"):
        raise bad("phone number must be non-empty")
    if not call.text("first_name"):
        raise bad("first name must be non-empty")
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: call.text(name) for name in names if call.text(name)}
    return deliver(world, call, lambda: {"contact": contact})


def send_chat_action(world: World, call: Call) -> bool:
    """Show "typing…" and the like."""
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    if not (world.lean and call.integer("chat_id") > 0):
        chat = chat_to_write(world, call)
        world.feed.publish("action", chat_id=chat.id, action=call.text("action"))
    return True


def deliver(world: World, call: Call, content: Callable[[], Json]) -> Json:
    """Write what `content` makes into the call's chat, with its reply, topic and keyboard."""
    if world.lean and call.integer("chat_id") > 0:
        markup_of(call, is_private=True)
        return world.count(call.integer("chat_id"), content())
    chat = chat_to_write(world, call)
    markup = markup_of(call, is_private=chat.type == "private")
    reply_to = reply_target(chat, call)
    thread_id = thread_of(world, chat, call.integer("message_thread_id"), reply_to)
    protected = {"has_protected_content": True} if call.flag("protect_content") else {}
    return place(world, chat, content() | protected, markup=markup, reply_to=reply_to, thread_id=thread_id)


def place(
    world: World,
    chat: Chat,
    content: Json,
    *,
    markup: Json | None = None,
    reply_to: int = 0,
    thread_id: int = 0,
) -> Json:
    """Write a message of the bot and show its keyboard to whom it is meant for."""
    inline = {"reply_markup": markup} if markup and INLINE in markup else {}
    shown = world.post(chat, world.bot.id, content | inline, reply_to=reply_to, thread_id=thread_id)
    if markup and not inline:
        chat.sealed.add(shown["message_id"])
        for person_id in _addressees(world, chat, markup, shown):
            world.set_keyboard(chat, person_id, None if markup.get("remove_keyboard") else markup)
    return shown


def captioned(caption: FormattedText) -> Json:
    """Return the fields of a caption, none for an empty one."""
    return {"caption": caption.text} | tagged("caption_entities", caption) if caption.text else {}


def tagged(field: str, written: FormattedText) -> Json:
    """Return the entities under the field's name, nothing when there are none."""
    return {field: written.entities} if written.entities else {}


def _addressees(world: World, chat: Chat, markup: Json, shown: Json) -> list[int]:
    """Return who sees a reply keyboard: all, or with `selective` those mentioned or replied to."""
    people = [one for one in chat.present() if one != world.bot.id]
    if chat.type == "private" or not markup.get("selective"):
        return people
    replied = shown.get("reply_to_message", {}).get("from", {}).get("id")
    text = shown.get("text") or shown.get("caption") or ""
    return [one for one in people if one == replied or f"@{world.person(one).username}" in text.split()]


def preview(call: Call) -> Json:
    """Return the link preview options of a text."""
    options = call.structure("link_preview_options", "link preview options")
    if options is not None and not isinstance(options, dict):
        raise bad("object expected as link preview options")
    return {"link_preview_options": options} if options else {}


def _point(call: Call) -> Json:
    latitude, longitude = call.number("latitude"), call.number("longitude")
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 - degrees on the globe
        raise bad("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


FILE_KINDS = {
    "sendphoto": "photo", "senddocument": "document", "sendvoice": "voice", "sendvideo": "video",
    "sendaudio": "audio", "sendanimation": "animation", "sendvideonote": "video_note",
    "sendsticker": "sticker",
}  # fmt: skip
SENDING: dict[str, Method] = {
    "sendmessage": send_message,
    "sendlocation": send_location,
    "sendvenue": send_venue,
    "sendcontact": send_contact,
    "sendchataction": send_chat_action,
    **{method: send_file(kind) for method, kind in FILE_KINDS.items()},
}
