"""Messages: what can hang on one, and where one stands in Telegram."""

from dataclasses import dataclass
from enum import StrEnum


class AttachmentKind(StrEnum):
    """What kind of thing was sent; the names are the Bot API's message fields."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    STICKER = "sticker"
    CONTACT = "contact"
    LOCATION = "location"
    VENUE = "venue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file (by Telegram's reference, never copied), a contact or a place."""

    kind: AttachmentKind
    file_id: str = ""
    """Empty for contacts and places."""
    file_unique_id: str = ""
    name: str = ""
    """File name, contact name or venue title."""
    mime: str = ""
    size: int = 0
    """Bytes; 0 when Telegram did not say."""
    phone: str = ""
    """Of a contact."""
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    """Of a venue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """A message in a Telegram chat."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody wrote or sent, in one message."""

    text: str = ""
    html: str = ""
    """The same with Telegram's formatting; empty when there is none."""
    attachments: tuple[Attachment, ...] = ()
    album: str = ""
    source: MessageRef | None = None


class NoticeKind(StrEnum):
    """What is told."""

    RECEIPT = "receipt"
    """To the visitor: the inquiry arrived, with its code."""
    CARD = "card"
    """To the staff chat: show or refresh the inquiry's card."""
    POST_TO_STAFF = "post_to_staff"
    """To the staff chat: what the visitor added."""
    POST_TO_VISITOR = "post_to_visitor"
    """To the visitor: what staff replied."""
    EDIT_TO_STAFF = "edit_to_staff"
    """To the staff chat: the visitor changed or withdrew a post."""
    EDIT_TO_VISITOR = "edit_to_visitor"
    """To the visitor: staff changed a post."""
    STATUS_TO_VISITOR = "status_to_visitor"
    """To the visitor: closed or reopened."""
    NOTE_TO_VISITOR = "note_to_visitor"
    """To the visitor: a short line about an inquiry; ``args["note"]`` says which."""
    STAFF_NOTE = "staff_note"
    """To the staff chat: a short line about an inquiry; ``args["note"]`` says which."""
    TOPIC = "topic"
    """To the staff chat: the inquiry's topic is closed or opened like the inquiry."""
    ERASED = "erased"
    """To the staff chat: take back every message that shows an erased inquiry."""
    OPERATOR_NOTE = "operator_note"
    """To an owner's private chat: something needs a person; ``args["note"]`` says which."""
    REMINDER = "reminder"
    """To the staff chat: inquiries that wait too long."""
    DIGEST = "digest"
    """To the staff chat: the day in numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A message of the bot that shows an inquiry or one of its posts."""

    ref: MessageRef
    code: str
    post_id: int = 0
    """0: the inquiry itself (card, receipt)."""
    kind: NoticeKind
    """What made it."""
