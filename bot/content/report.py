"""All facts of a pack by age and confidence, and the screens that rest on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.content.facts import is_stale, needs_confirmation, trusted_until
from bot.content.pack import Content, Kind
from bot.content.rendering import fact_names
from bot.content.values import Confidence, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFact:
    """One fact and how it stands."""

    fact: Fact
    file: str
    """Relative to the pack's folder."""
    line: int
    screens: tuple[str, ...]
    """The ids of the screens that show or cite it."""
    trusted_until: date | None
    """The last day on which it may be trusted; None for ever, or when it is unknown."""
    stale: bool
    confirm: bool
    """Whether visitors are asked to confirm it."""


def facts_report(content: Content, today: date) -> tuple[ReportedFact, ...]:
    """Return every fact: first the unknown ones, then the one checked longest ago; the least sure first."""
    users = screens_by_fact(content)
    return tuple(
        _reported(content, fact, users.get(fact.id, ()), today)
        for fact in sorted(content.facts.values(), key=_urgency)
    )


def screens_by_fact(content: Content) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the screens that rest on each fact."""
    users: dict[str, tuple[str, ...]] = {}
    for screen in content.screens.values():
        for name in fact_names(screen):
            users[name] = (*users.get(name, ()), screen.id)
    return users


def _urgency(fact: Fact) -> tuple[bool, date, int, str]:
    return (fact.known, fact.checked or date.min, -list(Confidence).index(fact.confidence), fact.id)


def _reported(content: Content, fact: Fact, screens: tuple[str, ...], today: date) -> ReportedFact:
    origin = content.origins[Kind.FACTS, fact.id]
    return ReportedFact(
        fact=fact,
        file=origin.file,
        line=origin.line(),
        screens=screens,
        trusted_until=trusted_until(fact),
        stale=is_stale(fact, today),
        confirm=fact.known and needs_confirmation(fact, today),
    )
