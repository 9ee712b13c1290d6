"""The one write path: many waiting writes in one commit, each on its own; faults by name."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.storage.backend import Work
from bot.storage.database import Database
from bot.storage.errors import (
    StorageBusy,
    StorageClosed,
    StorageDamaged,
    StorageFull,
    StorageReadOnly,
    StorageUnreachable,
)
from bot.storage.marks import SqlMarks
from bot.storage.tables import marks, subscriptions
from tests.contracts.conftest import OpenDatabase, stores_of
from tests.contracts.examples import LEASE, NOW, incoming
from tests.fakes.clock import FakeClock


class OwnFault(Exception):
    """A fault of one piece of work."""


def _note(name: str) -> Work[str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(marks), {"name": name, "value": name})
        return name

    return work


async def _noted(database: Database) -> list[str]:
    return sorted(await database.read(lambda connection: list(connection.scalars(select(marks.c.name)))))


async def test_each_write_gives_its_own_result(url: str, open_database: OpenDatabase) -> None:
    database = await open_database(url)
    names = [f"n{number:03}" for number in range(300)]
    assert await asyncio.gather(*(database.write(_note(name)) for name in names)) == names
    assert await _noted(database) == names


async def test_a_failing_write_undoes_itself_and_no_other(url: str, open_database: OpenDatabase) -> None:
    database = await open_database(url)

    def fails(connection: Connection) -> None:
        connection.execute(insert(marks), {"name": "half", "value": "written"})
        raise OwnFault

    def fails_in_sql(connection: Connection) -> None:
        connection.execute(insert(marks), {"name": "half", "value": None})

    outcomes = await asyncio.gather(
        *(database.write(work) for work in (_note("a"), fails, _note("b"), fails_in_sql, _note("c"))),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], OwnFault)
    assert isinstance(outcomes[3], Exception)
    assert [outcomes[0], outcomes[2], outcomes[4]] == ["a", "b", "c"]
    assert await _noted(database) == ["a", "b", "c"]


async def test_waiting_writes_share_a_commit(sqlite_url: str, open_database: OpenDatabase) -> None:
    database = await open_database(sqlite_url)
    began = threading.Event()
    seen: list[int] = []

    def slow(connection: Connection) -> None:
        began.wait(5)

    def look(connection: Connection) -> None:
        seen.append(connection.execute(text("SELECT count(*) FROM marks")).scalar_one())

    first = asyncio.ensure_future(database.write(slow))
    others = [asyncio.ensure_future(database.write(_note(f"{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    last = asyncio.ensure_future(database.write(look))
    await asyncio.sleep(0)
    began.set()
    await asyncio.gather(first, *others, last)
    assert seen == [5]


async def test_a_commit_waits_for_the_disk_when_anything_in_it_must_last(
    sqlite_url: str, open_database: OpenDatabase
) -> None:
    database = await open_database(sqlite_url)

    def waits(connection: Connection) -> bool:
        return bool(connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2)

    assert await database.write(waits) is True
    assert await database.write(waits, durable=False) is False
    assert await database.write(waits) is True
    begin = threading.Event()
    first = asyncio.ensure_future(database.write(lambda _: begin.wait(5), durable=False))
    await asyncio.sleep(0.05)
    mixed = [asyncio.ensure_future(database.write(waits, durable=durable)) for durable in (False, True)]
    await asyncio.sleep(0)
    begin.set()
    assert await asyncio.gather(first, *mixed) == [True, True, True]


async def test_a_commit_that_fails_fails_everybody_in_it(
    sqlite_url: str, open_database: OpenDatabase
) -> None:
    database = await open_database(sqlite_url)
    begun = threading.Event()

    def breaks_the_commit(connection: Connection) -> None:
        begun.wait(5)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(insert(subscriptions), {"person_id": 1, "topic": "nobody's"})

    works: list[Work[Any]] = [_note("a"), breaks_the_commit]
    writes = [asyncio.ensure_future(database.write(lambda _: begun.wait(5)))]
    await asyncio.sleep(0.05)
    writes += [asyncio.ensure_future(database.write(work)) for work in works]
    await asyncio.sleep(0)
    begun.set()
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert outcomes[0] is True
    assert all(isinstance(one, Exception) for one in outcomes[1:])
    assert await _noted(database) == []
    assert await database.write(_note("after")) == "after"


async def test_a_cancelled_caller_harms_nobody(url: str, open_database: OpenDatabase) -> None:
    database = await open_database(url)
    writes = [asyncio.ensure_future(database.write(_note(f"{n:02}"))) for n in range(40)]
    reads = [asyncio.ensure_future(_noted(database)) for _ in range(10)]
    await asyncio.sleep(0)
    for cancelled in writes[::2] + reads[::2]:
        cancelled.cancel()
    outcomes = await asyncio.gather(*writes, *reads, return_exceptions=True)
    kept = [f"{n:02}" for n in range(1, 40, 2)]
    assert outcomes[1:40:2] == kept
    assert set(kept) <= set(await _noted(database))
    assert await database.write(_note("after")) == "after"


async def test_a_closed_database_finishes_what_was_asked_and_refuses_more(
    url: str, open_database: OpenDatabase
) -> None:
    database = await open_database(url)
    write = asyncio.ensure_future(database.write(_note("last")))
    await asyncio.sleep(0.2)
    await database.close()
    assert await write == "last"
    with pytest.raises(StorageClosed):
        await database.write(_note("late"))
    with pytest.raises(StorageClosed):
        await database.read(lambda _: None)
    await database.close()


async def test_a_closed_database_leaves_no_thread_and_no_log_beside_the_file(
    sqlite_url: str, open_database: OpenDatabase, tmp_path: Path
) -> None:
    before = threading.active_count()
    database = await open_database(sqlite_url)
    await SqlMarks(database).set("a", "b")
    async with database.snapshot() as read:
        assert await read(lambda connection: connection.scalar(select(marks.c.value))) == "b"
    await database.close()
    await asyncio.sleep(0.05)
    assert threading.active_count() == before
    assert [path.name for path in tmp_path.iterdir()] == ["bot.db"]


async def test_readers_cannot_write(sqlite_url: str, open_database: OpenDatabase) -> None:
    database = await open_database(sqlite_url)
    with pytest.raises(StorageReadOnly):
        await database.read(_note("a"))


async def test_a_file_that_another_program_holds_is_busy_until_it_is_free(
    sqlite_url: str, open_database: OpenDatabase, tmp_path: Path
) -> None:
    database = await open_database(sqlite_url)
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy, match="locked by another program"):
            await database.write(_note("a"))
        assert await _noted(database) == []
        waiting = asyncio.ensure_future(database.write(_note("b")))
        await asyncio.sleep(0.1)
        other.execute("COMMIT")
        assert await waiting == "b"


async def test_a_full_disk_keeps_nothing_half_written(sqlite_url: str, open_database: OpenDatabase) -> None:
    database = await open_database(sqlite_url)

    def limit(connection: Connection, pages: int = 0) -> None:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages or used + 2}")

    def much(connection: Connection) -> None:
        connection.execute(insert(marks), {"name": "much", "value": "x" * 100_000})

    await database.write(limit)
    outcomes = await asyncio.gather(
        database.write(_note("a")),
        database.write(much),
        database.write(_note("b")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], StorageFull)
    noted = await _noted(database)
    assert "much" not in noted
    for name, outcome in (("a", outcomes[0]), ("b", outcomes[2])):
        assert (outcome == name) == (name in noted)
        assert outcome == name or isinstance(outcome, StorageFull)
    await database.write(lambda connection: limit(connection, 10**6))
    assert await database.write(_note("after")) == "after"


async def test_a_read_only_database_says_so(sqlite_url: str, open_database: OpenDatabase) -> None:
    database = await open_database(sqlite_url)
    await database.write(lambda connection: connection.exec_driver_sql("PRAGMA query_only = ON") and None)
    with pytest.raises(StorageReadOnly, match="cannot be written"):
        await database.write(_note("a"))


async def test_damage_met_while_running_has_a_name(
    sqlite_url: str, open_database: OpenDatabase, tmp_path: Path
) -> None:
    first = await open_database(sqlite_url)
    many = [{"name": f"{number}", "value": "x" * 500} for number in range(2000)]
    await first.write(lambda connection: connection.execute(insert(marks), many) and None)
    await first.close()
    database = await open_database(sqlite_url)
    content = bytearray((tmp_path / "bot.db").read_bytes())
    content[-200 * 4096 :] = b"\xa5" * 200 * 4096
    (tmp_path / "bot.db").write_bytes(content)
    with pytest.raises(StorageDamaged, match="restore a backup"):
        await _noted(database)


async def test_a_missing_folder_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(StorageUnreachable, match="cannot be opened"):
        await Database.open(f"sqlite:///{tmp_path / 'none' / 'bot.db'}")


async def test_claiming_nothing_writes_nothing(
    sqlite_url: str, open_database: OpenDatabase, tmp_path: Path, clock: FakeClock
) -> None:
    stores = stores_of(await open_database(sqlite_url), clock)
    await stores.inbox.add([incoming(1)], NOW)
    await stores.inbox.claim("a", limit=9, lease=LEASE, now=NOW)
    log = tmp_path / "bot.db-wal"
    before = log.stat().st_size, log.read_bytes()
    for _ in range(5):
        assert await stores.inbox.claim("a", limit=9, lease=LEASE, now=NOW) == []
        assert await stores.outbox.claim("a", limit=9, lease=LEASE, now=NOW) == []
    assert (log.stat().st_size, log.read_bytes()) == before


async def test_a_snapshot_shows_one_moment(url: str, open_database: OpenDatabase) -> None:
    database = await open_database(url)
    names = select(marks.c.name)
    async with database.snapshot() as read:
        await database.write(_note("later"))
        assert await read(lambda connection: list(connection.scalars(names))) == []
    assert await _noted(database) == ["later"]


async def test_finished_payloads_leave_no_bytes_behind(
    sqlite_url: str, open_database: OpenDatabase, tmp_path: Path, clock: FakeClock
) -> None:
    database = await open_database(sqlite_url)
    stores = stores_of(database, clock)
    await stores.inbox.add([incoming(1, 7, b"my secret question " * 40)], NOW)
    (item,) = await stores.inbox.claim("a", limit=9, lease=LEASE, now=NOW)
    await stores.inbox.done([item.id], NOW)
    await database.compact()
    assert all(b"secret question" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_a_connection_that_was_cut_is_replaced_and_the_work_repeated(
    postgres_url: str, open_database: OpenDatabase
) -> None:
    database = await open_database(postgres_url)
    runs: list[int] = []

    def cut_once(connection: Connection) -> str:
        runs.append(1)
        connection.execute(insert(marks), {"name": "cut", "value": "once"})
        if len(runs) == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return "done"

    assert await database.write(cut_once) == "done"
    assert len(runs) == 2
    assert await _noted(database) == ["cut"]


async def test_transactions_that_collide_are_repeated(postgres_url: str, open_database: OpenDatabase) -> None:
    database = await open_database(postgres_url)
    for name in ("a", "b"):
        await SqlMarks(database).set(name, "0")

    def both(first: str, second: str) -> Work[None]:
        def work(connection: Connection) -> None:
            for name in (first, second):
                connection.execute(text("UPDATE marks SET value = value || '+' WHERE name = :n"), {"n": name})
                connection.execute(text("SELECT pg_sleep(0.1)"))

        return work

    await asyncio.gather(database.write(both("a", "b")), database.write(both("b", "a")))
    assert await SqlMarks(database).get("a") == await SqlMarks(database).get("b") == "0++"


async def test_a_tail_that_a_power_cut_tore_off_costs_nothing_acknowledged(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    stores = stores_of(await open_database(sqlite_url), clock)
    log = tmp_path / "bot.db-wal"
    synced: list[int] = []
    for number in range(12):
        await stores.inbox.add([incoming(number, number, b"x" * 900)], NOW)
        synced.append(log.stat().st_size)
    last_synced = log.stat().st_size
    items = await stores.inbox.claim("a", limit=99, lease=LEASE, now=NOW)
    await stores.inbox.done([item.id for item in items[:6]], NOW)
    whole, before = log.read_bytes(), (tmp_path / "bot.db").read_bytes()
    assert last_synced < len(whole), "what may happen twice does not wait for the disk"
    for cut in [*range(synced[0], last_synced, 1517), *_cuts(last_synced, len(whole))]:
        torn = tmp_path / "torn.db"
        torn.write_bytes(before)
        (tmp_path / "torn.db-wal").write_bytes(whole[:cut] + b"\x5a" * 700)
        with closing(sqlite3.connect(torn)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            assert connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            (kept,) = connection.execute("SELECT count(*) FROM inbox").fetchone()
        assert kept >= sum(size <= cut for size in synced)


def _cuts(begin: int, end: int) -> Iterator[int]:
    """Each byte of the heads of the log's frames, and every 61st between them."""
    for cut in range(begin, end + 1):
        if (cut - begin) % (4096 + 24) <= 24 or cut % 61 == 0:
            yield cut


_WRITER = """
import asyncio, sys
from bot.storage.backend import Work
from bot.storage.database import Database
from bot.storage.inbox import SqlInbox
from bot.domain.inbox import Incoming
from datetime import UTC, datetime

async def main(url):
    inbox = SqlInbox(await Database.open(url))

    async def visitor(chat):
        for number in range(100_000):
            update = chat * 1_000_000 + number
            await inbox.add([Incoming(update_id=update, chat=chat, payload=b"{}")], datetime.now(UTC))
            print(update, flush=True)

    await asyncio.gather(*(visitor(chat) for chat in range(1, 9)))

asyncio.run(main(sys.argv[1]))
"""


def _killed(url: str) -> list[int]:
    """The updates that a process acknowledged before it was killed while writing."""
    command = [sys.executable, "-c", _WRITER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        acknowledged = [int(writer.stdout.readline()) for _ in range(300)]
        writer.kill()
        return acknowledged + [int(line) for line in writer.stdout.read().splitlines()]


async def test_what_was_acknowledged_survives_a_kill(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    acknowledged = await asyncio.to_thread(_killed, sqlite_url)
    inbox = stores_of(await open_database(sqlite_url), clock).inbox
    stored: list[int] = []
    while items := await inbox.claim("a", limit=64, lease=LEASE, now=NOW):
        await inbox.done([item.id for item in items], NOW)
        stored += [item.update_id for item in items]
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    assert len(stored) - len(acknowledged) <= 8, "one waiting write of each visitor at most"


async def test_the_words_of_a_fault_carry_nobodys_words(url: str, open_database: OpenDatabase) -> None:
    database = await open_database(url)
    rows = [{"name": "somebody's words", "value": "somebody's words"}]

    def twice(connection: Connection) -> None:
        for _ in range(2):
            connection.execute(insert(marks), rows)

    with pytest.raises(IntegrityError) as fault:
        await database.write(twice)
    # PostgreSQL names the key that is taken; what a log may show of a fault is its kind and place only.
    shown = str(fault.value).replace("Key (name)=(somebody's words) already exists", "")
    assert "somebody's words" not in shown
