"""Cells: what a value looks like in a file that a spreadsheet opens.

A spreadsheet takes a cell that begins with = + - @ for a formula (CWE-1236). In CSV such words get one
apostrophe in front, as do words that already look so guarded; taking it off (``unguarded``) gives them back.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from bot.domain.messages import Attachment
from bot.i18n.direction import neutralise

_RISKY = re.compile(
    r"'*(?:[\s\x00-\x20\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠]|[\t\r\x00])"
)
"""A formula sign, full-width ones too, after any blanks and invisible marks; or TAB, CR, NUL at the start."""
CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00"
"""What ``neutralise`` takes out or replaces."""

HOURS_KEPT = 20_000
"""Hours that are remembered: more than two years."""


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
    if any(char in text for char in CONTROLS):
        text = neutralise(text)
    return whole(text)


def whole(text: str) -> str:
    """The text with U+FFFD for each half of a character, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


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
        self._forms: dict[str, str] = {}

    def write(self, moment: str) -> str:
        """The text of a moment."""
        form = self._forms.get(moment[:13])
        if form is None:
            form = self._learn(moment[:13])
        return form % moment[13:19] if form else self.read(moment).isoformat(timespec="seconds")

    def read(self, moment: str) -> datetime:
        """The moment in the zone."""
        return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(self._zone)

    def _learn(self, hour: str) -> str:
        """The text around minutes and seconds; empty where the zone has others than UTC, or shifts."""
        if len(self._forms) >= HOURS_KEPT:
            self._forms.clear()
        first, last = self.read(f"{hour}:00:00"), self.read(f"{hour}:59:59")
        same = first.minute == 0 and first.utcoffset() == last.utcoffset()
        form = first.isoformat(timespec="seconds").replace(":00:00", "%s", 1) if same else ""
        self._forms[hour] = form
        return form
