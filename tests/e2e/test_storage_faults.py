"""What a database can do to the bot: nothing is acknowledged that is not stored, and nothing is lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, insert

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from bot.storage.errors import StorageFull
from bot.storage.tables import marks
from tests.e2e.house import House
from tests.e2e.near import Near, arrivals, near_bot

VISITOR = 1002
Step = Callable[[Near], Awaitable[None]]
LONG = "/ask " + "May I bring my whole family? " * 120
"""A message that needs pages of its own."""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator(is_patient=False, retry_base=0.3).start()
    yield running
    await running.stop()


def _mode(mode: str, port: int) -> dict[str, Any]:
    if mode == "polling":
        return {}
    address = f"http://127.0.0.1:{port}"
    return {"run_mode": "webhook", "webhook_url": address, "webhook_secret": "x", "http_port": port}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_database_that_another_program_holds_is_waited_for_and_nothing_is_acknowledged(
    simulator: Simulator, tmp_path: Path, mode: str, unused_tcp_port: int
) -> None:
    async with near_bot(tmp_path, simulator, **_mode(mode, unused_tcp_port)) as near:
        visitor = near.stand.as_person(VISITOR)
        await visitor.says("/nosuchone")
        await visitor.sees("/nosuchone")
        await near.quiet()
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await visitor.says("/nosuchtwo")
            await asyncio.sleep(5)
            assert (await near.stand.state())["updates_waiting"] == 1
            assert await arrivals(near.stand, VISITOR, "/nosuchtwo") == 0
            other.execute("COMMIT")
        await visitor.sees("/nosuchtwo", timeout=30)
        await near.quiet()
        assert await arrivals(near.stand, VISITOR, "/nosuchtwo") == 1


async def _fill(near: Near) -> None:
    for number in range(10_000):
        row = {"name": f"filling {number}", "value": "x" * 3000}

        def work(connection: Connection, row: Mapping[str, str] = row) -> None:
            connection.execute(insert(marks), row)

        await near.app.database.write(work)


async def _fill_up(near: Near) -> None:
    """The disk has no room left."""

    def limit(connection: Connection) -> None:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used}")

    await near.app.database.write(limit)
    with pytest.raises(StorageFull):
        await _fill(near)


async def _make_room(near: Near) -> None:
    await _on_the_line(near, "PRAGMA max_page_count = 1000000")


async def _freeze(near: Near) -> None:
    """The file takes no changes."""
    await _on_the_line(near, "PRAGMA query_only = ON")


async def _thaw(near: Near) -> None:
    await _on_the_line(near, "PRAGMA query_only = OFF")


async def _on_the_line(near: Near, pragma: str) -> None:
    """On the one connection that writes, outside of any transaction."""
    writer = near.app.database._backend._writer  # type: ignore[attr-defined]
    await writer.run(lambda: writer._raw.execute(pragma))


@pytest.mark.parametrize("way", [(_fill_up, _make_room), (_freeze, _thaw)], ids=["full", "read-only"])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_while_nothing_can_be_stored_nothing_is_acknowledged_and_owners_are_told(
    simulator: Simulator, tmp_path: Path, way: Sequence[Step], mode: str, unused_tcp_port: int
) -> None:
    breaks, mends = way
    async with near_bot(tmp_path, simulator, **_mode(mode, unused_tcp_port)) as near:
        people, owner = await near.visitors(8), near.stand.as_person(ADMIN)
        await owner.starts()
        await near.stand.as_person(people[0]).starts()
        await near.quiet()
        await breaks(near)
        for person in people:  # what is finished leaves room for some
            await near.stand.as_person(person).says(LONG)
        await owner.sees("takes nothing in", timeout=30)
        assert (await near.stand.state())["updates_waiting"] >= 1
        assert await _told(near, people) < len(people)
        assert await _readiness(near) == 503
        await mends(near)
        for person in people:
            await near.stand.as_person(person).sees("whole family", timeout=60)
        await near.quiet(60)
        assert await _told(near, people) == len(people)
        assert await arrivals(near.stand, ADMIN, "takes nothing in") == 1
        assert await _readiness(near) == 200
        assert await near.app.stores.inbox.quarantined() == []


async def _told(near: Near, people: Sequence[int]) -> int:
    """How many summaries were shown."""
    return sum([await arrivals(near.stand, person, "whole family") for person in people])


async def _readiness(near: Near) -> int:
    async with aiohttp.ClientSession() as http, http.get(f"{near.health}/readyz") as answer:
        return answer.status


async def test_a_damaged_file_is_refused_with_the_command_that_brings_a_backup_back(
    closed_house: House,
) -> None:
    assert (await closed_house.command("migrate"))[0] == 0
    assert (await closed_house.command("backup", "copy.db"))[0] == 0
    content = bytearray(closed_house.database.read_bytes())
    for page in range(2, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 12] = b"\xa5" * 12
    closed_house.database.write_bytes(content)
    code, _, err = await closed_house.command("run")
    assert (code, len(err.strip().splitlines())) == (1, 1), err
    assert "python -m bot restore" in err
    assert (await closed_house.command("restore", "another.db"))[::2] == (
        2,
        "bot: Invalid value for 'path': file 'another.db' does not exist.\n",
    )
    code, out, err = await closed_house.command("restore", "copy.db")
    assert code == 0, err
    assert "the old file stays beside it" in out
    await closed_house.start()
    assert await closed_house.stop() == 0


async def test_a_folder_that_takes_no_files_is_named_in_one_line(closed_house: House) -> None:
    code, _, err = await closed_house.command("run", BOT_DATABASE_URL="sqlite+aiosqlite:////proc/bot.db")
    assert (code, len(err.strip().splitlines())) == (1, 1), err
    assert "/proc/bot.db" in err
