"""Questions that are no examples, what they mean, and what the search found for them."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean

from bot.content.loader import load_content
from bot.content.search.finding import Found, Search

CONTENT = load_content()
SEARCH = Search.load(CONTENT)

HELD_OUT = "held out"
UNSEEN = "unseen"
ENGLISH = "English held out"
STORIES = "stories held out"
STRANGERS = "strangers' held out"
FILES = {
    HELD_OUT: "held_out_questions.tsv",
    UNSEEN: "unseen_questions.tsv",
    ENGLISH: "held_out_english.tsv",
    STORIES: "held_out_stories.tsv",
    STRANGERS: "held_out_strangers.tsv",
}
"""Sets of questions, in the columns that the benchmark reads.

The held-out ones were written from the table of intents and the facts alone, by authors who had seen no
example and no concept, and were only ever scored; the stories are by the author of later examples, who kept
out what resembles them; the unseen ones are by the author of the concepts.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, what it means, and what was found."""

    way: str
    text: str
    section: str
    intent: str
    found: Found


@cache
def ask(name: str) -> tuple[Asked, ...]:
    """Return what the search makes of a set of questions."""
    with Path(__file__).with_name(FILES[name]).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Asked(
                way=row["lang"],
                text=row["text"],
                section=row["expected_section"],
                intent=row["expected_intent"],
                found=SEARCH.find(row["text"]),
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )


def in_scope(asked: Sequence[Asked], way: str | None = None) -> list[Asked]:
    """Return the questions that have an answer, of one way of writing or of all."""
    return [each for each in asked if each.section != "none" and way in {None, each.way}]


def out_of_scope(asked: Sequence[Asked]) -> list[Asked]:
    """Return the questions to be rejected."""
    return [each for each in asked if each.section == "none"]


def share(asked: Sequence[Asked], right: Callable[[Asked], bool]) -> float:
    """Return the part of the questions for which something is true."""
    return mean(map(right, asked))


def rejected(each: Asked) -> bool:
    """Tell whether a question was rejected."""
    return each.found.rejected


def section_found(first: int) -> Callable[[Asked], bool]:
    """Return a check that the section is among those of the first so many intents."""
    return lambda each: each.section in {hit.section for hit in each.found.ranked[:first]}


def intent_found(first: int) -> Callable[[Asked], bool]:
    """Return a check that the intent is among the first so many."""
    return lambda each: each.intent in {hit.intent for hit in each.found.ranked[:first]}
