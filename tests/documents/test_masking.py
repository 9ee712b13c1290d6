"""Masking: phone and document numbers go, what is none stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.documents.masking import masked


@pytest.mark.parametrize(
    "number",
    [
        "+92 300 1234567",
        "0300-1234567",
        "(042) 111-222-333",
        "+7 (727) 250 12 34",
        "35202-1234567-1",
        "3520212345671",
        "AB1234567",
        "N 12345678",
        "۰۳۰۰۱۲۳۴۵۶۷",
        "٣٥٢٠٢-١٢٣٤٥٦٧-١",
        "35202–1234567–1",
        "35202\u20111234567\u20111",
        "\u200e+92 300 1234567",
        "0300\u200b1234\u2060567",
        "3️⃣5️⃣2️⃣0️⃣2️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣1️⃣",
        "+92 - 300 - 1234567",
        "03-00-1234-567",
        "N12345678",
        "№12345678",
        "АВ1234567",
        "PK36SCBL0000001123456702",
        "2026-11-23 1234567",
    ],
)
def test_numbers_of_phones_and_documents_are_masked(number: str) -> None:
    shown = masked(f"My number is {number}, call me.")
    assert number not in shown
    assert sum(char.isdigit() for char in shown) in ({2} if not number.startswith("PK") else {2, 4})
    assert shown.startswith("My number is ")
    assert shown.endswith(", call me.")


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-23",
        "2026-11-23 14:05:33",
        "from 2026-11-23 to 2026-11-30",
        "KH-2345-67 and KH-2222-22",
        "23.11.2026",
        "KH-7GQ4-X6",
        "60 dollars",
        "from 9:00 to 17:00",
        "1,000,000 tenge",
        "PK 304",
    ],
)
def test_dates_codes_and_sums_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("around", ["tel{}", "{}call", "нөмір{}", "نمبر{}ہے", "_{}_", "x:{};", "@{}"])
def test_a_number_written_against_a_word_is_masked_too(around: str) -> None:
    assert "30012345" not in masked(around.format("03001234567"))
    assert "2345" not in masked(around.format("35202-1234567-1"))


_GAPS = some.sampled_from(["", " ", "-", ".", " - ", "\u200e", "\u00a0", "–", "/", ") "])
_DIGITS = some.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"])


@given(
    digits=some.lists(some.integers(0, 9), min_size=9, max_size=15),
    gaps=some.lists(_GAPS, min_size=15, max_size=15),
    script=_DIGITS,
    before=some.sampled_from(["", "call ", "tel", "ны", "نمبر"]),
)
def test_however_it_is_written_apart_no_more_than_two_digits_of_a_number_are_left(
    digits: list[int], gaps: list[str], script: str, before: str
) -> None:
    number = "".join(f"{gap}{script[digit]}" for digit, gap in zip(digits, gaps, strict=False))
    left = sum(char.isdigit() for char in masked(f"{before}{number}"))
    # What looks like a date stays: eight digits at most, and nobody has such a number.
    assert left == 2 or "19" in _plain(number) or "20" in _plain(number)


def _plain(number: str) -> str:
    return "".join(str(int(char)) for char in number if char.isdigit())
