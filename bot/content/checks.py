"""The rules of a pack that no single file can keep; ``check`` names every breach at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from bot.content.facts import is_stale, trusted_until
from bot.content.navigation import reachable
from bot.content.pack import Content, Kind
from bot.content.parts import Address, FactId, Filled, Model, ScreenId, Translatable, marked, placeholders
from bot.content.problems import Problem, Severity
from bot.content.rendering import fact_names
from bot.content.schema import HOME, Article, ChecklistItem, Outcome
from bot.content.sections import INTENTS, Section
from bot.content.sizes import check_sizes
from bot.content.translations import check_translations
from bot.content.values import Fact, FactKind
from bot.content.wording import html_faults, links
from bot.i18n.catalogues import Catalogues

MOST_ITEMS: Final = 8
"""How many choices a menu offers."""


def check(content: Content, catalogues: Catalogues, today: date) -> list[Problem]:
    """Return every problem of a pack and of its translations, in the order of files and lines.

    ``catalogues`` are best read from their sources (``Catalogues.read``): the newest translations count.
    """
    found = [problem for rule in _RULES for problem in rule(_Pack(content=content, today=today))]
    found += check_sizes(content, catalogues, today)
    found += check_translations(content, catalogues.folder)
    return sorted(set(found))


def check_references(content: Content, today: date) -> list[Problem]:
    """Return what points nowhere: with such a pack the bot does not start."""
    pack = _Pack(content=content, today=today)
    return [problem for rule in _REFERENCES for problem in rule(pack)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pack:
    """A pack under check."""

    content: Content
    today: date

    def parts(self) -> Iterator[tuple[Kind, str, Model]]:
        """Yield every part with its kind and id."""
        for kind, name in self.content.origins:
            yield kind, name, getattr(self.content, kind.value)[name]

    def problem(
        self, kind: Kind, name: str, message: str, *below: str | int, severity: Severity = Severity.ERROR
    ) -> Problem:
        """Build a problem of a part, or of a value below it."""
        origin = self.content.origins[kind, name]
        return Problem(
            file=origin.file, line=origin.line(below), message=f"{name}: {message}", severity=severity
        )

    def warning(self, kind: Kind, name: str, message: str) -> Problem:
        """Build a problem that does not stop the bot."""
        return self.problem(kind, name, message, severity=Severity.WARNING)


def _dead_references(pack: _Pack) -> Iterator[Problem]:
    for kind, name, part in pack.parts():
        for place, target in marked(part, ScreenId):
            if target not in pack.content.screens:
                yield pack.problem(kind, name, f"there is no screen {target!r}", *place)
        for place, target in marked(part, FactId):
            if target not in pack.content.facts:
                yield pack.problem(kind, name, f"there is no fact {target!r}", *place)


def _placeholders(pack: _Pack) -> Iterator[Problem]:
    for kind, name, part in pack.parts():
        filled = {place for place, _ in marked(part, Filled)}
        for place, text in marked(part, Translatable):
            for fact in placeholders(text):
                if place not in filled:
                    yield pack.problem(kind, name, f"this text cannot show facts: {{{fact}}}", *place)
                elif fact not in pack.content.facts:
                    yield pack.problem(kind, name, f"there is no fact {fact!r}", *place)


def _right_kinds(pack: _Pack) -> Iterator[Problem]:
    """Check that a reference leads to what its key promises."""
    for article in pack.content.articles.values():
        for key, used, wanted in (
            ("map", article.map, FactKind.PLACE),
            ("phone", article.phone, FactKind.PHONE),
        ):
            fact = pack.content.facts.get(used or "")
            if fact and fact.kind is not wanted:
                said = f"{key} needs a fact of kind {wanted}"
                yield pack.problem(Kind.ARTICLES, article.id, said, key)
    for kind, name, place, target in _form_references(pack):
        if target in pack.content.screens and target not in pack.content.forms:
            yield pack.problem(kind, name, f"{target!r} is no form", *place)


def _form_references(pack: _Pack) -> Iterator[tuple[Kind, str, tuple[str | int, ...], str]]:
    for article in pack.content.articles.values():
        if article.form:
            yield Kind.ARTICLES, article.id, ("form",), article.form
    for wizard in pack.content.wizards.values():
        for position, outcome in enumerate(wizard.outcomes):
            if outcome.form:
                yield Kind.WIZARDS, wizard.id, ("outcomes", position, "form"), outcome.form


def _prefill(pack: _Pack) -> Iterator[Problem]:
    """Check that what a field is filled in with is a node of every wizard that opens the form."""
    for wizard in pack.content.wizards.values():
        nodes = {f"answers.{node.id}" for node in wizard.nodes}
        for form_id in {outcome.form for outcome in wizard.outcomes if outcome.form}:
            form = pack.content.forms.get(form_id)
            for position, field in enumerate(form.fields if form else ()):
                wanted = field.prefill or ""
                if wanted.startswith("answers.") and wanted not in nodes:
                    said = f"{wanted} is no node of {wizard.id}"
                    yield pack.problem(Kind.FORMS, form_id, said, "fields", position, "prefill")


def _menus(pack: _Pack) -> Iterator[Problem]:
    for menu in pack.content.menus.values():
        if len(menu.items) > MOST_ITEMS:
            said = f"{len(menu.items)} choices; a menu has at most {MOST_ITEMS}"
            yield pack.problem(Kind.MENUS, menu.id, said, "items", MOST_ITEMS)
        for position, item in enumerate(menu.items):
            if item in menu.items[:position]:
                yield pack.problem(Kind.MENUS, menu.id, f"{item!r} comes twice", "items", position)
        if not menu.items:
            yield pack.warning(Kind.MENUS, menu.id, "this menu is empty")


def _ways_in(pack: _Pack) -> Iterator[Problem]:
    met = reachable(pack.content)
    for kind, name, _ in pack.parts():
        if kind is not Kind.FACTS and name not in met:
            yield pack.problem(kind, name, "no screen leads here")


def _sections(pack: _Pack) -> Iterator[Problem]:
    for kind, name, _ in pack.parts():
        if kind is not Kind.FACTS and name != HOME and pack.content.screens[name].section is None:
            yield pack.problem(kind, name, f"the id must begin with a section: {', '.join(Section)}", "id")
    for section in Section:
        if section not in pack.content.menus:
            yield pack.problem(Kind.MENUS, HOME, f"the section {section} has no menu of that id")


def _intents(pack: _Pack) -> Iterator[Problem]:
    for article in pack.content.articles.values():
        for position, intent in enumerate(article.intents):
            if intent not in INTENTS:
                said = f"there is no intent {intent!r}"
                yield pack.problem(Kind.ARTICLES, article.id, said, "intents", position)
            elif INTENTS[intent] != article.section:
                said = f"the intent {intent} belongs to the section {INTENTS[intent]}"
                yield pack.problem(Kind.ARTICLES, article.id, said, "intents", position)
    answered = {intent for article in pack.content.articles.values() for intent in article.intents}
    for intent, section in INTENTS.items():
        kind, name = (Kind.MENUS, section.value if section in pack.content.menus else HOME)
        if intent not in answered:
            yield pack.problem(kind, name, f"no article answers the intent {intent}")
        if intent not in pack.content.questions:
            yield pack.warning(kind, name, f"the intent {intent} has no example questions")


def _facts(pack: _Pack) -> Iterator[Problem]:
    shown = {name for kind, _, part in pack.parts() if kind is not Kind.FACTS for name in fact_names(part)}
    for fact in pack.content.facts.values():
        yield from (pack.problem(Kind.FACTS, fact.id, said) for said in _fact_faults(fact, pack.today))
        if is_stale(fact, pack.today):
            yield pack.warning(Kind.FACTS, fact.id, f"stale: was to be trusted until {trusted_until(fact)}")
        if fact.id not in shown:
            yield pack.warning(Kind.FACTS, fact.id, "no screen uses this fact")


def _fact_faults(fact: Fact, today: date) -> Iterator[str]:
    if fact.texts or fact.said_by:
        yield "texts and said_by are for changes while the bot runs; write text and source_name"
    if not fact.known:
        return
    if missing := [key for key in ("source", "source_name", "checked") if getattr(fact, key) is None]:
        yield f"a known fact needs {', '.join(missing)}"
    if fact.checked and fact.checked > today:
        yield f"checked on {fact.checked}, which is in the future"


def _addresses(pack: _Pack) -> Iterator[Problem]:
    for kind, name, part in pack.parts():
        inside = ((place, url) for place, text in marked(part, Translatable) for url in links(text))
        for place, url in (*marked(part, Address), *inside):
            if not url.startswith("https://"):
                yield pack.problem(kind, name, f"insecure address, https is needed: {url}", *place)


def _markup(pack: _Pack) -> Iterator[Problem]:
    for kind, name, part in pack.parts():
        for place, text in marked(part, Translatable):
            yield from (pack.problem(kind, name, fault, *place) for fault in html_faults(text))


def _checklists(pack: _Pack) -> Iterator[Problem]:
    for wizard in pack.content.wizards.values():
        for position, outcome in enumerate(wizard.outcomes):
            if not outcome.checklist:
                said = f"the outcome {outcome.id} has no checklist"
                yield pack.problem(Kind.WIZARDS, wizard.id, said, "outcomes", position)
            yield from _sourceless(pack, Kind.WIZARDS, wizard.id, ("outcomes", position), outcome)
    for article in pack.content.articles.values():
        yield from _sourceless(pack, Kind.ARTICLES, article.id, (), article)


def _sourceless(
    pack: _Pack, kind: Kind, name: str, place: tuple[str | int, ...], part: Article | Outcome
) -> Iterator[Problem]:
    """Yield the checklist lines of a part that nobody vouches for."""
    for at, block in enumerate(part.body):
        for number, item in enumerate(block.checklist):
            if fault := _line_fault(pack, item):
                yield pack.problem(kind, name, fault, *place, "body", at, "checklist", number)
    for number, item in enumerate(cast("tuple[ChecklistItem, ...]", getattr(part, "checklist", ()))):
        if fault := _line_fault(pack, item):
            yield pack.problem(kind, name, fault, *place, "checklist", number)


def _line_fault(pack: _Pack, item: ChecklistItem) -> str:
    if item.fact:
        fact = pack.content.facts.get(item.fact)
        return (
            f"the fact {item.fact} is unknown, so it vouches for nothing" if fact and not fact.known else ""
        )
    if item.source and item.source_name and item.checked:
        return ""
    return "a checklist line needs a fact, or source, source_name and checked"


_RULES: Final[tuple[Callable[[_Pack], Iterator[Problem]], ...]] = (
    _dead_references,
    _placeholders,
    _right_kinds,
    _prefill,
    _menus,
    _ways_in,
    _sections,
    _intents,
    _facts,
    _addresses,
    _markup,
    _checklists,
)

_REFERENCES: Final = (_dead_references, _placeholders, _right_kinds, _prefill)
"""The rules about what points somewhere."""
