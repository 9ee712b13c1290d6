"""Backups of a running database, bringing them back, and moving to PostgreSQL."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.inquiries import InquiryFilter
from bot.storage.backup import back_up, restore
from bot.storage.cipher import cipher_of, new_key
from bot.storage.errors import (
    StorageBusy,
    StorageDamaged,
    StorageNewer,
    StorageReadOnly,
    StorageUnreachable,
    WouldLose,
)
from bot.storage.moving import NotEmpty, move
from tests.contracts.conftest import OpenDatabase, Stores, stores_of
from tests.contracts.examples import (
    CODES,
    DAY,
    LEASE,
    NOW,
    ODD_TEXTS,
    incoming,
    inquiry,
    notice,
    post,
    profile,
)
from tests.fakes.clock import FakeClock


async def _fill(stores: Stores) -> None:
    await stores.people.meet(profile(), NOW)
    await stores.people.subscribe(7, frozenset({"news", "visa"}))
    for number, text in enumerate(ODD_TEXTS):
        one = inquiry(f"KH-0000-0{number}", text=text)
        await stores.inquiries.add(one, [post(text)], notices=[notice(number)], cause=f"{number}")
    await stores.sessions.continue_thread(7, CODES[0])
    await stores.sessions.tick(7, "visa", "photo", ticked=True)
    await stores.marks.set("digest", "2026-05-04")
    await stores.inbox.add([incoming(n, n, bytes([n])) for n in range(3)], NOW)


async def _threads(stores: Stores) -> list[object]:
    return [thread async for thread in stores.inquiries.stream(InquiryFilter())]


async def test_a_backup_is_made_while_the_bot_writes(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    stores = stores_of(await open_database(sqlite_url), clock)
    await _fill(stores)

    async def go_on() -> None:
        for number in range(100, 300):
            await stores.inbox.add([incoming(number, number)], NOW)

    target = tmp_path / "backups" / "bot.db"
    made, _ = await asyncio.gather(back_up(sqlite_url, target), go_on())
    assert [path.name for path in target.parent.iterdir()] == ["bot.db"]
    assert (made.path, made.size) == (target, target.stat().st_size)
    assert target.stat().st_mode & 0o777 == 0o600
    assert made.rows["inquiries"] == len(ODD_TEXTS)
    copy = stores_of(await open_database(f"sqlite:///{target}"), clock)
    assert await _threads(copy) == await _threads(stores)
    assert await copy.inbox.waiting() == made.rows["inbox"]


async def test_an_older_backup_of_that_name_is_replaced(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("something else")
    await back_up(sqlite_url, target)
    await back_up(sqlite_url, target)
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_backup_that_fails_leaves_nothing_behind(sqlite_url: str, tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    content = bytearray(database.read_bytes())
    content[8 * 4096 : 8 * 4096 + 8] = b"\xa5" * 8
    database.write_bytes(content)
    target = tmp_path / "backups" / "copy.db"
    with pytest.raises(StorageDamaged):
        await back_up(sqlite_url, target)
    assert list(target.parent.iterdir()) == []


async def test_what_is_not_there_cannot_be_backed_up(tmp_path: Path) -> None:
    with pytest.raises(StorageUnreachable):
        await back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises((StorageUnreachable, StorageReadOnly)):
        await back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "file" / "copy.db")


async def test_postgresql_is_pointed_to_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pg_dump"):
        await back_up(postgres_url, tmp_path / "copy.db")
    with pytest.raises(ValueError, match="pg_restore"):
        await restore(tmp_path / "copy.db", postgres_url)


async def test_a_backup_comes_back(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    database = await open_database(sqlite_url)
    await _fill(stores_of(database, clock))
    before = await _threads(stores_of(database, clock))
    await database.close()
    copy = tmp_path / "backups" / "copy.db"
    await back_up(sqlite_url, copy)
    (tmp_path / "bot.db").unlink()
    back = await restore(copy, sqlite_url)
    assert back.rows["inquiries"] == len(ODD_TEXTS)
    assert await _threads(stores_of(await open_database(sqlite_url), clock)) == before


async def test_what_came_after_the_backup_is_not_lost_without_force(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await back_up(sqlite_url, copy)
    database = await open_database(sqlite_url)
    await stores_of(database, clock).inbox.add([incoming(1)], NOW)
    await database.close()
    with pytest.raises(WouldLose, match=r"inbox.*--force"):
        await restore(copy, sqlite_url)
    await restore(copy, sqlite_url, force=True)
    kept = f"sqlite:///{tmp_path / 'bot.db.before-restore'}"
    for address, waiting in ((sqlite_url, 0), (kept, 1)):
        stores = stores_of(await open_database(address), clock)
        assert await stores.inbox.waiting() == waiting


async def test_a_database_in_use_is_not_replaced(
    sqlite_url: str, open_database: OpenDatabase, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await back_up(sqlite_url, copy)
    await open_database(sqlite_url)
    with pytest.raises(StorageBusy):
        await restore(copy, sqlite_url, force=True, wait=0.1)


async def test_a_damaged_database_can_be_replaced(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await back_up(sqlite_url, copy)
    (tmp_path / "bot.db").write_bytes(b"no database" * 1000)
    await restore(copy, sqlite_url)
    assert (tmp_path / "bot.db.before-restore").read_bytes().startswith(b"no database")


async def test_a_backup_that_is_damaged_foreign_or_newer_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    before = (tmp_path / "bot.db").read_bytes()
    copy.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageDamaged):
        await restore(copy, sqlite_url)
    copy.unlink()
    with closing(sqlite3.connect(copy)) as foreign:
        foreign.execute("CREATE TABLE other (id)")
    with pytest.raises(StorageDamaged, match="no database of this bot"):
        await restore(copy, sqlite_url)
    await back_up(sqlite_url, copy)
    with closing(sqlite3.connect(copy)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(StorageNewer):
        await restore(copy, sqlite_url)
    assert (tmp_path / "bot.db").read_bytes() == before


async def test_everything_moves_to_postgresql(
    sqlite_url: str, empty_postgres_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    source = await open_database(sqlite_url)
    old = stores_of(source, clock)
    await _fill(old)
    (first, *_) = await old.inbox.claim("a", limit=3, lease=LEASE, now=NOW)
    await old.inbox.done([first.id], NOW)
    await old.inbox.prune(NOW + DAY)
    told: list[tuple[str, int]] = []
    counts = await move(sqlite_url, empty_postgres_url, progress=lambda *one: told.append(one))
    assert counts["inquiries"] == counts["posts"] == len(ODD_TEXTS)
    assert ("inquiries", len(ODD_TEXTS)) in told
    new = stores_of(await open_database(empty_postgres_url), clock)
    assert await _threads(new) == await _threads(old)
    assert await new.people.get(7) == await old.people.get(7)
    assert await new.sessions.get(7, 7) == await old.sessions.get(7, 7)
    assert await new.sessions.ticks(7, "visa") == {"photo"}
    assert await new.inquiries.applied("3") == "KH-0000-03"
    assert await new.outbox.waiting() == await old.outbox.waiting()
    await old.inbox.release("a")
    await new.inbox.release("a")
    await new.inbox.add([incoming(99, 99)], NOW)
    await old.inbox.add([incoming(99, 99)], NOW)
    claims = [await stores.inbox.claim("b", limit=9, lease=LEASE, now=NOW) for stores in (new, old)]
    assert claims[0] == claims[1]


async def test_sealed_values_move_without_their_key(
    sqlite_url: str, postgres_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    key = cipher_of(new_key())
    source = await open_database(sqlite_url, key)
    await _fill(stores_of(source, clock))
    await move(sqlite_url, postgres_url)
    moved = stores_of(await open_database(postgres_url, key), clock)
    assert await _threads(moved) == await _threads(stores_of(source, clock))


async def test_a_database_that_holds_something_is_not_moved_into(
    sqlite_url: str, postgres_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    stores = stores_of(await open_database(postgres_url), clock)
    await stores.marks.set("here", "before")
    with pytest.raises(NotEmpty, match="marks"):
        await move(sqlite_url, postgres_url)
    with pytest.raises(ValueError, match="postgresql was expected"):
        await move(sqlite_url, sqlite_url)
    assert await stores.marks.get("here") == "before"


async def test_a_move_that_fails_leaves_the_target_empty(
    sqlite_url: str, postgres_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    await _fill(stores_of(await open_database(sqlite_url), clock))

    def give_up(table: str, _rows: int) -> None:
        if table == "posts":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await move(sqlite_url, postgres_url, progress=give_up)
    stores = stores_of(await open_database(postgres_url), clock)
    assert await stores.inquiries.count(InquiryFilter()) == 0
    await move(sqlite_url, postgres_url)
    assert await stores.inquiries.count(InquiryFilter()) == len(ODD_TEXTS)
