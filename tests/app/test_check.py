"""``python -m bot check``: what an editor sees in the terminal."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.app.cli import load
from bot.content.loader import DEFAULT_PACK, load_content

CONTENT = load_content()


def check(*words: str | Path) -> Result:
    """Run the command as from a shell with nothing set."""
    nothing = {"BOT_CONTENT_DIR": None, "BOT_TOKEN": None, "COLUMNS": None, "TERM": "dumb"}
    return CliRunner().invoke(load("check"), ["check", *map(str, words)], env=nothing)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack, to break."""
    shutil.copytree(DEFAULT_PACK, tmp_path / "pack")
    return tmp_path / "pack"


def change(file: Path, old: str, new: str) -> None:
    """Change a file."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_a_broken_file_is_named_with_its_line_and_the_exit_code_is_one(pack: Path) -> None:
    change(pack / "menus/visa.yaml", "    title: Visas\n", "    title: [Visas\n")
    change(pack / "facts/trade.yaml", "kind: money", "kind: monney")
    result = check(pack)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert any(re.match(r"menus/visa\.yaml:\d+: error: this is not YAML", line) for line in lines)
    assert any(re.match(r"facts/trade\.yaml:\d+: error: trade_kz_2022: kind: ", line) for line in lines)


def test_every_breach_of_a_rule_is_named_and_counted(pack: Path) -> None:
    change(pack / "articles/visa/need.yaml", 'url: "https://vmp.gov.kz"', 'url: "http://vmp.gov.kz"')
    change(pack / "articles/visa/stay.yaml", "related: [visa-time,", "related: [visa-clock,")
    result = check(pack)
    assert result.exit_code == 1
    assert re.search(r"articles/visa/need\.yaml:\d+: error: visa-evisa: insecure address", result.output)
    assert re.search(r"articles/visa/stay\.yaml:\d+: error: visa-status: there is no screen", result.output)
    assert re.search(r"\d+ screens, \d+ facts: [1-9]\d* errors, \d+ warnings", result.output)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = check(tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "there is no such folder" in result.output


def test_the_report_lists_every_fact_whole_with_age_and_confidence() -> None:
    result = check("--facts")
    assert result.exit_code == 0
    rows = [line.split() for line in result.output.splitlines()[1:]]
    assert {row[0] for row in rows} == set(CONTENT.facts)
    known = [row for row in rows if row[1] != "unknown"]
    assert all(row[2] in {"official", "reported", "unverified"} for row in known)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row[3]) for row in known)
    days = [int(row[4]) for row in known]
    assert days == sorted(days, reverse=True)
    first_known = next(number for number, row in enumerate(rows) if row[1] != "unknown")
    assert all(row[1] == "unknown" for row in rows[:first_known])
    assert all(row[1] != "unknown" for row in rows[first_known:])


def test_all_texts_go_into_a_table_that_a_spreadsheet_reads(tmp_path: Path) -> None:
    target = tmp_path / "texts.csv"
    result = check("--texts", target)
    assert result.exit_code == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["where", "English", "Қазақша", "اردو", "better"]
    said = {row["English"]: row for row in rows}
    fee = said["Visa fees"]
    assert "visa-fee" in fee["where"]
    assert fee["Қазақша"]
    assert fee["اردو"]
    shown = {screen.title for screen in CONTENT.screens.values()}
    assert shown <= set(said)


def test_a_table_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    result = check("--texts", tmp_path / "no" / "texts.csv")
    assert result.exit_code == 1
    assert len(result.output.strip().splitlines()) == 1
