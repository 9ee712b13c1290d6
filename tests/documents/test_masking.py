"""Masking: phone and document numbers go, what is none stays."""

import pytest

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
    ],
)
def test_numbers_of_phones_and_documents_are_masked(number: str) -> None:
    shown = masked(f"My number is {number}, call me.")
    assert number not in shown
    assert sum(char.isdigit() for char in shown) == 2
    assert shown.startswith("My number is ")
    assert shown.endswith(", call me.")


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-23",
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
