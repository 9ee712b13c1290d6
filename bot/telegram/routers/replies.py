"""Replies from a sheet that staff send back: plan, confirm, send each once."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Document, Message

from bot.domain.audit import AuditLog, Deed
from bot.domain.courier import Courier
from bot.domain.desk import Actor, Desk
from bot.domain.inquiries import InquiryStore
from bot.domain.intake import Postponed
from bot.domain.people import require
from bot.domain.rights import Right
from bot.domain.roundtrip import (
    Fault,
    Row,
    SheetFault,
    SheetReader,
    SheetUnreadable,
    carry_out,
    make_plan,
)
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import SheetStep
from bot.telegram.dialogue import Dialogue
from bot.telegram.downloads import LARGEST, DownloadFailed, download
from bot.telegram.export_jobs import SHEETS
from bot.telegram.filters import InStaffChat, May
from bot.telegram.stage import Stage
from bot.telegram.views import replies as views

router = Router(name="replies")

SHEET = "sheet"
"""The state in which replies of a sheet wait for a yes; ``rows`` holds them."""
MOST_ROWS = 3000
MOST_LETTERS = 2_000_000
"""Filled rows, and characters in them, that are kept until the yes."""
_AT_ONCE = 20.0
"""Seconds of sending after which it is put off, so that one update is never handled for too long."""
_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")


class IsSheet(Filter):
    """A spreadsheet, sent while nothing else is being asked."""

    async def __call__(self, message: Message, dialogue: Dialogue) -> bool:
        """Whether it is one."""
        name = (message.document.file_name or "").casefold() if message.document else ""
        return name.endswith(_ENDINGS) and (
            dialogue.state in ("", SHEET) or bool(dialogue.data.get("paused"))
        )


@router.message(Command("replies"), F.chat.type == "private", May(Right.ANSWER))
async def replies(_: Message, tr: Translator, stage: Stage) -> None:
    """How it is done."""
    await stage.say(views.how_to(tr))


@router.message(Command("replies"), InStaffChat())
async def replies_in_group(message: Message, tr: Translator, stage: Stage) -> None:
    """The file holds personal data: not in a group."""
    await stage.say(views.only_private(tr), reply_to=message.message_id)


@router.message(F.document, F.chat.type == "private", May(Right.ANSWER), IsSheet())
async def sheet(
    message: Message,
    bot: Bot,
    inquiries: InquiryStore,
    sheets: SheetReader,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Read the file and show what would be sent."""
    try:
        rows = await _read(bot, message.document, sheets)
    except SheetUnreadable as error:
        await stage.say(views.unreadable(tr, error.fault))
        return
    except DownloadFailed:
        await stage.say(views.not_fetched(tr))
        return
    plan = await make_plan(rows, inquiries)
    if plan.send:
        await dialogue.move(SHEET, {"rows": [asdict(row) for row in rows]})
    await stage.say(views.plan(tr, plan))


async def _read(bot: Bot, document: Document | None, sheets: SheetReader) -> Sequence[Row]:
    assert document is not None  # noqa: S101 - the filter's promise
    if (document.file_size or 0) > LARGEST:
        raise SheetUnreadable(SheetFault.TOO_LARGE)
    with tempfile.TemporaryDirectory(prefix=SHEETS) as folder:
        path = Path(folder) / "sheet"
        await download(bot, document.file_id, path)
        rows = await sheets.read(path)
    if len(rows) > MOST_ROWS or sum(len(row.reply) for row in rows) > MOST_LETTERS:
        raise SheetUnreadable(SheetFault.TOO_LARGE)
    return rows


@router.callback_query(SheetStep.filter(F.act == "send"), F.message.chat.type == "private")
async def send(
    _: CallbackQuery,
    actor: Actor,
    inquiries: InquiryStore,
    desk: Desk,
    courier: Courier,
    audit: AuditLog,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Send the replies; what was sent before, by this file or an interrupted attempt, is not sent again."""
    require(actor.role, Right.ANSWER)
    if dialogue.replayed:
        return
    if dialogue.state != SHEET:
        await stage.show(views.how_to(tr))
        return
    plan = await make_plan([_row(values) for values in dialogue.data["rows"]], inquiries)
    await stage.show(views.under_way(tr))
    try:
        async with asyncio.timeout(_AT_ONCE):
            outcome = await carry_out(plan, desk, actor)
    except TimeoutError:
        courier.wake()
        raise Postponed(timedelta(0), "more replies to send") from None
    courier.wake()
    number = len(plan.sent) + outcome.sent
    details = {"sent": number, "stale": len(plan.stale), "unknown": len(plan.unreadable)}
    await audit.note(Deed.REPLIES, by=actor.person_id, details=details, cause=dialogue.cause("replies"))
    await stage.show(views.sent(tr, number, outcome.gone))
    await dialogue.move()


@router.callback_query(SheetStep.filter(F.act == "drop"), F.message.chat.type == "private")
async def drop(_: CallbackQuery, tr: Translator, stage: Stage, dialogue: Dialogue) -> None:
    """Throw the replies away."""
    if dialogue.state == SHEET:
        await dialogue.move()
    await stage.show(views.dropped(tr))


def _row(values: dict[str, Any]) -> Row:
    return Row(**{**values, "fault": Fault(values["fault"]) if values["fault"] else None})
