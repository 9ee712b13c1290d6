"""Sealing anew: after a key was introduced or changed, every value is brought under the first key.

The bot may run meanwhile. Afterwards the earlier keys can be taken out of the settings.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, literal, select, update

from bot.storage.backend import AnyRow
from bot.storage.cipher import Cipher, is_current, write_bytes, write_text
from bot.storage.database import Database
from bot.storage.raw import following, key_of, raw_tables, sealed_columns
from bot.storage.tables import inquiries, metadata, people, words

_PAGE = 200
"""Rows in one transaction."""
_TELLING, _TELLING_BYTES = 7, 6
"""So many characters, or bytes, are the same in all that is sealed with one key: the mark and its name."""


async def reseal(database: Database) -> int:
    """Seal with the first key whatever is not; gives how many rows changed.

    Also brings the names' keys up to date, drops the readable search words and rewrites the files, so that
    no readable byte remains. Does nothing without a key. Raises ``WrongKey`` when an earlier key is missing.
    """
    if not database.cipher.seals:
        return 0
    changed = 0
    for raw in raw_tables():
        table = metadata.tables[raw.name]
        if sealed_columns(table):
            changed += await _reseal_table(database, table, raw)
    await database.write(lambda connection: connection.execute(delete(words)) and None)
    await database.note_key()
    await database.compact()
    return changed


async def _reseal_table(database: Database, table: Table, raw: Table) -> int:
    changed, after = 0, None
    while True:
        place = after

        def work(connection: Connection, place: Sequence[Any] | None = place) -> tuple[int, Any]:
            return _reseal_page(connection, database, table, raw, place)

        count, after = await database.write(work)
        changed += count
        if after is None:
            return changed


def _reseal_page(
    connection: Connection, database: Database, table: Table, raw: Table, after: Sequence[Any] | None
) -> tuple[int, Sequence[Any] | None]:
    """Seal a page of rows anew; gives how many changed, and the last key or None at the end."""
    rows = connection.execute(following(raw, after, _PAGE)).all()
    stale = [row for row in rows if not _row_is_current(database, table, row)]
    for row in stale:
        _reseal_row(connection, database, table, key_of(raw, row))
    return len(stale), key_of(raw, rows[-1]) if rows else None


def _row_is_current(database: Database, table: Table, row: AnyRow) -> bool:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return all(is_current(values[name], database.cipher) for name in sealed_columns(table))


def _reseal_row(connection: Connection, database: Database, table: Table, key: Sequence[Any]) -> None:
    mine = and_(*(column == value for column, value in zip(table.primary_key, key, strict=True)))
    # Read under a lock: what a running bot changes meanwhile must not be put back.
    opened = connection.execute(select(table).where(mine).with_for_update()).mappings().one_or_none()
    if opened is None:
        return
    # What is empty is read as None and needs no seal.
    values = {name: opened[name] for name in sealed_columns(table) if opened[name] is not None}
    if table is people:
        name = f"{opened['first_name']} {opened['last_name']}".strip()
        values |= {"name_key": database.key_of(name), "username_key": database.key_of(opened["username"])}
    if table is inquiries:
        values |= {
            "name_key": database.key_of(opened["name"]),
            "username_key": database.key_of(opened["username"]),
        }
    connection.execute(update(table).where(mine).values(values))


async def is_all_sealed(database: Database) -> bool:
    """Whether everything is sealed with the first key; True without a key. Looks at every row."""
    return not database.cipher.seals or await database.read(partial(_all_current, cipher=database.cipher))


def _all_current(connection: Connection, cipher: Cipher) -> bool:
    begins: dict[type[Any], str | bytes] = {
        str: write_text("x", cipher, b"")[:_TELLING],
        bytes: write_bytes(b"x", cipher, b"")[:_TELLING_BYTES],
    }
    if connection.scalar(select(words.c.inquiry_id).limit(1)) is not None:
        return False
    for raw in raw_tables():
        for name in sealed_columns(metadata.tables[raw.name]):
            column = raw.c[name]
            begin = begins[column.type.python_type]
            stale = (
                column.is_not(None),
                func.length(column) > 0,
                func.substr(column, 1, len(begin)) != begin,
            )
            if connection.execute(select(literal(1)).select_from(raw).where(*stale).limit(1)).first():
                return False
    return True
