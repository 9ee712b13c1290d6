"""Keyboards that the bot sends: checked as the Bot API checks them (Client.cpp, TDLib ReplyMarkup.cpp)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.calls import Call
from bot.simulator.cleaning import clean
from bot.simulator.detection import units
from bot.simulator.errors import ApiError, bad

Json = dict[str, Any]

INLINE = "inline_keyboard"
STYLES = frozenset({"danger", "success", "primary"})
DATA_LIMIT = 64
COPY_LIMIT = 256
BUTTON_LIMIT = 100
PLACEHOLDER_LIMIT = 64
PRIVATE_ONLY = {"request_contact": "Phone number", "request_location": "Location", "request_users": "Users",
                "request_chat": "Chats", "request_poll": "Poll"}  # fmt: skip
KINDS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip


def markup_of(call: Call, *, is_private: bool) -> Json | None:
    """Return the reply_markup of a call, checked and cleaned, None without one."""
    markup = call.structure("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "keyboard" in markup:
        return _reply_keyboard(markup, is_private=is_private)
    if INLINE in markup:
        return _inline_keyboard(markup)
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return _kept(markup)
    return None


def inline_markup_of(call: Call) -> Json | None:
    """Return the inline keyboard of an edit, None without one."""
    markup = markup_of(call, is_private=True)
    if markup is not None and INLINE not in markup:
        raise bad("inline keyboard expected")
    return markup


def _inline_keyboard(markup: Json) -> Json | None:
    message = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    rows = _rows(markup[INLINE], message, _inline_button)
    return {INLINE: rows} if rows else None


def _reply_keyboard(markup: Json, *, is_private: bool) -> Json | None:
    rows = _rows(markup["keyboard"], 'Field "keyboard" must be an Array of Arrays', _key)
    for row in rows:
        for key in row:
            for field, name in PRIVATE_ONLY.items():
                if key.get(field) and not is_private:
                    raise bad(f"{name} can be requested in private chats only")
    if units(markup.get("input_field_placeholder") or "") > PLACEHOLDER_LIMIT:
        raise bad("PLACEHOLDER_TOO_LONG")
    return _kept(markup) | {"keyboard": rows} if rows else None


def _rows(rows: Any, complaint: str, check: Callable[[Any], Json]) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(complaint)
    checked = [[check(button) for button in row] for row in rows if row]
    if sum(len(row) for row in checked) > BUTTON_LIMIT:
        raise bad("reply markup is too long")
    return checked


def _key(key: Any) -> Json:
    if isinstance(key, str):
        key = {"text": key}
    if not isinstance(key, dict):
        raise bad("can't parse keyboard button: KeyboardButton must be a String or an Object")
    return _named(key, "keyboard button", "Keyboard button")


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    shown = _named(button, "inline keyboard button", "Inline keyboard button")
    if not any(key in shown for key in KINDS):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(shown.get("callback_data", "").encode()) > DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in shown:
        copied = shown["copy_text"].get("text") if isinstance(shown["copy_text"], dict) else None
        if not copied or units(copied) > COPY_LIMIT:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    if "url" in shown:
        shown["url"] = _checked_url(shown["url"])
    return shown


def _named(button: Json, what: str, label: str) -> Json:
    """Return the button with its text cleaned and its style known."""
    if not isinstance(button.get("text"), str):
        raise bad(f"can't parse {what}: Can't find field \"text\"")
    style = str(button.get("style") or "").lower()
    if style and style not in STYLES | {"default"}:
        raise bad(f"can't parse {what}: invalid button style specified")
    text = clean(button["text"])
    if not text.strip():
        raise bad(f"{label} text must be non-empty")
    shown = _kept(button) | {"text": text}
    shown.pop("style", None)
    return shown | ({"style": style} if style in STYLES else {})


def _kept(values: Json) -> Json:
    """Leave out what is as good as not there."""
    return {key: value for key, value in values.items() if not _is_missing(key, value)}


def _is_missing(key: str, value: Any) -> bool:
    """Say whether a field counts as left out; an empty inline query is a query."""
    return value is None or value is False or (value == "" and not key.startswith("switch_inline_query"))


def _checked_url(url: str) -> str:
    """Return a button's link as Telegram stores it, or refuse it."""
    if url.lower().startswith(("tg://", "tg:", "ton://", "tonsite://")):
        return url
    address = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise _wrong_url(url, "Wrong HTTP URL") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise _wrong_url(url, "Unsupported URL protocol")
    if "." not in host or " " in url or host.startswith(".") or host.endswith("."):
        raise _wrong_url(url, "Wrong HTTP URL")
    return address if parts.path or parts.query else f"{address}/"


def _wrong_url(url: str, reason: str) -> ApiError:
    return bad(f"inline keyboard button URL '{url}' is invalid: {reason}")
