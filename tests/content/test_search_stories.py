"""Stories are told around example questions when the search is trained."""

from random import Random

import pytest

from bot.content.search.spelling import script_of, words
from bot.content.search.stories import read_stories, story
from bot.content.search.variants import variants

TOLD = read_stories()


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same each time, nothing secret


def test_every_way_to_write_has_sentences_of_its_own() -> None:
    assert {way: script_of("".join(lines)) for way, lines in TOLD.items()} == {
        "latin": "latin",
        "roman": "latin",
        "arabic": "arabic",
        "cyrillic": "cyrillic",
    }
    assert all(len(set(lines)) == len(lines) >= 30 for lines in TOLD.values())


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("visa fee", "latin"),
        ("visa ki fees kitni hai", "roman"),
        ("ویزا کی فیس", "arabic"),
        ("виза алымы қанша", "cyrillic"),
    ],
)
def test_a_story_keeps_its_question_and_is_told_in_the_same_way(text: str, way: str) -> None:
    for seed in range(50):
        told = story(text, TOLD, _chance(seed))
        before, asked, after = told.partition(text)
        assert asked == text
        assert any(line in before + after for line in TOLD[way])
        assert len(words(told)) > len(words(text))


def test_variants_are_the_same_each_time_and_some_are_stories() -> None:
    several = [list(variants("visa fee", _chance(seed), asks=True)) for seed in range(100)]
    assert several == [list(variants("visa fee", _chance(seed), asks=True)) for seed in range(100)]
    stories = [pair for pair in several if any(line in pair[1] for line in TOLD["latin"])]
    assert 20 < len(stories) < 60
