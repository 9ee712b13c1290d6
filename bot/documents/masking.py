"""Masking: phone, identity-card and passport numbers made unreadable for those who need not see them.

Rather one number too many than one too few: dates and codes of inquiries stay, any other seven or more
digits go, also where they are written apart, in another script, or against a word.
"""

import re
from collections.abc import Callable

_GAP = r"[\s().\-/–—‐‑−·\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0e\ufe0f\u20e3]"
"""What stands between the digits of one number: blanks, dashes, brackets, and marks that nobody sees."""
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_DATE = rf"(?:{_YEAR}[\-./]{_MONTH}[\-./]{_DAY}|{_DAY}[\-./]{_MONTH}[\-./]{_YEAR})(?!{_GAP}{{0,2}}\d{{3}}|\d)"
_CODE = r"KH-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{2}(?!\w)"
"""A code of an inquiry, whose characters may all be digits."""
_PASSPORT = r"(?<![^\W\d_])(?:[A-Za-z]{1,2}[ \-]?|[А-Яа-я]{1,2}\-?|№\s?)\d{6,9}(?!\d)"
"""AB1234567, N 12345678, and six digits behind one or two letters."""
_SHOWN = 2
"""Digits that stay, at the end: enough to tell two numbers apart."""


def numbers(least: int, *, but: str = "") -> re.Pattern[str]:
    """Finds what looks like such a number, of at least so many digits; the group ``kept`` holds what is none.

    ``but``: a pattern of what is none, beside dates and codes.
    """
    none = "|".join(one for one in (rf"(?<!\d){_DATE}", _CODE, but) if one)
    digits = rf"(?<!\d)\+?\d(?:{_GAP}{{0,3}}\d){{{least - 1},}}"
    return re.compile(rf"(?P<kept>{none})|{_PASSPORT}|{digits}")


def replaced(text: str, pattern: re.Pattern[str], write: Callable[[str], str]) -> str:
    """The text with ``write`` of each number that the pattern finds."""
    return pattern.sub(lambda found: found[0] if found["kept"] else write(found[0]), text)


_NUMBERS = numbers(7)


def masked(text: str) -> str:
    """The text with a bullet for each digit of such numbers but the last two."""
    return replaced(text, _NUMBERS, _mask) if text else text


def _mask(number: str) -> str:
    left = sum(char.isdigit() for char in number) - _SHOWN
    shown = []
    for char in number:
        hidden = char.isdigit() and left > 0
        left -= char.isdigit()
        shown.append("•" if hidden else char)
    return "".join(shown)
