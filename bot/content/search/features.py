"""What the model sees of a text: counted features in four groups, each known by a 32-bit hash of its name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Final, Self
from zlib import crc32

from bot.content.search.concepts import Concepts
from bot.content.search.misspelling import Misspellings
from bot.content.search.sounds import sound
from bot.content.search.spelling import folded, key, other_layout, words


class Group(StrEnum):
    """A kind of feature; each group of a text has the same length before its weight, see ``WEIGHTS``."""

    LETTERS = "l"
    """Two to five letters that stand side by side in a word, its edges included."""
    SOUNDS = "s"
    """Three or four consonants side by side, its edges included."""
    CONCEPTS = "c"
    """Concepts."""
    PAIRS = "p"
    """Two concepts in the same text."""


WEIGHTS: Final = {Group.LETTERS: 1.0, Group.SOUNDS: 1.0, Group.CONCEPTS: 1.1, Group.PAIRS: 1.2}
"""How much a group counts; found by cross-validation, where the best values form a wide plateau."""

MOST_CONCEPTS: Final = 16
"""Concepts that are paired."""

ELSEWHERE: Final = "elsewhere"
"""The concept of a text that names other countries but not Kazakhstan: a sum cannot see what is missing."""

_OTHER_COUNTRIES: Final = frozenset({"abroad_west", "abroad_gulf", "abroad_east", "abroad_near"})
BESIDE: Final = "beside"
"""The concept of other countries in a text about Kazakhstan: where one lives, or what one passes through."""
_SHORTEST_COUNTRY: Final = 7
"""Letters of a word that may be the misspelt name of another country; many short words look like one."""
_OF_KAZAKHSTAN: Final = frozenset(
    {
        *("kazakhstan", "to_kazakhstan", "from_kazakhstan", "kazakh", "house", "nauryz", "yasawi"),
        *("almaty", "astana", "shymkent", "turkistan", "kz_city", "landmark_almaty", "landmark_other"),
    }
)

Counts = dict[Group, Counter[int]]
"""How often a text has each feature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Turns texts into features."""

    concepts: Concepts = field(repr=False)
    misspellings: Misspellings = field(repr=False)
    known: frozenset[str] = field(repr=False)
    """Keys of words that are no misspellings: those of the examples."""

    @classmethod
    def knowing(cls, known: frozenset[str]) -> Self:
        """Return a reader that takes these words as they are."""
        concepts = Concepts.read()
        return cls(concepts=concepts, misspellings=Misspellings.of(concepts), known=known)

    def read(self, text: str) -> list[str]:
        """Return the words of a text; of a text typed on the wrong keyboard layout what was meant."""
        found = words(text)
        if found and not self.concepts.found_in(found):
            meant = words(other_layout(text))
            if self.concepts.found_in(meant):
                return meant
        return found

    def counts(self, sentence: Sequence[str]) -> Counts:
        """Return the features of some words (see ``read``)."""
        concepts = self.concepts_of(sentence)
        return {
            Group.LETTERS: _hashed(Group.LETTERS, _pieces(map(folded, sentence), 2, 5)),
            Group.SOUNDS: _hashed(Group.SOUNDS, _pieces(map(sound, sentence), 3, 4)),
            Group.CONCEPTS: _hashed(Group.CONCEPTS, concepts),
            Group.PAIRS: _hashed(Group.PAIRS, _pairs(concepts)),
        }

    def concepts_of(self, sentence: Sequence[str]) -> list[str]:
        """Return the concepts of some words (see ``read``), those behind misspelt words last.

        Other countries come first: ``BESIDE`` where Kazakhstan is named, else ``ELSEWHERE`` by name too.
        """
        names = dict.fromkeys(self.concepts.found_in(sentence))
        for word in sentence:
            if key(word) not in self.known and not self.concepts.found_in([word]):
                names |= dict.fromkeys(
                    name
                    for name in self.misspellings.guess(word)
                    if name not in _OTHER_COUNTRIES or len(word) >= _SHORTEST_COUNTRY
                )
        others = [name for name in names if name not in _OTHER_COUNTRIES]
        if len(others) == len(names):
            return others
        return [BESIDE, *others] if names.keys() & _OF_KAZAKHSTAN else [ELSEWHERE, *names]


def _pairs(concepts: Sequence[str]) -> Iterator[str]:
    for pair in combinations(sorted(concepts[:MOST_CONCEPTS]), 2):
        yield " ".join(pair)


def _pieces(parts: Iterator[str], shortest: int, longest: int) -> Iterator[str]:
    for part in parts:
        whole = f" {part} "
        for length in range(shortest, longest + 1):
            for start in range(len(whole) - length + 1):
                yield whole[start : start + length]


def _hashed(group: Group, names: Iterator[str] | Sequence[str]) -> Counter[int]:
    salt = crc32(group.encode())
    return Counter(crc32(name.encode(), salt) for name in names)
