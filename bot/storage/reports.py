"""Statistics counted by the database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)

from bot.domain.inquiries import Status
from bot.domain.reports import SAMPLE, VISIT_GAP, Numbers, Period, ScreenUse
from bot.storage.database import Database
from bot.storage.events import HELPED, SCREEN, SEARCHED
from bot.storage.tables import events, inquiries

_DAY, _HOUR = 86_400, 3_600
_EPOCH = date(1970, 1, 1)
_EPOCH_WEEKDAY = 3
"""1 January 1970 was a Thursday."""
_WORDINGS = 500
"""How many of the latest unanswered questions are looked at."""


class SqlReports:
    """Implements ``bot.domain.reports.ReportStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def numbers(self, period: Period) -> Numbers:
        """Everything that is counted in a period."""
        return await self._db.read(lambda connection: _numbers(connection, period))


def _numbers(connection: Connection, period: Period) -> Numbers:
    asked = _within(inquiries.c.created_at, period)
    answered = connection.scalar(_how_many(asked, inquiries.c.answered_at.is_not(None))) or 0
    waiting = and_(inquiries.c.waiting_since.is_not(None), inquiries.c.status != Status.CLOSED.value)
    found, unanswered = _by_outcome(connection, period, SEARCHED)
    helped, not_helped = _by_outcome(connection, period, HELPED)
    rated = select(inquiries.c.rating, func.count()).where(asked, inquiries.c.rating.is_not(None))
    return Numbers(
        sections_by_day=_sections_by_day(connection, period),
        languages=_by(connection, inquiries.c.language, asked),
        statuses=_by(connection, inquiries.c.status, asked),
        load=_load(connection, period),
        answered=answered,
        replies=_replies(connection, asked, answered),
        waiting=connection.scalar(_how_many(asked, waiting)) or 0,
        screens=_screens(connection, period),
        searched=found + unanswered,
        unanswered=unanswered,
        wordings=_wordings(connection, period),
        ratings={row[0]: row[1] for row in connection.execute(rated.group_by(inquiries.c.rating))},
        helped=helped,
        not_helped=not_helped,
    )


def _within(column: Column[datetime], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.since, column < period.until)


def _how_many(*conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(inquiries).where(*conditions)


def _by(connection: Connection, column: Column[str], asked: ColumnElement[bool]) -> dict[str, int]:
    found = connection.execute(select(column, func.count()).where(asked).group_by(column))
    return {row[0]: row[1] for row in found}


def _epoch(column: ColumnElement[datetime], connection: Connection) -> ColumnElement[int]:
    """Whole seconds since 1970."""
    seconds = extract("epoch", column)
    return cast(func.floor(seconds) if connection.dialect.name == "postgresql" else seconds, BigInteger)


def _local(column: ColumnElement[datetime], period: Period, connection: Connection) -> ColumnElement[int]:
    """Seconds since 1970 as the clocks of the period's zone showed them."""
    seconds = _epoch(column, connection)
    (_, first), *later = _offsets(period)
    if not later:
        return seconds + first
    steps = [(seconds >= start, literal(offset)) for start, offset in reversed(later)]
    return seconds + case(*steps, else_=literal(first))


def _offsets(period: Period) -> list[tuple[int, int]]:
    """When the zone's distance from UTC changes in the period (to the hour), and to how many seconds."""
    found: list[tuple[int, int]] = []
    moment, end = period.since.astimezone(UTC), period.until.astimezone(UTC)
    while moment < end:
        offset = moment.astimezone(period.zone).utcoffset() or timedelta(0)
        seconds = int(offset.total_seconds())
        if not found or found[-1][1] != seconds:
            found.append((int(moment.timestamp()), seconds))
        moment += timedelta(hours=1)
    return found


def _sections_by_day(connection: Connection, period: Period) -> dict[tuple[date, str], int]:
    day = (_local(inquiries.c.created_at, period, connection) // _DAY).label("day")
    query = select(day, inquiries.c.section, func.count()).where(_within(inquiries.c.created_at, period))
    return {
        (_EPOCH + timedelta(days=int(number)), section): many
        for number, section, many in connection.execute(query.group_by(day, inquiries.c.section))
    }


def _load(connection: Connection, period: Period) -> dict[tuple[int, int], int]:
    hour = (_local(inquiries.c.created_at, period, connection) // _HOUR).label("hour")
    query = select(hour, func.count()).where(_within(inquiries.c.created_at, period)).group_by(hour)
    load: dict[tuple[int, int], int] = {}
    for number, many in connection.execute(query):
        days, of_day = divmod(int(number), 24)
        place = ((days + _EPOCH_WEEKDAY) % 7, of_day)
        load[place] = load.get(place, 0) + many
    return load


def _replies(
    connection: Connection, asked: ColumnElement[bool], answered: int
) -> Sequence[tuple[datetime, datetime]]:
    step = answered // SAMPLE + 1
    query = select(inquiries.c.created_at, inquiries.c.answered_at).where(
        asked, inquiries.c.answered_at.is_not(None)
    )
    if step > 1:
        query = query.where(inquiries.c.id % step == 0)
    return [(row[0], row[1]) for row in connection.execute(query)]


def _screens(connection: Connection, period: Period) -> Mapping[str, ScreenUse]:
    """Opened, and left: nothing more of the same person within half an hour."""
    order = events.c.id
    upcoming = func.lead(events.c.at).over(partition_by=events.c.person_id, order_by=order)
    visits = (
        select(events.c.about, events.c.at, events.c.person_id, upcoming.label("upcoming"))
        .where(events.c.kind == SCREEN, _within(events.c.at, period))
        .subquery()
    )
    gap = _epoch(visits.c.upcoming, connection) - _epoch(visits.c.at, connection)
    ended = or_(visits.c.upcoming.is_(None), gap > int(VISIT_GAP.total_seconds()))
    left = func.sum(case((and_(visits.c.person_id.is_not(None), ended), 1), else_=0))
    opened = func.count()
    query = select(visits.c.about, opened, left).group_by(visits.c.about).order_by(opened.desc())
    return {row[0]: ScreenUse(opened=row[1], left=int(row[2])) for row in connection.execute(query)}


def _by_outcome(connection: Connection, period: Period, kind: str) -> tuple[int, int]:
    """How many events of a kind were good, and how many not."""
    mine = and_(events.c.kind == kind, _within(events.c.at, period))
    found = connection.execute(select(events.c.good, func.count()).where(mine).group_by(events.c.good))
    counts: dict[bool, int] = {row[0]: row[1] for row in found}
    return counts.get(True, 0), counts.get(False, 0)


def _wordings(connection: Connection, period: Period) -> list[str]:
    query = select(events.c.words).where(
        events.c.kind == SEARCHED, events.c.words.is_not(None), _within(events.c.at, period)
    )
    return [one for one in connection.scalars(query.order_by(events.c.id.desc()).limit(_WORDINGS)) if one]
