"""What was learnt from the examples: a weight for each feature and each label, in a small file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bot.content.search.features import WEIGHTS, Counts, Group

FILE: Final = "search.npz"
"""The name of the model's file in a pack's folder."""

NONE: Final = "none"
"""The section of what is rejected."""

_GROUPS: Final = tuple(Group)

Floats = npt.NDArray[np.float32]
Vector = tuple[npt.NDArray[np.intp], Floats]
"""Positions of features in the vocabulary, and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The features that came often enough to learn from, and how rare each is."""

    hashes: npt.NDArray[np.uint32] = field(repr=False)
    """Ascending."""
    rarity: Floats = field(repr=False)
    """Inverse document frequency, one for each hash."""

    def vector(self, counts: Counts) -> Vector:
        """Return positions and values of a text's known features, each group as long as its weight."""
        places, values = [], []
        for group in _GROUPS:
            hashes = np.fromiter(counts[group], np.uint32, len(counts[group]))
            often = np.fromiter(counts[group].values(), np.float32, len(counts[group]))
            place = np.searchsorted(self.hashes, hashes).clip(max=len(self.hashes) - 1)
            known = self.hashes[place] == hashes
            value = (1 + np.log(often[known])) * self.rarity[place[known]]
            length = np.sqrt(value @ value) or 1
            places.append(place[known])
            values.append(value * np.float32(WEIGHTS[group] / length))
        return np.concatenate(places), np.concatenate(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A linear model: the score of a label is the sum of its weights over a text's features."""

    labels: tuple[str, ...]
    """Intents, the ``none_*`` ones included, then sections and ``none``."""
    vocabulary: Vocabulary = field(repr=False)
    weights: npt.NDArray[np.int8] = field(repr=False)
    """A row for each feature, a column for each label."""
    scale: Floats = field(repr=False)
    """What one step of a label's weights is worth."""
    known: frozenset[str] = field(repr=False)
    """Keys of the words of the examples."""
    fingerprint: str
    """Of the examples it was trained on."""

    def scores(self, counts: Counts) -> Floats:
        """Return a score for each label: about 1 where it fits, about -1 where it does not."""
        places, values = self.vocabulary.vector(counts)
        return values @ self.weights[places].astype(np.float32) * self.scale

    def save(self, path: Path) -> None:
        """Write the model to a file."""
        about = {"labels": self.labels, "fingerprint": self.fingerprint, "known": sorted(self.known)}
        np.savez_compressed(
            path,
            about=np.frombuffer(json.dumps(about).encode(), np.uint8),
            hashes=self.vocabulary.hashes,
            rarity=self.vocabulary.rarity.astype(np.float16),
            weights=self.weights,
            scale=self.scale,
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a model from a file that ``save`` wrote."""
        with np.load(path, allow_pickle=False) as parts:
            about = json.loads(parts["about"].tobytes())
            vocabulary = Vocabulary(hashes=parts["hashes"], rarity=parts["rarity"].astype(np.float32))
            return cls(
                labels=tuple(about["labels"]),
                vocabulary=vocabulary,
                weights=parts["weights"],
                scale=parts["scale"],
                known=frozenset(about["known"]),
                fingerprint=about["fingerprint"],
            )


def fingerprint(examples: Mapping[str, Mapping[str, tuple[str, ...]]], *others: bytes) -> str:
    """Return what tells two sets of examples apart."""
    text = json.dumps({intent: dict(ways) for intent, ways in examples.items()}, sort_keys=True)
    return hashlib.sha256(b"\0".join([text.encode(), *others])).hexdigest()[:16]
