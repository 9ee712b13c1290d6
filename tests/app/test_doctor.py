"""``python -m bot doctor`` names what leaves people's data open; commands leave no file open to everybody."""

import os
import subprocess
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import doctor
from bot.app.settings import Settings
from bot.domain.people import Profile
from bot.simulator.people import STAFF_GROUP_ID
from bot.simulator.server import Simulator
from bot.storage.cipher import cipher_of, new_key
from bot.storage.database import Database
from bot.storage.migrations import upgrade
from bot.storage.people import SqlPeople
from bot.storage.sealing import reseal


def _settings(folder: Path, key: str = "") -> Settings:
    return Settings(
        _env_file=None,
        database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'bot.db'}"),
        backup_dir=folder / "backups",
        encryption_key=SecretStr(key) if key else None,
    )


async def _said(settings: Settings) -> str:
    return "\n".join(one.text for one in await doctor.examine(settings))


def _url(folder: Path) -> str:
    return _settings(folder).database_url.get_secret_value()


async def _meet(opening: Awaitable[Database], profile: Profile) -> None:
    database = await opening
    await SqlPeople(database).meet(profile, datetime.now(UTC))
    await database.close()


@pytest.fixture
async def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with one person in it, readable."""
    monkeypatch.chdir(tmp_path)
    settings = _settings(tmp_path)
    await upgrade(settings.database_url.get_secret_value())
    await _meet(Database.open(_url(tmp_path)), Profile(id=7, first_name="Bilal"))
    for path in tmp_path.glob("bot.db*"):
        path.chmod(0o640)
    return tmp_path


async def test_encryption_that_is_off_is_named(folder: Path) -> None:
    assert "BOT_ENCRYPTION_KEY is not set" in await _said(_settings(folder))


async def test_what_stands_readable_though_there_is_a_key_is_named_until_it_is_sealed(folder: Path) -> None:
    settings = _settings(folder, key := new_key())
    said = await _said(settings)
    assert "BOT_ENCRYPTION_KEY is not set" not in said
    assert "not everything is sealed" in said
    database = await Database.open(settings.database_url.get_secret_value(), cipher=cipher_of(key))
    assert await reseal(database) == 1
    await database.close()
    assert "not everything is sealed" not in await _said(settings)


async def test_a_wrong_key_is_one_clear_line(folder: Path) -> None:
    await _meet(Database.open(_url(folder), cipher=cipher_of(new_key())), Profile(id=8, first_name="Zara"))
    said = await _said(_settings(folder, new_key()))
    assert "sealed with an encryption key that was not given" in said


async def test_a_doctor_who_looks_with_a_key_does_not_bind_the_bot_to_it(folder: Path) -> None:
    before = (folder / "bot.db").read_bytes()
    assert "not everything is sealed" in await _said(_settings(folder, new_key()))
    assert "database: 0 updates" in await _said(_settings(folder))
    assert (folder / "bot.db").read_bytes() == before


async def test_files_that_everybody_can_read_are_named(folder: Path) -> None:
    (folder / ".env").write_text("BOT_TOKEN=1:secret")
    (folder / "backups").mkdir()
    (folder / "backups" / "old.db").write_bytes(b"")
    for path in (folder / ".env", folder / "bot.db", folder / "backups" / "old.db"):
        path.chmod(0o640)
    assert "can be read by everybody" not in await _said(_settings(folder))
    for path in (folder / ".env", folder / "bot.db", folder / "backups" / "old.db"):
        path.chmod(0o644)
        said = await _said(_settings(folder))
        assert f"{path.name} can be read by everybody" in said
        assert "1:secret" not in said
        path.chmod(0o640)


def test_what_a_command_writes_others_cannot_read(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'bot.db'}"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment = {**plain, "BOT_DATABASE_URL": url, "PYTHONPATH": str(Path(__file__).parents[2])}
    for words in (["migrate"], ["backup", "copy.db"], ["export", "--format", "csv", "--output", "log.csv"]):
        command = [sys.executable, "-m", "bot", *words]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, umask=0)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"bot.db", "copy.db", "log.csv"} <= {path.name for path in written}
    assert [path.name for path in written if path.stat().st_mode & 0o007] == []


def test_the_last_words_of_a_process_tell_where_and_not_what() -> None:
    words = "visa of Bilal 03001234567"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    code = f"from bot.app import cli; cli.load = lambda _: int({words!r}); cli.main()"
    environment = {**plain, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "builtins.ValueError" in ended.stderr
    assert "cli.py" in ended.stderr
    assert words not in ended.stderr


async def test_a_staff_chat_that_everybody_can_enter_is_named(folder: Path) -> None:
    simulator = await Simulator().start()
    group = simulator.world.chat(STAFF_GROUP_ID)
    settings = _settings(folder).model_copy(
        update={"token": SecretStr(simulator.token), "api_url": simulator.url, "staff_chat": STAFF_GROUP_ID}
    )
    assert "staff chat: the bot is administrator" in await _said(settings)
    group.username = "house_desk"
    said = await _said(settings)
    await simulator.stop()
    assert "the staff chat is public (@house_desk)" in said
    assert "staff chat: the bot is" not in said
