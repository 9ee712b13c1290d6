"""Rows of a sheet that staff filled in: the columns are found by their headings, wherever they stand.

What cannot be read is named by its row, and never half-read: words that went into a wrong column would go to
the wrong person.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from bot.domain.inquiries import Status
from bot.domain.roundtrip import Fault, Row

HEADING_ROWS = 20
"""Among so many rows from the top the headings are looked for."""
NO_VALUE: Final = "\x00formula"
"""Stands for a cell whose formula was saved without its value."""
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_COUNT = re.compile(r"\d{1,6}")
_WANTED = frozenset({"code", "reply", "close", "messages", "status"})
_BREAKS = re.compile(r"(?:_x000D_|\r)\n?")
"""How Windows begins a line; Excel writes the first half as an escape (ECMA-376 part 1, 22.9.2.19)."""

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the columns stand."""

    row: int
    width: int
    """Cells of the row."""
    places: dict[str, tuple[int, ...]]
    """Several where somebody has copied a column."""


def find_headings(rows: Iterator[tuple[int, Cells]]) -> Headings | None:
    """Look for the headings; ``rows`` goes on after them."""
    for number, cells in islice(rows, HEADING_ROWS):
        names = [cell.strip().strip("\ufeff").casefold() for cell in cells]
        places = {
            name: tuple(place for place, found in enumerate(names) if found == name)
            for name in _WANTED
            if name in names
        }
        if "code" in places and ("reply" in places or "close" in places):
            return Headings(number, len(cells), places)
    return None


def filled(
    rows: Iterable[tuple[int, Cells]], headings: Headings, faults: Mapping[int, Fault]
) -> Iterator[Row]:
    """The rows in which something is filled in. ``faults``: of rows by number; may grow meanwhile."""
    for number, cells in rows:
        row = _row(number, cells, headings)
        if number in faults and (row.code or row.reply or row.close):
            yield replace(row, fault=faults[number])
        elif row.reply or row.close or row.fault:
            yield row


def _row(number: int, cells: Cells, headings: Headings) -> Row:
    found = {name: _values(cells, places) for name, places in headings.places.items()}

    def cell(name: str) -> str:
        return next(iter(found.get(name, ())), "")

    messages = cell("messages")
    return Row(
        place=str(number),
        code=cell("code").removeprefix(NO_VALUE),
        reply=cell("reply").removeprefix(NO_VALUE),
        close=cell("close").removeprefix(NO_VALUE),
        messages=int(messages) if _COUNT.fullmatch(messages) else None,
        was_closed=cell("status").casefold() == Status.CLOSED,
        fault=_fault([values for name, values in found.items() if name in {"code", "reply", "close"}]),
    )


def _values(cells: Cells, places: Iterable[int]) -> list[str]:
    """The different words in the columns of one name."""
    words = [_BREAKS.sub("\n", cells[place]).strip() for place in places if place < len(cells)]
    return list(dict.fromkeys(filter(None, words)))


def _fault(columns: Sequence[Sequence[str]]) -> Fault | None:
    said = {words for column in columns for words in column}
    if NO_VALUE in said:
        return Fault.NO_VALUE
    if said & _ERRORS:
        return Fault.SPREADSHEET_ERROR
    return Fault.TWICE if any(len(column) > 1 for column in columns) else None
