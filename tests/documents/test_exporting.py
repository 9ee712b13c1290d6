"""Exports: whole or not at all, split where they are too large, with a manifest that can be checked."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from bot.documents.exporting import export
from bot.documents.rows import PLAN, Writing
from bot.domain.exports import COLUMNS, ExportOrder, Format, Line, filters_of, parse_day
from bot.domain.inquiries import Answer, Author, InquiryFilter, Status
from bot.domain.messages import Attachment, AttachmentKind
from bot.i18n.languages import Language
from tests.documents.shelves import ASKED, CATALOGUES, LAHORE, Shelf, asked, said, write
from tests.fakes.clock import FakeClock
from tests.fakes.exports import FakeView

URDU = "قازقستان کا ویزا کتنے دن میں ملتا ہے؟"
KAZAKH = "Қазақстанға виза керек пе?"
FULL = asked(
    '=1+1, "quoted"\nsecond line',
    said("And in May?"),
    said("checked the file", Author.NOTE),
    said("At the embassy.", Author.STAFF, edited_at=ASKED),
    name="+Ayesha",
    answers=(Answer(field="purpose", label="Purpose", value="Tourism", choice=True),),
    status=Status.CLOSED,
    answered_at=ASKED,
    closed_at=ASKED,
    close_reason="answered",
    rating=5,
    rating_comment="شکریہ",
)
THREADS = (
    FULL,
    asked(URDU, code="KH-2222-22", language=Language.UR, section="trade"),
    asked(KAZAKH, code="KH-ABCD-ET", language=Language.KK, section="flights"),
)


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_every_column_has_a_plan_in_the_same_order() -> None:
    assert tuple(PLAN) == COLUMNS


async def test_csv_opens_in_excel_with_every_word(tmp_path: Path) -> None:
    await write(THREADS, tmp_path / "log.csv")
    content = (tmp_path / "log.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfcode,text,")
    assert content.endswith(b"\r\n")
    first, second, third = _rows(tmp_path / "log.csv")
    assert tuple(first) == COLUMNS
    assert first == {
        "code": "KH-7GQ4-X6",
        "text": '\'=1+1, "quoted"\nsecond line',
        "added": "And in May?",
        "section": "visa",
        "status": "closed",
        "language": "en",
        "name": "'+Ayesha",
        "username": "",
        "person_id": "7",
        "created": "2026-11-24T01:30:15+05:00",
        "seen": "",
        "answered": "2026-11-24T01:30:15+05:00",
        "closed": "2026-11-24T01:30:15+05:00",
        "claimed_by": "",
        "form": "",
        "answers": "Purpose: Tourism",
        "attachments": "",
        "messages": "3",
        "last_reply": "At the embassy.",
        "rating": "5",
        "comment": "شکریہ",
        "close_reason": "answered",
        "reply": "",
        "close": "",
    }
    assert (second["text"], third["text"]) == (URDU, KAZAKH)


async def test_a_workbook_is_read_back_by_another_library(tmp_path: Path) -> None:
    await write(THREADS, tmp_path / "log.xlsx")
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    assert book.sheetnames == ["Inquiries", "Messages", "In Urdu", "Summary"]
    sheet = book["Inquiries"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == COLUMNS
    first = dict(zip(COLUMNS, rows[0], strict=True))
    assert first["text"] == '=1+1, "quoted"\nsecond line'
    assert first["created"] == ASKED.astimezone(LAHORE).replace(tzinfo=None)
    assert first["messages"] == 3
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:X4")
    assert sheet["B2"].quotePrefix
    assert not sheet["B3"].quotePrefix
    assert sheet["B3"].alignment.readingOrder == 2
    assert not {cell.data_type for one in book for row in one.iter_rows() for cell in row} & {"f", "e"}
    assert [one.sheet_view.rightToLeft for one in book] == [None, None, True, None]
    assert [row[0] for row in book["In Urdu"].iter_rows(min_row=2, values_only=True)] == ["KH-2222-22"]
    messages = list(book["Messages"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[1], row[3], row[5]) for row in messages[1:4]] == [
        ("KH-7GQ4-X6", 2, "visitor", "And in May?"),
        ("KH-7GQ4-X6", 3, "note", "checked the file"),
        ("KH-7GQ4-X6", 4, "staff", "At the embassy."),
    ]
    assert len(book["Summary"]._charts) == 4  # type: ignore[attr-defined]
    assert all(one.auto_filter.ref for one in book)


async def test_a_workbook_for_urdu_readers_runs_from_right_to_left(tmp_path: Path) -> None:
    await write(THREADS, tmp_path / "log.xlsx", language=Language.UR)
    book = openpyxl.load_workbook(tmp_path / "log.xlsx")
    assert all(one.sheet_view.rightToLeft for one in book)
    assert len(book.sheetnames) == 3


async def test_what_xml_cannot_hold_is_escaped_and_what_is_too_long_cut(tmp_path: Path) -> None:
    odd = ["a\x0bb", "_x0041_", "<b>&amp;", "x\ud83d", "n\0l", " edges \n", "\ufffe"]
    threads = [asked(text, said("long " * 8000), code=f"KH-{number}") for number, text in enumerate(odd)]
    await write(threads, tmp_path / "log.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx")["Inquiries"]
    found = [(row[1], len(str(row[2]))) for row in sheet.iter_rows(min_row=2, values_only=True)]
    texts = ["a_x000B_b", "_x005F_x0041_", "<b>&amp;", "x\ufffd", "n\ufffdl", " edges \n", "_xFFFE_"]
    assert found == [(text, 32_767) for text in texts]


async def test_json_lines_hold_the_whole_thread(tmp_path: Path) -> None:
    await write(THREADS, tmp_path / "log.jsonl")
    first, second, _ = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert first["text"] == '=1+1, "quoted"\nsecond line'
    assert [post["author"] for post in first["thread"]] == ["visitor", "visitor", "note", "staff"]
    assert second["text"] == URDU


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_a_transcript_shows_words_and_runs_nothing(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script> <img src=x onerror=y> & &lt;"
    await write([asked(nasty, said(URDU)), *THREADS], tmp_path / "log.html", language=Language.UR)
    page = _Tags()
    page.feed((tmp_path / "log.html").read_text())
    assert nasty in page.words
    assert URDU in page.words
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert page.handlers == []
    assert page.tags.count("article") == 4


async def test_a_transcript_speaks_its_readers_language_around_the_visitors_words(tmp_path: Path) -> None:
    await write([FULL], tmp_path / "log.html", language=Language.UR)
    page = (tmp_path / "log.html").read_text()
    assert '<html lang="ur" dir="rtl">' in page
    assert "<dd><bdi>Ayesha" not in page
    assert "<dd><bdi>+Ayesha</bdi></dd>" in page
    assert "· answered" not in page
    assert '<p class="words" dir="auto" lang="en">And in May?</p>' in page
    assert '<p class="words" dir="auto">checked the file</p>' in page


async def test_the_summary_counts_days_as_dates_and_names_its_axes(tmp_path: Path) -> None:
    await write(THREADS, tmp_path / "log.xlsx", language=Language.KK)
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx").worksheets[-1]
    day = ASKED.astimezone(LAHORE).replace(hour=0, minute=0, second=0, tzinfo=None)
    assert [cell.value for cell in sheet[2]] == ["Күні", day, 3]
    with zipfile.ZipFile(tmp_path / "log.xlsx") as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "/charts/chart" in name]
    assert len(charts) == 4
    assert all(chart.count("<c:title>") == 3 and "Сауалдар" in chart for chart in charts)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "html"])
async def test_masked_exports_show_no_number_anywhere(tmp_path: Path, ending: str) -> None:
    contact = Attachment(kind=AttachmentKind.CONTACT, name="Bilal", phone="+923009876543")
    thread = asked(
        "Call +92 300 1234567",
        said("or 0300-7654321", attachments=(contact,)),
        said("noted 35202-1234567-1", Author.NOTE, html="<b>35202-1234567-1</b>"),
        answers=(Answer(field="phone", label="Phone", value="+92 300 1112223"),),
    )
    await write([thread], tmp_path / f"log.{ending}", masked=True)
    content = (tmp_path / f"log.{ending}").read_bytes()
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        content = "\n".join(str(cell.value) for one in book for row in one for cell in row).encode()
    for number in ("1234567", "7654321", "9876543", "1112223", "35202"):
        assert number.encode() not in content
    assert "•67".encode() in content


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "html"])
async def test_a_large_export_is_split_and_loses_nothing(tmp_path: Path, ending: str) -> None:
    threads = [asked("a" * 500, code=f"KH-{number}") for number in range(9)]
    made = await write(threads, tmp_path / f"log.{ending}", part_bytes=1200)
    assert len(made.files) > 2
    assert sum(one.rows for one in made.files) == 9
    assert [one.path.name for one in made.files[:2]] == [f"log-1.{ending}", f"log-2.{ending}"]
    assert not (tmp_path / f"log.{ending}").exists()
    assert made.manifest
    told = json.loads(made.manifest.read_bytes())
    for one in told["files"]:
        content = (tmp_path / one["name"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), sha256(content).hexdigest())
    if ending == "csv":
        codes = [row["code"] for one in made.files for row in _rows(one.path)]
        assert codes == [thread.inquiry.code for thread in threads]


async def test_an_empty_export_still_has_its_columns(tmp_path: Path) -> None:
    await write([], tmp_path / "log.csv")
    await write([], tmp_path / "log.xlsx")
    assert _rows(tmp_path / "log.csv") == []
    (head,) = openpyxl.load_workbook(tmp_path / "log.xlsx")["Inquiries"].iter_rows(values_only=True)
    assert head == COLUMNS


class _Broken(FakeView):
    async def lines(self) -> AsyncIterator[Sequence[Line]]:
        async for page in super().lines():
            yield page
            raise OSError(28, "No space left on device")


class _BrokenShelf:
    def view(self, wanted: InquiryFilter) -> "_BrokenShelf":
        return self

    async def __aenter__(self) -> _Broken:
        return _Broken(THREADS)

    async def __aexit__(self, *_: object) -> None:
        """Nothing to let go."""


async def test_an_export_that_fails_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    output = tmp_path / "log.csv"
    output.write_text("earlier")
    order = ExportOrder(format=Format.CSV, wanted=InquiryFilter())
    writing = Writing(zone=LAHORE, tr=CATALOGUES[Language.EN])
    with pytest.raises(OSError, match="No space"):
        await export(
            _BrokenShelf(), order, output, writing=writing, clock=FakeClock(), progress=lambda *_: None
        )
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]
    assert output.read_text() == "earlier"


async def test_what_must_be_known_of_an_export_is_known_before_any_file_appears(tmp_path: Path) -> None:
    order = ExportOrder(format=Format.CSV, wanted=InquiryFilter(), part_bytes=1)
    writing = Writing(zone=LAHORE, tr=CATALOGUES[Language.EN])

    async def cannot_be_noted(rows: int) -> None:
        assert rows == len(THREADS)
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await export(
            Shelf(THREADS),
            order,
            tmp_path / "log.csv",
            writing=writing,
            clock=FakeClock(),
            progress=lambda *_: None,
            appears=cannot_be_noted,
        )
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "log.csv").mkdir()
    with pytest.raises(IsADirectoryError):
        await write([], tmp_path / "log.csv")
    assert list((tmp_path / "log.csv").iterdir()) == []


def test_the_manifest_names_the_filters_that_were_given() -> None:
    wanted = InquiryFilter(since=ASKED, section="visa", statuses=frozenset({Status.SEEN, Status.CLOSED}))
    assert filters_of(wanted) == {
        "since": "2026-11-23T20:30:15+00:00",
        "section": "visa",
        "status": ["closed", "seen"],
    }
    assert filters_of(InquiryFilter()) == {}


@pytest.mark.parametrize(
    ("text", "end", "moment"),
    [
        ("2026-11-23", False, "2026-11-23T00:00:00+05:00"),
        ("2026-11-23", True, "2026-11-24T00:00:00+05:00"),
        ("2026-11-23T14:00", True, "2026-11-23T14:00:00+05:00"),
        ("2026-11-23T14:00:00+00:00", False, "2026-11-23T14:00:00+00:00"),
    ],
)
def test_days_are_the_houses_and_the_last_one_counts_whole(text: str, end: bool, moment: str) -> None:
    assert parse_day(text, LAHORE, end=end).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-01", "23.11.2026", "9999-12-31", "0001-01-01", "1900-01-01T10:00", ""]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a day"):
        parse_day(text, LAHORE, end=True)
