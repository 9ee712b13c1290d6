"""Begun: drafts of others that speak of a person, and updates that could not be handled."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, null, or_, select, update

from bot.storage.database import Database
from bot.storage.privacy.emptying import NOBODY
from bot.storage.tables import DONE, QUARANTINED, WAITING, inbox, sessions


def forget_updates(connection: Connection, database: Database, person_id: int, codes: Sequence[str]) -> None:
    """Quarantined updates of the person's chat, and those of others that name the person or a code.

    Updates of the chat that still wait came after the request: they are of a new person.
    """
    signs = re.compile(rb"\b(?:" + "|".join([str(person_id), *codes]).encode() + rb")\b")
    aside = select(inbox.c.id, inbox.c.payload).where(inbox.c.state == QUARANTINED)
    named = [row.id for row in connection.execute(aside) if row.payload and signs.search(row.payload)]
    mine = inbox.c.chat == person_id
    drop_updates(connection, database, inbox.c.state == QUARANTINED, or_(mine, inbox.c.id.in_(named)))
    connection.execute(update(inbox).where(mine, inbox.c.state != WAITING).values(chat=NOBODY))


def drop_updates(connection: Connection, database: Database, *which: ColumnElement[bool]) -> int:
    """Let go the payloads of updates, which are not handled any more; gives how many."""
    done = {"state": DONE, "payload": null(), "error": "", "done_at": database.now()}
    return connection.execute(update(inbox).where(*which).values(done)).rowcount


def expire_drafts(connection: Connection, database: Database, before: datetime) -> int:
    """Let go what was begun, and updates put aside, before then; gives how many."""
    old = delete(sessions).where(sessions.c.changed_at < before)
    stale = (inbox.c.state == QUARANTINED, inbox.c.received_at < before)
    return connection.execute(old).rowcount + drop_updates(connection, database, *stale)


def forget_drafts_about(connection: Connection, person_id: int, codes: Sequence[str]) -> None:
    """What others have begun about a person: rows of a sheet are taken out, anything else is dropped."""
    signs = {person_id, str(person_id), *codes}
    columns = (sessions.c.chat_id, sessions.c.person_id, sessions.c.data)
    others = (sessions.c.state != "", sessions.c.person_id != person_id)
    for chat, person, data in connection.execute(select(*columns).where(*others)).all():
        left = _without(data or {}, signs)
        if left == data or not data:
            continue
        its = and_(sessions.c.chat_id == chat, sessions.c.person_id == person)
        if left is None:
            connection.execute(update(sessions).where(its).values(state="", data={}, thread=""))
        else:
            connection.execute(update(sessions).where(its).values(data=left))


def _without(data: dict[str, Any], signs: set[Any]) -> dict[str, Any] | None:
    """The data without the items of its lists that name one of the signs; None when it is all about them."""
    if any(value in signs for value in data.values() if isinstance(value, str | int)):
        return None
    return {
        name: [one for one in value if not _names(one, signs)] if isinstance(value, list) else value
        for name, value in data.items()
    }


def _names(item: object, signs: set[Any]) -> bool:
    if isinstance(item, dict):
        return any(value in signs for value in item.values() if isinstance(value, str | int))
    return isinstance(item, str | int) and item in signs
