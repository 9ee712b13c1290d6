"""Calendars: official holidays, looked up in a process of its own, since the library behind them is large."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from bot.app.settings import Settings
from bot.domain.clock import Clock
from bot.domain.hours import WEEKDAYS, Holidays, OfficeHours, ReplyPromise

_ROOT = Path(__file__).parents[2]
_QUESTION = """
import json, sys
from bot.domain.calendars import official_days
print(json.dumps([day.isoformat() for day in official_days(map(int, sys.argv[1:]))]))
"""
_LOG = structlog.get_logger("calendars")
_PATIENCE = 30.0
"""Seconds that the look-up may take."""
_LATER = 6 * 3600.0
"""Seconds between two looks at the year."""
_AHEAD = 2
"""Years known ahead."""
_FIRST_LOOK = 5.0
"""Seconds that a receipt waits for the holidays just after the start."""


def office_hours(settings: Settings) -> OfficeHours:
    """The hours of the settings; their holidays are empty until a ``HolidayKeeper`` has looked."""
    days = frozenset(WEEKDAYS.index(day) for day in settings.office_days.split(",") if day)
    return OfficeHours(
        zone=settings.zone,
        opens=settings.office_opens,
        closes=settings.office_closes,
        days=days,
        holidays=Holidays(extra=settings.extra_holidays, cancelled=settings.no_holidays),
    )


async def look_up(years: Iterable[int]) -> frozenset[date]:
    """The days on which Kazakhstan or Pakistan rests.

    Raises ``OSError``, ``TimeoutError``, ``ValueError``.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _QUESTION,
        *map(str, years),
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            out, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    return frozenset(date.fromisoformat(day) for day in json.loads(out))


class HolidayKeeper:
    """Keeps the official holidays of these years in mind."""

    def __init__(self, hours: OfficeHours, clock: Clock, *, reply_work: timedelta) -> None:
        """``reply_work``: office time that an answer takes."""
        self._holidays = hours.holidays
        self._promise = ReplyPromise(hours=hours, work=reply_work)
        self._clock = clock
        self._year = 0
        self.known = asyncio.Event()
        """Set after the first look-up, whether it succeeded or not."""

    async def run(self, stop: asyncio.Event) -> None:
        """Look up now and whenever a new year has begun, until ``stop``."""
        while not stop.is_set():
            await self._look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LATER)

    async def expected_reply(self, asked: datetime) -> datetime | None:
        """By when a question asked at that moment is likely answered; None: no promise."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.known.wait(), _FIRST_LOOK)
        return self._promise(asked)

    async def _look(self) -> None:
        year = self._clock.now().year
        try:
            if year != self._year:
                self._holidays.learn(await look_up(range(year - 1, year + _AHEAD + 1)))
                self._year = year
        except (OSError, TimeoutError, ValueError) as fault:
            _LOG.warning("holidays not known", fault=type(fault).__name__)
        finally:
            self.known.set()
