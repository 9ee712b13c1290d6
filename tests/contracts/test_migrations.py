"""The schema: made by migrations, the same as the code says, on both engines."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import Database, database_url
from bot.storage.errors import StorageDamaged, StorageNewer, StorageUnreachable
from bot.storage.migrations import current, downgrade, revisions, upgrade
from bot.storage.sqlite import CHECKED_BYTES
from bot.storage.tables import metadata


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new folder' / 'bot.db'}"
    address: str = request.getfixturevalue("empty_postgres_url")
    return address


async def _looked_at(url: str, look: object) -> object:
    engine = create_async_engine(database_url(url))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)  # type: ignore[arg-type]
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrations_lead_to_the_schema_of_the_code(empty_url: str) -> None:
    await upgrade(empty_url)
    assert await _looked_at(empty_url, _differences) == []


def _definitions(connection: Connection) -> list[str]:
    """SQLite keeps the text of every statement: partial indexes and AUTOINCREMENT are compared, too."""
    found = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
    )
    return sorted(" ".join(sql.replace('"', "").split()) for (sql,) in found if sql)


async def test_the_migrations_make_the_very_statements_of_the_schema(tmp_path: Path) -> None:
    migrated, made = (f"sqlite:///{tmp_path / name}" for name in ("migrated.db", "made.db"))
    await upgrade(migrated)
    engine = create_async_engine(database_url(made))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert await _looked_at(migrated, _definitions) == await _looked_at(made, _definitions)


async def test_every_migration_goes_up_down_and_up(empty_url: str) -> None:
    before = "base"
    for revision in revisions():
        await upgrade(empty_url, revision)
        await downgrade(empty_url, before)
        await upgrade(empty_url, revision)
        assert await current(empty_url) == revision
        before = revision
    await downgrade(empty_url, "base")
    left = await _looked_at(empty_url, lambda connection: inspect(connection).get_table_names())
    assert left == ["alembic_version"]


async def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    assert await current(empty_url) is None
    await upgrade(empty_url)
    await upgrade(empty_url)
    assert await current(empty_url) == revisions()[-1]


async def test_a_database_of_a_newer_bot_is_refused_by_name(empty_url: str) -> None:
    await upgrade(empty_url)

    def pretend(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    await _looked_at(empty_url, pretend)
    with pytest.raises(StorageNewer, match=rf"revision 9999.*knows {revisions()[-1]}") as refused:
        await upgrade(empty_url)
    assert "\n" not in str(refused.value)


@pytest.fixture
def damaged(sqlite_url: str, tmp_path: Path) -> tuple[str, Path]:
    """A database file that a test may damage."""
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO marks VALUES (?, ?)", [(f"{n}", "x" * 200) for n in range(2000)])
        connection.commit()
    return sqlite_url, path


async def _opened(url: str) -> None:
    await upgrade(url)
    database = await Database.open(url)
    await database.close()


async def test_a_file_that_is_no_database_is_refused_in_one_line(damaged: tuple[str, Path]) -> None:
    url, path = damaged
    path.write_bytes(b"<html>not a database at all</html>" * 1000)
    with pytest.raises(StorageDamaged) as refused:
        await _opened(url)
    assert "\n" not in str(refused.value)
    assert "restore a backup" in str(refused.value)


async def test_flipped_bytes_are_noticed_when_the_file_is_opened(damaged: tuple[str, Path]) -> None:
    url, path = damaged
    content = bytearray(path.read_bytes())
    assert len(content) < CHECKED_BYTES
    page = 4096
    for number in range(len(content) // page - 60, len(content) // page):
        content[number * page : number * page + 12] = b"\xa5" * 12
    path.write_bytes(content)
    with pytest.raises(StorageDamaged) as refused:
        await _opened(url)
    assert "\n" not in str(refused.value)


async def test_a_truncated_file_is_refused(damaged: tuple[str, Path]) -> None:
    url, path = damaged
    path.write_bytes(path.read_bytes()[: 30 * 4096 + 100])
    with pytest.raises(StorageDamaged):
        await _opened(url)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageUnreachable, match="cannot be made"):
        await upgrade(f"sqlite:///{tmp_path / 'file' / 'sub' / 'bot.db'}")


async def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StorageUnreachable, match="cannot be reached"):
        await upgrade("postgresql://nobody@127.0.0.1:1/none")


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///data/bot.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////data/bot.db", "sqlite+aiosqlite"),
        ("postgres://a:b@c/d", "postgresql+asyncpg"),
        ("postgresql://a:b@c/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://a:b@c/d", "postgresql+asyncpg"),
    ],
)
def test_addresses_are_completed_with_their_driver(given: str, driver: str) -> None:
    assert database_url(given).drivername == driver


@pytest.mark.parametrize("given", ["", "bot.db", "mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:"])
def test_other_addresses_are_refused_in_one_line_without_the_password(given: str) -> None:
    with pytest.raises(ValueError, match="database") as refused:
        database_url(given)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
