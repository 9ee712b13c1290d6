"""Walking a wizard by the options chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml import safe_load

from bot.content.pack import Content
from bot.content.schema import Node, Outcome, Wizard
from bot.content.wizards import paths, questions_left, walk
from tests.content.sample_pack import WIZARD

FINDER = Wizard.model_validate(safe_load(WIZARD)["wizards"][0])


def test_the_first_question_comes_first(content: Content) -> None:
    start = walk(content.wizards["visa-finder"], ())
    assert isinstance(start.at, Node)
    assert start.at.id == "passport"
    assert start.answers == ()


def test_options_lead_from_question_to_question_to_an_outcome() -> None:
    assert walk(FINDER, ["ordinary"]).at.id == "purpose"
    end = walk(FINDER, ["ordinary", "tour"])
    assert isinstance(end.at, Outcome)
    assert end.at.id == "tourist"
    assert end.path == ("ordinary", "tour")
    assert [(answer.node.id, answer.option.label) for answer in end.answers] == [
        ("passport", "Ordinary"),
        ("purpose", "Tourism"),
    ]


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (["gone"], ()),
        (["ordinary", "gone", "tour"], ("ordinary",)),
        (["official", "tour"], ("official",)),
        ([""], ()),
    ],
)
def test_an_option_that_is_gone_stops_the_walk_before_it(path: list[str], kept: tuple[str, ...]) -> None:
    assert walk(FINDER, path).path == kept


def test_every_path_ends_in_an_outcome() -> None:
    found = list(paths(FINDER))
    assert found == [("ordinary", "tour"), ("ordinary", "other"), ("official",)]
    assert all(isinstance(walk(FINDER, path).at, Outcome) for path in found)


def test_the_questions_still_to_come_are_counted() -> None:
    assert questions_left(FINDER, walk(FINDER, ()).at) == (1, 2)
    assert questions_left(FINDER, walk(FINDER, ["ordinary"]).at) == (1, 1)
    assert questions_left(FINDER, walk(FINDER, ["official"]).at) == (0, 0)


@given(st.lists(st.sampled_from(["ordinary", "official", "tour", "other", "x"]), max_size=6))
def test_whatever_a_button_carries_a_walk_ends_somewhere(path: list[str]) -> None:
    walked = walk(FINDER, path)
    assert list(walked.path) == path[: len(walked.path)]
