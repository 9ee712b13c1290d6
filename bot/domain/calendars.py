"""Calendars: the public holidays of Pakistan, where the House stands, and of Kazakhstan, whose House it is.

Importing this module loads the ``holidays`` package (some 45 MB): the bot asks for the dates in a process of
its own.
"""

from collections.abc import Iterable
from datetime import date

from holidays.countries.kazakhstan import Kazakhstan
from holidays.countries.pakistan import Pakistan


def official_days(years: Iterable[int]) -> frozenset[date]:
    """The days on which either country rests; those that follow the moon are estimates."""
    wanted = tuple(years)
    return frozenset(Kazakhstan(years=wanted)) | frozenset(Pakistan(years=wanted))
