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
_VOWELS: Final = str.maketrans("ый", "ии")
"""Kazakh typed in Latin letters knows one letter for these."""
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
_HELPING_ALIF: Final = re.compile("^ا(?=س[ٹپک])")
"""What Urdu may or may not write before a loan word: اسکالرشپ and سکالرشپ, اسٹوڈنٹ and سٹوڈنٹ."""
_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!;\u06d4\u2026])(?=\s)|(?<=[?\u061f\n])")
_ASKS: Final = ("?", "\u061f")
_AND: Final = re.compile(r"\b(?:and|aur|also|اور|және)\b", re.IGNORECASE)
_MIXED: Final = re.compile(r"(?=.*[a-z])(?=.*[а-яәғқңөұүһі])")
_QWERTY: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN: Final = str.maketrans(_QWERTY, _RUSSIAN)
_TO_QWERTY: Final = str.maketrans(_RUSSIAN, _QWERTY)

HALF: Final = 1000
"""Characters of a long text that are read at its beginning, and at its end."""
LONGEST: Final = 40
"""Letters of a word that are read."""
MOST: Final = 100
"""Words that are read; of more, the first and the last half: a question is seldom in the middle."""
MOST_SENTENCES: Final = 6
"""Sentences of a message that are read on their own."""
SHORTEST: Final = 3
"""Words of a question that is joined to another by "and"."""
_ENDING: Final = re.compile(r"(?<=...)[hney]{1,2}$")
"""What people write or leave out at the end of Roman Urdu words."""
_CYRILLIC: Final = (("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("gh", "г"), ("kh", "х"), ("ts", "ц"))
_CYRILLIC_LETTERS: Final = str.maketrans(
    dict(zip("abcdefghijklmnopqrstuvwxyz", "абкдефгхижклмнопкрстувукиз", strict=True))
)


def words(text: str) -> list[str]:
    """Return the words of any text: lower case, one code point for each letter, no marks, no emoji."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _ends(text)).lower())
    found: list[str] = _WORD.findall(plain.translate(_ARABIC).translate(_LATIN))
    if len(found) > MOST:
        found = found[: MOST // 2] + found[-MOST // 2 :]
    cut = [word[:LONGEST] for word in found]
    return [word.translate(_LOOKALIKES) if _MIXED.match(word) else word for word in cut]


def sentences(text: str) -> list[str]:
    """Return the sentences of a message that has several; of many, the first and the last."""
    return _few(_sentences(text))


def questions(text: str) -> list[str]:
    """Return the sentences with a question mark in a message that has several, as ``sentences`` does."""
    return _few([each for each in _sentences(text) if each.endswith(_ASKS)])


def joined(text: str) -> list[str]:
    """Return what "and" joins in a message, when each part may be a question of its own."""
    parts = [each.strip() for each in _AND.split(_ends(text))]
    several = 1 < len(parts) <= MOST_SENTENCES and all(len(each.split()) >= SHORTEST for each in parts)
    return parts if several else []


def _sentences(text: str) -> list[str]:
    split = [each.strip() for each in _SENTENCE_END.split(_ends(text))]
    found = [each for each in split if len(each.split()) > 1]
    return found if len(found) > 1 else []


def _few(found: list[str]) -> list[str]:
    half = MOST_SENTENCES // 2
    return found if len(found) <= MOST_SENTENCES else [*found[:half], *found[-half:]]


def _ends(text: str) -> str:
    """Return a text, or of a long one the beginning and the end."""
    return text if len(text) <= 2 * HALF else f"{text[:HALF]} {text[-HALF:]}"


def folded(word: str) -> str:
    """Return a word as it is compared by letters: Kazakh without its own letters."""
    return word.translate(_KAZAKH) if is_cyrillic(word) else word


def squeezed(word: str) -> str:
    """Return a word as concepts are looked up: the many spellings of Roman Urdu and of Kazakh made one."""
    if not is_latin(word):
        return _HELPING_ALIF.sub("", folded(word).translate(_VOWELS))
    for several, one in _ROMAN:
        word = word.replace(several, one)
    return _DOUBLED.sub(r"\1", word)


def key(word: str) -> str:
    """Return a squeezed word without the endings of Roman Urdu that come and go."""
    short = squeezed(word)
    return _ENDING.sub("", short) if is_latin(word) else short


def as_kazakh(word: str) -> str:
    """Return a Latin word as if it were Kazakh typed without Cyrillic: ``zhumys`` is ``жумис``, squeezed."""
    for several, one in _CYRILLIC:
        word = word.replace(several, one)
    return word.translate(_CYRILLIC_LETTERS)


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


def script_of(text: str) -> str:
    """Return ``latin``, ``arabic`` or ``cyrillic``: of several, the last in Unicode."""
    last = max(text)
    return "arabic" if last >= "\u0600" else "cyrillic" if last >= "\u0400" else "latin"
