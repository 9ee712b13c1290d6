"""What went wrong when talking to Telegram, sorted by what is to be done about it.

Sources: https://core.telegram.org/bots/api#making-requests and the server's own error texts.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.telegram.session import NotConnectedError, redact


class Fault(StrEnum):
    """Kinds of faults."""

    NOT_SENT = "not_sent"
    """No connection: nothing can have arrived."""
    UNKNOWN = "unknown"
    """It may or may not have arrived: reset, timeout, 5xx, unreadable answer."""
    BUSY = "busy"
    """429: wait ``retry_after``."""
    UNREACHABLE = "unreachable"
    """403 of a person: blocked, deactivated, never started."""
    EXPELLED = "expelled"
    """403 of a group: kicked, or no right to write."""
    MOVED = "moved"
    """The group became a supergroup."""
    UNCHANGED = "unchanged"
    """400: message is not modified."""
    TOO_LATE = "too_late"
    """400: the tap is too old to be answered."""
    GONE = "gone"
    """400: the message to edit, delete or reply to, or its topic, does not exist (any more)."""
    NO_CHAT = "no_chat"
    """400: chat not found."""
    MARKUP = "markup"
    """400: can't parse entities."""
    TOO_LARGE = "too_large"
    STRANGER = "stranger"
    """401 or 404: the token is wrong or revoked."""
    CONFLICT = "conflict"
    """409: another poller or a webhook."""
    REFUSED = "refused"
    """Any other refusal."""


PASSING = frozenset({Fault.BUSY, Fault.NOT_SENT, Fault.UNKNOWN, Fault.STRANGER, Fault.CONFLICT})
"""Faults of the way to Telegram: what was to be done is done later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A fault with what is needed to act on it."""

    fault: Fault
    reason: str
    """Telegram's description or the kind of fault, without a token and without anybody's words."""
    wait: timedelta = timedelta(0)
    moved_to: int | None = None


_GONE = (
    "message to edit not found",
    "message to delete not found",
    "message to be replied not found",
    "replied message not found",
    "message to reply not found",
    "message can't be edited",
    "message can't be deleted",
    "message to copy not found",
    "message to forward not found",
    "message thread not found",
    "topic_deleted",
    "topic_closed",
    "topic_id_invalid",
    "message_id_invalid",
)
_ABSENT = ("message to edit not found", "message to delete not found", "message_id_invalid")
_TOO_LATE = ("query is too old", "query id is invalid", "query_id_invalid")


def diagnose(error: AiogramError) -> Diagnosis:
    """Sort an error of a Bot API call."""
    reason = _reason(error)
    if isinstance(error, TelegramRetryAfter):
        return Diagnosis(fault=Fault.BUSY, reason=reason, wait=timedelta(seconds=error.retry_after))
    if isinstance(error, TelegramMigrateToChat):
        return Diagnosis(fault=Fault.MOVED, reason=reason, moved_to=error.migrate_to_chat_id)
    if "too many requests" in reason.lower() or "flood" in reason.lower():
        # A 429 without parameters is a plain TelegramAPIError in aiogram.
        return Diagnosis(fault=Fault.BUSY, reason=reason, wait=timedelta(seconds=1))
    return Diagnosis(fault=_by_type(error) or _by_words(reason.lower()), reason=reason)


def is_absent(error: AiogramError) -> bool:
    """Whether the message to change or delete is there no longer, rather than left alone by Telegram."""
    return any(mark in _reason(error).lower() for mark in _ABSENT)


def _by_type(error: AiogramError) -> Fault | None:
    match error:
        case NotConnectedError():
            return Fault.NOT_SENT
        case TelegramEntityTooLarge():
            return Fault.TOO_LARGE
        case TelegramNetworkError() | ClientDecodeError() | RestartingTelegram() | TelegramServerError():
            return Fault.UNKNOWN
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Fault.STRANGER
        case TelegramConflictError():
            return Fault.CONFLICT
        case TelegramForbiddenError():
            words = error.message.lower()
            group = "kicked" in words or "group" in words or "not a member" in words or "channel" in words
            return Fault.EXPELLED if group else Fault.UNREACHABLE
    return None


def _by_words(words: str) -> Fault:
    if "message is not modified" in words:
        return Fault.UNCHANGED
    if any(mark in words for mark in _TOO_LATE):
        return Fault.TOO_LATE
    if any(mark in words for mark in _GONE):
        return Fault.GONE
    if "chat not found" in words:
        return Fault.NO_CHAT
    if "can't parse" in words:
        return Fault.MARKUP
    if "not enough rights" in words or "have no rights" in words:
        return Fault.EXPELLED
    return Fault.REFUSED


def _reason(error: AiogramError) -> str:
    if isinstance(error, TelegramAPIError):
        return redact(error.message)
    return type(error).__name__
