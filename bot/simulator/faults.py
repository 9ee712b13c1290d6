"""Faults on demand: what can go wrong between a bot and Telegram, by method and chat, a number of times."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import count

from bot.simulator.calls import Call
from bot.simulator.people import Json


class FaultKind(StrEnum):
    """What happens to the call; `has_effect` below says whether Telegram carried it out all the same."""

    ERROR = "error"  # an ordinary refusal: status, description, parameters
    HTML = "html"  # 502 with a page of a proxy
    EMPTY = "empty"  # 200 with nothing in it
    TRUNCATED = "truncated"  # 200 with half of the JSON
    RESET = "reset"  # the connection ends without an answer
    HANG = "hang"  # no answer for so many seconds, then the connection ends
    DELAY = "delay"  # the right answer, later


EFFECT_BY_DEFAULT = frozenset({FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.DELAY})


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. Empty `method` and 0 for `chat_id` mean any; `times` 0 means until cleared.

    `skip` lets so many matching calls pass first; `text` matches calls whose text or caption contains it;
    `every` n hits the chats whose id divides by n, for a share of a million recipients.
    `has_effect` None means what the kind does by nature: refusals and resets have none, odd answers have one.
    """

    kind: FaultKind
    method: str = ""
    chat_id: int = 0
    text: str = ""
    every: int = 0
    times: int = 1
    skip: int = 0
    status: int = 500
    description: str = "Internal Server Error"
    parameters: Json = field(default_factory=dict)
    seconds: float = 0.0
    has_effect: bool | None = None
    id: int = 0
    hits: int = 0

    @property
    def leaves_effect(self) -> bool:
        """Say whether the call is carried out although its answer goes wrong."""
        return self.kind in EFFECT_BY_DEFAULT if self.has_effect is None else self.has_effect

    def matches(self, call: Call) -> bool:
        """Say whether the fault is meant for this call."""
        if self.method and self.method.lower() != call.method:
            return False
        if self.chat_id and self.chat_id != call.integer("chat_id"):
            return False
        if self.every and call.integer("chat_id") % self.every:
            return False
        return not self.text or self.text in call.text("text") + call.text("caption")

    def view(self) -> Json:
        """Return the fault for /control/faults."""
        return asdict(self) | {"kind": self.kind.value}


class Faults:
    """Faults in wait; `delay` seconds are added to every call; `is_down` drops all calls."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.waiting: list[Fault] = []
        self.delay = 0.0
        self.is_down = False

    def add(self, fault: Fault) -> Fault:
        """Put a fault in wait."""
        fault.id = next(self._numbers)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Take everything away: faults, the delay, the outage."""
        self.waiting.clear()
        self.delay = 0.0
        self.is_down = False

    def strike(self, call: Call) -> Fault | None:
        """Return the fault that hits this call, counted, or None."""
        for fault in self.waiting:
            if not fault.matches(call):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.hits += 1
            if fault.times and fault.hits >= fault.times:
                self.waiting.remove(fault)
            return fault
        return None
