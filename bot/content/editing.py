"""Facts that staff change while the bot runs: reading a value as people type it."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from html import escape
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from bot.content.values import VALUE_FIELDS, Confidence, Fact, FactKind, Weekday
from bot.i18n.catalogues import mark
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language

HOW_TO_TYPE: Final[Mapping[FactKind, str]] = MappingProxyType(
    {
        FactKind.TEXT: mark("Send the text as visitors should read it."),
        FactKind.MONEY: mark("Send the amount and the currency, for example: 60 USD, or 200-400 USD."),
        FactKind.NUMBER: mark("Send the number, for example: 5, or 3-5."),
        FactKind.DATE: mark("Send the date, for example: 2027-03-21."),
        FactKind.FLAG: mark("Send yes or no."),
        FactKind.URL: mark("Send the address of the page; it begins with https://."),
        FactKind.PHONE: mark("Send the number with its country code, for example: +92 42 35870000."),
        FactKind.EMAIL: mark("Send the e-mail address."),
        FactKind.PLACE: mark(
            "Send the address in words, or latitude and longitude, for example: 31.5546, 74.3572."
        ),
        FactKind.HOURS: mark("Send days and hours, for example: mon-thu 09:00-17:00; fri 09:00-12:30."),
    }
)
"""How to type a value of each kind: msgids."""

_DIGITS: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_RANGE: Final = re.compile(r"^(\d[\d,\s]*(?:\.\d+)?)(?:\s*[-–]\s*(\d[\d,\s]*(?:\.\d+)?))?$")
_CURRENCY: Final = re.compile(r"\b([A-Za-z]{3})\b")
_SIGNS: Final = MappingProxyType({"₸": "KZT", "US$": "USD", "$": "USD", "Rs": "PKR", "€": "EUR"})
_POINT: Final = re.compile(r"^(-?\d{1,2}\.\d+)\s*[,،\s]\s*(-?\d{1,3}\.\d+)$")
_OPENING: Final = re.compile(r"^([a-z,\s-]+?)\s+(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)$")
_YES_NO: Final = MappingProxyType(
    {
        "yes": True,
        "no": False,
        "иә": True,
        "жоқ": False,
        "جی ہاں": True,
        "ہاں": True,
        "جی نہیں": False,
        "نہیں": False,
    }
)
_DATES: Final = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")


class NotAValueError(Exception):
    """What was typed is no value of the fact's kind; ``HOW_TO_TYPE`` says how it is typed."""


def changed(
    fact: Fact,
    typed: str,
    *,
    said_by: str,
    checked: date,
    confidence: Confidence,
    source: str | None = None,
    texts: Mapping[Language, str] | None = None,
    valid_until: date | None = None,
) -> Fact:
    """Return the fact with the value that staff typed, and who says so.

    Args:
        fact: As it stands now.
        typed: The value, as ``HOW_TO_TYPE`` asks for it; digits of any script.
        said_by: Who says so, in staff's own words.
        checked: The day on which staff made sure.
        confidence: How sure it is.
        source: An address (https), when there is one.
        texts: For a text or an address: the words in other languages.
        valid_until: The last day on which it may be trusted; by the fact's own rule when not said.

    Raises:
        NotAValueError: It is no such value, or the result breaks a rule of facts.
    """
    said = {"said_by": said_by, "source": source, "checked": checked, "confidence": confidence}
    # "confirm" was said of the old value; history to which staff give an end is no history.
    lasting = fact.lasting and valid_until is None
    value = _READERS[fact.kind](fact, _tidy(typed))
    more = {"valid_until": valid_until, "confirm": None, "lasting": lasting, "texts": dict(texts or {})}
    if not texts and fact.place and value.get("place", {}).get("address") == fact.place.address:
        more["texts"] = fact.texts  # only the point was typed: the address stays, in each language
    return _rebuilt(fact, {**value, **said, **more})


def forgotten(fact: Fact) -> Fact:
    """Return the fact as unknown: what visitors read leaves it out."""
    return _rebuilt(fact, {"unknown": True})


def _rebuilt(fact: Fact, update: Mapping[str, Any]) -> Fact:
    value_fields = {*VALUE_FIELDS.values(), "amount_to", "unknown", "valid_until", "texts"}
    kept = {name: held for name, held in fact.model_dump().items() if name not in value_fields}
    try:
        return Fact.model_validate({**kept, **update})
    except ValidationError as error:
        raise NotAValueError(error.errors()[0]["msg"]) from error


def _tidy(typed: str) -> str:
    return strip_controls(typed).translate(_DIGITS).strip()


def _as_text(typed: str) -> str:
    """Write words as a text of the pack, in which tags and braces have a meaning."""
    return escape(typed, quote=False).replace("{", "&#123;")


def _matched(pattern: re.Pattern[str], typed: str) -> re.Match[str]:
    found = pattern.match(typed)
    if found is None:
        raise NotAValueError
    return found


def _range(typed: str) -> dict[str, Any]:
    low, high = _matched(_RANGE, typed).groups()
    return {"amount": _decimal(low), "amount_to": _decimal(high) if high else None}


def _decimal(digits: str) -> Decimal:
    return Decimal(re.sub(r"[,\s]", "", digits))


def _money(fact: Fact, typed: str) -> dict[str, Any]:
    """Read an amount or a range with its currency: a code, a sign, or the one that the fact has."""
    currency = fact.currency
    for sign, code in _SIGNS.items():
        if sign in typed:
            typed, currency = typed.replace(sign, " "), code
    if code_typed := _CURRENCY.search(typed):
        currency = code_typed[0].upper()
        typed = _CURRENCY.sub(" ", typed)
    return {**_range(typed.strip()), "currency": currency}


def _date(typed: str) -> date:
    for pattern in _DATES:
        with suppress(ValueError):
            return datetime.strptime(typed, pattern).date()  # noqa: DTZ007 - a day has no zone
    raise NotAValueError


def _flag(typed: str) -> bool:
    if typed.casefold() not in _YES_NO:
        raise NotAValueError
    return _YES_NO[typed.casefold()]


def _phone(typed: str) -> str:
    """Read a number as E.164; without a country code it is one of Pakistan."""
    digits = re.sub(r"[\s().-]", "", typed)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+92{digits[1:]}" if digits.startswith("0") else digits


def _place(fact: Fact, typed: str) -> dict[str, Any]:
    """Read a point or an address; what is not typed stays as it was."""
    held = fact.place.model_dump() if fact.place else {}
    if point := _POINT.match(typed):
        return {**held, "lat": float(point[1]), "lon": float(point[2])}
    return {**held, "address": _as_text(typed)}


def _opening(typed: str) -> dict[str, Any]:
    days, opens, closes = _matched(_OPENING, typed).groups()
    named = [day for part in re.split(r"[,\s]+", re.sub(r"\s*-\s*", "-", days)) for day in _days(part)]
    return {"days": named, "opens": opens.zfill(5), "closes": closes.zfill(5)}


def _days(part: str) -> list[Weekday]:
    """Read ``mon`` or ``mon-thu``; ``fri-mon`` goes over the week's end."""
    try:
        ends = [Weekday(name[:3]) for name in part.split("-")]
    except ValueError as error:
        raise NotAValueError from error
    first, last = ends[0].number, ends[-1].number
    week = list(Weekday)
    return [week[(first + step) % len(week)] for step in range((last - first) % len(week) + 1)]


def _hours(typed: str) -> list[dict[str, Any]]:
    parts = filter(None, map(str.strip, re.split(r"[;\n]", typed.casefold())))
    return [_opening(part) for part in parts]


_READERS: Final[Mapping[FactKind, Callable[[Fact, str], dict[str, Any]]]] = MappingProxyType(
    {
        FactKind.TEXT: lambda _, typed: {"text": _as_text(typed)},
        FactKind.MONEY: _money,
        FactKind.NUMBER: lambda _, typed: _range(typed),
        FactKind.DATE: lambda _, typed: {"day": _date(typed)},
        FactKind.FLAG: lambda _, typed: {"flag": _flag(typed)},
        FactKind.URL: lambda _, typed: {"url": typed},
        FactKind.PHONE: lambda _, typed: {"phone": _phone(typed)},
        FactKind.EMAIL: lambda _, typed: {"email": typed},
        FactKind.PLACE: lambda fact, typed: {"place": _place(fact, typed)},
        FactKind.HOURS: lambda _, typed: {"hours": _hours(typed)},
    }
)
