"""Parcels: words with attachments as the messages that carry them, split where Telegram's limits say so."""

from collections.abc import Sequence
from typing import Any

from aiogram import Bot
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
from bot.telegram.screens import LONGEST_CAPTION, LONGEST_TEXT
from bot.telegram.splitting import shown_length, split

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

    async def text(self, html: str, *, head: str = "", keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send a text, in several messages when it is long; the buttons stand under the last."""
        bodies = split(f"{head}\n{html}" if head and html else head or html, LONGEST_TEXT)
        for number, body in enumerate(bodies):
            last = keyboard if number == len(bodies) - 1 else None
            message = await self._bot.send_message(text=body, reply_markup=last, **self._where)
            self.sent.append(message.message_id)

    async def attachments(
        self,
        things: Sequence[Attachment],
        *,
        caption: str = "",
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Send attachments, albums together; the caption stands on the first if it fits, else before it."""
        groups = _grouped(things)
        if caption and (shown_length(caption) > LONGEST_CAPTION or groups[0][0].kind not in _CAPTIONED):
            await self.text(caption)
            caption = ""
        for number, group in enumerate(groups):
            last = keyboard if number == len(groups) - 1 else None
            await self._group(group, caption if number == 0 else "", last)

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
