"""Learns a model from the example questions: ridge regression by conjugate gradients, in plain NumPy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.content.pack import Content
from bot.content.search.concepts import LIST
from bot.content.search.elsewhere import elsewhere
from bot.content.search.features import ELSEWHERE, Counts, Reader
from bot.content.search.model import NONE, Floats, Model, Vector, Vocabulary, fingerprint
from bot.content.search.spelling import key, words
from bot.content.search.variants import variants
from bot.content.sections import INTENTS, OFFTOPIC, REJECTED, Section

LABELS: Final = (*INTENTS, *sorted(REJECTED), *Section, NONE)
"""What a model gives scores to."""

_OF_EACH_COUNTRY: Final = frozenset(
    {Section.VISA, Section.TOURISM, Section.EDUCATION, Section.INVESTMENT, Section.FLIGHTS}
)
"""Sections whose questions are off-topic when they name another country instead of Kazakhstan."""
_SEED: Final = 1
_SEEN: Final = 4
"""Texts that a feature, or a known word, must stand in."""
_RIDGE: Final = 1.0
"""How strongly small weights are preferred."""
_STEPS: Final = 16
"""Steps of the conjugate gradients; more of them learn the examples by heart and answer no better."""
_STEPS_OF_INT8: Final = 127
_CHUNK: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """Rows of texts over columns of features, without the zeros."""

    places: npt.NDArray[np.intp] = field(repr=False)
    values: Floats = field(repr=False)
    starts: npt.NDArray[np.intp] = field(repr=False)
    """Where each row begins; every row has at least one value."""

    def times(self, other: Floats) -> Floats:
        """Return the product with a dense matrix that has a row for each column of this one."""
        ends = np.append(self.starts[1:], len(self.places))
        product = np.empty((len(self.starts), other.shape[1]), np.float32)
        first = 0
        while first < len(self.starts):
            last = max(first + 1, int(np.searchsorted(ends, self.starts[first] + _CHUNK, "right")))
            part = slice(self.starts[first], ends[last - 1])
            terms = other[self.places[part]] * self.values[part, None]
            product[first:last] = np.add.reduceat(terms, self.starts[first:last] - self.starts[first])
            first = last
        return product


def train(content: Content) -> Model:
    """Learn from the example questions of a pack; takes half a minute."""
    asked = [
        (text, intent)
        for intent, ways in content.questions.items()
        for texts in ways.values()
        for text in texts
    ]
    return fit(asked, fingerprint(content.questions, LIST.read_bytes()))


def fit(asked: Sequence[tuple[str, str]], known_as: str = "") -> Model:
    """Learn from texts and the intent of each; its variants are learnt as well."""
    chance = Random(_SEED)  # noqa: S311 - the same variants each time, nothing secret
    reader = Reader.knowing(_known(text for text, _ in asked))
    more = [
        (other, intent) for text, intent in asked for other in variants(text, chance, asks=intent in INTENTS)
    ]
    more += [(other, OFFTOPIC) for other in _elsewhere(asked, reader, chance)]
    texts = [reader.counts(reader.read(text)) for text, _ in [*asked, *more]]
    intents = [intent for _, intent in [*asked, *more]]
    vocabulary = _vocabulary(texts)
    vectors = [vocabulary.vector(counts) for counts in texts]
    told = [row for row, (places, _) in enumerate(vectors) if len(places)]
    targets = np.full((len(told), len(LABELS)), -1, np.float32)
    for row, place in enumerate(told):
        section = INTENTS.get(intents[place], NONE)
        targets[row, LABELS.index(intents[place])] = targets[row, LABELS.index(section)] = 1
    weights = _solve(*_matrices([vectors[row] for row in told]), targets)
    scale = np.maximum(np.abs(weights).max(0), 1e-9) / _STEPS_OF_INT8
    return Model(
        labels=LABELS,
        vocabulary=vocabulary,
        weights=np.rint(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        known=reader.known,
        fingerprint=known_as,
    )


def _elsewhere(asked: Iterable[tuple[str, str]], reader: Reader, chance: Random) -> Iterator[str]:
    """Yield what people may ask about other countries, which the House leaves to others."""
    for text, intent in asked:
        other = elsewhere(text, chance) if INTENTS.get(intent) in _OF_EACH_COUNTRY else None
        if other and reader.concepts_of(reader.read(other))[:1] == [ELSEWHERE]:
            yield other


def _known(texts: Iterable[str]) -> frozenset[str]:
    times = Counter(word for text in texts for word in {key(each) for each in words(text)})
    return frozenset(word for word, often in times.items() if often >= _SEEN)


def _vocabulary(texts: Sequence[Counts]) -> Vocabulary:
    seen = Counter(feature for counts in texts for group in counts.values() for feature in group)
    often = sorted((feature, times) for feature, times in seen.items() if times >= _SEEN)
    times = np.array([each for _, each in often], np.float32)
    return Vocabulary(
        hashes=np.array([feature for feature, _ in often], np.uint32),
        rarity=np.log1p(len(texts) / times).astype(np.float16).astype(np.float32),
    )


def _matrices(vectors: Sequence[Vector]) -> tuple[_Matrix, _Matrix]:
    """Return texts over features, and features over texts; no text may be without features."""
    rows = np.repeat(np.arange(len(vectors)), [len(places) for places, _ in vectors])
    columns = np.concatenate([places for places, _ in vectors])
    values = np.concatenate([values for _, values in vectors]).astype(np.float32)
    order = np.argsort(columns, kind="stable")
    return _compressed(rows, columns, values), _compressed(columns[order], rows[order], values[order])


def _compressed(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], values: Floats) -> _Matrix:
    return _Matrix(places=columns, values=values, starts=np.flatnonzero(np.diff(rows, prepend=-1)))


def _solve(texts: _Matrix, features: _Matrix, targets: Floats) -> Floats:
    """Return the weights with the least squared error plus ridge, all labels at once."""
    residual = features.times(targets)
    weights = np.zeros_like(residual)
    direction = residual.copy()
    error = _squares(residual)
    for _ in range(_STEPS):
        curved = features.times(texts.times(direction)) + _RIDGE * direction
        step = (error / np.maximum(np.einsum("ij,ij->j", direction, curved), 1e-12)).astype(np.float32)
        weights += step * direction
        residual -= step * curved
        now = _squares(residual)
        direction = residual + (now / np.maximum(error, 1e-12)).astype(np.float32) * direction
        error = now
    return weights


def _squares(matrix: Floats) -> npt.NDArray[np.float64]:
    squares: npt.NDArray[np.float64] = np.einsum("ij,ij->j", matrix, matrix, dtype=np.float64)
    return squares
