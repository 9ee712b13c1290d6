"""The frame of a workbook: everything but the rows, made by XlsxWriter.

XlsxWriter knows how styles, columns, filters and charts are written; a million rows it writes in 108 s, our
own streamed rows take a tenth of it. So it makes the workbook without rows, and rows are put between.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from bot.documents.labels import COLUMN_NOTES
from bot.documents.rows import Writing
from bot.documents.xlsx_summary import Group, write_summary
from bot.i18n.direction import strip_controls

WIDTHS: Mapping[str, int] = {
    "code": 13,
    "text": 60,
    "added": 40,
    "section": 12,
    "status": 11,
    "language": 10,
    "name": 22,
    "username": 16,
    "person_id": 14,
    "created": 17,
    "seen": 17,
    "answered": 17,
    "closed": 17,
    "claimed_by": 18,
    "form": 18,
    "answers": 40,
    "attachments": 30,
    "messages": 10,
    "last_reply": 50,
    "rating": 8,
    "comment": 30,
    "close_reason": 18,
    "reply": 50,
    "close": 18,
    "number": 9,
    "time": 17,
    "author": 12,
    "edited": 17,
    "withdrawn": 17,
}
"""Widths of columns, in characters."""
TO_FILL = frozenset({"reply", "close"})
"""Columns that staff fill in: their headings stand out."""
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_HOUSE_BLUE = "#00778B"
_FILL_GOLD = "#FFF2CC"
_FONT = "Noto Sans"
_LATER = ("rtl", "quoted", "quoted_rtl", "moment", "number")
"""Styles that only rows use."""
_A3, _A4 = 8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The numbers of cell styles in the finished workbook."""

    words: int
    rtl: int
    """Words that run from right to left."""
    quoted: int
    """Words that look like a formula: shown and kept as text also when somebody edits the cell."""
    quoted_rtl: int
    moment: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """A sheet whose rows are put in later."""

    title: str
    columns: Sequence[str]
    rows: int
    """Rows below the heading, as far as known."""
    right_to_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A workbook without rows."""

    styles: Styles
    files: Mapping[str, bytes]
    """Members of the archive by name; rows belong into ``xl/worksheets/sheetN.xml``, N from 1."""

    def sheet(self, number: int) -> tuple[bytes, bytes]:
        """What stands before and after the rows of a sheet, counted from 1."""
        head, end, tail = self.files[sheet_file(number)].partition(b"</sheetData>")
        return _without_dimension(head), end + tail


def sheet_title(text: str, number: int = 0) -> str:
    """A title that Excel takes: at most 31 characters, no brackets; numbered beyond the first sheet."""
    end = f" {number + 1}" if number else ""
    return _NO_TITLE.sub(" ", strip_controls(text))[: 31 - len(end)].strip(" '") + end


def sheet_file(number: int) -> str:
    """The member that holds a sheet, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def _without_dimension(head: bytes) -> bytes:
    """The extent is not known before the last row, and need not be told (ECMA-376 18.3.1.35)."""
    begin = head.index(b"<dimension")
    return head[:begin] + head[head.index(b"/>", begin) + 2 :]


def frame(writing: Writing, sheets: Sequence[SheetPlan], summary: Sequence[Group] | None) -> Frame:
    """A workbook with these sheets, headings only, and a summary with charts unless it is None."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    formats = _formats(book)
    for plan in sheets:
        _sheet(book, formats, plan, writing)
    if summary is not None:
        _summary(book, formats, summary, writing)
    book.close()
    with zipfile.ZipFile(content) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    styles = {name: formats[name].xf_index for name in ("words", *_LATER)}
    return Frame(styles=Styles(**styles), files=files)


def _formats(book: Any) -> dict[str, Any]:
    words = {"font_name": _FONT, "text_wrap": True, "valign": "top"}
    rtl = {**words, "reading_order": 2, "align": "right", "indent": 1}
    # In the middle: at an edge they would touch the words of the next column, on either side.
    middle = {"font_name": _FONT, "valign": "top", "align": "center"}
    head = {"font_name": _FONT, "bold": True, "valign": "vcenter", "border": 1, "border_color": "#BFBFBF"}
    return {
        "words": book.add_format(words),
        "rtl": book.add_format(rtl),
        "quoted": book.add_format({**words, "quote_prefix": True}),
        "quoted_rtl": book.add_format({**rtl, "quote_prefix": True}),
        "moment": book.add_format({**middle, "num_format": "yyyy-mm-dd hh:mm"}),
        "day": book.add_format({**middle, "num_format": "yyyy-mm-dd"}),
        "number": book.add_format({**middle, "num_format": "0"}),
        "head": book.add_format({**head, "font_color": "#FFFFFF", "bg_color": _HOUSE_BLUE}),
        "fill": book.add_format({**head, "bg_color": _FILL_GOLD}),
        "count": book.add_format({**middle, "num_format": "#,##0"}),
    }


def _sheet(book: Any, formats: dict[str, Any], plan: SheetPlan, writing: Writing) -> None:
    sheet = book.add_worksheet(plan.title)
    if plan.right_to_left:
        sheet.right_to_left()
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(plan.columns):
        sheet.set_column(place, place, WIDTHS[name], formats["words"])
        sheet.write_string(0, place, name, formats["fill" if name in TO_FILL else "head"])
        sheet.write_comment(0, place, writing.label(COLUMN_NOTES[name]), {"x_scale": 1.5, "y_scale": 0.6})
    # A style is numbered when it is first used; the rows that use these come later.
    for offset, style in enumerate(_LATER):
        place = len(plan.columns) + 50 + offset
        sheet.set_column(place, place, None, formats[style])
    sheet.autofilter(0, 0, max(1, plan.rows), len(plan.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _summary(book: Any, formats: dict[str, Any], groups: Sequence[Group], writing: Writing) -> None:
    sheet = book.add_worksheet(sheet_title(writing.tr.plain("Summary")))
    if writing.tr.language.runs_right_to_left:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    write_summary(book, sheet, formats, groups, writing)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
