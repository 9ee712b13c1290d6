"""Announcements: the list, the board of one, and the steps that steer it."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import BroadcastStore, State
from bot.domain.desk import Actor
from bot.domain.messages import MessageRef
from bot.domain.people import require
from bot.domain.recipients import Result
from bot.domain.rights import Right
from bot.i18n.catalogues import Translator
from bot.telegram.boards import Boards
from bot.telegram.callbacks import Cast, number_of
from bot.telegram.drafting import Drafting
from bot.telegram.filters import May
from bot.telegram.stage import Stage
from bot.telegram.views import broadcasts as views

router = Router(name="broadcasts")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


@router.message(Command("broadcast"), May(Right.ANNOUNCE))
async def listing(_: Message, broadcasts: BroadcastStore, tr: Translator, stage: Stage) -> None:
    """The newest announcements."""
    await stage.say(views.listing(tr, await broadcasts.recent(limit=views.LISTED + 1)))


@router.callback_query(Cast.filter(F.act == "list"))
async def back_to_list(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    broadcasts: BroadcastStore,
    tr: Translator,
    stage: Stage,
) -> None:
    """A page of them in place: those before a number, or the newest."""
    require(actor.role, Right.ANNOUNCE)
    before = callback_data.number
    page = await broadcasts.recent(limit=views.LISTED + 1, before=before)
    await stage.show(views.listing(tr, page, first=not before))


@router.callback_query(Cast.filter(F.act == "open"))
async def look(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    broadcasts: BroadcastStore,
    drafting: Drafting,
    stage: Stage,
) -> None:
    """A draft goes on being written; anything else shows its progress here from now on."""
    require(actor.role, Right.ANNOUNCE)
    one = await broadcasts.get(callback_data.number)
    if one.state is State.DRAFT:
        await drafting.show(one)
        return
    await drafting.follow(one, await stage.show(drafting.board(one)))


@router.callback_query(Cast.filter(F.act.in_({"pause", "resume", "cancel", "approve"})))
async def steer(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    stage: Stage,
) -> None:
    """Pause, go on, cancel, approve."""
    steps = {
        "pause": announcements.pause,
        "resume": announcements.resume,
        "cancel": announcements.cancel,
        "approve": announcements.approve,
    }
    one = await steps[callback_data.act](actor, callback_data.number)
    await stage.show(drafting.board(one))


@router.callback_query(Cast.filter(F.act.in_({"doubts", "again"})))
async def doubts(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    broadcasts: BroadcastStore,
    tr: Translator,
    stage: Stage,
) -> None:
    """Whom it may or may not have reached; send it again to one or to all of them."""
    require(actor.role, Right.ANNOUNCE)
    number, arg = callback_data.number, callback_data.arg
    if callback_data.act == "again" and (arg == "all" or number_of(arg)):
        many = await announcements.resend(actor, number, None if arg == "all" else number_of(arg))
        await stage.toast(tr.plain_plural("Again to {n} person", "Again to {n} people", many))
    one = await broadcasts.get(number)
    lines = await broadcasts.lines(number, limit=views.DOUBTS, only=Result.IN_DOUBT)
    await stage.show(views.doubts(tr, one, lines))


@router.callback_query(Cast.filter(F.act == "report"))
async def report(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    broadcasts: BroadcastStore,
    boards: Boards,
    tr: Translator,
    stage: Stage,
) -> None:
    """The report as words and as a file."""
    require(actor.role, Right.ANNOUNCE)
    one = await broadcasts.get(callback_data.number)
    await stage.toast()
    await boards.report(one, stage.chat_id, tr)


@router.callback_query(Cast.filter(F.act == "takeback"))
async def ask_to_take_back(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    broadcasts: BroadcastStore,
    tr: Translator,
    stage: Stage,
) -> None:
    """Ask before copies are deleted."""
    require(actor.role, Right.ANNOUNCE)
    await stage.show(views.take_back(tr, await broadcasts.get(callback_data.number)))


@router.callback_query(Cast.filter(F.act == "delete"))
async def take_back(
    tap: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    stage: Stage,
) -> None:
    """Delete the copies, as a job of its own."""
    message_id = tap.message.message_id if tap.message else 0
    board = MessageRef(chat_id=stage.chat_id, message_id=message_id)
    cause = drafting.cause("delete")
    job = await announcements.take_back(actor, callback_data.number, cause=cause, board=board)
    await stage.show(drafting.board(job))
