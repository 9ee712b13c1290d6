"""The next departures of a timetable, in the local times of both ends."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.content.schema import Flight, Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One flight on one day."""

    flight: Flight
    departs: datetime
    """Aware, in the zone of the airport it leaves from."""
    arrives: datetime
    """Aware, in the zone of the airport it flies to."""

    @property
    def duration(self) -> timedelta:
        """The time in the air by the timetable; the clocks' difference is taken out."""
        return self.arrives.astimezone(UTC) - self.departs.astimezone(UTC)


def next_departures(timetable: Timetable, now: datetime, count: int) -> tuple[Departure, ...]:
    """Return the first ``count`` departures at or after ``now`` (aware), the earliest first.

    Days are those of the airport it leaves from; cancelled days and days outside the season are left out.
    Local times follow the zones' history: when a country moves its clock, the time in the air changes.
    """
    zones = {airport.id: ZoneInfo(airport.timezone) for airport in timetable.airports}
    streams = (_departures(flight, zones, now) for flight in timetable.flights)
    merged = heapq.merge(*streams, key=lambda departure: departure.departs.astimezone(UTC))
    return tuple(islice(merged, max(count, 0)))


def _departures(flight: Flight, zones: dict[str, ZoneInfo], now: datetime) -> Iterator[Departure]:
    origin, destination = zones[flight.origin], zones[flight.destination]
    for day in _days(flight, from_day=now.astimezone(origin).date()):
        departs = _local(day, flight.departs, origin)
        if departs.astimezone(UTC) >= now.astimezone(UTC):
            arrives = _local(day + timedelta(days=flight.arrives_day), flight.arrives, destination)
            yield Departure(flight=flight, departs=departs, arrives=arrives)


def _days(flight: Flight, *, from_day: date) -> Iterator[date]:
    """Yield the local days of departure from ``from_day`` to the end of the season."""
    weekdays = {day.number for day in flight.weekdays}
    day = max(from_day, flight.season_from)
    while day <= flight.season_to:
        if day.weekday() in weekdays and day not in flight.cancelled:
            yield day
        day += timedelta(days=1)


def _local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return a local time as an existing moment: one that a clock change skips moves to after the change."""
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)
