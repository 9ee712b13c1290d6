"""Words that mean the same in four ways of writing: ``fee``, ``فیس``, ``алым`` and ``fees`` are one concept.

``concepts.txt`` lists them, a concept a line: its name, a colon, its words. ``*`` at the end stands for any
ending, ``_`` joins words that stand side by side.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bot.content.search.spelling import key, squeezed, words

LIST: Final = Path(__file__).with_name("concepts.txt")
"""The concepts that ship."""

_LONGEST: Final = 3
"""Words in the longest pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The list, ready for look-ups; a word may belong to several concepts."""

    exact: dict[str, tuple[str, ...]]
    beginnings: dict[str, tuple[str, ...]]

    @classmethod
    def read(cls, path: Path = LIST) -> Self:
        """Read a list of concepts."""
        exact: dict[str, tuple[str, ...]] = {}
        beginnings: dict[str, tuple[str, ...]] = {}
        for name, pattern in _patterns(path.read_text(encoding="utf-8").splitlines()):
            parts = words(pattern.replace("_", " ").rstrip("*"))
            last = squeezed(parts[-1]) if pattern.endswith("*") else key(parts[-1])
            found = " ".join([*map(key, parts[:-1]), last])
            table = beginnings if pattern.endswith("*") else exact
            table[found] = (*table.get(found, ()), name)
        return cls(exact=exact, beginnings=beginnings)

    def found_in(self, sentence: Sequence[str]) -> list[str]:
        """Return the concepts of some words (see ``spelling.words``), each once, in order."""
        keys, whole = [key(word) for word in sentence], [squeezed(word) for word in sentence]
        names: dict[str, None] = {}
        for end in range(1, len(sentence) + 1):
            for start in range(max(0, end - _LONGEST), end):
                before = "".join(f"{each} " for each in keys[start : end - 1])
                for name in self._named(before, keys[end - 1], whole[end - 1]):
                    names[name] = None
        return list(names)

    def _named(self, before: str, last: str, whole: str) -> Iterator[str]:
        yield from self.exact.get(before + last, ())
        for length in range(1, len(whole) + 1):
            yield from self.beginnings.get(before + whole[:length], ())


def _patterns(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line and not line.startswith("#"):
            name, _, patterns = line.partition(":")
            for pattern in patterns.split():
                yield name, pattern
