"""Boards: the message that shows an announcement's progress, edited now and then; the report at its end."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BufferedInputFile, CallbackQuery, FSInputFile, TelegramObject

from bot.domain.announcing_report import ReportPictures, announcement_report, report_rows
from bot.domain.broadcasts import Broadcast, BroadcastStore
from bot.domain.clock import Clock
from bot.domain.errors import Changed
from bot.domain.library import Library
from bot.domain.messages import MessageRef
from bot.domain.newest import Newest
from bot.domain.people import PeopleStore
from bot.domain.quiet import QuietHours
from bot.domain.reports import NotDrawn
from bot.domain.rights import RIGHTS, Right, Role
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.telegram.callbacks import Cast
from bot.telegram.export_jobs import REPORTS
from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import Screen
from bot.telegram.views import announcement_reports as reports
from bot.telegram.views import broadcasts as views
from bot.telegram.views.announcing import Frame

EVERY = timedelta(seconds=3)
_LOOK = 1.0
_LARGEST = 40_000_000
"""Bytes of one file of a report; Telegram takes 50 MB."""
_LATER = {Fault.BUSY, Fault.NOT_SENT, Fault.UNKNOWN, Fault.STRANGER, Fault.CONFLICT}
"""Faults of the way to Telegram: the report is sent at the next look."""
_KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardParts:
    """What boards need."""

    bot: Bot
    broadcasts: BroadcastStore
    people: PeopleStore
    library: Library
    catalogues: Catalogues
    clock: Clock
    zone: ZoneInfo
    quiet: QuietHours
    pictures: ReportPictures
    may_announce: Callable[[int], Awaitable[bool]]
    """Whether this person has the right at this moment: boards and reports name recipients."""
    fault: Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a board showed last, and when how many were settled."""

    screen: Screen
    at: float
    settled: int


class Boards:
    """Draws boards and sends reports."""

    def __init__(self, parts: BoardParts) -> None:
        self._parts = parts
        self._drawn: Newest[int, _Drawn] = Newest(_KEPT)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the boards up to date until ``stop`` is set."""
        while not stop.is_set():
            try:
                due = await self._parts.broadcasts.boards(every=EVERY, now=self._parts.clock.now())
            except Exception as fault:  # noqa: BLE001 - the edge: the store is in trouble
                self._parts.fault(fault)
                due = ()
            for one in due:
                try:
                    await self._draw(one)
                except Exception as fault:  # noqa: BLE001 - the edge: one bad board must not stop the others
                    self._parts.fault(fault)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK)

    async def report(self, broadcast: Broadcast, chat_id: int, tr: Translator) -> None:
        """Send the report: words, a picture, and a row for each recipient as CSV."""
        parts = self._parts
        numbers = await announcement_report(parts.broadcasts, broadcast)
        words = reports.words(tr, numbers, self.frame())
        await parts.bot.send_message(chat_id, words.text, reply_markup=words.keyboard())
        with suppress(NotDrawn):  # the words say the same
            png = await parts.pictures.announcement(numbers, tr.language)
            file, below = BufferedInputFile(png, "report.png"), reports.picture_caption(tr, broadcast)
            await parts.bot.send_photo(chat_id, file, caption=below.text, reply_markup=below.keyboard())
        under = reports.file_caption(tr, broadcast)
        with tempfile.TemporaryDirectory(prefix=REPORTS) as folder:
            async for path in _written(parts.broadcasts, broadcast, parts.zone, Path(folder)):
                await parts.bot.send_document(
                    chat_id, FSInputFile(path), caption=under.text, reply_markup=under.keyboard()
                )

    def frame(self) -> Frame:
        """The present."""
        parts = self._parts
        return Frame(content=parts.library.content, zone=parts.zone, now=parts.clock.now(), quiet=parts.quiet)

    async def _draw(self, one: Broadcast) -> None:
        assert one.board is not None  # noqa: S101 - only those are given
        if not await self._parts.may_announce(one.board.chat_id):
            # Who lost the right sees no more of it; another admin may open it.
            with suppress(Changed):
                await self._parts.broadcasts.save(replace(one, board=None))
            return
        person = await self._parts.people.get(one.board.chat_id)
        tr = self._parts.catalogues[person.speaks if person else Language.EN]
        reader = one.board.chat_id
        screen = views.board(tr, one, self.frame(), reader=reader, rate=self._rate(one))
        if one.board.message_id and self._is_new(one, screen):
            await self._edit(one, screen)
        if one.is_over:
            await self._finish(one, tr)

    def _rate(self, one: Broadcast) -> float:
        """Recipients a second since the last look."""
        before = self._drawn.get(one.number)
        elapsed = asyncio.get_running_loop().time() - before.at if before else 0.0
        if before is None or elapsed <= 0:
            return 0.0
        return (one.counts.settled - before.settled) / elapsed

    def _is_new(self, one: Broadcast, screen: Screen) -> bool:
        before = self._drawn.get(one.number)
        now = asyncio.get_running_loop().time()
        self._drawn[one.number] = _Drawn(screen, now, one.counts.settled)
        return before is None or before.screen != screen

    async def _edit(self, one: Broadcast, screen: Screen) -> None:
        assert one.board is not None  # noqa: S101 - only those are given
        try:
            await self._parts.bot.edit_message_text(
                screen.text,
                chat_id=one.board.chat_id,
                message_id=one.board.message_id,
                reply_markup=screen.keyboard(),
            )
        except AiogramError as error:
            # A board that is gone is not missed; else the next look draws it again.
            if diagnose(error).fault in _LATER:
                self._drawn.pop(one.number, None)

    async def _finish(self, one: Broadcast, tr: Translator) -> None:
        assert one.board is not None  # noqa: S101 - only those are given
        try:
            await self.report(one, one.board.chat_id, tr)
        except AiogramError as error:
            if diagnose(error).fault in _LATER:
                return
        with suppress(Changed):  # somebody changed it meanwhile: the report is sent again
            await self._parts.broadcasts.save(replace(one, reported=True))
        self._drawn.pop(one.number, None)


class LeavingBoards(BaseMiddleware):
    """When an admin goes elsewhere in the message of a board, the board is not drawn there any more."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Look whether the tap leaves a board; only admins have one."""
        assert isinstance(event, CallbackQuery)  # noqa: S101 - registered on taps only
        role: Role = data["role"]
        if event.message and Right.ANNOUNCE in RIGHTS[role] and not _stays(event.data or ""):
            board = MessageRef(chat_id=event.message.chat.id, message_id=event.message.message_id)
            await _leave(data["broadcasts"], board)
        return await handler(event, data)


_STEPS = ("open", "pause", "resume", "cancel", "approve", "report")
_STAYING = tuple(f"{Cast.__prefix__}:{step}:" for step in _STEPS)
"""Taps after which the message is the board still."""


def _stays(data: str) -> bool:
    return data.startswith(_STAYING)


async def _leave(broadcasts: BroadcastStore, board: MessageRef) -> None:
    while (number := await broadcasts.board_at(board)) is not None:
        with suppress(Changed):
            one = await broadcasts.get(number)
            await broadcasts.save(replace(one, board=replace(board, message_id=0)))


async def _written(
    store: BroadcastStore, broadcast: Broadcast, zone: ZoneInfo, folder: Path
) -> AsyncIterator[Path]:
    """The report as one file, or as several when it is large."""
    number, size = 1, 0
    path = folder / f"announcement-{broadcast.number}.csv"
    rows = report_rows(store, broadcast, zone)
    header = await anext(rows)
    path.write_text(header, "utf-8-sig")
    async for text in rows:
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)
        size += len(text)
        if size > _LARGEST:
            yield path
            path.unlink()
            number, size = number + 1, 0
            path = folder / f"announcement-{broadcast.number}-{number}.csv"
            path.write_text(header, "utf-8-sig")
    yield path
