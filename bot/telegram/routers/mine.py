"""Own inquiries: the list, one of them, add, close, reopen, rate; messages that belong to a thread."""

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.domain.codes import find_code, is_code
from bot.domain.courier import Courier
from bot.domain.desk import Desk
from bot.domain.errors import InquiryNotFound, NotYours
from bot.domain.inquiries import InquiryFilter, InquiryStore
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Mine, Open
from bot.telegram.dialogue import Dialogue
from bot.telegram.filters import InState, InThread
from bot.telegram.reading import read_words, ref_of
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import mine

router = Router(name="mine")
router.message.filter(F.chat.type == "private")

ADD = "add"
"""The state in which messages are added to an own inquiry."""
RATE = "rate"
"""The state in which the next message is the comment to a rating."""


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


@router.message(F.reply_to_message, ~F.text.startswith("/"))
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
    try:
        await desk.add(person, code, read_words(message), cause=dialogue.cause("add"))
    except NotYours:
        raise SkipHandler from None
    courier.wake()
    await stage.say(mine.added(tr, code), reply_to=message.message_id)


@router.message(InState(RATE), F.text, ~F.text.startswith("/"))
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


@router.message(InState(ADD))
@router.message(InThread(), ~F.text.startswith("/"))
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
    guessed = dialogue.state != ADD
    inquiry = await desk.add(person, code, words, cause=dialogue.cause("add"))
    courier.wake()
    if words.album and dialogue.session.data.get("album") == words.album:
        return
    await dialogue.move(dialogue.state, {**dialogue.data, "album": words.album}, thread=code)
    thread = await desk.own(person, inquiry.code)
    await stage.say(mine.added(tr, code, guessed=thread.posts[-1].id if guessed else 0))


@router.edited_message(F.chat.type == "private")
async def edited(message: Message, desk: Desk, courier: Courier, dialogue: Dialogue) -> None:
    """An edited message of a thread is changed there too."""
    await desk.edit(ref_of(message), read_words(message), cause=dialogue.cause("edit"))
    courier.wake()
