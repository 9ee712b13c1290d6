"""An audit log in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.aftermath import Remark
from bot.domain.audit import GENESIS, Chain, Deed, Entry, Verdict, digest_of
from bot.domain.clock import Clock


class FakeAudit:
    """Implements ``bot.domain.audit.AuditLog``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._causes: dict[str, Entry] = {}
        self.entries: list[Entry] = []

    async def note(
        self,
        deed: Deed,
        *,
        by: int,
        about: str = "",
        details: Mapping[str, str | int] | None = None,
        cause: str | None = None,
    ) -> Entry:
        """Add an entry at the end, unless its cause is known."""
        return self.add(Remark(deed=deed, by=by, about=about, details=details or {}, cause=cause))

    def add(self, remark: Remark) -> Entry:
        """The same within another store's change."""
        cause = remark.cause
        if cause is not None and cause in self._causes:
            return self._causes[cause]
        entry = Entry(
            number=len(self.entries) + 1,
            at=self._clock.now(),
            by=remark.by,
            deed=remark.deed,
            about=remark.about,
            details=dict(remark.details),
        )
        before = self.entries[-1].digest if self.entries else GENESIS
        entry = replace(entry, digest=digest_of(before, entry))
        self.entries.append(entry)
        if cause is not None:
            self._causes[cause] = entry
        return entry

    async def page(self, *, limit: int = 10, before: int | None = None) -> Sequence[Entry]:
        """The newest entries, or those before a number."""
        older = [one for one in self.entries if before is None or one.number < before]
        return older[::-1][:limit]

    async def verify(self) -> Verdict:
        """Read the whole chain."""
        chain = Chain()
        chain.read(self.entries)
        return chain.verdict(head=None)
