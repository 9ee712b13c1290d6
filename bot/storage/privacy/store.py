"""The store: each use of privacy as one transaction. What becomes of which table: ``fates``."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, insert, select

from bot.domain.aftermath import nothing_follows
from bot.domain.privacy import COMPACTION, FORGOTTEN, Belongings, Erasure, Follows, Keeping, Notices
from bot.storage.aftermath import follow
from bot.storage.database import Database
from bot.storage.privacy.begun import expire_drafts, forget_drafts_about, forget_updates
from bot.storage.privacy.collecting import collect
from bot.storage.privacy.emptying import drop_copies, empty, empty_strays, expire_inquiries
from bot.storage.privacy.leaving import (
    clear_up,
    erased,
    expire_people,
    expire_recipients,
    forget_name_at_work,
    let_go,
)
from bot.storage.tables import erasures, inquiries, marks

_BEFORE = timedelta(days=1)
"""So long before the last erasure nothing can have begun that is still on its way."""


class SqlPrivacy:
    """Implements ``bot.domain.privacy.PrivacyStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def collect(self, person_id: int) -> Belongings:
        """All that is kept of the person."""
        return await self._db.read(partial(collect, person_id=person_id))

    async def erase(
        self,
        person_id: int,
        *,
        receipt: str,
        notices: Notices,
        cause: str | None = None,
        follows: Follows = nothing_follows,
    ) -> Erasure:
        """Erase the person everywhere."""

        def work(connection: Connection) -> Erasure:
            mine = (inquiries.c.person_id == person_id, inquiries.c.erased_at.is_(None))
            found = connection.execute(select(inquiries.c.id, inquiries.c.code).where(*mine)).all()
            written = empty(connection, self._db, [row.id for row in found], FORGOTTEN)
            codes = [row.code for row in found]
            drop_copies(connection, self._db, codes, notices, always=True)
            forget_updates(connection, self._db, person_id, codes)
            forget_drafts_about(connection, person_id, codes)
            forget_name_at_work(connection, person_id)
            let_go(connection, self._db, person_id)
            erasure = self._receipt(connection, receipt, cause, len(found), written)
            if erasure.receipt == receipt:  # not one that was given before
                follow(connection, self._db, follows(erasure))
            return erasure

        return await self._db.write(work)

    async def expire(self, keeping: Keeping, *, limit: int, notices: Notices) -> int:
        """Erase what was kept long enough."""

        def work(connection: Connection) -> int:
            many = 0
            now = self._db.now()
            if keeping.inquiries is not None:
                before = now - keeping.inquiries
                many += expire_inquiries(connection, self._db, before, limit, notices)
                expire_recipients(connection, before)
            if keeping.people is not None:
                many += expire_people(connection, self._db, now - keeping.people, limit)
            if keeping.drafts is not None:
                many += expire_drafts(connection, self._db, now - keeping.drafts)
            if many:
                self._note_compaction(connection)
            return many

        return await self._db.write(work)

    async def clear_up(self, *, notices: Notices) -> None:
        """Take away what was stored of erased people after their erasure."""
        mark = select(marks.c.value).where(marks.c.name == COMPACTION)

        def work(connection: Connection) -> None:
            if erased_at := connection.scalar(mark):
                since = datetime.fromisoformat(erased_at) - _BEFORE
                empty_strays(connection, self._db, since, erased(inquiries.c.person_id), notices)
            clear_up(connection)

        await self._db.write(work)

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
