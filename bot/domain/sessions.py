"""Session: what a person is in the middle of. It stands in the database, so a restart forgets nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The unfinished dialogue of one person in one chat."""

    chat_id: int
    person_id: int
    state: str = ""
    """Which dialogue: e.g. ``form``, ``confirm``, ``add``; empty when there is none."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The dialogue's own data, JSON values only."""
    thread: str = ""
    """The code that the person's next plain message continues (staff have just replied); empty: none."""
    cause: int = 0
    """The inbox row that was last applied: a replayed row must not advance the dialogue again."""
    changed_at: datetime | None = None
    after: int | None = None
    """The ``cause`` of the session that this one was made of; None: it may replace any."""


class Overtaken(Exception):
    """The session has moved on: what is being handled here was handled elsewhere, and more after it."""


class SessionStore(Protocol):
    """Remembers sessions. Each method is one transaction."""

    async def get(self, chat_id: int, person_id: int) -> Session:
        """The session; an empty one when there is none."""
        ...

    async def put(self, session: Session) -> None:
        """Replace the stored session.

        Raises ``Overtaken`` when ``after`` is given and the stored one has moved on by another cause.
        """
        ...

    async def continue_thread(self, person_id: int, code: str) -> None:
        """Set ``thread`` of the person's private chat and leave the rest as it is."""
        ...

    async def ticks(self, person_id: int, list_id: str) -> frozenset[str]:
        """The ticked lines of a checklist, by key."""
        ...

    async def tick(self, person_id: int, list_id: str, line: str, *, ticked: bool) -> frozenset[str]:
        """Tick or clear a line; gives all ticked lines."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Delete sessions unchanged since then; gives how many."""
        ...
