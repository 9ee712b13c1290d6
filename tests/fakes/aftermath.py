"""What follows from a change, in memory."""

from dataclasses import dataclass

from bot.domain.aftermath import Aftermath
from tests.fakes.audit import FakeAudit
from tests.fakes.marks import FakeMarks
from tests.fakes.outbox import FakeOutbox


@dataclass(frozen=True, kw_only=True)
class Following:
    """Where it goes. A store that is not given one of these takes nothing for it."""

    outbox: FakeOutbox | None = None
    audit: FakeAudit | None = None
    marks: FakeMarks | None = None

    def follow(self, aftermath: Aftermath) -> None:
        """Store it, within the store's own change."""
        if aftermath.notices:
            assert self.outbox is not None, "this store was given no outbox"
            self.outbox.owe(aftermath.notices)
        if aftermath.marks:
            assert self.marks is not None, "this store was given no marks"
            self.marks.values.update(aftermath.marks)
        if aftermath.remark:
            assert self.audit is not None, "this store was given no audit log"
            self.audit.add(aftermath.remark)
