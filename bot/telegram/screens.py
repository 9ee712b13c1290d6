"""Screen: a text with its buttons, before it becomes a message."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import staying

LONGEST_TEXT = 4096
"""UTF-16 units of a message after its markup is read (Bot API: sendMessage)."""
LONGEST_CAPTION = 1024
FORWARD = "success"
"""The style of the one button that goes forward in a dialogue."""
THROW_AWAY = "danger"
"""The style of the one button that throws away."""
_LAST_WORD = re.compile(r"\s\S*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button; exactly one of ``data``, ``url`` and ``copy`` is given."""

    label: str
    data: CallbackData | None = None
    url: str = ""
    copy: str = ""
    """Text that a tap copies (at most 256 characters)."""
    style: str | None = None

    def as_telegram(self, *, stays: bool = False) -> InlineKeyboardButton:
        """The Bot API's button; ``stays``: the message that it hangs under is not to be edited by a tap."""
        if self.copy:
            return InlineKeyboardButton(text=self.label, copy_text=CopyTextButton(text=self.copy))
        if self.url:
            return InlineKeyboardButton(text=self.label, url=self.url)
        assert self.data is not None  # noqa: S101 - promised by the class
        data = staying(self.data.pack()) if stays else self.data.pack()
        return InlineKeyboardButton(text=self.label, callback_data=data, style=self.style)


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A text in Telegram-HTML and rows of buttons."""

    text: str
    rows: Rows = field(default=())
    stays: bool = False
    """A letter: its words are kept in the chat, so what its buttons open comes as a new message."""

    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The Bot API's keyboard; None without buttons."""
        if not self.rows:
            return None
        return InlineKeyboardMarkup(
            inline_keyboard=[[button.as_telegram(stays=self.stays) for button in row] for row in self.rows]
        )

    def with_rows(self, tr: Translator, rows: Iterable[Sequence[Button]]) -> "Screen":
        """The same text with other buttons."""
        return replace(self, rows=_directed(tr, rows))

    def with_note(self, note: str) -> "Screen":
        """The same screen with a line above it."""
        return replace(self, text=f"{note}\n\n{self.text}")


def finished(tr: Translator, text: str, rows: Iterable[Sequence[Button]] = ()) -> Screen:
    """A screen whose text, labels and rows have their direction. Every view ends here."""
    return Screen(text=tr.finish(text), rows=_directed(tr, rows))


def _directed(tr: Translator, rows: Iterable[Sequence[Button]]) -> Rows:
    """Rows as their language reads: in Urdu the first button stands on the right."""
    step = -1 if tr.language.runs_right_to_left else 1
    return tuple(
        tuple(replace(button, label=tr.finish(button.label, html=False)) for button in row[::step])
        for row in rows
        if row
    )


def letter(tr: Translator, text: str, rows: Iterable[Sequence[Button]] = ()) -> Screen:
    """A finished screen that stays in the chat, whatever is tapped below it."""
    return replace(finished(tr, text, rows), stays=True)


def bold(text: str) -> str:
    """Ready Telegram-HTML in bold."""
    return f"<b>{text}</b>"


def italic(text: str) -> str:
    """Ready Telegram-HTML in italics."""
    return f"<i>{text}</i>"


def quoted(text: str) -> str:
    """Ready Telegram-HTML as a quotation."""
    return f"<blockquote>{text}</blockquote>"


def command_line(tr: Translator, command: str, meaning: str) -> str:
    """What a command does, as a line; in Urdu too the slash stands in front of its name."""
    return f"{tr.value(command)} – {meaning}"


def in_rows(buttons: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    """Buttons in rows of ``width``."""
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis, within ``limit`` UTF-16 units. For plain text only.

    It ends behind a whole word, unless that would take half of it away.
    """
    if utf16(text) <= limit:
        return text
    short = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    whole = short if text[len(short)].isspace() else _LAST_WORD.sub("", short)
    return f"{(whole if 2 * len(whole) > len(short) else short).rstrip()}…"


def utf16(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2
