"""Telegram's limits, kept in each language: texts, buttons and what buttons carry."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.content import rendering
from bot.content.pack import Content, Kind
from bot.content.problems import Problem
from bot.content.schema import Article, Form, Menu, Screen, Timetable, Wizard
from bot.content.wizards import paths, walk
from bot.content.wording import length
from bot.i18n.catalogues import Catalogues, Markup, Translator

LONGEST_TEXT: Final = 4096
"""UTF-16 units of a message (Bot API, sendMessage)."""
ROOM_AROUND: Final = 300
"""Units kept free for what a view adds: breadcrumb, progress, notes."""
LONGEST_BUTTON: Final = 64
"""Characters of a button's label that are sure to be shown whole."""
LONGEST_DATA: Final = 64
"""Bytes that a button carries (Bot API, InlineKeyboardButton)."""
WIZARD_DATA: Final = "fill:instead_case:{wizard}:xyz.{path}"
"""The longest that a button of a wizard carries; the path is a letter for each answer."""

Sized = Iterator[tuple[tuple[str | int, ...], str]]


def check_sizes(content: Content, catalogues: Catalogues, today: date) -> Iterator[Problem]:
    """Yield the texts and buttons that Telegram would refuse or cut, in whichever language."""
    for tr in catalogues.translators.values():
        for (kind, name), origin in content.origins.items():
            if kind is Kind.FACTS:
                continue
            screen = content.screens[name]
            said = _too_long(content, screen, tr, today)
            yield from (
                Problem(file=origin.file, line=origin.line(place), message=f"{name}: {fault}")
                for place, fault in said
            )
    for wizard in content.wizards.values():
        origin = content.origins[Kind.WIZARDS, wizard.id]
        questions = max(map(len, paths(wizard)))
        excess = len(WIZARD_DATA.format(wizard=wizard.id, path="a" * questions)) - LONGEST_DATA
        if excess > 0:
            fault = f"{wizard.id}: a button cannot carry {questions} answers; shorten the id by {excess}"
            yield Problem(file=origin.file, line=origin.line(("id",)), message=fault)


def _too_long(content: Content, screen: Screen, tr: Translator, today: date) -> Sized:
    most = LONGEST_TEXT - ROOM_AROUND
    for place, text in _texts(content, screen, tr, today):
        if (size := length(text)) > most:
            yield place, f"{size} characters in {tr.language}; at most {most} fit one message"
    for place, label in _labels(screen):
        shown = tr.finish(tr.plain(label), html=False)
        if screen.icon and place in {("title",), ("button",)}:
            shown = f"{screen.icon} {shown}"
        if len(shown) > LONGEST_BUTTON:
            yield place, f"a button of {len(shown)} characters in {tr.language}; at most {LONGEST_BUTTON}"


def _texts(content: Content, screen: Screen, tr: Translator, today: date) -> Sized:
    """Yield every whole message that a screen can become."""
    match screen:
        case Menu():
            yield ("text",), rendering.menu(screen, tr)
        case Article():
            yield ("body",), rendering.article(content, screen, tr, today)
        case Form():
            intro = rendering.form_intro(screen, tr)
            for position, field in enumerate(screen.fields):
                hint = tr.text(field.hint) if field.hint else Markup()
                yield ("fields", position), f"{intro}{tr.text(field.question)}{hint}"
        case Wizard():
            yield from _wizard_texts(content, screen, tr, today)
        case Timetable():
            yield ("intro",), rendering.timetable(content, screen, (), tr, today)


def _wizard_texts(content: Content, wizard: Wizard, tr: Translator, today: date) -> Sized:
    intro = rendering.wizard_intro(wizard, tr)
    for position, node in enumerate(wizard.nodes):
        hint = tr.text(node.hint) if node.hint else Markup()
        yield ("nodes", position), f"{intro}{tr.text(node.question)}{hint}"
    positions = {outcome.id: position for position, outcome in enumerate(wizard.outcomes)}
    longest: dict[str, str] = {}
    for walked in (walk(wizard, path) for path in paths(wizard)):
        so_far = "\n".join(f"{tr.text(a.node.question)}: {tr.text(a.option.label)}" for a in walked.answers)
        longest[walked.at.id] = max(longest.get(walked.at.id, ""), so_far, key=length)
    for outcome in wizard.outcomes:
        text = rendering.outcome(content, outcome, tr, today)
        yield ("outcomes", positions[outcome.id]), f"{longest[outcome.id]}{text}"


def _labels(screen: Screen) -> Sized:
    """Yield the msgids of all buttons that lead to a screen or stand below it."""
    yield ("button",) if screen.button else ("title",), screen.label
    match screen:
        case Article():
            yield from ((("links", number), link.label) for number, link in enumerate(screen.links))
        case Form():
            for position, field in enumerate(screen.fields):
                for number, choice in enumerate(field.choices):
                    yield ("fields", position, "choices", number), choice.label
        case Wizard():
            for position, node in enumerate(screen.nodes):
                for number, option in enumerate(node.options):
                    yield ("nodes", position, "options", number), option.label
            for position, outcome in enumerate(screen.outcomes):
                for number, link in enumerate(outcome.links):
                    yield ("outcomes", position, "links", number), link.label
