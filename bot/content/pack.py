"""Content: the whole pack as one immutable value, with look-ups."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from bot.content.documents import Document, Place
from bot.content.parts import Model
from bot.content.schema import HOME, Article, Form, Menu, Screen, Timetable, Wizard
from bot.content.values import Fact


class Kind(StrEnum):
    """What a pack is made of: the folder and the top key of its files."""

    MENUS = "menus"
    ARTICLES = "articles"
    FORMS = "forms"
    WIZARDS = "wizards"
    TIMETABLES = "timetables"
    FACTS = "facts"


MODELS: Mapping[Kind, type[Model]] = MappingProxyType(
    {
        Kind.MENUS: Menu,
        Kind.ARTICLES: Article,
        Kind.FORMS: Form,
        Kind.WIZARDS: Wizard,
        Kind.TIMETABLES: Timetable,
        Kind.FACTS: Fact,
    }
)
"""The model of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where in the pack's files a part comes from."""

    document: Document = field(repr=False)
    place: Place

    @property
    def file(self) -> str:
        """The file, relative to the pack's folder."""
        return self.document.file

    def line(self, below: Place = ()) -> int:
        """Return the line of a value inside the part."""
        return self.document.line(self.place + below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that the bot says, by id, in the order of the files."""

    folder: Path
    menus: Mapping[str, Menu]
    articles: Mapping[str, Article]
    forms: Mapping[str, Form]
    wizards: Mapping[str, Wizard]
    timetables: Mapping[str, Timetable]
    facts: Mapping[str, Fact]
    questions: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Example questions: intent, then way of writing (``en kk ur rur mixed``)."""
    screens: Mapping[str, Screen]
    """Menus, articles, forms, wizards and timetables together."""
    origins: Mapping[tuple[Kind, str], Origin] = field(repr=False)

    @property
    def root(self) -> Menu:
        """The first menu."""
        return self.menus[HOME]

    def screen(self, screen_id: str) -> Screen | None:
        """Return the screen with this id, or None when there is none (any more)."""
        return self.screens.get(screen_id)

    def articles_for(self, intent: str) -> tuple[Article, ...]:
        """Return the articles that answer an intent, those first that name it first."""
        found = [article for article in self.articles.values() if intent in article.intents]
        return tuple(sorted(found, key=lambda article: article.intents.index(intent)))

    def with_facts(self, changes: Mapping[str, Fact]) -> "Content":
        """Return the same content with facts that staff changed; facts no longer in the pack are left out."""
        known = {name: fact for name, fact in changes.items() if name in self.facts}
        return replace(self, facts=MappingProxyType({**self.facts, **known}))
