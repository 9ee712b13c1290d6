"""Names that were made to mislead are shown as plain ones; honest names in any script stay as they are."""

import unicodedata

import pytest
from aiogram.types import User
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.names import plain_name, plain_username
from bot.telegram.reading import read_profile


@pytest.mark.parametrize(
    "name",
    [
        "Әлия Нұрсұлтанқызы",
        "عائشہ بی‌بی",
        "مُحَمَّد",
        "Nguyễn Thị Ánh",
        "O’Brien-Smith Jr.",
        "👩‍👩‍👧‍👦 family ❤️",
        "1️⃣ first",
        "李小龍",
        "नमस्ते",
    ],
)
def test_honest_names_stay(name: str) -> None:
    assert plain_name(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202eelpoep fo", "elpoep fo"),
        ("Ali\u2066\u2069 \u200fKhan\u200e", "Ali Khan"),
        ("Ali\u200b\u2060\ufeff\u00adKhan", "AliKhan"),
        ("Ali\nNote by Sana:\r\nrefund him", "Ali Note by Sana: refund him"),
        ("Ali\u2028Taken by: Sana", "Ali Taken by: Sana"),
        ("  Ali \u00a0 Khan\t", "Ali Khan"),
        ("Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334a", "Z\u0351\u036b\u0343 a"),
        ("\U000e0041\U000e0042Ali", "Ali"),
        ("\u3164\u2800\u115f", ""),
        ("\u200d\u200c", ""),
        ("\u202e", ""),
        ("a\ud800b", "a\ufffdb"),
        ("a\x00b", "a b"),
    ],
)
def test_what_misleads_is_taken_out(name: str, shown: str) -> None:
    assert plain_name(name) == shown


@given(name=st.text(max_size=64))
def test_a_plain_name_is_one_line_without_anything_hidden_and_stays_so(name: str) -> None:
    shown = plain_name(name)
    assert plain_name(shown) == shown
    assert shown == shown.strip()
    hidden = [char for char in shown if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs")]
    hidden += [char for char in shown if unicodedata.category(char) == "Cf" and char not in "\u200c\u200d"]
    assert hidden == []


@pytest.mark.parametrize("name", ["ayesha_visits", "A1", "_"])
def test_a_username_stays(name: str) -> None:
    assert plain_username(name) == name


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x","y")', "+1", "@x", "a,b", "a\rb", "а́лия", "a b", "", "１"]
)
def test_what_telegram_gives_nobody_is_no_username(name: str) -> None:
    assert plain_username(name) == ""
    assert read_profile(User(id=1, is_bot=False, first_name="Ali", username=name)).username == ""


def test_whoever_has_no_visible_name_is_called_by_their_number() -> None:
    nobody = read_profile(User(id=123456, is_bot=False, first_name="\u3164", last_name="\u202e"))
    assert nobody.name == "123456"
    half = read_profile(User(id=123456, is_bot=False, first_name="\u3164", last_name="Khan"))
    assert (half.first_name, half.name) == ("", "Khan")
