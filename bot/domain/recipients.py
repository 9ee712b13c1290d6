"""Recipients of an announcement: whose turn it is, what became of each, and how many that makes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.i18n.languages import Language


class Result(StrEnum):
    """What became of one recipient."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BLOCKED = "blocked"
    """The person blocked the bot or is gone (403)."""
    FAILED = "failed"
    """Telegram refused it (400)."""
    IN_DOUBT = "in_doubt"
    """It may or may not have arrived."""
    SKIPPED = "skipped"
    """The person left the audience before their turn: unsubscribed, banned, unreachable."""


DEAD = "the process ended while it was being sent"
"""The reason of what a crash left in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Recipients by result."""

    total: int = 0
    sent: int = 0
    blocked: int = 0
    failed: int = 0
    in_doubt: int = 0
    skipped: int = 0
    unsubscribed: int = 0
    """Of those sent: how many unsubscribed afterwards."""

    @property
    def tried(self) -> int:
        """How many have a result that tells something."""
        return self.sent + self.blocked + self.failed + self.in_doubt

    @property
    def settled(self) -> int:
        """How many have a final result."""
        return self.tried + self.skipped

    @property
    def left(self) -> int:
        """How many wait, those being sent included."""
        return self.total - self.settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody whose turn it is."""

    person_id: int
    language: Language
    part: int = 0
    """How many messages of the announcement have arrived already."""
    attempts: int = 1
    """How often sending has begun, this time included."""
    message_ids: tuple[int, ...] = ()
    """Of the parts that arrived; with EDIT and DELETE: the copies to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one attempt."""

    person_id: int
    result: Result
    """WAITING: nothing arrived, or a further part is to come: try again at ``retry_at``."""
    reason: str = ""
    """Telegram's description or the kind of fault; nobody's words."""
    message_ids: tuple[int, ...] = ()
    part: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One recipient in a report."""

    person_id: int
    language: Language
    result: Result
    reason: str
    message_ids: tuple[int, ...]
    settled_at: datetime | None
    unsubscribed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many recipients of one language met the same end for the same reason."""

    language: Language
    """What they read."""
    result: Result
    reason: str
    many: int
