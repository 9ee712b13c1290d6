"""Workbooks of many rows: on several sheets, plain when they are large, readable by any unzip."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bot.documents.files import Draft
from bot.documents.package import Member, pack
from bot.documents.rows import Writing
from bot.documents.xlsx_files import PLAIN_ABOVE, XlsxWriter
from bot.documents.xlsx_frame import sheet_title
from bot.i18n.languages import Language
from tests.documents.shelves import CATALOGUES, LAHORE, asked, said
from tests.fakes.exports import line_of, message_of


def _written(path: Path, *, total: int, sheet_rows: int) -> None:
    threads = [asked("x", said("y"), code=f"KH-{number}", language=Language.UR) for number in range(5)]
    entries = [(line_of(one), [message_of(post) for post in one.posts]) for one in threads]
    with Draft(path) as draft:
        writer = XlsxWriter(
            draft, Writing(zone=LAHORE, tr=CATALOGUES[Language.EN]), total, sheet_rows=sheet_rows
        )
        writer.add(entries[:3])
        writer.add(entries[3:])
        writer.finish()
        draft.finish(path)


def test_rows_that_do_not_fit_go_on_in_another_sheet(tmp_path: Path) -> None:
    _written(tmp_path / "a.xlsx", total=5, sheet_rows=4)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [
        *("Inquiries", "Inquiries 2"),
        *("Messages", "Messages 2", "Messages 3"),
        *("In Urdu", "In Urdu 2"),
        "Summary",
    ]
    rows = [
        row[0] for name in book.sheetnames[:2] for row in book[name].iter_rows(min_row=2, values_only=True)
    ]
    assert rows == [f"KH-{number}" for number in range(5)]
    assert book["Inquiries 2"].auto_filter.ref == "A1:X2"
    assert [one.sheet_view.tabSelected for one in book].count(True) == 1


def test_very_large_workbooks_have_plain_sheets_only(tmp_path: Path) -> None:
    _written(tmp_path / "a.xlsx", total=PLAIN_ABOVE + 1, sheet_rows=100)
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["Inquiries", "Messages"]


def test_an_archive_is_sound_and_the_same_for_the_same_content() -> None:
    made = []
    for _ in range(2):
        members = [Member("xl/ü.xml"), Member("b.bin")]
        for number, member in enumerate(members):
            for _ in range(40):
                member.write(bytes(range(256)) * (number + 50))
            member.finish()
        content = io.BytesIO()
        pack(members, content.write)
        made.append(content.getvalue())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["xl/ü.xml", "b.bin"]
        assert archive.read("b.bin") == bytes(range(256)) * 51 * 40


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [("Inquiries", 0, "Inquiries"), ("a" * 40, 11, "a" * 28 + " 12"), ("\u2068A\u2069 [b]", 0, "A  b")],
)
def test_titles_are_such_as_excel_takes(text: str, number: int, title: str) -> None:
    assert sheet_title(text, number) == title
