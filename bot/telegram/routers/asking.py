"""Asking a person: the prompt, the summary, Send."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.content.schema import Article
from bot.content.sections import Section
from bot.domain.clock import Clock
from bot.domain.counter import Counter, Question
from bot.domain.courier import Courier
from bot.domain.messages import Words
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Ask, Draft, Open
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafts import ASK, LATE_ALBUM, extended, from_data
from bot.telegram.filters import InState, Readable, Waits
from bot.telegram.reading import read_words, ref_of, reworded
from bot.telegram.stage import Stage
from bot.telegram.states import CONFIRM
from bot.telegram.summaries import Summaries
from bot.telegram.views import asking

router = Router(name="asking")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


@router.message(Command("ask"))
async def ask_command(
    message: Message,
    command: CommandObject,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
    summaries: Summaries,
) -> None:
    """``/ask TEXT`` opens the summary at once; ``/ask`` alone asks for the question."""
    text = (command.args or "").strip()
    if text:
        words = Words(text=read_words(message).text.partition(" ")[2].strip() or text, source=ref_of(message))
        await summaries.open(Question(section=Section.CONTACTS, words=words))
    else:
        await dialogue.move(ASK, {"section": Section.CONTACTS.value})
        await stage.say(asking.prompt(tr))


@router.callback_query(Open.filter(F.what == "ask"))
async def ask_button(_: CallbackQuery, tr: Translator, stage: Stage, dialogue: Dialogue) -> None:
    """Ask for a question about anything."""
    await dialogue.move(ASK, {"section": Section.CONTACTS.value})
    await stage.show(asking.prompt(tr))


@router.callback_query(Ask.filter())
async def ask_about(
    _: CallbackQuery, callback_data: Ask, content: Content, tr: Translator, stage: Stage, dialogue: Dialogue
) -> None:
    """Ask for a question about a screen; it is filed under the screen's section and intent."""
    screen = content.screen(callback_data.screen)
    section = screen.section if screen and screen.section else Section.CONTACTS
    intent = screen.intents[0] if isinstance(screen, Article) and screen.intents else ""
    await dialogue.move(ASK, {"section": section.value, "intent": intent})
    await stage.show(asking.prompt(tr, about=screen.title if screen else ""))


@router.message(Readable(), InState(ASK))
async def question_written(message: Message, dialogue: Dialogue, summaries: Summaries) -> None:
    """The question itself, in words or as a file."""
    words = read_words(message)
    section, intent = dialogue.data.get("section"), dialogue.data.get("intent", "")
    await summaries.open(Question(section=section or Section.CONTACTS, intent=intent, words=words))


@router.message(Readable(), InState(CONFIRM))
async def more_written(message: Message, dialogue: Dialogue, summaries: Summaries) -> None:
    """More words or files for the question that waits: parts of an album, an afterthought."""
    question = extended(from_data(dialogue.data), read_words(message))
    await summaries.renew(question, in_place=bool(message.media_group_id))


@router.edited_message(F.chat.type == "private", Waits(CONFIRM))
async def rewritten(message: Message, dialogue: Dialogue, summaries: Summaries) -> None:
    """The message that asks was changed before it was sent."""
    question = from_data(dialogue.waiting(CONFIRM) or {})
    if question.words.source != ref_of(message):
        raise SkipHandler
    await dialogue.resume(CONFIRM)
    words = reworded(question.words, read_words(message))
    await summaries.renew(replace(question, words=words), in_place=True)


@router.callback_query(Draft.filter(F.act == "send"))
async def send(
    _: CallbackQuery,
    person: Person,
    people: RememberedPeople,
    clock: Clock,
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Store the question; receipt and card follow."""
    if dialogue.replayed:
        await stage.show(asking.sent(tr, text=""))
        courier.wake()
        return
    waiting = dialogue.waiting(CONFIRM)
    if waiting is None:
        await stage.show(asking.nothing_to_send(tr))
        return
    question = from_data(waiting)
    await people.consent(person.id, clock.now())
    session = dialogue.ended(CONFIRM)
    inquiry = await counter.submit(person, question, cause=dialogue.cause("submit"), session=session)
    dialogue.stored(session)
    if question.words.album:
        await dialogue.update(**{LATE_ALBUM: {"album": question.words.album, "code": inquiry.code}})
    courier.wake()
    await stage.show(asking.sent(tr, text=question.words.text))


@router.callback_query(Draft.filter(F.act == "drop"))
async def drop(_: CallbackQuery, tr: Translator, stage: Stage, dialogue: Dialogue) -> None:
    """Throw the question away."""
    await dialogue.leave(CONFIRM)
    await stage.show(asking.dropped(tr))


@router.callback_query(Draft.filter(F.act == "edit"))
async def rewrite(_: CallbackQuery, tr: Translator, stage: Stage, dialogue: Dialogue) -> None:
    """Write the question anew."""
    if not await dialogue.resume(CONFIRM):
        await stage.show(asking.nothing_to_send(tr))
        return
    section, intent = dialogue.data.get("section"), dialogue.data.get("intent", "")
    await dialogue.move(ASK, {"section": section, "intent": intent})
    await stage.show(asking.prompt(tr))


@router.callback_query(Draft.filter(F.act.in_({"sections", "section", "summary"})))
async def choose_section(
    _: CallbackQuery,
    callback_data: Draft,
    content: Content,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
    summaries: Summaries,
) -> None:
    """Choose under which section the question is filed."""
    if not await dialogue.resume(CONFIRM):
        await stage.show(asking.nothing_to_send(tr))
    elif callback_data.act == "sections":
        await stage.show(asking.sections(tr, content))
    else:
        if callback_data.act == "section" and callback_data.arg in set(Section):
            await dialogue.update(section=callback_data.arg)
        await summaries.show(from_data(dialogue.data))
