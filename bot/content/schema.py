"""The file format of the content pack: menus, articles, forms, wizards, timetables, facts.

Every text that a visitor reads has the type ``Text``: English Telegram-HTML, which is its msgid.
``{fact_id}`` inside a text of a block stands for that fact's value. ``docs/content.md`` shows each kind of
file.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.content.sections import Section
from bot.i18n.catalogues import PLACEHOLDER
from bot.i18n.languages import Language

HOME: Final = "home"
"""The id of the first menu."""


class Translatable:
    """Marks a field whose text goes through the catalogues."""


class FactId:
    """Marks a field that names a fact."""


class ScreenId:
    """Marks a field that names a screen."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone of the IANA database") from error
    return name


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Translatable()]
FactRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,47}$"), FactId()]
ScreenRef = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$", max_length=48), ScreenId()
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""The id of a part of a form or wizard, unique inside it."""
ShortName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,15}$")]
"""The id of a choice or option: a button carries it, so it is short."""
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
"""An absolute address; ``check`` names those that are not https."""
ZoneName = Annotated[str, AfterValidator(_zone)]


class Model(BaseModel):
    """A frozen part of the pack; unknown keys are errors."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


# --- Facts --------------------------------------------------------------------------------------------------


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
    hours: tuple[Opening, ...] | None = None
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
    """A text value per language, set by staff while the bot runs; never in a pack's file."""

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        given = {kind for kind, name in VALUE_FIELDS.items() if getattr(self, name) is not None}
        allowed = {kind for kind, name in VALUE_FIELDS.items() if name == VALUE_FIELDS[self.kind]}
        if given - allowed:
            wrong = ", ".join(sorted({VALUE_FIELDS[kind] for kind in given - allowed}))
            raise ValueError(
                f"a fact of kind {self.kind} has no {wrong}; its value is {VALUE_FIELDS[self.kind]}"
            )
        if self.unknown == bool(given):
            said = (
                "says unknown and has a value"
                if given
                else f"needs {VALUE_FIELDS[self.kind]}, or unknown: true"
            )
            raise ValueError(f"this fact {said}")
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


# --- Articles -----------------------------------------------------------------------------------------------


def _string_is_text(data: Any) -> Any:
    return {"text": data} if isinstance(data, str) else data


class Line(Model):
    """One text that may show facts; left out when one of them is unknown, or ``otherwise`` in its place.

    In a file a bare string is a line.
    """

    text: Text
    otherwise: Text | None = None

    _short = model_validator(mode="before")(_string_is_text)

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that the text shows, in order."""
        return tuple(dict.fromkeys(PLACEHOLDER.findall(self.text)))


class ChecklistItem(Model):
    """A thing to get or do, and who says that it is needed: a fact, or an address with its name and date."""

    id: ShortName | None = None
    """Kept by the tick boxes; without it the line's position is kept."""
    text: Text
    fact: FactRef | None = None
    source: HttpsUrl | None = None
    source_name: Text | None = None
    checked: date | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that the text shows, in order."""
        return tuple(dict.fromkeys(PLACEHOLDER.findall(self.text)))


class BlockKind(StrEnum):
    """What a block of a body is."""

    TEXT = "text"
    HEADING = "heading"
    BULLETS = "bullets"
    STEPS = "steps"
    CHECKLIST = "checklist"


class Block(Model):
    """One part of a body: exactly one of a paragraph, a heading, bullets, numbered steps, a checklist.

    In a file a bare string is a paragraph.
    """

    text: Text | None = None
    heading: Text | None = None
    bullets: tuple[Line, ...] = ()
    steps: tuple[Line, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    otherwise: Text | None = None
    """Shown when a fact of the paragraph is unknown, or when no bullet or step is left."""

    _short = model_validator(mode="before")(_string_is_text)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len([kind for kind in BlockKind if getattr(self, kind.value)]) != 1:
            raise ValueError(f"give exactly one of {', '.join(BlockKind)}")
        return self

    @property
    def kind(self) -> BlockKind:
        """Which of the fields is given."""
        return next(kind for kind in BlockKind if getattr(self, kind.value))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The paragraph, heading, bullets or steps as lines; none for a checklist."""
        single = self.text or self.heading
        return (Line(text=single, otherwise=self.otherwise),) if single else self.bullets or self.steps


class Link(Model):
    """A button that opens an address."""

    label: Text
    url: HttpsUrl


class Screen(Model):
    """What every screen has: an id that deep links and buttons carry, and a title."""

    id: ScreenRef
    title: Text
    button: Text | None = None
    """The label of buttons that lead here, when the title is too long."""
    icon: str | None = Field(default=None, max_length=8)
    """One emoji."""

    @property
    def label(self) -> str:
        """The msgid for buttons that lead here."""
        return self.button or self.title

    @property
    def section(self) -> Section | None:
        """The section that the id begins with; None for the first menu."""
        first = self.id.partition("-")[0]
        return Section(first) if first in set(Section) else None


class Menu(Screen):
    """A screen of choices."""

    text: Text
    items: tuple[ScreenRef, ...] = ()
    """The screens that the buttons lead to, in order; at most eight."""


class Article(Screen):
    """An answer."""

    intents: tuple[str, ...] = ()
    """The intents that this article answers, the most important first."""
    summary: Text
    """One line that says the most important thing; shown among search results."""
    body: tuple[Block, ...] = Field(min_length=1)
    cites: tuple[FactRef, ...] = ()
    """Facts that the body relies on without showing their values: their sources are named below it."""
    links: tuple[Link, ...] = ()
    map: FactRef | None = None
    """A fact of kind place: sent as a pin when its point is known."""
    phone: FactRef | None = None
    """A fact of kind phone: shown as a contact when it is known."""
    related: tuple[ScreenRef, ...] = ()
    ask: bool = True
    """Whether "ask a person" is offered."""
    form: ScreenRef | None = None
    """The form that "ask a person" opens; a general question when nothing is said."""


# --- Forms --------------------------------------------------------------------------------------------------


class FieldKind(StrEnum):
    """What a field of a form asks for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    FILES = "files"


class Choice(Model):
    """One possible answer of a field."""

    id: ShortName
    label: Text


class FormField(Model):
    """One question of a form."""

    id: Name
    kind: FieldKind
    label: Text
    """Short, for the summary and the export."""
    question: Text
    """What the visitor is asked."""
    hint: Text | None = None
    """How to answer, with an example."""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    min: int | None = None
    """Least length of a text, number, count of choices or files."""
    max: int | None = None
    """Greatest length of a text, number, count of choices or files."""
    earliest: Annotated[str, StringConstraints(pattern=r"^(today|[+-]\d{1,5}d|\d{4}-\d\d-\d\d)$")] | None = (
        None
    )
    """For a date: ``today``, days from today (``+30d``, ``-365d``) or an ISO date."""
    latest: Annotated[str, StringConstraints(pattern=r"^(today|[+-]\d{1,5}d|\d{4}-\d\d-\d\d)$")] | None = None
    prefill: (
        Annotated[str, StringConstraints(pattern=r"^(person\.(name|phone)|answers(\.[a-z][a-z0-9_]*)?)$")]
        | None
    ) = None
    """Where a first answer may come from: ``person.name``, ``person.phone``, ``answers`` (all of a wizard, a
    line each) or ``answers.NODE`` (the label, or for a choice the id, chosen at that node)."""

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        chosen = self.kind in {FieldKind.CHOICE, FieldKind.SEVERAL}
        if chosen != bool(self.choices):
            raise ValueError(f"a field of kind {self.kind} {'needs' if chosen else 'has no'} choices")
        if (self.earliest or self.latest) and self.kind is not FieldKind.DATE:
            raise ValueError("only a date has earliest and latest")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max")
        return self


class Form(Screen):
    """Questions asked one after the other; the answers become an inquiry."""

    intro: Text | None = None
    """Shown above the first question."""
    fields: tuple[FormField, ...] = Field(min_length=1)
    summary: Text
    """The title of the summary that is confirmed before sending."""


# --- Wizards ------------------------------------------------------------------------------------------------


class Option(Model):
    """One answer at a node, and where it leads."""

    id: ShortName
    label: Text
    next: Name
    """The id of a node or an outcome."""


class Node(Model):
    """One question of a wizard."""

    id: Name
    question: Text
    hint: Text | None = None
    options: tuple[Option, ...] = Field(min_length=2, max_length=8)


class Outcome(Model):
    """Where a path through a wizard ends."""

    id: Name
    title: Text
    body: tuple[Block, ...] = ()
    """What it means; blocks as in an article."""
    steps: tuple[Line, ...] = ()
    """What to do, in order."""
    checklist: tuple[ChecklistItem, ...] = ()
    """What to have; every line has a source."""
    fee: tuple[FactRef, ...] = ()
    """Facts shown under "Fee"."""
    time: tuple[FactRef, ...] = ()
    """Facts shown under "Time"."""
    cites: tuple[FactRef, ...] = ()
    article: ScreenRef | None = None
    """The article that says more."""
    form: ScreenRef | None = None
    """The form behind "ask about my case"; the path's answers are filled in."""
    links: tuple[Link, ...] = ()


class Wizard(Screen):
    """A tree of questions that ends in an outcome."""

    intro: Text
    start: Name
    """The id of the first node."""
    nodes: tuple[Node, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)


# --- Timetables ---------------------------------------------------------------------------------------------


class Airport(Model):
    """An end of a flight."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """IATA code."""
    name: Text
    """The city."""
    timezone: ZoneName


class Flight(Model):
    """A flight that repeats on days of the week within a season; times are local at each end."""

    number: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2} ?\d{1,4}$")]
    airline: Text
    origin: Annotated[str, Field(alias="from")]
    destination: Annotated[str, Field(alias="to")]
    departs: time
    arrives: time
    arrives_day: Literal[0, 1, 2] = 0
    """How many days after the departure's date the arrival's date is, in local dates."""
    weekdays: tuple[Weekday, ...] = Field(min_length=1)
    """Days of departure, local."""
    season_from: date
    season_to: date
    """The last day of departure, included."""
    cancelled: tuple[date, ...] = ()
    """Days of departure on which it does not fly."""
    source: FactRef
    """The fact that says who published the flight and when it was checked."""

    @model_validator(mode="after")
    def _season(self) -> Self:
        if self.season_from > self.season_to:
            raise ValueError("season_from is after season_to")
        return self


class Timetable(Screen):
    """Flights between airports, from which the next departures are computed."""

    intro: Text
    empty: Text
    """Said when no departure is known."""
    airports: tuple[Airport, ...] = ()
    flights: tuple[Flight, ...] = ()
    related: tuple[ScreenRef, ...] = ()
    cites: tuple[FactRef, ...] = ()


# --- Walking ------------------------------------------------------------------------------------------------

Path = tuple[str | int, ...]
"""Where in a model a value stands: names of fields and positions."""


def marked(model: BaseModel, mark: type) -> Iterator[tuple[Path, str]]:
    """Yield every string of ``model`` whose field carries ``mark``, with its place, in the order of the
    fields.
    """
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        key = info.alias or name
        yield from _marked_value(value, (key,), mark, has=_carries(info.annotation, info.metadata, mark))


def _marked_value(value: object, path: Path, mark: type, *, has: bool) -> Iterator[tuple[Path, str]]:
    if isinstance(value, BaseModel):
        yield from ((path + below, text) for below, text in marked(value, mark))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _marked_value(item, (*path, position), mark, has=has)
    elif isinstance(value, str) and has:
        yield path, value


def _carries(annotation: Any, metadata: list[Any], mark: type) -> bool:
    """Whether a field's annotation, or a part of it, carries the mark."""
    found = [*metadata, *getattr(annotation, "__metadata__", ())]
    inner = getattr(annotation, "__args__", ())
    return any(isinstance(item, mark) for item in found) or any(_carries(part, [], mark) for part in inner)


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces in a text."""
    return frozenset(PLACEHOLDER.findall(text))


TAG: Final = re.compile(r"</?([a-z]+)(?:\s[^<>]*)?>", re.IGNORECASE)
"""A tag of Telegram-HTML."""
