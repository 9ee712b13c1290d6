"""Wizards: answer, go back, tick the checklist, ask about one's case."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.content.pack import Content
from bot.content.rendering import checklist_keys
from bot.content.schema import Outcome, Wizard
from bot.domain.people import Person
from bot.domain.remembering import RememberedSessions
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Fill, Tick, Walk
from bot.telegram.filling import Filling
from bot.telegram.stage import Stage
from bot.telegram.views import guides

router = Router(name="guides")
router.callback_query.filter(F.message.chat.type == "private")


@router.callback_query(Walk.filter())
async def answer(
    _: CallbackQuery,
    callback_data: Walk,
    content: Content,
    person: Person,
    sessions: RememberedSessions,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """The next question, or the outcome."""
    wizard = content.wizards.get(callback_data.wizard)
    if wizard is None:
        await browser.open(callback_data.wizard)
        return
    await browser.pause()
    changed = bool(callback_data.path) and callback_data.mark != guides.mark_of(wizard)
    path = "" if changed else callback_data.path
    if isinstance(guides.follow(wizard, path).at, Outcome):
        await _show_outcome(content, person, sessions, tr, stage, browser, wizard, path)
    else:
        await stage.show(guides.question(tr, content, wizard, path, changed=changed))
        if not path:
            await browser.opened(wizard.id)


@router.callback_query(Tick.filter())
async def tick(
    _: CallbackQuery,
    callback_data: Tick,
    content: Content,
    person: Person,
    sessions: RememberedSessions,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """Tick or clear a line of the checklist."""
    wizard = content.wizards.get(callback_data.wizard)
    if wizard is None or callback_data.mark != guides.mark_of(wizard):
        await browser.open(callback_data.wizard)
        return
    end = guides.follow(wizard, callback_data.path).at
    if isinstance(end, Outcome) and 0 <= callback_data.line < len(end.checklist):
        key = checklist_keys(end.checklist)[callback_data.line]
        await sessions.tick(person.id, _list_id(wizard, end), key, ticked=callback_data.on)
        await _show_outcome(content, person, sessions, tr, stage, browser, wizard, callback_data.path)
    else:
        await browser.open(callback_data.wizard)


@router.callback_query(Fill.filter(F.act.in_({"case", "instead_case"})))
async def ask_about_case(
    _: CallbackQuery,
    callback_data: Fill,
    content: Content,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    filling: Filling,
) -> None:
    """Open the outcome's form with the path's answers filled in; a half-filled other one is offered first."""
    wizard = content.wizards.get(callback_data.field)
    mark, _dot, path = callback_data.value.partition(".")
    if wizard is None or mark != guides.mark_of(wizard):
        await browser.open(callback_data.field)
        return
    walked = guides.follow(wizard, path)
    form = content.forms.get(walked.at.form or "") if isinstance(walked.at, Outcome) else None
    if form is None:
        await browser.open(wizard.id)
        return
    instead = callback_data.model_copy(update={"act": "instead_case"})
    other = filling.offer(form, instead) if callback_data.act == "case" else None
    if other:
        await stage.show(other)
    else:
        await filling.begin(form, guides.found_out(tr, walked))


async def _show_outcome(
    content: Content,
    person: Person,
    sessions: RememberedSessions,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    wizard: Wizard,
    path: str,
) -> None:
    end = guides.follow(wizard, path).at
    assert isinstance(end, Outcome)  # noqa: S101 - asked before
    moment = browser.moment
    ticked = await sessions.ticks(person.id, _list_id(wizard, end))
    today = moment.now.astimezone(moment.zone).date()
    await stage.show(guides.outcome(tr, content, wizard, path, today=today, ticked=ticked))


def _list_id(wizard: Wizard, end: Outcome) -> str:
    return f"{wizard.id}/{end.id}"
