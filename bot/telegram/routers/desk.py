"""The staff chat: replies to cards and the cards' buttons."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.courier import Courier
from bot.domain.desk import Actor, Desk, Words
from bot.domain.inquiries import InquiryStore, Thread
from bot.domain.people import require
from bot.domain.rights import Right
from bot.i18n.catalogues import Catalogues, Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Card
from bot.telegram.dialogue import Dialogue
from bot.telegram.filters import InStaffChat, InState
from bot.telegram.reading import read_words, ref_of
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import cards

router = Router(name="desk")
router.message.filter(InStaffChat())
router.edited_message.filter(InStaffChat())
router.callback_query.filter(InStaffChat())

NOTE = "note"
"""The state in which a staff member's next message is an internal note."""


@router.message(InState(NOTE), ~F.text.startswith("/"))
async def noted(
    message: Message,
    actor: Actor,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """The text of a note."""
    code = str(dialogue.data["code"])
    await desk.note(actor, code, read_words(message), cause=dialogue.cause("note"))
    await dialogue.move()
    courier.wake()
    await stage.say(cards.noted(tr, code), reply_to=message.message_id)


@router.message(F.reply_to_message, ~F.text.startswith("/"))
async def reply(
    message: Message,
    actor: Actor,
    inquiries: InquiryStore,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """A reply to a card or to any message of its thread goes to the visitor."""
    answered = message.reply_to_message
    assert answered is not None  # noqa: S101 - the filter's promise
    code = await inquiries.of_message(ref_of(answered))
    if code is None:
        if answered.from_user and answered.from_user.id == message.bot.id:  # type: ignore[union-attr]
            await stage.say(cards.no_card(tr), reply_to=message.message_id)
        return
    await desk.reply(actor, code, read_words(message), cause=dialogue.cause("reply"))
    courier.wake()


@router.edited_message()
async def edited(message: Message, desk: Desk, courier: Courier, dialogue: Dialogue) -> None:
    """Staff changed a reply: the visitor gets the correction."""
    await desk.edit(ref_of(message), read_words(message), cause=dialogue.cause("edit"))
    courier.wake()


@router.callback_query(Card.filter(F.act.in_({"claim", "release", "reopen", "open", "to", "closed"})))
async def step(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    content: Content,
    inquiries: InquiryStore,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Claim, release, reopen, open, hand on, close."""
    code, arg = callback_data.code, callback_data.arg
    cause = dialogue.cause(callback_data.act)
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "claim": lambda: desk.claim(actor, code, cause=cause),
        "release": lambda: desk.release(actor, code, cause=cause),
        "reopen": lambda: desk.reopen(actor, code, cause=cause),
        "open": lambda: desk.open_card(actor, code, cause=cause),
        "to": lambda: desk.transfer(actor, code, Section(arg).value, cause=cause),
        "closed": lambda: desk.close(actor, code, arg if arg in cards.REASONS else "answered", cause=cause),
    }
    await steps[callback_data.act]()
    courier.wake()
    if callback_data.act == "open":
        await stage.toast()
        return
    thread = await inquiries.get(code)
    await stage.show(_card(tr, content, thread, browser))


@router.callback_query(Card.filter(F.act == "note"))
async def note(
    _: CallbackQuery, callback_data: Card, actor: Actor, tr: Translator, stage: Stage, dialogue: Dialogue
) -> None:
    """Ask for the note."""
    require(actor.role, Right.ANSWER)
    await dialogue.move(NOTE, {"code": callback_data.code})
    await stage.toast(cards.note_prompt(tr), alert=True)


@router.callback_query(Card.filter(F.act.in_({"move", "close", "canned", "card"})))
async def choices(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    content: Content,
    inquiries: InquiryStore,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """Unfold the choices under a card, or fold them up again."""
    require(actor.role, Right.ANSWER)
    thread = await inquiries.get(callback_data.code)
    screen = _card(tr, content, thread, browser)
    match callback_data.act:
        case "move":
            screen = screen.with_rows(cards.move_choices(tr, content, thread.inquiry))
        case "close":
            screen = screen.with_rows(cards.close_choices(tr, thread.inquiry))
        case "canned":
            screen = screen.with_rows(cards.canned_choices(tr, thread.inquiry))
    await stage.show(screen)


@router.callback_query(Card.filter(F.act == "say"))
async def say_canned(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    content: Content,
    inquiries: InquiryStore,
    desk: Desk,
    courier: Courier,
    catalogues: Catalogues,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Send a ready answer in the visitor's language."""
    thread = await inquiries.get(callback_data.code)
    text = cards.canned_text(catalogues[thread.inquiry.language], callback_data.arg)
    await desk.reply(actor, callback_data.code, Words(text=text), cause=dialogue.cause("say"))
    courier.wake()
    await stage.show(_card(tr, content, await inquiries.get(callback_data.code), browser))


def _card(tr: Translator, content: Content, thread: Thread, browser: Browser) -> Screen:
    moment = browser.moment
    return cards.card(tr, thread, cards.CardFrame(content=content, zone=moment.zone, now=moment.now))
