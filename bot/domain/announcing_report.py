"""The report of an announcement: in numbers, and as a row of CSV for each recipient, page by page."""

import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Protocol

from bot.domain.broadcasts import Broadcast, BroadcastStore
from bot.domain.recipients import DEAD, Line, Result, Tally
from bot.i18n.languages import Language

COLUMNS = ("person_id", "language", "version", "result", "reason", "time", "unsubscribed", "messages")
_PAGE = 1000
_FAULTY = frozenset({Result.BLOCKED, Result.FAILED, Result.IN_DOUBT})


class Cause(StrEnum):
    """Why it did not reach somebody, or why nobody knows."""

    BLOCKED = "blocked"
    """The person blocked the bot."""
    DELETED = "deleted"
    """The person deleted the account."""
    STRANGER = "stranger"
    """The person never wrote to the bot, or took the chat away."""
    STOPPED = "stopped"
    """The bot's process ended at that moment."""
    NETWORK = "network"
    """The way to Telegram broke, or its answer could not be read."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason with how many recipients it concerns."""

    cause: Cause
    words: str
    """With OTHER: Telegram's own description."""
    many: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementReport:
    """An announcement in numbers."""

    broadcast: Broadcast
    tallies: Sequence[Tally]

    @property
    def languages(self) -> Mapping[Language, tuple[int, int]]:
        """Recipients by the language they read, and how many of them got it."""
        total: Counter[Language] = Counter()
        sent: Counter[Language] = Counter()
        for one in self.tallies:
            total[one.language] += one.many
            sent[one.language] += one.many if one.result is Result.SENT else 0
        return {language: (total[language], sent[language]) for language in Language if total[language]}

    @property
    def reasons(self) -> Sequence[Reason]:
        """Why it failed or is in doubt, the most frequent first."""
        found: Counter[tuple[Cause, str]] = Counter()
        for one in self.tallies:
            if one.result in _FAULTY:
                cause = cause_of(one)
                found[cause, one.reason if cause is Cause.OTHER else ""] += one.many
        return [Reason(cause=cause, words=words, many=many) for (cause, words), many in found.most_common()]


class ReportPictures(Protocol):
    """Draws reports of announcements, away from where taps are handled."""

    async def announcement(self, report: AnnouncementReport, language: Language) -> bytes:
        """The report as PNG. Raises ``bot.domain.reports.NotDrawn``."""
        ...


async def announcement_report(store: BroadcastStore, broadcast: Broadcast) -> AnnouncementReport:
    """The numbers as they are now."""
    return AnnouncementReport(broadcast=broadcast, tallies=await store.tallies(broadcast.number))


def cause_of(tally: Tally) -> Cause:
    """What a reason means (Bot API server, ``Client.cpp``: the words of its refusals)."""
    words = tally.reason.lower()
    if tally.reason == DEAD:
        return Cause.STOPPED
    if "blocked by the user" in words:
        return Cause.BLOCKED
    if "deactivated" in words:
        return Cause.DELETED
    if "can't initiate conversation" in words or "chat not found" in words:
        return Cause.STRANGER
    return Cause.NETWORK if tally.result is Result.IN_DOUBT else Cause.OTHER


async def report_rows(store: BroadcastStore, broadcast: Broadcast, zone: tzinfo) -> AsyncIterator[str]:
    """The header, then a page of rows at a time; times are those of the zone."""
    yield _text([COLUMNS])
    after: int | None = None
    while lines := await store.lines(broadcast.number, after=after, limit=_PAGE):
        yield _text([_row(broadcast, line, zone) for line in lines])
        after = lines[-1].person_id


def _row(broadcast: Broadcast, line: Line, zone: tzinfo) -> tuple[object, ...]:
    version = broadcast.language_for(line.language)
    return (
        line.person_id,
        line.language.value,
        version.value if version else "",
        line.result.value,
        _safe(line.reason),
        line.settled_at.astimezone(zone).isoformat(" ", "seconds") if line.settled_at else "",
        "yes" if line.unsubscribed_at else "",
        " ".join(map(str, line.message_ids)),
    )


def _safe(text: str) -> str:
    """A spreadsheet takes a leading sign for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _text(rows: Iterable[tuple[object, ...]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
