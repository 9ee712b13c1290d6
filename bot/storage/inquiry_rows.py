"""Inquiries, posts and copies as rows and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from bot.domain.inquiries import Answer, Author, Inquiry, Post, Status
from bot.domain.messages import Attachment, AttachmentKind, Copy, MessageRef, NoticeKind
from bot.i18n.languages import Language
from bot.storage.backend import AnyRow
from bot.storage.database import Database
from bot.storage.tables import inquiries, posts

INQUIRY_COLUMNS = [column for column in inquiries.c if column.name not in {"name_key", "username_key"}]
"""What an inquiry is read from, in the order of the schema."""
POST_COLUMNS = list(posts.c)

_NAMES = tuple(column.name for column in INQUIRY_COLUMNS)
_LANGUAGES = {language.value: language for language in Language}
_STATUSES = {status.value: status for status in Status}
_AUTHORS = {author.value: author for author in Author}
_PLAIN = frozenset(field.name for field in fields(Inquiry)) - {"answers", "language", "status", "version"}
_NO_ATTACHMENT = {field.name: field.default for field in fields(Attachment)}


def inquiry_row(database: Database, inquiry: Inquiry) -> dict[str, Any]:
    """The columns of an inquiry but its number and version."""
    return {
        **{name: getattr(inquiry, name) for name in _PLAIN},
        "name_key": database.key_of(inquiry.name),
        "username_key": database.key_of(inquiry.username),
        "answers": [[one.field, one.label, one.value, one.choice] for one in inquiry.answers],
        "language": inquiry.language.value,
        "status": inquiry.status.value,
    }


def inquiry_of(row: AnyRow) -> Inquiry:
    """The inquiry in a row of ``INQUIRY_COLUMNS``."""
    values = dict(zip(_NAMES, row, strict=True))
    del values["id"]
    values["answers"] = tuple(
        Answer(field=field, label=label, value=value, choice=choice)
        for field, label, value, choice in values["answers"] or ()
    )
    values["language"] = _LANGUAGES[values["language"]]
    values["status"] = _STATUSES[values["status"]]
    return Inquiry(**values)


def post_row(post: Post, inquiry_id: int) -> dict[str, Any]:
    """The columns of a post but its number."""
    return {
        "inquiry_id": inquiry_id,
        "author": post.author.value,
        "person_id": post.person_id,
        "name": post.name,
        "text": post.text,
        "html": post.html,
        "attachments": [attachment_json(one) for one in post.attachments],
        "album": post.album,
        "source_chat_id": post.source.chat_id if post.source else None,
        "source_message_id": post.source.message_id if post.source else None,
        "created_at": post.created_at,
        "edited_at": post.edited_at,
        "withdrawn_at": post.withdrawn_at,
    }


def post_of(row: Sequence[Any]) -> Post:
    """The post in a row of ``POST_COLUMNS``."""
    number, _, author, person_id, name, text, html, files, album, chat_id, message_id, *moments = row
    created_at, edited_at, withdrawn_at = moments
    return Post(
        id=number,
        author=_AUTHORS[author],
        person_id=person_id,
        name=name,
        text=text,
        html=html,
        attachments=tuple(attachment_of(one) for one in files or ()),
        album=album,
        source=None if chat_id is None else MessageRef(chat_id=chat_id, message_id=message_id),
        created_at=created_at,
        edited_at=edited_at,
        withdrawn_at=withdrawn_at,
    )


def copy_of(row: Sequence[Any]) -> Copy:
    """The copy in a row of ``copies``."""
    chat_id, message_id, code, post_id, kind = row
    ref = MessageRef(chat_id=chat_id, message_id=message_id)
    return Copy(ref=ref, code=code, post_id=post_id, kind=NoticeKind(kind))


def number_notice(post_id: int, numbers: Sequence[int]) -> int:
    """The number of the post a notice points to: -1 - i is the i-th of those just stored."""
    return numbers[-1 - post_id] if post_id < 0 else post_id


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """An attachment as JSON values, without what is empty."""
    return {name: value for name, value in asdict(attachment).items() if value != _NO_ATTACHMENT[name]}


def attachment_of(values: Mapping[str, Any]) -> Attachment:
    """The attachment again."""
    return Attachment(**{**values, "kind": AttachmentKind(values["kind"])})
