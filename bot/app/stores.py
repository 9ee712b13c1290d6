"""Stores: one adapter for each port, on one database."""

from dataclasses import dataclass

from bot.domain.remembering import RememberedPeople, RememberedSessions
from bot.storage.audit import SqlAudit
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database
from bot.storage.events import SqlEvents
from bot.storage.inbox import SqlInbox
from bot.storage.inquiries import SqlInquiries
from bot.storage.marks import SqlMarks
from bot.storage.outbox import SqlOutbox
from bot.storage.people import SqlPeople
from bot.storage.sessions import SqlSessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """One adapter for each port."""

    people: RememberedPeople
    sessions: RememberedSessions
    inquiries: SqlInquiries
    inbox: SqlInbox
    outbox: SqlOutbox
    marks: SqlMarks
    broadcasts: SqlBroadcasts
    events: SqlEvents
    audit: SqlAudit


def open_stores(database: Database) -> Stores:
    """The adapters. What a process keeps at hand is only right when it is alone with its database."""
    size = 20_000 if database.is_sqlite else 0
    return Stores(
        people=RememberedPeople(SqlPeople(database), size=size),
        sessions=RememberedSessions(SqlSessions(database), size=size),
        inquiries=SqlInquiries(database),
        inbox=SqlInbox(database),
        outbox=SqlOutbox(database),
        marks=SqlMarks(database),
        broadcasts=SqlBroadcasts(database),
        events=SqlEvents(database),
        audit=SqlAudit(database),
    )
