"""The examples in the editor's guide are files that load."""

import re
from pathlib import Path

import pytest

from bot.content.documents import parse
from bot.content.loader import WAYS, parts_of
from bot.content.pack import Kind
from bot.content.sections import Section
from bot.content.values import FactKind, Unit

GUIDE = (Path(__file__).parents[2] / "docs/content.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("kind", Kind)
def test_the_guide_has_a_valid_example_of_each_kind_of_file(kind: Kind) -> None:
    example = next(example for example in EXAMPLES if re.search(rf"^{kind}:", example, re.MULTILINE))
    document = parse(example.replace("https://…", "https://example.org").encode(), "docs/content.md")
    assert list(parts_of(document, kind))


def test_the_example_questions_use_every_way_of_writing() -> None:
    example = next(example for example in EXAMPLES if example.startswith("intents:"))
    questions = parse(example.encode(), "docs/content.md").data["intents"]["visa_fee"]
    assert set(questions) == set(WAYS)


@pytest.mark.parametrize("word", [*Section, *FactKind, *Unit])
def test_the_guide_names_every_section_kind_and_unit(word: str) -> None:
    assert re.search(rf"\b{word}\b", GUIDE)
