"""Own inquiries: the list, one of them, add, withdraw, close, reopen, rate; messages of a thread."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.domain.codes import find_code, is_code
from bot.domain.courier import Courier
from bot.domain.desk import Desk
from bot.domain.errors import InquiryNotFound, NotYours
from bot.domain.inquiries import Author, InquiryFilter, InquiryStore
from bot.domain.messages import Words
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Mine, Open
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafts import LATE_ALBUM
from bot.telegram.filters import InState, InThread, MovedWithin, Readable
from bot.telegram.reading import read_words, ref_of, reworded
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import mine

router = Router(name="mine")
router.message.filter(F.chat.type == "private")

ADD = "add"
"""The state in which messages are added to an own inquiry."""
RATE = "rate"
"""The state in which the next message is the comment to a rating."""
COMMENT_LASTS = timedelta(minutes=30)
"""How long after a rating the next message is its comment."""


async def _list(
    inquiries: InquiryStore, person: Person, tr: Translator, browser: Browser, page: int
) -> Screen:
    found = await inquiries.list(
        InquiryFilter(person_id=person.id), limit=mine.PAGE + 1, offset=page * mine.PAGE
    )
    zone = browser.moment.zone
    return mine.listing(tr, found[: mine.PAGE], page=page, more=len(found) > mine.PAGE, zone=zone)


@router.message(Command("my"))
async def my(
    _: Message, inquiries: InquiryStore, person: Person, tr: Translator, stage: Stage, browser: Browser
) -> None:
    """The list as a new message."""
    await stage.say(await _list(inquiries, person, tr, browser, 0))


@router.callback_query(Open.filter(F.what == "my"))
async def my_page(
    _: CallbackQuery,
    callback_data: Open,
    inquiries: InquiryStore,
    person: Person,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """A page of the list in place."""
    await dialogue.leave(ADD, RATE)
    page = int(callback_data.arg) if callback_data.arg.isdigit() else 0
    await stage.show(await _list(inquiries, person, tr, browser, min(page, 10_000)))


@router.callback_query(Mine.filter(F.act == "view"))
async def view(
    _: CallbackQuery,
    callback_data: Mine,
    content: Content,
    person: Person,
    desk: Desk,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """One inquiry."""
    await dialogue.leave(ADD, RATE)
    thread = await desk.own(person, callback_data.code)
    await stage.show(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.callback_query(Mine.filter(F.act == "add"))
async def add(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    desk: Desk,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Ask for what is to be added."""
    await desk.own(person, callback_data.code)
    await dialogue.move(ADD, {"code": callback_data.code}, thread=callback_data.code)
    await stage.say(mine.add_prompt(tr, callback_data.code))


@router.callback_query(Mine.filter(F.act.in_({"close", "reopen"})))
async def close_or_reopen(
    _: CallbackQuery,
    callback_data: Mine,
    content: Content,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """The visitor ends it or takes it up again."""
    step = desk.close_own if callback_data.act == "close" else desk.reopen_own
    await step(person, callback_data.code, cause=dialogue.cause(callback_data.act))
    courier.wake()
    thread = await desk.own(person, callback_data.code)
    await stage.show(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.callback_query(Mine.filter(F.act == "rate"))
async def rate(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """One tap rates; a comment may follow."""
    stars = int(callback_data.arg) if callback_data.arg in {"1", "2", "3", "4", "5"} else 0
    if not stars:
        await stage.toast()
        return
    await desk.rate(person, callback_data.code, stars, cause=dialogue.cause("rate"))
    courier.wake()
    await dialogue.move(RATE, {"code": callback_data.code, "stars": stars})
    await stage.show(mine.rated(tr, callback_data.code))


@router.callback_query(Mine.filter(F.act == "drop"))
async def choose_to_withdraw(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    desk: Desk,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Choose what to withdraw, then make sure."""
    await dialogue.leave(ADD, RATE)
    code, arg = callback_data.code, callback_data.arg
    thread = await desk.own(person, code)
    own = {str(post.id): post for post in thread.posts if post.author is Author.VISITOR}
    if arg == mine.ALL:
        await stage.show(mine.ask_to_withdraw(tr, code, None))
    elif arg in own and not own[arg].withdrawn_at:
        await stage.show(mine.ask_to_withdraw(tr, code, own[arg]))
    else:
        await stage.show(mine.own_messages(tr, thread))


@router.callback_query(Mine.filter(F.act == "dropped"))
async def withdraw(
    _: CallbackQuery,
    callback_data: Mine,
    content: Content,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Take back one message, or all of them."""
    code, arg = callback_data.code, callback_data.arg
    if arg == mine.ALL:
        await desk.withdraw_all(person, code, cause=dialogue.cause("withdraw"))
    else:
        await desk.withdraw(person, code, int(arg) if arg.isdigit() else 0, cause=dialogue.cause("withdraw"))
    courier.wake()
    thread = await desk.own(person, code)
    await stage.show(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.callback_query(Mine.filter(F.act == "take"))
async def take_out(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """What was taken for an answer is a new question: take it back and let the person ask."""
    post = int(callback_data.arg) if callback_data.arg.isdigit() else 0
    thread = await desk.own(person, callback_data.code)
    if any(one.id == post and not one.withdrawn_at for one in thread.posts):
        await desk.withdraw(person, callback_data.code, post, cause=dialogue.cause("take"))
        courier.wake()
    await dialogue.move()
    await stage.show(mine.taken_out(tr))


@router.message(Readable(), F.reply_to_message)
async def replied(
    message: Message,
    inquiries: InquiryStore,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """A reply to any message of a thread goes on with it."""
    assert message.reply_to_message is not None  # noqa: S101 - the filter's promise
    code = await inquiries.of_message(ref_of(message.reply_to_message))
    if code is None:
        raise SkipHandler
    words = read_words(message)
    try:
        await desk.add(person, code, words, cause=dialogue.cause("add"))
    except NotYours:
        raise SkipHandler from None
    courier.wake()
    if not await _is_known_album(dialogue, words):
        post_id = (await desk.own(person, code)).posts[-1].id
        await stage.say(mine.added(tr, code, post_id=post_id), reply_to=message.message_id)


async def _is_known_album(dialogue: Dialogue, words: Words) -> bool:
    """Whether a part of this album was confirmed already; notes the album."""
    if not words.album:
        return False
    if dialogue.data.get("album") == words.album:
        return True
    await dialogue.update(album=words.album)
    return False


@router.message(Readable(), F.media_group_id)
async def late_part(
    message: Message, person: Person, desk: Desk, courier: Courier, dialogue: Dialogue
) -> None:
    """A part of an album that arrives after its question was sent."""
    late = dialogue.data.get(LATE_ALBUM)
    if not late or late["album"] != message.media_group_id:
        raise SkipHandler
    await desk.add(person, late["code"], read_words(message), cause=dialogue.cause("add"))
    courier.wake()


@router.message(Readable(), InState(RATE), MovedWithin(COMMENT_LASTS), F.text)
async def commented(
    message: Message,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """The comment to a rating."""
    code, stars = str(dialogue.data["code"]), int(dialogue.data["stars"])
    await desk.rate(person, code, stars, read_words(message).text, cause=dialogue.cause("comment"))
    courier.wake()
    await dialogue.move()
    await stage.say(mine.commented(tr, code))


@router.message(F.text, F.text.func(is_code))
async def code_written(
    message: Message,
    content: Content,
    person: Person,
    desk: Desk,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """A reference code alone shows its inquiry."""
    try:
        thread = await desk.own(person, find_code(message.text or "") or "")
    except (InquiryNotFound, NotYours):
        await stage.say(mine.unknown_code(tr))
        return
    await stage.say(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.message(Readable(), InState(ADD))
@router.message(Readable(), InThread())
async def added(
    message: Message,
    person: Person,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Add to the inquiry that was opened, or that staff have just answered."""
    code = str(dialogue.data.get("code") or dialogue.session.thread)
    words = read_words(message)
    try:
        await desk.add(person, code, words, cause=dialogue.cause("add"))
    except (NotYours, InquiryNotFound):
        # Erased meanwhile: what is written is a new question.
        await dialogue.move()
        raise SkipHandler from None
    courier.wake()
    if await _is_known_album(dialogue, words):
        return
    post_id = (await desk.own(person, code)).posts[-1].id
    guessed = 0 if dialogue.state == ADD else post_id
    await stage.say(mine.added(tr, code, post_id=post_id, guessed=guessed))


@router.edited_message(F.chat.type == "private")
async def edited(message: Message, desk: Desk, courier: Courier, dialogue: Dialogue) -> None:
    """An edited message of a thread is changed there too."""
    words = read_words(message)
    await desk.edit(ref_of(message), reworded(words, words), cause=dialogue.cause("edit"))
    courier.wake()
