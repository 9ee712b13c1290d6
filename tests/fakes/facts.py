"""Changed facts in memory."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.aftermath import nothing_follows
from bot.domain.errors import Changed
from bot.domain.fact_desk import FactChange, Follows
from tests.fakes.aftermath import Following


class FakeFacts:
    """Implements ``bot.domain.fact_desk.FactStore``."""

    def __init__(self, following: Following | None = None) -> None:
        """``following``: where goes what follows from changes."""
        self._following = following or Following()
        self.kept: list[FactChange] = []
        self._causes: dict[str, FactChange] = {}

    async def add(
        self, change: FactChange, *, after: int, cause: str, follows: Follows = nothing_follows
    ) -> FactChange:
        """Store a change."""
        if cause in self._causes:
            return self._causes[cause]
        if max((one.number for one in self.kept if one.fact == change.fact), default=0) != after:
            raise Changed
        stored = replace(change, number=len(self.kept) + 1)
        self.kept.append(stored)
        self._causes[cause] = stored
        self._following.follow(follows(stored))
        return stored

    async def current(self) -> Sequence[FactChange]:
        """The last change of each fact."""
        last = {one.fact: one for one in self.kept}
        return sorted(last.values(), key=lambda one: one.number)

    async def history(self, fact: str) -> Sequence[FactChange]:
        """Every change of a fact, the newest first."""
        return [one for one in reversed(self.kept) if one.fact == fact]

    async def version(self) -> int:
        """The number of the newest change of all."""
        return len(self.kept)
