"""Exports: format, period, section; then the file is made and sent."""

from datetime import datetime, timedelta, tzinfo

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.desk import Actor
from bot.domain.exports import ExportOrder, Format
from bot.domain.inquiries import InquiryFilter
from bot.domain.people import require
from bot.domain.rights import RIGHTS, Right
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Take
from bot.telegram.export_jobs import ExportJob, ExportJobs
from bot.telegram.filters import InStaffChat, May
from bot.telegram.stage import Stage
from bot.telegram.views import exports as views

router = Router(name="exports")


@router.message(Command("export"), F.chat.type == "private", May(Right.EXPORT))
async def export(_: Message, tr: Translator, stage: Stage) -> None:
    """Ask which kind of file."""
    await stage.say(views.formats(tr))


@router.message(Command("export"), InStaffChat())
async def export_in_group(message: Message, tr: Translator, stage: Stage) -> None:
    """Personal data stays out of groups."""
    await stage.say(views.only_private(tr), reply_to=message.message_id)


@router.callback_query(Take.filter(), F.message.chat.type == "private")
async def step(
    _: CallbackQuery,
    callback_data: Take,
    actor: Actor,
    content: Content,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    exports: ExportJobs,
    export_part_bytes: int,
) -> None:
    """The next question, or the file."""
    require(actor.role, Right.EXPORT)
    days, section = callback_data.days, callback_data.section
    if callback_data.format not in set(Format):
        await stage.show(views.formats(tr))
        return
    wanted = Format(callback_data.format)
    if days not in views.PERIODS:
        await stage.show(views.periods(tr, wanted))
        return
    if section not in {*Section, views.EVERYTHING}:
        await stage.show(views.sections(tr, content, wanted, days))
        return
    moment = browser.moment
    order = ExportOrder(
        format=wanted,
        wanted=_filter(days, section, moment.now, moment.zone),
        language=tr.language,
        masked=Right.UNMASKED not in RIGHTS[actor.role],
        part_bytes=export_part_bytes,
    )
    message_id = await stage.show(views.under_way(tr, 0, None))
    exports.start(
        ExportJob(
            chat_id=stage.chat_id,
            message_id=message_id,
            by=actor.person_id,
            order=order,
            filters=views.chosen(tr, content, days, section),
            tr=tr,
        )
    )


def _filter(days: int, section: str, now: datetime, zone: tzinfo) -> InquiryFilter:
    """From the beginning of the first day, in the House's time."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return InquiryFilter(
        since=today - timedelta(days=days - 1) if days else None,
        section=None if section == views.EVERYTHING else section,
    )
