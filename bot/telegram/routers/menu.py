"""Browsing the content: screens, map pins, contacts, "did this help?"."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.content.pack import Content
from bot.domain.events import Events, Helped
from bot.domain.people import Person
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Go, Open
from bot.telegram.stage import Stage
from bot.telegram.views import menus

router = Router(name="menu")
router.callback_query.filter(F.message.chat.type == "private")


@router.callback_query(Go.filter())
async def go(_: CallbackQuery, callback_data: Go, browser: Browser) -> None:
    """Show the screen a button leads to."""
    await browser.open(callback_data.to)


@router.callback_query(Open.filter(F.what.in_({"good", "bad"})))
async def helped(
    _: CallbackQuery,
    callback_data: Open,
    content: Content,
    person: Person,
    tr: Translator,
    stage: Stage,
    events: Events,
) -> None:
    """Count whether an answer helped."""
    good = callback_data.what == "good"
    await events.note(Helped(person_id=person.id, screen=callback_data.arg, good=good))
    await stage.show(menus.thanks(tr, content, callback_data.arg, good=good))


@router.callback_query(Open.filter(F.what.in_({"map", "phone"})))
async def pin(_: CallbackQuery, callback_data: Open, content: Content, tr: Translator, stage: Stage) -> None:
    """Send the map pin or the contact of an article."""
    await stage.toast()
    article = content.articles.get(callback_data.arg)
    name = getattr(article, callback_data.what, None) if article else None
    fact = content.facts.get(name) if name else None
    if article is None or fact is None or not fact.known:
        return
    keyboard = menus.under_pin(tr, article.id)
    if fact.place and fact.place.point:
        address = tr.finish(menus.address(fact, tr), html=False)
        await stage.venue(fact.place.point, title=tr.plain(article.title), address=address, under=keyboard)
    elif fact.phone:
        await stage.contact(fact.phone, name=tr.plain(article.title), under=keyboard)
