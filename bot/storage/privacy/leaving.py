"""Leaving: a person goes, with everything that is not an inquiry or an update."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, null, or_, select, update

from bot.domain.inquiries import Author
from bot.domain.recipients import Result
from bot.domain.rights import Role
from bot.storage.broadcast_turns import bump
from bot.storage.database import Database
from bot.storage.privacy.emptying import NOBODY
from bot.storage.tables import (
    DONE,
    broadcasts,
    copies,
    events,
    fact_changes,
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
)

NAMELESS = "–"
"""What stands where the name of a member of staff stood who was erased."""


def let_go(connection: Connection, database: Database, person_id: int) -> None:
    """Everything of a person but inquiries and updates."""
    mine = people.c.id == person_id
    needed = or_(people.c.role != Role.VISITOR.value, people.c.banned.is_not(None))
    connection.execute(delete(subscriptions).where(subscriptions.c.person_id == person_id))
    connection.execute(delete(people).where(mine, ~needed))
    connection.execute(update(people).where(mine).values(_nameless(database)))
    connection.execute(
        delete(sessions).where(or_(sessions.c.person_id == person_id, sessions.c.chat_id == person_id))
    )
    connection.execute(delete(ticks).where(ticks.c.person_id == person_id))
    connection.execute(delete(marks).where(marks.c.name == f"person:{person_id}"))
    connection.execute(delete(outbox).where(outbox.c.chat_id == person_id, outbox.c.held_until.is_(None)))
    connection.execute(delete(events).where(events.c.person_id == person_id))
    _leave_announcements(connection, person_id)


def _nameless(database: Database) -> dict[str, object]:
    now, key = database.now(), database.key_of("")
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


def forget_name_at_work(connection: Connection, person_id: int) -> None:
    """The name goes from what the person did as staff; that somebody did it, and the number, stay."""
    claimed = inquiries.c.claimed_by == person_id
    connection.execute(update(inquiries).where(claimed).values(claimed_name=NAMELESS))
    written = (posts.c.person_id == person_id, posts.c.author != Author.VISITOR.value)
    connection.execute(update(posts).where(*written).values(name=NAMELESS))
    announced = broadcasts.c.author_id == person_id
    connection.execute(update(broadcasts).where(announced).values(author_name=NAMELESS))
    changed = fact_changes.c.by == person_id
    connection.execute(update(fact_changes).where(changed).values(by_name=NAMELESS))


def expire_people(connection: Connection, database: Database, before: datetime, limit: int) -> int:
    """Let people go of whom nothing else is kept and who were last seen before then; gives how many."""
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
        let_go(connection, database, person_id)
    return len(found)


def expire_recipients(connection: Connection, before: datetime) -> None:
    """Forget who got announcements that ended before then; their counts stay."""
    ended = select(broadcasts.c.id).where(broadcasts.c.ended_at < before)
    connection.execute(delete(recipients).where(recipients.c.broadcast_id.in_(ended)))


# ---- announcements


def _leave_announcements(connection: Connection, person_id: int) -> None:
    """Who still waits for one does not get it; what is being sent at this moment is cleared up later."""
    waits = (recipients.c.person_id == person_id, recipients.c.result == Result.WAITING.value)
    skipped = update(recipients).where(*waits).values(result=Result.SKIPPED.value)
    for number in connection.scalars(skipped.returning(recipients.c.broadcast_id)).all():
        bump(connection, number, {"skipped": 1})
    _unlink(connection, recipients.c.person_id == person_id)


def _unlink(connection: Connection, whose: ColumnElement[bool]) -> None:
    """Give settled rows a number that belongs to nobody: the counts of an announcement stay right."""
    under_way = [Result.WAITING.value, Result.SENDING.value]
    settled = (whose, recipients.c.result.not_in(under_way))
    rows = select(recipients.c.broadcast_id, recipients.c.person_id).where(*settled)
    for number, person_id in connection.execute(rows).all():
        of_one = recipients.c.broadcast_id == number
        lowest = connection.scalar(select(func.min(recipients.c.person_id)).where(of_one)) or 0
        nobody = {
            "person_id": min(0, lowest) - 1,
            "message_ids": null(),
            "owner": null(),
            "settled_at": null(),
        }
        connection.execute(
            update(recipients).where(of_one, recipients.c.person_id == person_id).values(nobody)
        )


# ---- what was on its way


def erased(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether it is the number of somebody who was erased, and has not written since.

    They are in no row of ``people``, or, with a role or a ban, in one without a name.
    """
    named = or_(people.c.first_name != "", people.c.last_name != "")
    return ~exists().where(people.c.id == person_id, named)


def clear_up(connection: Connection) -> None:
    """Take away what was stored of erased people after their erasure: by a message on its way, by a flush."""
    for table in (sessions, ticks, events):
        gone = erased(table.c.person_id)
        connection.execute(delete(table).where(table.c.person_id.is_not(None), gone))
    _unlink(connection, (recipients.c.person_id > 0) & erased(recipients.c.person_id))
    finished = (inbox.c.chat > 0, inbox.c.state == DONE)
    connection.execute(update(inbox).where(*finished, erased(inbox.c.chat)).values(chat=NOBODY))
    emptied = select(inquiries.c.code).where(inquiries.c.erased_at.is_not(None))
    connection.execute(delete(copies).where(copies.c.chat_id > 0, copies.c.code.in_(emptied)))
