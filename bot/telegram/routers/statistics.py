"""Statistics: a picture at once, buttons for the others."""

from dataclasses import replace

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.people import require
from bot.domain.reports import PERIODS, NotDrawn, PictureKind, Pictures
from bot.domain.rights import Right, Role
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Stat
from bot.telegram.filters import InHouse, May
from bot.telegram.stage import Stage
from bot.telegram.views.statistics import under_picture

router = Router(name="statistics")
router.message.filter(InHouse())
router.callback_query.filter(InHouse())

_FIRST_DAYS = 30


@router.message(Command("stats"), May(Right.SEE))
async def stats(
    _: Message, pictures: Pictures, tr: Translator, stage: Stage, *, in_staff_chat: bool = False
) -> None:
    """The inquiries of the last 30 days."""
    await _show(pictures, tr, stage, PictureKind.INQUIRIES, _FIRST_DAYS, in_staff_chat=in_staff_chat)


@router.callback_query(Stat.filter())
async def other_picture(
    _: CallbackQuery,
    callback_data: Stat,
    pictures: Pictures,
    role: Role,
    tr: Translator,
    stage: Stage,
    *,
    in_staff_chat: bool = False,
) -> None:
    """Another picture or period, in place."""
    require(role, Right.SEE)
    known = callback_data.kind in set(PictureKind)
    kind = PictureKind(callback_data.kind) if known else PictureKind.INQUIRIES
    days = callback_data.days if callback_data.days in PERIODS else _FIRST_DAYS
    await _show(pictures, tr, stage, kind, days, in_staff_chat=in_staff_chat)


async def _show(
    pictures: Pictures, tr: Translator, stage: Stage, kind: PictureKind, days: int, *, in_staff_chat: bool
) -> None:
    under = under_picture(tr, kind, days, in_staff_chat=in_staff_chat)
    try:
        picture = await pictures.draw(kind, days, tr.language)
    except NotDrawn as fault:
        await stage.show(replace(under, text=fault.words))
    else:
        await stage.picture(picture.png, replace(under, text=picture.caption))
