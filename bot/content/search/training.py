"""Learns a model from the example questions: ridge regression by conjugate gradients, in plain NumPy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.content.search.concepts import LIST, Concepts
from bot.content.search.features import Counts, Reader
from bot.content.search.model import Floats, Model, Vocabulary, fingerprint
from bot.content.sections import INTENTS, REJECTED, Section

NONE: Final = "none"
"""The section of what is rejected."""
LABELS: Final = (*INTENTS, *sorted(REJECTED), *Section, NONE)
"""What a model gives scores to."""

Examples = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Example questions: intent, then way of writing."""

_SEEN: Final = 2
"""Texts that a feature must stand in to be learnt."""
_RIDGE: Final = 0.7
"""How strongly small weights are preferred."""
_STEPS: Final = 40
"""Most steps of the conjugate gradients."""
_CLOSE: Final = 1e-3
"""The part of the first error at which they stop."""
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


def train(examples: Examples) -> Model:
    """Learn from example questions; takes about a minute."""
    reader = Reader(concepts=Concepts.read())
    pairs = [
        (reader.counts(reader.read(text)), intent)
        for intent, ways in examples.items()
        for texts in ways.values()
        for text in texts
    ]
    known = fingerprint(examples, LIST.read_bytes())
    return fit([counts for counts, _ in pairs], [intent for _, intent in pairs], known)


def fit(texts: Sequence[Counts], intents: Sequence[str], known: str = "") -> Model:
    """Learn from texts whose features are counted already, and what each means."""
    vocabulary = _vocabulary(texts)
    targets = np.full((len(texts), len(LABELS)), -1, np.float32)
    for row, intent in enumerate(intents):
        targets[row, LABELS.index(intent)] = targets[row, LABELS.index(INTENTS.get(intent, NONE))] = 1
    weights = _solve(*_matrices(vocabulary, texts), targets)
    scale = np.maximum(np.abs(weights).max(0), 1e-9) / _STEPS_OF_INT8
    return Model(
        labels=LABELS,
        vocabulary=vocabulary,
        weights=np.rint(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        fingerprint=known,
    )


def _vocabulary(texts: Sequence[Counts]) -> Vocabulary:
    seen = Counter(feature for counts in texts for group in counts.values() for feature in group)
    often = sorted((feature, times) for feature, times in seen.items() if times >= _SEEN)
    times = np.array([each for _, each in often], np.float32)
    return Vocabulary(
        hashes=np.array([feature for feature, _ in often], np.uint32),
        rarity=np.log1p(len(texts) / times).astype(np.float16).astype(np.float32),
    )


def _matrices(vocabulary: Vocabulary, texts: Sequence[Counts]) -> tuple[_Matrix, _Matrix]:
    """Return texts over features, and features over texts."""
    vectors = [vocabulary.vector(counts) for counts in texts]
    rows = np.repeat(np.arange(len(texts)), [len(places) for places, _ in vectors])
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
    error = first = _squares(residual)
    for _ in range(_STEPS):
        curved = features.times(texts.times(direction)) + _RIDGE * direction
        step = (error / np.maximum(np.einsum("ij,ij->j", direction, curved), 1e-12)).astype(np.float32)
        weights += step * direction
        residual -= step * curved
        now = _squares(residual)
        if (now < _CLOSE**2 * first).all():
            break
        direction = residual + (now / np.maximum(error, 1e-12)).astype(np.float32) * direction
        error = now
    return weights


def _squares(matrix: Floats) -> npt.NDArray[np.float64]:
    squares: npt.NDArray[np.float64] = np.einsum("ij,ij->j", matrix, matrix, dtype=np.float64)
    return squares
