"""What Telegram finds in plain text by itself: commands, mentions, hashtags, links, e-mail addresses."""

import re
from typing import Any

Json = dict[str, Any]

PATTERNS = (
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])")),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?!\w)")),
    (
        "url",
        re.compile(
            r"(?<![\w@./-])(?:https?://|ftp://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+"
            r"(?:com|org|net|info|kz|pk|gov|edu|io|me|dev|app|ru|uk|eu|int|aero|travel|tv|co)(?::\d{1,5})?"
            r"(?:[/?#][^\s<>\"«»]*[^\s<>\"«».,;:!?)\]}'])?/?(?![\w@])",
            re.IGNORECASE,
        ),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}")),
)


def units(text: str) -> int:
    """Return the length in UTF-16 code units, in which the Bot API counts everything."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def detect(text: str) -> list[Json]:
    """Return MessageEntity values found in plain text, in order, not overlapping."""
    if not any(mark in text for mark in "/@#."):
        return []
    found: list[tuple[int, int, str]] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= other_start or start >= other_end for other_start, other_end, _ in found):
                found.append((start, end, kind))
    return [
        {"type": kind, "offset": units(text[:start]), "length": units(text[start:end])}
        for start, end, kind in sorted(found)
    ]
