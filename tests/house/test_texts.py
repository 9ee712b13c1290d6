"""Every text that the program says is in the catalogues, so that translators see it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

HOUSE = Path(__file__).parents[2]
SAYING = {"tr", "_tr", "plain", "plural", "plain_plural", "mark", "mark_plural"}
"""What the extractor looks for (KEYWORDS in the Makefile)."""


def test_every_text_of_the_program_was_collected() -> None:
    with (HOUSE / "locales" / "messages.pot").open("rb") as file:
        collected = {one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file)}
    said = {
        text: f"{path.relative_to(HOUSE)}: {text}"
        for path in sorted((HOUSE / "bot").rglob("*.py"))
        for text in texts_of(ast.parse(path.read_text()))
    }
    assert len(said) > 500
    assert [where for text, where in said.items() if text not in collected] == []


def texts_of(tree: ast.AST) -> Iterator[str]:
    """The literals that are translated, also those in f-strings, which the extractor does not see."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in SAYING and isinstance(call.args[0].value, str):
                yield call.args[0].value
