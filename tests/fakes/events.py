"""Events in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.events import KEPT, MOST_WORDS, PERSONAL, Happened, Searched


class FakeEvents:
    """Implements ``bot.domain.events.EventStore``; person 0 is nobody."""

    def __init__(self) -> None:
        self.kept: list[Happened] = []

    async def add(self, happened: Sequence[Happened]) -> None:
        """Store events."""
        for one in happened:
            event = one.event
            if isinstance(event, Searched):
                words = " ".join(event.words.split())[:MOST_WORDS] if event.rejected else ""
                event = replace(event, words=words)
            self.kept.append(replace(one, event=event))

    async def age(self, now: datetime) -> None:
        """Forget by age."""
        self.kept = [self._aged(one, now) for one in self.kept if one.at >= now - KEPT]

    @staticmethod
    def _aged(one: Happened, now: datetime) -> Happened:
        if one.at >= now - PERSONAL:
            return one
        event = replace(one.event, person_id=0)
        return replace(one, event=replace(event, words="") if isinstance(event, Searched) else event)
