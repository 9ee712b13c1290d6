"""The next departures, in the local times of both ends."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.schema import Timetable
from bot.content.timetables import next_departures

AIRPORTS = [
    {"id": "LHE", "name": "Lahore", "timezone": "Asia/Karachi"},
    {"id": "ALA", "name": "Almaty", "timezone": "Asia/Almaty"},
    {"id": "DXB", "name": "Dubai", "timezone": "Asia/Dubai"},
    {"id": "LHR", "name": "London", "timezone": "Europe/London"},
]
OUT = {
    "number": "XX 123",
    "airline": "Example Air",
    "from": "LHE",
    "to": "ALA",
    "departs": "23:30",
    "arrives": "02:30",
    "arrives_day": 1,
    "weekdays": ["wed", "sat"],
    "season_from": "2023-10-29",
    "season_to": "2024-03-30",
    "cancelled": ["2023-12-30"],
    "source": "some_fact",
}
BACK = OUT | {
    "number": "XX 124",
    "from": "ALA",
    "to": "LHE",
    "departs": "19:00",
    "arrives": "21:00",
    "arrives_day": 0,
}


def table(*flights: dict[str, Any]) -> Timetable:
    return Timetable.model_validate(
        {
            "id": "flights-t",
            "title": "T",
            "intro": "I",
            "empty": "E",
            "airports": AIRPORTS,
            "flights": flights,
        }
    )


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def departures(*flights: dict[str, Any], now: datetime, count: int = 3) -> list[tuple[str, str, timedelta]]:
    found = next_departures(table(*flights), now, count)
    return [
        (f"{each.departs:%a %d %b %H:%M %z}", f"{each.arrives:%a %d %b %H:%M %z}", each.duration)
        for each in found
    ]


def test_a_flight_over_midnight_arrives_the_next_day_in_local_time() -> None:
    assert departures(OUT, now=at(2023, 11, 1), count=2) == [
        ("Wed 01 Nov 23:30 +0500", "Thu 02 Nov 02:30 +0600", timedelta(hours=2)),
        ("Sat 04 Nov 23:30 +0500", "Sun 05 Nov 02:30 +0600", timedelta(hours=2)),
    ]


def test_after_kazakhstan_moved_its_clock_the_offset_is_the_new_one() -> None:
    """Kazakhstan has been on UTC+5 since 1 March 2024."""
    assert departures(OUT, now=at(2024, 2, 27), count=3) == [
        ("Wed 28 Feb 23:30 +0500", "Thu 29 Feb 02:30 +0600", timedelta(hours=2)),
        ("Sat 02 Mar 23:30 +0500", "Sun 03 Mar 02:30 +0500", timedelta(hours=3)),
        ("Wed 06 Mar 23:30 +0500", "Thu 07 Mar 02:30 +0500", timedelta(hours=3)),
    ]


def test_a_flight_over_the_night_of_the_change_has_both_offsets() -> None:
    night = OUT | {"from": "ALA", "to": "LHE", "departs": "22:00", "arrives": "00:30", "weekdays": ["thu"]}
    assert departures(night, now=at(2024, 2, 28), count=1) == [
        ("Thu 29 Feb 22:00 +0600", "Fri 01 Mar 00:30 +0500", timedelta(hours=3, minutes=30))
    ]


def test_a_time_that_the_clock_skips_moves_behind_the_gap() -> None:
    """In London the hour from 01:00 is skipped on 31 March 2024."""
    gap = OUT | {"from": "DXB", "to": "LHR", "departs": "22:00", "arrives": "01:30", "weekdays": ["sat"]}
    assert departures(gap, now=at(2024, 3, 30), count=1) == [
        ("Sat 30 Mar 22:00 +0400", "Sun 31 Mar 02:30 +0100", timedelta(hours=7, minutes=30))
    ]


def test_the_season_ends_on_its_last_day_of_departure() -> None:
    assert [out for out, _, _ in departures(OUT, now=at(2024, 3, 26), count=9)] == [
        "Wed 27 Mar 23:30 +0500",
        "Sat 30 Mar 23:30 +0500",
    ]
    assert departures(OUT, now=at(2024, 3, 31)) == []


def test_nothing_departs_before_the_season_begins() -> None:
    assert departures(OUT, now=at(2020, 1, 1), count=1)[0][0] == "Wed 01 Nov 23:30 +0500"


def test_a_cancelled_day_is_left_out() -> None:
    days = [out[4:10] for out, _, _ in departures(OUT, now=at(2023, 12, 26), count=3)]
    assert days == ["27 Dec", "03 Jan", "06 Jan"]


@pytest.mark.parametrize(("minute", "first"), [(29, "01 Nov"), (30, "01 Nov"), (31, "04 Nov")])
def test_a_flight_counts_until_the_minute_it_departs(minute: int, first: str) -> None:
    now = at(2023, 11, 1, 18, minute)
    assert departures(OUT, now=now, count=1)[0][0][4:10] == first


def test_the_day_is_that_of_the_airport_it_leaves_from() -> None:
    early = OUT | {"departs": "02:00", "arrives": "05:00", "arrives_day": 0}
    assert departures(early, now=at(2023, 10, 31, 20, 59), count=1)[0][0] == "Wed 01 Nov 02:00 +0500"
    assert departures(early, now=at(2023, 10, 31, 21, 1), count=1)[0][0] == "Sat 04 Nov 02:00 +0500"


def test_flights_are_put_in_one_order() -> None:
    found = next_departures(table(OUT, BACK), at(2023, 11, 1), 4)
    assert [each.flight.number for each in found] == ["XX 124", "XX 123", "XX 124", "XX 123"]


def test_an_empty_timetable_has_no_departures() -> None:
    assert next_departures(table(), at(2026, 11, 23), 5) == ()
    assert next_departures(table(OUT), at(2023, 11, 1), 0) == ()


@given(now=st.datetimes(datetime(2023, 10, 1), datetime(2024, 4, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the bounds must be naive
def test_departures_are_ahead_in_order_and_within_the_season(now: datetime) -> None:
    found = next_departures(table(OUT, BACK), now, 6)
    assert all(each.departs >= now and each.duration > timedelta(0) for each in found)
    assert all(first.departs <= second.departs for first, second in pairwise(found))
    assert all(each.departs.date() <= each.flight.season_to for each in found)
    assert all(each.departs.date() not in each.flight.cancelled for each in found)
