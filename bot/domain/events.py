"""Events: what happened, as plain values, for statistics and metrics.

Nobody's words are in them, but for those that the search could not answer: cut, sealed, and kept for 30 days.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.clock import Clock

MOST_WORDS = 200
"""Characters that are kept of a question which the search could not answer."""
PERSONAL = timedelta(days=30)
"""After this an event no longer says whose it was, and its words are gone."""
KEPT = timedelta(days=800)
"""After this an event is gone: two years can be compared."""
_EVERY = 2.0
"""Seconds between two writes."""
_MOST = 10_000
"""Events that may wait to be stored; beyond that the oldest are dropped rather than memory filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenOpened:
    """A screen of the content was shown."""

    person_id: int
    screen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """A visitor said whether an answer helped."""

    person_id: int
    screen: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A free text was looked up."""

    person_id: int
    intent: str
    """The best intent; empty when nothing was found."""
    rejected: bool
    words: str = ""
    """What was asked; kept only when it was rejected."""


Event = ScreenOpened | Helped | Searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event with its moment."""

    event: Event
    at: datetime


class Events(Protocol):
    """Takes note of what happened. Cheap: it gathers and stores later, in groups."""

    async def note(self, event: Event) -> None:
        """Take note."""
        ...


class EventStore(Protocol):
    """Remembers events. Each method is one transaction."""

    async def add(self, happened: Sequence[Happened]) -> None:
        """Store events; of a rejected search with at most ``MOST_WORDS`` of its words."""
        ...

    async def age(self, now: datetime) -> None:
        """Take person and words from events older than ``PERSONAL``, and delete those older than ``KEPT``."""
        ...


class EventLog:
    """Implements ``Events``: counts at once, gathers in memory, stores every two seconds.

    A crash loses at most these two seconds of statistics, and never anything that a visitor sent.
    """

    def __init__(self, store: EventStore, clock: Clock, *, count: Callable[[Event], None]) -> None:
        self._store = store
        self._clock = clock
        self._count = count
        self._gathered: list[Happened] = []

    async def note(self, event: Event) -> None:
        """Take note; waits for nothing."""
        self._count(event)
        self._gathered.append(Happened(event=event, at=self._clock.now()))
        if len(self._gathered) > _MOST:
            del self._gathered[: -_MOST // 2]

    async def flush(self) -> None:
        """Store what was gathered."""
        gathered, self._gathered = self._gathered, []
        if gathered:
            try:
                await self._store.add(gathered)
            except BaseException:
                self._gathered[:0] = gathered
                raise

    async def run(self, stop: asyncio.Event) -> None:
        """Store every two seconds until ``stop``."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY)
            await self.flush()
