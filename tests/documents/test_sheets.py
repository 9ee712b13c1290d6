"""Sheets that people have edited: read however they were saved; what cannot be read is named by its row."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.documents import sheet_xlsx
from bot.documents.sheet_csv import read_csv
from bot.documents.sheets import read_sheet
from bot.domain.roundtrip import Fault, Row, SheetFault, SheetUnreadable
from tests.documents.shelves import asked, write

URDU = "پانچ دن میں۔"
CODE, OTHER = "KH-7GQ4-X6", "KH-2222-22"


def _told(rows: list[Row]) -> list[tuple[str, str, str, str]]:
    return [(row.place, row.code, row.reply, row.close) for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_csv_is_read_in_any_encoding_and_with_any_delimiter(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    reply = "60 долларов, сэр" if encoding == "cp1251" else URDU
    lines = ["reply,text,CODE ,close", f'"{reply}","two\nlines",{CODE},', f",,{OTHER},", f",,{OTHER},done"]
    text = "\n".join(lines).replace(",", delimiter).replace(f"долларов{delimiter}", "долларов,")
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert _told(read_sheet(tmp_path / "a.csv")) == [("2", CODE, reply, ""), ("4", OTHER, "", "done")]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_an_export_comes_back_with_what_was_filled_in(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"log.{ending}"
    await write([asked(code=CODE), asked(URDU, code=OTHER)], path)
    assert read_sheet(path) == []
    if ending == "csv":
        filled = path.read_text(encoding="utf-8-sig").replace(',"",', ",")
        path.write_text(filled.rstrip()[:-1] + f'"{URDU}",\n', encoding="utf-8-sig")
    else:
        book = openpyxl.load_workbook(path)
        book["Inquiries"]["W3"] = URDU
        book.save(path)
    (row,) = read_sheet(path)
    assert (row.code, row.reply, row.messages, row.was_closed) == (OTHER, URDU, 1, False)


def _workbook(path: Path, *rows: tuple[Any, ...], merge: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def test_moved_columns_titles_above_and_empty_rows_do_no_harm(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "a.xlsx",
        ("Our answers of November",),
        (),
        ("Close", "note", " REPLY", "status", "messages", "Code"),
        (None, "x", 60, "closed", 3.0, CODE),
        (),
        ("duplicate", None, None, "seen", "many", OTHER),
    )
    first, second = read_sheet(path)
    assert (first.place, first.code, first.reply, first.messages, first.was_closed) == (
        "4",
        CODE,
        "60",
        3,
        True,
    )
    assert (second.place, second.code, second.close, second.messages) == ("6", OTHER, "duplicate", None)


def test_reading_a_short_file_does_not_shorten_what_others_may_read() -> None:
    read_csv(f"code,reply\r\n{CODE},yes\r\n".encode())
    assert next(csv.reader(["x" * 1000])) == ["x" * 1000]


def test_rows_in_merged_cells_are_named(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "a.xlsx",
        ("code", "text", "reply"),
        (CODE, "a", "for both?"),
        (OTHER, "b", None),
        (OTHER, "c", "mine"),
        merge="C2:C3",
    )
    rows = read_sheet(path)
    assert [(row.place, row.fault) for row in rows] == [("2", Fault.MERGED), ("3", Fault.MERGED), ("4", None)]


def test_merged_cells_elsewhere_do_no_harm(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "a.xlsx", ("code", "text", "reply"), (CODE, "a", "x"), (OTHER, "b", None), merge="B2:B3"
    )
    assert [(row.code, row.fault) for row in read_sheet(path)] == [(CODE, None)]


def test_errors_of_the_spreadsheet_are_named(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", ("code", "reply"), (CODE, "#REF!"))
    assert [row.fault for row in read_sheet(path)] == [Fault.SPREADSHEET_ERROR]


def test_rows_of_several_sheets_are_told_apart(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title in ("One", "Two"):
        sheet = book.create_sheet(title)
        sheet.append(("code", "reply"))
        sheet.append((CODE, title))
    book.save(tmp_path / "a.xlsx")
    assert [row.place for row in read_sheet(tmp_path / "a.xlsx")] == ["One: 2", "Two: 2"]


def _zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04 cut off", SheetFault.DAMAGED),
        (_zipped(xl__workbookxml=b"x"), SheetFault.KIND),
        (_zipped(**{"xl__workbook.xml": b"<no"}), SheetFault.DAMAGED),
        (b"\xd0\xcf\x11\xe0" + bytes(600), SheetFault.KIND),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), SheetFault.LOCKED),
        (b"%PDF-1.7\0\0", SheetFault.KIND),
        (b"", SheetFault.NO_COLUMNS),
        (b"code,text\n1,2\n", SheetFault.NO_COLUMNS),
    ],
)
def test_what_is_no_sheet_of_replies_is_named(tmp_path: Path, content: bytes, fault: SheetFault) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(tmp_path / "a")
    assert refused.value.fault is fault


def test_a_small_archive_of_a_huge_sheet_is_not_unpacked(tmp_path: Path) -> None:
    huge = _zipped(
        **{"xl__workbook.xml": b"x", "xl__worksheets__sheet1.xml": bytes(sheet_xlsx.LARGEST_UNPACKED)}
    )
    (tmp_path / "a.xlsx").write_bytes(huge)
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(tmp_path / "a.xlsx")
    assert refused.value.fault is SheetFault.TOO_LARGE
