"""Workbooks as people save them: columns moved, rows sorted or hidden, cells merged, formulas in cells."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from bot.documents.sheet_rows import NO_VALUE, Cells, Headings, filled, find_headings
from bot.domain.roundtrip import Fault, Row, SheetFault, SheetUnreadable

LARGEST_UNPACKED = 200 * 1024 * 1024
"""Bytes of all members of a workbook."""
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_MERGED_NAMED = 1000
"""So many rows of one merged cell are named at most."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


def read_workbook(content: bytes) -> list[Row]:
    """The rows in which ``reply`` or ``close`` is filled in. Raises ``SheetUnreadable``."""
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
    values, formulas = (
        openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
        for data_only in (True, False)
    )
    try:
        found = [
            (sheet.title, _read_one(archive, sheet, formulas[sheet.title])) for sheet in values.worksheets
        ]
    finally:
        values.close()
        formulas.close()
    read = [(title, rows) for title, rows in found if rows is not None]
    if not read:
        raise SheetUnreadable(SheetFault.NO_COLUMNS)
    if len(read) == 1:
        return read[0][1]
    return [replace(row, place=f"{title}: {row.place}") for title, rows in read for row in rows]


def _read_one(archive: zipfile.ZipFile, sheet: Any, formulas: Any) -> list[Row] | None:
    """The rows of a sheet; None when it has no headings of ours."""
    xml = archive.read(sheet._worksheet_path)  # noqa: SLF001 - openpyxl tells it nowhere else
    rows = _rows(sheet, formulas if _FORMULA.search(xml) else None)
    headings = find_headings(rows)
    if headings is None:
        return None
    return list(filled(rows, headings, _merged_rows(xml, headings)))


def _rows(sheet: Any, formulas: Any) -> Iterator[tuple[int, Cells]]:
    # What a sheet says of its own extent is often wrong: cells outside would be missed.
    sheet.reset_dimensions()
    if formulas is None:
        for number, row in enumerate(sheet.values, 1):
            yield number, [_text(value) for value in row]
        return
    formulas.reset_dimensions()
    pairs = zip(sheet.values, formulas.values, strict=True)
    for number, (row, behind) in enumerate(pairs, 1):
        yield number, [_text(value, formula) for value, formula in zip(row, behind, strict=True)]


def _merged_rows(xml: bytes, headings: Headings) -> dict[int, Fault]:
    """Rows whose code, reply or close shares a cell with another row."""
    ours = {place for name in ("code", "reply", "close") for place in headings.places.get(name, ())}
    rows: dict[int, Fault] = {}
    for found in _MERGE.finditer(xml):
        left, top, right, bottom = (part.decode() for part in found.groups())
        columns = range(column_index_from_string(left) - 1, column_index_from_string(right))
        if top != bottom and ours.intersection(columns):
            last = min(int(bottom), int(top) + _MERGED_NAMED)
            rows.update(dict.fromkeys(range(int(top), last + 1), Fault.MERGED))
    return rows


def _text(value: Any, formula: Any = None) -> str:
    """What a person reads in the cell; a day without a time of day is a day."""
    if value is None:
        return "" if formula is None else NO_VALUE
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
