"""The reference code ``KH-XXXX-XX``: five drawn characters and one that checks them.

The alphabet has 31 characters (a prime), none of 0 O 1 I L. The check character is a weighted sum modulo 31
with a different weight for every place, so one wrong character or a swap of neighbours is always refused.
"""

import re
import secrets
from collections.abc import Iterable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_WEIGHTS = (2, 3, 4, 5, 6)
_SHAPE = re.compile(rf"KH[\s_-]*([{ALPHABET}]{{4}})[\s_-]*([{ALPHABET}]{{2}})(?![A-Z0-9])")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u06d4\u0640", "-"))
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x61C, 0xFEFF]
)


def _check(five: Iterable[str]) -> str:
    total = sum(weight * ALPHABET.index(char) for weight, char in zip(_WEIGHTS, five, strict=True))
    return ALPHABET[total % len(ALPHABET)]


def new_code() -> str:
    """A fresh code, e.g. ``KH-7GQ4-XM``, drawn from 28.6 million; the store refuses one in use."""
    five = "".join(secrets.choice(ALPHABET) for _ in range(5))
    return f"KH-{five[:4]}-{five[4]}{_check(five)}"


def is_code(text: str) -> bool:
    """Whether the text is a code in its exact form and its check character agrees."""
    return find_code(text) == text


def is_nothing_but_code(text: str) -> bool:
    """Whether the text is one valid code and nothing else, however it is typed."""
    return find_code(text) is not None and _SHAPE.fullmatch(_cleaned(text).strip(" \n.?!#:")) is not None


def find_code(text: str) -> str | None:
    """The first valid code in a text as people type it: any case, blanks, other dashes, invisible marks."""
    for four, two in _SHAPE.findall(_cleaned(text)):
        if _check(four + two[0]) == two[1]:
            return f"KH-{four}-{two}"
    return None


def _cleaned(text: str) -> str:
    return text.translate(_INVISIBLE).translate(_DASHES).upper()
