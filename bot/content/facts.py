"""How long a fact may be trusted, when to ask for confirmation, and how its value is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from bot.content.values import Confidence, Fact, FactKind, Opening, Unit, Weekday
from bot.i18n.catalogues import Markup, Translator, mark_plural

DEFAULT_VALIDITY: Final = timedelta(days=180)
"""How long a fact is trusted that says nothing about it."""

_UNITS: Final = MappingProxyType(
    {
        Unit.DAYS: mark_plural("{n} day", "{n} days"),
        Unit.WORKING_DAYS: mark_plural("{n} working day", "{n} working days"),
        Unit.WEEKS: mark_plural("{n} week", "{n} weeks"),
        Unit.HOURS: mark_plural("{n} hour", "{n} hours"),
        Unit.MINUTES: mark_plural("{n} minute", "{n} minutes"),
        Unit.MONTHS: mark_plural("{n} month", "{n} months"),
        Unit.YEARS: mark_plural("{n} year", "{n} years"),
        Unit.KILOMETRES: mark_plural("{n} km", "{n} km"),
        Unit.KILOGRAMS: mark_plural("{n} kg", "{n} kg"),
    }
)


def trusted_until(fact: Fact) -> date | None:
    """Return the last day on which the value may be trusted; None for ever, or when nobody checked it."""
    if fact.lasting or not fact.known:
        return None
    if fact.valid_until is not None or fact.checked is None:
        return fact.valid_until
    validity = timedelta(days=fact.valid_days) if fact.valid_days else DEFAULT_VALIDITY
    return fact.checked + validity


def is_stale(fact: Fact, today: date) -> bool:
    """Whether the value's validity is over."""
    until = trusted_until(fact)
    return until is not None and today > until


def needs_confirmation(fact: Fact, today: date) -> bool:
    """Whether visitors are asked to confirm the value with the consulate.

    Whatever is stale is confirmed. Of the rest, what the fact says of itself goes first; else it is whatever
    is not official.
    """
    if is_stale(fact, today):
        return True
    if fact.confirm is not None:
        return fact.confirm
    return fact.confidence is not Confidence.OFFICIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who vouches for a fact."""

    name: str
    url: str | None = None
    own_words: bool = False
    """Whether the name was written by staff and is shown as it is; else it is a msgid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What several facts together rest on."""

    sources: tuple[Source, ...]
    """Each once; one who said several things in several places stands here with each address."""
    checked: date | None
    """The oldest day of checking; None when there is no fact."""
    confirm: bool
    """Whether one of them needs confirmation."""


def source_of(fact: Fact) -> Source | None:
    """Return who vouches for a fact; None when nobody is named."""
    if fact.said_by:
        return Source(name=fact.said_by, url=fact.source, own_words=True)
    return Source(name=fact.source_name, url=fact.source) if fact.source_name else None


def evidence(facts: Iterable[Fact], today: date) -> Evidence:
    """Sum up the sources, the age and the certainty of the known ones among ``facts``."""
    known = [fact for fact in facts if fact.known]
    sources = dict.fromkeys(source for fact in known if (source := source_of(fact)))
    return Evidence(
        sources=tuple(sources),
        checked=min((fact.checked for fact in known if fact.checked), default=None),
        confirm=any(needs_confirmation(fact, today) for fact in known),
    )


def value(fact: Fact, tr: Translator) -> Markup | None:
    """Write a fact's value for readers of ``tr``'s language as Telegram-HTML; None when it is unknown."""
    if not fact.known:
        return None
    match fact.kind:
        case FactKind.TEXT:
            return _words(fact, fact.text or "", tr)
        case FactKind.MONEY | FactKind.NUMBER:
            return _amount(fact, tr)
        case FactKind.PLACE:
            return _place(fact, tr)
        case FactKind.HOURS:
            return _hours(fact.hours or (), tr)
        case FactKind.URL:
            return _link(fact.url or "")
        case FactKind.FLAG:
            return tr("Yes") if fact.flag else tr("No")
        case FactKind.DATE | FactKind.PHONE | FactKind.EMAIL:
            shown = tr.date(fact.day) if fact.day else fact.phone or fact.email or ""
            return Markup(escape(shown, quote=False))


def _words(fact: Fact, msgid: str, tr: Translator) -> Markup:
    """Write words: what staff wrote for this language, else the pack's through the catalogue."""
    own = fact.texts.get(tr.language)
    return Markup(escape(own, quote=False)) if own else tr.text(msgid)


def _amount(fact: Fact, tr: Translator) -> Markup:
    low = fact.amount or Decimal(0)
    high = fact.amount_to
    if fact.kind is FactKind.MONEY:
        return _range(*(tr.money(end, fact.currency or "") for end in (low, high) if end is not None), tr=tr)
    if fact.unit is Unit.PERCENT:
        return _range(*(tr.percent(end / 100) for end in (low, high) if end is not None), tr=tr)
    digits = _range(*(tr.number(end) for end in (low, high) if end is not None), tr=tr)
    if fact.unit is None:
        return digits
    last = high if high is not None else low
    # A fraction takes the form of many, in all three languages.
    return tr.plural(*_UNITS[fact.unit], int(last) if last == int(last) else 2, n=digits)


def _range(low: str, high: str | None = None, *, tr: Translator) -> Markup:
    if high is None:
        return Markup(escape(low, quote=False))
    return tr("{low} to {high}", low=low, high=high)


def _place(fact: Fact, tr: Translator) -> Markup | None:
    """Write an address; None when only the point is known."""
    address = fact.place.address if fact.place else None
    return _words(fact, address, tr) if address else None


def _link(url: str) -> Markup:
    """Write an address as a link that shows its host."""
    host = urlsplit(url).netloc.removeprefix("www.")
    return Markup(f'<a href="{escape(url)}">{escape(host, quote=False)}</a>')


def _hours(openings: tuple[Opening, ...], tr: Translator) -> Markup:
    lines = [
        tr(
            "{days}: {opens} to {closes}",
            days=_days(opening.days, tr),
            opens=tr.time(opening.opens),
            closes=tr.time(opening.closes),
        )
        for opening in openings
    ]
    return Markup("\n".join(lines))


def _days(days: tuple[Weekday, ...], tr: Translator) -> str:
    """Write days of the week, three or more in a row as a range."""
    numbers = sorted({day.number for day in days})
    in_a_row = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    if in_a_row and len(numbers) >= 3:  # noqa: PLR2004 - two days read better as a list
        return tr.plain("{first} to {last}", first=tr.weekday(numbers[0]), last=tr.weekday(numbers[-1]))
    return tr.list_and([tr.weekday(number) for number in numbers])
