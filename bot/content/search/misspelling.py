"""Concepts behind misspelt words: a letter too many, too few, swapped or another one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Self

from bot.content.search.concepts import Concepts
from bot.content.search.spelling import key, squeezed

SHORTEST: Final = 5
"""Letters of a word from which on a guess is more often right than wrong."""
_SHORTEST_BEGINNING: Final = 6

_Table = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspellings:
    """The words of the concepts, each with every way to leave out one letter but the first."""

    words: _Table = field(repr=False)
    beginnings: _Table = field(repr=False)

    @classmethod
    def of(cls, concepts: Concepts) -> Self:
        """Prepare the look-up of misspelt words."""
        return cls(
            words=_shortened([*concepts.exact.items(), *concepts.stems.items()], SHORTEST),
            beginnings=_shortened(concepts.beginnings.items(), _SHORTEST_BEGINNING),
        )

    def guess(self, word: str) -> Iterator[str]:
        """Yield the concepts that a word may belong to which belongs to none as it is written."""
        short, whole = key(word), squeezed(word)
        if len(short) >= SHORTEST:
            for near in _without_one(short):
                yield from self.words.get(near, ())
            for length in range(SHORTEST, len(whole) + 1):
                yield from self.beginnings.get(whole[:length], ())


def _shortened(patterns: Iterable[tuple[str, tuple[str, ...]]], shortest: int) -> _Table:
    table: _Table = {}
    for pattern, names in patterns:
        if len(pattern) >= shortest and " " not in pattern:
            for near in _without_one(pattern):
                table[near] = (*table.get(near, ()), *names)
    return table


def _without_one(word: str) -> list[str]:
    """Return a word, and the word without each of its letters but the first."""
    return [word, *dict.fromkeys(word[:place] + word[place + 1 :] for place in range(1, len(word)))]
