"""A backup a day, as many as were asked for; one that fails is told and tried again."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.backups import keep_backups
from bot.app.care import OwnerNotes
from bot.app.settings import Settings
from bot.domain.delivery import Notice
from bot.storage.errors import StorageFull
from bot.storage.migrations import upgrade
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import FakeOutbox

DAY = timedelta(days=1)
OWNER = 7


class FullOutbox(FakeOutbox):
    """An outbox on a full disk."""

    full = True

    async def add(self, notices: Sequence[Notice]) -> None:
        """Store them where there is room."""
        if self.full:
            raise StorageFull("no room")
        await super().add(notices)


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    await upgrade(url)
    return Settings(
        _env_file=None, database_url=SecretStr(url), backup_dir=tmp_path / "backups", backup_days=3
    )


async def _kept(settings: Settings, clock: FakeClock, *passing: timedelta) -> tuple[Sequence[Path], int]:
    """The backups there are after this time has passed, and how often one failed."""
    fails, stop = 0, asyncio.Event()

    async def failed() -> None:
        nonlocal fails
        fails += 1

    running = asyncio.create_task(keep_backups(settings, clock, stop, failed, look=0.01))
    for time in (timedelta(0), *passing):
        clock.move(time)
        await asyncio.sleep(0.4)
    stop.set()
    await running
    return sorted(settings.backup_dir.glob("*.db")), fails


async def test_there_is_one_backup_a_day_and_each_is_sound(settings: Settings, clock: FakeClock) -> None:
    kept, fails = await _kept(settings, clock, timedelta(hours=5), timedelta(hours=20))
    assert (len(kept), fails) == (2, 0)
    for path in kept:
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_old_ones_go_and_what_is_not_ours_stays(settings: Settings, clock: FakeClock) -> None:
    settings.backup_dir.mkdir()
    (settings.backup_dir / "mine.db").write_text("my own")
    kept, _ = await _kept(settings, clock, *[DAY + timedelta(minutes=1)] * 6)
    assert [path.name for path in kept if path.name == "mine.db"] == ["mine.db"]
    assert len(kept) == 1 + 3


async def test_one_that_cannot_be_made_is_tried_again(settings: Settings, clock: FakeClock) -> None:
    settings.backup_dir.write_text("a file is in the way")
    _, fails = await _kept(settings, clock)
    assert fails >= 2
    settings.backup_dir.unlink()
    kept, fails = await _kept(settings, clock)
    assert (len(kept), fails) == (1, 0)


async def test_a_note_to_owners_that_could_not_be_stored_is_stored_as_soon_as_it_can(
    clock: FakeClock,
) -> None:
    outbox = FullOutbox(clock)
    notes = OwnerNotes({OWNER}, outbox=outbox, clock=clock, wake=lambda: None)
    with pytest.raises(StorageFull):
        await notes.tell("backup", spacing=timedelta(hours=12), command="x")
    outbox.full = False
    await notes.tell("backup", spacing=timedelta(hours=12), command="x")
    assert await outbox.waiting() == 1


async def test_owners_hear_of_trouble_at_once_and_then_once_in_a_while(clock: FakeClock) -> None:
    outbox = FakeOutbox(clock)
    notes = OwnerNotes({OWNER}, outbox=outbox, clock=clock, wake=lambda: None)

    async def told() -> int:
        many = len(await outbox.claim("a", limit=9, lease=timedelta(0), now=clock.now()))
        outbox.rows.clear()
        return many

    for minutes, expected in ((0, 1), (1, 0), (1, 0), (14, 1), (1, 0), (-60, 1)):
        clock.move(timedelta(minutes=minutes))
        await notes.tell("quarantine", command="x")
        assert await told() == expected, minutes
    await notes.tell("backup", spacing=timedelta(hours=12), command="x")
    assert await told() == 1
    clock.move(timedelta(hours=11))
    await notes.tell("backup", spacing=timedelta(hours=12), command="x")
    assert await told() == 0
