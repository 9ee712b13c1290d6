"""Daily: what staff get once a day without asking, exactly once also where several processes run."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from bot.content.sections import Section
from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.hours import OfficeHours
from bot.domain.inquiries import InquiryFilter, InquiryStore, Status
from bot.domain.marks import Marks
from bot.domain.messages import NoticeKind
from bot.domain.staff_chat import StaffChat

_LOOKS = 15.0
"""Seconds between two looks at the clock."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something that is due once a day."""

    kind: NoticeKind
    at: time
    """In the zone of the office."""
    on_working_days: bool
    """Whether days off are left out."""


class Daily:
    """Keeps the appointments. What the bot was down for is made up for on the same day, not later."""

    def __init__(
        self,
        appointments: Sequence[Appointment],
        *,
        marks: Marks,
        staff_chat: StaffChat,
        hours: OfficeHours,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        """``wake``: something new is owed."""
        self._appointments = appointments
        self._marks = marks
        self._staff = staff_chat
        self._hours = hours
        self._clock = clock
        self._wake = wake

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the appointments until ``stop``."""
        while not stop.is_set():
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOKS)

    async def look(self) -> None:
        """See to every appointment that is due."""
        for one in self._appointments:
            await self._see_to(one)

    async def _see_to(self, one: Appointment) -> None:
        local = self._clock.now().astimezone(self._hours.zone)
        today = local.date()
        is_due = local.time() >= one.at
        name = f"daily:{one.kind.value}"
        last = await self._marks.get(name)
        if last is None:
            # The first day of a bot: an hour that has passed already is let go.
            await self._marks.change(name, None, (today if is_due else today - _DAY).isoformat())
            return
        if not is_due or last >= today.isoformat():
            return
        notices = self._notices(one, today)
        # Whoever changes the mark owes it, nobody else, and in one commit: no kill loses or doubles it.
        if await self._marks.change(name, last, today.isoformat(), notices=notices) and notices:
            self._wake()

    def _notices(self, one: Appointment, today: date) -> Sequence[Notice]:
        if self._staff.id is None or (one.on_working_days and not self._hours.is_working_day(today)):
            return ()
        return [Notice(kind=one.kind, chat_id=self._staff.id, args={"day": today.isoformat()})]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNumbers:
    """One day in numbers. Of the inquiries that came in that day, and of all that wait now."""

    day: date
    received: int
    answered: int
    """Of those received."""
    closed: int
    """Of those received."""
    sections: Sequence[tuple[str, int]]
    """How many of those received belong to a section; the most first, none without any."""
    waiting: int
    """All that wait for staff now."""
    late: int
    """Those of them that wait too long."""


async def day_numbers(
    store: InquiryStore, day: date, *, zone: tzinfo, now: datetime, late_after: timedelta
) -> DayNumbers:
    """Count a day as it is in ``zone``."""
    since = datetime.combine(day, time(0), zone)
    received = InquiryFilter(since=since, until=datetime.combine(day + _DAY, time(0), zone))
    sections = [
        (section.value, await store.count(replace(received, section=section.value))) for section in Section
    ]
    return DayNumbers(
        day=day,
        received=await store.count(received),
        answered=await store.count(replace(received, statuses=frozenset({Status.ANSWERED}))),
        closed=await store.count(replace(received, statuses=frozenset({Status.CLOSED}))),
        sections=sorted((one for one in sections if one[1]), key=lambda one: -one[1]),
        waiting=await store.count(InquiryFilter(waiting_before=now)),
        late=await store.count(InquiryFilter(waiting_before=now - late_after)),
    )
