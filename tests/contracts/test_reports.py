"""Statistics: the same numbers from both engines, in the House's time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.events import Event, Happened, Helped, ScreenOpened, Searched
from bot.domain.hours import OfficeHours
from bot.domain.reports import FEW, Period, ScreenUse, as_json, make_report
from bot.i18n.languages import Language
from bot.storage.database import Database
from bot.storage.events import SqlEvents
from bot.storage.inquiries import SqlInquiries
from bot.storage.reports import SqlReports
from tests.contracts.conftest import OpenDatabase
from tests.contracts.examples import inquiry

LAHORE = ZoneInfo("Asia/Karachi")
MONDAY = date(2026, 5, 4)


def _at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """A moment on Lahore's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LAHORE).astimezone(UTC)


@pytest.fixture
async def database(url: str, open_database: OpenDatabase) -> Database:
    return await open_database(url)


async def _ask(database: Database, number: int, asked: datetime, **changes: object) -> None:
    code = f"KH-2222-{number:02}"
    one = inquiry(code, created_at=asked, waiting_since=asked, **changes)
    await SqlInquiries(database).add(one, [], notices=[], cause=f"{number}:add")


async def test_days_weekdays_and_hours_are_those_of_the_house(database: Database) -> None:
    await _ask(database, 1, _at(0, 5))
    await _ask(database, 2, _at(23, 55))
    await _ask(database, 3, _at(0, 5, MONDAY + timedelta(days=1)), section="trade", language=Language.KK)
    period = Period(first=MONDAY, last=MONDAY + timedelta(days=1), zone=LAHORE)
    numbers = await SqlReports(database).numbers(period)
    assert numbers.sections_by_day == {
        (MONDAY, "visa"): 2,
        (MONDAY + timedelta(days=1), "trade"): 1,
    }
    assert numbers.load == {(0, 0): 1, (0, 23): 1, (1, 0): 1}
    assert numbers.languages == {"ur": 2, "kk": 1}
    assert numbers.statuses == {"received": 3}
    assert numbers.waiting == 3


async def test_a_night_with_a_changed_clock_is_counted_on_its_days(database: Database) -> None:
    paris = ZoneInfo("Europe/Paris")  # the clock goes forward on 29 March 2026 at two
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    for number, day in enumerate(days, 1):
        await _ask(database, number, datetime(day.year, day.month, day.day, 0, 30, tzinfo=paris))
        await _ask(database, number + 10, datetime(day.year, day.month, day.day, 23, 30, tzinfo=paris))
    numbers = await SqlReports(database).numbers(Period(first=days[0], last=days[2], zone=paris))
    assert numbers.sections_by_day == {(day, "visa"): 2 for day in days}
    assert {hour for _, hour in numbers.load} == {0, 23}


async def test_the_first_reply_is_measured_in_office_hours(database: Database) -> None:
    friday = MONDAY + timedelta(days=4)
    await _ask(database, 1, _at(16, 0, friday), answered_at=_at(10, 0, friday + timedelta(days=3)))
    await _ask(database, 2, _at(9), answered_at=_at(13))
    await _ask(database, 3, _at(10))
    period = Period(first=MONDAY, last=friday, zone=LAHORE)
    report = await make_report(SqlReports(database), period, OfficeHours(zone=LAHORE))
    assert report.numbers.answered == 2
    assert report.median == timedelta(hours=3)  # two hours (16-17, 9-10) and four
    assert report.p90 == timedelta(hours=3.8)
    assert report.spread == (0, 2, 0, 0, 0, 0)


async def test_a_visit_ends_where_nothing_follows_for_half_an_hour(database: Database) -> None:
    def opened(person: int, screen: str, minute: int) -> Happened:
        return Happened(
            event=ScreenOpened(person_id=person, screen=screen), at=_at(9) + timedelta(minutes=minute)
        )

    await SqlEvents(database).add(
        [opened(7, "home", 0), opened(8, "home", 1), opened(7, "visa", 2), opened(7, "home", 40)]
    )
    numbers = await SqlReports(database).numbers(Period(first=MONDAY, last=MONDAY, zone=LAHORE))
    assert numbers.screens == {
        "home": ScreenUse(opened=3, left=2),
        "visa": ScreenUse(opened=1, left=1),
    }


async def test_searches_and_opinions_are_counted(database: Database) -> None:
    happened: list[Event] = [
        Searched(person_id=7, intent="visa_fee", rejected=False),
        Searched(person_id=7, intent="", rejected=True, words="Moon visa?"),
        Searched(person_id=8, intent="", rejected=True, words="moon VISA?"),
        Helped(person_id=7, screen="visa-fee", good=True),
        Helped(person_id=8, screen="visa-fee", good=False),
    ]
    await SqlEvents(database).add([Happened(event=one, at=_at(9)) for one in happened])
    period = Period(first=MONDAY, last=MONDAY, zone=LAHORE)
    report = await make_report(SqlReports(database), period, OfficeHours(zone=LAHORE))
    assert (report.numbers.searched, report.numbers.unanswered) == (3, 2)
    assert [(words.casefold(), many) for words, many in report.wordings] == [("moon visa?", 2)]
    assert (report.numbers.helped, report.numbers.not_helped) == (1, 1)


async def test_what_could_stand_for_one_person_is_told_as_less_than_five(database: Database) -> None:
    for number in range(1, FEW + 1):
        await _ask(database, number, _at(9), rating=4 if number == 1 else None)
    await _ask(database, 9, _at(10), section="trade")
    period = Period(first=MONDAY, last=MONDAY, zone=LAHORE)
    told = as_json(await make_report(SqlReports(database), period, OfficeHours(zone=LAHORE)))
    assert told["inquiries"] == FEW + 1
    assert told["by_section"] == {"visa": FEW, "trade": "<5"}
    assert told["by_day_and_section"] == {"2026-05-04": {"visa": FEW, "trade": "<5"}}
    assert told["ratings"] == {"4": "<5"}
    assert told["rating"] is None


async def test_an_empty_period_gives_zeroes(database: Database) -> None:
    period = Period(first=MONDAY, last=MONDAY, zone=LAHORE)
    report = await make_report(SqlReports(database), period, OfficeHours(zone=LAHORE))
    assert report.total == 0
    assert report.median is None
    assert report.by_day == {MONDAY: 0}
