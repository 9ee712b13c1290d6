"""Flood: how many updates somebody sent lately, over all processes; were they asked to slow down."""

from collections import OrderedDict, deque
from collections.abc import Callable

from bot.domain.neighbours import Alone, Neighbours

WINDOW = 10.0
"""Seconds."""
_REMEMBERED = 10_000
"""People who are remembered, so that memory is bounded."""
_SENT, _WARNED = "flood", "flood warned"
"""Topics of news."""


class Flood:
    """Counts. Each process counts for itself and hears what the others counted.

    Out of touch it goes on from what it knows: then the limit is each process's own.
    """

    def __init__(self, limit: int, *, now: Callable[[], float], neighbours: Neighbours | None = None) -> None:
        """``limit``: updates in 10 s; 0 switches it off. ``now``: seconds of any clock."""
        self._limit = limit
        self._now = now
        self._others = neighbours or Alone()
        self._recent: OrderedDict[int, deque[float]] = OrderedDict()
        self._warned: set[int] = set()
        if limit:
            self._others.hear(_SENT, self._count)
            self._others.hear(_WARNED, self._warned.add)

    def allows(self, person_id: int) -> bool:
        """Count an update; whether there were fewer than ``limit`` before it, those refused included."""
        if not self._limit:
            return True
        self._others.tell(_SENT, person_id)
        return self._count(person_id)

    def warns(self, person_id: int) -> bool:
        """Whether it is time for the notice: once until the person has slowed down."""
        if person_id in self._warned:
            return False
        self._warned.add(person_id)
        self._others.tell(_WARNED, person_id)
        return True

    def _count(self, person_id: int) -> bool:
        now = self._now()
        recent = self._recent.setdefault(person_id, deque(maxlen=self._limit))
        self._recent.move_to_end(person_id)
        while len(self._recent) > _REMEMBERED:
            gone, _ = self._recent.popitem(last=False)
            self._warned.discard(gone)
        allowed = len(recent) < self._limit or recent[0] <= now - WINDOW
        recent.append(now)
        if allowed:
            self._warned.discard(person_id)
        return allowed
