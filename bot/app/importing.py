"""Importing replies beside a running bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from bot.app.child_work import ChildSheets
from bot.app.opening import opened_database
from bot.app.settings import Settings
from bot.domain.audit import AuditLog, Deed
from bot.domain.clock import SystemClock
from bot.domain.desk import Actor, Desk
from bot.domain.inquiries import InquiryStore
from bot.domain.roundtrip import Outcome, Plan, carry_out, make_plan
from bot.domain.staff_chat import StaffChat
from bot.storage.audit import SqlAudit
from bot.storage.inquiries import SqlInquiries
from bot.storage.marks import SqlMarks


class Importing:
    """Plans and sends the replies of a sheet."""

    def __init__(self, *, inquiries: InquiryStore, desk: Desk, audit: AuditLog) -> None:
        self._inquiries = inquiries
        self._desk = desk
        self._audit = audit
        self._sheets = ChildSheets()

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: Settings) -> AsyncIterator[Self]:
        """On the database of the settings."""
        async with opened_database(settings) as database:
            inquiries = SqlInquiries(database)
            staff_chat = StaffChat(settings.staff_chat, marks=SqlMarks(database))
            await staff_chat.load()
            desk = Desk(inquiries=inquiries, clock=SystemClock(), staff_chat=staff_chat)
            yield cls(inquiries=inquiries, desk=desk, audit=SqlAudit(database))

    async def plan(self, file: Path) -> Plan:
        """What sending the file would do. Raises ``SheetUnreadable``."""
        return await make_plan(await self._sheets.read(file), self._inquiries)

    async def carry_out(self, plan: Plan, actor: Actor) -> Outcome:
        """Send what is planned, and note who did it."""
        outcome = await carry_out(plan, self._desk, actor)
        details = {"sent": outcome.sent, "stale": len(plan.stale), "unknown": len(plan.unreadable)}
        await self._audit.note(Deed.REPLIES, by=actor.person_id, details=details)
        return outcome
