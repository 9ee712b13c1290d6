"""Whom an announcement shall reach, and when it starts."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.announcing import Announcements
from bot.domain.desk import Actor
from bot.domain.moments import read_moment
from bot.domain.rights import Right
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Cast
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafting import START, Drafting, toggled
from bot.telegram.filters import InState, May, Readable
from bot.telegram.stage import Stage
from bot.telegram.views import audiences
from bot.telegram.views import composing as views

router = Router(name="audiences")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


@router.callback_query(Cast.filter(F.act == "who"))
async def who(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    tr: Translator,
    stage: Stage,
) -> None:
    """By what the audience can be narrowed."""
    one = await announcements.find(actor, callback_data.number)
    counts = await announcements.count(one.audience)
    await stage.show(audiences.audience(tr, one, counts, drafting.frame))


@router.callback_query(Cast.filter(F.act.in_({"topics", "languages", "asked", "seen"})))
async def narrow(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    tr: Translator,
    stage: Stage,
) -> None:
    """Show one way to narrow the audience, or take or give back one choice."""
    which, value = callback_data.act, callback_data.arg
    one = await announcements.find(actor, callback_data.number)
    if value:
        one = await announcements.narrow(actor, one.number, toggled(one.audience, which, value))
    counts = await announcements.count(one.audience)
    await stage.show(audiences.choices(tr, one, which, counts, drafting.frame))


@router.callback_query(Cast.filter(F.act == "when"))
async def when(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    """Ask for the start."""
    one = await announcements.find(actor, callback_data.number)
    await dialogue.move(START, {"number": one.number})
    await stage.show(views.when(tr, one, drafting.frame))


@router.message(InState(START), Readable(), May(Right.ANNOUNCE))
async def start_written(
    message: Message,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    """Day and time of the start."""
    number, frame = int(dialogue.data["number"]), drafting.frame
    try:
        starts_at = read_moment(message.text or "", frame.zone, frame.now)
    except ValueError:
        await stage.say(views.not_a_time(tr, await announcements.find(actor, number), frame))
        return
    one = await announcements.schedule(actor, number, starts_at)
    await dialogue.leave(START)
    await drafting.say(one)


@router.callback_query(Cast.filter(F.act.in_({"now", "quiet"})))
async def times(
    _: CallbackQuery, callback_data: Cast, actor: Actor, announcements: Announcements, drafting: Drafting
) -> None:
    """Start at once; rest in the quiet hours or not."""
    number = callback_data.number
    if callback_data.act == "now":
        one = await announcements.schedule(actor, number, None)
    else:
        before = await announcements.find(actor, number)
        one = await announcements.keep_quiet(actor, number, quiet=not before.keeps_quiet)
    await drafting.show(one)
