"""What the tests of documents write and read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.documents.exporting import export
from bot.documents.rows import Writing
from bot.domain.exports import Export, ExportOrder, Format
from bot.domain.inquiries import Author, Inquiry, InquiryFilter, Post, Thread
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from tests.fakes.clock import FakeClock
from tests.fakes.exports import FakeView

ASKED = datetime(2026, 11, 23, 20, 30, 15, tzinfo=UTC)
"""In Lahore the next day has begun."""
LAHORE = ZoneInfo("Asia/Karachi")
CATALOGUES = Catalogues.read()


class Shelf:
    """Implements ``bot.domain.exports.ExportSource`` over given threads."""

    def __init__(self, threads: Sequence[Thread]) -> None:
        self._threads = threads

    def view(self, wanted: InquiryFilter) -> "Shelf":
        """All of them."""
        return self

    async def __aenter__(self) -> FakeView:
        return FakeView(self._threads)

    async def __aexit__(self, *_: object) -> None:
        """Nothing to let go."""


def asked(text: str = "Do I need a visa?", *more: Post, **changes: Any) -> Thread:
    """An inquiry with its first message and more of them."""
    values: dict[str, Any] = {
        "code": "KH-7GQ4-X6",
        "person_id": 7,
        "name": "Ayesha",
        "language": Language.EN,
        "section": "visa",
        "text": text,
        "created_at": ASKED,
        **changes,
    }
    inquiry = Inquiry(**values)
    return Thread(inquiry=inquiry, posts=(said(text), *more))


def said(text: str, author: Author = Author.VISITOR, **changes: Any) -> Post:
    """A message of a thread."""
    values: dict[str, Any] = {
        "author": author,
        "person_id": 7,
        "name": "Ayesha" if author is Author.VISITOR else "Sana",
        "text": text,
        "created_at": ASKED + timedelta(minutes=5),
        **changes,
    }
    return Post(**values)


async def write(
    threads: Sequence[Thread], output: Path, *, language: Language = Language.EN, **order: Any
) -> Export:
    """Export threads to a file whose ending says the format."""
    wanted = ExportOrder(format=Format(output.suffix[1:]), wanted=InquiryFilter(), language=language, **order)
    writing = Writing(zone=LAHORE, tr=CATALOGUES[language], masked=wanted.masked)
    return await export(
        Shelf(threads), wanted, output, writing=writing, clock=FakeClock(), progress=lambda *_: None
    )
