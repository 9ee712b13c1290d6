"""Choices in words: which of a question's choices somebody typed instead of tapping."""

import re
from collections.abc import Iterable, Sequence

from bot.content.schema import Choice
from bot.content.search.spelling import folded, words
from bot.i18n.catalogues import Translator

_BETWEEN = (re.compile(r"[,;،؛/+&\n]"), re.compile(r"\s(?:and|aur|және|мен|пен|бен|اور)\s", re.IGNORECASE))
"""What stands between several choices, tried in this order: labels hold some of it, too."""
_LONGEST = 600
"""Characters of a text that may name choices: all of a question's labels together are shorter."""
_TELLING = 3
"""Letters of a word that may stand for a whole label."""


def named(choices: Sequence[Choice], text: str, translators: Iterable[Translator]) -> tuple[str, ...]:
    """Return the ids of the choices that a text names, in any language; none when any part is not clear.

    A choice is named by its label, or by words of it that no other choice has ("family" for "A family").
    Case, spaces, marks and punctuation do not matter, nor do the letters of another keyboard.
    """
    if len(text) > _LONGEST:
        return ()
    labels = [(one.id, _words(tr.plain(one.label))) for tr in translators for one in choices]
    return _named(labels, text, _BETWEEN)


def _named(
    labels: Sequence[tuple[str, tuple[str, ...]]], text: str, between: Sequence[re.Pattern[str]]
) -> tuple[str, ...]:
    whole = _the_one(labels, _words(text))
    if whole or not between:
        return (whole,) if whole else ()
    parts = [part for part in between[0].split(text) if part.strip()]
    found = [_named(labels, part, between[1:]) for part in parts]
    return tuple(dict.fromkeys(one for each in found for one in each)) if all(found) else ()


def _the_one(labels: Sequence[tuple[str, tuple[str, ...]]], typed: tuple[str, ...]) -> str:
    """The only choice with this label, else the only one whose label has all these words."""
    same = {name for name, label in labels if typed and "".join(label) == "".join(typed)}
    if not same and any(len(word) >= _TELLING and not word.isdecimal() for word in typed):
        same = {name for name, label in labels if set(typed) <= set(label)}
    return same.pop() if len(same) == 1 else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in words(text))
