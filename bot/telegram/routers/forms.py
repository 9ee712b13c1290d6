"""Forms: begin, answer, go back, skip, edit, send."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.clock import Clock
from bot.domain.counter import Counter, Question
from bot.domain.courier import Courier
from bot.domain.forms import all_files, summary_answers
from bot.domain.messages import Words
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Fill
from bot.telegram.dialogue import Dialogue
from bot.telegram.filling import Filling
from bot.telegram.filters import InState
from bot.telegram.reading import read_words
from bot.telegram.stage import Stage
from bot.telegram.states import FORM
from bot.telegram.views import asking
from bot.telegram.views import forms as views

router = Router(name="forms")
router.callback_query.filter(F.message.chat.type == "private")


@router.callback_query(Fill.filter(F.act == "start"))
async def start(
    _: CallbackQuery,
    callback_data: Fill,
    content: Content,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    filling: Filling,
) -> None:
    """Introduce a form; a half-filled other one is offered first."""
    form = content.forms.get(callback_data.field)
    if form is None:
        await filling.gone()
        return
    await stage.show(filling.offer(form) or views.intro(tr, content, form))
    await browser.opened(form.id)


@router.callback_query(Fill.filter(F.act.in_({"begin", "instead"})))
async def begin(
    _: CallbackQuery, callback_data: Fill, content: Content, stage: Stage, filling: Filling
) -> None:
    """Ask the first question; instead of a half-filled other form only when that was said."""
    form = content.forms.get(callback_data.field)
    if form is None:
        await filling.gone()
        return
    other = filling.offer(form) if callback_data.act == "begin" else None
    if other:
        await stage.show(other)
    else:
        await filling.begin(form)


@router.callback_query(Fill.filter(F.act.in_({"resume", "back", "skip", "done", "keep", "pick", "edit"})))
async def step(_: CallbackQuery, callback_data: Fill, filling: Filling) -> None:
    """Any step by a button."""
    await filling.tap(callback_data)


@router.callback_query(Fill.filter(F.act == "drop"))
async def drop(_: CallbackQuery, tr: Translator, stage: Stage, dialogue: Dialogue) -> None:
    """Throw the form away."""
    await dialogue.leave(FORM)
    await stage.show(asking.dropped(tr))


@router.callback_query(Fill.filter(F.act == "send"))
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
    filling: Filling,
) -> None:
    """Store the filled-in form as an inquiry."""
    if dialogue.replayed:
        courier.wake()
        await stage.show(asking.sent(tr, text=""))
        return
    found = filling.complete()
    if found is None:
        await filling.gone()
        return
    form, state = found
    text = views.words(tr, form, state)
    question = Question(
        section=form.section or Section.CONTACTS,
        form=form.id,
        answers=summary_answers(form, state),
        words=Words(text=text, attachments=all_files(form, state)),
    )
    await people.consent(person.id, clock.now())
    session = dialogue.ended(FORM)
    await counter.submit(person, question, cause=dialogue.cause("submit"), session=session)
    dialogue.stored(session)
    courier.wake()
    await stage.show(asking.sent(tr, text=text))


@router.message(F.chat.type == "private", InState(FORM), ~F.text.startswith("/"))
async def answer(message: Message, filling: Filling) -> None:
    """A typed answer, or a file."""
    await filling.hear(read_words(message), album=bool(message.media_group_id))
