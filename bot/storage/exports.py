"""Inquiries read for exports: lean rows, page by page, all on one snapshot."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, String, bindparam, func, select, tuple_

from bot.domain.exports import Entry, ExportView, Line, MessageLine
from bot.domain.inquiries import InquiryFilter, Post, Thread
from bot.storage.backend import Reader
from bot.storage.database import Database
from bot.storage.export_rows import (
    BARE_LINE,
    CREATED,
    LINE,
    MESSAGE,
    MESSAGES,
    UNREAD,
    WIDTH,
    Rows,
    completed,
    line_of,
    message_of,
    raw,
)
from bot.storage.inquiry_rows import INQUIRY_COLUMNS, POST_COLUMNS, inquiry_of, post_of
from bot.storage.search import matching
from bot.storage.tables import inquiries, posts

T = TypeVar("T")

_PAGE = 1000
"""Inquiries read at once."""
_LINES = 3
"""So many pages at once where inquiries are read without their threads: each costs a millisecond."""
_PLACE = (inquiries.c.created_at, inquiries.c.id)


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
        return self._pages(LINE, self._lines, pages=_LINES)

    def entries(self) -> AsyncIterator[Sequence[Entry]]:
        """The same with the messages of each thread, page by page."""
        return self._pages(BARE_LINE, self._entries)

    def threads(self) -> AsyncIterator[Sequence[Thread]]:
        """The same inquiries with their whole threads, page by page."""
        return self._pages(INQUIRY_COLUMNS, self._threads, as_rows=True)

    async def _pages(
        self,
        columns: Sequence[ColumnElement[Any]],
        make: Callable[[Connection, Rows], Sequence[T]],
        *,
        as_rows: bool = False,
        pages: int = 1,
    ) -> AsyncIterator[Sequence[T]]:
        """``as_rows``: hand SQLAlchemy's rows to ``make``, else the driver's tuples; ``pages``: at once."""
        first = select(*columns, raw(inquiries.c.created_at).label("place"), inquiries.c.id)
        first = first.where(*self._chosen).order_by(*_PLACE).limit(pages * self._page)
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
        unread = [row[0] for row in rows if (row[MESSAGES] or 0) >= UNREAD]
        return self._finished(rows, self._messages(connection, unread) if unread else {})

    def _finished(self, rows: Rows, more: Mapping[int, Sequence[MessageLine]]) -> Sequence[Line]:
        """The rows as lines; only those that need it are looked at one by one."""
        lines: list[Line] = [row[:WIDTH] for row in rows]
        for number, row in enumerate(rows):
            if row[WIDTH] or row[0] in more or not isinstance(row[CREATED], str):
                lines[number] = line_of(row, more.get(row[0], ()), self._db.cipher)
        return lines

    def _messages(self, connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[MessageLine]]:
        """All messages of some inquiries."""
        among = self._db.among(posts.c.inquiry_id, numbers)
        found: dict[int, list[MessageLine]] = {}
        for row in connection.execute(select(*MESSAGE).where(among).order_by(posts.c.id)).cursor.fetchall():
            line = message_of(row, self._db.cipher) if row[1] or not isinstance(row[2], str) else row[2:]
            found.setdefault(row[0], []).append(line)
        return found

    def _entries(self, connection: Connection, rows: Rows) -> Sequence[Entry]:
        written = self._messages(connection, [row[0] for row in rows])
        threads = [(line, written.get(line[0], [])) for line in self._finished(rows, {})]
        return [(completed(line, messages), messages) for line, messages in threads]

    def _threads(self, connection: Connection, rows: Rows) -> Sequence[Thread]:
        among = self._db.among(posts.c.inquiry_id, [row.id for row in rows])
        wanted = select(*POST_COLUMNS).where(among).order_by(posts.c.id)
        written: dict[int, list[Post]] = {}
        for row in connection.execute(wanted):
            written.setdefault(row.inquiry_id, []).append(post_of(row))
        return [Thread(inquiry=inquiry_of(row[:-2]), posts=tuple(written.get(row.id, ()))) for row in rows]


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
