"""How a word sounds, without its vowels: the same in Urdu script, Roman Urdu, English and Cyrillic.

``یونیورسٹی``, ``university`` and ``университет`` all begin with ``nrst``: loan words and Roman Urdu meet.
"""

import re
from typing import Final

from bot.content.search.spelling import folded, is_cyrillic, is_latin

_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("تٹط", "t"),
        **dict.fromkeys("ثسص", "s"),
        **dict.fromkeys("خقک", "k"),
        **dict.fromkeys("دڈ", "d"),
        **dict.fromkeys("ذزضظژ", "z"),
        **dict.fromkeys("رڑ", "r"),
        **dict.fromkeys("غگ", "g"),
        **dict(zip("بپجچشفلمن", "bpjCSflmn", strict=True)),
    }
)
_CYRILLIC: Final = str.maketrans(dict(zip("бгджзклмнпрстфцчш", "bgdjzklmnprstfsCS", strict=True)))
_LATIN: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("[ts]ion", "Sn"),
        ("sh", "S"),
        ("ch", "C"),
        ("ph", "f"),
        ("x", "ks"),
        ("c(?=[eiy])", "s"),
        ("g(?=[ei])", "j"),
        ("[cq]", "k"),
    )
)
_SILENT: Final = re.compile("[^bpjCSflmntskdzrg]")
_DOUBLED: Final = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """Return the consonants of a word as sounds; a first v counts, later ones are vowels in Urdu script."""
    first = "v" if word[0] in "vwвو" else ""
    if is_latin(word):
        spoken = word
        for pattern, letter in _LATIN:
            spoken = pattern.sub(letter, spoken)
    elif is_cyrillic(word):
        spoken = folded(word).translate(_CYRILLIC)
    else:
        spoken = word.translate(_ARABIC)
    return first + _DOUBLED.sub(r"\1", _SILENT.sub("", spoken))
