"""The audit log in the database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, Text, insert, select, type_coerce

from bot.domain.aftermath import Remark
from bot.domain.audit import GENESIS, Chain, Deed, Entry, Verdict, digest_of
from bot.storage.backend import AnyRow
from bot.storage.database import Database
from bot.storage.tables import audit, marks

APPEND_LOCK = 0x4B48_0003
"""The PostgreSQL advisory lock under which entries are added."""
_HEAD = "audit head"
"""The mark that holds the digest of the last entry: entries cut off at the end are missed, too."""
_PAGE = 1000


class SqlAudit:
    """Implements ``bot.domain.audit.AuditLog``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def note(
        self,
        deed: Deed,
        *,
        by: int,
        about: str = "",
        details: Mapping[str, str | int] | None = None,
        cause: str | None = None,
    ) -> Entry:
        """Add an entry at the end. A cause that was noted before adds nothing and gives that entry."""
        remark = Remark(deed=deed, by=by, about=about, details=details or {}, cause=cause)
        return await self._db.write(partial(note_in, database=self._db, remark=remark))

    async def page(self, *, limit: int = 10, before: int | None = None) -> Sequence[Entry]:
        """The newest entries, or the newest with a smaller number than ``before``."""
        wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(audit.c.number < before)
        return await self._db.read(lambda connection: [_entry(row) for row in connection.execute(wanted)])

    async def verify(self) -> Verdict:
        """Read the whole chain, as of one moment."""
        chain, after = Chain(), 0
        async with self._db.snapshot() as read:
            head = await read(
                lambda connection: connection.scalar(select(marks.c.value).where(marks.c.name == _HEAD))
            )
            while entries := await read(partial(_following, after=after)):
                if not chain.read(entries):
                    break
                after = entries[-1].number
        return chain.verdict(head=head)


def note_in(connection: Connection, database: Database, remark: Remark) -> Entry:
    """Add an entry within a transaction, unless its cause was noted before."""
    database.serialise(connection, APPEND_LOCK)
    noted = select(audit).where(audit.c.cause.is_not(None), audit.c.cause == remark.cause)
    known = connection.execute(noted).one_or_none()
    if known is not None:
        return _entry(known)
    last = connection.execute(select(audit).order_by(audit.c.number.desc()).limit(1)).one_or_none()
    entry = Entry(
        number=last.number + 1 if last else 1,
        at=database.now(),
        by=remark.by,
        deed=remark.deed,
        about=remark.about,
        details=dict(remark.details),
    )
    entry = replace(entry, digest=digest_of(last.digest if last else GENESIS, entry))
    connection.execute(insert(audit), _row(entry, remark.cause))
    connection.execute(database.put(marks), {"name": _HEAD, "value": entry.digest})
    return entry


def _following(connection: Connection, after: int) -> list[Entry]:
    """The next entries; one that cannot be read has an empty digest, which no entry has."""
    columns = [type_coerce(column, Text) if column.name == "details" else column for column in audit.c]
    wanted = select(*columns).where(audit.c.number > after).order_by(audit.c.number).limit(_PAGE)
    entries = []
    for row in connection.execute(wanted).mappings():
        try:
            entries.append(_entry_of({**row, "details": json.loads(row["details"])}))
        except ValueError:
            entries.append(Entry(number=row["number"], at=row["at"], by=row["by"], deed=Deed.ROLE))
    return entries


def _row(entry: Entry, cause: str | None) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at,
        "by": entry.by,
        "deed": entry.deed.value,
        "about": entry.about,
        "details": dict(entry.details),
        "digest": entry.digest,
        "cause": cause,
    }


def _entry(row: AnyRow) -> Entry:
    return _entry_of(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it


def _entry_of(values: Mapping[str, Any]) -> Entry:
    return Entry(
        number=values["number"],
        at=values["at"],
        by=values["by"],
        deed=Deed(values["deed"]),
        about=values["about"],
        details=values["details"],
        digest=values["digest"],
    )
