"""Withdrawing: the visitor takes back a message, all of them, or what was taken for an answer."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.content.pack import Content
from bot.domain.counter import Counter
from bot.domain.courier import Courier
from bot.domain.inquiries import Author
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Mine, number_of
from bot.telegram.dialogue import Dialogue
from bot.telegram.stage import Stage
from bot.telegram.states import ADD, RATE
from bot.telegram.views import mine

router = Router(name="withdrawing")
router.callback_query.filter(F.message.chat.type == "private")


@router.callback_query(Mine.filter(F.act == "drop"))
async def choose_to_withdraw(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    counter: Counter,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Choose what to withdraw, then make sure."""
    await dialogue.leave(ADD, RATE)
    code, arg = callback_data.code, callback_data.arg
    thread = await counter.own(person, code)
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
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Take back one message, or all of them."""
    code, arg = callback_data.code, callback_data.arg
    if arg == mine.ALL:
        await counter.withdraw_all(person, code, cause=dialogue.cause("withdraw"))
    else:
        await counter.withdraw(person, code, number_of(arg), cause=dialogue.cause("withdraw"))
    courier.wake()
    thread = await counter.own(person, code)
    await stage.show(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.callback_query(Mine.filter(F.act == "take"))
async def take_out(
    _: CallbackQuery,
    callback_data: Mine,
    person: Person,
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """What was taken for an answer is a new question: take it back and let the person ask."""
    post = number_of(callback_data.arg)
    thread = await counter.own(person, callback_data.code)
    if any(one.id == post and not one.withdrawn_at for one in thread.posts):
        await counter.withdraw(person, callback_data.code, post, cause=dialogue.cause("take"))
        courier.wake()
    await dialogue.move()
    await stage.show(mine.taken_out(tr))
