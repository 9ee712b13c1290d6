"""Cells: no formula comes out, and the words can be had back."""

import csv
import io
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.cells import LocalTimes, clean, guarded, unguarded
from bot.documents.csv_files import quoted
from bot.documents.xlsx_cells import Serials, escaped

SIGNS = "=+-@＝＋－＠"
LEADS = ["", " ", "\n", "\u00a0", "\u200b", "\u200f", "\u2067", "\t", "'", "''", "\ufeff"]
words = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("=+-@＝＋－＠'\t\r\n\0 \u200b\u202e\",;"))
)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("lead", LEADS)
def test_a_formula_sign_is_guarded_also_behind_blanks_and_marks(sign: str, lead: str) -> None:
    text = f"{lead}{sign}1+1"
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\tx", "\rx", "\0x"])
def test_tab_return_and_nul_at_the_start_are_guarded(text: str) -> None:
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["visa", "'tis", "5 - 3", "سلام", "Қазақстан", "(=1)", "", "3+4"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(words)
def test_the_words_can_be_had_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(words)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    shown = guarded(clean(text)).strip().lstrip("\u200b\u200e\u200f\ufeff")
    assert not shown.startswith(tuple(SIGNS))


@given(words)
def test_only_overrides_nul_and_halves_of_characters_are_taken_from_words(text: str) -> None:
    kept = clean(text)
    expected = [char for char in text if char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
    assert len(kept) == len(expected)
    same = [(a, b) for a, b in zip(kept, expected, strict=True) if a != b]
    assert all(a == "\ufffd" and (b == "\0" or "\ud800" <= b <= "\udfff") for a, b in same)


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001 - UTC is added
    st.sampled_from(["Asia/Karachi", "Asia/Almaty", "Asia/Kathmandu", "Europe/Berlin", "UTC"]),
)
def test_moments_are_written_in_the_houses_time(naive: datetime, zone: str) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    stored = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    times = LocalTimes(ZoneInfo(zone))
    assert datetime.fromisoformat(times.write(stored)) == moment
    assert times.write(stored) == moment.astimezone(ZoneInfo(zone)).isoformat()


def test_dates_of_a_workbook_count_from_the_end_of_1899() -> None:
    serials = Serials(timezone(timedelta(hours=5)))
    moments = ["2026-11-23 19:00:00.000000", None, "2026-11-23 07:00:00.000000", "2026-11-23 19:30:36.000000"]
    assert serials.column(moments) == ["46350.00000000", "", "46349.50000000", "46350.02125000"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_dates_of_a_workbook_are_the_zones_where_the_clock_changes(zone: str) -> None:
    """The clock goes back within an hour of UTC somewhere among these."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [begin + timedelta(minutes=7 * number) for number in range(75_000)]
    texts = [one.strftime("%Y-%m-%d %H:%M:%S.%f") for one in moments]
    made = Serials(ZoneInfo(zone)).column(texts)
    day_zero = datetime(1899, 12, 30)  # noqa: DTZ001 - of the zone's own clock
    for moment, serial in zip(moments, made, strict=True):
        local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert abs(float(serial) * 86_400 - (local - day_zero).total_seconds()) < 1


def test_xml_holds_what_it_cannot_hold_as_escapes() -> None:
    assert escaped("a\x0bb <&> _x0041_ _x") == "a_x000B_b &lt;&amp;&gt; _x005F_x0041_ _x"


@given(st.lists(words, min_size=1, max_size=3))
def test_quoted_words_are_read_back_by_any_csv_reader(texts: list[str]) -> None:
    line = ",".join(quoted(clean(text)) for text in texts)
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert row == [clean(text) for text in texts]
