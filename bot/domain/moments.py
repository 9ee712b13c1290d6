"""Moments as an admin writes them, in the time of the House."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from bot.domain.errors import InThePast

_SHAPES = ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M", "%H:%M")
_DIGITS = {ord(digit): str(number % 10) for number, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
"""Urdu and Arabic digits."""


def read_moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    """A day and time of the House as an admin writes it: 2026-11-30 09:00, 30.11.2026 09:00, 09:00.

    A time alone is its next occurrence. Raises ``ValueError`` for anything else, ``InThePast``.
    """
    plain = " ".join(text.translate(_DIGITS).split())
    found = next((shape for shape in map(partial(_shaped, plain), _SHAPES) if shape), None)
    if found is None:
        raise ValueError("expected a day and a time, e.g. 2026-11-30 09:00")
    moment = found.replace(tzinfo=zone)
    if ":" in plain and len(plain) <= len("00:00"):
        today = now.astimezone(zone)
        moment = moment.replace(year=today.year, month=today.month, day=today.day)
        moment += timedelta(days=moment <= today)
    if moment <= now:
        raise InThePast
    return moment.astimezone(UTC)


def _shaped(text: str, shape: str) -> datetime | None:
    try:
        return datetime.strptime(text, shape)  # noqa: DTZ007 - the zone is the House's
    except ValueError:
        return None
