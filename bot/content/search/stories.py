"""Stories around a question: who asks, with whom, what others say, in sentences that fit any question."""

from pathlib import Path
from random import Random
from typing import Final

from bot.content.search.spelling import script_of

LIST: Final = Path(__file__).with_name("stories.txt")
"""The sentences that ship: the name of a way to write in brackets, then its sentences, a line each."""

_ENDS: Final = (".", "!", "?", "\u06d4", "\u061f")
_ROMAN: Final = frozenset(
    {
        *("hai", "hain", "ho", "hun", "ka", "ke", "ki", "ko", "se", "mein", "me", "liye", "ye", "yeh", "wo"),
        *("kya", "kia", "kaise", "kitna", "kitni", "nahi", "nhi", "chahiye"),
    }
)
"""Words that tell Roman Urdu from English."""


def read_stories(path: Path = LIST) -> dict[str, tuple[str, ...]]:
    """Return the sentences of each way to write."""
    found: dict[str, list[str]] = {}
    way = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            way = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(way, []).append(line)
    return {way: tuple(lines) for way, lines in found.items()}


def story(text: str, told: dict[str, tuple[str, ...]], chance: Random) -> str:
    """Return a question with one to three sentences around it, most often before it."""
    way = _way(text)
    others = chance.sample(told[way], chance.choice((1, 1, 2, 2, 3)))
    place = chance.choice((len(others), len(others), len(others) - 1, 0))
    mark = "\u061f" if way == "arabic" else "?"
    asked = text if text.endswith(_ENDS) else text + chance.choice((mark, "."))
    return " ".join([*others[:place], asked, *others[place:]])


def _way(text: str) -> str:
    script = script_of(text)
    return "roman" if script == "latin" and not _ROMAN.isdisjoint(text.lower().split()) else script
