"""House formats of dates, numbers, money and lists: Babel where it is right, own patterns where it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from bot.i18n.languages import Language

NBSP: Final = "\u00a0"

Number = int | float | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How one language writes dates and money."""

    date: str
    """CLDR date pattern of a day."""
    date_weekday: str
    """The same with the day of the week."""
    month_year: str
    date_and_time: str
    """How a formatted day and time stand together."""
    money: dict[str, str]
    """Currency code to pattern in running text; ``{}`` is the number."""
    money_in_table: dict[str, str] = field(default_factory=dict)
    """The same where space is short; what is missing here is as in running text."""


HOUSE: Final = {
    Language.EN: House(
        date="d MMMM y",
        date_weekday="EEE, d MMM y",
        month_year="MMMM y",
        date_and_time="{}, {}",
        money={"KZT": "{} ₸ (KZT)", "PKR": "Rs {}", "USD": "US${}"},
        money_in_table={"KZT": "{} ₸"},
    ),
    Language.KK: House(
        date="y 'жылғы' d MMMM",
        date_weekday="y 'ж'. d MMMM, EEEE",
        month_year="y 'жылғы' MMMM",
        date_and_time="{}, {}",
        money={"KZT": "{} ₸", "PKR": "{} пәкістан рупиясы", "USD": "{} АҚШ доллары"},
        money_in_table={"PKR": "{} PKR", "USD": "{} $"},
    ),
    Language.UR: House(
        date="d MMMM y",
        date_weekday="EEEE، d MMMM y",
        month_year="MMMM y",
        date_and_time="{}، {}",
        money={"KZT": "{} ٹینگے (KZT)", "PKR": "{} روپے", "USD": "{} امریکی ڈالر"},
        money_in_table={"KZT": "{} ₸", "PKR": "Rs {}", "USD": "${}"},
    ),
}
"""The table of house formats. Spaces become no-break spaces in money."""

_KAZAKH_CONJUNCTIONS: Final = {"standard": "және", "or": "немесе"}


@cache
def _locale(language: Language) -> Locale:
    return Locale(language.value)


def pattern_date(language: Language, pattern: str, day: date) -> str:
    """Format a day by a CLDR pattern with the names of ``language``."""
    return format_date(day, pattern, _locale(language))


def weekday(language: Language, number: int) -> str:
    """Name a day of the week in full, standing alone: 0 is Monday."""
    names: Mapping[int, str] = _locale(language).days["stand-alone"]["wide"]
    return names[number]


def clock(language: Language, moment: time | datetime) -> str:
    """Format a time of day as it stands: ``14:05`` in every language."""
    return format_time(
        moment.time() if isinstance(moment, datetime) else moment, "HH:mm", locale=_locale(language)
    )


def date_and_time(language: Language, moment: datetime, zone: tzinfo) -> str:
    """Format an aware moment as the day and time in ``zone``."""
    local = moment.astimezone(zone)
    house = HOUSE[language]
    return house.date_and_time.format(
        pattern_date(language, house.date, local.date()), clock(language, local)
    )


def zone_name(language: Language, zone: tzinfo) -> str:
    """Name the time of a zone by its country: ``Pakistan Time``; a zone of no country by its id."""
    key = str(zone)
    if "/" not in key or key.startswith("Etc/"):
        return key
    name = get_timezone_name(zone, locale=_locale(language))
    # CLDR's Urdu has another spelling of the country than the House.
    return name.replace("قزاخستان", "قازقستان")


def number(language: Language, value: Number) -> str:
    """Format a number with digits 0-9, thousands grouped, at most three decimals."""
    return format_decimal(value, locale=_locale(language))


def percent(language: Language, fraction: Number) -> str:
    """Format 0.25 as ``25%``; at most one decimal."""
    pattern = "#,##0.#%"
    return format_percent(fraction, pattern, locale=_locale(language))


def money(language: Language, amount: Number, currency: str, *, table: bool) -> str:
    """Format an amount: no decimals when whole, else two; an unknown currency shows its ISO code."""
    house = HOUSE[language]
    whole = amount == int(amount)
    digits = format_decimal(amount, "#,##0" if whole else "#,##0.00", locale=_locale(language))
    pattern = house.money.get(currency, f"{{}} {currency}")
    if table:
        pattern = house.money_in_table.get(currency, pattern)
    return pattern.format(digits).replace(" ", NBSP)


def listing(language: Language, items: Sequence[str], style: str) -> str:
    """Join items with the language's "and" (``standard``) or "or" (``or``).

    CLDR has no "and" before the last of three in Kazakh; the house has.
    """
    if language is Language.KK:
        *first, last = items or [""]
        return f"{', '.join(first)} {_KAZAKH_CONJUNCTIONS[style]} {last}" if first else last
    return format_list(list(items), "or" if style == "or" else "standard", _locale(language))
