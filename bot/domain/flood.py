"""Flood: how many updates somebody sent lately, over all processes; were they asked to slow down."""

from collections import OrderedDict, deque
from collections.abc import Callable

from bot.domain.neighbours import Alone, Neighbours
from bot.domain.newest import Newest

WINDOW = 10.0
"""Seconds."""
MOST_STEPS = 150
"""Updates in that time that pass at least while each is a step of an inquiry already begun: more than the
hundred messages that can be forwarded at once."""
_STEPS = 4
"""How many times the limit that is at least."""
_REMEMBERED = 10_000
"""People who are remembered, so that memory is bounded."""
_ALBUM = 10
"""Parts of an album (Bot API: sendMediaGroup)."""
_SENT, _PART, _WARNED = "flood", "flood album", "flood warned"
"""Topics of news."""


class Flood:
    """Counts. Each process counts for itself and hears what the others counted.

    Out of touch it goes on from what it knows: then the limit is each process's own.
    """

    def __init__(self, limit: int, *, now: Callable[[], float], neighbours: Neighbours | None = None) -> None:
        """``limit``: updates in 10 s; 0 switches it off. ``now``: seconds of any clock."""
        self._limit = limit
        self._most = max(MOST_STEPS, _STEPS * limit)
        self._now = now
        self._others = neighbours or Alone()
        self._recent: OrderedDict[int, deque[float]] = OrderedDict()
        self._albums: Newest[int, tuple[str, int]] = Newest(_REMEMBERED)
        """The album that each person is sending, and how many of its parts came."""
        self._warned: set[int] = set()
        if limit:
            self._others.hear(_SENT, self._count)
            self._others.hear(_PART, self._count_part)
            self._others.hear(_WARNED, self._warned.add)

    def allows(self, person_id: int, *, is_step: bool = False, album: str = "") -> bool:
        """Count an update; whether there were fewer than ``limit`` before it, those refused included.

        ``is_step``: of an inquiry already begun; then it may be ``MOST_STEPS``, or more with a high limit.
        ``album``: Telegram's id of the album it is a part of; all its parts count as one.
        """
        if not self._limit:
            return True
        known, parts = self._albums.get(person_id, ("", 0))
        is_later = bool(album) and known == album and parts < _ALBUM
        if not is_later:
            self._others.tell(_SENT, person_id)
            if self._count(person_id) >= (self._most if is_step else self._limit):
                return False
        if album:
            self._others.tell(_PART, person_id, album)
            self._count_part(person_id, album)
        return True

    def warns(self, person_id: int) -> bool:
        """Whether it is time for the notice: once until the person has slowed down."""
        if person_id in self._warned:
            return False
        self._warned.add(person_id)
        self._others.tell(_WARNED, person_id)
        return True

    def _count_part(self, person_id: int, album: str) -> None:
        known, parts = self._albums.get(person_id, ("", 0))
        self._albums[person_id] = (album, parts + 1 if known == album else 1)

    def _count(self, person_id: int) -> int:
        """Count an update; gives how many there were before it."""
        now = self._now()
        recent = self._recent.setdefault(person_id, deque(maxlen=self._most))
        self._recent.move_to_end(person_id)
        while len(self._recent) > _REMEMBERED:
            gone, _ = self._recent.popitem(last=False)
            self._warned.discard(gone)
        while recent and recent[0] <= now - WINDOW:
            recent.popleft()
        many = len(recent)
        recent.append(now)
        if many < self._limit:
            self._warned.discard(person_id)
        return many
