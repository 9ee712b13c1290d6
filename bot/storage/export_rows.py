"""Rows of exports: which columns are read, and how a driver's row becomes a ``Line`` or a ``MessageLine``.

Rows are taken as the driver gives them, and read further only where it is needed: SQLAlchemy's reading of a
row would cost twice as much as the row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from json import JSONDecoder
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    String,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)

from bot.domain.exports import Line, MessageLine
from bot.domain.inquiries import Answer, Author
from bot.domain.messages import Attachment, AttachmentKind
from bot.storage.cipher import MARK, Cipher, read_text
from bot.storage.tables import inquiries, posts

Rows = Sequence[Any]
"""Rows as the driver gives them."""

_STAFF, _NOTE, _VISITOR = Author.STAFF.value, Author.NOTE.value, Author.VISITOR.value


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the driver gives it."""
    return type_coerce(column, String)


def _coded(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a value is not the text itself but has to be opened (``bot.storage.cipher``)."""
    return func.substr(raw(column), 1, 1) == MARK


UNREAD = 1 << 28
"""From here on, and below zero, a count is none: more of the messages must be read (``is_unread``)."""
_mine = posts.c.inquiry_id == inquiries.c.id
_asked = case((raw(posts.c.attachments) == "", 1 + UNREAD), else_=1 + 3 * UNREAD)
_COUNT = (
    select(
        func.sum(
            case((posts.c.author == _VISITOR, _asked), (posts.c.author == _STAFF, 1), else_=0)
            + case((_coded(posts.c.text), 2 * UNREAD), else_=0)
        )
        - UNREAD
    )
    .where(_mine)
    .scalar_subquery()
)
"""How many messages there are, notes aside, when one is the visitor's and none is coded or has attachments.

Each of the visitor's adds ``UNREAD``, and one is taken off again; what else asks to be read adds it twice.
No row adds more than fits into 32 bits.
"""
_LAST_REPLY = (
    select(raw(posts.c.text))
    .where(_mine, posts.c.author == _STAFF)
    .order_by(posts.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_SEALED: dict[int, Column[Any]] = {
    2: inquiries.c.text,
    7: inquiries.c.name,
    8: inquiries.c.username,
    14: inquiries.c.claimed_name,
    16: inquiries.c.answers,
    19: posts.c.text,
    21: inquiries.c.rating_comment,
    22: inquiries.c.close_reason,
}
"""What may stand sealed or coded in the database (``bot.storage.cipher``), by its place in a ``Line``."""
_LATER, CREATED, _ANSWERS, _FILES, MESSAGES, _REPLY = 3, 10, 16, 17, 18, 19
_ANSWERED, _CODED = 1, 2
_UNFINISHED = case(
    (or_(*(_coded(one) for one in _SEALED.values() if one.table is inquiries)), _CODED),
    (raw(inquiries.c.answers) != "", _ANSWERED),
    else_=0,
)
"""Whether the row has to be read further; most are lines as they come."""


def _columns(messages: Any, reply: Any) -> list[ColumnElement[Any]]:
    """The columns of ``Line`` in its order, and what tells how far to read them."""
    table = inquiries.c
    return [
        *(table.id, table.code, raw(table.text), null(), table.section, table.status, table.language),
        *(raw(table.name), raw(table.username), table.person_id),
        *map(raw, (table.created_at, table.seen_at, table.answered_at, table.closed_at)),
        *(raw(table.claimed_name), table.form, raw(table.answers), null(), messages, reply),
        *(table.rating, raw(table.rating_comment), raw(table.close_reason), _UNFINISHED),
    ]


LINE = _columns(_COUNT, _LAST_REPLY)
BARE_LINE = _columns(literal(0), literal(""))
"""Without what follows from the messages, for when those are read anyway."""
_MESSAGE_WORDS = {4: posts.c.name, 5: posts.c.text, 6: posts.c.attachments}
"""What may stand coded, by its place in the columns of a message."""
MESSAGE = (
    posts.c.inquiry_id,
    or_(raw(posts.c.attachments) != "", _coded(posts.c.name), _coded(posts.c.text)),
    raw(posts.c.created_at),
    posts.c.author,
    *map(raw, _MESSAGE_WORDS.values()),
    raw(posts.c.edited_at),
    raw(posts.c.withdrawn_at),
)
"""The inquiry, whether the row has to be read further, then the columns of ``MessageLine``."""
WIDTH = len(LINE) - 1
"""Columns of a ``Line``."""
_KINDS = {kind.value: kind for kind in AttachmentKind}
_decode = JSONDecoder().raw_decode
"""Enough for what we stored ourselves; the rest of ``json.loads`` costs as much again."""


def is_unread(count: int | None) -> bool:
    """Whether a line's count of messages says that they must be read."""
    return count is not None and not 0 <= count < UNREAD


def line_of(row: Any, written: Sequence[MessageLine], cipher: Cipher) -> Line:
    """A line with everything opened and read, completed from its messages unless there are none."""
    values: list[Any] = list(row[:WIDTH])
    if row[WIDTH] == _CODED or (values[_REPLY] or "")[:1] == MARK:
        for place, column in _SEALED.items():
            stored = values[place]
            if stored and stored[0] == MARK:
                values[place] = _open(stored, column, cipher)
    values[_ANSWERS] = _answers(values[_ANSWERS])
    if not isinstance(values[CREATED], str):
        values[CREATED : CREATED + 4] = map(_text, values[CREATED : CREATED + 4])
    return completed(values, written) if written else tuple(values)


def completed(line: Sequence[Any], written: Iterable[MessageLine]) -> Line:
    """A line with what follows from the messages of its thread, notes aside."""
    values: list[Any] = list(line)
    asked: list[str] = []
    files: list[Attachment] = []
    replies = 0
    for _, author, _, text, things, _, _ in written:
        if author == _VISITOR:
            asked.append(text)
            if things:
                files += things
        elif author != _NOTE:
            replies += 1
            values[_REPLY] = text
    values[_LATER] = "\n".join(filter(None, asked[1:])) if len(asked) > 1 else ""
    values[_FILES] = files
    values[MESSAGES] = len(asked) + replies
    return tuple(values)


def _answers(stored: str | None) -> Sequence[Answer]:
    given = _decode(stored)[0] if stored else ()
    return [
        Answer(field=field, label=label, value=value, choice=choice) for field, label, value, choice in given
    ]


def _text(moment: Any) -> Any:
    """What PostgreSQL's driver read becomes the text that SQLite stores."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def message_of(row: Any, cipher: Cipher) -> MessageLine:
    """A message with everything opened and read."""
    values: list[Any] = list(row)
    for place, column in _MESSAGE_WORDS.items():
        if values[place] and values[place][0] == MARK:
            values[place] = _open(values[place], column, cipher)
    values[6] = [_attachment(one) for one in _decode(values[6])[0]] if values[6] else None
    return tuple(values[2:] if isinstance(values[2], str) else map(_text, values[2:]))


def _open(stored: str, column: Column[Any], cipher: Cipher) -> str:
    """The value that stands sealed or coded in a column."""
    return read_text(stored, cipher, f"{column.table.name}.{column.name}".encode())


def _attachment(values: Mapping[str, Any]) -> Attachment:
    """An attachment as it is stored."""
    return Attachment(**{**values, "kind": _KINDS[values["kind"]]})
