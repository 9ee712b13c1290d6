"""Events in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, update

from bot.domain.events import KEPT, MOST_WORDS, PERSONAL, Happened, Helped, ScreenOpened, Searched
from bot.storage.database import Database
from bot.storage.tables import events

SCREEN, HELPED, SEARCHED = "screen", "helped", "searched"
"""Kinds of rows."""


class SqlEvents:
    """Implements ``bot.domain.events.EventStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, happened: Sequence[Happened]) -> None:
        """Store events; a power cut may undo it."""
        rows = [_row(one) for one in happened]
        if rows:
            await self._db.write(
                lambda connection: connection.execute(insert(events), rows) and None, durable=False
            )

    async def age(self, now: datetime) -> None:
        """Take person and words from events older than ``PERSONAL``, and delete those older than ``KEPT``."""
        personal = or_(events.c.person_id.is_not(None), events.c.words.is_not(None))

        def work(connection: Connection) -> None:
            connection.execute(delete(events).where(events.c.at < now - KEPT))
            old = update(events).where(events.c.at < now - PERSONAL, personal)
            connection.execute(old.values(person_id=None, words=None))

        await self._db.write(work)


def _row(happened: Happened) -> dict[str, Any]:
    row = {"at": happened.at, "person_id": happened.event.person_id, "words": None}
    match happened.event:
        case ScreenOpened(screen=screen):
            return {**row, "kind": SCREEN, "about": screen, "good": True}
        case Helped(screen=screen, good=good):
            return {**row, "kind": HELPED, "about": screen, "good": good}
        case Searched(intent=intent, rejected=rejected, words=words):
            kept = " ".join(words.split())[:MOST_WORDS] if rejected else ""
            return {**row, "kind": SEARCHED, "about": intent, "good": not rejected, "words": kept or None}
