"""Fact: a value that can change, with its source, the day it was checked and how sure it is."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.parts import FactRef, HttpsUrl, Model, Text
from bot.content.sections import Section
from bot.i18n.languages import Language


class Confidence(StrEnum):
    """How sure a fact is."""

    OFFICIAL = "official"
    """Said by the body that decides it."""
    REPORTED = "reported"
    """Said by the press or another decent source."""
    UNVERIFIED = "unverified"
    """Said by one weak or old source."""


class FactKind(StrEnum):
    """What a fact's value is."""

    TEXT = "text"
    MONEY = "money"
    URL = "url"
    PHONE = "phone"
    EMAIL = "email"
    DATE = "date"
    PLACE = "place"
    HOURS = "hours"
    FLAG = "flag"
    NUMBER = "number"


class Unit(StrEnum):
    """What a number counts; the words are translated with plural forms."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    HOURS = "hours"
    MINUTES = "minutes"
    MONTHS = "months"
    YEARS = "years"
    KILOMETRES = "km"
    KILOGRAMS = "kg"
    PERCENT = "percent"
    """The value 25 means 25%."""


class Weekday(StrEnum):
    """A day of the week, in the order of ``date.weekday()``."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return list(Weekday).index(self)


class Opening(Model):
    """Hours that are the same on some days of the week."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: time
    closes: time


class Place(Model):
    """A point on the map, its address in words, or both."""

    address: Text | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("give both lat and lon, or neither")
        if self.lat is None and self.address is None:
            raise ValueError("a place needs an address, or lat and lon")
        return self

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None when only the address is known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


FactValue = str | Decimal | date | bool | Place | tuple[Opening, ...]


class Fact(Model):
    """Something that can change: its value, where it is from, when it was checked and how sure it is."""

    id: FactRef
    section: Section
    kind: FactKind
    label: Text | None = None
    """What the value is, for lists: "Consular fee, single entry"."""
    text: Text | None = None
    """The value of kind text: a statement or a phrase."""
    amount: Decimal | None = None
    """The value of kind money or number."""
    amount_to: Decimal | None = None
    """The upper end when the value is a range."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    """ISO 4217 code, for kind money."""
    unit: Unit | None = None
    """What a number counts; none for a bare number."""
    url: HttpsUrl | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+[0-9]{7,15}$")] | None = None
    """E.164: plus, country code, digits only."""
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[a-z]{2,}$")] | None = None
    day: date | None = None
    """The value of kind date."""
    place: Place | None = None
    hours: tuple[Opening, ...] | None = Field(default=None, min_length=1)
    flag: bool | None = None
    """The value of kind flag: whether something is so."""
    unknown: bool = False
    """True: nobody knows the value yet; it is not shown until staff fill it in."""
    source: HttpsUrl | None = None
    source_name: Text | None = None
    """Who says so, as a visitor would name them."""
    checked: date | None = None
    """The day on which somebody last compared the value with its source."""
    confidence: Confidence = Confidence.UNVERIFIED
    valid_days: int | None = Field(default=None, gt=0)
    """For how many days after ``checked`` the value may be trusted; 180 when nothing is said."""
    valid_until: date | None = None
    """The last day of validity, instead of ``valid_days``."""
    lasting: bool = False
    """True for history, which does not go stale."""
    confirm: bool | None = None
    """True: always ask visitors to confirm; None: derived from confidence and age."""
    note: str | None = None
    """For staff and editors; never shown to visitors, never translated."""
    texts: dict[Language, str] = Field(default_factory=dict)
    """A text or an address per language, written by staff while the bot runs; never in a pack's file."""
    said_by: str | None = None
    """Who says so in staff's own words, shown as written; never in a pack's file."""

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        name = VALUE_FIELDS[self.kind]
        given = {field for field in VALUE_FIELDS.values() if getattr(self, field) is not None}
        if given - {name}:
            wrong = ", ".join(sorted(given - {name}))
            raise ValueError(f"a fact of kind {self.kind} has no {wrong}, its value is {name}")
        if self.unknown == bool(given):
            raise ValueError(f"says unknown and has {name}" if given else f"needs {name}, or unknown: true")
        if self.kind is FactKind.MONEY and not self.unknown and self.currency is None:
            raise ValueError("an amount of money needs its currency")
        return self

    @property
    def known(self) -> bool:
        """Whether there is a value to show."""
        return not self.unknown


VALUE_FIELDS: Final = {
    FactKind.TEXT: "text",
    FactKind.MONEY: "amount",
    FactKind.URL: "url",
    FactKind.PHONE: "phone",
    FactKind.EMAIL: "email",
    FactKind.DATE: "day",
    FactKind.PLACE: "place",
    FactKind.HOURS: "hours",
    FactKind.FLAG: "flag",
    FactKind.NUMBER: "amount",
}
"""Which field of a fact holds its value."""
