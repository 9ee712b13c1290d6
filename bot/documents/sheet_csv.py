"""CSV as people save it: UTF-8, UTF-16 or an old Windows encoding; comma, semicolon, tab or bar."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from bot.documents.cells import unguarded
from bot.documents.sheet_rows import Cells, Headings, filled, find_headings
from bot.domain.roundtrip import Fault, Row, SheetFault, SheetUnreadable

_DELIMITERS = ",;\t|"
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 4096
_MIXED = re.compile(r"[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z]")
"""Latin and Cyrillic in one word: what é and ü look like when Windows-1252 is read as Windows-1251."""


def read_csv(content: bytes) -> list[Row]:
    """The rows in which ``reply`` or ``close`` is filled in. Raises ``SheetUnreadable``."""
    text = _decoded(content)
    # A cell may be as long as the file: its row is named, and the others are read.
    csv.field_size_limit(
        max(csv.field_size_limit(), len(text) + 1)
    )  # holds for the whole process: never less
    for delimiter in sorted(_DELIMITERS, key=text[:_SAMPLE].count, reverse=True):
        rows = _Rows(text, delimiter)
        numbered = iter(rows)
        headings = find_headings(numbered)
        if headings is not None:
            rows.headings = headings
            found = [_unguarded(row) for row in filled(numbered, headings, rows.faults)]
            return [*found, *rows.broken_off()]
    raise SheetUnreadable(SheetFault.NO_COLUMNS)


def _decoded(content: bytes) -> str:
    if content.startswith(_BOMS):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        return _wide(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a Windows set to Russian or Kazakh saves as "CSV"; else that of western Europe.
        text = content.decode("cp1251", "replace")
        return content.decode("cp1252", "replace") if _MIXED.search(text) else text


def _wide(content: bytes) -> str:
    """UTF-16 without a byte-order mark: nearly every second byte of the headings is NUL."""
    sample = content[:_SAMPLE]
    for first, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        often = sample[first::2].count(0)
        if often > len(sample) // 10 and often > 4 * sample[1 - first :: 2].count(0):
            return content.decode(codec, "replace")
    raise SheetUnreadable(SheetFault.KIND)


class _Rows:
    """Rows by the number a spreadsheet shows: a line break within a cell begins no row."""

    def __init__(self, text: str, delimiter: str) -> None:
        # Strict: a quotation mark that is never closed would make one reply of all rows that follow.
        self._rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        self._number = 0
        self._broken = False
        self.headings: Headings | None = None
        self.faults: dict[int, Fault] = {}

    def __iter__(self) -> Iterator[tuple[int, Cells]]:
        try:
            for cells in self._rows:
                self._number += 1
                if self.headings and len(cells) > self.headings.width:
                    # A comma in words without quotation marks moved all that follows into other columns.
                    self.faults[self._number] = Fault.SHIFTED
                yield self._number, cells
        except csv.Error:
            self._broken = True

    def broken_off(self) -> list[Row]:
        """The row that could not be read, and with it all that follow."""
        return [Row(place=str(self._number + 1), fault=Fault.QUOTES)] if self._broken else []


def _unguarded(row: Row) -> Row:
    return replace(row, reply=unguarded(row.reply), close=unguarded(row.close))
