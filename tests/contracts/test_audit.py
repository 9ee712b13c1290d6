"""The contract of ``AuditLog``; and that tampering with the database is noticed."""

import asyncio

import pytest
from sqlalchemy import delete, update

from bot.domain.audit import COMMAND_LINE, AuditLog, Deed
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from bot.storage.tables import audit as table
from tests.contracts.conftest import OpenDatabase
from tests.contracts.examples import MINUTE
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def where(request: pytest.FixtureRequest) -> str | None:
    """The address of every database in turn; None in memory."""
    return None if request.param == "fake" else str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def audit(where: str | None, clock: FakeClock, open_database: OpenDatabase) -> AuditLog:
    """Every implementation in turn."""
    return FakeAudit(clock) if where is None else SqlAudit(await open_database(where))


async def _some(audit: AuditLog, clock: FakeClock, many: int = 5) -> None:
    for number in range(1, many + 1):
        await audit.note(Deed.ROLE, by=3001, about=str(number), details={"from": "visitor", "to": "staff"})
        clock.move(MINUTE)


async def test_entries_are_numbered_and_the_newest_come_first(audit: AuditLog, clock: FakeClock) -> None:
    began = clock.now()
    await _some(audit, clock)
    await audit.note(Deed.BAN, by=COMMAND_LINE, about="7")
    page = await audit.page(limit=2)
    assert [(one.number, one.deed, one.by, one.about) for one in page] == [
        (6, Deed.BAN, COMMAND_LINE, "7"),
        (5, Deed.ROLE, 3001, "5"),
    ]
    (first,) = await audit.page(before=2)
    assert (first.number, first.at, first.details) == (1, began, {"from": "visitor", "to": "staff"})
    assert await audit.page(before=1) == []


async def test_the_same_cause_is_noted_once(audit: AuditLog) -> None:
    first = await audit.note(Deed.BAN, by=3001, about="7", cause="12:ban")
    assert await audit.note(Deed.BAN, by=3001, about="7", cause="12:ban") == first
    assert await audit.note(Deed.BAN, by=3001, about="7") != first
    assert len(await audit.page()) == 2


async def test_a_whole_chain_is_found_whole(audit: AuditLog, clock: FakeClock) -> None:
    assert (await audit.verify()).entries == 0
    await _some(audit, clock)
    verdict = await audit.verify()
    (last,) = await audit.page(limit=1)
    assert (verdict.entries, verdict.broken, verdict.head) == (5, None, last.digest)


async def test_entries_noted_at_once_make_one_chain(audit: AuditLog) -> None:
    await asyncio.gather(*(audit.note(Deed.EXPORT, by=number) for number in range(12)))
    verdict = await audit.verify()
    assert (verdict.entries, verdict.broken) == (12, None)


TAMPERING = {
    "a changed person": (update(table).where(table.c.number == 3).values(about="999"), 3),
    "a changed author": (update(table).where(table.c.number == 1).values(by=1), 1),
    "a changed moment": (update(table).where(table.c.number == 2).values(at=FakeClock().now() - MINUTE), 2),
    "changed details": (update(table).where(table.c.number == 4).values(details={"to": "owner"}), 4),
    "a deed that is none": (update(table).where(table.c.number == 4).values(deed="nothing"), 4),
    "an entry taken out": (delete(table).where(table.c.number == 3), 3),
    "the first taken out": (delete(table).where(table.c.number == 1), 1),
    "the last taken out": (delete(table).where(table.c.number == 5), 5),
    "all taken out": (delete(table), 1),
}


@pytest.mark.parametrize("name", TAMPERING)
async def test_tampering_is_noticed_at_the_first_wrong_entry(
    name: str, clock: FakeClock, open_database: OpenDatabase, sqlite_url: str
) -> None:
    database: Database = await open_database(sqlite_url)
    audit = SqlAudit(database)
    await _some(audit, clock)
    statement, broken = TAMPERING[name]
    await database.write(lambda connection: connection.execute(statement) and None)
    verdict = await audit.verify()
    assert (verdict.broken, verdict.entries) == (broken, broken - 1)


async def test_details_that_are_no_json_are_noticed(
    clock: FakeClock, open_database: OpenDatabase, sqlite_url: str
) -> None:
    database = await open_database(sqlite_url)
    audit = SqlAudit(database)
    await _some(audit, clock)
    await database.write(
        lambda connection: (
            connection.exec_driver_sql("UPDATE audit SET details = '{' WHERE number = 2") and None
        )
    )
    assert (await audit.verify()).broken == 2
