"""Other ways to write an example: with slips, in Latin letters, with who asks, in a story."""

from collections.abc import Iterator
from random import Random
from typing import Final

from bot.content.search.elsewhere import COUNTRIES
from bot.content.search.spelling import script_of
from bot.content.search.stories import read_stories, story

_GREETINGS: Final = {
    "latin": ("hello", "hi", "sir", "plz", "good morning", "please tell me", "aoa sir", "assalam o alaikum"),
    "arabic": ("السلام علیکم", "جناب", "براہ کرم بتائیں"),
    "cyrillic": ("Сәлеметсіз бе", "Салем", "Қайырлы күн", "Ассалаумағалейкум"),
}
"""What stands before any question; by script."""
_FROM: Final = {
    "latin": (
        "I am from Lahore",
        "I have a Pakistani passport",
        "for a Pakistani citizen",
        "for Pakistanis",
        "main pakistani hun",
        "pakistani ke liye",
    ),
    "arabic": ("میں پاکستانی شہری ہوں", "پاکستانیوں کے لیے", "میں لاہور سے ہوں", "پاکستانی پاسپورٹ پر"),
    "cyrillic": ("Пәкістан азаматы үшін", "Лахорданмын", "Мен пәкістандықпын"),
}
"""Who asks, whatever the question."""
_ABROAD: Final = {
    "latin": (
        "I live in {} and want to go to Kazakhstan.",
        "from {} to Kazakhstan,",
        "main {} mein hun, kazakhstan ke liye",
    ),
    "arabic": ("میں {} میں رہتا ہوں قازقستان کے لیے", "{} سے قازقستان", "{} میں ہوں اور قازقستان جانا ہے"),
    "cyrillic": ("Мен {} тұрамын, Қазақстанға", "{} азаматымын, Қазақстанға"),
}
"""Who asks about Kazakhstan may live in a third country."""
_ABOUT: Final = {
    "latin": ("Kazakhstan", "in Kazakhstan", "to Kazakhstan", "kazakhstan me", "kazakhstan ke liye"),
    "arabic": ("قازقستان میں", "قازقستان کے لیے", "قازقستان"),
    "cyrillic": ("Қазақстанда", "Қазақстанға", "Қазақстан"),
}
"""What every question to the House is about."""
_LATIN: Final = str.maketrans(
    dict(zip("абвгғдезийкқлмнңоөпрстуұүфхһыіэәё", "abvggdeziikqlmnnooprstuuufhhyieae", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)
_VOWELS: Final = frozenset("aeiouаеиоуыәіөұүایو")
_SLIPS: Final = 0.35
"""The part of the words that are misspelt in a variant with slips."""
_SHORTEST: Final = 4
"""Letters of a word that is misspelt."""
_TOLD: Final = 0.35
"""The part of the variants with something beside the question that are a story."""
_SHORT: Final = 2
"""Words of what asks nothing, as "thank you", around which no story is told."""
_STORIES: Final = read_stories()


def variants(text: str, chance: Random, *, asks: bool) -> Iterator[str]:
    """Yield the text as others may have typed it: with slips, and with what goes without saying.

    ``asks`` tells that it is a question for the House: only then may it be about Kazakhstan.
    """
    script = script_of(text)
    lot = chance.random()
    if script == "cyrillic" and lot < 0.4:  # noqa: PLR2004 - as often as people do it
        yield text.lower().translate(_LATIN)
    else:
        yield " ".join(_slip(word, chance) if chance.random() < _SLIPS else word for word in text.split())
    told = asks or len(text.split()) > _SHORT
    if told and chance.random() < _TOLD:
        yield story(text, _STORIES, chance)
    else:
        yield _beside(text, chance, asks=asks)


def _beside(text: str, chance: Random, *, asks: bool) -> str:
    """Return the text with a greeting, with who asks, or with the name of Kazakhstan."""
    script = script_of(text)
    beside = chance.choice((_GREETINGS, _FROM, _ABOUT, _ABOUT) if asks else (_GREETINGS, _FROM))
    words = chance.choice(beside[script])
    if beside is _ABOUT and chance.random() < 0.4:  # noqa: PLR2004 - seldom
        words = chance.choice(_ABROAD[script]).format(chance.choice(COUNTRIES[script]))
    pair = [words, text]
    return " ".join(pair if beside is _GREETINGS or chance.random() < 0.5 else reversed(pair))  # noqa: PLR2004 - a coin


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
