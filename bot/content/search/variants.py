"""Other ways to write an example: with a greeting before it, with slips of the fingers, in Latin letters."""

from random import Random
from typing import Final

_GREETINGS: Final = (
    "hello",
    "hi",
    "sir",
    "plz",
    "good morning",
    "please tell me",
    "aoa sir",
    "salam bhai",
    "assalam o alaikum",
    "السلام علیکم",
    "جناب",
    "Сәлеметсіз бе",
    "Салем",
    "Қайырлы күн",
    "Ассалаумағалейкум",
)
_LATIN: Final = str.maketrans(
    dict(zip("абвгғдезийкқлмнңоөпрстуұүфхһыіэәё", "abvggdeziikqlmnnooprstuuufhhyieae", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)
_VOWELS: Final = frozenset("aeiouаеиоуыәіөұүایو")
_SLIPS: Final = 0.35
"""The part of the words that are misspelt in a variant with slips."""
_SHORTEST: Final = 4
"""Letters of a word that is misspelt."""


def variant(text: str, chance: Random) -> str:
    """Return the text as somebody else may have typed it."""
    lot = chance.random()
    cyrillic = any("\u0400" <= letter < "\u0530" for letter in text)
    if cyrillic and lot < 0.3:  # noqa: PLR2004 - as often as people do it
        return text.lower().translate(_LATIN)
    if lot < 0.5:  # noqa: PLR2004 - the rest in halves
        return f"{chance.choice(_GREETINGS)} {text}"
    return " ".join(_slip(word, chance) if chance.random() < _SLIPS else word for word in text.split())


def _slip(word: str, chance: Random) -> str:
    """Return a word with one letter missing, doubled or swapped; most often it is a vowel that is missing."""
    if len(word) < _SHORTEST:
        return word
    place = chance.randrange(1, len(word) - 1)
    vowels = [at for at in range(1, len(word)) if word[at] in _VOWELS]
    kind = chance.randrange(5)
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind > 2 and vowels:  # noqa: PLR2004 - two of five
        place = chance.choice(vowels)
    return word[:place] + word[place + 1 :]
