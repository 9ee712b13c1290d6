"""What is installed is pinned, holds all that the documents promise, and names no place of download."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNNING, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


def _names(wanted: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", one)[0].lower() for one in wanted}


def _pinned(lock: str) -> set[str]:
    return {name.lower() for name in re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE)}


def test_the_image_can_run_replicas_and_everything_else_of_the_project() -> None:
    project = PROJECT["project"]
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    assert {"redis", "asyncpg"} <= _names(extras)
    assert _names(project["dependencies"]) | _names(extras) <= _pinned(RUNNING)


def test_the_development_set_holds_all_of_it_and_the_tools() -> None:
    assert _pinned(RUNNING) | _names(PROJECT["dependency-groups"]["dev"]) <= _pinned(DEVELOPMENT)


@pytest.mark.parametrize("lock", [RUNNING, DEVELOPMENT])
def test_a_lock_names_no_place_of_download_and_a_hash_for_each(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--index|--extra-index|--find-links", text)
    for entry in re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_replicas_wait_for_postgres_and_not_for_redis() -> None:
    services = yaml.safe_load((ROOT / "compose.replicas.yaml").read_text())["services"]
    awaited = services["replica"]["depends_on"]
    assert awaited["postgres"] == {"condition": "service_healthy"}
    assert awaited["redis"] == {"condition": "service_started"}
    assert services["postgres"]["healthcheck"]
    assert services["replica"]["environment"]["BOT_RUN_MODE"] == "webhook"


def test_one_machine_starts_one_bot_and_nothing_else() -> None:
    assert set(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]) == {"bot"}
