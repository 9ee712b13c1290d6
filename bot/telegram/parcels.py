"""Parcels: words with attachments as the messages that carry them, split where Telegram's limits say so."""

from collections.abc import Sequence
from html import escape
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import (
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    MediaUnion,
    Message,
    ReplyParameters,
)

from bot.domain.messages import Attachment, AttachmentKind
from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import LONGEST_CAPTION, LONGEST_TEXT, utf16

_ALBUMS: dict[AttachmentKind, str] = {
    AttachmentKind.PHOTO: "visual",
    AttachmentKind.VIDEO: "visual",
    AttachmentKind.DOCUMENT: "document",
    AttachmentKind.AUDIO: "audio",
}
"""Kinds that can stand in one album together (Bot API: sendMediaGroup)."""
_MEDIA: dict[AttachmentKind, Any] = {
    AttachmentKind.PHOTO: InputMediaPhoto,
    AttachmentKind.VIDEO: InputMediaVideo,
    AttachmentKind.DOCUMENT: InputMediaDocument,
    AttachmentKind.AUDIO: InputMediaAudio,
}
_ALBUM_SIZE = 10
_CAPTIONED = frozenset(
    {
        AttachmentKind.PHOTO,
        AttachmentKind.VIDEO,
        AttachmentKind.DOCUMENT,
        AttachmentKind.AUDIO,
        AttachmentKind.VOICE,
        AttachmentKind.ANIMATION,
    }
)


class Parcel:
    """Sends one thing to one place and gathers the ids of its messages."""

    def __init__(
        self, bot: Bot, *, chat_id: int, thread_id: int | None = None, reply_to: int | None = None
    ) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._where: dict[str, Any] = {"chat_id": chat_id, "message_thread_id": thread_id}
        if reply_to:
            self._where["reply_parameters"] = ReplyParameters(
                message_id=reply_to, allow_sending_without_reply=True
            )
        self.sent: list[int] = []

    async def text(
        self, html: str, *, plain: str = "", head: str = "", keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Send a text; formatting that Telegram refuses is dropped and ``plain`` is sent instead."""
        bodies = _split(head, html)
        if bodies is None:
            bodies = _split(head, escape(plain or html, quote=False)) or []
        for number, body in enumerate(bodies):
            last = number == len(bodies) - 1
            await self._text(body, keyboard if last else None, _joined(head, escape(plain, quote=False)))

    async def _text(self, body: str, keyboard: InlineKeyboardMarkup | None, instead: str) -> None:
        try:
            message = await self._bot.send_message(text=body, reply_markup=keyboard, **self._where)
        except AiogramError as error:
            if diagnose(error).fault is not Fault.MARKUP or not instead:
                raise
            message = await self._bot.send_message(text=instead, reply_markup=keyboard, **self._where)
        self.sent.append(message.message_id)

    async def attachments(
        self,
        things: Sequence[Attachment],
        *,
        caption: str = "",
        plain: str = "",
        head: str = "",
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Send attachments, albums together; the caption stands on the first that can carry it.

        ``caption`` is ``head`` and ``plain`` with formatting: where Telegram refuses that, those are sent.
        """
        groups = _grouped(things)
        if caption and (utf16(caption) > LONGEST_CAPTION or groups[0][0].kind not in _CAPTIONED):
            await self.text(_body(caption, head), plain=plain, head=head)
            caption = ""
        for number, group in enumerate(groups):
            last = keyboard if number == len(groups) - 1 else None
            try:
                await self._group(group, caption if number == 0 else "", last)
            except AiogramError as error:
                if number or not caption or diagnose(error).fault is not Fault.MARKUP:
                    raise
                await self.text(escape(plain, quote=False), head=head)
                await self._group(group, "", last)

    async def _group(
        self, group: Sequence[Attachment], caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> None:
        if len(group) == 1:
            message = await self._single(group[0], caption, keyboard)
            self.sent.append(message.message_id)
            return
        media: list[MediaUnion] = [
            _MEDIA[one.kind](media=one.file_id, caption=caption if number == 0 and caption else None)
            for number, one in enumerate(group)
        ]
        self.sent += [one.message_id for one in await self._bot.send_media_group(media=media, **self._where)]

    async def _single(self, one: Attachment, caption: str, keyboard: InlineKeyboardMarkup | None) -> Message:
        common: dict[str, Any] = {**self._where, "reply_markup": keyboard}
        if one.kind in _CAPTIONED and caption:
            common["caption"] = caption
        bot = self._bot
        match one.kind:
            case AttachmentKind.CONTACT:
                return await bot.send_contact(phone_number=one.phone, first_name=one.name or "…", **common)
            case AttachmentKind.LOCATION:
                return await bot.send_location(
                    latitude=one.latitude or 0.0, longitude=one.longitude or 0.0, **common
                )
            case AttachmentKind.VENUE:
                return await bot.send_venue(
                    latitude=one.latitude or 0.0,
                    longitude=one.longitude or 0.0,
                    title=one.name,
                    address=one.address,
                    **common,
                )
            case _:
                send = getattr(bot, f"send_{one.kind.value}")
                message: Message = await send(**{one.kind.value: one.file_id}, **common)
                return message


def _body(caption: str, head: str) -> str:
    """What follows the head in a caption."""
    return caption.removeprefix(head).removeprefix("\n") if head else caption


def _joined(head: str, body: str) -> str:
    return f"{head}\n{body}" if head and body else head or body


def _split(head: str, html: str) -> list[str] | None:
    """The text in pieces that fit; None when formatted text would have to be cut inside its formatting."""
    whole = _joined(head, html)
    if utf16(whole) <= LONGEST_TEXT:
        return [whole]
    if "<" in html:
        return None
    pieces = []
    rest = whole
    while rest:
        end = _piece(rest)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip("\n")
    return pieces


def _piece(text: str) -> int:
    """Where the next piece ends: at a line or word break, never inside an entity."""
    if utf16(text) <= LONGEST_TEXT:
        return len(text)
    end = len(text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore"))
    for mark in ("\n", " "):
        found = text.rfind(mark, end // 2, end)
        if found > 0:
            return found
    ampersand = text.rfind("&", max(0, end - 8), end)
    return ampersand if ampersand > 0 and ";" not in text[ampersand:end] else end


def _grouped(things: Sequence[Attachment]) -> list[list[Attachment]]:
    """Neighbours that can stand in one album, at most ten together."""
    groups: list[list[Attachment]] = []
    for one in things:
        family = _ALBUMS.get(one.kind)
        last = groups[-1] if groups else None
        if last and family and _ALBUMS.get(last[0].kind) == family and len(last) < _ALBUM_SIZE:
            last.append(one)
        else:
            groups.append([one])
    return groups
