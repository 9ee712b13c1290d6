"""Exports: the log of inquiries taken away as a file; what it holds, and the ports that read and write it."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.domain.inquiries import Answer, InquiryFilter, Status, Thread
from bot.domain.messages import Attachment
from bot.i18n.languages import Language


class Format(StrEnum):
    """What an export is written as; the value is the file's extension too."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    HTML = "html"


COLUMNS = (
    "code",
    "text",
    "added",
    "section",
    "status",
    "language",
    "name",
    "username",
    "person_id",
    "created",
    "seen",
    "answered",
    "closed",
    "claimed_by",
    "form",
    "answers",
    "attachments",
    "messages",
    "last_reply",
    "rating",
    "comment",
    "close_reason",
    "reply",
    "close",
)
"""The columns of CSV and XLSX, one row an inquiry; fixed, described in ``docs/export.md``."""
MESSAGE_COLUMNS = ("code", "number", "time", "author", "name", "text", "attachments", "edited", "withdrawn")
"""The columns of the sheet with a row for each message."""


Line = tuple[
    int,  # id: grows with storing; says nothing outside
    str,  # code
    str,  # text: the question as typed
    str | None,  # later words: what the visitor wrote after it, a message a line
    str,  # section
    str,  # status
    str,  # language
    str,  # name
    str,  # username
    int,  # person_id
    str,  # created_at
    str | None,  # seen_at
    str | None,  # answered_at
    str | None,  # closed_at
    str,  # claimed_name
    str,  # form
    Sequence[Answer] | None,  # answers of the form
    Sequence[Attachment] | None,  # attachments of all messages of the visitor
    int,  # messages: how many the thread has, internal notes aside
    str | None,  # last reply of staff
    int | None,  # rating
    str,  # rating_comment
    str,  # close_reason
]
"""An inquiry as one row. A plain tuple to be unpacked, since a million of them are made: naming the fields
costs as much as reading them. Moments are text in UTC, ``2026-11-23 14:05:00.000000``.
"""


MessageLine = tuple[
    str,  # created_at
    str,  # author
    str,  # name
    str,  # text
    Sequence[Attachment] | None,  # attachments
    str | None,  # edited_at
    str | None,  # withdrawn_at
]
"""A message of a thread, a plain tuple with moments as text like ``Line``."""
Entry = tuple[Line, Sequence[MessageLine]]
"""An inquiry with all messages of its thread in order, internal notes too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What is asked for."""

    format: Format
    wanted: InquiryFilter
    language: Language = Language.EN
    """The language of headings and labels."""
    masked: bool = False
    """Phone and document numbers are masked."""
    part_bytes: int | None = None
    """A file that would be larger is split into parts; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One finished file."""

    path: Path
    rows: int
    """Inquiries in it."""
    messages: int
    """Messages of threads in it; 0 where a format has none."""
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A finished export."""

    order: ExportOrder
    files: tuple[ExportedFile, ...]
    made_at: datetime
    manifest: Path | None = None

    @property
    def rows(self) -> int:
        """Inquiries in all files."""
        return sum(one.rows for one in self.files)


class ExportView(Protocol):
    """The inquiries of one export, all as of the same moment."""

    total: int
    """How many inquiries there are."""

    def lines(self) -> AsyncIterator[Sequence[Line]]:
        """All of them, oldest first, page by page."""
        ...

    def entries(self) -> AsyncIterator[Sequence[Entry]]:
        """The same with the messages of each thread, page by page."""
        ...

    def threads(self) -> AsyncIterator[Sequence[Thread]]:
        """The same inquiries with their whole threads, page by page."""
        ...


class ExportSource(Protocol):
    """Reads inquiries for exports, in bounded memory."""

    def view(self, wanted: InquiryFilter) -> AbstractAsyncContextManager[ExportView]:
        """The inquiries as of the moment it is entered."""
        ...


Progress = Callable[[int, int], None]
"""Told how many inquiries of how many are written."""


class ExportFailed(Exception):
    """An export could not be made; the message is one line for the log, without anybody's words."""


class ExportMaker(Protocol):
    """Makes exports without holding up whoever asks."""

    async def make(self, order: ExportOrder, output: Path, progress: Progress) -> Export:
        """Write the files. Raises ``ExportFailed``."""
        ...


_YEARS = re.compile(r"(?:19[7-9]|2\d\d)\d")
"""Years that every zone and database can count with."""


def parse_day(text: str, zone: tzinfo, *, end: bool) -> datetime:
    """A day (``2026-11-23``) or a moment (``2026-11-23T14:00``) as typed, in the House's time zone.

    With ``end`` a day counts whole: the moment is its end. Raises ``ValueError`` with one line.
    """
    try:
        if not _YEARS.match(text):
            raise ValueError  # noqa: TRY301 - said below
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return datetime.combine(day, time(), zone)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise ValueError(f"expected a day as YYYY-MM-DD, got {text!r}") from None


def parse_status(text: str) -> frozenset[Status]:
    """One or several statuses, comma-separated. Raises ``ValueError`` with one line."""
    known = ", ".join(Status)
    try:
        return frozenset(Status(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError(f"expected one of {known}, got {text!r}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an export holds, so that whoever receives it can check it."""

    export: Export
    filters: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "made_at": self.export.made_at.isoformat(timespec="seconds"),
            "format": self.export.order.format.value,
            "filters": dict(self.filters),
            "masked": self.export.order.masked,
            "inquiries": self.export.rows,
            "files": [
                {
                    "name": one.path.name,
                    "inquiries": one.rows,
                    "messages": one.messages,
                    "bytes": one.size,
                    "sha256": one.sha256,
                }
                for one in self.export.files
            ],
        }


def filters_of(wanted: InquiryFilter) -> dict[str, Any]:
    """The conditions of a filter as plain JSON values; only those that were given."""
    given = {
        "since": wanted.since and wanted.since.isoformat(timespec="seconds"),
        "until": wanted.until and wanted.until.isoformat(timespec="seconds"),
        "section": wanted.section,
        "language": wanted.language and wanted.language.value,
        "status": sorted(status.value for status in wanted.statuses),
    }
    return {name: value for name, value in given.items() if value}
