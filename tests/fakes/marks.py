"""Marks in memory."""


class FakeMarks:
    """Implements ``bot.domain.marks.Marks``."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        return self.values.get(name)

    async def set(self, name: str, value: str) -> None:
        """Replace the value."""
        self.values[name] = value

    async def change(self, name: str, old: str | None, new: str) -> bool:
        """Replace the value only if it still is ``old``."""
        if self.values.get(name) != old:
            return False
        self.values[name] = new
        return True
