"""Marks: small facts the bot notes about itself, so that a job done once stays done."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.delivery import Notice


class Marks(Protocol):
    """Remembers named values (the staff chat's new id, the day of the last digest). One transaction each."""

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        ...

    async def set(self, name: str, value: str) -> None:
        """Replace the value."""
        ...

    async def change(self, name: str, old: str | None, new: str, *, notices: Sequence[Notice] = ()) -> bool:
        """Replace the value only if it still is ``old`` (None: absent); False when somebody was first.

        ``notices``: what is owed because of it, stored together with it.
        """
        ...


async def my_turn(
    marks: Marks,
    job: str,
    *,
    every: timedelta,
    now: datetime,
    owes: Callable[[], Awaitable[Sequence[Notice]]] | None = None,
) -> bool:
    """Whether this process does a job now that is done once in so long; of several, one is told so.

    Whoever dies at it has had the turn: the job must be one that may wait for the next. What it ``owes`` is
    stored with the turn, so that it cannot be lost.
    """
    name = f"turn:{job}"
    last = await marks.get(name)
    if last and now - every < datetime.fromisoformat(last) <= now:
        return False
    notices = await owes() if owes else ()
    return await marks.change(name, last, now.isoformat(), notices=notices)
