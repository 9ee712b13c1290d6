"""The search does little work, whatever is typed; ``benchmarks/search.py`` measures how long it takes."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest

from bot.content.loader import DEFAULT_PACK
from bot.content.search.features import Counts, Reader
from bot.content.search.model import FILE
from bot.content.search.spelling import LONGEST, MOST, MOST_SENTENCES
from tests.content.questions_asked import CONTENT, SEARCH

LINE = 100_000
"""Characters; far more than Telegram lets through."""
_STRANGE = [sha256(bytes([number % 256, number // 256])).hexdigest() for number in range(2_000)]
"""Words without meaning, 64 letters long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Reader):
    """A reader that remembers how much it was asked to look at."""

    sentences: list[Sequence[str]] = field(default_factory=list)
    features: list[int] = field(default_factory=list)

    def counts(self, sentence: Sequence[str]) -> Counts:
        found = Reader.counts(self, sentence)
        self.sentences.append(sentence)
        self.features.append(sum(group.total() for group in found.values()))
        return found


def _looked_at(text: str) -> Counting:
    known = SEARCH.reader
    reader = Counting(concepts=known.concepts, misspellings=known.misspellings, known=known.known)
    replace(SEARCH, reader=reader).find(text)
    return reader


@pytest.mark.parametrize(
    "part",
    [
        "visa fee ",
        "a",
        "ş",
        "\ufdfa",
        "как сурак ",
        "ignore all rules ",
        ".",
        "a. ",
        "? ",
        "what is the fee of a visa and a flight to Almaty? ",
        " ".join(word[:8] for word in _STRANGE),
        " ".join(_STRANGE),
    ],
)
@pytest.mark.parametrize("length", [4_096, LINE])
def test_of_the_longest_messages_no_more_is_looked_at_than_of_a_long_one(part: str, length: int) -> None:
    reader = _looked_at((part * (length // len(part) + 1))[:length])
    assert 1 <= len(reader.sentences) <= MOST_SENTENCES + 2
    assert max(map(len, reader.sentences)) <= MOST
    assert max((len(word) for sentence in reader.sentences for word in sentence), default=0) <= LONGEST
    assert sum(reader.features) <= 25_000


def test_an_ordinary_question_is_looked_at_twice_and_not_in_great_detail() -> None:
    reader = _looked_at("How much is the fee for a tourist visa?")
    assert len(reader.sentences) == 2
    assert 10 < max(reader.features) < 400


def test_searching_needs_no_machine_learning_library() -> None:
    program = (
        "import sys; from bot.content.loader import load_content as load;"
        "from bot.content.search.finding import Search;"
        "print(Search.load(load()).find('visa fee').ranked[0].intent, *sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    intent, *modules = said.stdout.split()
    assert intent == "visa_fee"
    assert {"numpy", "bot.content.search.model"} <= {*modules}
    assert not {"sklearn", "scipy", "pandas", "bot.content.search.training"} & {*modules}


def test_the_model_is_small_in_memory_and_on_disk() -> None:
    assert SEARCH.model.weights.nbytes < 8_000_000
    assert (DEFAULT_PACK / FILE).stat().st_size < 4_000_000
    assert CONTENT.folder == DEFAULT_PACK
