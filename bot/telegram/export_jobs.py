"""Export jobs: made in the background, one after the other; progress is an edited message."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import FSInputFile

from bot.domain.audit import AuditLog, Deed
from bot.domain.clock import Clock
from bot.domain.errors import NotAllowed
from bot.domain.exports import Export, ExportedFile, ExportFailed, ExportMaker, ExportOrder
from bot.domain.rights import Right
from bot.domain.waiting import rested
from bot.i18n.catalogues import Translator
from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import Screen
from bot.telegram.views import exports as views
from bot.telegram.views.messages import refused

_LOG = structlog.get_logger("exports")
_PREFIX = "kazakhstan-house-export-"
SHEETS = "kazakhstan-house-sheet-"
"""How the folders begin in which sheets are read that staff send back."""
REPORTS = "kazakhstan-house-report-"
"""How the folders begin in which it is written who got an announcement."""
_LEFT_OVER = 1800.0
"""Seconds after which a folder that a killed bot left behind is deleted."""
_EDIT_EVERY = 2.0
_SEND_LIMIT = 600
"""Seconds for one upload."""
_TRIES = 5
_WORTH_REPEATING = (Fault.BUSY, Fault.NOT_SENT, Fault.UNKNOWN)
LARGEST = 50 * 1000 * 1000
"""Bytes that Telegram takes (Bot API: sendDocument)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportJob:
    """An export that somebody waits for."""

    chat_id: int
    message_id: int
    """The message that shows how far it is."""
    by: int
    """Who asked."""
    order: ExportOrder
    filters: str
    """What was chosen, in the reader's words."""
    tr: Translator


class ExportJobs:
    """Makes exports and sends them; nothing of them stays on the disk."""

    def __init__(
        self,
        *,
        bot: Bot,
        maker: ExportMaker,
        audit: AuditLog,
        clock: Clock,
        rights_of: Callable[[int], Awaitable[frozenset[Right]]],
    ) -> None:
        """``rights_of``: what a person may do at this moment: making a file takes a while."""
        self._bot = bot
        self._rights_of = rights_of
        self._maker = maker
        self._audit = audit
        self._clock = clock
        self._turn = asyncio.Semaphore(1)
        self._tasks: dict[tuple[int, int], asyncio.Task[None]] = {}

    def start(self, job: ExportJob) -> None:
        """Begin, unless this message already shows an export that is under way."""
        place = (job.chat_id, job.message_id)
        if place not in self._tasks:
            self._tasks[place] = asyncio.create_task(self._run(job))
            self._tasks[place].add_done_callback(lambda _: self._tasks.pop(place, None))

    async def run(self, stop: asyncio.Event) -> None:
        """Tidy up until ``stop``; what is under way then is given up, and the reader is told."""
        await asyncio.to_thread(_tidy)
        while not await rested(stop, _LEFT_OVER):
            await asyncio.to_thread(_tidy)
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, job: ExportJob) -> None:
        waiting = _Waiting(self._bot, job)
        async with self._turn:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=_PREFIX))
            try:
                await self._make(job, waiting, folder)
            except asyncio.CancelledError:
                await waiting.show(views.interrupted(job.tr))
                raise
            except NotAllowed as refusal:
                await waiting.show(refused(job.tr, refusal))
            except ExportFailed as fault:
                _LOG.error("export failed", why=str(fault))
                await waiting.show(views.failed(job.tr))
            except AiogramError as error:
                _LOG.warning("export not sent", reason=diagnose(error).reason)
                await waiting.show(views.failed(job.tr))
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _make(self, job: ExportJob, waiting: "_Waiting", folder: Path) -> None:
        moment = self._clock.now().strftime("%Y-%m-%d-%H%M")
        output = folder / f"inquiries-{moment}.{job.order.format.value}"
        made = await self._maker.make(job.order, output, waiting.tell)
        await waiting.settle()
        if any(file.size > LARGEST for file in made.files):
            await waiting.show(views.too_large(job.tr))
            return
        await self._must_may(job)
        # First, so that no kill, and no file that fails after others arrived, keeps it from being noted.
        details = {"rows": made.rows, "masked": int(job.order.masked)}
        await self._audit.note(Deed.EXPORT, by=job.by, about=job.order.format.value, details=details)
        for number, file in enumerate(made.files, 1):
            if len(made.files) > 1:
                await waiting.show(views.sending(job.tr, number, len(made.files)))
                await self._must_may(job)
            await waiting.receive(file, made)
        await waiting.show(views.done(job.tr, made))

    async def _must_may(self, job: ExportJob) -> None:
        """Raise ``NotAllowed`` when whoever asked has lost the right meanwhile."""
        needed = {Right.EXPORT} if job.order.masked else {Right.EXPORT, Right.UNMASKED}
        for right in needed - await self._rights_of(job.by):
            raise NotAllowed(right)


class _Waiting:
    """Whoever waits for an export: is told how far it is, and receives the files."""

    def __init__(self, bot: Bot, job: ExportJob) -> None:
        self._bot = bot
        self._job = job
        self._next = time.monotonic() + _EDIT_EVERY
        self._telling: asyncio.Task[None] | None = None

    def tell(self, done: int, total: int) -> None:
        """So many of so many are written; shown every few seconds."""
        if time.monotonic() < self._next or (self._telling and not self._telling.done()):
            return
        self._next = time.monotonic() + _EDIT_EVERY
        self._telling = asyncio.create_task(self.show(views.under_way(self._job.tr, done, total)))

    async def settle(self) -> None:
        """No progress is shown after this."""
        if self._telling:
            await self._telling

    async def show(self, screen: Screen) -> None:
        """Edit the message; that it cannot be edited (any more) is no reason to stop."""
        with suppress(AiogramError):
            await self._bot.edit_message_text(
                screen.text,
                chat_id=self._job.chat_id,
                message_id=self._job.message_id,
                reply_markup=screen.keyboard(),
            )

    async def receive(self, file: ExportedFile, made: Export) -> None:
        """Send a file, again when Telegram is busy or was not reached."""
        for left in reversed(range(_TRIES)):
            try:
                await self._send(file, made)
            except AiogramError as error:
                diagnosis = diagnose(error)
                if not left or diagnosis.fault not in _WORTH_REPEATING:
                    raise
                await asyncio.sleep(max(1.0, diagnosis.wait.total_seconds()))
            else:
                return

    async def _send(self, file: ExportedFile, made: Export) -> None:
        under = views.caption(self._job.tr, file, made, self._job.filters)
        await self._bot.send_document(
            self._job.chat_id,
            FSInputFile(file.path),
            caption=under.text,
            reply_markup=under.keyboard(),
            disable_content_type_detection=True,
            request_timeout=_SEND_LIMIT,
        )


def _tidy() -> None:
    """Delete what a bot that was killed has left behind."""
    left = [
        one for prefix in (_PREFIX, SHEETS, REPORTS) for one in Path(tempfile.gettempdir()).glob(f"{prefix}*")
    ]
    for folder in left:
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _LEFT_OVER:
                shutil.rmtree(folder, ignore_errors=True)
