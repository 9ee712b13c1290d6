"""Subscriptions: which announcements a person wants."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.content.pack import Content
from bot.domain.broadcasts import TOPICS, BroadcastStore
from bot.domain.clock import Clock
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Open, Sub, number_of
from bot.telegram.stage import Stage
from bot.telegram.views import subscriptions as views

router = Router(name="subscriptions")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")

_ALL = frozenset(TOPICS)


@router.message(Command("subscribe"))
async def subscribe(
    _: Message, person: Person, people: RememberedPeople, content: Content, tr: Translator, stage: Stage
) -> None:
    """Subscribe to every topic; buttons narrow it."""
    await people.subscribe(person.id, _ALL)
    await stage.say(views.topics(tr, content, _ALL))


@router.callback_query(Open.filter(F.what == "subscribe"))
async def subscribe_button(
    _: CallbackQuery, person: Person, people: RememberedPeople, content: Content, tr: Translator, stage: Stage
) -> None:
    """The same by a button."""
    await people.subscribe(person.id, _ALL)
    await stage.show(views.topics(tr, content, _ALL))


@router.message(Command("stop"))
async def stop(
    _: Message,
    person: Person,
    people: RememberedPeople,
    broadcasts: BroadcastStore,
    clock: Clock,
    tr: Translator,
    stage: Stage,
) -> None:
    """End all announcements."""
    await people.subscribe(person.id, frozenset())
    await broadcasts.left(person.id, clock.now())
    await stage.say(views.stopped(tr))


@router.callback_query(Sub.filter(F.act == "out"))
async def out(
    _: CallbackQuery,
    callback_data: Sub,
    person: Person,
    people: RememberedPeople,
    broadcasts: BroadcastStore,
    clock: Clock,
    tr: Translator,
    stage: Stage,
) -> None:
    """The button under a copy ends all announcements; the copy itself stays as it is."""
    await people.subscribe(person.id, frozenset())
    number = number_of(callback_data.arg)
    await broadcasts.left(person.id, clock.now(), number=number)
    await stage.toast()
    await stage.say(views.stopped(tr))


@router.callback_query(Sub.filter())
async def choose(
    _: CallbackQuery,
    callback_data: Sub,
    person: Person,
    people: RememberedPeople,
    broadcasts: BroadcastStore,
    clock: Clock,
    content: Content,
    tr: Translator,
    stage: Stage,
) -> None:
    """Add or take away a topic, take all or none."""
    chosen = _chosen(callback_data, person.topics)
    if chosen != person.topics:
        await people.subscribe(person.id, chosen)
    if not chosen and callback_data.act != "choose":
        await broadcasts.left(person.id, clock.now())
        await stage.show(views.stopped(tr))
        return
    await stage.show(views.topics(tr, content, chosen))


def _chosen(tapped: Sub, present: frozenset[str]) -> frozenset[str]:
    match tapped.act:
        case "all":
            return _ALL
        case "none":
            return frozenset()
        case "topic" if tapped.arg in _ALL:
            return present ^ {tapped.arg}
    return present
