"""The documents name everything that can be set, called or measured."""

import re
from pathlib import Path

import pytest
import typer.main

from bot.app.cli import COMMANDS, load
from bot.app.metrics import Metrics
from bot.app.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_settings_document(name: str) -> None:
    assert f"`BOT_{name.upper()}`" in (ROOT / "docs" / "settings.md").read_text()


def test_the_settings_document_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"`BOT_([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert named == {name.upper() for name in Settings.model_fields}


def test_every_metric_is_documented() -> None:
    shown = set(re.findall(r"^# TYPE (\w+)", Metrics().text().decode(), re.MULTILINE))
    created = {name for name in shown if name.endswith("_created")}
    assert {name for name in shown - created if f"`{name}`" not in DOCS} == set()


def test_every_command_is_documented() -> None:
    group = typer.main.get_group(load())
    assert set(group.commands) == set(COMMANDS)
    assert {name for name in group.commands if f"python -m bot {name}" not in DOCS} == set()


def test_links_between_the_documents_lead_somewhere() -> None:
    papers = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{path.name} -> {target}"
        for path in papers
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", path.read_text())
        if not (path.parent / target).exists()
    ]
    assert broken == []
