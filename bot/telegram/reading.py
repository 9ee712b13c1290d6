"""Reading a message: Telegram's fields become the domain's words and attachments."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Message, User

from bot.domain.messages import Attachment, AttachmentKind, MessageRef, Words
from bot.domain.people import Profile
from bot.i18n.direction import neutralise
from bot.i18n.languages import guess_language
from bot.telegram.names import plain_name, plain_username

_UNKNOWN = frozenset(
    {
        ContentType.POLL,
        ContentType.DICE,
        ContentType.STORY,
        ContentType.GAME,
        ContentType.INVOICE,
        ContentType.PAID_MEDIA,
        ContentType.CHECKLIST,
        ContentType.UNKNOWN,
    }
)

_SERVICE = frozenset(
    {
        ContentType.PINNED_MESSAGE,
        ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
        ContentType.CHAT_BACKGROUND_SET,
        ContentType.BOOST_ADDED,
        ContentType.WRITE_ACCESS_ALLOWED,
        ContentType.CONNECTED_WEBSITE,
        ContentType.PROXIMITY_ALERT_TRIGGERED,
        ContentType.NEW_CHAT_MEMBERS,
        ContentType.LEFT_CHAT_MEMBER,
    }
)
"""What nobody wrote, and nobody expects an answer to."""


def read_profile(user: User) -> Profile:
    """The sender as the domain knows people; whose name shows nothing is called by their number."""
    return profile_of(
        user.id,
        (user.first_name, user.last_name, user.username),
        phone_language=guess_language(user.language_code),
    )


def profile_of(person_id: int, names: Sequence[str | None], **more: Any) -> Profile:
    """A person as the domain knows them; ``names``: first name, last name, username."""
    first, last, username = names
    first, last = plain_name(first or ""), plain_name(last or "")
    return Profile(
        id=person_id,
        first_name=first or ("" if last else str(person_id)),
        last_name=last,
        username=plain_username(username or ""),
        **more,
    )


def read_words(message: Message) -> Words:
    """Everything a person said in one message; bidi overrides and NUL are taken out, nothing else."""
    plain = neutralise(message.text or message.caption or "")
    formatted = bool(message.entities or message.caption_entities)
    attachment = read_attachment(message)
    return Words(
        text=plain,
        html=neutralise(message.html_text) if formatted else "",
        attachments=(attachment,) if attachment else (),
        album=message.media_group_id or "",
        source=ref_of(message),
    )


def reworded(old: Words, new: Words) -> Words:
    """What was said, in the words of an edited message; a question may be the argument of a command."""
    text, html = new.text, new.html
    if text.startswith("/ask"):
        text, html = text.partition(" ")[2].strip(), ""
    # What several messages brought does not go when one of them changes.
    attachments = old.attachments if len(old.attachments) > 1 else new.attachments or old.attachments
    return replace(old, text=text, html=html, attachments=attachments)


def is_readable(message: Message) -> bool:
    """Whether there is anything to keep; commands and service messages hold nothing."""
    if message.text is not None:
        return not message.text.startswith("/")
    return bool(message.caption) or read_attachment(message) is not None


def is_unknown(message: Message) -> bool:
    """Whether somebody said something of a kind that cannot be kept, such as a poll."""
    return message.content_type in _UNKNOWN


def is_service(message: Message) -> bool:
    """Whether it only tells of something that happened in the chat, such as a pinned message."""
    return message.content_type in _SERVICE


def ref_of(message: Any) -> MessageRef:
    """Where a message stands."""
    return MessageRef(chat_id=message.chat.id, message_id=message.message_id)


def read_attachment(message: Message) -> Attachment | None:
    """The file, contact or place that a message carries; None for plain text and for what we cannot keep."""
    for kind, read in _READERS.items():
        found = getattr(message, kind.value, None)
        if found:
            return read(kind, found)
    return None


def _file(kind: AttachmentKind, thing: Any) -> Attachment:
    return Attachment(
        kind=kind,
        file_id=thing.file_id,
        file_unique_id=thing.file_unique_id,
        name=neutralise(getattr(thing, "file_name", None) or ""),
        mime=getattr(thing, "mime_type", None) or "",
        size=thing.file_size or 0,
    )


def _photo(kind: AttachmentKind, sizes: Any) -> Attachment:
    return _file(kind, sizes[-1])


def _contact(kind: AttachmentKind, thing: Any) -> Attachment:
    name = plain_name(f"{thing.first_name} {thing.last_name or ''}")
    return Attachment(kind=kind, name=name, phone=thing.phone_number)


def _location(kind: AttachmentKind, thing: Any) -> Attachment:
    return Attachment(kind=kind, latitude=thing.latitude, longitude=thing.longitude)


def _venue(kind: AttachmentKind, thing: Any) -> Attachment:
    return Attachment(
        kind=kind,
        name=neutralise(thing.title),
        address=neutralise(thing.address),
        latitude=thing.location.latitude,
        longitude=thing.location.longitude,
    )


_READERS: dict[AttachmentKind, Callable[[AttachmentKind, Any], Attachment]] = {
    # A venue carries a location and an animation a document too: the fuller one comes first.
    AttachmentKind.VENUE: _venue,
    AttachmentKind.ANIMATION: _file,
    AttachmentKind.PHOTO: _photo,
    AttachmentKind.DOCUMENT: _file,
    AttachmentKind.VOICE: _file,
    AttachmentKind.AUDIO: _file,
    AttachmentKind.VIDEO: _file,
    AttachmentKind.VIDEO_NOTE: _file,
    AttachmentKind.STICKER: _file,
    AttachmentKind.CONTACT: _contact,
    AttachmentKind.LOCATION: _location,
}
