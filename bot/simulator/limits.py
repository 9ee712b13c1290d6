"""Telegram's limits on sending, strict where Telegram is vague (Bots FAQ, "limits"). Off by default."""

import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.calls import Call
from bot.simulator.errors import too_many

MINUTE = 60.0
SECOND = 1.0
COUNTED = ("send", "copy", "forward")
NOT_COUNTED = frozenset({"sendchataction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Messages in any second overall, in any second to one person, in any minute to one group; 0 = any."""

    overall: int = 30
    private: int = 1
    group_minute: int = 20


class Limiter:
    """Counts messages in sliding windows and refuses with 429 what is too much."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.limits: Limits | None = None
        self.refused = 0
        self._second: deque[tuple[float, int]] = deque()
        self._in_second: Counter[int] = Counter()
        self._minutes: dict[int, deque[float]] = {}

    def set(self, limits: Limits | None) -> None:
        """Switch the limits on, or off with None, and begin to count anew."""
        self.limits = limits
        self.refused = 0
        self._second.clear()
        self._in_second.clear()
        self._minutes.clear()

    def check(self, call: Call) -> None:
        """Count the messages of a call or refuse it with the seconds to wait."""
        if self.limits is None or not call.method.startswith(COUNTED) or call.method in NOT_COUNTED:
            return
        now, chat_id, amount = self._now(), call.integer("chat_id"), _messages_in(call)
        self._forget(now)
        pause = self._pause(self.limits, now, chat_id, amount)
        if pause > 0:
            self.refused += 1
            raise too_many(max(1, math.ceil(pause)))
        self._second.extend([(now, chat_id)] * amount)
        self._in_second[chat_id] += amount
        if chat_id < 0:
            self._minutes.setdefault(chat_id, deque()).extend([now] * amount)

    def _pause(self, limits: Limits, now: float, chat_id: int, amount: int) -> float:
        pauses = [0.0]
        if limits.overall and len(self._second) + amount > max(limits.overall, amount):
            pauses.append(self._second[0][0] + SECOND - now)
        if chat_id > 0 and limits.private and self._in_second[chat_id] + amount > max(limits.private, amount):
            first = next(moment for moment, one in self._second if one == chat_id)
            pauses.append(first + SECOND - now)
        minute = self._minutes.get(chat_id)
        if minute and limits.group_minute and len(minute) + amount > max(limits.group_minute, amount):
            pauses.append(minute[0] + MINUTE - now)
        return max(pauses)

    def _forget(self, now: float) -> None:
        while self._second and self._second[0][0] <= now - SECOND:
            _, chat_id = self._second.popleft()
            self._in_second[chat_id] -= 1
            if not self._in_second[chat_id]:
                del self._in_second[chat_id]
        for moments in self._minutes.values():
            while moments and moments[0] <= now - MINUTE:
                moments.popleft()


def _messages_in(call: Call) -> int:
    """Return how many messages a call sends."""
    name = {"sendmediagroup": "media", "copymessages": "message_ids", "forwardmessages": "message_ids"}.get(
        call.method
    )
    listed = call.structure(name) if name else None
    return max(1, len(listed)) if isinstance(listed, list) else 1
