"""Marks: small facts the bot notes about itself, so that a job done once stays done."""

from typing import Protocol


class Marks(Protocol):
    """Remembers named values (the staff chat's new id, the day of the last digest). One transaction each."""

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        ...

    async def set(self, name: str, value: str) -> None:
        """Replace the value."""
        ...

    async def change(self, name: str, old: str | None, new: str) -> bool:
        """Replace the value only if it still is ``old`` (None: absent); False when somebody was first."""
        ...
