"""Audit: who did what to whom, as a chain in which a changed or missing entry is noticed. Nobody's words."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

COMMAND_LINE = 0
"""Who did it when it was done by ``python -m bot`` or by the bot itself."""
GENESIS = "0" * 64
"""What the first entry follows."""


class Deed(StrEnum):
    """What was done."""

    ROLE = "role"
    """A role was given or taken: about a person; ``from``, ``to``."""
    BAN = "ban"
    UNBAN = "unban"
    EXPORT = "export"
    """The log was taken away: about a format; ``rows``, ``masked``."""
    ANNOUNCE = "announce"
    """A step with an announcement: about its number; ``step``."""
    FACT = "fact"
    """A fact of the content was changed: about its id; ``step``."""
    ERASE = "erase"
    """A person was erased: about the receipt; ``inquiries``, ``posts``."""
    REPLIES = "replies"
    """Replies were sent from a sheet; ``sent``, ``stale``, ``unknown``."""
    QUARANTINE = "quarantine"
    """An update was tried again or thrown away: about its number; ``step``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One deed."""

    number: int
    """1, 2, 3 … without a gap."""
    at: datetime
    by: int
    """Telegram user id, or ``COMMAND_LINE``."""
    deed: Deed
    about: str = ""
    """A person's id, an announcement's number, a fact's id …"""
    details: Mapping[str, str | int] = field(default_factory=dict)
    """A few values; never anybody's words."""
    digest: str = ""
    """SHA-256 over the digest before it and this entry."""


class AuditLog(Protocol):
    """Keeps entries. Each method is one transaction."""

    async def note(
        self,
        deed: Deed,
        *,
        by: int,
        about: str = "",
        details: Mapping[str, str | int] | None = None,
        cause: str | None = None,
    ) -> Entry:
        """Add an entry at the end. A cause that was noted before adds nothing and gives that entry."""
        ...

    async def page(self, *, limit: int = 10, before: int | None = None) -> Sequence[Entry]:
        """The newest entries, or the newest with a smaller number than ``before``."""
        ...

    async def verify(self) -> "Verdict":
        """Read the whole chain."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of reading the chain."""

    entries: int
    """How many were read in order."""
    head: str
    """The digest of the last good entry: noted elsewhere, it also shows that the end was not cut off."""
    broken: int | None = None
    """The number of the first entry that is missing or changed; None: all is well."""


def digest_of(before: str, entry: Entry) -> str:
    """The digest that an entry must have after the one before it."""
    values = [
        before,
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        entry.by,
        str(entry.deed),
        entry.about,
        dict(sorted(entry.details.items())),
    ]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


class Chain:
    """Checks entries one after the other."""

    def __init__(self) -> None:
        self._entries = 0
        self._head = GENESIS
        self._broken: int | None = None

    def read(self, entries: Iterable[Entry]) -> bool:
        """Go on with these; False once something is broken."""
        for entry in entries:
            expected = self._entries + 1
            if entry.number != expected or entry.digest != digest_of(self._head, entry):
                self._broken = expected
                return False
            self._entries, self._head = expected, entry.digest
        return True

    def verdict(self, *, head: str | None) -> Verdict:
        """The result; ``head``: the digest that was noted as the last one, None when there is none."""
        if self._broken is None and head not in (None, self._head):
            self._broken = self._entries + 1
        return Verdict(entries=self._entries, head=self._head, broken=self._broken)
