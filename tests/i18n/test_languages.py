"""Choosing the language to begin with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.languages import Language, guess_language


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", Language.EN),
        ("en-GB", Language.EN),
        ("ur", Language.UR),
        ("ur-PK", Language.UR),
        ("UR_pk", Language.UR),
        ("ur-raw", Language.UR),
        ("kk", Language.KK),
        ("kk-KZ", Language.KK),
        ("kk-cyrl", Language.KK),
        ("kk-arab", Language.EN),
        ("kk_Arab_CN", Language.EN),
        ("pa", Language.UR),
        ("pa-in", Language.UR),
        ("pnb", Language.UR),
        ("ps", Language.UR),
        ("sd", Language.UR),
        ("bal", Language.UR),
        ("skr", Language.UR),
        ("ru", Language.KK),
        ("ky", Language.KK),
        ("uz", Language.KK),
        ("tt", Language.KK),
        ("ba", Language.KK),
        ("tatar-cyrill", Language.EN),
        ("hi", Language.EN),
        ("bn", Language.EN),
        ("ar", Language.EN),
        ("fa", Language.EN),
        ("fa-raw", Language.EN),
        ("tr", Language.EN),
        ("zh-hans", Language.EN),
        ("classic-zh-cn", Language.EN),
        ("x-klingon", Language.EN),
        ("", Language.EN),
        ("-", Language.EN),
        (None, Language.EN),
    ],
)
def test_the_phones_code_leads_to_the_language_of_the_table(code: str | None, language: Language) -> None:
    assert guess_language(code) is language


@given(st.one_of(st.none(), st.text()))
def test_no_code_makes_the_guess_fail(code: str | None) -> None:
    assert guess_language(code) in Language


def test_the_picker_shows_each_language_in_its_own_script() -> None:
    assert [language.own_name for language in Language] == ["English", "Қазақша", "اردو"]


def test_only_urdu_runs_from_right_to_left() -> None:
    assert [language for language in Language if language.runs_right_to_left] == [Language.UR]
