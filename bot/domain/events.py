"""Events: what happened, as plain values, for statistics and metrics. Nobody's words are in them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenOpened:
    """A screen of the content was shown."""

    person_id: int
    screen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """A visitor said whether an answer helped."""

    person_id: int
    screen: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A free text was looked up."""

    person_id: int
    intent: str
    """The best intent; empty when nothing was found."""
    rejected: bool


Event = ScreenOpened | Helped | Searched


class Events(Protocol):
    """Takes note of what happened. Cheap: it gathers and stores later, in groups."""

    async def note(self, event: Event) -> None:
        """Take note."""
        ...
