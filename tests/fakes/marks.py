"""Marks in memory."""

from collections.abc import Sequence

from bot.domain.delivery import Notice
from tests.fakes.outbox import FakeOutbox


class FakeMarks:
    """Implements ``bot.domain.marks.Marks``; what is owed with a change goes to ``outbox``."""

    def __init__(self, outbox: FakeOutbox | None = None) -> None:
        self._outbox = outbox
        self.values: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        return self.values.get(name)

    async def set(self, name: str, value: str) -> None:
        """Replace the value."""
        self.values[name] = value

    async def change(self, name: str, old: str | None, new: str, *, notices: Sequence[Notice] = ()) -> bool:
        """Replace the value only if it still is ``old``, and owe the notices."""
        if self.values.get(name) != old:
            return False
        if notices:
            assert self._outbox is not None, "these marks were given no outbox"
            self._outbox.owe(notices)
        self.values[name] = new
        return True
