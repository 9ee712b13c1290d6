"""Who took the log away is noted before Telegram gets the first file of it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageText, SendDocument, TelegramMethod

from bot.domain.audit import Deed
from bot.domain.exports import Export, ExportedFile, ExportOrder, Format, Progress
from bot.domain.inquiries import InquiryFilter
from bot.domain.rights import RIGHTS, Right, Role
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.telegram.export_jobs import ExportJob, ExportJobs
from bot.telegram.views import exports as views
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.telegram.inside import YesSession

ADMIN = 9
TR = Catalogues.read()[Language.EN]


class Maker:
    """Implements ``ExportMaker``: two parts of two rows."""

    async def make(self, order: ExportOrder, output: Path, progress: Progress) -> Export:
        """Nothing is written: nothing is read either."""
        parts = [output.with_name(f"log-{number}.csv") for number in (1, 2)]
        files = tuple(ExportedFile(path=one, rows=2, messages=0, size=9, sha256="0") for one in parts)
        return Export(order=order, files=files, made_at=FakeClock().now())


class SecondRefused(YesSession):
    """Takes the first file, and looks into the audit log then; no other file."""

    def __init__(self, audit: FakeAudit) -> None:
        super().__init__()
        self.noted_at_the_first: int | None = None
        self._audit = audit

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - its shape
        """Look and refuse."""
        if isinstance(method, SendDocument):
            if self.noted_at_the_first is not None:
                raise TelegramBadRequest(method, "Bad Request: no")
            self.noted_at_the_first = len(self._audit.entries)
        return await super().make_request(bot, method, timeout)


def _jobs(audit: FakeAudit, session: YesSession, clock: FakeClock, rights: frozenset[Right]) -> ExportJobs:
    async def rights_of(person_id: int) -> frozenset[Right]:
        assert person_id == ADMIN
        return rights

    bot = Bot("42:" + "a" * 35, session=session)
    return ExportJobs(bot=bot, maker=Maker(), audit=audit, clock=clock, rights_of=rights_of)


async def _done(jobs: ExportJobs, *, masked: bool) -> None:
    order = ExportOrder(format=Format.CSV, wanted=InquiryFilter(), masked=masked)
    jobs.start(ExportJob(chat_id=ADMIN, message_id=1, by=ADMIN, order=order, filters="", tr=TR))
    (job,) = asyncio.all_tasks() - {asyncio.current_task()}
    await job


def _shown_last(session: YesSession) -> str:
    last = session.calls[-1]
    assert isinstance(last, EditMessageText)
    return str(last.text)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("masked", [False, True])
async def test_who_lost_the_right_while_the_file_was_made_does_not_get_it(
    clock: FakeClock, role: Role, *, masked: bool
) -> None:
    audit, session = FakeAudit(clock), YesSession()
    may = Right.EXPORT in RIGHTS[role] and (masked or Right.UNMASKED in RIGHTS[role])
    await _done(_jobs(audit, session, clock, RIGHTS[role]), masked=masked)
    files = [one for one in session.calls if isinstance(one, SendDocument)]
    assert (len(files), len(audit.entries)) == ((2, 1) if may else (0, 0))
    assert ("You may not do this." in _shown_last(session)) is not may


async def test_an_export_of_which_only_one_part_arrives_is_noted(clock: FakeClock) -> None:
    audit = FakeAudit(clock)
    session = SecondRefused(audit)
    await _done(_jobs(audit, session, clock, RIGHTS[Role.VIEWER]), masked=True)
    (entry,) = audit.entries
    assert session.noted_at_the_first == 1
    assert (entry.deed, entry.by, entry.about) == (Deed.EXPORT, ADMIN, "csv")
    assert _shown_last(session) == views.failed(TR).text
    assert entry.details == {"rows": 4, "masked": 1}
