"""Pages of inquiries: lists in their orders, and streams that read page after page."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, tuple_

from bot.domain.inquiries import Order, Post, Thread
from bot.storage.backend import AnyRow
from bot.storage.inquiry_rows import INQUIRY_COLUMNS, POST_COLUMNS, inquiry_of, post_of
from bot.storage.tables import inquiries, posts

_PAGE = 1000
"""Inquiries read at once while streaming."""
_POSTS = (
    select(*POST_COLUMNS)
    .where(posts.c.inquiry_id.in_(bindparam("numbers", expanding=True)))
    .order_by(posts.c.id)
)


def a_page(
    connection: Connection, wanted: Sequence[ColumnElement[bool]], order: Order, limit: int, offset: int
) -> Sequence[AnyRow]:
    """The rows of one page of a list."""
    chosen = select(*INQUIRY_COLUMNS).where(*wanted)
    if order is Order.WAITING:
        return _longest_waiting(connection, chosen, limit, offset)
    place = (inquiries.c.created_at, inquiries.c.id)
    if order is Order.NEWEST:
        chosen = chosen.order_by(*(column.desc() for column in place))
    else:
        chosen = chosen.order_by(*place)
    return connection.execute(chosen.limit(limit).offset(offset)).all()


def oldest_first(wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The first page of a stream."""
    chosen = select(*INQUIRY_COLUMNS).where(*wanted)
    return chosen.order_by(inquiries.c.created_at, inquiries.c.id).limit(_PAGE)


def threads_on(connection: Connection, page: Select[Any]) -> tuple[Sequence[AnyRow], list[Thread]]:
    """The rows of a page, and their inquiries with posts."""
    rows = connection.execute(page).all()
    return rows, list(threads_of(connection, rows))


def after(row: AnyRow) -> ColumnElement[bool]:
    """What comes after a row, oldest first."""
    place = (inquiries.c.created_at, inquiries.c.id)
    types = [column.type for column in place]
    return tuple_(*place) > tuple_(row.created_at, row.id, types=types)


def threads_of(connection: Connection, rows: Sequence[AnyRow]) -> Iterator[Thread]:
    """The inquiries of some rows with their posts, which are read at once."""
    numbers = [row.id for row in rows]
    written: dict[int, list[Post]] = {}
    for row in connection.execute(_POSTS, {"numbers": numbers}):
        written.setdefault(row.inquiry_id, []).append(post_of(row))
    for row in rows:
        yield Thread(inquiry=inquiry_of(row), posts=tuple(written.get(row.id, ())))


def _longest_waiting(
    connection: Connection, chosen: Select[Any], limit: int, offset: int
) -> Sequence[AnyRow]:
    """Those that wait by how long they wait, then the others, the newest first; each part by its index."""
    since = inquiries.c.waiting_since
    waiting = chosen.where(since.is_not(None))
    rows = connection.execute(waiting.order_by(since, inquiries.c.id).limit(limit).offset(offset)).all()
    if len(rows) == limit:
        return rows
    number = connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()
    others = chosen.where(since.is_(None))
    others = others.order_by(inquiries.c.created_at.desc(), inquiries.c.id.desc())
    others = others.limit(limit - len(rows)).offset(max(0, offset - number))
    return [*rows, *connection.execute(others).all()]
