"""What a visitor's words ask for: intents, best first, or that they ask for nothing the House answers."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import numpy as np

from bot.content.loader import DEFAULT_PACK
from bot.content.pack import Content
from bot.content.schema import Article
from bot.content.search.concepts import LIST
from bot.content.search.features import ELSEWHERE, Reader
from bot.content.search.model import FILE, NONE, Model, fingerprint
from bot.content.search.spelling import joined, questions, sentences, words
from bot.content.sections import INTENTS, OFFTOPIC, REJECTED, SMALLTALK, Section

logger = logging.getLogger(__name__)

MOST_HITS: Final = 10
"""Intents that are ranked."""
REJECT_ABOVE: Final = -1.6
"""How far ``aside`` may go before a text is rejected; ``docs/search.md`` shows what each value costs."""

_SECTION_SHARE: Final = 0.4
"""How much the score of a section counts beside that of its intent."""
_SHARPNESS: Final = 5.0
"""Makes probabilities of scores; the value at which they come true most often in cross-validation."""
_ASKED: Final = 0.7
"""How much the sentences that ask count beside the whole of a message."""
_RESCUE: Final = 1.0
"""How much clearer a question must be than a whole message, to save it from being rejected on its own."""
_RESCUE_ELSEWHERE: Final = 1.5
"""The same where the message names another country and not Kazakhstan."""
_SAME: Final = 2.0
"""The score of an intent that has this very question among its examples."""
_CODE: Final = re.compile(
    r"\bkh(?:[-_\u2010-\u2015\u2212]\w{4}[-_\u2010-\u2015\u2212]\w{2}|\s*(?=\w*\s*\w*\d)\w{4}\s*\w{2})\b",
    re.IGNORECASE,
)
"""The reference code of an inquiry, as people copy it by hand; without dashes it must have a digit."""
_PARTING: Final = frozenset({"thanks", "bye"})
"""Concepts that end a talk."""
_GREETING: Final = "greeting"
"""The concept that begins one."""
_COURTESY: Final = frozenset({*_PARTING, _GREETING})
"""What is said around a question."""
_ASKING: Final = frozenset({"how", "how_many", "how_long", "who", "which", "where", "when", "list"})
"""Concepts of a sentence that asks, when none has a question mark."""
_OF_ALL: Final = frozenset({"kazakhstan", "to_kazakhstan", "from_kazakhstan"})
"""Concepts that tell no article from another."""
_FEW: Final = 2
"""Words that are too few to say what is asked, when nothing among them is known."""
_NOTHING: Final = 3
"""Features that a text needs to be understood at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that the visitor may have meant."""

    section: Section
    intent: str
    id: str
    """The article that answers best; empty when the pack has none."""
    score: float
    """Probability, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a text may mean."""

    rejected: bool
    """Small talk, off-topic or nothing readable: answer kindly, with the menu."""
    smalltalk: bool
    """Of what is rejected: a greeting, thanks or chat rather than a foreign topic."""
    parting: bool
    """Of small talk: thanks or a farewell, and no greeting."""
    vague: bool
    """Of what is rejected and no small talk: a word or two that name no other country, as "help", "price"."""
    ranked: tuple[Hit, ...]
    """Best first, even when rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Finds answers to anything that a visitor types; never raises."""

    reader: Reader
    model: Model = field(repr=False)
    current: bool
    """Whether the model was trained on the very questions of the pack."""
    examples: Mapping[str, str] = field(repr=False)
    """The intent of each example question, by its words."""
    articles: Mapping[str, tuple[tuple[str, frozenset[str]], ...]] = field(repr=False)
    """The ids of the articles of an intent, each with the concepts of its title and summary."""

    @classmethod
    def load(cls, content: Content) -> Self:
        """Make a pack searchable; takes a tenth of a second.

        The model is that of the pack's folder, or the one that ships. When the example questions were changed
        after it was trained, a warning is logged: questions typed just as in the examples are found all the
        same, others as well as before.
        """
        file = next(path for path in (content.folder / FILE, DEFAULT_PACK / FILE) if path.is_file())
        model = Model.load(file)
        current = model.fingerprint == fingerprint(content.questions, LIST.read_bytes())
        if not current:
            logger.warning("The example questions are newer than %s: train the search again.", _shown(file))
        reader = Reader.knowing(model.known)
        examples = {
            " ".join(words(text)): intent
            for intent, ways in content.questions.items()
            for texts in ways.values()
            for text in texts
        }
        about = {article.id: _concepts(article, reader) for article in content.articles.values()}
        articles = {
            intent: tuple((article.id, about[article.id]) for article in content.articles_for(intent))
            for intent in INTENTS
        }
        return cls(reader=reader, model=model, current=current, examples=examples, articles=articles)

    def find(self, text: str) -> Found:
        """Return what a text may mean; any text at all.

        A message of several sentences may ask several things, or tell a story before it asks: what is asked
        counts beside what the whole of it means, and what is told around it counts less. Thanks and greetings
        around a clear question do not count.
        """
        sentence = self.reader.read(text)
        whole = self._score(text, sentence)
        told = [self._score(each) for each in self._asked(text)]
        asked = told or self._without_courtesy(sentence) or self._joined(text)
        score = _with_asked(whole, asked)
        chances = probabilities(score)
        empty = self._says_nothing(sentence)
        rescue = _RESCUE_ELSEWHERE if ELSEWHERE in self.reader.concepts_of(sentence) else _RESCUE
        rejected = empty or _apart(whole, asked, rescue) > REJECT_ABOVE
        smalltalk = rejected and not empty and chances[SMALLTALK] > chances[OFFTOPIC]
        best = sorted(INTENTS, key=lambda intent: -chances[intent])[:MOST_HITS]
        return Found(
            rejected=rejected,
            smalltalk=smalltalk,
            parting=smalltalk and self._parts(sentence),
            vague=rejected and not smalltalk and self._is_vague(sentence),
            ranked=self._hits({intent: chances[intent] for intent in best}, sentence),
        )

    def _asked(self, text: str) -> list[str]:
        """Return what asks in a message of several sentences, by its mark, else by its words, else all."""
        if marked := questions(text):
            return marked
        told = sentences(text)
        return [each for each in told if not _ASKING.isdisjoint(self._concepts(each))] or told

    def _joined(self, text: str) -> list[dict[str, float]]:
        """Return the scores of questions joined by "and", when all are clear and ask different things."""
        scores = [self._score(each) for each in joined(text)]
        clear = all(aside(score) <= REJECT_ABOVE for score in scores)
        best = {max(INTENTS, key=probabilities(score).__getitem__) for score in scores}
        return scores if clear and len(best) > 1 else []

    def _concepts(self, text: str) -> list[str]:
        return self.reader.concepts_of(self.reader.read(text))

    def _score(self, text: str, sentence: list[str] | None = None) -> dict[str, float]:
        """Return the score of each label; ``sentence`` saves reading the text again."""
        read = self.reader.read(text) if sentence is None else sentence
        learnt = self.model.scores(self.reader.counts(read)).tolist()
        score = dict(zip(self.model.labels, learnt, strict=True))
        if same := "inquiry_status" if _CODE.search(text) else self.examples.get(" ".join(read)):
            score |= {**dict.fromkeys((*REJECTED, NONE), -1.0), same: _SAME}
        return score

    def _without_courtesy(self, sentence: list[str]) -> list[dict[str, float]]:
        """Return the score of what is left without thanks and greetings: "ok thanks how much is the fee"."""
        rest = [word for word in sentence if _COURTESY.isdisjoint(self.reader.concepts_of([word]))]
        return [self._score("", rest)] if rest and len(rest) < len(sentence) else []

    def _says_nothing(self, sentence: list[str]) -> bool:
        return sum(len(group) for group in self.reader.counts(sentence).values()) < _NOTHING

    def _parts(self, sentence: list[str]) -> bool:
        concepts = set(self.reader.concepts_of(sentence))
        return not concepts.isdisjoint(_PARTING) and _GREETING not in concepts

    def _is_vague(self, sentence: list[str]) -> bool:
        if len(sentence) > _FEW or self.examples.get(" ".join(sentence)) == OFFTOPIC:
            return False
        return ELSEWHERE not in self.reader.concepts_of(sentence)

    def _hits(self, chances: Mapping[str, float], sentence: list[str]) -> tuple[Hit, ...]:
        concepts = frozenset(self.reader.concepts_of(sentence)) - _OF_ALL
        return tuple(
            Hit(
                section=INTENTS[intent],
                intent=intent,
                id=self._best_article(intent, concepts),
                score=round(chance, 4),
            )
            for intent, chance in chances.items()
        )

    def _best_article(self, intent: str, concepts: frozenset[str]) -> str:
        """Return the id of the article whose title and summary share most concepts with the question."""
        articles = self.articles[intent]
        return max(articles, key=lambda article: len(concepts & article[1]))[0] if articles else ""


def _concepts(article: Article, reader: Reader) -> frozenset[str]:
    return frozenset(reader.concepts_of(reader.read(f"{article.title} {article.summary}")))


def aside(score: Mapping[str, float]) -> float:
    """Return how much more a text looks like something to reject than like a section: -4 is a good question.

    Ridge regression answers -1 to what it has never seen; asking also what the text *is* tells a short good
    question from a strange one.
    """
    rejected = sum(score[label] for label in (*REJECTED, NONE))
    return rejected - max(score[section] for section in Section)


def _apart(whole: Mapping[str, float], asked: Sequence[Mapping[str, float]], rescue: float) -> float:
    """Return how far a message looks like something to reject, as ``aside`` does.

    Its whole and its clearest question count the same, unless the question is clear whatever is told around
    it: "I live in Dubai. Do I need a visa?"
    """
    if not asked:
        return aside(whole)
    clearest = min(map(aside, asked))
    return min((aside(whole) + clearest) / 2, clearest + rescue)


def _with_asked(whole: dict[str, float], asked: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return scores of which a share is that of the sentences that ask; of several, of each that is clear."""
    if not asked:
        return whole
    clear = [each for each in asked if aside(each) <= REJECT_ABOVE] or [min(asked, key=aside)]
    return {
        label: (score + _ASKED * max(each[label] for each in clear)) / (1 + _ASKED)
        for label, score in whole.items()
    }


def probabilities(score: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each intent, the ``none_*`` ones included."""
    intents = [*INTENTS, *REJECTED]
    both = np.array([score[each] + _SECTION_SHARE * score[INTENTS.get(each, NONE)] for each in intents])
    raised = np.exp(_SHARPNESS * (both - both.max()))
    return dict(zip(intents, (raised / raised.sum()).tolist(), strict=True))


def _shown(file: Path) -> str:
    return "/".join(file.parts[-2:])
