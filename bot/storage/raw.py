"""The tables as they stand on the disk: sealed values stay sealed, for copying and for sealing anew."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, MetaData, Select, Table, Text, select, tuple_
from sqlalchemy.types import TypeEngine

from bot.storage.backend import AnyRow
from bot.storage.columns import Json, Sealed, SealedBytes, SealedJson
from bot.storage.tables import metadata

_SEALED = (Sealed, SealedJson, SealedBytes)


def raw_tables() -> list[Table]:
    """Every table, those that others refer to first, with plain types for what may be sealed."""
    plain = MetaData()
    return [
        Table(table.name, plain, *(_raw_column(column) for column in table.columns))
        for table in metadata.sorted_tables
    ]


def sealed_columns(table: Table) -> list[str]:
    """The names of a table's columns whose values may be sealed."""
    return [column.name for column in table.columns if isinstance(column.type, _SEALED)]


def following(table: Table, after: Sequence[Any] | None, limit: int) -> Select[Any]:
    """A page of a table in the order of its key: the rows after that key, or the first ones."""
    key = list(table.primary_key)
    page = select(table).order_by(*key).limit(limit)
    if after is None:
        return page
    return page.where(tuple_(*key) > tuple_(*after, types=[column.type for column in key]))


def key_of(table: Table, row: AnyRow) -> tuple[Any, ...]:
    """A row's primary key."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return tuple(values[column] for column in table.primary_key)


def rows_of(connection: Connection, page: Select[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a page as they can be inserted elsewhere."""
    for row in connection.execute(page).mappings():
        yield dict(row)


def _raw_column(column: Column[Any]) -> Column[Any]:
    return Column(column.name, _raw_type(column.type), primary_key=column.primary_key)


def _raw_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, SealedBytes):
        return LargeBinary()
    return Text() if isinstance(kind, Sealed | SealedJson | Json) else kind
