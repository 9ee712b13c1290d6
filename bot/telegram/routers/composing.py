"""Writing announcements: versions, preview, sending."""

from datetime import timedelta

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import Broadcast, Kind, State
from bot.domain.courier import Courier
from bot.domain.desk import Actor
from bot.domain.errors import MixedAlbum
from bot.domain.messages import MessageRef
from bot.domain.people import Person
from bot.domain.rights import Right
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from bot.telegram.announcer import TelegramAnnouncer
from bot.telegram.callbacks import Cast
from bot.telegram.copies import show_copies
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafting import COMPOSE, START, WRITE, WRITTEN, Drafting
from bot.telegram.filters import InState, May, MovedWithin, Readable
from bot.telegram.reading import read_words
from bot.telegram.stage import Stage
from bot.telegram.views import composing as views

router = Router(name="composing")
router.message.filter(F.chat.type == "private")
router.edited_message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")

_LATELY = timedelta(minutes=15)
"""A text that comes so soon after a version is meant for the announcement, too."""


class Awaited(Filter):
    """The message is the version that was asked for, or a further part of its album."""

    async def __call__(self, message: Message, dialogue: Dialogue) -> bool:
        """Whether it is."""
        album = message.media_group_id
        is_part = album is not None and dialogue.data.get("album") == album
        return dialogue.data.get("step") == WRITE or is_part


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
    language = _language(callback_data)
    await dialogue.move(COMPOSE, {"number": one.number, "step": WRITE, "language": language.value})
    await stage.show(views.prompt(tr, one, language))


@router.callback_query(Cast.filter(F.act == "unwrite"))
async def unwrite(
    _: CallbackQuery, callback_data: Cast, actor: Actor, announcements: Announcements, drafting: Drafting
) -> None:
    """Take a version away."""
    await drafting.show(await announcements.unwrite(actor, callback_data.number, _language(callback_data)))


def _language(tapped: Cast) -> Language:
    return Language(tapped.arg) if tapped.arg in set(Language) else Language.EN


@router.message(InState(COMPOSE), Awaited(), Readable(), May(Right.ANNOUNCE))
async def heard(
    message: Message,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    stage: Stage,
) -> None:
    """A version of the announcement, or a further part of its album."""
    words = read_words(message)
    if words.album and words.album == dialogue.data.get("refused"):
        return  # the first part that did not fit has been answered
    number, language = int(dialogue.data["number"]), Language(dialogue.data["language"])
    kept = {"number": number, "language": language.value}
    try:
        one = await announcements.write(actor, number, language, await drafting.hear(words))
    except MixedAlbum:
        await announcements.unwrite(actor, number, language)
        await dialogue.move(COMPOSE, {**kept, "step": WRITE, "refused": words.album})
        raise
    if drafting.is_part(words):
        await stage.redraw(int(dialogue.data["shown"]), await drafting.screen(one))
        return
    shown = await drafting.say(one)
    source = {"source": message.message_id, "shown": shown, "album": words.album}
    await dialogue.move(COMPOSE, {**kept, "step": WRITTEN, **source})


@router.edited_message(InState(COMPOSE), Readable(), May(Right.ANNOUNCE))
async def changed(
    message: Message,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    stage: Stage,
) -> None:
    """The message that made the version was edited: so is the version, while it is a draft."""
    words, data = read_words(message), dialogue.data
    if data.get("step") != WRITTEN or not (message.message_id == data["source"] or drafting.is_part(words)):
        raise SkipHandler
    number, language = int(data["number"]), Language(data["language"])
    one = await announcements.write(actor, number, language, await drafting.hear_again(words))
    await stage.redraw(int(data["shown"]), await drafting.screen(one))


@router.message(InState(COMPOSE), MovedWithin(_LATELY), Readable(), May(Right.ANNOUNCE))
async def astray(
    message: Message,
    actor: Actor,
    announcements: Announcements,
    drafting: Drafting,
    dialogue: Dialogue,
    tr: Translator,
    stage: Stage,
) -> None:
    """A text for which no language was tapped: it replaces nothing."""
    one = await announcements.find(actor, int(dialogue.data["number"]))
    if dialogue.data.get("step") != WRITTEN or one.state is not State.DRAFT:
        raise SkipHandler
    screen = await drafting.screen(one)
    is_known = message.message_id == dialogue.data["source"]  # handled again after a crash
    await stage.say(screen if is_known else screen.with_note(views.astray(tr)))


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
    await drafting.again(one)


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
    await dialogue.leave(COMPOSE, START)
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
    await dialogue.leave(COMPOSE, START)
    await stage.show(views.dropped(tr))
