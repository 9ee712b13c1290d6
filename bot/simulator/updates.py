"""The queue of updates that wait for the bot, with the offsets and expiry of getUpdates."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

CALLBACK_LIFETIME = 150.0  # Client.cpp: callback queries are kept 150 s
UPDATE_LIFETIME = 86_400.0  # the Bot API page, "Getting updates"
FUTURE = 10  # ids that an offset may run ahead of the queue (TDLib, TQueue.cpp)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update; `expires` is in the world's seconds; `lane` names the chat or user whose order it keeps."""

    update_id: int
    body: Any
    expires: float
    lane: str


class UpdateQueue:
    """Updates in order, forgotten when confirmed by a higher offset, or too old."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waiting: deque[Waiting] = deque()
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
        self._waiting.append(Waiting(number, body, self._now() + lifetime, lane or f"update {number}"))
        self.pushed += 1
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
        if offset > self.next_id + FUTURE:
            offset = 0
        if offset < 0:
            kept = min(-offset, len(self._waiting))
            while len(self._waiting) > kept:
                self._waiting.popleft()
        elif offset > 0:
            self.confirm(offset)
        found = [one.body for one in self._waiting if not 0 < offset > one.update_id]
        return found[:limit]

    def confirm(self, offset: int) -> None:
        """Forget updates whose id is below `offset`, from the head on."""
        while self._waiting and self._waiting[0].update_id < offset:
            self._waiting.popleft()

    def waiting(self) -> list[Waiting]:
        """Return all that waits, oldest first."""
        self._expire()
        return list(self._waiting)

    def remove(self, done: Iterable[Waiting]) -> None:
        """Forget these, wherever they stand (webhook delivery)."""
        gone = {id(one) for one in done}
        self._waiting = deque(one for one in self._waiting if id(one) not in gone)

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
        if any(one.expires <= now for one in self._waiting):
            before = len(self._waiting)
            self._waiting = deque(one for one in self._waiting if one.expires > now)
            self.expired += before - len(self._waiting)
