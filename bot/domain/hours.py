"""Hours: when staff are at work, and by when a question is likely answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of ``date.weekday``."""
_DAY = timedelta(days=1)
_FARTHEST = 3 * 366
"""Days after which no answer is promised any more."""


class Holidays:
    """The days on which nobody works: those of the calendars as far as they are known, corrected by staff."""

    def __init__(
        self,
        official: Iterable[date] = (),
        *,
        extra: frozenset[date] = frozenset(),
        cancelled: frozenset[date] = frozenset(),
    ) -> None:
        """``extra``: free days that the calendars lack; ``cancelled``: days of theirs that are worked."""
        self._official = frozenset(official)
        self._extra = extra
        self._cancelled = cancelled

    def learn(self, official: Iterable[date]) -> None:
        """Replace what the calendars say."""
        self._official = frozenset(official)

    def __contains__(self, day: object) -> bool:
        return day in self._extra or (day in self._official and day not in self._cancelled)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """When staff answer. Moments given and returned are aware; days and times of day are of ``zone``."""

    zone: tzinfo
    opens: time = time(9)
    closes: time = time(17)
    """Not later than ``opens``: the shift ends on the next day."""
    days: frozenset[int] = frozenset(range(5))
    """``date.weekday`` of the working days; a shift over midnight belongs to the day it begins on."""
    holidays: Holidays = field(default_factory=Holidays)

    def is_working_day(self, day: date) -> bool:
        """Whether staff come to work on that day."""
        return day.weekday() in self.days and day not in self.holidays

    def is_open(self, moment: datetime) -> bool:
        """Whether staff are at work at that moment."""
        return any(start <= moment < end for start, end in self._shifts(moment, 2))

    def after(self, moment: datetime, work: timedelta) -> datetime | None:
        """The moment when so much office time has passed; None when that lies years ahead."""
        left = work
        for start, end in self._shifts(moment, _FARTHEST):
            begin = max(start, moment)
            if begin >= end:
                continue
            if left <= end - begin:
                return (begin + left).astimezone(moment.tzinfo)
            left -= end - begin
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much office time lies between two moments; nothing when ``end`` is not after ``start``."""
        days = (end - start).days + 3
        spans = (min(closes, end) - max(opens, start) for opens, closes in self._shifts(start, days))
        return sum((span for span in spans if span > timedelta(0)), timedelta(0))

    def _shifts(self, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The shifts of so many days, in order; the first one may have begun the day before."""
        first = moment.astimezone(self.zone).date() - _DAY
        for number in range(days + 1):
            day = first + number * _DAY
            if self.is_working_day(day):
                last = day if self.closes > self.opens else day + _DAY
                yield self._at(day, self.opens), self._at(last, self.closes)

    def _at(self, day: date, moment: time) -> datetime:
        # In UTC: local times do not add up where clocks change.
        return datetime.combine(day, moment, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPromise:
    """By when a question is likely answered."""

    hours: OfficeHours
    work: timedelta
    """Office time that an answer takes."""

    def __call__(self, asked: datetime) -> datetime | None:
        """The moment for a question asked then; None: no promise."""
        return self.hours.after(asked, self.work)
