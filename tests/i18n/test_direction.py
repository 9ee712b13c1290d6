"""Right-to-left lines, isolates, and what is taken out of people's words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.direction import FSI, PDI, RLM, isolate, neutralise, rtl, strip_controls

MIXED = st.text(alphabet=st.sampled_from("aZ1 .\n<b></b>&amp;اردوқ\u200e\u200f\u061c\u2066\u2068\u2069🇰ℹ️📞"))


def first_strong(line: str) -> str:
    classes = map(unicodedata.bidirectional, line)
    return next((each for each in classes if each in {"L", "R", "AL"}), "")


@pytest.mark.parametrize(
    ("line", "needs_mark"),
    [
        ("اردو میں ایک سطر", False),
        ("📞 فون نمبر", False),
        ("1. پہلا قدم", False),
        ("• پاسپورٹ", False),
        ("<b>ویزا</b>", False),
        ("&amp; ویزا", False),
        ("<i>Visa</i> ویزا", True),
        ("Visa ویزا", True),
        (f"{FSI}KH-2026{PDI} موصول", True),
        ("🇵🇰 پاکستان", True),
        ("ℹ️ معلومات", True),
        ("🆕 نیا", True),
        ("12:30", True),
        ("2 500 ₸", True),
        ("", False),
        ("   ", False),
    ],
)
def test_a_line_gets_a_mark_when_its_first_letter_is_not_urdu(line: str, needs_mark: bool) -> None:
    assert rtl(line) == (RLM + line if needs_mark else line)


def test_every_line_is_looked_at_by_itself() -> None:
    assert rtl("سلام\nHello\n\nخدا حافظ") == f"سلام\n{RLM}Hello\n\nخدا حافظ"


def test_in_a_label_angle_brackets_are_letters_of_the_text() -> None:
    assert rtl("<b>ویزا", html=False) == f"{RLM}<b>ویزا"


@pytest.mark.parametrize("tag", ["<blockquote>", "<blockquote expandable>"])
@pytest.mark.parametrize("marks", ["", RLM, f"\u200e{RLM}"])
def test_the_mark_of_a_quotation_stands_inside_it_and_makes_no_empty_line(tag: str, marks: str) -> None:
    for line in (f"{marks}{tag}Hello", f"{tag}{marks}Hello"):
        marked = rtl(f"سلام\n{line}</blockquote>")
        assert marked == f"سلام\n{tag}{RLM}Hello</blockquote>"
        assert rtl(marked) == marked
    assert rtl(f"{tag}سلام</blockquote>") == f"{tag}سلام</blockquote>"


def test_a_mark_that_is_there_already_is_not_doubled() -> None:
    assert rtl(f"\u200e{RLM}\u200eHello") == f"{RLM}Hello"


@given(MIXED)
def test_marking_twice_changes_nothing(text: str) -> None:
    assert rtl(rtl(text)) == rtl(text)


@given(MIXED)
def test_every_line_with_anything_in_it_runs_from_right_to_left(text: str) -> None:
    for line in rtl(text, html=False).split("\n"):
        assert not strip_controls(line).strip() or first_strong(line) in {"R", "AL"}


def test_a_value_is_wrapped_line_by_line() -> None:
    assert isolate("one\n\ntwo") == f"{FSI}one{PDI}\n\n{FSI}two{PDI}"


def test_two_isolates_side_by_side_are_no_single_isolate() -> None:
    pair = f"{FSI}a{PDI} {FSI}b{PDI}"
    assert isolate(pair) == f"{FSI}{pair}{PDI}"


CONTROLS = st.text(alphabet="ab \u2066\u2067\u2068\u2069\u200f\n")


@given(st.text() | CONTROLS)
def test_isolating_twice_changes_nothing(text: str) -> None:
    assert isolate(isolate(text)) == isolate(text)


@given(CONTROLS)
def test_no_isolate_of_a_value_reaches_outside_of_its_line(text: str) -> None:
    for line in isolate(text).split("\n"):
        depth = 0
        for character in line:
            depth += (character in "\u2066\u2067\u2068") - (character == PDI)
            assert depth >= 0
        assert depth == 0


@given(st.text(alphabet=st.characters(exclude_characters="\u2066\u2067\u2068\u2069\n")))
def test_isolating_adds_nothing_but_a_pair_around(text: str) -> None:
    assert isolate(text) in {text, f"{FSI}{text}{PDI}"}


def test_what_people_typed_is_read_without_any_direction_control() -> None:
    assert strip_controls("\u200eKH\u200f-\u061c2\u202a3\u202e4\u20665\u2069") == "KH-2345"


def test_staff_see_joiners_and_marks_but_no_override_and_no_nul() -> None:
    assert neutralise("a\u202eb\u2066c\u2069\u200c\u200d\u200f\x00") == "abc\u200c\u200d\u200f\ufffd"


@given(st.text())
def test_neutralising_twice_changes_nothing(text: str) -> None:
    assert neutralise(neutralise(text)) == neutralise(text)
