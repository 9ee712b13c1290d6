"""The reference code: its shape, its check character, and how people type it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.codes import ALPHABET, find_code, is_code, is_nothing_but_code, new_code


def _complete(five: str) -> str:
    """The code that begins with these characters: exactly one character checks them."""
    (code,) = [one for one in (f"KH-{five[:4]}-{five[4]}{char}" for char in ALPHABET) if is_code(one)]
    return code


_codes = st.text(ALPHABET, min_size=5, max_size=5).map(_complete)
_places = st.sampled_from([3, 4, 5, 6, 8, 9])
"""Where the characters stand in ``KH-XXXX-XX``."""


def _with(code: str, place: int, char: str) -> str:
    return code[:place] + char + code[place + 1 :]


def test_a_new_code_has_the_shape_and_checks() -> None:
    code = new_code()
    assert is_code(code)
    assert (code[:3], code[7], len(code)) == ("KH-", "-", 10)
    assert set(code[3:7] + code[8:]) <= set(ALPHABET)
    assert not set("01OIL") & set(code[3:])


@given(_codes)
def test_every_wrong_character_is_refused(code: str) -> None:
    for place in (3, 4, 5, 6, 8, 9):
        for char in ALPHABET:
            if char != code[place]:
                assert not is_code(_with(code, place, char))


@given(_codes)
def test_every_swap_of_neighbours_is_refused(code: str) -> None:
    places = [3, 4, 5, 6, 8, 9]
    for one, other in pairwise(places):
        if code[one] != code[other]:
            assert not is_code(_with(_with(code, one, code[other]), other, code[one]))


@given(_codes, _places, st.characters(exclude_categories=["Cs"]))
def test_a_character_of_no_code_is_refused(code: str, place: int, char: str) -> None:
    if char not in ALPHABET:
        assert not is_code(_with(code, place, char))


@given(_codes, st.sampled_from(["{}", " {} ", "my number is {}.", "«{}»", "\u2068{}\u2069", "#{}"]))
def test_a_code_is_found_in_what_people_write(code: str, around: str) -> None:
    assert find_code(around.format(code)) == code


@given(_codes)
def test_a_code_is_found_however_it_is_typed(code: str) -> None:
    bare = code.replace("-", "")
    for typed in (
        code.lower(),
        bare,
        bare.lower(),
        code.replace("-", " "),
        code.replace("-", "–"),
        f"\u200f{code}",
    ):
        assert find_code(typed) == code
        assert not is_code(typed) or typed == code


@pytest.mark.parametrize("text", ["", "KH", "KH-", "KH-2222-2", "khan", "KH-0000-00", "XX-2222-22"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert find_code(text) is None
    assert not is_code(text)


def test_a_code_alone_is_told_from_a_code_among_words() -> None:
    code = new_code()
    for alone in (code, code.lower(), code.replace("-", " "), f"\u200e{code}?", f" {code}\n"):
        assert is_nothing_but_code(alone), alone
    for more in (f"news about {code}", f"{code} {code}", code[:-1], "", "KH"):
        assert not is_nothing_but_code(more), more
