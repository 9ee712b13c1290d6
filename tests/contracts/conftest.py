"""Every port's contract runs on the fakes, on SQLite, on a sealed SQLite and on PostgreSQL."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.domain.audit import AuditLog
from bot.domain.broadcasts import BroadcastStore
from bot.domain.delivery import Outbox
from bot.domain.events import EventStore
from bot.domain.fact_desk import FactStore
from bot.domain.inbox import Inbox
from bot.domain.inquiries import InquiryStore
from bot.domain.marks import Marks
from bot.domain.people import PeopleStore
from bot.domain.sessions import SessionStore
from bot.storage.audit import SqlAudit
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.cipher import Cipher, NoCipher, cipher_of, new_key
from bot.storage.database import Database
from bot.storage.events import SqlEvents
from bot.storage.facts import SqlFacts
from bot.storage.inbox import SqlInbox
from bot.storage.inquiries import SqlInquiries
from bot.storage.marks import SqlMarks
from bot.storage.migrations import upgrade
from bot.storage.outbox import SqlOutbox
from bot.storage.people import SqlPeople
from bot.storage.sessions import SqlSessions
from bot.storage.tables import metadata
from tests.fakes.aftermath import Following
from tests.fakes.audit import FakeAudit
from tests.fakes.broadcasts import FakeBroadcasts
from tests.fakes.clock import FakeClock
from tests.fakes.events import FakeEvents
from tests.fakes.facts import FakeFacts
from tests.fakes.inbox import FakeInbox
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.marks import FakeMarks
from tests.fakes.outbox import FakeOutbox
from tests.fakes.people import FakePeople
from tests.fakes.sessions import FakeSessions

_numbers = itertools.count(1)

OpenDatabase = Callable[..., Awaitable[Database]]
"""Opens an address, with a cipher when one is given."""


@dataclass(frozen=True, kw_only=True)
class Stores:
    """One implementation of every port, over the same memory or database."""

    people: PeopleStore
    sessions: SessionStore
    inquiries: InquiryStore
    inbox: Inbox
    outbox: Outbox
    marks: Marks
    broadcasts: BroadcastStore
    events: EventStore
    facts: FactStore
    audit: AuditLog
    clock: FakeClock


def stores_of(database: Database, clock: FakeClock) -> Stores:
    """The stores of a database."""
    return Stores(
        people=SqlPeople(database),
        sessions=SqlSessions(database),
        inquiries=SqlInquiries(database),
        inbox=SqlInbox(database),
        outbox=SqlOutbox(database),
        marks=SqlMarks(database),
        broadcasts=SqlBroadcasts(database),
        events=SqlEvents(database),
        facts=SqlFacts(database),
        audit=SqlAudit(database),
        clock=clock,
    )


def fake_stores(clock: FakeClock) -> Stores:
    """The stores in memory."""
    outbox, sessions = FakeOutbox(clock), FakeSessions(clock)
    inquiries = FakeInquiries(outbox, sessions, clock)
    audit, marks = FakeAudit(clock), FakeMarks(outbox)
    following = Following(outbox=outbox, audit=audit, marks=marks)
    people = FakePeople(following)
    return Stores(
        people=people,
        sessions=sessions,
        inquiries=inquiries,
        inbox=FakeInbox(clock, inquiries, following),
        outbox=outbox,
        marks=marks,
        broadcasts=FakeBroadcasts(people, inquiries, audit),
        events=FakeEvents(),
        facts=FakeFacts(following),
        audit=audit,
        clock=clock,
    )


async def nothing_followed(stores: Stores) -> bool:
    """Whether nothing is stored of ``examples.UNWRITABLE``."""
    owed, mark = await stores.outbox.waiting(), await stores.marks.get("news")
    return (owed, mark, list(await stores.audit.page())) == (0, None, [])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "bot.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of this test."""
    shutil.copy(migrated_file, tmp_path / "bot.db")
    return f"sqlite:///{tmp_path / 'bot.db'}"


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_server(postgres_server: str) -> str:
    """The address of a PostgreSQL database at the newest revision."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # it need not survive a power cut
        asyncio.run(_execute(postgres_server, f"ALTER SYSTEM SET {setting} = off"))
    asyncio.run(_execute(postgres_server, "SELECT pg_reload_conf()"))
    asyncio.run(_execute(postgres_server, "CREATE DATABASE migrated"))
    address = _address(postgres_server, "migrated")
    asyncio.run(upgrade(address))
    return address


@pytest.fixture
def postgres_url(migrated_server: str) -> str:
    """A migrated PostgreSQL database without any row."""
    tables = ", ".join(metadata.tables)
    asyncio.run(_execute(migrated_server, f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return migrated_server


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database of this test without any table."""
    name = f"test_{next(_numbers)}"
    asyncio.run(_execute(postgres_server, f"CREATE DATABASE {name}"))
    yield _address(postgres_server, name)
    asyncio.run(_execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database of either engine."""
    address: str = request.getfixturevalue(f"{request.param}_url")
    return address


@pytest.fixture
async def open_database(clock: FakeClock) -> AsyncIterator[OpenDatabase]:
    """Opens databases and closes them after the test."""
    opened: list[Database] = []

    async def open_one(url: str, cipher: Cipher | None = None) -> Database:
        opened.append(await Database.open(url, cipher=cipher, clock=clock, busy_timeout=0.5))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.close()


@pytest.fixture(params=["fake", "sqlite", "sealed", "postgres"])
async def stores(
    request: pytest.FixtureRequest,
    place: str | None,
    clock: FakeClock,
    open_database: OpenDatabase,
) -> Stores:
    """Every implementation in turn."""
    if place is None:
        return fake_stores(clock)
    cipher = cipher_of(new_key()) if request.param == "sealed" else NoCipher()
    return stores_of(await open_database(place, cipher), clock)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> str | None:
    """Where the implementation under test stores; None in memory."""
    kind = request.node.callspec.params["stores"]
    if kind == "fake":
        return None
    address: str = request.getfixturevalue("postgres_url" if kind == "postgres" else "sqlite_url")
    return address
