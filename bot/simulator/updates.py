"""The queue of updates that wait for the bot, with the offsets and expiry of getUpdates."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Any

Json = dict[str, Any]

CALLBACK_LIFETIME = 150.0  # Client.cpp: callback queries are kept 150 s
UPDATE_LIFETIME = 86_400.0  # the Bot API page, "Getting updates"
FUTURE = 10  # ids that an offset may run ahead of the queue (TDLib, TQueue.cpp)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update; `expires` is in the world's seconds; `lane` names the chat or user whose order it keeps.

    `place` counts the updates as they came, whatever their ids.
    """

    place: int
    update_id: int
    body: Any
    expires: float
    lane: str


class UpdateQueue:
    """Updates in order, forgotten when confirmed by a higher offset, or too old."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self._soonest = inf
        self._last_id = 0
        self._fell = False
        self._watchers: list[asyncio.Future[None]] = []
        self.next_id = 1
        self.allowed: frozenset[str] = frozenset()
        self.pushed = 0
        self.expired = 0

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting)

    def wants(self, kind: str) -> bool:
        """Say whether updates of this kind are made at all; an empty list means all but three kinds."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def push(self, kind: str, payload: Json, *, lane: str = "", lifetime: float = UPDATE_LIFETIME) -> int:
        """Queue an update unless its kind is not allowed; return its id, 0 when left out."""
        if not self.wants(kind):
            return 0
        return self.push_raw({kind: payload}, lane=lane, lifetime=lifetime)

    def push_raw(
        self, body: Any, *, lane: str = "", lifetime: float = UPDATE_LIFETIME, update_id: int | None = None
    ) -> int:
        """Queue any body, malformed ones too; an object without `update_id` gets one."""
        number = self.next_id if update_id is None else update_id
        if isinstance(body, dict):
            body = {"update_id": number} | body
            number = body["update_id"] if isinstance(body["update_id"], int) else number
        self.next_id = number + 1
        self.pushed += 1
        waiting = Waiting(self.pushed, number, body, self._now() + lifetime, lane or lane_of(body, number))
        self._fell = bool(self._waiting) and (self._fell or number <= self._last_id)
        self._last_id = number
        self._waiting[waiting.place] = waiting
        self._soonest = min(self._soonest, waiting.expires)
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._watchers.clear()
        return number

    def take(self, offset: int, limit: int) -> list[Any]:
        """Return up to `limit` updates from `offset` on and forget those before it.

        A negative offset counts from the end of the queue; all before that are forgotten. An offset far in
        the future is taken for none, as TDLib's queue does when ids begin anew after a quiet week.
        """
        self._expire()
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popitem(last=False)
        elif offset > 0:
            self._confirm(offset)
        return [one.body for one in islice(self._waiting.values(), limit)]

    def _confirm(self, offset: int) -> None:
        """Forget what stands before `offset`; where ids fell, all up to the update that it follows."""
        if self._fell:
            followed = [one.place for one in self._waiting.values() if one.update_id == offset - 1]
            self._forget_while(lambda one: bool(followed) and one.place <= followed[-1])
        elif offset <= self.next_id + FUTURE:
            self._forget_while(lambda one: one.update_id < offset)

    def _forget_while(self, is_gone: Callable[[Waiting], bool]) -> None:
        while self._waiting and is_gone(next(iter(self._waiting.values()))):
            self._waiting.popitem(last=False)

    def waiting(self) -> Iterator[Waiting]:
        """Give all that waits, oldest first; it must not change meanwhile."""
        self._expire()
        return iter(self._waiting.values())

    def remove(self, done: Iterable[Waiting]) -> None:
        """Forget these, wherever they stand (webhook delivery)."""
        for one in done:
            self._waiting.pop(one.place, None)

    def clear(self) -> None:
        """Drop everything that waits."""
        self._waiting.clear()

    def arrival(self) -> "asyncio.Future[None]":
        """Return a future that is done at the next push."""
        watcher = asyncio.get_running_loop().create_future()
        self._watchers = [*(one for one in self._watchers if not one.cancelled()), watcher]
        return watcher

    def _expire(self) -> None:
        now = self._now()
        if self._soonest > now:
            return
        gone = [one for one in self._waiting.values() if one.expires <= now]
        self.remove(gone)
        self.expired += len(gone)
        self._soonest = min((one.expires for one in self._waiting.values()), default=inf)


def lane_of(body: Any, number: int) -> str:
    """Return the order an update belongs to: its chat's, its user's, or its own when neither can be seen."""
    payloads = [one for one in body.values() if isinstance(one, dict)] if isinstance(body, dict) else []
    for payload in payloads:
        for name, key in (("chat", "chat"), ("user", "from")):
            holder = payload.get(key)
            if isinstance(holder, dict) and "id" in holder:
                return f"{name} {holder['id']}"
    return f"update {number}"
