"""The format of the content pack: menus, articles, forms, wizards, timetables; facts stand in ``values``.

Every text that a visitor reads has the type ``Text``: English Telegram-HTML, which is its msgid.
``{fact_id}`` inside a text of a block stands for that fact's value. ``docs/content.md`` shows every file.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.parts import (
    FactRef,
    FilledText,
    HttpsUrl,
    Model,
    Name,
    ScreenRef,
    ShortName,
    Text,
    ZoneName,
    placeholders,
    refuse_twins,
)
from bot.content.sections import Section
from bot.content.values import Weekday

HOME: Final = "home"
"""The id of the first menu."""


def _string_is_text(data: Any) -> Any:
    return {"text": data} if isinstance(data, str) else data


class Line(Model):
    """One text that may show facts; left out when one of them is unknown, or ``otherwise`` in its place.

    In a file a bare string is a line.
    """

    text: FilledText
    otherwise: Text | None = None

    _short = model_validator(mode="before")(_string_is_text)

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that the text shows, in order."""
        return placeholders(self.text)


class ChecklistItem(Model):
    """A thing to get or do, and who says that it is needed: a fact, or an address with its name and date."""

    id: ShortName | None = None
    """Kept by the tick boxes; without it the line's position is kept."""
    text: FilledText
    fact: FactRef | None = None
    source: HttpsUrl | None = None
    source_name: Text | None = None
    checked: date | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that the text shows, in order."""
        return placeholders(self.text)


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

    text: FilledText | None = None
    heading: FilledText | None = None
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


DayLimit = Annotated[str, StringConstraints(pattern=r"^(today|[+-]\d{1,5}d|\d{4}-\d\d-\d\d)$")]
"""``today``, days from today (``+30d``, ``-365d``) or an ISO date."""

_PREFILL: Final = r"^(person\.(name|phone)|answers(\.[a-z][a-z0-9_]*)?)$"
Prefill = Annotated[str, StringConstraints(pattern=_PREFILL)]
"""Where a first answer may come from: ``person.name``, ``person.phone``, ``answers`` (of a wizard: each
question with its answer, and the outcome, a line each) or ``answers.NODE`` (the label chosen at that node, or
for a choice the option's id)."""


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
    earliest: DayLimit | None = None
    """The first possible day of a date."""
    latest: DayLimit | None = None
    """The last possible day of a date."""
    prefill: Prefill | None = None

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

    @model_validator(mode="after")
    def _unique(self) -> Self:
        refuse_twins("fields", [field.id for field in self.fields])
        for field in self.fields:
            refuse_twins(f"choices of {field.id}", [choice.id for choice in field.choices])
        return self


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
    related: tuple[ScreenRef, ...] = ()
    """Other screens that matter here, such as the one on minors."""
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

    @model_validator(mode="after")
    def _tree(self) -> Self:
        ids = [*(node.id for node in self.nodes), *(outcome.id for outcome in self.outcomes)]
        refuse_twins("nodes and outcomes", ids)
        for node in self.nodes:
            refuse_twins(f"options of {node.id}", [option.id for option in node.options])
        met = self._walk_down(self.start, ())
        if lost := [each for each in ids if each not in met]:
            raise ValueError(f"no option leads to {', '.join(lost)}")
        return self

    def _walk_down(self, at: str, above: tuple[str, ...]) -> frozenset[str]:
        """Return the ids met from ``at`` on; refuses circles and ids that are not there."""
        if at in above:
            raise ValueError(f"{' > '.join((*above, at))} goes round in a circle")
        if at in {outcome.id for outcome in self.outcomes}:
            return frozenset({at})
        node = next((node for node in self.nodes if node.id == at), None)
        if node is None:
            raise ValueError(
                f"there is no node or outcome {at!r}" + (f" (after {above[-1]!r})" if above else "")
            )
        return frozenset({at}).union(*(self._walk_down(option.next, (*above, at)) for option in node.options))


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
    instead: tuple[Block, ...] = ()
    """What is known all the same, shown below ``empty``; blocks as in an article."""
    airports: tuple[Airport, ...] = ()
    flights: tuple[Flight, ...] = ()
    related: tuple[ScreenRef, ...] = ()
    cites: tuple[FactRef, ...] = ()

    @model_validator(mode="after")
    def _airports_known(self) -> Self:
        known = {airport.id for airport in self.airports}
        refuse_twins("airports", [airport.id for airport in self.airports])
        if lost := {end for flight in self.flights for end in (flight.origin, flight.destination)} - known:
            raise ValueError(f"no airport has the id {', '.join(sorted(lost))}")
        return self
