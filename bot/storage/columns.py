"""Column types: moments in UTC, JSON, and what is sealed."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from bot.storage.cipher import Cipher, read_bytes, read_text, write_bytes, write_text

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
    """An aware datetime, stored and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; naive in SQLite, which stores text. Raises ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must know its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


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


class Sealed(TypeDecorator[str]):
    """Text that the engine's cipher seals. ``place`` (table and column) is authenticated with it."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place.encode()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        return None if value is None else write_text(value, cipher_in(dialect), self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open. Raises ``WrongKey``."""
        return None if value is None else read_text(value, cipher_in(dialect), self.place)


class SealedJson(TypeDecorator[Any]):
    """A JSON value whose text is sealed."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place.encode()

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """To text, sealed; an empty list or object is stored as empty text."""
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False) if value else ""
        return write_text(text, cipher_in(dialect), self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Opened, from text; None for what was empty. Raises ``WrongKey``."""
        return json.loads(read_text(value, cipher_in(dialect), self.place)) if value else None


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that the engine's cipher seals."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place.encode()

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal."""
        return None if value is None else write_bytes(value, cipher_in(dialect), self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open. Raises ``WrongKey``."""
        return None if value is None else read_bytes(value, cipher_in(dialect), self.place)
