"""Content screens: menus, articles and timetables with their buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import unescape

from bot.content import rendering
from bot.content.facts import value
from bot.content.navigation import children, parent, trail
from bot.content.pack import Content
from bot.content.schema import HOME, Article, Form, Menu, Timetable, Wizard
from bot.content.schema import Screen as ContentScreen
from bot.content.timetables import next_departures
from bot.content.values import Fact
from bot.i18n.catalogues import Markup, Translator
from bot.i18n.direction import strip_controls
from bot.telegram.callbacks import Ask, Draft, Fill, Go, Open, Walk
from bot.telegram.screens import Button, Screen, finished
from bot.telegram.views import buttons

DEPARTURES = 5
"""How many next departures a timetable shows."""
_NARROW = 16
"""Labels up to this many characters stand two in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The present, for what depends on it."""

    now: datetime
    zone: tzinfo


def home(
    tr: Translator,
    content: Content,
    *,
    resume: str = "",
    unsent: bool = False,
    offer_subscription: bool = False,
) -> Screen:
    """The first menu. ``resume``: the title (msgid) of a form left half-filled; ``unsent``: a question waits."""
    menu = content.root
    rows: list[Sequence[Button]] = []
    if resume:
        label = tr.plain("Continue: {form}", form=tr.plain(resume))
        rows.append([Button(label=label, data=Fill(act="resume"))])
    if unsent:
        rows.append([Button(label=tr.plain("Your question is not sent yet"), data=Draft(act="summary"))])
    rows += _choices(tr, [content.screens[item] for item in menu.items if item in content.screens])
    if offer_subscription:
        rows.append([Button(label=tr.plain("Yes, write to me"), data=Open(what="subscribe"))])
    rows += [[buttons.ask(tr), buttons.my_inquiries(tr)], [buttons.language(tr)]]
    text: str = rendering.menu(menu, tr)
    if offer_subscription:
        offer = tr(
            "May we write to you when there is news about visas, travel, study or trade? "
            "Only if you say yes, and you can stop it at any time."
        )
        text = f"{text}\n\n{offer}"
    return finished(tr, text, rows)


def screen(tr: Translator, content: Content, shown: ContentScreen, moment: Moment) -> Screen:
    """Any menu but the first, an article or a timetable."""
    match shown:
        case Menu():
            return _menu(tr, content, shown)
        case Article():
            return _article(tr, content, shown, moment)
        case Timetable():
            return _timetable(tr, content, shown, moment)
        case _:
            raise TypeError(shown)


def moved(tr: Translator) -> str:
    """A note above a screen: the one asked for has vanished, or never was."""
    return tr.finish(tr("The page you asked for has moved. This is the nearest one."))


def crumbs(tr: Translator, content: Content, screen_id: str) -> str:
    """Where the reader is: the screens above, as one line; empty right below the first menu."""
    above = [one for one in trail(content, screen_id)[:-1] if one.id != HOME]
    return " · ".join(tr.text(one.label) for one in above)


def _with_crumbs(tr: Translator, content: Content, screen_id: str, text: str) -> str:
    path = crumbs(tr, content, screen_id)
    return f"<i>{path}</i>\n{text}" if path else text


def _menu(tr: Translator, content: Content, menu: Menu) -> Screen:
    rows = _choices(tr, children(content, menu.id))
    ask = Button(label=tr.plain("Ask a question"), data=Ask(screen=menu.id))
    text = _with_crumbs(tr, content, menu.id, rendering.menu(menu, tr))
    return finished(tr, text, [*rows, [ask], *_ways_out(tr, content, menu.id)])


def _article(tr: Translator, content: Content, article: Article, moment: Moment) -> Screen:
    today = moment.now.astimezone(moment.zone).date()
    text = _with_crumbs(tr, content, article.id, rendering.article(content, article, tr, today))
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain(link.label), url=link.url)] for link in article.links
    ]
    if article.map and (place := content.facts[article.map]).known and place.place and place.place.point:
        rows.append([Button(label=tr.plain("Show on the map"), data=Open(what="map", arg=article.id))])
    if article.phone and content.facts[article.phone].known:
        rows.append([Button(label=tr.plain("Save the contact"), data=Open(what="phone", arg=article.id))])
    rows += [[to(tr, content.screens[one])] for one in article.related if one in content.screens]
    if article.ask:
        rows.append([_ask_about(tr, content, article)])
    rows.append(helpful(tr, article.id))
    return finished(tr, text, [*rows, *_ways_out(tr, content, article.id)])


def _ask_about(tr: Translator, content: Content, article: Article) -> Button:
    if article.form and article.form in content.forms:
        return to(tr, content.forms[article.form])
    return Button(label=tr.plain("Ask a person"), data=Ask(screen=article.id))


def helpful(tr: Translator, screen_id: str) -> list[Button]:
    """Did this answer help?"""
    return [
        Button(label=tr.plain("This helped"), data=Open(what="good", arg=screen_id)),
        Button(label=tr.plain("This did not help"), data=Open(what="bad", arg=screen_id)),
    ]


def _timetable(tr: Translator, content: Content, table: Timetable, moment: Moment) -> Screen:
    departures = next_departures(table, moment.now, DEPARTURES)
    today = moment.now.astimezone(moment.zone).date()
    text = _with_crumbs(tr, content, table.id, rendering.timetable(content, table, departures, tr, today))
    rows = [[to(tr, content.screens[one])] for one in table.related if one in content.screens]
    ask = [Button(label=tr.plain("Ask a person"), data=Ask(screen=table.id))]
    return finished(tr, text, [*rows, ask, *_ways_out(tr, content, table.id)])


def _ways_out(tr: Translator, content: Content, screen_id: str) -> list[Sequence[Button]]:
    above = parent(content, screen_id)
    back = buttons.back_to(tr, above.id if above else HOME)
    return buttons.fixed_rows(tr, back=back)


def _choices(tr: Translator, screens: Sequence[ContentScreen]) -> list[Sequence[Button]]:
    """Buttons to screens, two in a row where both labels are short."""
    rows: list[Sequence[Button]] = []
    waiting: Button | None = None
    for shown in screens:
        button = to(tr, shown)
        if len(button.label) > _NARROW:
            rows += [[waiting], [button]] if waiting else [[button]]
            waiting = None
        elif waiting:
            rows.append([waiting, button])
            waiting = None
        else:
            waiting = button
    return [*rows, [waiting]] if waiting else rows


def to(tr: Translator, shown: ContentScreen) -> Button:
    """A button that opens a screen of the content."""
    label = tr.plain(shown.label)
    label = f"{shown.icon} {label}" if shown.icon else label
    match shown:
        case Form():
            return Button(label=label, data=Fill(act="start", field=shown.id))
        case Wizard():
            return Button(label=label, data=Walk(wizard=shown.id))
        case _:
            return Button(label=label, data=Go(to=shown.id))


def thanks(tr: Translator, content: Content, screen_id: str, *, good: bool) -> Screen:
    """After "did this help?"."""
    if good:
        text = tr("Thank you for telling us.")
        return finished(tr, text, _ways_out(tr, content, screen_id))
    text = tr("We are sorry. Ask a person: our staff will answer you here.")
    ask = Button(label=tr.plain("Ask a person"), data=Ask(screen=screen_id))
    return finished(tr, Markup(text), [[ask], *_ways_out(tr, content, screen_id)])


def address(fact: Fact, tr: Translator) -> str:
    """The address of a place as plain words, in the reader's language where staff wrote it so; "" without."""
    shown = value(fact, tr)
    return unescape(strip_controls(shown)) if shown else ""


def under_pin(tr: Translator, screen_id: str) -> Screen:
    """The buttons under a map pin or a contact."""
    return finished(tr, "", buttons.fixed_rows(tr, back=buttons.back_to(tr, screen_id)))
