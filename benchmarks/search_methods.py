"""Compares ways to search by cross-validation over the example questions.

Questions that say the same in other words or another script stay in one part, so that no method can answer a
question because it knows its translation. ``--split ways`` leaves out one way of writing at a time instead.
"""

import argparse
import random
import sqlite3
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.content.loader import load_content
from bot.content.search.features import Reader
from bot.content.search.finding import aside, probabilities
from bot.content.search.sounds import sound
from bot.content.search.spelling import folded, words
from bot.content.search.training import fit
from bot.content.sections import INTENTS, REJECTED

SAME = 0.5
"""The part of the sounds that two questions share when they are taken for one."""
FALSE = 0.03
"""The part of good questions that every method may reject; thresholds are set to it."""
LABELS = [*INTENTS, *sorted(REJECTED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example question."""

    text: str
    intent: str
    way: str
    group: int
    """Questions with the same number say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a method says to a question."""

    scores: Mapping[str, float]
    aside: float
    """How much it looks like something to reject."""


Method = Callable[[Sequence[Example]], Callable[[str], Answer]]


def main() -> None:
    """Print a table of methods."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["groups", "random", "ways"], default="groups")
    parser.add_argument("--parts", type=int, default=5, help="how many of five parts to test")
    parser.add_argument("--only", nargs="*", choices=list(METHODS), default=list(METHODS))
    options = parser.parse_args()
    examples = _examples()
    print(f"{len(examples)} questions, split by {options.split}")
    print(f"{'method':24}{'way':7} sec@1  sec@3  int@1  int@3  rejected at {FALSE:.0%} false   s/part")
    for name in options.only:
        started = time.perf_counter()
        answered = [
            (example, answer)
            for train, test in list(_splits(examples, options.split))[: options.parts]
            for example, answer in _tried(METHODS[name], train, test)
        ]
        seconds = (time.perf_counter() - started) / options.parts
        for way in ["all", *sorted({example.way for example in examples})]:
            here = [(example, answer) for example, answer in answered if way in {"all", example.way}]
            print(f"{name if way == 'all' else '':24}{way:7}{_row(here)}   {seconds:8.1f}", flush=True)


def _tried(method: Method, train: list[Example], test: list[Example]) -> Iterator[tuple[Example, Answer]]:
    answer = method(train)
    for example in test:
        yield example, answer(example.text)


def _row(answered: Sequence[tuple[Example, Answer]]) -> str:
    asked = [
        (example.intent, _best(answer), answer.aside)
        for example, answer in answered
        if example.intent in INTENTS
    ]
    limit = np.quantile([aside for _, _, aside in asked], 1 - FALSE)
    none = [float(answer.aside > limit) for example, answer in answered if example.intent in REJECTED]
    shares = [
        statistics.mean(
            INTENTS[intent] in {INTENTS[each] for each in best[:first]} for intent, best, _ in asked
        )
        for first in (1, 3)
    ] + [statistics.mean(intent in best[:first] for intent, best, _ in asked) for first in (1, 3)]
    return "".join(f"{100 * share:7.1f}" for share in [*shares, statistics.mean(none)])


def _best(answer: Answer) -> list[str]:
    return sorted(INTENTS, key=lambda intent: -answer.scores.get(intent, -9.0))[:3]


def _examples() -> list[Example]:
    found, group = [], 0
    for intent, ways in load_content().questions.items():
        texts = [(text, way) for way, several in ways.items() for text in several]
        heard = [{sound(word) for word in words(text)} - {""} for text, _ in texts]
        same = list(range(len(texts)))
        for one, two in combinations(range(len(texts)), 2):
            if len(heard[one] & heard[two]) >= max(2, SAME * len(heard[one] | heard[two])):
                same = [same[one] if each == same[two] else each for each in same]
        found += [
            Example(text=text, intent=intent, way=way, group=group + number)
            for (text, way), number in zip(texts, same, strict=True)
        ]
        group += len(texts)
    return found


def _splits(examples: Sequence[Example], by: str) -> Iterator[tuple[list[Example], list[Example]]]:
    part: dict[int, object] = {}
    if by == "ways":
        part = {number: example.way for number, example in enumerate(examples)}
    else:
        groups = [example.group if by == "groups" else number for number, example in enumerate(examples)]
        shuffled = sorted(set(groups))
        random.Random(0).shuffle(shuffled)
        place = {group: number % 5 for number, group in enumerate(shuffled)}
        part = {number: place[group] for number, group in enumerate(groups)}
    for held in sorted(set(part.values()), key=str):
        train = [example for number, example in enumerate(examples) if part[number] != held]
        yield train, [example for number, example in enumerate(examples) if part[number] == held]


def _plain(text: str) -> str:
    return " ".join(map(folded, words(text)))


def full_text(train: Sequence[Example]) -> Callable[[str], Answer]:
    """SQLite's FTS5 with BM25 over normalised text; an intent is as good as its best example."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE example USING fts5(text, intent UNINDEXED, prefix='5')")
    base.executemany(
        "INSERT INTO example VALUES (?, ?)", [(_plain(each.text), each.intent) for each in train]
    )

    def answer(text: str) -> Answer:
        query = " OR ".join(
            f'"{word[:5]}"*' if len(word) > 5 else f'"{word}"' for word in _plain(text).split()
        )
        if not query:
            return Answer(scores={}, aside=1)
        ask = "SELECT intent, -rank FROM example WHERE example MATCH ? ORDER BY rank LIMIT 200"
        scores: dict[str, float] = {}
        for intent, score in base.execute(ask, [query]):
            scores.setdefault(intent, score)
        return _answer(scores)

    return answer


def nearest(train: Sequence[Example]) -> Callable[[str], Answer]:
    """The nearest example by character n-grams."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    known = vectors.fit_transform([_plain(each.text) for each in train])
    places = defaultdict(list)
    for row, each in enumerate(train):
        places[each.intent].append(row)

    def answer(text: str) -> Answer:
        near = (known @ vectors.transform([_plain(text)]).T).toarray().ravel()
        return _answer({intent: float(near[rows].max()) for intent, rows in places.items()})

    return answer


def linear(make: Callable[[], LogisticRegression | LinearSVC]) -> Method:
    """A linear classifier over character n-grams."""

    def method(train: Sequence[Example]) -> Callable[[str], Answer]:
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        classes = make().fit(
            vectors.fit_transform([_plain(each.text) for each in train]), [each.intent for each in train]
        )

        def answer(text: str) -> Answer:
            scores = classes.decision_function(vectors.transform([_plain(text)]))[0]
            return _answer(dict(zip(classes.classes_, scores.tolist(), strict=True)))

        return answer

    return method


def blend(train: Sequence[Example]) -> Callable[[str], Answer]:
    """Ranks of the three above, added."""
    parts = [full_text(train), nearest(train), linear(lambda: LinearSVC(C=0.3))(train)]

    def answer(text: str) -> Answer:
        scores: dict[str, float] = defaultdict(float)
        for part in parts:
            ranked = sorted(part(text).scores.items(), key=lambda pair: -pair[1])
            for place, (intent, _) in enumerate(ranked):
                scores[intent] += 1 / (place + 2)
        return _answer(scores)

    return answer


def chosen(train: Sequence[Example]) -> Callable[[str], Answer]:
    """The search of the bot."""
    model = fit([(each.text, each.intent) for each in train])
    reader = Reader.knowing(model.known)

    def answer(text: str) -> Answer:
        score = dict(zip(model.labels, model.scores(reader.counts(reader.read(text))).tolist(), strict=True))
        return Answer(scores=probabilities(score), aside=aside(score))

    return answer


def _answer(scores: Mapping[str, float]) -> Answer:
    least = min(scores.values(), default=0.0) - 1
    aside = max(scores.get(intent, least) for intent in REJECTED)
    return Answer(scores=scores, aside=aside - max(scores.get(intent, least) for intent in INTENTS))


METHODS: dict[str, Method] = {
    "BM25 (SQLite FTS5)": full_text,
    "nearest neighbour": nearest,
    "logistic regression": linear(lambda: LogisticRegression(C=20, max_iter=60, tol=1e-3)),
    "linear SVM": linear(lambda: LinearSVC(C=0.3)),
    "blend of three": blend,
    "chosen": chosen,
}


if __name__ == "__main__":
    main()
