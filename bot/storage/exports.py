"""Inquiries read for exports: lean rows, page by page, all on one snapshot."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, case, func, select, tuple_

from bot.domain.exports import ExportView, Line, MessageLine
from bot.domain.inquiries import Answer, Author, InquiryFilter, Post, Thread
from bot.domain.messages import Attachment, AttachmentKind
from bot.storage.backend import AnyRow, Reader
from bot.storage.database import Database
from bot.storage.inquiry_rows import INQUIRY_COLUMNS, POST_COLUMNS, inquiry_of, post_of
from bot.storage.search import matching
from bot.storage.tables import inquiries, posts

T = TypeVar("T")

_PAGE = 1000
"""Inquiries read at once."""
_PLACE = (inquiries.c.created_at, inquiries.c.id)
_LINE = (
    *_PLACE,
    inquiries.c.code,
    inquiries.c.text,
    inquiries.c.section,
    inquiries.c.status,
    inquiries.c.language,
    inquiries.c.name,
    inquiries.c.username,
    inquiries.c.person_id,
    inquiries.c.seen_at,
    inquiries.c.answered_at,
    inquiries.c.closed_at,
    inquiries.c.claimed_name,
    inquiries.c.form,
    inquiries.c.answers,
    inquiries.c.rating,
    inquiries.c.rating_comment,
    inquiries.c.close_reason,
)
_MESSAGE = (
    posts.c.created_at,
    posts.c.author,
    posts.c.name,
    posts.c.text,
    posts.c.attachments,
    posts.c.edited_at,
    posts.c.withdrawn_at,
)
_STAFF, _NOTE, _VISITOR = Author.STAFF.value, Author.NOTE.value, Author.VISITOR.value


class SqlExports:
    """Implements ``bot.domain.exports.ExportSource``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @asynccontextmanager
    async def view(self, wanted: InquiryFilter) -> AsyncIterator[ExportView]:
        """The inquiries as of the moment it is entered."""
        async with self._db.snapshot() as read:
            chosen = await read(lambda connection: matching(connection, self._db, wanted))
            counted = select(func.count()).select_from(inquiries).where(*chosen)
            total = await read(lambda connection: connection.execute(counted).scalar_one())
            yield _View(read, chosen, total)


class _View:
    """Implements ``bot.domain.exports.ExportView``."""

    def __init__(self, read: Reader, chosen: Sequence[ColumnElement[bool]], total: int) -> None:
        self._read = read
        self._chosen = chosen
        self.total = total

    def lines(self) -> AsyncIterator[Sequence[Line]]:
        """All of them, oldest first, page by page."""
        return self._pages(_LINE, _lines)

    def entries(self) -> AsyncIterator[Sequence[tuple[Line, Sequence[MessageLine]]]]:
        """The same with the messages of each thread, page by page."""
        return self._pages(_LINE, _entries)

    def threads(self) -> AsyncIterator[Sequence[Thread]]:
        """The same inquiries with their whole threads, page by page."""
        return self._pages(INQUIRY_COLUMNS, _threads)

    async def _pages(
        self,
        columns: Iterable[ColumnElement[Any]],
        make: Callable[[Connection, Sequence[AnyRow]], Sequence[T]],
    ) -> AsyncIterator[Sequence[T]]:
        first = select(*columns).where(*self._chosen).order_by(*_PLACE).limit(_PAGE)
        page = first
        while True:
            rows, made = await self._read(_reading(page, make))
            if not rows:
                return
            yield made
            page = first.where(_after(rows[-1]))


def _reading(
    page: Select[Any], make: Callable[[Connection, Sequence[AnyRow]], Sequence[T]]
) -> Callable[[Connection], tuple[Sequence[AnyRow], Sequence[T]]]:
    def work(connection: Connection) -> tuple[Sequence[AnyRow], Sequence[T]]:
        rows = connection.execute(page).all()
        return rows, make(connection, rows) if rows else ()

    return work


def _after(row: AnyRow) -> ColumnElement[bool]:
    types = [column.type for column in _PLACE]
    return tuple_(*_PLACE) > tuple_(row.created_at, row.id, types=types)


def _posts(connection: Connection, rows: Sequence[AnyRow], *columns: ColumnElement[Any]) -> Iterable[AnyRow]:
    numbers = [row.id for row in rows]
    wanted = select(*columns).where(posts.c.inquiry_id.in_(numbers)).order_by(posts.c.id)
    return connection.execute(wanted)


def _lines(connection: Connection, rows: Sequence[AnyRow]) -> Sequence[Line]:
    count: dict[int, int] = {}
    replies: dict[int, str] = {}
    attached: dict[int, list[Attachment]] = {}
    said = case((posts.c.author == _STAFF, posts.c.text), else_="")
    written = _posts(connection, rows, posts.c.inquiry_id, posts.c.author, said, posts.c.attachments)
    for number, author, text, files in written:
        if author == _NOTE:
            continue
        count[number] = count.get(number, 0) + 1
        if author == _STAFF:
            replies[number] = text
        elif files:
            attached.setdefault(number, []).extend(map(_attachment, files))
    return [
        _line(row, count.get(row[1], 0), replies.get(row[1], ""), attached.get(row[1], ())) for row in rows
    ]


def _line(row: AnyRow, messages: int, reply: str, attached: Sequence[Attachment]) -> Line:
    created, _, *head, seen, answered, closed, claimed, form, given, rating, comment, reason = row
    told = [Answer(field=one[0], label=one[1], value=one[2], choice=one[3]) for one in given or ()]
    ends = (claimed, form, told, attached, messages, reply, rating, comment, reason)
    return Line._make((*head, created, seen, answered, closed, *ends))


def _entries(connection: Connection, rows: Sequence[AnyRow]) -> Sequence[tuple[Line, Sequence[MessageLine]]]:
    written: dict[int, list[AnyRow]] = {}
    for one in _posts(connection, rows, posts.c.inquiry_id, *_MESSAGE):
        written.setdefault(one[0], []).append(one)
    return [_entry(row, written.get(row.id, ())) for row in rows]


def _entry(row: AnyRow, written: Sequence[AnyRow]) -> tuple[Line, Sequence[MessageLine]]:
    made = [
        MessageLine._make((row.code, place, *one[1:5], tuple(map(_attachment, one[5] or ())), *one[6:]))
        for place, one in enumerate(written, 1)
    ]
    spoken = [one for one in made if one.author != _NOTE]
    attached = [file for one in spoken if one.author == _VISITOR for file in one.attachments]
    replies = [one.text for one in spoken if one.author == _STAFF]
    return _line(row, len(spoken), replies[-1] if replies else "", attached), made


def _threads(connection: Connection, rows: Sequence[AnyRow]) -> Sequence[Thread]:
    written: dict[int, list[Post]] = {}
    for row in _posts(connection, rows, *POST_COLUMNS):
        written.setdefault(row.inquiry_id, []).append(post_of(row))
    return [Thread(inquiry=inquiry_of(row), posts=tuple(written.get(row.id, ()))) for row in rows]


def _attachment(values: Mapping[str, Any]) -> Attachment:
    return Attachment(**{**values, "kind": AttachmentKind(values["kind"])})
