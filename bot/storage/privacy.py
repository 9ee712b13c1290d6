"""Collecting and erasing a person across all tables, in one transaction each."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from bot.domain.broadcasts import Result
from bot.domain.inquiries import Author, Status, Thread
from bot.domain.privacy import COMPACTION, EXPIRED, FORGOTTEN, Belongings, Erasure, Keeping, Notices
from bot.domain.rights import Role
from bot.storage.columns import Moment
from bot.storage.database import Database
from bot.storage.inquiry_pages import threads_of
from bot.storage.inquiry_rows import INQUIRY_COLUMNS
from bot.storage.outbox import owe
from bot.storage.people import person_in
from bot.storage.sessions import session_of
from bot.storage.tables import (
    DONE,
    QUARANTINED,
    WAITING,
    broadcasts,
    copies,
    erasures,
    events,
    inbox,
    inquiries,
    marks,
    outbox,
    people,
    posts,
    recipients,
    sessions,
    subscriptions,
    ticks,
    words,
)

ERASED: Mapping[str, str] = {
    "people": "the row goes; with a role or a ban it stays without name, language and moments",
    "subscriptions": "the rows go",
    "sessions": "the rows go",
    "ticks": "the rows go",
    "inquiries": "code, section, language, status and moments stay; the rest is emptied",
    "posts": "author's kind and moments stay; the rest is emptied",
    "words": "the rows go",
    "copies": "those in the person's chat go; those in the staff chat go once they are edited or deleted",
    "inbox": "payloads that name the person or their inquiries go, quarantined ones too",
    "outbox": "what is owed to the person goes",
    "recipients": "what is settled is given a number that belongs to nobody",
    "events": "the rows go",
    "marks": "the one of the person's command menu goes",
}
"""Every table that holds something of a person, and what becomes of it."""
KEPT: Mapping[str, str] = {
    "causes": "numbers of updates and codes: an update that is repeated must not undo the erasure",
    "broadcasts": "words of the House",
    "fact_changes": "which member of staff changed a fact is part of the fact's history",
    "senders": "names of processes",
    "audit": "who did what, by number, without words: it is what proves that data was handled properly",
    "erasures": "that somebody was erased, not who",
}
"""Every other table, and why nothing in it is erased."""

_NOBODY = 0
_EMPTY_POST = {
    "text": "",
    "html": "",
    "attachments": [],
    "album": "",
    "source_chat_id": null(),
    "source_message_id": null(),
}


class SqlPrivacy:
    """Implements ``bot.domain.privacy.PrivacyStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def collect(self, person_id: int) -> Belongings:
        """All that is kept of the person."""
        return await self._db.read(partial(_collect, person_id=person_id))

    async def erase(
        self, person_id: int, *, receipt: str, notices: Notices, cause: str | None = None
    ) -> Erasure:
        """Erase the person everywhere."""

        def work(connection: Connection) -> Erasure:
            mine = (inquiries.c.person_id == person_id, inquiries.c.erased_at.is_(None))
            found = connection.execute(select(inquiries.c.id, inquiries.c.code).where(*mine)).all()
            written = self._empty(connection, [row.id for row in found], FORGOTTEN)
            codes = [row.code for row in found]
            # A card may be on its way at this moment, so each is taken back even when none is known yet.
            self._drop_copies(connection, codes, notices, always=True)
            self._forget_updates(connection, person_id, codes)
            self._let_go(connection, person_id)
            return self._receipt(connection, receipt, cause, len(found), written)

        return await self._db.write(work)

    async def expire(self, keeping: Keeping, *, limit: int, notices: Notices) -> int:
        """Erase what was kept long enough."""

        def work(connection: Connection) -> int:
            many = 0
            now = self._db.now()
            if keeping.inquiries is not None:
                many += self._expire_inquiries(connection, now - keeping.inquiries, limit, notices)
            if keeping.people is not None:
                many += self._expire_people(connection, now - keeping.people, limit)
            if keeping.drafts is not None:
                many += self._expire_drafts(connection, now - keeping.drafts)
            if many:
                self._note_compaction(connection)
            return many

        return await self._db.write(work)

    # ---- inquiries

    def _empty(self, connection: Connection, numbers: Sequence[int], reason: str) -> int:
        """Empty inquiries and their posts; gives how many posts."""
        now, closed = self._db.now(), Status.CLOSED.value
        nameless = self._db.key_of("")
        emptied = {
            "person_id": _NOBODY,
            "name": "",
            "username": "",
            "name_key": nameless,
            "username_key": nameless,
            "answers": [],
            "text": "",
            "rating_comment": "",
            "status": closed,
            "close_reason": reason,
            "closed_at": func.coalesce(inquiries.c.closed_at, now),
            "waiting_since": null(),
            "erased_at": now,
            "version": inquiries.c.version + 1,
        }
        those = posts.c.inquiry_id.in_(numbers)
        by_visitor = posts.c.author == Author.VISITOR.value
        if not numbers:
            return 0
        connection.execute(update(inquiries).where(inquiries.c.id.in_(numbers)).values(emptied))
        connection.execute(update(posts).where(those, by_visitor).values(name="", person_id=_NOBODY))
        connection.execute(delete(words).where(words.c.inquiry_id.in_(numbers)))
        return connection.execute(update(posts).where(those).values(_EMPTY_POST)).rowcount

    def _drop_copies(
        self, connection: Connection, codes: Sequence[str], notices: Notices, *, always: bool = False
    ) -> None:
        """Forget where inquiries are shown, but in chats where that is yet to be undone by a notice."""
        for code in codes:
            owed = notices(code)
            chats = [notice.chat_id for notice in owed]
            elsewhere = (copies.c.code == code, copies.c.chat_id.not_in(chats))
            connection.execute(delete(copies).where(*elsewhere))
            shown = select(copies.c.code).where(copies.c.code == code).limit(1)
            if always or connection.execute(shown).first():
                owe(connection, self._db, owed)

    def _expire_inquiries(
        self, connection: Connection, before: datetime, limit: int, notices: Notices
    ) -> int:
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
        self._empty(connection, [row.id for row in found], EXPIRED)
        self._drop_copies(connection, [row.code for row in found], notices)
        ended = select(broadcasts.c.id).where(broadcasts.c.ended_at < before)
        connection.execute(delete(recipients).where(recipients.c.broadcast_id.in_(ended)))
        return len(found)

    # ---- people

    def _let_go(self, connection: Connection, person_id: int) -> None:
        """Everything of a person but inquiries and updates."""
        mine = people.c.id == person_id
        needed = or_(people.c.role != Role.VISITOR.value, people.c.banned.is_not(None))
        connection.execute(delete(subscriptions).where(subscriptions.c.person_id == person_id))
        connection.execute(delete(people).where(mine, ~needed))
        connection.execute(update(people).where(mine).values(self._nameless()))
        connection.execute(
            delete(sessions).where(or_(sessions.c.person_id == person_id, sessions.c.chat_id == person_id))
        )
        connection.execute(delete(ticks).where(ticks.c.person_id == person_id))
        connection.execute(delete(marks).where(marks.c.name == f"person:{person_id}"))
        connection.execute(delete(outbox).where(outbox.c.chat_id == person_id, outbox.c.held_until.is_(None)))
        connection.execute(delete(events).where(events.c.person_id == person_id))
        _unlink_announcements(connection, person_id)

    def _nameless(self) -> dict[str, object]:
        now, key = self._db.now(), self._db.key_of("")
        return {
            "first_name": "",
            "last_name": "",
            "username": "",
            "name_key": key,
            "username_key": key,
            "language": null(),
            "asked_to_subscribe": False,
            "consented_at": null(),
            "first_seen": now,
            "last_seen": now,
        }

    def _expire_people(self, connection: Connection, before: datetime, limit: int) -> int:
        asked = exists().where(inquiries.c.person_id == people.c.id)
        subscribed = exists().where(subscriptions.c.person_id == people.c.id)
        wanted = (
            select(people.c.id)
            .where(
                people.c.last_seen < before,
                people.c.role == Role.VISITOR.value,
                people.c.banned.is_(None),
                ~asked,
                ~subscribed,
            )
            .order_by(people.c.last_seen, people.c.id)
            .limit(limit)
        )
        found = list(connection.scalars(wanted))
        for person_id in found:
            self._let_go(connection, person_id)
        return len(found)

    # ---- what was begun, updates

    def _expire_drafts(self, connection: Connection, before: datetime) -> int:
        old = delete(sessions).where(sessions.c.changed_at < before)
        stale = (inbox.c.state == QUARANTINED, inbox.c.received_at < before)
        return connection.execute(old).rowcount + self._drop_updates(connection, *stale)

    def _forget_updates(self, connection: Connection, person_id: int, codes: Sequence[str]) -> None:
        """Quarantined updates of the person's chat, and those of others that name the person or a code.

        Updates of the chat that still wait came after the request: they are of a new person.
        """
        signs = re.compile(rb"\b(?:" + "|".join([str(person_id), *codes]).encode() + rb")\b")
        aside = select(inbox.c.id, inbox.c.payload).where(inbox.c.state == QUARANTINED)
        named = [row.id for row in connection.execute(aside) if row.payload and signs.search(row.payload)]
        mine = inbox.c.chat == person_id
        self._drop_updates(connection, inbox.c.state == QUARANTINED, or_(mine, inbox.c.id.in_(named)))
        connection.execute(update(inbox).where(mine, inbox.c.state != WAITING).values(chat=_NOBODY))

    def _drop_updates(self, connection: Connection, *which: ColumnElement[bool]) -> int:
        done = {"state": DONE, "payload": null(), "error": "", "done_at": self._db.now()}
        return connection.execute(update(inbox).where(*which).values(done)).rowcount

    # ---- the receipt

    def _receipt(
        self, connection: Connection, receipt: str, cause: str | None, many: int, written: int
    ) -> Erasure:
        given = select(erasures).where(erasures.c.cause.is_not(None), erasures.c.cause == cause)
        known = connection.execute(given).one_or_none()
        self._note_compaction(connection)
        if known is not None:
            return Erasure(
                receipt=known.receipt, erased_at=known.erased_at, inquiries=known.inquiries, posts=known.posts
            )
        made = Erasure(receipt=receipt, erased_at=self._db.now(), inquiries=many, posts=written)
        row = {
            "receipt": made.receipt,
            "erased_at": made.erased_at,
            "inquiries": many,
            "posts": written,
            "cause": cause,
        }
        connection.execute(insert(erasures), row)
        return made

    def _note_compaction(self, connection: Connection) -> None:
        row = {"name": COMPACTION, "value": self._db.now().isoformat()}
        connection.execute(self._db.put(marks), row)


def _unlink_announcements(connection: Connection, person_id: int) -> None:
    """Give settled rows a number that belongs to nobody: the counts of an announcement stay right."""
    under_way = [Result.WAITING.value, Result.SENDING.value]
    mine = (recipients.c.person_id == person_id, recipients.c.result.not_in(under_way))
    for number in list(connection.scalars(select(recipients.c.broadcast_id).where(*mine))):
        of_one = recipients.c.broadcast_id == number
        lowest = connection.scalar(select(func.min(recipients.c.person_id)).where(of_one)) or 0
        nobody = {
            "person_id": min(0, lowest) - 1,
            "message_ids": null(),
            "owner": null(),
            "settled_at": null(),
        }
        connection.execute(update(recipients).where(of_one, *mine).values(nobody))


def _collect(connection: Connection, person_id: int) -> Belongings:
    mine = select(*INQUIRY_COLUMNS).where(inquiries.c.person_id == person_id).order_by(inquiries.c.id)
    rows = connection.execute(mine).all()
    threads: list[Thread] = list(threads_of(connection, rows))
    own = connection.execute(select(sessions).where(sessions.c.person_id == person_id)).mappings()
    ticked: dict[str, list[str]] = {}
    wanted = select(ticks).where(ticks.c.person_id == person_id).order_by(ticks.c.list_id, ticks.c.line)
    for row in connection.execute(wanted):
        ticked.setdefault(row.list_id, []).append(row.line)
    return Belongings(
        person=person_in(connection, person_id),
        threads=tuple(threads),
        sessions=tuple(session_of(row) for row in own),
        ticks=ticked,
        records={
            "announcements": _announcements(connection, person_id),
            "visits": _visits(connection, person_id),
        },
    )


def _announcements(connection: Connection, person_id: int) -> list[dict[str, Any]]:
    wanted = (
        select(recipients.c.broadcast_id, recipients.c.result, recipients.c.settled_at)
        .where(recipients.c.person_id == person_id)
        .order_by(recipients.c.broadcast_id)
    )
    return [
        {
            "number": row.broadcast_id,
            "result": row.result,
            "at": row.settled_at.isoformat() if row.settled_at else None,
        }
        for row in connection.execute(wanted)
    ]


def _visits(connection: Connection, person_id: int) -> list[dict[str, Any]]:
    wanted = (
        select(events.c.at, events.c.kind, events.c.about, events.c.words)
        .where(events.c.person_id == person_id)
        .order_by(events.c.id)
    )
    return [
        {"at": row.at.isoformat(), "what": row.kind, "about": row.about, "words": row.words or ""}
        for row in connection.execute(wanted)
    ]
