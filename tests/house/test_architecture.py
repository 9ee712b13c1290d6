"""The rule about imports is enforced, and a breach of it is noticed."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_breach_of_the_rule_is_noticed_and_the_house_as_it_is_is_clean(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    clean = _lint(tmp_path)
    assert clean.returncode == 0, clean.stdout
    with (tmp_path / "bot" / "domain" / "clock.py").open("a") as module:
        module.write("\nimport aiogram\n")
    broken = _lint(tmp_path)
    assert broken.returncode == 1
    assert "BROKEN" in broken.stdout
