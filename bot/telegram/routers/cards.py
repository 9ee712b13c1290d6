"""The buttons of a card, in the staff chat and under an inquiry that staff read in a private chat."""

from collections.abc import Awaitable, Callable
from html import unescape

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.content.sections import Section
from bot.domain.courier import Courier
from bot.domain.desk import Actor, Desk
from bot.domain.errors import Conflict, InquiryErased
from bot.domain.inquiries import Inquiry
from bot.domain.people import require
from bot.domain.remembering import RememberedPeople
from bot.domain.rights import Right
from bot.domain.staff_chat import StaffChat
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.telegram.callbacks import Card
from bot.telegram.dialogue import Dialogue
from bot.telegram.filters import AtDesk, Done, InState, May, Readable
from bot.telegram.reader import Reader
from bot.telegram.reading import read_words
from bot.telegram.stage import Stage
from bot.telegram.states import ANSWER, NOTE
from bot.telegram.views import bulletins, cards, queues, ready_answers
from bot.telegram.views.messages import refusal

router = Router(name="cards")
router.callback_query.filter(AtDesk())
router.message.filter(F.chat.type == "private", May(Right.ANSWER))


@router.callback_query(Card.filter(F.act.in_({"claim", "release", "reopen", "to", "closed"})))
async def step(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    desk: Desk,
    courier: Courier,
    reader: Reader,
    dialogue: Dialogue,
) -> None:
    """Claim, release, reopen, hand on, close."""
    code, arg = callback_data.code, callback_data.arg
    cause = dialogue.cause(callback_data.act)
    section = arg if arg in set(Section) else Section.CONTACTS.value
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "claim": lambda: desk.claim(actor, code, cause=cause),
        "release": lambda: desk.release(actor, code, cause=cause),
        "reopen": lambda: desk.reopen(actor, code, cause=cause),
        "to": lambda: desk.transfer(actor, code, section, cause=cause),
        "closed": lambda: desk.close(actor, code, arg if arg in cards.REASONS else "answered", cause=cause),
    }
    await steps[callback_data.act]()
    courier.wake()
    await reader.show(code)


@router.callback_query(Card.filter(F.act.in_({"open", "show"})))
async def open_card(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    desk: Desk,
    courier: Courier,
    staff_chat: StaffChat,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Show the card in the staff chat, as a new message."""
    await desk.open_card(actor, callback_data.code, cause=dialogue.cause("open"))
    courier.wake()
    if callback_data.act == "show":
        await stage.toast(queues.shown_in_group(tr), alert=True)
    else:
        await stage.toast(bulletins.opened(tr) if staff_chat.has_topics else "")


@router.callback_query(Card.filter(F.act.in_({"read", "card"})))
async def read(
    _: CallbackQuery, callback_data: Card, actor: Actor, desk: Desk, reader: Reader, dialogue: Dialogue
) -> None:
    """The inquiry with its thread; in the staff chat the card without the choices under it."""
    await desk.look(actor, callback_data.code, cause=dialogue.cause("look"))
    await dialogue.leave(NOTE, ANSWER)
    await reader.show(callback_data.code)


@router.callback_query(Card.filter(F.act.in_({"note", "answer"})))
async def ask_for_words(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    in_staff_chat: bool,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Ask for a note, or in a private chat for an answer."""
    require(actor.role, Right.ANSWER)
    code = callback_data.code
    is_note = callback_data.act == "note" or in_staff_chat
    await dialogue.move(NOTE if is_note else ANSWER, {"code": code})
    if in_staff_chat:
        await stage.toast(bulletins.note_prompt(tr), alert=True)
    elif is_note:
        await stage.show(queues.note_prompt(tr, code))
    else:
        await stage.show(queues.answer_prompt(tr, code))


@router.callback_query(Card.filter(F.act.in_({"move", "close", "canned"})))
async def choices(_: CallbackQuery, callback_data: Card, actor: Actor, reader: Reader) -> None:
    """Unfold the choices under a card."""
    require(actor.role, Right.ANSWER)
    await reader.show(callback_data.code, choices=callback_data.act)


@router.callback_query(Card.filter(F.act == "say"))
async def look_at_ready(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    people: RememberedPeople,
    desk: Desk,
    catalogues: Catalogues,
    reader: Reader,
) -> None:
    """A ready answer whole, before it is sent; one that is no more leads to the others."""
    thread = await desk.consider(actor, callback_data.code)
    if callback_data.arg not in ready_answers.READY:
        await reader.show(callback_data.code, choices="canned")
        return
    theirs = catalogues[await _language_of(thread.inquiry, people)]
    await reader.offer(thread, callback_data.arg, theirs)


@router.callback_query(Card.filter(F.act == "send"))
async def send_ready(
    _: CallbackQuery,
    callback_data: Card,
    actor: Actor,
    people: RememberedPeople,
    desk: Desk,
    courier: Courier,
    catalogues: Catalogues,
    tr: Translator,
    stage: Stage,
    reader: Reader,
    dialogue: Dialogue,
) -> None:
    """Send a ready answer in the visitor's language; not when somebody else's answer came first."""
    code = callback_data.code
    name, after = ready_answers.read_sending(callback_data.arg)
    if name not in ready_answers.READY:
        await reader.show(code, choices="canned")
        return
    try:
        thread = await desk.consider(actor, code)
        text = ready_answers.text_of(catalogues[await _language_of(thread.inquiry, people)], name)
        await desk.reply_ready(actor, code, text, after=after, cause=dialogue.cause("say"))
    except Conflict as conflict:
        # The button goes all the same: what stands there now is shown without it.
        await stage.toast(unescape(refusal(tr, conflict)), alert=True)
    courier.wake()
    await reader.show(code)


async def _language_of(inquiry: Inquiry, people: RememberedPeople) -> Language:
    """The language that the visitor reads now."""
    person = await people.get(inquiry.person_id)
    return person.speaks if person else inquiry.language


@router.message(F.chat.type == "private", Readable(), ~InState(NOTE, ANSWER), Done(NOTE, ANSWER))
async def written_before(
    _: Message, code: str, step: str, courier: Courier, tr: Translator, stage: Stage
) -> None:
    """It was kept the first time, and is no question now."""
    courier.wake()
    await stage.say(queues.answered(tr, code) if step == ANSWER else queues.noted(tr, code))


@router.message(Readable(), InState(NOTE, ANSWER))
async def written(
    message: Message,
    actor: Actor,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """The note or the answer, written in a private chat; the parts of an album belong to one."""
    code, words, state = str(dialogue.data["code"]), read_words(message), dialogue.state
    keep = desk.reply if state == ANSWER else desk.note
    try:
        await keep(actor, code, words, cause=dialogue.cause(state))
    except InquiryErased:
        await dialogue.move()
        raise
    courier.wake()
    if words.album and dialogue.data.get("album") == words.album and not dialogue.replayed:
        return
    await dialogue.move(state if words.album else "", {"code": code, "album": words.album})
    await stage.say(queues.answered(tr, code) if state == ANSWER else queues.noted(tr, code))
