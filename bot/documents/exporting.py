"""Exporting: reads pages of inquiries and writes them to one file or several parts, with a manifest."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from bot.documents.csv_files import CsvWriter
from bot.documents.files import Draft
from bot.documents.html_files import HtmlWriter
from bot.documents.jsonl_files import JsonlWriter
from bot.documents.rows import Writing
from bot.documents.xlsx_files import XlsxWriter
from bot.domain.clock import Clock
from bot.domain.exports import (
    Export,
    ExportedFile,
    ExportOrder,
    ExportSource,
    ExportView,
    Format,
    Manifest,
    Progress,
    filters_of,
)

_PIECE_BYTES = 50_000
"""Bytes that an inquiry may take where files are split: decides how often the size is looked at."""


class Writer(Protocol):
    """Writes one file of one format."""

    messages: int
    """Messages of threads written so far."""

    @property
    def size(self) -> int:
        """Bytes so far."""
        ...

    def add(self, page: Sequence[Any], /) -> None:
        """Write inquiries: lines, entries or threads, as the format asks."""
        ...

    def finish(self) -> None:
        """Write what follows the last inquiry."""
        ...


@dataclass(frozen=True, slots=True)
class _Kind:
    """A format: what it reads and what writes it."""

    pages: Callable[[ExportView], AsyncIterator[Sequence[Any]]]
    writer: Callable[[Draft, Writing, int], Writer]


_KINDS: dict[Format, _Kind] = {
    Format.CSV: _Kind(lambda view: view.lines(), CsvWriter),
    Format.XLSX: _Kind(lambda view: view.entries(), XlsxWriter),
    Format.JSONL: _Kind(lambda view: view.threads(), JsonlWriter),
    Format.HTML: _Kind(lambda view: view.threads(), HtmlWriter),
}


async def export(
    source: ExportSource,
    order: ExportOrder,
    output: Path,
    *,
    writing: Writing,
    clock: Clock,
    progress: Progress,
    appears: Callable[[int], Awaitable[None]] | None = None,
) -> Export:
    """Write the inquiries to ``output`` (or to parts beside it) with a manifest.

    ``appears`` is told how many there are before any file appears. Files appear whole or not at all. Raises
    ``OSError`` when they cannot be written.
    """
    with ExitStack() as drafts:
        async with source.view(order.wanted) as view:
            parts = _Parts(order, output, writing, drafts, view.total)
            done = 0
            progress(done, view.total)
            async for page in _KINDS[order.format].pages(view):
                parts.add(page)
                done += len(page)
                progress(done, view.total)
        if appears:
            await appears(done)
        made = Export(order=order, files=parts.finish(), made_at=clock.now())
        return _with_manifest(made, output, drafts)


class _Parts:
    """The files of an export: a new one begins where the last is full."""

    def __init__(
        self, order: ExportOrder, output: Path, writing: Writing, drafts: ExitStack, total: int
    ) -> None:
        self._order = order
        self._output = output
        self._writing = writing
        self._drafts = drafts
        self._total = total
        self._done: list[_Part] = []
        self._part = self._begin()

    def _begin(self) -> "_Part":
        draft = self._drafts.enter_context(Draft(self._output))
        return _Part(draft, _KINDS[self._order.format].writer(draft, self._writing, self._total))

    def add(self, page: Sequence[Any]) -> None:
        """Write a page, in pieces small enough to split between them."""
        limit = self._order.part_bytes
        piece = len(page) if limit is None else max(1, limit // _PIECE_BYTES)
        for start in range(0, len(page), piece):
            if limit is not None and self._part.rows and self._part.writer.size >= limit:
                self._end()
                self._part = self._begin()
            self._part.add(page[start : start + piece])

    def _end(self) -> None:
        self._part.writer.finish()
        self._part.draft.flush()
        self._done.append(self._part)

    def finish(self) -> tuple[ExportedFile, ...]:
        """Put all files in their places."""
        self._end()
        return tuple(part.finish(self._name(number)) for number, part in enumerate(self._done, 1))

    def _name(self, number: int) -> Path:
        if len(self._done) == 1:
            return self._output
        return self._output.with_name(f"{self._output.stem}-{number}{self._output.suffix}")


@dataclass(slots=True)
class _Part:
    draft: Draft
    writer: Writer
    rows: int = 0

    def add(self, page: Sequence[Any]) -> None:
        self.writer.add(page)
        self.rows += len(page)

    def finish(self, path: Path) -> ExportedFile:
        digest = self.draft.finish(path)
        return ExportedFile(
            path=path,
            rows=self.rows,
            messages=self.writer.messages,
            size=self.draft.size,
            sha256=digest,
        )


def _with_manifest(made: Export, output: Path, drafts: ExitStack) -> Export:
    path = output.with_name(f"{output.name}.manifest.json")
    manifest = Manifest(export=made, filters=filters_of(made.order.wanted))
    draft = drafts.enter_context(Draft(path))
    draft.write(json.dumps(manifest.as_json(), ensure_ascii=False, indent=2).encode() + b"\n")
    draft.finish(path)
    return replace(made, manifest=path)
