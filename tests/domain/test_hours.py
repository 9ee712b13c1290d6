"""Office hours, holidays, and the time by which an answer is likely."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.calendars import HolidayKeeper, look_up
from bot.domain.calendars import official_days
from bot.domain.hours import Holidays, OfficeHours, ReplyPromise
from tests.fakes.clock import FakeClock

LAHORE = ZoneInfo("Asia/Karachi")
OFFICE = OfficeHours(zone=LAHORE)
OFFICIAL = official_days([2026])


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LAHORE)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_time_passes_within_a_day_and_over_the_night() -> None:
    assert OFFICE.after(at(2, 10), hours(3)) == at(2, 13)
    assert OFFICE.after(at(2, 15), hours(3)) == at(3, 10)


def test_a_question_before_opening_counts_from_opening() -> None:
    assert OFFICE.after(at(2, 6), hours(1)) == at(2, 10)


def test_a_question_after_closing_counts_from_the_next_morning() -> None:
    assert OFFICE.after(at(2, 17), hours(1)) == at(3, 10)


def test_the_weekend_does_not_count() -> None:
    assert OFFICE.after(at(6, 16), hours(2)) == at(9, 10)


def test_exactly_a_whole_day_of_work_ends_at_closing() -> None:
    assert OFFICE.after(at(2, 9), hours(8)) == at(2, 17)


def test_holidays_of_both_countries_do_not_count() -> None:
    assert {date(2026, 3, 23), date(2026, 12, 16), date(2026, 8, 14)} <= OFFICIAL
    rests = OfficeHours(zone=LAHORE, holidays=Holidays(OFFICIAL))
    # Thursday 13 August 2026; Friday is the Independence Day of Pakistan.
    assert rests.after(at(13, 16, month=8), hours(2)) == at(17, 10, month=8)
    # Tuesday 15 December; Wednesday is the Independence Day of Kazakhstan.
    assert rests.after(at(15, 16, month=12), hours(2)) == at(17, 10, month=12)


def test_staff_correct_a_day_that_the_moon_moved() -> None:
    # The calendars expect Eid al-Fitr on Friday 20 March 2026; the moon was seen a day earlier.
    moved = Holidays(OFFICIAL, extra=frozenset({date(2026, 3, 19)}), cancelled=frozenset({date(2026, 3, 20)}))
    rests = OfficeHours(zone=LAHORE, holidays=moved)
    assert date(2026, 3, 20) in OFFICIAL
    assert rests.after(at(18, 16), hours(2)) == at(20, 10)


def test_a_day_that_is_both_added_and_cancelled_is_free() -> None:
    day = date(2026, 3, 19)
    assert day in Holidays(extra=frozenset({day}), cancelled=frozenset({day}))


def test_shorter_hours_in_ramadan_are_a_matter_of_two_settings() -> None:
    ramadan = OfficeHours(zone=LAHORE, opens=time(10), closes=time(15))
    assert ramadan.after(at(2, 14), hours(8)) == at(4, 12)


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = OfficeHours(zone=LAHORE, opens=time(20), closes=time(4))
    assert night.after(at(2, 23), hours(3)) == at(3, 2)
    assert night.after(at(3, 2), hours(3)) == at(3, 21)
    # Saturday 02:00 still belongs to Friday's shift.
    assert night.is_open(at(7, 2))
    assert not night.is_open(at(8, 2))
    assert night.after(at(7, 3), hours(2)) == at(9, 21)


def test_equal_times_mean_round_the_clock() -> None:
    always = OfficeHours(zone=LAHORE, opens=time(0), closes=time(0), days=frozenset(range(7)))
    assert always.after(at(7, 13), hours(30)) == at(8, 19)


def test_nobody_at_work_promises_nothing() -> None:
    assert OfficeHours(zone=LAHORE, days=frozenset()).after(at(2, 10), hours(1)) is None


def test_hours_are_those_of_the_zone_where_clocks_change() -> None:
    berlin = OfficeHours(zone=ZoneInfo("Europe/Berlin"), opens=time(0), closes=time(0), days=frozenset({6}))
    # On Sunday 29 March 2026 clocks go forward: the day has 23 hours.
    sunday = datetime(2026, 3, 29, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert berlin.between(sunday, sunday + timedelta(days=3)) == hours(23)


def test_the_promise_is_so_much_office_time_away() -> None:
    promise = ReplyPromise(hours=OFFICE, work=hours(8))
    assert promise(at(2, 12).astimezone(UTC)) == at(3, 12)


_moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(LAHORE))  # noqa: DTZ001 - hypothesis adds the zone


@given(start=_moments, minutes=st.integers(1, 4000))
def test_time_after_a_moment_and_time_between_agree(start: datetime, minutes: int) -> None:
    rests = OfficeHours(zone=LAHORE, holidays=Holidays(OFFICIAL))
    work = timedelta(minutes=minutes)
    end = rests.after(start, work)
    assert end is not None
    assert rests.between(start, end) == work


@given(start=_moments, one=st.integers(0, 3000), more=st.integers(0, 3000))
def test_more_work_never_ends_earlier(start: datetime, one: int, more: int) -> None:
    first = OFFICE.after(start, timedelta(minutes=one))
    second = OFFICE.after(start, timedelta(minutes=one + more))
    assert first is not None
    assert second is not None
    assert start <= first <= second


async def test_the_dates_come_out_of_a_process_of_their_own() -> None:
    assert await look_up([2026]) == OFFICIAL


async def test_the_keeper_lets_the_hours_know(clock: FakeClock) -> None:
    rests, stop = OfficeHours(zone=LAHORE), asyncio.Event()
    keeper = HolidayKeeper(rests, clock, reply_work=hours(2))
    running = asyncio.create_task(keeper.run(stop))
    assert await keeper.expected_reply(at(13, 16, month=8)) == at(17, 10, month=8)
    stop.set()
    await running
    assert date(2027, 8, 14) in rests.holidays


@pytest.mark.parametrize("moment", [at(2, 9), at(2, 16, 59)])
def test_open_from_the_first_minute_to_the_last(moment: datetime) -> None:
    assert OFFICE.is_open(moment)
    assert not OFFICE.is_open(moment - hours(9))
