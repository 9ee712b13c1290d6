"""Sheets edited at random: each filled row comes back as it was written, or is named."""

import csv
import datetime as dt
import io
import random
import re
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.cells import unguarded
from bot.documents.sheets import read_sheet
from bot.domain.exports import COLUMNS
from bot.domain.roundtrip import Fault, Row, checked
from tests.contracts.examples import CODES

_WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from("abc АәқңЖ ویزاۓگ ?!.,;:\t\n\"'=+-@|＝’…–0123456789"),
        st.characters(exclude_categories=("Cc", "Cs")),
    ),
    max_size=60,
)
_TYPED: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    _WORDS,
    st.integers(-1000, 10**9),
    st.floats(-1000, 1000, allow_nan=False).map(lambda number: round(number, 2)),
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2040, 1, 1)).map(  # noqa: DTZ001 - a cell has no zone
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)),
    st.booleans(),
)


@dataclass(frozen=True)
class Edited:
    """A sheet as somebody left it: its rows of cells, and the codes with what stands in ``reply``."""

    rows: list[list[Any]]
    replies: list[tuple[int, str, Any]]
    """The row's number, its code, and what was typed."""


def _edit(replies: list[Any], chance: random.Random) -> Edited:
    """Fill in replies, then move, rename, add and delete what may be moved, renamed, added and deleted."""
    columns = list(COLUMNS)
    for gone in chance.sample(columns, chance.randrange(6)):
        if gone not in {"code", "reply"}:
            columns.remove(gone)
    columns += chance.sample(["note", "Remark", "", "done?"], chance.randrange(4))
    chance.shuffle(columns)
    spoilt = [chance.choice([name, name.upper(), f" {name.title()} "]) for name in columns]
    rows: list[list[Any]] = [["Our answers"]] * chance.randrange(3)
    rows.append(spoilt)
    filled = list(zip(CODES, replies, strict=False))
    chance.shuffle(filled)
    placed = []
    for code, reply in filled:
        rows += [[]] * chance.randrange(2)
        values = {
            "code": chance.choice([code, code.lower(), f" {code}"]),
            "reply": reply,
            "text": "Q, “a”\nb",
        }
        rows.append([values.get(name, "x" if name in {"note", "Remark"} else None) for name in columns])
        placed.append((len(rows), code, reply))
    return Edited(rows, placed)


def _squared(edited: Edited) -> list[list[str]]:
    """All rows as wide as the widest, as a spreadsheet saves them."""
    width = max(map(len, edited.rows))
    return [
        ["" if cell is None else str(cell) for cell in row] + [""] * (width - len(row)) for row in edited.rows
    ]


def _said(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text).strip()


def _check(found: list[Row], expected: list[tuple[int, str, str]]) -> None:
    """Each filled row was read as it was written, in its place, and no other."""
    assert [(row.place, row.code.strip().upper(), row.reply, row.fault) for row in found] == [
        (str(number), code, text, None) for number, code, text in expected if text
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@given(
    replies=st.lists(_WORDS, min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t|"),
    way=st.sampled_from(
        [
            {"quoting": csv.QUOTE_MINIMAL, "lineterminator": "\r\n"},
            {"quoting": csv.QUOTE_ALL, "lineterminator": "\n"},
        ]
    ),
    chance=st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=60)
def test_every_reply_in_a_csv_is_read_as_it_was_written(
    encoding: str, replies: list[str], delimiter: str, way: dict[str, Any], chance: random.Random
) -> None:
    edited = _edit(replies, chance)
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, **way).writerows(_squared(edited))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(file.getvalue().encode(encoding))
        found = read_sheet(path)
    _check(found, [(number, code, unguarded(_said(text))) for number, code, text in edited.replies])


def _seen(value: Any) -> str:
    """What a person sees who typed a value into a cell."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M") if value.time() != dt.time() else value.strftime("%Y-%m-%d")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value == int(value) else _said(str(value))


@given(replies=st.lists(_TYPED, min_size=1, max_size=4), chance=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_every_cell_of_a_workbook_is_read_as_it_was_seen(replies: list[Any], chance: random.Random) -> None:
    edited = _edit(replies, chance)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(edited.rows, 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.value = value
            if isinstance(value, str) and value:
                cell.data_type = "s"
    for number in chance.sample(range(1, len(edited.rows) + 1), len(edited.rows) // 2):
        sheet.row_dimensions[number].hidden = True
    with tempfile.TemporaryDirectory() as folder:
        book.save(Path(folder) / "a.xlsx")
        found = read_sheet(Path(folder) / "a.xlsx")
    _check(found, [(number, code, _seen(value)) for number, code, value in edited.replies])


@given(
    replies=st.lists(_WORDS.filter(str.strip), min_size=1, max_size=4),
    spoilt=st.integers(0, 400),
    by=st.sampled_from(['"', '""', ",", ", a", "\n", '",', ""]),
    chance=st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=200)
def test_a_csv_spoilt_by_hand_never_sends_one_persons_words_to_another(
    replies: list[str], spoilt: int, by: str, chance: random.Random
) -> None:
    """One character too many or too few somewhere: rows are read as they were, named, or not there at all."""
    edited = _edit(replies, chance)
    file = io.StringIO(newline="")
    csv.writer(file).writerows(_squared(edited))
    text = file.getvalue()
    place = spoilt % len(text)
    text = text[:place] + by + text[place + (not by) :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            found = read_sheet(path)
        except Exception as refused:  # noqa: BLE001 - looked at below
            assert type(refused).__name__ == "SheetUnreadable"  # noqa: PT017 - any other is a fault
            return
    for row in found:
        others = [code for code in CODES if code.lower() in row.reply.lower()]
        assert not others or checked(row).fault, (row, text)


def test_a_formula_without_its_value_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("code", "reply"), (CODES[0], '="Yes, "&"sir"'), (CODES[1], "No.")):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert [(row.place, row.reply, row.fault) for row in read_sheet(tmp_path / "a.xlsx")] == [
        ("2", "", Fault.NO_VALUE),
        ("3", "No.", None),
    ]


def test_a_sheet_that_lies_about_its_extent_is_read_whole(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("code", "text", "reply"), (CODES[0], "?", "Yes.")):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(
                name, source.read(name).replace(b'<dimension ref="A1:C2"', b'<dimension ref="A1"')
            )
    assert [row.reply for row in read_sheet(tmp_path / "b.xlsx")] == ["Yes."]


def test_a_column_that_stands_twice_is_read_where_it_is_filled_in(tmp_path: Path) -> None:
    lines = ["code,reply,Reply", f"{CODES[0]},,Yes.", f"{CODES[1]},No.,No.", f"{CODES[2]},Yes.,No."]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert [(row.reply, row.fault) for row in read_sheet(tmp_path / "a.csv")] == [
        ("Yes.", None),
        ("No.", None),
        ("Yes.", Fault.TWICE),
    ]


def test_a_comma_without_quotation_marks_is_named_and_the_other_rows_are_read(tmp_path: Path) -> None:
    lines = [
        "code,reply,close",
        f"{CODES[0]},Yes, sir,",
        f"{CODES[1]},Yes, dear sir,answered",
        f"{CODES[2]},No.,",
    ]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert [(row.place, row.fault) for row in read_sheet(tmp_path / "a.csv")] == [
        ("2", Fault.SHIFTED),
        ("3", Fault.SHIFTED),
        ("4", None),
    ]


def test_a_quotation_mark_that_is_never_closed_makes_no_reply_of_the_rows_below(tmp_path: Path) -> None:
    lines = ["code,reply", f"{CODES[0]},Yes.", f'{CODES[1]},"No.', f"{CODES[2]},Secret."]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert [(row.place, row.reply, row.fault) for row in read_sheet(tmp_path / "a.csv")] == [
        ("2", "Yes.", None),
        ("3", "", Fault.QUOTES),
    ]


def test_a_very_long_cell_does_not_spoil_the_other_rows(tmp_path: Path) -> None:
    lines = ["code,reply", f"{CODES[0]},{'x' * 300_000}", f"{CODES[1]},No."]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert [len(row.reply) for row in read_sheet(tmp_path / "a.csv")] == [300_000, 3]


def test_what_windows_pasted_has_plain_line_breaks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("code", "reply"))
    sheet.append((CODES[0], "Dear sir,_x000D_\nyes."))
    book.save(tmp_path / "a.xlsx")
    assert [row.reply for row in read_sheet(tmp_path / "a.xlsx")] == ["Dear sir,\nyes."]


def test_western_europes_encoding_is_told_from_russias(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(f"code;reply\n{CODES[0]};Café Zürich\n".encode("cp1252"))
    (tmp_path / "b.csv").write_bytes(f"code;reply\n{CODES[0]};Визасыз кіру\n".encode("cp1251"))
    assert [read_sheet(tmp_path / name)[0].reply for name in ("a.csv", "b.csv")] == [
        "Café Zürich",
        "Визасыз кіру",
    ]
