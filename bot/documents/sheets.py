"""Sheets: replies read back from a filled XLSX or CSV, however a person has edited it.

Columns are found by their headings, wherever they stand; rows may be sorted, cells merged, the file saved in
another encoding. What cannot be read is named by its row. Nothing in a file is believed: sizes are checked
before anything is unpacked.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from bot.documents.cells import unguarded
from bot.domain.inquiries import Status
from bot.domain.roundtrip import Fault, Row, SheetFault, SheetUnreadable

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; also what a bot may download (Bot API: getFile)."""
LARGEST_UNPACKED = 200 * 1024 * 1024
"""Bytes of all members of a workbook."""
HEADING_ROWS = 20
"""Among so many rows from the top the headings are looked for."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DELIMITERS = ",;\t|"
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_MERGED_NAMED = 1000
"""So many rows of one merged cell are named at most."""
_COUNT = re.compile(r"\d{1,6}")
_WANTED = frozenset({"code", "reply", "close", "messages", "status"})

Cells = Sequence[str]


def read_sheet(path: Path) -> list[Row]:
    """The rows in which ``reply`` or ``close`` is filled in. Raises ``SheetUnreadable``."""
    if path.stat().st_size > LARGEST_FILE:
        raise SheetUnreadable(SheetFault.TOO_LARGE)
    content = path.read_bytes()
    if content.startswith(_OLE):
        # An old XLS, or a workbook behind a password: both stand in the same kind of container.
        locked = _ENCRYPTED in content
        raise SheetUnreadable(SheetFault.LOCKED if locked else SheetFault.KIND)
    if content.startswith(_ZIP):
        return _read_workbook(content)
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetUnreadable(SheetFault.KIND)
    return _read_csv(_decoded(content))


# ---- CSV


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a Windows set to Russian or Kazakh saves as "CSV".
        return content.decode("cp1251", "replace")


def _read_csv(text: str) -> list[Row]:
    for delimiter in sorted(_DELIMITERS, key=text[:4096].count, reverse=True):
        rows = _csv_rows(text, delimiter)
        headings = _headings(rows)
        if headings is not None:
            return [_unguarded(row) for row in _filled(rows, headings)]
    raise SheetUnreadable(SheetFault.NO_COLUMNS)


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Rows by the number a spreadsheet shows: a line break within a cell begins no row."""
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1)
    except csv.Error:
        raise SheetUnreadable(SheetFault.DAMAGED) from None


# ---- XLSX


def _read_workbook(content: bytes) -> list[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
            return _read_sheets(archive, content)
    except SheetUnreadable:
        raise
    except Exception as fault:
        # The edge: a foreign file can make a parser fail in any way.
        raise SheetUnreadable(SheetFault.DAMAGED) from fault


def _check_archive(archive: zipfile.ZipFile) -> None:
    if sum(one.file_size for one in archive.infolist()) > LARGEST_UNPACKED:
        raise SheetUnreadable(SheetFault.TOO_LARGE)
    if "xl/workbook.xml" not in archive.namelist():
        raise SheetUnreadable(SheetFault.KIND)


def _read_sheets(archive: zipfile.ZipFile, content: bytes) -> list[Row]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        found = [(sheet.title, _read_one(archive, sheet)) for sheet in book.worksheets]
    finally:
        book.close()
    read = [(title, rows) for title, rows in found if rows is not None]
    if not read:
        raise SheetUnreadable(SheetFault.NO_COLUMNS)
    if len(read) == 1:
        return read[0][1]
    return [replace(row, place=f"{title}: {row.place}") for title, rows in read for row in rows]


def _read_one(archive: zipfile.ZipFile, sheet: Any) -> list[Row] | None:
    """The rows of a sheet; None when it has no headings of ours."""
    rows = ((number, [_text(value) for value in row]) for number, row in enumerate(sheet.values, 1))
    headings = _headings(rows)
    if headings is None:
        return None
    merged = _merged_rows(archive.read(sheet._worksheet_path), headings)  # noqa: SLF001 - openpyxl tells it nowhere else
    return list(_filled(rows, headings, merged))


def _merged_rows(xml: bytes, headings: "Headings") -> frozenset[int]:
    """Rows whose code, reply or close shares a cell with another row."""
    ours = {headings.places[name] for name in ("code", "reply", "close") if name in headings.places}
    rows: set[int] = set()
    for found in _MERGE.finditer(xml):
        left, top, right, bottom = (part.decode() for part in found.groups())
        columns = range(column_index_from_string(left) - 1, column_index_from_string(right))
        if top != bottom and ours.intersection(columns):
            rows.update(range(int(top), min(int(bottom), int(top) + _MERGED_NAMED) + 1))
    return frozenset(rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# ---- both


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the columns stand."""

    row: int
    places: dict[str, int]


def _headings(rows: Iterator[tuple[int, Cells]]) -> Headings | None:
    """Look for the headings; ``rows`` goes on after them."""
    for number, cells in islice(rows, HEADING_ROWS):
        names = [cell.strip().strip("\ufeff").casefold() for cell in cells]
        places = {name: names.index(name) for name in _WANTED if name in names}
        if "code" in places and ("reply" in places or "close" in places):
            return Headings(number, places)
    return None


def _filled(
    rows: Iterable[tuple[int, Cells]], headings: Headings, merged: frozenset[int] = frozenset()
) -> Iterator[Row]:
    for number, cells in rows:
        row = _row(number, cells, headings)
        if number in merged and (row.code or row.reply or row.close):
            yield replace(row, fault=Fault.MERGED)
        elif row.reply or row.close:
            yield row


def _row(number: int, cells: Cells, headings: Headings) -> Row:
    def cell(name: str) -> str:
        place = headings.places.get(name, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    reply, close = cell("reply"), cell("close")
    return Row(
        place=str(number),
        code=cell("code"),
        reply=reply,
        close=close,
        messages=int(cell("messages")) if _COUNT.fullmatch(cell("messages")) else None,
        was_closed=cell("status").casefold() == Status.CLOSED,
        fault=Fault.SPREADSHEET_ERROR if {reply, close} & _ERRORS else None,
    )


def _unguarded(row: Row) -> Row:
    return replace(row, reply=unguarded(row.reply), close=unguarded(row.close))
