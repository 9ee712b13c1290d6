"""Masking: phone, identity-card and passport numbers made unreadable for those who need not see them.

Rather one number too many than one too few: dates stay, every other run of seven or more digits goes.
"""

import re

_DIGITS = re.compile(r"(?<!\w)\+?\d(?:[\s().\-/–]{0,2}\d){6,}(?!\w)")
"""A phone (+92 300 1234567), an identity card (35202-1234567-1), an IIN, an account."""
_PASSPORT = re.compile(r"(?<!\w)[A-Za-z]{1,2}[ \-]?\d{6,9}(?!\w)")
"""AB1234567, N 12345678."""
_DATE = re.compile(r"\d{4}[\-./]\d{1,2}[\-./]\d{1,2}|\d{1,2}[\-./]\d{1,2}[\-./]\d{4}")
_SHOWN = 2
"""Digits that stay, at the end: enough to tell two numbers apart."""


def masked(text: str) -> str:
    """The text with a bullet for each digit of such numbers but the last two."""
    return _PASSPORT.sub(_mask, _DIGITS.sub(_mask, text)) if text else text


def _mask(found: re.Match[str]) -> str:
    number = found[0]
    if _DATE.fullmatch(number):
        return number
    left = sum(char.isdigit() for char in number) - _SHOWN
    shown = []
    for char in number:
        hidden = char.isdigit() and left > 0
        left -= char.isdigit()
        shown.append("•" if hidden else char)
    return "".join(shown)
