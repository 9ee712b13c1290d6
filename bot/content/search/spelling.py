"""One spelling of many: text as the search compares it, for examples and questions alike."""

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = re.compile(
    "[\u00ad\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"  # soft hyphen, Arabic marks, tatweel
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f"  # joiners, direction, variation selectors
    "'\u2018\u2019`\u00b4\u02bc]"  # apostrophes join what they stand between
)
_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("ىيےېۍئ", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        **dict.fromkeys("هۀۂۃھةە", "ہ"),
        **dict.fromkeys("أإٱآ", "ا"),
        "ؤ": "و",
        "ء": "",
        "ں": "ن",
        **{chr(0x0660 + digit): str(digit) for digit in range(10)},
        **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
    }
)
"""Arabic keyboards and Urdu ones write the same word with different letters."""
_LATIN: Final = str.maketrans(
    dict(zip("ıñöüäýáéíóúńǵ", "ynouayaeioung", strict=True)) | {"ş": "sh", "ç": "ch", "ğ": "g"}
)
"""Letters of the Kazakh Latin alphabets."""
_KAZAKH: Final = str.maketrans(dict(zip("әғқңөұүһіёэщ", "агкноуухиееш", strict=True)) | {"ъ": "", "ь": ""})
"""Kazakh typed on a Russian keyboard."""
_LOOKALIKES: Final = str.maketrans("aceopxykmthbui", "асеорхукмтнвиі")
_DOUBLED: Final = re.compile(r"(.)\1+")
_ROMAN: Final = (
    ("ee", "i"),
    ("oo", "u"),
    ("ph", "f"),
    ("kh", "k"),
    ("zh", "z"),
    ("ck", "k"),
    ("w", "v"),
    ("q", "k"),
)
"""What is written in several ways, and the one way it is compared in."""
_WORD: Final = re.compile(r"[^\W_]+")
_MIXED: Final = re.compile(r"(?=.*[a-z])(?=.*[а-яәғқңөұүһі])")
_QWERTY: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN: Final = str.maketrans(_QWERTY, _RUSSIAN)
_TO_QWERTY: Final = str.maketrans(_RUSSIAN, _QWERTY)

LONGEST: Final = 40
"""Letters of a word that are read."""
SHORTEST_WITH_ENDING: Final = 4
"""Roman Urdu words from this length on lose a final h, n, e, y, which people write or leave out."""


def words(text: str) -> list[str]:
    """Return the words of any text: lower case, one code point for each letter, no marks, no emoji."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).lower())
    found: list[str] = _WORD.findall(plain.translate(_ARABIC).translate(_LATIN))
    cut = [word[:LONGEST] for word in found]
    return [word.translate(_LOOKALIKES) if _MIXED.match(word) else word for word in cut]


def folded(word: str) -> str:
    """Return a word as it is compared by letters: Kazakh without its own letters."""
    return word.translate(_KAZAKH) if is_cyrillic(word) else word


def squeezed(word: str) -> str:
    """Return a folded word, and a Latin one with the many spellings of Roman Urdu made one."""
    if not is_latin(word):
        return folded(word)
    for several, one in _ROMAN:
        word = word.replace(several, one)
    return _DOUBLED.sub(r"\1", word)


def key(word: str) -> str:
    """Return a squeezed word without the endings of Roman Urdu that come and go."""
    short = squeezed(word)
    if is_latin(word) and len(short) >= SHORTEST_WITH_ENDING:
        return short.rstrip("hney") or short
    return short


def other_layout(text: str) -> str:
    """Return what the same keys give on the other layout: ``dbpf`` is ``виза``, ``мшыф`` is ``visa``."""
    lower = text.lower()
    return lower.translate(_TO_RUSSIAN if lower.isascii() else _TO_QWERTY)


def is_latin(word: str) -> bool:
    """Tell whether a word begins with a Latin letter or a digit."""
    return word[0] < "\u0250"


def is_cyrillic(word: str) -> bool:
    """Tell whether a word begins with a Cyrillic letter."""
    return "\u0400" <= word[0] < "\u0530"
