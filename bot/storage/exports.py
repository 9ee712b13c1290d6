"""Inquiries read for exports: lean rows, page by page, all on one snapshot.

Rows are taken as the driver gives them, and read further only where it is needed: SQLAlchemy's reading of a
row would cost twice as much as the row.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    type_coerce,
)

from bot.domain.exports import Entry, ExportView, Line, MessageLine
from bot.domain.inquiries import Answer, Author, InquiryFilter, Post, Thread
from bot.domain.messages import Attachment, AttachmentKind
from bot.storage.backend import Reader
from bot.storage.cipher import MARK, Cipher, read_text
from bot.storage.database import Database
from bot.storage.inquiry_rows import INQUIRY_COLUMNS, POST_COLUMNS, inquiry_of, post_of
from bot.storage.search import matching
from bot.storage.tables import inquiries, posts

T = TypeVar("T")
Rows = Sequence[Any]
"""Rows as the driver gives them."""

_PAGE = 1000
"""Inquiries read at once."""
_STAFF, _NOTE, _VISITOR = Author.STAFF.value, Author.NOTE.value, Author.VISITOR.value
_PLACE = (inquiries.c.created_at, inquiries.c.id)


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the driver gives it."""
    return type_coerce(column, String)


def _coded(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a value is not the text itself but has to be opened (``bot.storage.cipher``)."""
    return func.substr(_raw(column), 1, 1) == MARK


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


_UNREAD = 1 << 30
"""Added to the count of messages where more of them must be read: later words, attachments, a coded reply."""
_mine = posts.c.inquiry_id == inquiries.c.id
_by_visitor = posts.c.author == _VISITOR
_has_files = and_(_by_visitor, _raw(posts.c.attachments) != "")
_COUNT = (
    select(
        func.sum(_one(posts.c.author != _NOTE))
        + _UNREAD * _one(func.sum(_one(_by_visitor)) > 1)
        + _UNREAD
        * func.max(_one(or_(_coded(posts.c.text), and_(_by_visitor, _raw(posts.c.attachments) != ""))))
    )
    .where(_mine)
    .scalar_subquery()
)
_LAST_REPLY = (
    select(_raw(posts.c.text))
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
_LATER, _CREATED, _ANSWERS, _FILES, _MESSAGES, _REPLY = 3, 10, 16, 17, 18, 19
_UNFINISHED = or_(
    _raw(inquiries.c.answers) != "",
    *(_coded(one) for one in _SEALED.values() if one.table is inquiries),
)
"""Whether the row has to be read further; most are lines as they come."""


def _columns(messages: Any, reply: Any) -> list[ColumnElement[Any]]:
    """The columns of ``Line`` in its order, and what tells how far to read them."""
    table = inquiries.c
    return [
        *(table.id, table.code, _raw(table.text), null(), table.section, table.status, table.language),
        *(_raw(table.name), _raw(table.username), table.person_id),
        *map(_raw, (table.created_at, table.seen_at, table.answered_at, table.closed_at)),
        *(_raw(table.claimed_name), table.form, _raw(table.answers), null(), messages, reply),
        *(table.rating, _raw(table.rating_comment), _raw(table.close_reason), _UNFINISHED),
    ]


_LINE = _columns(_COUNT, _LAST_REPLY)
_BARE_LINE = _columns(literal(0), literal(""))
"""Without what follows from the messages, for when those are read anyway."""
_MESSAGE_WORDS = {4: posts.c.name, 5: posts.c.text, 6: posts.c.attachments}
"""What may stand coded, by its place in the columns of a message."""
_MESSAGE = (
    posts.c.inquiry_id,
    or_(_raw(posts.c.attachments) != "", _coded(posts.c.name), _coded(posts.c.text)),
    _raw(posts.c.created_at),
    posts.c.author,
    *map(_raw, _MESSAGE_WORDS.values()),
    _raw(posts.c.edited_at),
    _raw(posts.c.withdrawn_at),
)
"""The inquiry, whether the row has to be read further, then the columns of ``MessageLine``."""


class SqlExports:
    """Implements ``bot.domain.exports.ExportSource``."""

    def __init__(self, database: Database, *, page: int = _PAGE) -> None:
        self._db = database
        self._page = page

    @asynccontextmanager
    async def view(self, wanted: InquiryFilter) -> AsyncIterator[ExportView]:
        """The inquiries as of the moment it is entered."""
        async with self._db.snapshot() as read:
            chosen = await read(lambda connection: matching(connection, self._db, wanted))
            counted = select(func.count()).select_from(inquiries).where(*chosen)
            total = await read(lambda connection: connection.execute(counted).scalar_one())
            yield _View(self._db, read, chosen, total=total, page=self._page)


class _View:
    """Implements ``bot.domain.exports.ExportView``."""

    def __init__(
        self,
        database: Database,
        read: Reader,
        chosen: Sequence[ColumnElement[bool]],
        *,
        total: int,
        page: int,
    ) -> None:
        self._db = database
        self._read = read
        self._chosen = chosen
        self.total = total
        self._page = page

    def lines(self) -> AsyncIterator[Sequence[Line]]:
        """All of them, oldest first, page by page."""
        return self._pages(_LINE, self._lines)

    def entries(self) -> AsyncIterator[Sequence[Entry]]:
        """The same with the messages of each thread, page by page."""
        return self._pages(_BARE_LINE, self._entries)

    def threads(self) -> AsyncIterator[Sequence[Thread]]:
        """The same inquiries with their whole threads, page by page."""
        return self._pages(INQUIRY_COLUMNS, self._threads, as_rows=True)

    async def _pages(
        self,
        columns: Sequence[ColumnElement[Any]],
        make: Callable[[Connection, Rows], Sequence[T]],
        *,
        as_rows: bool = False,
    ) -> AsyncIterator[Sequence[T]]:
        """``as_rows``: hand SQLAlchemy's rows to ``make``, else the driver's tuples."""
        first = select(*columns, _raw(inquiries.c.created_at).label("place"), inquiries.c.id)
        first = first.where(*self._chosen).order_by(*_PLACE).limit(self._page)
        following = first.where(_after(on_sqlite=self._db.is_sqlite))  # built once: that costs a millisecond
        page, place = first, None
        while True:
            work = partial(_read_page, page=page, place=place, make=make, as_rows=as_rows)
            place, made = await self._read(work)
            if place is None:
                return
            yield made
            page = following

    def _lines(self, connection: Connection, rows: Rows) -> Sequence[Line]:
        unread = [row[0] for row in rows if (row[_MESSAGES] or 0) >= _UNREAD]
        more = self._more(connection, unread)
        return self._finished(rows, more)

    def _finished(self, rows: Rows, more: Mapping[int, Sequence[Sequence[Any]]]) -> Sequence[Line]:
        """The rows as lines; only those that need it are looked at one by one."""
        lines: list[Line] = [row[:_WIDTH] for row in rows]
        for number, row in enumerate(rows):
            if row[_WIDTH] or row[0] in more or not isinstance(row[_CREATED], str):
                lines[number] = _finished(row, more.get(row[0], ()), self._db.cipher)
        return lines

    def _more(self, connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[Sequence[Any]]]:
        """All messages of some inquiries but the internal notes: number, author, text, attachments."""
        if not numbers:
            return {}
        wanted = (
            select(posts.c.inquiry_id, posts.c.author, posts.c.text, posts.c.attachments)
            .where(self._db.among(posts.c.inquiry_id, numbers), posts.c.author != _NOTE)
            .order_by(posts.c.id)
        )
        found: dict[int, list[Sequence[Any]]] = {}
        for number, author, text, files in connection.execute(wanted):
            read = [_attachment(one) for one in files] if files else None
            found.setdefault(number, []).append((number, author, text, read))
        return found

    def _entries(self, connection: Connection, rows: Rows) -> Sequence[Entry]:
        wanted = select(*_MESSAGE).where(self._of(rows)).order_by(posts.c.id)
        written: dict[int, list[MessageLine]] = {}
        for row in connection.execute(wanted).cursor.fetchall():
            line = _message(row, self._db.cipher) if row[1] or not isinstance(row[2], str) else row[2:]
            written.setdefault(row[0], []).append(line)
        return [_entry(line, written.get(line[0], [])) for line in self._finished(rows, {})]

    def _threads(self, connection: Connection, rows: Rows) -> Sequence[Thread]:
        wanted = select(*POST_COLUMNS).where(self._of(rows)).order_by(posts.c.id)
        written: dict[int, list[Post]] = {}
        for row in connection.execute(wanted):
            written.setdefault(row.inquiry_id, []).append(post_of(row))
        return [Thread(inquiry=inquiry_of(row[:-2]), posts=tuple(written.get(row.id, ()))) for row in rows]

    def _of(self, rows: Rows) -> ColumnElement[bool]:
        return self._db.among(posts.c.inquiry_id, [row[-1] for row in rows])


_WIDTH = len(_LINE) - 1
"""Columns of a ``Line``."""


def _read_page(
    connection: Connection,
    *,
    page: Select[Any],
    place: Sequence[Any] | None,
    make: Callable[[Connection, Rows], Sequence[T]],
    as_rows: bool,
) -> tuple[Sequence[Any] | None, Sequence[T]]:
    """The page after a place, and the place after which the next one begins; None when there was nothing."""
    result = connection.execute(page, dict(zip(("after", "number"), place, strict=True)) if place else {})
    rows: Rows = result.all() if as_rows else result.cursor.fetchall()
    return (rows[-1][-2:], make(connection, rows)) if rows else (None, ())


def _after(*, on_sqlite: bool) -> ColumnElement[bool]:
    """Whether a row comes after the place given with the statement."""
    created_at = bindparam("after", type_=String() if on_sqlite else inquiries.c.created_at.type)
    return tuple_(*_PLACE) > tuple_(created_at, bindparam("number", type_=inquiries.c.id.type))


def _finished(row: Any, written: Sequence[Sequence[Any]], cipher: Cipher) -> Line:
    """A line with everything opened and read."""
    values: list[Any] = list(row[:_WIDTH])
    for place, column in _SEALED.items():
        values[place] = _open(values[place], column, cipher)
    values[_ANSWERS] = _answers(values[_ANSWERS])
    if not isinstance(values[_CREATED], str):
        values[_CREATED : _CREATED + 4] = map(_text, values[_CREATED : _CREATED + 4])
    if written:
        _add(values, written)
    return tuple(values)


def _add(values: list[Any], written: Sequence[Sequence[Any]]) -> None:
    """What follows from the messages of a thread (number, author, text, attachments), notes aside."""
    visitor = [one for one in written if one[1] == _VISITOR]
    values[_LATER] = "\n".join(one[2] for one in visitor[1:] if one[2]) if len(visitor) > 1 else ""
    values[_FILES] = [file for one in visitor if one[3] for file in one[3]]
    values[_MESSAGES] = len(written)
    values[_REPLY] = next((one[2] for one in reversed(written) if one[1] == _STAFF), "")


def _answers(stored: str | None) -> Sequence[Answer]:
    given = json.loads(stored) if stored else ()
    return [
        Answer(field=field, label=label, value=value, choice=choice) for field, label, value, choice in given
    ]


def _text(moment: Any) -> Any:
    """What PostgreSQL's driver read becomes the text that SQLite stores."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _entry(line: Line, written: list[MessageLine]) -> Entry:
    values: list[Any] = list(line)
    _add(values, [(0, one[1], one[3], one[4]) for one in written if one[1] != _NOTE])
    return tuple(values), written


def _message(row: Any, cipher: Cipher) -> MessageLine:
    values: list[Any] = list(row)
    for place, column in _MESSAGE_WORDS.items():
        values[place] = _open(values[place], column, cipher)
    values[6] = [_attachment(one) for one in json.loads(values[6])] if values[6] else None
    return tuple(map(_text, values[2:]))


def _open(stored: Any, column: Column[Any], cipher: Cipher) -> Any:
    """The value of a column that may stand sealed or coded."""
    if not stored or stored[0] != MARK:
        return stored
    return read_text(stored, cipher, f"{column.table.name}.{column.name}".encode())


def _attachment(values: Mapping[str, Any]) -> Attachment:
    return Attachment(**{**values, "kind": AttachmentKind(values["kind"])})
