"""Collecting: everything that is stored of one person, read for ``/mydata``."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.domain.inquiries import Author
from bot.domain.privacy import Belongings
from bot.storage.inquiry_pages import threads_of
from bot.storage.inquiry_rows import INQUIRY_COLUMNS
from bot.storage.people import person_in
from bot.storage.sessions import session_of
from bot.storage.tables import (
    QUARANTINED,
    audit,
    broadcasts,
    events,
    fact_changes,
    inbox,
    inquiries,
    outbox,
    posts,
    recipients,
    sessions,
    ticks,
)

Row = Mapping[str, Any]
"""JSON values."""


def collect(connection: Connection, person_id: int) -> Belongings:
    """All that is stored of the person."""
    mine = select(*INQUIRY_COLUMNS).where(inquiries.c.person_id == person_id).order_by(inquiries.c.id)
    own = select(sessions).where(or_(sessions.c.person_id == person_id, sessions.c.chat_id == person_id))
    return Belongings(
        person=person_in(connection, person_id),
        threads=tuple(threads_of(connection, connection.execute(mine).all())),
        sessions=tuple(session_of(row) for row in connection.execute(own).mappings()),
        ticks=_ticks(connection, person_id),
        records={
            "announcements": list(_announcements(connection, person_id)),
            "visits": list(_visits(connection, person_id)),
            "updates": list(_updates(connection, person_id)),
            "owed": list(_owed(connection, person_id)),
            "work": sorted(_work(connection, person_id), key=lambda row: row["at"] or ""),
            "audit": list(_audit(connection, person_id)),
        },
    )


def _ticks(connection: Connection, person_id: int) -> dict[str, list[str]]:
    ticked: dict[str, list[str]] = {}
    wanted = select(ticks).where(ticks.c.person_id == person_id).order_by(ticks.c.list_id, ticks.c.line)
    for row in connection.execute(wanted):
        ticked.setdefault(row.list_id, []).append(row.line)
    return ticked


def _announcements(connection: Connection, person_id: int) -> Iterator[Row]:
    wanted = select(recipients).where(recipients.c.person_id == person_id).order_by(recipients.c.broadcast_id)
    for row in connection.execute(wanted):
        yield {
            "number": row.broadcast_id,
            "language": row.language,
            "result": row.result,
            "reason": row.reason,
            "at": _moment(row.settled_at),
            "unsubscribed_at": _moment(row.unsubscribed_at),
        }


def _visits(connection: Connection, person_id: int) -> Iterator[Row]:
    wanted = select(events).where(events.c.person_id == person_id).order_by(events.c.id)
    for row in connection.execute(wanted):
        yield {
            "at": _moment(row.at),
            "what": row.kind,
            "about": row.about,
            "good": row.good,
            "words": row.words or "",
        }


def _updates(connection: Connection, person_id: int) -> Iterator[Row]:
    """What the person sent and the bot could not handle."""
    aside = (inbox.c.chat == person_id, inbox.c.state == QUARANTINED)
    wanted = select(inbox.c.received_at, inbox.c.payload).where(*aside).order_by(inbox.c.id)
    for row in connection.execute(wanted):
        yield {"at": _moment(row.received_at), "content": _readable(row.payload or b"")}


def _readable(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")


def _owed(connection: Connection, person_id: int) -> Iterator[Row]:
    wanted = select(outbox).where(outbox.c.chat_id == person_id).order_by(outbox.c.id)
    for row in connection.execute(wanted):
        yield {"since": _moment(row.created_at), "what": row.kind, "about": row.code}


def _work(connection: Connection, person_id: int) -> Iterator[Row]:
    """What the person did as staff: when and on what. The words are in the inquiries of others."""
    taken = select(inquiries.c.code, inquiries.c.seen_at).where(inquiries.c.claimed_by == person_id)
    for row in connection.execute(taken):
        yield {"at": _moment(row.seen_at), "what": "took", "about": row.code}
    written = (
        select(inquiries.c.code, posts.c.created_at, posts.c.author)
        .join_from(posts, inquiries, posts.c.inquiry_id == inquiries.c.id)
        .where(posts.c.person_id == person_id, posts.c.author != Author.VISITOR.value)
    )
    for post in connection.execute(written):
        what = "answered" if post.author == Author.STAFF.value else "noted"
        yield {"at": _moment(post.created_at), "what": what, "about": post.code}
    told = or_(broadcasts.c.author_id == person_id, broadcasts.c.approved_by == person_id)
    for one in connection.execute(select(broadcasts).where(told)):
        what = "announced" if one.author_id == person_id else "approved"
        yield {"at": _moment(one.created_at), "what": what, "about": str(one.id)}
    for change in connection.execute(select(fact_changes).where(fact_changes.c.by == person_id)):
        yield {"at": _moment(change.at), "what": "changed a fact", "about": change.fact}


def _audit(connection: Connection, person_id: int) -> Iterator[Row]:
    mine = or_(audit.c.by == person_id, audit.c.about == str(person_id))
    for row in connection.execute(select(audit).where(mine).order_by(audit.c.number)):
        by = "you" if row.by == person_id else "Kazakhstan House"
        yield {"at": _moment(row.at), "by": by, "deed": row.deed, "about": row.about, **row.details}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
