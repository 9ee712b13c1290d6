"""Words that mean the same in four ways of writing: ``fee``, ``فیس``, ``алым`` and ``fees`` are one concept.

``concepts.txt`` lists them, a concept a line: its name, a colon, its words. ``*`` at the end stands for any
ending, ``_`` joins words that stand side by side; a Cyrillic word is found with the endings of Kazakh nouns.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bot.content.search.spelling import as_kazakh, is_cyrillic, is_latin, key, squeezed, words

LIST: Final = Path(__file__).with_name("concepts.txt")
"""The concepts that ship."""

_LONGEST: Final = 3
"""Words in the longest pattern."""
_SURELY_KAZAKH: Final = 4
"""Letters that Kazakh in Latin letters must share with a pattern: shorter words are Roman Urdu as well."""
_ENDING: Final = re.compile(
    "([лдт]ик)?([лдт][ае]р)?(и?миз|и?низ|си|(?<![аеиоу])и|и?[мн])?"
    "([ндт]ин?|[кг][ае]|[ндт][ае]н?|нд[ае]н?|[мбп]ен|н|(?<=[мн])[ае])?(ги)?|сиз|[лдт]и"
)
"""Derivation, plural, possessive, case of a Kazakh noun in folded letters; or "without", "with"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The list, ready for look-ups; a word may belong to several concepts."""

    exact: dict[str, tuple[str, ...]]
    beginnings: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    """Of Kazakh nouns."""
    starts: frozenset[str]
    """What stands before the last word of a pattern: nothing, or words with a space after each."""

    @classmethod
    def read(cls, path: Path = LIST) -> Self:
        """Read a list of concepts."""
        exact: dict[str, tuple[str, ...]] = {}
        beginnings: dict[str, tuple[str, ...]] = {}
        stems: dict[str, tuple[str, ...]] = {}
        for name, pattern in _patterns(path.read_text(encoding="utf-8").splitlines()):
            parts = words(pattern.replace("_", " ").rstrip("*"))
            last = squeezed(parts[-1]) if pattern.endswith("*") else key(parts[-1])
            found = " ".join([*map(key, parts[:-1]), last])
            table = beginnings if pattern.endswith("*") else stems if is_cyrillic(last) else exact
            table[found] = (*table.get(found, ()), name)
        starts = {pattern[: pattern.rfind(" ") + 1] for pattern in (*exact, *beginnings, *stems)}
        return cls(exact=exact, beginnings=beginnings, stems=stems, starts=frozenset(starts))

    def found_in(self, sentence: Sequence[str]) -> list[str]:
        """Return the concepts of some words (see ``spelling.words``), each once, in order."""
        names = dict.fromkeys(
            self._names([key(word) for word in sentence], [squeezed(word) for word in sentence])
        )
        if any(is_latin(word) for word in sentence):
            kazakh = [as_kazakh(word) if is_latin(word) else "" for word in sentence]
            names |= dict.fromkeys(self._names(kazakh, kazakh, shortest=_SURELY_KAZAKH))
        return list(names)

    def _names(self, keys: Sequence[str], whole: Sequence[str], shortest: int = 1) -> Iterator[str]:
        for end in range(1, len(keys) + 1):
            for start in range(max(0, end - _LONGEST), end):
                before = "".join(f"{each} " for each in keys[start : end - 1])
                if before not in self.starts:
                    continue
                yield from self._named(before, keys[end - 1], whole[end - 1], shortest)

    def _named(self, before: str, last: str, whole: str, shortest: int) -> Iterator[str]:
        yield from self.exact.get(before + last, ())
        for length in range(shortest, len(whole) + 1):
            yield from self.beginnings.get(before + whole[:length], ())
            if (names := self.stems.get(before + whole[:length])) and _ENDING.fullmatch(whole, length):
                yield from names


def _patterns(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line and not line.startswith("#"):
            name, _, patterns = line.partition(":")
            for pattern in patterns.split():
                yield name, pattern
