"""Inbox: what came in and is not finished. Payloads are opaque; order is kept within a chat.

At least once: a payload is stored before it is acknowledged to Telegram; its done-mark follows its effect.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.aftermath import NOTHING, Aftermath

FAR = timedelta(minutes=2)
"""No lease is that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One update as it arrived."""

    update_id: int
    """Telegram's id: sequential, but random again after a week without updates."""
    chat: int
    """What order is kept within: the chat's id, else the person's, else 0."""
    payload: bytes
    """The raw JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A stored update."""

    id: int
    """Grows with arrival; the cause of every effect of this update."""
    update_id: int
    chat: int
    payload: bytes
    attempts: int
    """How often handling it has begun, this time included."""
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An update that could not be handled and waits for a person."""

    id: int
    update_id: int
    chat: int
    received_at: datetime
    attempts: int
    error: str
    """The kind of the fault, without anybody's words."""


class Inbox(Protocol):
    """Stores updates. Each method is one transaction."""

    async def add(self, batch: Sequence[Incoming], now: datetime) -> int:
        """Store a batch durably; an ``update_id`` still remembered is skipped. Gives how many were new."""
        ...

    async def claim(self, owner: str, *, limit: int, lease: timedelta, now: datetime) -> Sequence[Item]:
        """The first unfinished item of each chat that is due and that nobody holds, oldest first.

        They are held until done, failed, quarantined, or until ``lease`` has passed.
        """
        ...

    async def keep(self, ids: Collection[int], owner: str, *, until: datetime) -> Collection[int]:
        """Hold longer what ``owner`` still holds of these; gives which those are."""
        ...

    async def done(self, ids: Sequence[int], now: datetime) -> None:
        """Finished: the payload is dropped, the update_id remembered."""
        ...

    async def failed(self, item_id: int, error: str, retry_at: datetime, *, counted: bool = True) -> None:
        """Try again later; later items of the same chat wait. Not ``counted``: as if never begun."""
        ...

    async def quarantine(self, item_id: int, error: str, *, aftermath: Aftermath = NOTHING) -> None:
        """Put aside, with what follows; later items of the same chat go on."""
        ...

    async def release(self, owner: str) -> None:
        """Give back everything that ``owner`` holds (at start, after a crash, and at a graceful stop)."""
        ...

    async def hurry(self, now: datetime) -> None:
        """The clock was set back: what waits for a moment ahead waits no longer.

        Nor is anything held for longer than ``FAR`` from now: who holds it so long took it before.
        """
        ...

    async def quarantined(self) -> Sequence[Quarantined]:
        """What was put aside, oldest first."""
        ...

    async def retry(self, item_id: int, *, aftermath: Aftermath = NOTHING) -> bool:
        """Take one out of quarantine, with what follows; False when it is not there."""
        ...

    async def drop(self, item_id: int, *, aftermath: Aftermath = NOTHING) -> bool:
        """Delete one from quarantine, with what follows; False when it is not there."""
        ...

    async def waiting(self) -> int:
        """How many unfinished items there are, quarantined ones aside."""
        ...

    async def prune(self, before: datetime) -> int:
        """Forget the ids of items finished before then; gives how many."""
        ...
