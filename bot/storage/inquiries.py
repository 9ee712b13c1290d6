"""Inquiries in the database."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
    union_all,
    update,
)

from bot.domain.delivery import Notice
from bot.domain.errors import Changed, CodeTaken, InquiryNotFound
from bot.domain.inquiries import Inquiry, InquiryFilter, Order, Post, Thread
from bot.domain.messages import Copy, MessageRef
from bot.domain.sessions import Session
from bot.storage.backend import AnyRow
from bot.storage.database import Database
from bot.storage.inquiry_pages import a_page, after, oldest_first, threads_of, threads_on
from bot.storage.inquiry_rows import (
    INQUIRY_COLUMNS,
    POST_COLUMNS,
    copy_of,
    inquiry_of,
    inquiry_row,
    number_notice,
    post_of,
    post_row,
)
from bot.storage.outbox import owe
from bot.storage.search import inquiry_words, matching
from bot.storage.sessions import put_session
from bot.storage.tables import causes, copies, inquiries, posts, words

_GET = select(*INQUIRY_COLUMNS).where(inquiries.c.code == bindparam("wanted"))
_NUMBER = select(inquiries.c.id).where(inquiries.c.code == bindparam("wanted"))
_APPLIED = select(causes.c.code).where(causes.c.cause == bindparam("wanted"))
_ADD_POST = insert(posts).returning(posts.c.id)
_REPLACE = (
    update(inquiries)
    .where(inquiries.c.code == bindparam("wanted"), inquiries.c.version == bindparam("unchanged"))
    .values({column: bindparam(column.name) for column in inquiries.c if column.name not in {"id", "code"}})
)


class SqlInquiries:
    """Implements ``bot.domain.inquiries.InquiryStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post],
        *,
        notices: Sequence[Notice],
        cause: str,
        session: Session | None = None,
    ) -> Inquiry:
        """Store a new inquiry. Raises ``CodeTaken``. Given an applied cause: the inquiry stored then."""

        def work(connection: Connection) -> Inquiry:
            known = self._apply(connection, cause, inquiry.code)
            if known is not None:
                return _load(connection, known)
            row = {**inquiry_row(self._db, inquiry), "version": inquiry.version}
            if not connection.execute(self._db.insert_new(inquiries), row).rowcount:
                raise CodeTaken
            number = connection.execute(_NUMBER, {"wanted": inquiry.code}).scalar_one()
            self._follow(connection, number, inquiry, posts, notices=notices, session=session)
            return inquiry

        return await self._db.write(work)

    async def save(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post] = (),
        *,
        notices: Sequence[Notice] = (),
        cause: str,
        session: Session | None = None,
    ) -> Inquiry:
        """Store a changed inquiry and add posts or replace them. Raises ``InquiryNotFound``, ``Changed``."""

        def work(connection: Connection) -> Inquiry:
            known = self._apply(connection, cause, inquiry.code)
            if known is not None:
                return _load(connection, known)
            stored = replace(inquiry, version=inquiry.version + 1)
            number = self._replace(connection, inquiry.version, stored)
            self._follow(connection, number, stored, posts, notices=notices, session=session)
            return stored

        return await self._db.write(work)

    def _apply(self, connection: Connection, cause: str, code: str) -> str | None:
        """Note the cause; the code it was applied to when it already was."""
        row = {"cause": cause, "code": code, "applied_at": self._db.now()}
        if connection.execute(self._db.insert_new(causes), row).rowcount:
            return None
        return _applied(connection, cause)

    def _replace(self, connection: Connection, version: int, inquiry: Inquiry) -> int:
        row = {**inquiry_row(self._db, inquiry), "version": inquiry.version, "unchanged": version}
        if not connection.execute(_REPLACE, {**row, "wanted": inquiry.code}).rowcount:
            _load(connection, inquiry.code)
            raise Changed
        number: int = connection.execute(_NUMBER, {"wanted": inquiry.code}).scalar_one()
        return number

    def _follow(
        self,
        connection: Connection,
        number: int,
        inquiry: Inquiry,
        posts: Sequence[Post],
        *,
        notices: Sequence[Notice],
        session: Session | None,
    ) -> None:
        """What a stored inquiry brings with it."""
        numbers = [_put_post(connection, post, number) for post in posts]
        if not self._db.cipher.seals:
            row = {"inquiry_id": number, "text": inquiry_words(connection, number, inquiry)}
            connection.execute(self._db.put(words), row)
        owed = [replace(notice, post_id=number_notice(notice.post_id, numbers)) for notice in notices]
        owe(connection, self._db, owed)
        if session is not None:
            put_session(connection, self._db, session)

    async def applied(self, cause: str) -> str | None:
        """The code of the inquiry that this cause has already changed or made; None: not applied."""
        return await self._db.read(lambda connection: _applied(connection, cause))

    async def get(self, code: str) -> Thread:
        """The inquiry with its thread. Raises ``InquiryNotFound``."""

        def work(connection: Connection) -> Thread:
            return next(threads_of(connection, [_row(connection, code)]))

        return await self._db.read(work)

    async def of_message(self, ref: MessageRef) -> str | None:
        """The code of the thread that a message belongs to (a card, a copy of a post, or its source).

        None for a message that shows several inquiries at once.
        """
        shown = select(copies.c.code).where(
            copies.c.chat_id == ref.chat_id, copies.c.message_id == ref.message_id
        )
        written = (
            select(inquiries.c.code)
            .join(posts, posts.c.inquiry_id == inquiries.c.id)
            .where(*_written_at(ref))
        )
        wanted = union_all(shown, written)
        codes = await self._db.read(lambda connection: set(connection.scalars(wanted)))
        return codes.pop() if len(codes) == 1 else None

    async def post_at(self, source: MessageRef) -> tuple[str, Post] | None:
        """The post that was written at this message, with its inquiry's code."""
        wanted = (
            select(*POST_COLUMNS, inquiries.c.code)
            .join(inquiries, inquiries.c.id == posts.c.inquiry_id)
            .where(*_written_at(source))
            .order_by(posts.c.id.desc())
            .limit(1)
        )
        row = await self._db.read(lambda connection: connection.execute(wanted).one_or_none())
        return (row[-1], post_of(row[:-1])) if row else None

    async def of_topic(self, chat_id: int, topic_id: int) -> str | None:
        """The code of the inquiry that a forum topic shows; one with a copy in that chat is preferred."""
        shown = exists().where(copies.c.code == inquiries.c.code, copies.c.chat_id == chat_id)
        wanted = (
            select(inquiries.c.code)
            .where(inquiries.c.topic_id == topic_id)
            .order_by(case((shown, 0), else_=1), inquiries.c.id.desc())
            .limit(1)
        )
        return await self._db.read(lambda connection: connection.scalar(wanted))

    async def set_topic(self, code: str, topic_id: int | None) -> None:
        """Note the forum topic that shows the inquiry. Raises ``InquiryNotFound``."""
        changed = update(inquiries).where(inquiries.c.code == code)
        changed = changed.values(topic_id=topic_id, version=inquiries.c.version + 1)

        def work(connection: Connection) -> None:
            if not connection.execute(changed).rowcount:
                raise InquiryNotFound(code)

        await self._db.write(work)

    async def forget_topics(self) -> None:
        """The staff chat is another one: no inquiry has a topic there yet."""
        changed = update(inquiries).where(inquiries.c.topic_id.is_not(None))
        changed = changed.values(topic_id=None, version=inquiries.c.version + 1)
        await self._db.write(lambda connection: connection.execute(changed) and None)

    async def copies(self, code: str, post_id: int | None = None) -> Sequence[Copy]:
        """The messages that show the inquiry (its card: ``post_id`` 0) or one post; None: all of them."""
        wanted = select(copies).where(copies.c.code == code)
        if post_id is not None:
            wanted = wanted.where(copies.c.post_id == post_id)
        wanted = wanted.order_by(copies.c.chat_id, copies.c.message_id, copies.c.post_id)
        rows = await self._db.read(lambda connection: connection.execute(wanted).all())
        return [copy_of(row) for row in rows]

    async def forget_copies(self, refs: Sequence[MessageRef]) -> None:
        """Messages that no longer exist in Telegram (a deleted card or topic)."""
        places = [(ref.chat_id, ref.message_id) for ref in refs]
        statement = delete(copies).where(tuple_(copies.c.chat_id, copies.c.message_id).in_(places))
        await self._db.write(lambda connection: connection.execute(statement) and None)

    async def list(
        self, wanted: InquiryFilter, *, order: Order = Order.NEWEST, limit: int = 10, offset: int = 0
    ) -> Sequence[Inquiry]:
        """A page of inquiries without their threads."""

        def work(connection: Connection) -> Sequence[AnyRow]:
            return a_page(connection, matching(connection, self._db, wanted), order, limit, offset)

        return [inquiry_of(row) for row in await self._db.read(work)]

    async def count(self, wanted: InquiryFilter) -> int:
        """How many inquiries there are."""

        def work(connection: Connection) -> int:
            chosen = matching(connection, self._db, wanted)
            return connection.execute(select(func.count()).select_from(inquiries).where(*chosen)).scalar_one()

        return await self._db.read(work)

    async def stream(self, wanted: InquiryFilter) -> AsyncIterator[Thread]:
        """All of them, oldest first, in bounded memory, as of the moment it starts."""
        async with self._db.snapshot() as read:
            chosen = await read(lambda connection: matching(connection, self._db, wanted))
            page = oldest_first(chosen)
            rows, threads = await read(partial(threads_on, page=page))
            while rows:
                for thread in threads:
                    yield thread
                following = page.where(after(rows[-1]))
                rows, threads = await read(partial(threads_on, page=following))


def _load(connection: Connection, code: str) -> Inquiry:
    return inquiry_of(_row(connection, code))


def _row(connection: Connection, code: str) -> AnyRow:
    row = connection.execute(_GET, {"wanted": code}).one_or_none()
    if row is None:
        raise InquiryNotFound(code)
    return row


def _applied(connection: Connection, cause: str) -> str | None:
    return connection.scalar(_APPLIED, {"wanted": cause})


def _put_post(connection: Connection, post: Post, inquiry_id: int) -> int:
    """Add a post, or replace the one with its number; gives the number."""
    row = post_row(post, inquiry_id)
    if post.id:
        mine = (posts.c.id == post.id, posts.c.inquiry_id == inquiry_id)
        connection.execute(update(posts).where(*mine).values(row))
        return post.id
    number: int = connection.execute(_ADD_POST, row).scalar_one()
    return number


def _written_at(ref: MessageRef) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return posts.c.source_chat_id == ref.chat_id, posts.c.source_message_id == ref.message_id
