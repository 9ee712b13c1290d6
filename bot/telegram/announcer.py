"""Announcer: the domain's carrier of announcements over the Bot API.

What goes to everybody in one language is encoded once; a copy costs one small form.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    DeleteMessages,
    EditMessageCaption,
    EditMessageText,
    SendAnimation,
    SendAudio,
    SendContact,
    SendDocument,
    SendLocation,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVenue,
    SendVideo,
    SendVideoNote,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import InputMediaAudio, InputMediaDocument, InputMediaPhoto, InputMediaVideo

from bot.domain.broadcasts import Broadcast, Kind, Version
from bot.domain.carrying import Carried, Fate
from bot.domain.messages import Attachment, AttachmentKind
from bot.domain.newest import Newest
from bot.domain.recipients import Recipient
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import Screen
from bot.telegram.session import Prepared, TelegramSession
from bot.telegram.views import subscriptions

TIMEOUT = 20
"""Seconds that a send may take; then nobody knows whether it arrived."""
_KEPT = 32
"""Prepared versions kept at hand."""
_FATES: dict[Fault, Fate] = {
    Fault.NOT_SENT: Fate.NOT_SENT,
    Fault.STRANGER: Fate.NOT_SENT,
    Fault.CONFLICT: Fate.NOT_SENT,
    Fault.UNKNOWN: Fate.UNKNOWN,
    Fault.BUSY: Fate.BUSY,
    Fault.UNREACHABLE: Fate.BLOCKED,
    Fault.EXPELLED: Fate.BLOCKED,
    Fault.UNCHANGED: Fate.ARRIVED,
}
_MEDIA: dict[AttachmentKind, Any] = {
    AttachmentKind.PHOTO: InputMediaPhoto,
    AttachmentKind.VIDEO: InputMediaVideo,
    AttachmentKind.DOCUMENT: InputMediaDocument,
    AttachmentKind.AUDIO: InputMediaAudio,
}
_SINGLES: dict[AttachmentKind, Any] = {
    AttachmentKind.PHOTO: SendPhoto,
    AttachmentKind.DOCUMENT: SendDocument,
    AttachmentKind.VOICE: SendVoice,
    AttachmentKind.AUDIO: SendAudio,
    AttachmentKind.VIDEO: SendVideo,
    AttachmentKind.VIDEO_NOTE: SendVideoNote,
    AttachmentKind.ANIMATION: SendAnimation,
    AttachmentKind.STICKER: SendSticker,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One message, or one album."""

    prepared: Prepared
    weight: int


class TelegramAnnouncer:
    """Implements ``domain.carrying.Carrier``."""

    def __init__(self, bot: Bot, catalogues: Catalogues, *, paid: bool) -> None:
        """``paid``: let Telegram charge for more than 30 messages a second (allow_paid_broadcast)."""
        self._bot = bot
        self._session = cast("TelegramSession", bot.session)
        self._catalogues = catalogues
        self._paid = True if paid else None
        self._prepared: Newest[tuple[Any, ...], tuple[_Part, ...]] = Newest(_KEPT)

    def weight(self, broadcast: Broadcast, recipient: Recipient) -> int:
        """How many messages the next part counts."""
        parts = self._parts(broadcast, recipient.language)
        return parts[recipient.part].weight if recipient.part < len(parts) else 1

    async def carry(self, broadcast: Broadcast, recipient: Recipient) -> Carried:
        """Send the next part, or change the copies."""
        parts = self._parts(broadcast, recipient.language)
        if recipient.part >= len(parts):
            return Carried(fate=Fate.REFUSED, reason="nothing to send")
        try:
            ids = await self._post(broadcast, recipient, parts[recipient.part])
        except AiogramError as error:
            diagnosis = diagnose(error)
            fate = _FATES.get(diagnosis.fault, Fate.REFUSED)
            return Carried(fate=fate, wait=diagnosis.wait, reason=diagnosis.reason)
        return Carried(fate=Fate.ARRIVED, message_ids=ids, more=recipient.part + 1 < len(parts))

    async def _post(self, broadcast: Broadcast, recipient: Recipient, part: _Part) -> tuple[int, ...]:
        fields: dict[str, int | str] = {"chat_id": recipient.person_id}
        if broadcast.kind is Kind.EDIT:
            fields["message_id"] = recipient.message_ids[0]
        elif broadcast.kind is Kind.DELETE:
            fields["message_ids"] = json.dumps(recipient.message_ids)
        made = await self._session.post_prepared(self._bot, part.prepared, seconds=TIMEOUT, **fields)
        return made if broadcast.kind is Kind.SEND else ()

    def _parts(self, broadcast: Broadcast, reader: Language) -> Sequence[_Part]:
        """The messages for a reader, encoded when they are first needed."""
        key = (broadcast.number, broadcast.version, reader)
        found = self._prepared.get(key)
        if found is None:
            found = tuple(
                _Part(self._session.prepare(self._bot, method), _weight(method))
                for method in self.methods(broadcast, reader)
            )
            self._prepared[key] = found
        return found

    def methods(self, broadcast: Broadcast, reader: Language) -> list[TelegramMethod[Any]]:
        """What is called for one recipient, in order, with chat and message left open."""
        if broadcast.kind is Kind.DELETE:
            return [DeleteMessages(chat_id=0, message_ids=[])]
        written = broadcast.language_for(reader)
        if written is None:
            return []
        version = broadcast.versions[written]
        html = self._catalogues[written].finish(version.html)
        under = subscriptions.under_copy(self._catalogues[reader], broadcast.original or broadcast.number)
        if broadcast.kind is Kind.EDIT:
            return _edits(version, html, under)
        return self._sends(version, html, under)

    def _sends(self, version: Version, html: str, under: Screen) -> list[TelegramMethod[Any]]:
        common: dict[str, Any] = {"chat_id": 0, "allow_paid_broadcast": self._paid}
        keyboard = under.keyboard()
        if not version.attachments:
            return [SendMessage(text=html, reply_markup=keyboard, **common)]
        if len(version.attachments) == 1:
            return [_single(version.attachments[0], html, {**common, "reply_markup": keyboard})]
        media = [
            _MEDIA[one.kind](media=one.file_id, caption=html or None if number == 0 else None)
            for number, one in enumerate(version.attachments)
        ]
        # An album carries no buttons.
        return [
            SendMediaGroup(media=media, **common),
            SendMessage(text=under.text, reply_markup=keyboard, **common),
        ]


def _single(one: Attachment, html: str, common: dict[str, Any]) -> TelegramMethod[Any]:
    match one.kind:
        case AttachmentKind.CONTACT:
            return SendContact(phone_number=one.phone, first_name=one.name or "…", **common)
        case AttachmentKind.LOCATION:
            return SendLocation(latitude=one.latitude or 0.0, longitude=one.longitude or 0.0, **common)
        case AttachmentKind.VENUE:
            place: dict[str, Any] = {"latitude": one.latitude or 0.0, "longitude": one.longitude or 0.0}
            return SendVenue(title=one.name, address=one.address or one.name, **place, **common)
    fields = {one.kind.value: one.file_id, **common}
    if html:
        fields["caption"] = html
    method: TelegramMethod[Any] = _SINGLES[one.kind](**fields)
    return method


def _edits(version: Version, html: str, under: Screen) -> list[TelegramMethod[Any]]:
    """The first message of a copy carries its words."""
    open_place: dict[str, Any] = {"chat_id": 0, "message_id": None}
    if not version.attachments:
        return [EditMessageText(text=html, reply_markup=under.keyboard(), **open_place)]
    keyboard = under.keyboard() if len(version.attachments) == 1 else None
    return [EditMessageCaption(caption=html, reply_markup=keyboard, **open_place)]


def _weight(method: TelegramMethod[Any]) -> int:
    return len(method.media) if isinstance(method, SendMediaGroup) else 1
