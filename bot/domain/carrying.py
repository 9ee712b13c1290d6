"""Carrying an announcement to one recipient: how a try ends, and what that means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.broadcasts import Broadcast, Kind
from bot.domain.pace import PRIVATE_SPACING
from bot.domain.recipients import Recipient, Result, Settled

PATIENCE = timedelta(seconds=10)
"""A longer wait that Telegram asks for is stored with the announcement."""
LONGEST_REST = 15.0
"""Seconds between two tries at most."""
MOST_CHANGES = 5
"""Tries of an edit or a deletion before it counts as failed."""
_NO_WAIT = timedelta(0)


class Fate(StrEnum):
    """How one try ended."""

    ARRIVED = "arrived"
    HELD = "held"
    """Its turn is far off: nothing was tried."""
    NOT_SENT = "not_sent"
    """Nothing can have been sent."""
    BUSY = "busy"
    """Refused for now (429)."""
    BLOCKED = "blocked"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """It may have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What Telegram made of one part."""

    fate: Fate
    message_ids: tuple[int, ...] = ()
    more: bool = False
    """Whether further parts are to follow."""
    wait: timedelta = timedelta(0)
    """With BUSY: retry_after."""
    reason: str = ""


class Carrier(Protocol):
    """Brings announcements to people; implemented over Telegram."""

    def weight(self, broadcast: Broadcast, recipient: Recipient) -> int:
        """How many messages the next part counts; 0: none (an edit, a deletion)."""
        ...

    async def carry(self, broadcast: Broadcast, recipient: Recipient) -> Carried:
        """Send the next part, or change the copies."""
        ...


def verdict(job: Broadcast, recipient: Recipient, carried: Carried, now: datetime) -> Settled:
    """What a try means for the recipient."""
    result, wait = _result(job, recipient, carried)
    return Settled(
        person_id=recipient.person_id,
        result=result,
        reason=carried.reason,
        message_ids=recipient.message_ids + carried.message_ids,
        part=recipient.part + (carried.fate is Fate.ARRIVED),
        retry_at=now + wait if result is Result.WAITING else None,
    )


def _result(job: Broadcast, recipient: Recipient, carried: Carried) -> tuple[Result, timedelta]:
    """What a try means for the recipient, and with WAITING how long to wait before the next one."""
    match carried.fate:
        case Fate.ARRIVED if carried.more:
            return Result.WAITING, timedelta(seconds=PRIVATE_SPACING)
        case Fate.ARRIVED:
            return Result.SENT, _NO_WAIT
        case Fate.BUSY | Fate.HELD:
            # All wait for a refusal; then others go first: it may be this chat alone that takes no more.
            behind = _backoff(recipient) if carried.fate is Fate.BUSY else _NO_WAIT
            return Result.WAITING, min(carried.wait, PATIENCE) + behind
        case Fate.BLOCKED:
            return Result.BLOCKED, _NO_WAIT
        case Fate.REFUSED:
            return Result.FAILED, _NO_WAIT
        case Fate.UNKNOWN if job.kind is Kind.SEND:
            return Result.IN_DOUBT, _NO_WAIT
        case Fate.UNKNOWN if recipient.attempts >= MOST_CHANGES:
            return Result.FAILED, _NO_WAIT
    # Nothing was sent; or it is an edit or a deletion, which may be done twice.
    return Result.WAITING, _backoff(recipient)


def _backoff(recipient: Recipient) -> timedelta:
    return timedelta(seconds=min(LONGEST_REST, 0.5 * 2 ** min(recipient.attempts, 10)))
