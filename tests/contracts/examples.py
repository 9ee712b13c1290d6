"""Values that the contracts speak of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.delivery import Notice
from bot.domain.inbox import Incoming
from bot.domain.inquiries import Answer, Author, Inquiry, Post
from bot.domain.messages import Attachment, AttachmentKind, MessageRef, NoticeKind
from bot.domain.people import Profile
from bot.i18n.languages import Language

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=120)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CODES = ("KH-2222-22", "KH-7GQ4-X6", "KH-ABCD-ET", "KH-WXYZ-9E")
ODD_TEXTS = (
    "سلام، ویزا کتنے دن میں ملتا ہے؟",
    "Сәлеметсіз бе? Ұлттық ғылым",
    "a\x00b",
    "\x01j not JSON",
    "\x01k not sealed",
    "lone \ud83d surrogate",
    "👩‍👩‍👧‍👦 e\u0301 \u202eabc\u202c",
    "%_\\'\"; DROP TABLE people; --",
    " leading and trailing \n",
)

NO_JSON: Any = {"step": object()}
UNWRITABLE = Aftermath(
    notices=[Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=9)],
    marks={"news": "1"},
    remark=Remark(deed=Deed.ROLE, by=9, details=NO_JSON),
)
"""Something of it can be stored, all of it cannot: then nothing of it may be, nor what it follows from."""


def profile(person_id: int = 7, **changes: Any) -> Profile:
    """A visitor's profile."""
    values = {"id": person_id, "first_name": "Әлия", "last_name": "Khan", "username": "aliya_k", **changes}
    return Profile(**values)


def inquiry(code: str = CODES[0], **changes: Any) -> Inquiry:
    """An inquiry as a visitor has just sent it."""
    values: dict[str, Any] = {
        "code": code,
        "person_id": 7,
        "name": "Әлия Khan",
        "username": "aliya_k",
        "language": Language.UR,
        "section": "visa",
        "form": "visa-question",
        "answers": (
            Answer(field="purpose", label="Purpose", value="Tourism", choice=True),
            Answer(field="phone", label="Phone", value="+92 300 1234567"),
        ),
        "text": "ویزا کتنے دن میں ملتا ہے؟",
        "created_at": NOW,
        "waiting_since": NOW,
    }
    return Inquiry(**{**values, **changes})


def post(text: str = "Қанша күн?", **changes: Any) -> Post:
    """A visitor's post with a photo."""
    values: dict[str, Any] = {
        "author": Author.VISITOR,
        "person_id": 7,
        "name": "Әлия Khan",
        "text": text,
        "html": f"<b>{text}</b>",
        "attachments": (PHOTO,),
        "source": MessageRef(chat_id=7, message_id=40),
        "created_at": NOW,
    }
    return Post(**{**values, **changes})


PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="AgACAgIAAxk", file_unique_id="AQAD", size=81234)
PLACE = Attachment(kind=AttachmentKind.VENUE, latitude=31.5204, longitude=74.3587, address="Lahore")


def notice(chat_id: int = 7, **changes: Any) -> Notice:
    """A receipt."""
    return Notice(**{"kind": NoticeKind.RECEIPT, "chat_id": chat_id, "code": CODES[0], **changes})


def incoming(update_id: int, chat: int = 7, payload: bytes = b'{"update_id": 1}') -> Incoming:
    """A raw update."""
    return Incoming(update_id=update_id, chat=chat, payload=payload)
