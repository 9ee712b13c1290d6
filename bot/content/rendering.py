"""From parts of the pack to Telegram-HTML in one language: facts filled in, sources named, gaps left out."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from html import escape

from bot.content.facts import Source, evidence, value
from bot.content.pack import Content
from bot.content.parts import FactId, Model, Translatable, marked, placeholders
from bot.content.schema import (
    Article,
    Block,
    BlockKind,
    ChecklistItem,
    Form,
    Line,
    Menu,
    Outcome,
    Timetable,
    Wizard,
)
from bot.content.timetables import Departure
from bot.content.values import Fact
from bot.i18n.catalogues import Markup, Translator


def menu(menu: Menu, tr: Translator) -> Markup:
    """Write a menu: its title and text."""
    return _join([_title(menu.title, tr), tr.text(menu.text)])


def article(content: Content, article: Article, tr: Translator, today: date) -> Markup:
    """Write an article: title, body, and what it rests on."""
    body = blocks(content, article.body, tr)
    return _join([_title(article.title, tr), body, footing(content, article, tr, today)])


def beginning(content: Content, article: Article, tr: Translator) -> Markup:
    """Write an article's title, summary and first paragraph, for the best search result."""
    paragraphs = (block for block in article.body if block.kind is BlockKind.TEXT)
    first = next((text for block in paragraphs if (text := blocks(content, [block], tr))), Markup())
    return _join([_title(article.title, tr), tr.text(article.summary), first])


def form_intro(form: Form, tr: Translator) -> Markup:
    """Write what stands above the first question of a form."""
    return _join([_title(form.title, tr), tr.text(form.intro) if form.intro else Markup()])


def wizard_intro(wizard: Wizard, tr: Translator) -> Markup:
    """Write what stands above the first question of a wizard."""
    return _join([_title(wizard.title, tr), tr.text(wizard.intro)])


def outcome(
    content: Content, outcome: Outcome, tr: Translator, today: date, *, ticked: Collection[str] = ()
) -> Markup:
    """Write where a wizard ends: meaning, steps, fee and time, checklist with ticks, and what it rests on.

    ``ticked`` holds keys of checklist lines as ``checklist_keys`` gives them.
    """
    steps = blocks(content, [Block(steps=outcome.steps)], tr) if outcome.steps else Markup()
    parts = [
        _title(outcome.title, tr),
        blocks(content, outcome.body, tr),
        _under(tr("What to do"), steps),
        _values(tr("Fee"), _facts(content, outcome.fee), tr),
        _values(tr("Time"), _facts(content, outcome.time), tr),
        _under(tr("Your checklist"), checklist(content, outcome.checklist, tr, ticked=ticked)),
        footing(content, outcome, tr, today),
    ]
    return _join(parts)


def timetable(
    content: Content, timetable: Timetable, departures: Iterable[Departure], tr: Translator, today: date
) -> Markup:
    """Write the departures given, each with both local times, or that none is known."""
    names = {airport.id: airport.name for airport in timetable.airports}
    lines = [_departure(departure, names, tr) for departure in departures]
    if lines:
        body = [tr.text(timetable.intro), *lines]
        rests_on = timetable.model_copy(update={"instead": ()})
    else:
        body = [tr.text(timetable.empty), blocks(content, timetable.instead, tr)]
        rests_on = timetable
    return _join([_title(timetable.title, tr), *body, footing(content, rests_on, tr, today)])


def blocks(content: Content, body: Iterable[Block], tr: Translator) -> Markup:
    """Write the blocks of a body, a heading right above what follows; a heading above nothing is left out."""
    written: list[Markup] = []
    heading = Markup()
    for block in body:
        text = _block(content, block, tr)
        if block.kind is BlockKind.HEADING:
            heading = Markup(f"<b>{text}</b>")
        elif text:
            written.append(Markup(f"{heading}\n{text}") if heading else text)
            heading = Markup()
    return _join(written)


def line(content: Content, line: Line, tr: Translator) -> Markup:
    """Write one line with its facts; its ``otherwise`` when one is unknown; else nothing."""
    values = {name: _value(content, name, tr) for name in line.facts}
    if all(text is not None for text in values.values()):
        return tr.text(line.text, **values)
    return tr.text(line.otherwise) if line.otherwise else Markup()


def checklist(
    content: Content, items: Iterable[ChecklistItem], tr: Translator, *, ticked: Collection[str] = ()
) -> Markup:
    """Write a checklist, a line for each item with an empty or a ticked box."""
    items = tuple(items)
    lines = (
        (key in ticked, line(content, Line(text=item.text), tr))
        for key, item in zip(checklist_keys(items), items, strict=True)
    )
    return Markup("\n".join(f"{'☑' if done else '☐'} {text}" for done, text in lines if text))


def checklist_keys(items: Iterable[ChecklistItem]) -> tuple[str, ...]:
    """Return the key of each line of a checklist: its id, or its position from 0."""
    return tuple(item.id or str(position) for position, item in enumerate(items))


def footing(content: Content, part: Model, tr: Translator, today: date) -> Markup:
    """Name the sources of what ``part`` shows or cites, the oldest check, and whether to confirm."""
    found = evidence(_facts(content, fact_names(part)), today)
    items = [item for item in _checklist_items(part) if item.source and item.source_name]
    own = [Source(name=item.source_name or "", url=item.source) for item in items]
    sources = _by_name((*found.sources, *own))
    days = [day for day in (found.checked, *(item.checked for item in items)) if day]
    lines: list[Markup] = []
    if sources and days:
        named = Markup(tr.list_and([_sources(each, tr) for each in sources]))
        lines.append(
            tr.plural(
                "Source: {sources} · checked on {date}",
                "Sources: {sources} · checked on {date}",
                len(sources),
                sources=named,
                date=tr.date(min(days)),
            )
        )
    if found.confirm:
        lines.append(tr("Please confirm with the consulate before you rely on this."))
    return Markup("\n".join(f"<i>{text}</i>" for text in lines))


def _by_name(sources: Iterable[Source]) -> list[list[Source]]:
    """Put those of one name together, each address once, in the order in which they come."""
    groups: dict[tuple[str, bool], list[Source]] = {}
    for source in sources:
        group = groups.setdefault((source.name, source.own_words), [])
        if source not in group:
            group.append(source)
    return list(groups.values())


def _sources(group: Sequence[Source], tr: Translator) -> str:
    """Write a name with a link to its first address, and numbers with links to the others."""
    others = [source.url for source in group[1:] if source.url]
    numbers = "".join(f' <a href="{escape(url)}">[{number}]</a>' for number, url in enumerate(others, 2))
    return f"{_source(group[0], tr)}{numbers}"


def _source(source: Source, tr: Translator) -> str:
    name = escape(source.name, quote=False) if source.own_words else tr.text(source.name)
    return f'<a href="{escape(source.url)}">{name}</a>' if source.url else name


def fact_names(part: Model) -> tuple[str, ...]:
    """Return the ids of the facts that a part shows inside its texts or names in its keys, each once."""
    shown = [name for _, text in marked(part, Translatable) for name in placeholders(text)]
    return tuple(dict.fromkeys([*shown, *(name for _, name in marked(part, FactId))]))


def _checklist_items(part: Model) -> Iterator[ChecklistItem]:
    for name in type(part).model_fields:
        held = getattr(part, name)
        for item in held if isinstance(held, tuple) else ():
            if isinstance(item, ChecklistItem):
                yield item
            elif isinstance(item, Model):
                yield from _checklist_items(item)


def _facts(content: Content, names: Iterable[str]) -> list[Fact]:
    """Return the facts of these ids that the pack has."""
    return [content.facts[name] for name in names if name in content.facts]


def _value(content: Content, name: str, tr: Translator) -> Markup | None:
    fact = content.facts.get(name)
    return value(fact, tr) if fact else None


def _values(heading: Markup, facts: Iterable[Fact], tr: Translator) -> Markup:
    """Write known facts below a heading, each with its label."""
    known = [(fact, text) for fact in facts if (text := value(fact, tr))]
    labelled = [
        tr("{label}: {value}", label=tr.text(fact.label), value=text) if fact.label else text
        for fact, text in known
    ]
    return _under(heading, Markup("\n".join(f"• {text}" for text in labelled)))


def _block(content: Content, block: Block, tr: Translator) -> Markup:
    """Write one block without the heading above it; nothing when nothing of it is known."""
    if block.kind is BlockKind.CHECKLIST:
        return checklist(content, block.checklist, tr)
    shown = [text for each in block.lines if (text := line(content, each, tr))]
    if not shown and block.otherwise:
        return tr.text(block.otherwise)
    if block.kind is BlockKind.BULLETS:
        shown = [Markup(f"• {text}") for text in shown]
    elif block.kind is BlockKind.STEPS:
        shown = [Markup(f"{number}. {text}") for number, text in enumerate(shown, 1)]
    return Markup("\n".join(shown))


def _departure(departure: Departure, names: dict[str, str], tr: Translator) -> Markup:
    """Write one departure: which flight, then both ends with their local day and time."""
    flight = departure.flight
    airline = tr.text(flight.airline)
    title = tr("{airline}, {number}", airline=airline, number=flight.number)
    return Markup(
        "\n".join(
            [
                f"<b>{title}</b>",
                _end(tr.text(names[flight.origin]), departure.departs, tr),
                _end(tr.text(names[flight.destination]), departure.arrives, tr),
            ]
        )
    )


def _end(place: Markup, moment: datetime, tr: Translator) -> Markup:
    day = tr.date_weekday(moment.date())
    return tr("{place}: {day}, {time}", place=place, day=day, time=tr.time(moment))


def _title(title: str, tr: Translator) -> Markup:
    return Markup(f"<b>{tr.text(title)}</b>")


def _under(heading: Markup, text: Markup) -> Markup:
    """Put a bold heading above a text; nothing above nothing."""
    return Markup(f"<b>{heading}</b>\n{text}") if text else text


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("\n\n".join(part for part in parts if part))
