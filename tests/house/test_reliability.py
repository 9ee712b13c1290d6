"""The table of faults names tests that exist."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = (TESTS.parent / "docs" / "reliability.md").read_text()
NAMED = re.findall(r"`((?:\w+/)+test_\w+\.py)(?:::(\w+))?`", TABLE)


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_what_is_said_to_be_shown_is_shown(file: str, name: str) -> None:
    source = (TESTS / file).read_text()
    assert re.search(rf"^(async )?def {name or 'test_'}", source, re.MULTILINE)


def test_every_row_names_a_test() -> None:
    tables = re.findall(r"\| test \|\n\|[-|]+\|\n((?:\|.+\n)+)", TABLE)
    rows = [row for table in tables for row in table.splitlines()]
    assert len(tables) == 3
    assert [row for row in rows if not re.search(r"`(\w+/)+test_\w+\.py", row.split(" | ")[-1])] == []
    assert {len(row.split(" | ")) for row in rows} == {4}
