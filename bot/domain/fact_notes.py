"""Fact notes: once a week those who may change facts are told which went stale."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import time, tzinfo

from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.fact_desk import FactDesk
from bot.domain.marks import Marks
from bot.domain.messages import NoticeKind
from bot.domain.people import PeopleStore
from bot.domain.rights import Right

_LOOKS = 60.0
"""Seconds between two looks at the clock."""
_MARK = "weekly:facts"
_NAMED = 8
"""Facts that the note names."""


class FactNotes:
    """Tells owners, admins and editors on the first day of the week, or later when the bot was down."""

    def __init__(
        self,
        desk: FactDesk,
        *,
        people: PeopleStore,
        owners: frozenset[int],
        marks: Marks,
        clock: Clock,
        at: time,
        zone: tzinfo,
        wake: Callable[[], None],
    ) -> None:
        """``at``: not before this time of day; ``wake``: something new is owed."""
        self._desk = desk
        self._people = people
        self._owners = owners
        self._marks = marks
        self._clock = clock
        self._at = at
        self._zone = zone
        self._wake = wake

    async def run(self, stop: asyncio.Event) -> None:
        """Look at the clock until ``stop``."""
        while not stop.is_set():
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOKS)

    async def look(self) -> None:
        """Tell, if a week has begun and nobody told it yet; the first week of a bot is let go."""
        local = self._clock.now().astimezone(self._zone)
        year, week, day = local.isocalendar()
        this_week = f"{year}-{week:02}"
        last = await self._marks.get(_MARK)
        if last == this_week or (last is not None and day == 1 and local.time() < self._at):
            return
        notices = await self._notices() if last is not None else ()
        if await self._marks.change(_MARK, last, this_week, notices=notices) and notices:
            self._wake()

    async def _notices(self) -> Sequence[Notice]:
        today = self._clock.now().astimezone(self._zone).date()
        facts = self._desk.report(today)
        stale = [one.fact for one in facts if one.stale]
        unknown = sum(one.fact.unknown and bool(one.screens) for one in facts)
        if not stale:
            return ()
        names = [fact.label or fact.id for fact in stale[:_NAMED]]
        args = {"note": "facts", "stale": len(stale), "unknown": unknown, "names": names}
        people = {one.id for one in await self._people.with_roles() if one.may(Right.FACTS)} | self._owners
        return [
            Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=one, args=args, key=f"facts:{one}")
            for one in sorted(people)
        ]
