"""Notices: what the bot owes somebody, stored with the effect that caused it (transactional outbox).

A notice names what to tell, not the words: the messenger writes it at the moment of sending, so it is always
up to date and an erased inquiry leaves nothing behind. At least once: a crash between sending and marking
sends one again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.messages import Copy, NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something owed to one chat."""

    kind: NoticeKind
    chat_id: int
    code: str = ""
    """The inquiry it is about."""
    post_id: int = 0
    """The post it is about; 0: none. See ``InquiryStore.save`` for posts not stored yet."""
    args: Mapping[str, Any] = field(default_factory=dict)
    """A few JSON values the writer needs; nobody's words."""
    key: str = ""
    """Not empty: while a notice with the same key waits unsent, another is not added (edits of a card)."""
    not_before: datetime | None = None
    """The earliest moment to send it (parts of an album gather); a moment ahead, for others wait with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A stored notice."""

    id: int
    notice: Notice
    attempts: int
    """How often sending has begun, this time included."""
    created_at: datetime


class Outcome(StrEnum):
    """How a delivery ended."""

    SENT = "sent"
    RETRY = "retry"
    """Nothing arrived for certain, or it is unknown and a double is better than a gap: try again."""
    REFUSED = "refused"
    """Telegram will never take it."""
    UNREACHABLE = "unreachable"
    """The person blocked the bot or is gone."""
    MOVED = "moved"
    """The group became a supergroup: the stored id changes, then it is tried again."""
    POINTLESS = "pointless"
    """Nothing is to be said any more (erased, already shown)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The result of delivering one or several notices at once."""

    outcome: Outcome
    sent: Sequence[Copy] = ()
    """The messages that now show something; they are stored as copies."""
    wait: timedelta = timedelta(0)
    """With RETRY: not before this has passed (Telegram's retry_after, or the caller's backoff when zero)."""
    reason: str = ""
    """Telegram's description or the kind of fault; nobody's words."""
    moved_to: int | None = None
    """With MOVED: the new chat id."""


class Outbox(Protocol):
    """Stores notices. Each method is one transaction."""

    async def add(self, notices: Sequence[Notice]) -> None:
        """Store notices that belong to no other effect."""
        ...

    async def claim(self, owner: str, *, limit: int, lease: timedelta, now: datetime) -> Sequence[Owed]:
        """The first due notice of each chat that nobody holds, oldest first, held as in ``Inbox.claim``.

        A chat whose first notice waits, for a retry or for its ``not_before``, keeps its later ones waiting
        too: order is kept.
        """
        ...

    async def siblings(
        self, owed: Owed, *, kinds: Collection[NoticeKind] = (), limit: int = 50
    ) -> Sequence[Owed]:
        """Waiting notices of the same chat, after this one, for sending together (album, digest).

        Only those of ``kinds``; without any, those of the same kind.
        """
        ...

    async def hold(self, ids: Sequence[int], owner: str, *, until: datetime) -> None:
        """Hold siblings too: what changes from now on is owed anew."""
        ...

    async def keep(self, ids: Collection[int], owner: str, *, until: datetime) -> Collection[int]:
        """Hold longer what ``owner`` still holds of these; gives which those are."""
        ...

    async def sent(self, ids: Sequence[int], copies: Sequence[Copy], now: datetime) -> None:
        """Delivered: the notices go, the copies are stored."""
        ...

    async def retry(self, ids: Sequence[int], reason: str, retry_at: datetime) -> None:
        """Not delivered: try again then."""
        ...

    async def give_up(self, ids: Sequence[int], reason: str, now: datetime) -> None:
        """Never deliverable: kept with the reason until pruned, and not tried again."""
        ...

    async def move_chat(self, old: int, new: int) -> None:
        """Everything owed to the old chat is owed to the new one.

        Copies stay where they are: a supergroup numbers its messages anew.
        """
        ...

    async def release(self, owner: str) -> None:
        """Give back everything that ``owner`` holds."""
        ...

    async def hurry(self, now: datetime) -> None:
        """The clock was set back: as in ``Inbox.hurry``."""
        ...

    async def waiting(self) -> int:
        """How many are not delivered and not given up."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """When the next notice becomes due; None when nothing waits."""
        ...

    async def prune(self, before: datetime) -> int:
        """Forget given-up notices older than that; gives how many."""
        ...


class Messenger(Protocol):
    """Tells people things; implemented over Telegram."""

    async def deliver(self, owed: Sequence[Owed]) -> Delivery:
        """Send one notice, or several siblings as one message or album."""
        ...
