"""Reports: what happened in a period, in numbers that may be handed on.

Whoever reads them must not learn what one single person asked: where a number could stand for one person,
whatever is below ``FEW`` is told as "<5" (``told``).
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.hours import OfficeHours
from bot.i18n.languages import Language

FEW = 5
"""Numbers below this, except none at all, are not told where they could stand for one person."""
LESS_THAN_FEW = "<5"
SAMPLE = 50_000
"""Of at most about so many first replies the times are looked at, evenly spread over the period."""
SPREAD = (1, 4, 8, 16, 40)
"""Office hours that part the first replies into groups: an hour, half a day, a day, two days, a week."""
VISIT_GAP = timedelta(minutes=30)
"""Without a screen for so long, a person has left."""
PERIODS = (1, 7, 30, 90, 365)
"""Days that can be looked at by a button."""


class PictureKind(StrEnum):
    """What a picture shows."""

    INQUIRIES = "inquiries"
    REPLIES = "replies"
    LOAD = "load"
    SCREENS = "screens"
    SEARCHES = "searches"
    RATINGS = "ratings"


def told(number: int) -> str:
    """A number as it may be told of a group of people."""
    return LESS_THAN_FEW if 0 < number < FEW else str(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the beginning of a day to the end of another, in the time of ``zone``."""

    first: date
    last: date
    zone: tzinfo

    @classmethod
    def of_days(cls, days: int, now: datetime, zone: tzinfo) -> "Period":
        """The last so many days, today included."""
        today = now.astimezone(zone).date()
        return cls(first=today - timedelta(days=max(1, days) - 1), last=today, zone=zone)

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        """The moment after its last one."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def days(self) -> Sequence[date]:
        """Each of its days, in order."""
        return [self.first + timedelta(days=step) for step in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenUse:
    """How a screen was used."""

    opened: int
    left: int
    """How often it was the last one before a person left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What the store counts."""

    sections_by_day: Mapping[tuple[date, str], int]
    """Inquiries, by the day and the section."""
    languages: Mapping[str, int]
    statuses: Mapping[str, int]
    load: Mapping[tuple[int, int], int]
    """Inquiries by the day of the week (0: Monday) and the hour."""
    answered: int
    replies: Sequence[tuple[datetime, datetime]]
    """When it was asked and when first answered, of at most about ``SAMPLE`` inquiries."""
    waiting: int
    """Not closed, and waiting for staff now."""
    screens: Mapping[str, ScreenUse]
    searched: int
    unanswered: int
    wordings: Sequence[str]
    """The latest questions that the search could not answer; the same one may come several times."""
    ratings: Mapping[int, int]
    """How often each number of stars was given."""
    helped: int
    not_helped: int


class ReportStore(Protocol):
    """Counts. One method, one transaction."""

    async def numbers(self, period: Period) -> Numbers:
        """Everything that is counted in a period; inquiries belong to the moment they were asked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of statistics."""

    png: bytes
    caption: str
    """Telegram-HTML of at most 1024 characters, finished, in the reader's language."""


class NotDrawn(Exception):
    """The picture could not be made; the numbers could."""

    def __init__(self, words: str = "") -> None:
        """``words``: the caption that the picture would have had."""
        super().__init__("no picture")
        self.words = words


class Pictures(Protocol):
    """Draws statistics, away from where taps are handled."""

    async def draw(self, kind: PictureKind, days: int, language: Language) -> Picture:
        """The last so many days. Raises ``NotDrawn``."""
        ...

    async def day(self, language: Language, day: date) -> Picture:
        """One day's inquiries, for the daily digest. Raises ``NotDrawn``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A period in numbers."""

    period: Period
    numbers: Numbers
    median: timedelta | None
    """Office time until the first reply that half of the answered inquiries did not exceed."""
    p90: timedelta | None
    """The same for nine of ten."""
    spread: tuple[int, ...]
    """How many of the replies looked at took up to each of ``SPREAD``, and longer."""

    @property
    def total(self) -> int:
        """Inquiries."""
        return sum(self.numbers.sections_by_day.values())

    @property
    def by_day(self) -> Mapping[date, int]:
        """Inquiries of each day of the period."""
        counts = Counter(dict.fromkeys(self.period.days, 0))
        for (day, _), many in self.numbers.sections_by_day.items():
            counts[day] += many
        return counts

    @property
    def by_section(self) -> Mapping[str, int]:
        """Inquiries by section."""
        counts: Counter[str] = Counter()
        for (_, section), many in self.numbers.sections_by_day.items():
            counts[section] += many
        return counts

    @property
    def rating(self) -> float | None:
        """Stars on average; None when fewer than ``FEW`` people rated."""
        many = sum(self.numbers.ratings.values())
        if many < FEW:
            return None
        return sum(stars * count for stars, count in self.numbers.ratings.items()) / many

    @property
    def wordings(self) -> Sequence[tuple[str, int]]:
        """What the search could not answer, the most frequent first."""
        shown: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for words in self.numbers.wordings:
            key = words.casefold()
            shown.setdefault(key, words)
            counts[key] += 1
        return [(shown[key], many) for key, many in counts.most_common()]


async def make_report(store: ReportStore, period: Period, hours: OfficeHours) -> Report:
    """Count, and work out the reply times."""
    numbers = await store.numbers(period)
    # Up to half a second of arithmetic: not where taps are waiting.
    worked = await asyncio.to_thread(_worked, hours, numbers.replies)
    return Report(
        period=period,
        numbers=numbers,
        median=_quantile(worked, 0.5),
        p90=_quantile(worked, 0.9),
        spread=_spread(worked),
    )


def _worked(hours: OfficeHours, replies: Sequence[tuple[datetime, datetime]]) -> list[timedelta]:
    return sorted(hours.between(asked, answered) for asked, answered in replies)


def _quantile(values: Sequence[timedelta], share: float) -> timedelta | None:
    """Of sorted values, between two neighbours in proportion."""
    if not values:
        return None
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _spread(values: Sequence[timedelta]) -> tuple[int, ...]:
    groups = [0] * (len(SPREAD) + 1)
    for value in values:
        hours = value / timedelta(hours=1)
        groups[sum(hours > limit for limit in SPREAD)] += 1
    return tuple(groups)


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs: totals as numbers, everything smaller told as "<5" where it must be."""
    numbers = report.numbers
    return {
        "since": report.period.first.isoformat(),
        "until": report.period.last.isoformat(),
        "inquiries": report.total,
        "answered": numbers.answered,
        "waiting": numbers.waiting,
        "first_reply_hours": {"median": _hours(report.median), "p90": _hours(report.p90)},
        "by_day": {day.isoformat(): many for day, many in report.by_day.items()},
        "by_section": _told(report.by_section),
        "by_language": _told(numbers.languages),
        "by_status": _told(numbers.statuses),
        "by_day_and_section": dict(_cells(numbers)),
        "load": {f"{day} {hour:02}": _cell(many) for (day, hour), many in sorted(numbers.load.items())},
        "screens": {
            screen: {"opened": _cell(use.opened), "left": _cell(use.left)}
            for screen, use in numbers.screens.items()
        },
        "searches": numbers.searched,
        "unanswered": numbers.unanswered,
        "unanswered_words": [words for words, _ in report.wordings],
        "ratings": _told({str(stars): many for stars, many in numbers.ratings.items()}),
        "rating": report.rating,
        "helped": _cell(numbers.helped),
        "not_helped": _cell(numbers.not_helped),
    }


def _hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span / timedelta(hours=1), 2)


def _cell(number: int) -> int | str:
    return LESS_THAN_FEW if 0 < number < FEW else number


def _told(counts: Mapping[str, int]) -> dict[str, int | str]:
    return {name: _cell(many) for name, many in counts.items()}


def _cells(numbers: Numbers) -> Iterator[tuple[str, dict[str, int | str]]]:
    days: dict[date, dict[str, int | str]] = {}
    for (day, section), many in sorted(numbers.sections_by_day.items()):
        days.setdefault(day, {})[section] = _cell(many)
    for day, sections in days.items():
        yield day.isoformat(), sections
