"""The report of an announcement: a row of CSV for each recipient, page by page."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import tzinfo

from bot.domain.broadcasts import Broadcast, BroadcastStore
from bot.domain.recipients import Line

COLUMNS = ("person_id", "language", "version", "result", "reason", "time", "unsubscribed", "messages")
_PAGE = 1000


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
