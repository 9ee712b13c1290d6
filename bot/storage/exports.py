"""Inquiries read for exports: lean rows, page by page, all on one snapshot."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
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
    WIDTH,
    Rows,
    completed,
    is_unread,
    line_of,
    message_of,
    raw,
)
from bot.storage.inquiry_rows import INQUIRY_COLUMNS, POST_COLUMNS, inquiry_of, post_of
from bot.storage.search import matching
from bot.storage.tables import inquiries, posts

T = TypeVar("T")

_PAGE = 3000
"""Inquiries asked for at once: each statement costs as much as reading a hundred rows."""
_PIECE = 200
"""Of them so many are read and written together: what stays in the processor's cache costs a third less."""
_PLACE = (inquiries.c.created_at, inquiries.c.id)


class SqlExports:
    """Implements ``bot.domain.exports.ExportSource``."""

    def __init__(self, database: Database, *, page: int = _PAGE, piece: int = _PIECE) -> None:
        self._db = database
        self._page = page
        self._piece = piece

    @asynccontextmanager
    async def view(self, wanted: InquiryFilter) -> AsyncIterator[ExportView]:
        """The inquiries as of the moment it is entered."""
        async with self._db.snapshot() as read:
            chosen = await read(lambda connection: matching(connection, self._db, wanted))
            counted = select(func.count()).select_from(inquiries).where(*chosen)
            total = await read(lambda connection: connection.execute(counted).scalar_one())
            yield _View(self._db, read, chosen, total=total, page=self._page, piece=self._piece)


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
        piece: int,
    ) -> None:
        self._db = database
        self._read = read
        self._chosen = chosen
        self.total = total
        self._page = page
        self._piece = piece
        among = database.among_given(posts.c.inquiry_id, "numbers")
        order = (posts.c.inquiry_id, posts.c.id)  # as the index has them: nothing is sorted
        self._message_rows = select(*MESSAGE).where(among).order_by(*order)
        self._post_rows = select(*POST_COLUMNS).where(among).order_by(*order)

    def lines(self) -> AsyncIterator[Sequence[Line]]:
        """All of them, oldest first, piece by piece."""
        return self._pieces(LINE, self._lines)

    def entries(self) -> AsyncIterator[Sequence[Entry]]:
        """The same with the messages of each thread, piece by piece."""
        return self._pieces(BARE_LINE, self._entries)

    def threads(self) -> AsyncIterator[Sequence[Thread]]:
        """The same inquiries with their whole threads, piece by piece."""
        return self._pieces(INQUIRY_COLUMNS, self._threads, as_rows=True)

    async def _pieces(
        self,
        columns: Sequence[ColumnElement[Any]],
        make: Callable[[Connection, Rows], Sequence[T]],
        *,
        as_rows: bool = False,
    ) -> AsyncIterator[Sequence[T]]:
        """``as_rows``: hand SQLAlchemy's rows to ``make``, else the driver's tuples."""
        first = select(*columns, raw(inquiries.c.created_at).label("place"), inquiries.c.id)
        first = first.where(*self._chosen).order_by(*_PLACE).limit(self._page)
        following = first.where(_after(on_sqlite=self._db.is_sqlite))  # built once: that costs a millisecond
        walk = _Walk(first, following, self._piece, as_rows=as_rows)

        def step(connection: Connection) -> Sequence[T]:
            rows = walk.step(connection)
            return make(connection, rows) if rows else ()

        while piece := await self._read(step):
            yield piece

    def _lines(self, connection: Connection, rows: Rows) -> Sequence[Line]:
        unread = [row[0] for row in rows if is_unread(row[MESSAGES])]
        return self._finished(rows, self._messages(connection, unread) if unread else {})

    def _finished(self, rows: Rows, more: Mapping[int, Sequence[MessageLine]]) -> Sequence[Line]:
        """The rows as lines; most are lines as they come, at least from SQLite."""
        are_lines = isinstance(rows[0][CREATED], str)
        return [
            row[:WIDTH]
            if are_lines and not row[WIDTH] and row[0] not in more
            else line_of(row, more.get(row[0], ()), self._db.cipher)
            for row in rows
        ]

    def _messages(self, connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[MessageLine]]:
        """All messages of some inquiries."""
        found: dict[int, list[MessageLine]] = {}
        given = {"numbers": self._db.listed(numbers)}
        for row in connection.execute(self._message_rows, given).cursor.fetchall():
            line = message_of(row, self._db.cipher) if row[1] or not isinstance(row[2], str) else row[2:]
            found.setdefault(row[0], []).append(line)
        return found

    def _entries(self, connection: Connection, rows: Rows) -> Sequence[Entry]:
        written = self._messages(connection, [row[0] for row in rows])
        threads = [(line, written.get(line[0], [])) for line in self._finished(rows, {})]
        return [(completed(line, messages), messages) for line, messages in threads]

    def _threads(self, connection: Connection, rows: Rows) -> Sequence[Thread]:
        given = {"numbers": self._db.listed([row.id for row in rows])}
        written: dict[int, list[Post]] = {}
        for row in connection.execute(self._post_rows, given):
            written.setdefault(row.inquiry_id, []).append(post_of(row))
        return [Thread(inquiry=inquiry_of(row[:-2]), posts=tuple(written.get(row.id, ()))) for row in rows]


class _Walk:
    """Goes through all inquiries: asks for a page, hands on a piece of it at each step."""

    def __init__(self, first: Select[Any], following: Select[Any], piece: int, *, as_rows: bool) -> None:
        self._page = first
        self._following = following
        self._piece = piece
        self._as_rows = as_rows
        self._place: dict[str, Any] = {}
        """Of the last row: after it begins the next page."""
        self._asked: Any = None

    def step(self, connection: Connection) -> Rows:
        """The next rows; none at the end."""
        rows: Rows = self._asked.fetchmany(self._piece) if self._asked else ()
        if not rows:
            result = connection.execute(self._page, self._place)
            self._asked = result if self._as_rows else result.cursor
            self._page = self._following
            rows = self._asked.fetchmany(self._piece)
        if rows:
            self._place = dict(zip(("after", "number"), rows[-1][-2:], strict=True))
        return rows


def _after(*, on_sqlite: bool) -> ColumnElement[bool]:
    """Whether a row comes after the place given with the statement."""
    created_at = bindparam("after", type_=String() if on_sqlite else inquiries.c.created_at.type)
    return tuple_(*_PLACE) > tuple_(created_at, bindparam("number", type_=inquiries.c.id.type))
