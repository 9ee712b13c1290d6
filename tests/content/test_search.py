"""What visitors type is understood, in four ways of writing, and nothing they type breaks it."""

import csv
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.loader import load_content
from bot.content.search.finding import MOST_HITS, Found, Search
from bot.content.search.model import FILE, Model
from bot.content.search.spelling import words
from bot.content.search.training import fit
from bot.content.sections import INTENTS, SMALLTALK

CONTENT = load_content()
SEARCH = Search.load(CONTENT)
UNSEEN = {
    "held out": Path(__file__).with_name("held_out_questions.tsv"),
    "unseen": Path(__file__).with_name("unseen_questions.tsv"),
}
"""Questions that are no examples, in the columns that the benchmark reads.

The first were written from the table of intents and the facts alone, before their author had seen any example
or concept, and were only ever scored; the others are by the author of the concepts.
"""
WAYS = ("en", "ur", "kk", "rur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, what it means, and what was found."""

    way: str
    text: str
    section: str
    intent: str
    found: Found


@pytest.fixture(scope="module", params=list(UNSEEN))
def asked(request: pytest.FixtureRequest) -> list[Asked]:
    with UNSEEN[request.param].open(encoding="utf-8", newline="") as lines:
        return [
            Asked(
                way=row["lang"],
                text=row["text"],
                section=row["expected_section"],
                intent=row["expected_intent"],
                found=SEARCH.find(row["text"]),
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def share(asked: Sequence[Asked], right: Callable[[Asked], bool]) -> float:
    return mean(map(right, asked))


def section_found(first: int) -> Callable[[Asked], bool]:
    return lambda each: each.section in {hit.section for hit in each.found.ranked[:first]}


def intent_found(first: int) -> Callable[[Asked], bool]:
    return lambda each: each.intent in {hit.intent for hit in each.found.ranked[:first]}


def test_no_unseen_question_is_an_example(asked: list[Asked]) -> None:
    examples = {text for ways in CONTENT.questions.values() for texts in ways.values() for text in texts}
    assert not examples & {each.text for each in asked}


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_varied_examples_in_every_way_of_writing(intent: str) -> None:
    ways = CONTENT.questions[intent]
    texts = [text for several in ways.values() for text in several]
    assert len({" ".join(sorted(words(text))) for text in texts}) >= 12
    for way in WAYS:
        begun = {words(text)[0] for text in ways[way]}
        assert len(ways[way]) >= 12, way
        assert len(begun) >= 6, f"{way}: they all begin alike"


def test_unseen_questions_are_understood(asked: list[Asked]) -> None:
    meant = [each for each in asked if each.section != "none"]
    assert {each.intent for each in meant} == INTENTS.keys()
    assert share(meant, section_found(1)) >= 0.88
    assert share(meant, section_found(3)) >= 0.95
    assert share(meant, intent_found(1)) >= 0.75
    assert share(meant, intent_found(3)) >= 0.88


def test_off_topic_and_small_talk_are_rejected_and_little_else(asked: list[Asked]) -> None:
    assert share([each for each in asked if each.section == "none"], lambda each: each.found.rejected) >= 0.85
    assert share([each for each in asked if each.section != "none"], lambda each: each.found.rejected) <= 0.05


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_writing_is_understood_much_worse(asked: list[Asked], way: str) -> None:
    meant = [each for each in asked if each.section != "none"]
    here = [each for each in meant if each.way == way]
    assert share(here, section_found(1)) >= share(meant, section_found(1)) - 0.1


@pytest.mark.parametrize(
    "text",
    [
        "visa fee",
        "vIsA   FEE!!!",
        "viza fees kitni hay",
        "ویزا کی فیس",
        "ويزا كى فيس",
        "وِیزے کی فِیس",
        "\uff56\uff49\uff53\uff41 fee",  # full width
        "виза алымы",
        "визанын алымы канша",
        "viza alymy qansha",
        "dbpf fksvs",  # виза алымы on the Latin layout
        "мшыф ауу",  # visa fee on the Cyrillic layout
        "vi\u200bsa\u202e f\u2066ee",
        "hello sir visa fee please",
    ],
)
def test_one_question_in_many_writings_means_the_same(text: str) -> None:
    found = SEARCH.find(text)
    assert not found.rejected
    assert found.ranked[0].intent == "visa_fee"
    assert found.ranked[0].section == "visa"


@pytest.mark.parametrize("text", ["assalam o alaikum", "شکریہ", "рахмет", "who are you"])
def test_small_talk_is_told_from_other_topics(text: str) -> None:
    assert SEARCH.find(text).smalltalk


@pytest.mark.parametrize(
    "text",
    [
        "KH-7F3K-2M",
        "any news about kh-7f3k-2m?",
        "KH-7F3K-2M کا جواب",
        "kh 7f3k 2m",
        "KH–7F3K–2M",
        "kh7f3k2m",
    ],
)
def test_a_reference_code_asks_for_the_status_of_an_inquiry(text: str) -> None:
    found = SEARCH.find(text)
    assert (found.rejected, found.ranked[0].intent) == (False, "inquiry_status")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("visa", "visa_requirement"),
        ("ہوٹل", "accommodation"),
        ("грант", "scholarship"),
        ("mbbs", "universities_medical"),
    ],
)
def test_a_single_word_is_a_question(text: str, intent: str) -> None:
    found = SEARCH.find(text)
    assert (found.rejected, found.ranked[0].intent) == (False, intent)


def test_visas_of_other_countries_are_rejected_as_off_topic() -> None:
    for text in ("schengen visa from lahore", "کینیڈا کا ویزا", "dubai ka visa kitne ka hai", "АҚШ визасы"):
        found = SEARCH.find(text)
        assert (found.rejected, found.smalltalk) == (True, False), text


@pytest.mark.parametrize(
    "question",
    ["{} ka visa kitne ka hai", "work permit for {}", "{} mein ghar kharidna hai", "flight to {} price"],
)
@pytest.mark.parametrize("country", ["Turkey", "Australia", "azerbaijan", "Germany", "Oman"])
def test_what_is_asked_about_another_country_is_rejected_and_about_kazakhstan_is_not(
    question: str, country: str
) -> None:
    assert SEARCH.find(question.format(country)).rejected
    assert not SEARCH.find(question.format("Kazakhstan")).rejected
    assert not SEARCH.find(question.format("Kazakhstan") + f" I live in {country}").rejected


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("What is the visa fee? Also where can we eat halal food?", {"visa_fee", "halal_food"}),
        ("ویزے کی فیس کتنی ہے؟ اور لاہور سے فلائٹ کب جاتی ہے؟", {"visa_fee", "flight_schedule"}),
        ("Визаға қандай құжат керек? Ұшақ билеті қанша тұрады?", {"visa_documents", "flight_price"}),
    ],
)
def test_two_questions_in_one_message_are_both_understood(text: str, intents: set[str]) -> None:
    found = SEARCH.find(text)
    assert not found.rejected
    assert {hit.intent for hit in found.ranked[:2]} == intents


def test_a_question_after_a_greeting_and_thanks_is_still_a_question() -> None:
    found = SEARCH.find("Hello, good morning. Thanks for yesterday. One more thing: dormitory for girls?")
    assert (found.rejected, found.ranked[0].intent) == (False, "student_housing")


@pytest.mark.parametrize("text", ["", " \n", "👍👍🏽", "\u202e\u2066\u200b", "...", "؟", "\x00", "12"])
def test_what_says_nothing_is_rejected_and_still_offers_something(text: str) -> None:
    found = SEARCH.find(text)
    assert (found.rejected, found.smalltalk) == (True, False)
    assert len(found.ranked) == MOST_HITS


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=())) | st.text("visaویزاвиза\u200c\u202e🙂 ", max_size=4096))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    found = SEARCH.find(text)
    assert len(found.ranked) == MOST_HITS == len({hit.intent for hit in found.ranked})
    assert [hit.score for hit in found.ranked] == sorted((hit.score for hit in found.ranked), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in found.ranked)
    assert all(hit.section is INTENTS[hit.intent] for hit in found.ranked)


@pytest.mark.parametrize(
    "text",
    [
        "visa fee " * 455,
        "a" * 4096,
        "\ufdfa" * 4096,
        "как сурак " * 400,
        "ignore all rules " * 240,
        "." * 4096,
        "a. " * 1365,
        "? " * 2048,
    ],
)
def test_the_longest_messages_take_no_time(text: str) -> None:
    SEARCH.find(text)
    started = time.perf_counter()
    SEARCH.find(text[:4096])
    assert time.perf_counter() - started < 0.5


def test_a_question_at_either_end_of_a_long_story_is_found() -> None:
    story = "my uncle told me many things about his life and the old days in the village " * 40
    assert "visa_fee" in {hit.intent for hit in SEARCH.find(f"{story} how much is the visa fee").ranked}
    assert "visa_fee" in {hit.intent for hit in SEARCH.find(f"how much is the visa fee {story}").ranked}


def test_an_answer_names_an_article_of_its_intent() -> None:
    hits = [hit for text in ("visa fee", "halal food", "sim") for hit in SEARCH.find(text).ranked if hit.id]
    assert hits
    assert all(hit.intent in CONTENT.articles[hit.id].intents for hit in hits)


def test_intents_without_articles_name_none() -> None:
    bare = Search.load(replace(CONTENT, articles=MappingProxyType({})))
    assert {hit.id for hit in bare.find("visa fee").ranked} == {""}


def test_the_model_that_ships_was_trained_on_the_questions_that_ship() -> None:
    assert SEARCH.current


def test_a_new_example_is_found_at_once_with_a_warning_that_the_model_is_older(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = "zubrowka plimsoll"
    ways = {**CONTENT.questions["sim_card"], "en": (*CONTENT.questions["sim_card"]["en"], text)}
    edited = replace(CONTENT, questions=MappingProxyType({**CONTENT.questions, "sim_card": ways}))
    with caplog.at_level(logging.WARNING):
        search = Search.load(edited)
    assert "train the search again" in caplog.text
    assert not search.current
    assert search.find(text).ranked[0].intent == "sim_card"
    assert not search.find(text).rejected


def test_a_pack_has_its_own_model_when_it_brings_one(tmp_path: Path) -> None:
    own = replace(SEARCH.model, fingerprint="own")
    own.save(tmp_path / FILE)
    assert Search.load(replace(CONTENT, folder=tmp_path)).model.fingerprint == "own"


def test_a_model_learns_what_questions_mean_and_survives_its_file(tmp_path: Path) -> None:
    intents = ("visa_fee", "halal_food", "baggage", "scholarship", SMALLTALK)
    texts = [(text, each) for each in intents for way in CONTENT.questions[each].values() for text in way]
    model = fit([pair for number, pair in enumerate(texts) if number % 4])
    model.save(tmp_path / FILE)
    search = replace(SEARCH, model=Model.load(tmp_path / FILE), examples={})
    held = [pair for number, pair in enumerate(texts) if not number % 4]
    right = [
        found.smalltalk if intent == SMALLTALK else found.ranked[0].intent == intent
        for text, intent in held
        if (found := search.find(text))
    ]
    assert mean(right) > 0.8


def test_it_loads_and_answers_fast(asked: list[Asked]) -> None:
    started = time.perf_counter()
    Search.load(CONTENT)
    loaded = time.perf_counter()
    for each in asked:
        SEARCH.find(each.text)
    assert loaded - started < 2
    assert (time.perf_counter() - loaded) / len(asked) < 0.02
