"""Cells: what a value looks like in a file that a spreadsheet opens.

A spreadsheet takes a cell that begins with = + - @ for a formula (CWE-1236). In CSV such words get one
apostrophe in front, as do words that already look so guarded; taking it off (``unguarded``) gives them back.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from bot.domain.inquiries import Answer
from bot.domain.messages import Attachment
from bot.i18n.direction import neutralise

_RISKY = re.compile(
    r"'*(?:[\s\x00-\x20\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@＝＋－＠]|[\t\r\x00])"
)
"""A formula sign, full-width ones too, after any blanks and invisible marks; or TAB, CR, NUL at the start."""
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\x00]")


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
    if _CONTROLS.search(text):
        text = neutralise(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def answers(given: Sequence[Answer], translate: Callable[[str], str]) -> str:
    """The answers of a form, a line each: ``label: value``."""
    return "\n".join(
        f"{translate(one.label)}: {translate(one.value) if one.choice else one.value}" for one in given
    )


def attachments(things: Sequence[Attachment]) -> str:
    """What was attached, a line each: the kind and what is known of it."""
    return "\n".join(" ".join(part for part in _parts(one) if part) for one in things)


def _parts(one: Attachment) -> tuple[str, ...]:
    place = "" if one.latitude is None else f"{one.latitude:.6f},{one.longitude:.6f}"
    return one.kind.value, one.name, one.phone, one.address, place


def local(moment: datetime | None, zone: tzinfo) -> str:
    """A moment in ISO 8601 with the offset of a zone, to the second; empty for None."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""
