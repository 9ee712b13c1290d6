"""Own inquiries: the list, one of them, add, close, reopen, rate."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.domain.counter import Counter
from bot.domain.courier import Courier
from bot.domain.inquiries import InquiryFilter, InquiryStore
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Mine, Open, number_of
from bot.telegram.dialogue import Dialogue
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.states import ADD, RATE
from bot.telegram.views import mine

router = Router(name="mine")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


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
    page = number_of(callback_data.arg)
    await stage.show(await _list(inquiries, person, tr, browser, min(page, 10_000)))


@router.callback_query(Mine.filter(F.act == "view"))
async def view(
    _: CallbackQuery,
    callback_data: Mine,
    content: Content,
    person: Person,
    counter: Counter,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """One inquiry."""
    await dialogue.leave(ADD, RATE)
    thread = await counter.own(person, callback_data.code)
    await stage.show(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.callback_query(Mine.filter(F.act == "add"))
async def add(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    counter: Counter,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Ask for what is to be added."""
    await counter.own(person, callback_data.code)
    await dialogue.move(ADD, {"code": callback_data.code}, thread=callback_data.code)
    await stage.say(mine.add_prompt(tr, callback_data.code))


@router.callback_query(Mine.filter(F.act.in_({"close", "reopen"})))
async def close_or_reopen(
    _: CallbackQuery,
    callback_data: Mine,
    content: Content,
    person: Person,
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """The visitor ends it or takes it up again."""
    step = counter.close_own if callback_data.act == "close" else counter.reopen_own
    await step(person, callback_data.code, cause=dialogue.cause(callback_data.act))
    courier.wake()
    thread = await counter.own(person, callback_data.code)
    await stage.show(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.callback_query(Mine.filter(F.act == "rate"))
async def rate(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    counter: Counter,
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
    await counter.rate(person, callback_data.code, stars, cause=dialogue.cause("rate"))
    courier.wake()
    await dialogue.move(RATE, {"code": callback_data.code, "stars": stars})
    await stage.show(mine.rated(tr, callback_data.code))
