"""The record of every call the bot made: for tests that ask what was really sent."""

from collections import Counter, deque
from typing import Any

from bot.simulator.calls import Call

Json = dict[str, Any]

KEPT = 20_000


class Journal:
    """The last calls with times, parameters and answers; counts of all. `kept` 0 keeps counts alone."""

    def __init__(self, kept: int = KEPT) -> None:
        self._calls: deque[Json] = deque(maxlen=kept)
        self.by_method: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()
        self.total = 0

    def add(
        self, call: Call, *, started: float, ended: float, status: int, answer: Json, fault: str = ""
    ) -> None:
        """Record a call that was answered (status 0: the connection was cut)."""
        self.total += 1
        self.by_method[call.method] += 1
        self.by_status[status] += 1
        if not self._calls.maxlen:
            return
        uploads = {name: {"name": one.name, "size": len(one.data)} for name, one in call.uploads.items()}
        record = {
            "seq": self.total, "method": call.method, "params": dict(call.params), "uploads": uploads,
            "started": started, "ended": ended, "status": status, "fault": fault,
        }  # fmt: skip
        if answer.get("ok"):
            record["result"] = answer.get("result")
        else:
            record["description"] = answer.get("description", "")
        self._calls.append(record)

    def calls(self, method: str = "", *, after: int = 0, chat_id: int = 0) -> list[Json]:
        """Return recorded calls, oldest first, of one method and to one chat when asked."""
        return [
            one
            for one in self._calls
            if one["seq"] > after
            and (not method or one["method"] == method.lower())
            and (not chat_id or str(one["params"].get("chat_id")) == str(chat_id))
        ]

    def clear(self) -> None:
        """Forget everything."""
        self._calls.clear()
        self.by_method.clear()
        self.by_status.clear()
        self.total = 0
