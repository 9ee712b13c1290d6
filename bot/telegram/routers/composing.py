"""Writing announcements: versions, audience, time, preview, sending."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import Broadcast, Kind, State
from bot.domain.courier import Courier
from bot.domain.desk import Actor
from bot.domain.errors import MixedAlbum
from bot.domain.messages import MessageRef
from bot.domain.moments import read_moment
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from bot.telegram.announcer import TelegramAnnouncer
from bot.telegram.callbacks import Cast
from bot.telegram.copies import show_copies
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafting import COMPOSE, Drafting, toggled
from bot.telegram.filters import InState
from bot.telegram.reading import read_words
from bot.telegram.stage import Stage
from bot.telegram.views import composing as views

router = Router(name="composing")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


@router.callback_query(Cast.filter(F.act == "new"))
async def new(_: CallbackQuery, actor: Actor, announcements: Announcements, drafting: Drafting) -> None:
    """Begin an announcement."""
    await drafting.show(await announcements.draft(actor, cause=drafting.cause("draft")))


@router.callback_query(Cast.filter(F.act == "correct"))
async def correct(
    _: CallbackQuery, callback_data: Cast, actor: Actor, announcements: Announcements, drafting: Drafting
) -> None:
    """Begin a correction of the copies."""
    cause = drafting.cause("correct")
    await drafting.show(await announcements.correct(actor, callback_data.number, cause=cause))


@router.callback_query(Cast.filter(F.act == "write"))
async def write(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    """Ask for a version."""
    one = await announcements.find(actor, callback_data.number)
    language = Language(callback_data.arg)
    await dialogue.move(COMPOSE, {"number": one.number, "step": "write", "language": language.value})
    await stage.show(views.prompt(tr, one, language))


@router.callback_query(Cast.filter(F.act == "unwrite"))
async def unwrite(
    _: CallbackQuery, callback_data: Cast, actor: Actor, announcements: Announcements, drafting: Drafting
) -> None:
    """Take a version away."""
    await drafting.show(await announcements.unwrite(actor, callback_data.number, Language(callback_data.arg)))


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
    await dialogue.move(COMPOSE, {"number": one.number, "step": "when"})
    await stage.show(views.when(tr, one, drafting.frame))


@router.message(InState(COMPOSE), ~F.text.startswith("/"))
async def heard(
    message: Message,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    """A version of the announcement, a further part of its album, or its time."""
    if dialogue.data.get("step") == "when":
        await _start_written(message.text or "", actor, announcements, drafting, dialogue, tr, stage)
        return
    words = read_words(message)
    number, language = int(dialogue.data["number"]), Language(dialogue.data["language"])
    is_part = bool(words.album) and dialogue.data.get("album") == words.album
    try:
        one = await announcements.write(actor, number, language, await drafting.hear(words))
    except MixedAlbum:
        await announcements.unwrite(actor, number, language)
        raise
    if is_part:
        await stage.redraw(int(dialogue.data["shown"]), await drafting.screen(one))
        return
    shown = await drafting.say(one)
    kept = {"number": number, "step": "write", "language": language.value}
    await dialogue.move(COMPOSE, {**kept, "album": words.album, "shown": shown} if words.album else kept)


async def _start_written(
    text: str,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    number = int(dialogue.data["number"])
    frame = drafting.frame
    try:
        starts_at = read_moment(text, frame.zone, frame.now)
    except ValueError:
        await stage.say(views.not_a_time(tr, await announcements.find(actor, number), frame))
        return
    one = await announcements.schedule(actor, number, starts_at)
    await dialogue.leave(COMPOSE)
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
    await stage.show(views.audience(tr, one, counts, drafting.frame))


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
    await stage.show(views.choices(tr, one, which, counts, drafting.frame))


@router.callback_query(Cast.filter(F.act.in_({"preview", "test"})))
async def preview(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    person: Person,
    bot: Bot,
    carrier: TelegramAnnouncer,
    announcements: Announcements,
    drafting: Drafting,
    stage: Stage,
) -> None:
    """Each version as it will look, or the copy that the admin would get."""
    one = await announcements.find(actor, callback_data.number)
    await stage.toast()
    written = [language for language in Language if language in one.versions]
    languages = written if callback_data.act == "preview" else [person.speaks]
    await show_copies(bot, carrier, one, languages, stage.chat_id)
    await drafting.say(one)


@router.callback_query(Cast.filter(F.act.in_({"send", "sure"})))
async def send(
    tap: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    courier: Courier,
    tr: Translator,
    stage: Stage,
) -> None:
    """Let it go; when readers would get another language than theirs, ask first."""
    one = await announcements.find(actor, callback_data.number)
    if callback_data.act == "send" and one.state is State.DRAFT and await _lacks(one, announcements):
        counts = await announcements.count(one.audience)
        await stage.show(views.missing(tr, one, counts))
        return
    message_id = tap.message.message_id if tap.message else 0
    board = MessageRef(chat_id=stage.chat_id, message_id=message_id)
    launched = await announcements.launch(actor, one.number, board=board)
    courier.wake()
    await dialogue.leave(COMPOSE)
    await stage.show(drafting.board(launched))


async def _lacks(one: Broadcast, announcements: Announcements) -> bool:
    """Whether readers of a language without a version would get another one."""
    if one.kind is not Kind.SEND or not one.versions:
        return False
    counts = await announcements.count(one.audience)
    return any(many and language not in one.versions for language, many in counts.items())


@router.callback_query(Cast.filter(F.act == "drop"))
async def drop(
    _: CallbackQuery,
    callback_data: Cast,
    actor: Actor,
    announcements: Announcements,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    """Throw the draft away."""
    await announcements.discard(actor, callback_data.number)
    await dialogue.leave(COMPOSE)
    await stage.show(views.dropped(tr))
