"""The audit of dependencies fails for a real advisory, and for nothing else."""

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.house import audit

SKIPPED = {"name": "redis", "skip_reason": "Dependency not found on PyPI and could not be audited"}
SOUND = {"name": "yarl", "version": "1.25.1", "vulns": []}
FLAWED = {
    "name": "aiohttp",
    "version": "3.0.0",
    "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["3.0.1"]}],
}


def test_an_advisory_counts_and_names_what_mends_it() -> None:
    verdict = audit.judge({"dependencies": [SKIPPED, SOUND, FLAWED]})
    assert verdict.advisories == ["aiohttp 3.0.0: PYSEC-2026-1, mended in 3.0.1"]
    assert verdict.line == "audit: 2 packages looked at, 1 advisories, 1 could not be looked up"


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
def test_an_accepted_advisory_does_not_count(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {name: "the bot does not use it"})
    assert audit.judge({"dependencies": [FLAWED]}).advisories == []


def test_where_nothing_could_be_looked_up_it_says_so() -> None:
    assert "out of reach" in audit.judge({"dependencies": [SKIPPED]}).line
    assert "out of reach" in audit.judge({}).line


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("no connection", 0),
        ("", 0),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 0),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X", "fix_versions": []}]}]}', 1),
    ],
)
def test_the_command_fails_for_an_advisory_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, status: int
) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!/bin/sh\nprintf '%s' '{said}'\nexit 1\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", os.fspath(tmp_path / "python"))
    assert audit.main() == status


def test_a_tool_that_is_missing_says_nothing_against_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", os.fspath(tmp_path / "python"))
    assert audit.main() == 0
