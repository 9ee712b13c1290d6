"""Backend: what a database engine offers to the stores above it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Dialect, Row

T = TypeVar("T")
Work = Callable[[Connection], T]
"""A piece of work: plain synchronous statements on one connection; it may be run again."""
AnyRow = Row[*tuple[Any, ...]]
"""A row of columns that only the reader knows."""


class Reader(Protocol):
    """Runs one piece of reading work."""

    def __call__(self, work: Work[T], /) -> Awaitable[T]:
        """The work's result."""
        ...


class Backend(Protocol):
    """One engine: SQLite or PostgreSQL."""

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's dialect, by which statements differ."""
        ...

    async def write(self, work: Work[T], *, durable: bool = True) -> T:
        """Run work in a transaction and give its result once it is durable.

        Not ``durable``: it survives the end of the bot, but a power cut may undo it; an earlier write never.
        """
        ...

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing, on one consistent state."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Several reads on the state as of the moment it is entered."""
        ...

    async def compact(self) -> None:
        """Leave no byte of deleted rows in the files."""
        ...

    async def close(self) -> None:
        """Finish what was asked for and let everything go."""
        ...
