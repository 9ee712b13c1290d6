"""Column types: moments in UTC, JSON, and what is sealed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from bot.storage.cipher import MARK, Cipher, read_bytes, read_text, write_bytes, write_text

T = TypeVar("T")

ID = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database draws; SQLite draws only for INTEGER."""


def use_cipher(dialect: Dialect, cipher: Cipher) -> None:
    """Seal and open with this cipher in every connection of an engine."""
    dialect.cipher = cipher  # type: ignore[attr-defined]


def cipher_in(dialect: Dialect) -> Cipher:
    """The cipher in use; an engine that was never given one fails here rather than write words openly."""
    cipher: Cipher = dialect.cipher  # type: ignore[attr-defined]
    return cipher


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored and given back in UTC; text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To UTC. Raises ``ValueError`` for a moment without its time zone."""
        as_text = dialect.name == "sqlite"

        def process(value: datetime | None) -> Any:
            if value is None:
                return None
            if value.tzinfo is None:
                raise ValueError("a stored moment must know its time zone")
            moment = value.astimezone(UTC)
            return moment.replace(tzinfo=None).isoformat(" ", "microseconds") if as_text else moment

        return process

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - its shape
    ) -> Callable[[Any], datetime | None] | None:
        """Aware, in UTC; PostgreSQL's driver gives that already."""
        if dialect.name != "sqlite":
            return None
        read = datetime.fromisoformat
        return lambda value: None if value is None else read(f"{value}+00:00")


class Json(TypeDecorator[Any]):
    """A JSON value as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002 - its shape
        """To text; None stays NULL."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - its shape
        """From text."""
        return None if value is None else json.loads(value)


class _Sealing(TypeDecorator[T]):
    """What the engine's cipher seals. ``place`` (table and column) is authenticated with it."""

    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place.encode()


class Sealed(_Sealing[str]):
    """Text that is sealed."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Seal; None stays NULL."""
        cipher, place = cipher_in(dialect), self.place
        return lambda value: write_text(value, cipher, place) if value else value

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - its shape
    ) -> Callable[[str | None], str | None]:
        """Open. Raises ``WrongKey``."""
        cipher, place = cipher_in(dialect), self.place
        return lambda value: read_text(value, cipher, place) if value and value[0] == MARK else value


class SealedJson(_Sealing[Any]):
    """A JSON value whose text is sealed."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        """To text, sealed; an empty list or object is stored as empty text."""
        cipher, place = cipher_in(dialect), self.place

        def process(value: object) -> str | None:
            text = json.dumps(value, ensure_ascii=False) if value else ""
            return None if value is None else write_text(text, cipher, place)

        return process

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - its shape
    ) -> Callable[[str | None], Any]:
        """Opened, from text; None for what was empty. Raises ``WrongKey``."""
        cipher, place = cipher_in(dialect), self.place
        return lambda value: json.loads(read_text(value, cipher, place)) if value else None


class SealedBytes(_Sealing[bytes]):
    """Bytes that are sealed."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[bytes | None], bytes | None]:
        """Seal; None stays NULL."""
        cipher, place = cipher_in(dialect), self.place
        return lambda value: None if value is None else write_bytes(value, cipher, place)

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - its shape
    ) -> Callable[[bytes | None], bytes | None]:
        """Open. Raises ``WrongKey``."""
        cipher, place = cipher_in(dialect), self.place
        return lambda value: None if value is None else read_bytes(value, cipher, place)
