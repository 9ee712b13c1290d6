"""Finding what a person presses: inline buttons by text or data, keys of the reply keyboard by text."""

from typing import Any

from bot.simulator.chats import Chat
from bot.simulator.people import ActionRefusedError

Json = dict[str, Any]


def find_button(chat: Chat, wanted: str, message_id: int = 0) -> tuple[int, Json]:
    """Return (message_id, button) of the newest message with such a text or callback_data, exact first."""
    candidates = [chat.messages[message_id]] if message_id in chat.messages else []
    if not message_id:
        candidates = list(reversed(chat.messages.values()))
    for matches in (_exactly, _loosely):
        for message in candidates:
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row):
                if matches(button, wanted):
                    return message["message_id"], button
    raise ActionRefusedError(
        f"no button {wanted!r} in chat {chat.id}" + (f", message {message_id}" * bool(message_id))
    )


def find_key(keyboard: Json | None, wanted: str) -> Json:
    """Return the reply keyboard's key with that text."""
    for row in (keyboard or {}).get("keyboard", []):
        for key in row:
            if key["text"] == wanted:
                return dict(key)
    raise ActionRefusedError(f"no key {wanted!r} on the reply keyboard")


def _exactly(button: Json, wanted: str) -> bool:
    return wanted in {button["text"], button.get("callback_data")}


def _loosely(button: Json, wanted: str) -> bool:
    return wanted.casefold() in button["text"].casefold()
