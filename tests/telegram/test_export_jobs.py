"""Who took the log away is noted before Telegram gets the first file of it."""

import asyncio
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageText, SendDocument, TelegramMethod

from bot.domain.audit import Deed
from bot.domain.exports import Export, ExportedFile, ExportOrder, Format, Progress
from bot.domain.inquiries import InquiryFilter
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


async def test_an_export_of_which_only_one_part_arrives_is_noted(clock: FakeClock) -> None:
    audit = FakeAudit(clock)
    session = SecondRefused(audit)
    bot = Bot("42:" + "a" * 35, session=session)
    jobs = ExportJobs(bot=bot, maker=Maker(), audit=audit, clock=clock)
    order = ExportOrder(format=Format.CSV, wanted=InquiryFilter(), masked=True)
    jobs.start(ExportJob(chat_id=ADMIN, message_id=1, by=ADMIN, order=order, filters="", tr=TR))
    (job,) = asyncio.all_tasks() - {asyncio.current_task()}
    await job
    (entry,) = audit.entries
    assert session.noted_at_the_first == 1
    assert (entry.deed, entry.by, entry.about) == (Deed.EXPORT, ADMIN, "csv")
    last = session.calls[-1]
    assert isinstance(last, EditMessageText)
    assert last.text == views.failed(TR).text
    assert entry.details == {"rows": 4, "masked": 1}
