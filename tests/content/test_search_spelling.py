"""Many spellings become one."""

import pytest

from bot.content.search.concepts import Concepts
from bot.content.search.misspelling import Misspellings
from bot.content.search.sounds import sound
from bot.content.search.spelling import (
    MOST_SENTENCES,
    as_kazakh,
    folded,
    joined,
    key,
    other_layout,
    questions,
    sentences,
    squeezed,
    words,
)

CONCEPTS = Concepts.read()
MISSPELLINGS = Misspellings.of(CONCEPTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("قازقستان كا ويزا", "قازقستان کا ویزا"),
        ("پاکستاني شهري", "پاکستانی شہری"),
        ("مسئلہ", "مسیلہ"),
        ("وِیزا", "ویزا"),
        ("ویــزا", "ویزا"),
        ("۱۲۳ ٤٥", "123 45"),
        ("ＶＩＳＡ", "visa"),
        ("don't", "dont"),
        ("Qazaqşa", "qazaqsha"),
    ],
)
def test_letters_of_other_keyboards_are_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("اسکالرشپ", "سکالرشپ"), ("اسٹوڈنٹ", "سٹوڈنٹ"), ("اسپتال", "سپتال")]
)
def test_urdu_may_or_may_not_write_a_helping_letter_first(one: str, other: str) -> None:
    assert key(one) == key(other)
    assert key("اسلام") != key("سلام")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am Ali. Visa fee? Thank you", ["I am Ali.", "Visa fee?", "Thank you"]),
        ("visa fee 2.5 lakh", []),
        ("One question only?", []),
        ("...", []),
    ],
)
def test_a_message_of_several_sentences_is_also_read_in_parts(text: str, found: list[str]) -> None:
    assert sentences(text) == found


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I am Ali. Visa fee? Thank you", ["Visa fee?"]),
        ("میں علی ہوں۔ فیس کتنی ہے؟ اور کہاں؟ کب تک؟", ["فیس کتنی ہے؟", "اور کہاں؟", "کب تک؟"]),
        ("Whose car is it? " * 9, ["Whose car is it?"] * MOST_SENTENCES),
        ("I am Ali. Tell me the fee", []),
        ("One question only?", []),
    ],
)
def test_the_sentences_that_ask_are_known_by_their_mark(text: str, asked: list[str]) -> None:
    assert questions(text) == asked


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("visa fee kitni AUR halal khana milega", ["visa fee kitni", "halal khana milega"]),
        ("ویزا فیس کتنی ہے اور ٹکٹ کتنے کا", ["ویزا فیس کتنی ہے", "ٹکٹ کتنے کا"]),
        ("bed and breakfast", []),
        ("a visa for landing", []),
        ("how is it and " * 9, []),
    ],
)
def test_questions_joined_by_and_are_read_on_their_own(text: str, parts: list[str]) -> None:
    assert joined(text) == parts


def test_latin_lookalikes_inside_a_cyrillic_word_are_cyrillic() -> None:
    assert words("Қaзақстан") == ["қазақстан"]


def test_kazakh_without_its_letters_is_the_same() -> None:
    assert folded("Қәғіңөұүһ".lower()) == folded("кагинроуух".replace("р", ""))


@pytest.mark.parametrize(
    ("one", "other"),
    [("chahiye", "chahie"), ("paisee", "paisi"), ("khana", "kana"), ("wahaan", "vahan"), ("veeza", "viza")],
)
def test_spellings_of_roman_urdu_meet(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_kazakh_in_latin_letters_is_looked_up_as_kazakh() -> None:
    assert as_kazakh("zhumys") == squeezed("жұмыс")
    assert "work" in CONCEPTS.found_in(words("zhumysqa"))


@pytest.mark.parametrize("group", ["یونیورسٹی university", "کمپنی company", "پاسپورٹ passport", "рейс reys"])
def test_a_loan_word_sounds_the_same_in_every_script(group: str) -> None:
    assert len({sound(word) for word in words(group)}) == 1


@pytest.mark.parametrize("text", ["visa", "ویزے", "визасының", "визаға", "vizasyz", "veza"])
def test_one_concept_has_words_in_every_way_of_writing(text: str) -> None:
    assert "visa" in CONCEPTS.found_in(words(text))


def test_words_side_by_side_are_a_concept_of_their_own() -> None:
    assert "study_visa" in CONCEPTS.found_in(words("a student visa, please"))
    assert "study_visa" not in CONCEPTS.found_in(words("a visa for my student"))


def test_kazakh_nouns_are_found_with_their_endings_and_not_inside_other_words() -> None:
    assert "city" in CONCEPTS.found_in(words("қалаларымызда"))
    assert "city" not in CONCEPTS.found_in(words("қалай"))


@pytest.mark.parametrize("word", ["universty", "unversity", "universsity"])
def test_a_slip_of_the_finger_is_guessed(word: str) -> None:
    assert "university" in {*CONCEPTS.found_in([word]), *MISSPELLINGS.guess(word)}


def test_short_words_are_never_guessed() -> None:
    assert list(MISSPELLINGS.guess("vsia")) == []


def test_the_other_layout_goes_both_ways() -> None:
    assert other_layout("dbpf") == "виза"
    assert other_layout("мшыф") == "visa"
