"""Neighbours in one memory."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from bot.domain.neighbours import Act, Word


class Street:
    """Where neighbours live: what one tells, the others hear at once."""

    def __init__(self) -> None:
        self.all: list[FakeNeighbours] = []
        self.houses: list[FakeNeighbours] = []
        """Those in touch."""

    def move_in(self) -> "FakeNeighbours":
        """One more."""
        self.all.append(FakeNeighbours(self))
        return self.all[-1]


class FakeNeighbours:
    """Implements ``bot.domain.neighbours.Neighbours``."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._acts: defaultdict[str, list[Act]] = defaultdict(list)
        self._at_join: list[Callable[[], None]] = []

    @property
    def many(self) -> int:
        """How many live here."""
        return max(1, len(self._street.houses))

    def tell(self, topic: str, *words: Word) -> None:
        """The others hear it at once."""
        if self in self._street.houses:
            for other in self._street.houses:
                if other is not self:
                    for act in other._acts[topic]:
                        act(*words)

    def hear(self, topic: str, act: Act) -> None:
        """Have ``act`` called with what others tell on the topic."""
        self._acts[topic].append(act)

    def joined(self, act: Callable[[], None]) -> None:
        """Have ``act`` called when this one moves in."""
        self._at_join.append(act)

    async def run(self, stop: asyncio.Event) -> None:
        """Live here until ``stop``."""
        self.join()
        await stop.wait()
        self._street.houses.remove(self)

    def join(self) -> None:
        """Move in."""
        self._street.houses.append(self)
        for act in self._at_join:
            act()
