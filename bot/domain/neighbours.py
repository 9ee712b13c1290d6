"""Neighbours: the other processes of the same bot. What one tells, the others hear soon, or not at all.

News are help and never truth: nothing that must not be lost goes this way. The database decides, and
everybody looks at it now and then without being told; news make that sooner, and let limits be common.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

Word = Any
"""A JSON value."""
Act = Callable[..., object]
"""What is done with the words of a piece of news. It waits for nothing."""


class Neighbours(Protocol):
    """Carries news between the processes of one bot."""

    @property
    def many(self) -> int:
        """How many processes are in touch, this one included."""
        ...

    def tell(self, topic: str, *words: Word) -> None:
        """Tell the others; waits for nothing and never fails, even when nobody can be reached."""
        ...

    def hear(self, topic: str, act: Act) -> None:
        """Have ``act`` called with the words of each piece of news on this topic that others told."""
        ...

    def joined(self, act: Callable[[], None]) -> None:
        """Have ``act`` called whenever this process comes in touch (again): it may have missed news."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Keep in touch until ``stop``."""
        ...


class Alone:
    """Implements ``Neighbours`` for a process that has none, or cannot know of them."""

    many = 1

    def tell(self, topic: str, *words: Word) -> None:
        """There is nobody."""

    def hear(self, topic: str, act: Act) -> None:
        """There is nothing to hear."""

    def joined(self, act: Callable[[], None]) -> None:
        """It never happens."""

    async def run(self, stop: asyncio.Event) -> None:
        """There is nothing to do."""
        await stop.wait()
