"""Free text and files that belong to no dialogue: look for the answer, else offer to ask a person."""

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.content.search.finding import Search
from bot.content.sections import Section
from bot.domain.counter import Question
from bot.domain.events import Events, Searched
from bot.domain.messages import Words
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Draft
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafts import ASK, as_data, from_data
from bot.telegram.reading import read_words, ref_of
from bot.telegram.stage import Stage
from bot.telegram.states import CONFIRM
from bot.telegram.summaries import Summaries
from bot.telegram.views import answers, asking

router = Router(name="search")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")

SEARCHED = "searched"
"""The state after a search: the words wait in case none of the answers fits."""


@router.message(F.text, ~F.text.startswith("/"))
async def look_up(
    message: Message,
    search: Search,
    content: Content,
    person: Person,
    events: Events,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Any text is understood as a question."""
    words = read_words(message)
    found = search.find(words.text)
    best = found.ranked[0] if found.ranked else None
    intent = best.intent if best and not found.rejected else ""
    unanswered = found.rejected and not found.smalltalk
    await events.note(Searched(person_id=person.id, intent=intent, rejected=unanswered, words=words.text))
    section = best.section if best and not found.rejected else Section.CONTACTS
    await dialogue.move(SEARCHED, as_data(Question(section=section, intent=intent, words=words)))
    has_words = any(char.isalnum() for char in words.text)
    screen = answers.answer(tr, content, found) if has_words else answers.nothing(tr)
    await stage.say(screen, reply_to=message.message_id)


@router.callback_query(Draft.filter(F.act == "person"))
async def ask_person(
    query: CallbackQuery,
    search: Search,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
    summaries: Summaries,
) -> None:
    """None of the answers fits: the question goes on to a person, filed under the guessed section."""
    if dialogue.replayed and dialogue.state == CONFIRM:
        # The question waits already: a crash or a lost connection came before it was shown.
        await summaries.open(from_data(dialogue.data))
        return
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    waiting = from_data(dialogue.data) if dialogue.state == SEARCHED else None
    if isinstance(asked, Message) and asked.text and not (waiting and waiting.words.source == ref_of(asked)):
        # The button of an earlier answer: that question is meant, not the one asked last.
        await summaries.open(_question(search, read_words(asked)))
    elif waiting:
        await summaries.open(waiting)
    else:
        await dialogue.move(ASK, {"section": Section.CONTACTS.value})
        await stage.show(asking.prompt(tr))


@router.message()
async def file_sent(
    message: Message, search: Search, tr: Translator, stage: Stage, summaries: Summaries
) -> None:
    """A photo, a voice message, a file, a contact, a place: offered as an inquiry; a sticker asks nothing."""
    words = read_words(message)
    if not words.attachments:
        raise SkipHandler
    if message.sticker:
        await stage.say(answers.nothing(tr), reply_to=message.message_id)
    else:
        await summaries.open(_question(search, words))


def _question(search: Search, words: Words) -> Question:
    found = search.find(words.text)
    if found.rejected or not found.ranked:
        return Question(section=Section.CONTACTS, words=words)
    return Question(section=found.ranked[0].section, intent=found.ranked[0].intent, words=words)
