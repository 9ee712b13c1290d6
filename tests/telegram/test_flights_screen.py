"""The screen of the next departures: from a timetable, at its end, and as shipped without one."""

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.schema import Timetable
from bot.i18n.catalogues import Catalogues
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language
from bot.telegram.views import menus

CONTENT = load_content()
CATALOGUES = Catalogues.read()
LAHORE = ZoneInfo("Asia/Karachi")
NIGHT = {
    "number": "XX 123",
    "airline": "SCAT Airlines",
    "from": "LHE",
    "to": "ALA",
    "departs": "23:30",
    "arrives": "02:30",
    "arrives_day": 1,
    "weekdays": ["wed", "sat"],
    "season_from": "2023-10-29",
    "season_to": "2024-03-30",
    "cancelled": ["2024-03-02"],
    "source": "flights_scat_2023",
}
"""Over midnight, and over the night of 1 March 2024, when Kazakhstan moved to UTC+5."""


def with_flights() -> Content:
    """The pack with a timetable."""
    shipped = CONTENT.timetables["flights-timetable"]
    filled = Timetable.model_validate({**shipped.model_dump(exclude_defaults=True), "flights": [NIGHT]})
    screens = MappingProxyType({**CONTENT.screens, filled.id: filled})
    return replace(CONTENT, timetables=MappingProxyType({filled.id: filled}), screens=screens)


def shown(content: Content, now: datetime, language: Language) -> str:
    """The screen's text."""
    table = content.screens["flights-timetable"]
    screen = menus.screen(CATALOGUES[language], content, table, menus.Moment(now=now, zone=LAHORE))
    return strip_controls(screen.text)


@pytest.mark.parametrize("language", Language)
def test_the_next_departures_stand_in_both_local_times_around_the_change_of_the_clock(
    language: Language,
) -> None:
    tr = CATALOGUES[language]
    text = shown(with_flights(), datetime(2024, 2, 27, 12, tzinfo=UTC), language)
    wednesday, thursday = datetime(2024, 2, 28, tzinfo=LAHORE), datetime(2024, 2, 29, tzinfo=LAHORE)
    for place, day, clock in (("Lahore", wednesday, "23:30"), ("Almaty", thursday, "02:30")):
        weekday = strip_controls(tr.date_weekday(day.date()))
        ends = [line for line in text.splitlines() if line.startswith(tr.plain(place)) and clock in line]
        assert len(ends) == 5
        assert weekday in ends[0]
    assert text.count("XX 123") == 5
    assert strip_controls(tr.date_weekday(datetime(2024, 3, 2, tzinfo=LAHORE).date())) not in text
    assert tr.plain("Trend News Agency") in text
    assert tr.plain("The Astana Times") not in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("content", [CONTENT, with_flights()], ids=["shipped", "after the season"])
def test_without_departures_it_says_so_and_offers_the_connections_with_sources(
    content: Content, language: Language
) -> None:
    tr = CATALOGUES[language]
    text = shown(content, datetime(2026, 11, 23, 12, tzinfo=UTC), language)
    table = content.timetables["flights-timetable"]
    assert strip_controls(tr.plain(table.empty)) in text
    tashkent = CONTENT.facts["flights_tashkent_lahore"]
    assert strip_controls(tr.plain(tashkent.text or "")) in text
    assert f'href="{tashkent.source}"' in text
    assert "23:30" not in text


def test_once_staff_know_of_a_direct_flight_the_screen_says_so() -> None:
    fact = CONTENT.facts["flights_direct_now"].model_copy(
        update={
            "unknown": False,
            "text": "Example Air flies Lahore–Almaty.",
            "source": "https://example.org",
            "source_name": "Example Air",
            "checked": datetime(2026, 11, 23, tzinfo=UTC).date(),
        }
    )
    content = CONTENT.with_facts({fact.id: fact})
    text = shown(content, datetime(2026, 11, 23, 12, tzinfo=UTC), Language.EN)
    assert "Example Air flies Lahore–Almaty." in text
