"""Methods of the bot that change or delete messages, answer taps, pin and react."""

from typing import Any

from bot.simulator.access import (
    chat_to_change,
    has_right,
    need_right,
    stored_message,
)
from bot.simulator.calls import Call
from bot.simulator.chats import Chat
from bot.simulator.copying import message_ids_of
from bot.simulator.detection import units
from bot.simulator.entities import caption_of, text_of
from bot.simulator.errors import bad
from bot.simulator.keyboards import inline_markup_of
from bot.simulator.media import KINDS, describe
from bot.simulator.people import Json
from bot.simulator.sending import Method, captioned, preview, tagged
from bot.simulator.uploads import file_of
from bot.simulator.world import World

DELETABLE = 48 * 3600
ANSWER_LIMIT = 200
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
MEDIA_TO_EDIT = frozenset({"photo", "video", "animation", "audio", "document"})
CAPTIONABLE = frozenset({"photo", "video", "animation", "audio", "document", "voice"})
REACTIONS = frozenset(
    [
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)


def edit_text(world: World, call: Call) -> Json | bool:
    """Change a text; the inline keyboard goes when none is sent along."""
    written = text_of(call)
    if world.lean and call.integer("chat_id") > 0:
        return world.count_edit(call.integer("chat_id"), call.integer("message_id"), {"text": written.text})
    chat, message = _own_message(world, call)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    changes = {"text": written.text, "entities": None, "link_preview_options": None}
    return _apply(world, chat, message, call, changes | tagged("entities", written) | preview(call))


def edit_caption(world: World, call: Call) -> Json:
    """Change a caption."""
    caption = caption_of(call)
    chat, message = _own_message(world, call)
    if not CAPTIONABLE & message.keys():
        raise bad("there is no caption in the message to edit")
    return _apply(
        world, chat, message, call, {"caption": None, "caption_entities": None} | captioned(caption)
    )


def edit_media(world: World, call: Call) -> Json:
    """Put another file, with its caption, in place of the present one."""
    item = call.structure("media", "input media")
    if not isinstance(item, dict) or item.get("type") not in MEDIA_TO_EDIT:
        raise bad("can't parse InputMedia: type is unsupported")
    chat, message = _own_message(world, call)
    if not (CAPTIONABLE | {"text"}) & message.keys():
        raise bad("message media can't be edited")
    stored = file_of(world, call, item["type"], item.get("media") or "")
    gone: Json = dict.fromkeys((*KINDS, "text", "entities", "caption", "caption_entities"))
    return _apply(
        world, chat, message, call, gone | describe(item["type"], stored) | captioned(caption_of(item))
    )


def edit_reply_markup(world: World, call: Call) -> Json | bool:
    """Change the inline keyboard alone."""
    if world.lean and call.integer("chat_id") > 0:
        return world.count_edit(call.integer("chat_id"), call.integer("message_id"), {})
    chat, message = _own_message(world, call)
    return _apply(world, chat, message, call, {})


def delete_message(world: World, call: Call) -> bool:
    """Delete one message."""
    chat = chat_to_change(world, call)
    message = stored_message(chat, call.integer("message_id"), "message to delete")
    _check_deletable(world, chat, message)
    world.remove(chat, [message["message_id"]])
    return True


def delete_messages(world: World, call: Call) -> bool:
    """Delete up to 100 messages; those not found are left out."""
    chat = chat_to_change(world, call)
    found = [one for one in message_ids_of(call) if one in chat.messages]
    for message_id in found:
        _check_deletable(world, chat, chat.messages[message_id])
    world.remove(chat, found)
    return True


def answer_callback_query(world: World, call: Call) -> bool:
    """Answer a tap; the person sees the text, as an alert when asked."""
    text = call.text("text")
    if units(text) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    if world.lean:
        return True
    query = world.queries.get(call.text("callback_query_id"))
    if query is None or world.now() - query["date"] > world.query_lifetime:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    query["answer"] = {"text": text, "show_alert": call.flag("show_alert"), "url": call.text("url")}
    world.feed.publish("answer", chat_id=query["chat_id"], query=query)
    return True


def pin_message(world: World, call: Call) -> bool:
    """Pin a message; a service message says so."""
    chat = chat_to_change(world, call)
    need_right(world, chat, "can_pin_messages")
    message = stored_message(chat, call.integer("message_id"), "message to pin")
    if message["message_id"] not in chat.pinned:
        chat.pinned.append(message["message_id"])
        thread_id = message.get("message_thread_id", 0)
        shown = world.post(chat, world.bot.id, {"pinned_message": chat.shown(message)}, thread_id=thread_id)
        world.updates.push("message", shown, lane=f"chat {chat.id}")
        world.feed.publish("chat", chat=world.chat_card(chat.id))
    return True


def unpin_message(world: World, call: Call) -> bool:
    """Unpin a message, the newest without an id."""
    chat = chat_to_change(world, call)
    need_right(world, chat, "can_pin_messages")
    wanted = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    world.feed.publish("chat", chat=world.chat_card(chat.id))
    return True


def set_message_reaction(world: World, call: Call) -> bool:
    """Set the bot's one reaction, or take it away."""
    chat = chat_to_change(world, call)
    message = stored_message(chat, call.integer("message_id"), "message to react")
    wanted = call.structure("reaction", "reaction types") or []
    if not isinstance(wanted, list):
        raise bad("expected an Array of ReactionType")
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(_is_unknown(one) for one in wanted):
        raise bad("REACTION_INVALID")
    chat.reactions.setdefault(message["message_id"], {})[world.bot.id] = wanted
    reactions = world.reactions(chat.id, message["message_id"])
    world.feed.publish("reaction", chat_id=chat.id, message_id=message["message_id"], reactions=reactions)
    return True


def get_file(world: World, call: Call) -> Json:
    """Say where a file can be downloaded, up to 20 MB."""
    if not call.text("file_id"):
        raise bad("file_id not specified")
    stored = world.files.get(call.text("file_id"))
    if stored is None:
        raise bad("invalid file_id")
    if stored.is_too_big:
        raise bad("file is too big")
    return stored.view() | {"file_path": stored.path}


def _own_message(world: World, call: Call) -> tuple[Chat, Json]:
    """Return a message that the bot may edit: its own, with no reply keyboard."""
    if call.text("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    chat = chat_to_change(world, call)
    if not call.integer("message_id"):
        raise bad("message identifier is not specified")
    message = stored_message(chat, call.integer("message_id"), "message to edit")
    is_own = message["from"]["id"] == world.bot.id and "forward_origin" not in message
    if not is_own or message["message_id"] in chat.sealed or "pinned_message" in message:
        raise bad("message can't be edited")
    return chat, message


def _apply(world: World, chat: Chat, message: Json, call: Call, changes: Json) -> Json:
    changes = changes | {"reply_markup": inline_markup_of(call)}
    if all(message.get(key) == value for key, value in changes.items()):
        raise bad(NOT_MODIFIED)
    return world.change(chat, message["message_id"], changes)


def _check_deletable(world: World, chat: Chat, message: Json) -> None:
    """Refuse what is 48 hours old (TDLib can_delete_message), and others' messages without the right."""
    is_old = world.now() - message["date"] > DELETABLE
    if chat.type == "private":
        if is_old:
            raise bad("message can't be deleted for everyone")
        return
    is_own = message["from"]["id"] == world.bot.id
    if is_old or not (is_own or has_right(world, chat, "can_delete_messages")):
        raise bad("message can't be deleted")


def _is_unknown(reaction: Any) -> bool:
    return not isinstance(reaction, dict) or reaction.get("emoji") not in REACTIONS


EDITING: dict[str, Method] = {
    "editmessagetext": edit_text,
    "editmessagecaption": edit_caption,
    "editmessagemedia": edit_media,
    "editmessagereplymarkup": edit_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
    "pinchatmessage": pin_message,
    "unpinchatmessage": unpin_message,
    "setmessagereaction": set_message_reaction,
    "getfile": get_file,
}
