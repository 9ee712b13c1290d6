"""Names: people choose them in Telegram, also such as to mislead whoever reads them at the desk."""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Zero-width, and needed in Urdu, Persian and emoji."""
_BLANKS = "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""What looks like nothing and is not called a blank."""
_MOST_MARKS = 3
"""Marks on one letter; no language needs more, and a heap of them covers the lines above and below."""


def plain_username(name: str) -> str:
    """A username as Telegram gives them (letters, digits, underscores); anything else is none: empty.

    Files take it as it is: what a spreadsheet or a comma would make of another never arises.
    """
    return name if name.isascii() and name.replace("_", "a").isalnum() else ""


def plain_name(name: str) -> str:
    """A name on one line, without what nobody sees and without heaps of marks; maybe nothing is left.

    Letters of any script stay as they are, and so do emoji.
    """
    shown: list[str] = []
    marks = 0
    for char in name:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind in ("Cc", "Zl", "Zp", "Zs") or char in _BLANKS:
            shown.append(" ")
        elif kind == "Cs":
            shown.append("\ufffd")
        elif marks <= _MOST_MARKS and (kind != "Cf" or char in _JOINERS):
            shown.append(char)
    joined = " ".join("".join(shown).split()).strip(_JOINERS)
    return joined if any(char not in _JOINERS and char != " " for char in joined) else ""
