"""Emptying: what is left of an inquiry serves statistics: code, section, language, status, moments."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, null, select, update

from bot.domain.inquiries import Author, Status
from bot.domain.privacy import EXPIRED, FORGOTTEN, Notices
from bot.storage.columns import Moment
from bot.storage.database import Database
from bot.storage.outbox import owe
from bot.storage.tables import copies, inquiries, posts, words

NOBODY = 0
"""A number that belongs to no person."""
_EMPTY_POST = {
    "text": "",
    "html": "",
    "attachments": [],
    "album": "",
    "source_chat_id": null(),
    "source_message_id": null(),
}


def empty(connection: Connection, database: Database, numbers: Sequence[int], reason: str) -> int:
    """Empty inquiries and their posts; gives how many posts."""
    if not numbers:
        return 0
    those = posts.c.inquiry_id.in_(numbers)
    by_visitor = posts.c.author == Author.VISITOR.value
    emptied = _emptied(database, reason)
    connection.execute(update(inquiries).where(inquiries.c.id.in_(numbers)).values(emptied))
    connection.execute(update(posts).where(those, by_visitor).values(name="", person_id=NOBODY))
    connection.execute(delete(words).where(words.c.inquiry_id.in_(numbers)))
    return connection.execute(update(posts).where(those).values(_EMPTY_POST)).rowcount


def _emptied(database: Database, reason: str) -> dict[str, object]:
    now, nameless = database.now(), database.key_of("")
    return {
        "person_id": NOBODY,
        "name": "",
        "username": "",
        "name_key": nameless,
        "username_key": nameless,
        "answers": [],
        "text": "",
        "rating_comment": "",
        "status": Status.CLOSED.value,
        "close_reason": reason,
        "closed_at": func.coalesce(inquiries.c.closed_at, now),
        "waiting_since": null(),
        "erased_at": now,
        "version": inquiries.c.version + 1,
    }


def drop_copies(
    connection: Connection,
    database: Database,
    codes: Sequence[str],
    notices: Notices,
    *,
    always: bool = False,
) -> None:
    """Forget where inquiries are shown, but in chats where that is yet to be undone by a notice.

    ``always``: owe the notices also where nothing is known to show them; a card may be on its way.
    """
    for code in codes:
        owed = notices(code)
        chats = [notice.chat_id for notice in owed]
        elsewhere = (copies.c.code == code, copies.c.chat_id.not_in(chats))
        connection.execute(delete(copies).where(*elsewhere))
        shown = select(copies.c.code).where(copies.c.code == code).limit(1)
        if always or connection.execute(shown).first():
            owe(connection, database, owed)


def empty_strays(
    connection: Connection, database: Database, since: datetime, erased: ColumnElement[bool], notices: Notices
) -> None:
    """Empty what was asked since then by people who were ``erased`` while it was being stored."""
    wanted = select(inquiries.c.id, inquiries.c.code).where(
        inquiries.c.created_at >= since, inquiries.c.erased_at.is_(None), erased
    )
    found = connection.execute(wanted).all()
    empty(connection, database, [row.id for row in found], FORGOTTEN)
    drop_copies(connection, database, [row.code for row in found], notices, always=True)


def expire_inquiries(
    connection: Connection, database: Database, before: datetime, limit: int, notices: Notices
) -> int:
    """Empty what waits for nobody and was last touched before then; gives how many."""
    later = exists().where(posts.c.inquiry_id == inquiries.c.id, posts.c.created_at >= before)
    last_step = func.coalesce(inquiries.c.closed_at, inquiries.c.answered_at, type_=Moment)
    wanted = (
        select(inquiries.c.id, inquiries.c.code)
        .where(
            inquiries.c.created_at < before,
            inquiries.c.erased_at.is_(None),
            inquiries.c.waiting_since.is_(None),
            last_step < before,
            ~later,
        )
        .order_by(inquiries.c.created_at, inquiries.c.id)
        .limit(limit)
    )
    found = connection.execute(wanted).all()
    empty(connection, database, [row.id for row in found], EXPIRED)
    drop_copies(connection, database, [row.code for row in found], notices)
    return len(found)
