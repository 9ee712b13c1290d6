"""Right-to-left text: isolating inserted values, fixing the direction of lines, taking out controls.

What Telegram's apps do with direction: each line follows its first strong character, also inside isolates;
the server deletes U+2028-U+202E and keeps U+2066-U+2069, U+200E, U+200F.
"""

import re
import unicodedata
from itertools import accumulate
from typing import Final

FSI: Final = "\u2068"
"""First strong isolate."""
PDI: Final = "\u2069"
"""Pop directional isolate."""
RLM: Final = "\u200f"
"""Right-to-left mark."""

_MARKS: Final = "\u200e\u200f\u061c"
_EMBEDDINGS: Final = "\u202a\u202b\u202c\u202d\u202e"
_ISOLATES: Final = "\u2066\u2067\u2068\u2069"
_OPENING: Final = "\u2066\u2067\u2068"
_NO_ISOLATES: Final = dict.fromkeys(map(ord, _ISOLATES))
_NO_CONTROLS: Final = dict.fromkeys(map(ord, _MARKS + _EMBEDDINGS + _ISOLATES))
_NEUTRALISED: Final = {**dict.fromkeys(map(ord, _EMBEDDINGS + _ISOLATES)), 0: "\ufffd"}
_TAG_OR_ENTITY: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]+|#\d+|#[xX][0-9a-fA-F]+);")

_QUOTATION: Final = re.compile(r"<blockquote[^<>]*>")


def isolate(value: str) -> str:
    """Wrap each line of ``value`` in FSI and PDI, so that it cannot reorder the sentence around it.

    A line that is empty or already one whole isolate stays as it is, so isolating twice changes nothing.
    Isolates that open and never close, or close what they did not open, would reach outside: a line loses
    its own when they are such.
    """
    return "\n".join(map(_isolate_line, value.split("\n")))


def _isolate_line(line: str) -> str:
    depths = _depths(line)
    if depths and (min(depths) < 0 or depths[-1]):
        line = line.translate(_NO_ISOLATES)
        depths = _depths(line)
    is_one = bool(depths) and min(depths[:-1], default=0) > 0
    return line if not line.strip() or is_one else f"{FSI}{line}{PDI}"


def _depths(line: str) -> list[int]:
    """How many isolates are open after each character."""
    steps = (1 if one in _OPENING else -1 if one == PDI else 0 for one in line)
    return list(accumulate(steps))


def rtl(text: str, *, html: bool = True) -> str:
    """Make every line of ``text`` run from right to left: RLM before a line that would not.

    Args:
        text: Lines separated by a line feed.
        html: Whether tags and entities are markup, which do not count as letters.

    Returns:
        The same lines; doing it twice changes nothing. No line gets two marks in a row, of which Telegram
        would spoil the first.
    """
    return "\n".join(_rtl_line(line, html=html) for line in text.split("\n"))


def _rtl_line(line: str, *, html: bool) -> str:
    bare = line.lstrip(_MARKS)
    letters = _TAG_OR_ENTITY.sub(" ", bare) if html else bare
    if not letters.strip() or _first_strong(letters) in {"R", "AL"}:
        return bare
    # Before a quotation the mark would be a line of its own, an empty one.
    quotation = _QUOTATION.match(bare) if html else None
    begin = quotation.end() if quotation else 0
    return f"{bare[:begin]}{RLM}{bare[begin:].lstrip(_MARKS)}"


def _first_strong(text: str) -> str:
    """Return the bidi class of the first strong character (L, R or AL), or an empty string."""
    classes = map(unicodedata.bidirectional, text)
    return next((name for name in classes if name in {"L", "R", "AL"}), "")


def runs_right_to_left(text: str) -> bool:
    """Whether the first strong character of a text is of a right-to-left script (UAX #9, rule P2)."""
    return _first_strong(text) in {"R", "AL"}


def strip_controls(text: str) -> str:
    """Take out every direction mark, embedding, override and isolate: for reading what people typed."""
    return text.translate(_NO_CONTROLS)


def neutralise(text: str) -> str:
    """Take out only what could reorder the reader's page: for where staff read visitors' words.

    Deletes U+202A-U+202E and U+2066-U+2069; NUL becomes U+FFFD; joiners and marks stay.
    """
    return text.translate(_NEUTRALISED)
