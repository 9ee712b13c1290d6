"""Cells: what a value looks like in a file that a spreadsheet opens.

A spreadsheet takes a cell that begins with = + - @ for a formula (CWE-1236). In CSV such words get one
apostrophe in front, as do words that already look so guarded; taking it off (``unguarded``) gives them back.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from operator import itemgetter
from typing import Any, Generic, TypeVar

from bot.domain.messages import Attachment
from bot.i18n.direction import neutralise

T = TypeVar("T")
_RISKY = re.compile(
    r"'*(?:[\s\x00-\x20\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠]|[\t\r\x00])"
)
"""A formula sign, full-width ones too, after any blanks and invisible marks; or TAB, CR, NUL at the start."""
CONTROLS = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
"""What ``neutralise`` takes out, in UTF-8: U+202A to U+202E, U+2066 to U+2069."""

HOURS_KEPT = 20_000
"""Hours that are remembered: more than two years."""


_HOUR, _REST = itemgetter(slice(13)), itemgetter(slice(13, 19))
"""Of a moment of ``Line``."""
SAFE_STARTS = frozenset(char for char in map(chr, range(0x700)) if char.isalnum())
"""Characters of the House's scripts with which no formula begins: nearly every text does."""


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return not text[:1].isalnum() and _RISKY.match(text) is not None


def guarded(text: str) -> str:
    """The text, with an apostrophe in front when a spreadsheet could take it for a formula."""
    return f"'{text}" if is_risky(text) else text


def unguarded(text: str) -> str:
    """What ``guarded`` was given."""
    return text[1:] if text.startswith("'") and is_risky(text) else text


def clean(text: str) -> str:
    """Words as they leave the house: bidi overrides and isolates out, U+FFFD for NUL and half characters."""
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return neutralise(_whole(text))
    return neutralise(text) if _has_controls(content) else text


def encoded(text: str) -> bytes:
    """``clean`` text in UTF-8; costs little where there is nothing to clean."""
    try:
        content = text.encode()
    except UnicodeEncodeError:
        return clean(text).encode()
    return neutralise(text).encode() if _has_controls(content) else content


def _has_controls(content: bytes) -> bool:
    # One after the other: a look for one byte takes a tenth of a look for either.
    return b"\x00" in content or CONTROLS.search(content) is not None


def _whole(text: str) -> str:
    """The text with U+FFFD for each half of a character, which no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def attachments(things: Sequence[Attachment]) -> str:
    """What was attached, a line each: the kind and what is known of it."""
    return "\n".join(" ".join(part for part in _parts(one) if part) for one in things)


def _parts(one: Attachment) -> tuple[str, ...]:
    place = "" if one.latitude is None else f"{one.latitude:.6f},{one.longitude:.6f}"
    return one.kind.value, one.name, one.phone, one.address, place


class LocalTimes:
    """Moments of ``Line`` in ISO 8601 with the offset of a zone, to the second.

    What is the same within an hour is kept, so nearly every moment costs one look-up.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._forms: Kept[tuple[str, ...] | None] = Kept(self._form)

    def column(self, moments: Sequence[str | None]) -> list[str]:
        """The texts of many moments; empty for None."""
        told = [one or "" for one in moments]
        forms: Any = map(self._forms.__getitem__, map(_HOUR, told))
        try:
            return list(map(str.join, map(_REST, told), forms))
        except TypeError:  # an hour without a form
            return [self.write(one) if one else "" for one in moments]

    def write(self, moment: str) -> str:
        """The text of a moment."""
        form = self._forms[_HOUR(moment)]
        return _REST(moment).join(form) if form else self.read(moment).isoformat(timespec="seconds")

    def read(self, moment: str) -> datetime:
        """The moment in the zone."""
        return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(self._zone)

    def _form(self, hour: str) -> tuple[str, ...] | None:
        """The text around minutes and seconds; None where the zone has others than UTC, or shifts."""
        if not hour:
            return ("", "")
        first, last = self.read(f"{hour}:00:00"), self.read(f"{hour}:59:59")
        same = first.minute == 0 and first.utcoffset() == last.utcoffset()
        return tuple(first.isoformat(timespec="seconds").split(":00:00", 1)) if same else None


class Kept(dict[str, T], Generic[T]):
    """What was worked out for each hour; a bounded memory."""

    def __init__(self, work_out: Callable[[str], T]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, hour: str) -> T:
        if len(self) >= HOURS_KEPT:
            self.clear()
        self[hour] = made = self._work_out(hour)
        return made
