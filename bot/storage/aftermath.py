"""What follows from a change, within its transaction: the audit log's entry and what is owed."""

from sqlalchemy import Connection

from bot.domain.aftermath import Aftermath
from bot.storage.audit import note_in
from bot.storage.database import Database
from bot.storage.outbox import owe
from bot.storage.tables import marks


def follow(connection: Connection, database: Database, aftermath: Aftermath) -> None:
    """Store what follows. Last in a transaction: the audit log is locked until it ends."""
    owe(connection, database, aftermath.notices)
    for name, value in aftermath.marks.items():
        connection.execute(database.put(marks), {"name": name, "value": value})
    if aftermath.remark is not None:
        note_in(connection, database, aftermath.remark)
