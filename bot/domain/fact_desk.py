"""Fact desk: staff change what the bot states, with history; visitors see a change at once and whole."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from pydantic import ValidationError

from bot.content.pack import Content
from bot.content.report import ReportedFact, facts_report
from bot.content.values import Fact
from bot.domain.aftermath import Aftermath, Remark, nothing_follows
from bot.domain.audit import Deed
from bot.domain.clock import Clock
from bot.domain.errors import NoSuchFact
from bot.domain.library import Library
from bot.domain.neighbours import Alone, Neighbours
from bot.domain.waiting import first_of

_EVERY = 2.0
"""Seconds between two looks at what other processes changed."""
_CHANGED = "facts"
"""News: facts were changed."""

FactValues = Mapping[str, Any]
"""A fact as JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """One change of a fact by staff."""

    number: int = 0
    """0 until stored; grows over all facts."""
    fact: str
    by: int
    """Telegram user id; 0: by the command line."""
    by_name: str
    at: datetime
    old: FactValues
    """The fact as it stood."""
    new: FactValues | None
    """The fact as it stands; None: as in the pack."""


Follows = Callable[[FactChange], Aftermath]
"""What follows from a change, by the change as it is stored."""


class FactStore(Protocol):
    """Remembers changes of facts. Each method is one transaction."""

    async def add(
        self, change: FactChange, *, after: int, cause: str, follows: Follows = nothing_follows
    ) -> FactChange:
        """Store a change that was made seeing the fact's change number ``after`` (0: none), and what follows.

        Given an applied cause: the change stored then. Raises ``Changed`` when somebody was first.
        """
        ...

    async def current(self) -> Sequence[FactChange]:
        """The last change of each fact."""
        ...

    async def history(self, fact: str) -> Sequence[FactChange]:
        """Every change of a fact, the newest first."""
        ...

    async def version(self) -> int:
        """The number of the newest change of all; 0 before the first."""
        ...


class FactDesk:
    """Changes facts and keeps the library in step with what this and other processes changed."""

    def __init__(
        self,
        store: FactStore,
        library: Library,
        clock: Clock,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._store = store
        self._library = library
        self._clock = clock
        self._version = -1
        self._last: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._neighbours = neighbours or Alone()
        self._neighbours.hear(_CHANGED, self._changed.set)
        self._neighbours.joined(self._changed.set)

    async def refresh(self) -> None:
        """Lay the stored changes over the pack, if there are new ones."""
        version = await self._store.version()
        if version == self._version:
            return
        current = await self._store.current()
        found = {one.fact: fact for one in current if (fact := self._read(one)) is not None}
        self._library.change_facts(found)
        self._last = {one.fact: one.number for one in current}
        self._version = version

    async def run(self, stop: asyncio.Event) -> None:
        """Refresh every two seconds, and at once when another process changed something, until ``stop``."""
        while not stop.is_set():
            self._changed.clear()
            await self.refresh()
            await first_of(stop, self._changed, seconds=_EVERY)

    def last(self, fact_id: str) -> int:
        """The number of the fact's last change that is in force here; 0: none."""
        return self._last.get(fact_id, 0)

    def get(self, fact_id: str) -> Fact:
        """The fact as it stands. Raises ``NoSuchFact``."""
        fact = self._library.content.facts.get(fact_id)
        if fact is None:
            raise NoSuchFact(fact_id)
        return fact

    async def change(self, fact: Fact, *, by: int, name: str, after: int, cause: str) -> FactChange:
        """Put a fact in force. Raises ``NoSuchFact``, ``Changed``."""
        new = fact.model_dump(mode="json", exclude_defaults=True)
        return await self._put(fact.id, new, by=by, name=name, after=after, cause=cause)

    async def undo(self, fact_id: str, *, by: int, name: str, after: int, cause: str) -> FactChange:
        """Take the last change back: what stood before it is in force again; twice brings it back."""
        past = await self._store.history(fact_id)
        if not past:
            raise NoSuchFact(fact_id)
        earlier = past[1].new if len(past) > 1 else None
        return await self._put(fact_id, earlier, by=by, name=name, after=after, cause=cause)

    async def history(self, fact_id: str) -> Sequence[FactChange]:
        """Every change of a fact, the newest first."""
        return await self._store.history(fact_id)

    def report(self, today: date) -> Sequence[ReportedFact]:
        """Every fact: first the unknown ones, then the one checked longest ago."""
        return facts_report(self._library.content, today)

    def with_fact(self, fact: Fact) -> Content:
        """The content as it would be with this fact, for a preview."""
        return self._library.content.with_facts({fact.id: fact})

    def read(self, change: FactChange) -> Fact | None:
        """The fact as a change left it; None when the pack has another kind of fact by now."""
        return self._read(change) if change.new is not None else self._library.of_pack(change.fact)

    async def _put(
        self, fact_id: str, new: FactValues | None, *, by: int, name: str, after: int, cause: str
    ) -> FactChange:
        old = self.get(fact_id).model_dump(mode="json", exclude_defaults=True)
        change = FactChange(fact=fact_id, by=by, by_name=name, at=self._clock.now(), old=old, new=new)
        stored = await self._store.add(change, after=after, cause=cause, follows=_noted)
        self._neighbours.tell(_CHANGED)
        await self.refresh()
        return stored

    def _read(self, change: FactChange) -> Fact | None:
        packed = self._library.of_pack(change.fact)
        if change.new is None or packed is None:
            return None
        with suppress(ValidationError):
            fact = Fact.model_validate(change.new)
            return fact if fact.kind is packed.kind else None
        return None


def _noted(change: FactChange) -> Aftermath:
    details = {"step": change.number}
    return Aftermath(remark=Remark(deed=Deed.FACT, by=change.by, about=change.fact, details=details))
