"""The use cases of personal data: erasing, letting go in time, rewriting the files afterwards."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain import privacy as module
from bot.domain.aftermath import nothing_follows
from bot.domain.audit import Deed
from bot.domain.messages import NoticeKind
from bot.domain.people import Profile
from bot.domain.privacy import COMPACTION, Belongings, Erasure, Follows, Handling, Keeping, Notices, Privacy
from bot.domain.remembering import RememberedPeople, RememberedSessions
from tests.fakes.aftermath import Following
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.marks import FakeMarks
from tests.fakes.people import FakePeople
from tests.fakes.sessions import FakeSessions

GROUP = -5


class FakeStore:
    """Implements ``PrivacyStore``: one inquiry, and so many pages of what was kept long enough."""

    def __init__(self, clock: FakeClock, marks: FakeMarks, people: FakePeople, audit: FakeAudit) -> None:
        self._clock, self._marks, self._people = clock, marks, people
        self._following = Following(audit=audit, marks=marks)
        self.owed: list[tuple[NoticeKind, int]] = []
        self.done: list[str] = []
        self.old = 0

    async def collect(self, person_id: int) -> Belongings:
        """The person alone."""
        return Belongings(person=await self._people.get(person_id))

    async def erase(
        self,
        person_id: int,
        *,
        receipt: str,
        notices: Notices,
        cause: str | None = None,
        follows: Follows = nothing_follows,
    ) -> Erasure:
        """Forget the person."""
        self._people.people.pop(person_id, None)
        self.owed += [(one.kind, one.chat_id) for one in notices("KH-2222-22")]
        await self._marks.set(COMPACTION, "now")
        erasure = Erasure(receipt=receipt, erased_at=self._clock.now(), inquiries=1, posts=2)
        self._following.follow(follows(erasure))
        return erasure

    async def expire(self, keeping: Keeping, *, limit: int, notices: Notices) -> int:
        """What is old, page by page."""
        many = min(limit, self.old)
        self.old -= many
        return many

    async def clear_up(self, *, notices: Notices) -> None:
        """Note it."""
        self.done.append("cleared up")


class Office:
    """The use cases over fakes."""

    def __init__(self, clock: FakeClock, *, group: int | None = GROUP) -> None:
        self.clock, self.marks, self.stored = clock, FakeMarks(), FakePeople()
        self.people = RememberedPeople(self.stored)
        self.audit = FakeAudit(clock)
        self.store = FakeStore(clock, self.marks, self.stored, self.audit)
        self.done = self.store.done
        self.privacy = Privacy(
            store=self.store,
            people=self.people,
            sessions=RememberedSessions(FakeSessions(clock)),
            marks=self.marks,
            clock=clock,
            handling=Handling(keeping=Keeping(), sealed=False),
            staff_chat=lambda: group,
            settle=self._note("settled"),
            compact=self._note("compacted"),
        )

    def _note(self, what: str) -> Callable[[], asyncio.Future[None]]:
        async def note() -> None:
            self.done.append(what)

        return lambda: asyncio.ensure_future(note())


@pytest.fixture
def office(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Office:
    for name in ("SETTLE", "COMPACT_EVERY", "EXPIRE_EVERY", "LOOK_EVERY"):
        monkeypatch.setattr(module, name, 0.02)
    for name in ("EXPIRE_TURN", "COMPACT_LASTS"):
        monkeypatch.setattr(module, name, timedelta(0))
    return Office(clock)


async def test_an_erased_person_is_not_remembered_and_the_audit_log_says_only_the_receipt(
    office: Office,
) -> None:
    await office.people.meet(Profile(id=7, first_name="Aigerim"), office.clock.now())
    erasure = await office.privacy.forget(7, cause="1:forget")
    assert office.done == ["settled"]
    assert await office.people.get(7) is None
    (entry,) = office.audit.entries
    assert (entry.deed, entry.by, entry.about) == (Deed.ERASE, 0, erasure.receipt)
    assert entry.details == {"inquiries": 1, "posts": 2}
    assert erasure.receipt.startswith("ER-")
    assert office.store.owed == [(NoticeKind.ERASED, GROUP)]


async def test_without_a_staff_group_nothing_is_owed_to_it(clock: FakeClock) -> None:
    office = Office(clock, group=None)
    await office.privacy.forget(7)
    assert office.store.owed == []


async def _while_running(
    work: Callable[[asyncio.Event], asyncio.Future[None]], *, until: Callable[[], object]
) -> None:
    """Let it run until something is so, and a little longer, in which nothing more should happen."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(work(stop))
    async with asyncio.timeout(20):
        while not until():
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(task, 20)


async def test_the_files_are_cleared_up_and_rewritten_once_after_an_erasure(office: Office) -> None:
    await office.privacy.forget(7)
    office.done.clear()
    await _while_running(
        lambda stop: asyncio.ensure_future(office.privacy.run_compaction(stop)),
        until=lambda: "compacted" in office.done,
    )
    # First what is in memory is stored, then what is of nobody goes, then the bytes.
    assert office.done == ["settled", "cleared up", "compacted"]
    assert await office.marks.get(COMPACTION) == ""


async def test_a_rewriting_that_a_stop_prevented_is_done_later(office: Office) -> None:
    await office.marks.set(COMPACTION, "an erasure before the stop")
    await _while_running(
        lambda stop: asyncio.ensure_future(office.privacy.run_compaction(stop)),
        until=lambda: "compacted" in office.done,
    )
    assert office.done.count("compacted") == 1


async def test_an_erasure_by_another_process_is_noticed(office: Office) -> None:
    async def later(stop: asyncio.Event) -> None:
        running = asyncio.ensure_future(office.privacy.run_compaction(stop))
        await asyncio.sleep(0.05)
        await office.marks.set(COMPACTION, "elsewhere")
        await running

    await _while_running(
        lambda stop: asyncio.ensure_future(later(stop)), until=lambda: "compacted" in office.done
    )
    assert office.done.count("compacted") == 1


async def test_what_was_kept_long_enough_goes_page_by_page_and_the_courier_is_woken(office: Office) -> None:
    office.store.old = 3 * module.EXPIRE_PAGE - 5
    woken: list[None] = []

    def wake() -> None:
        woken.append(None)

    await _while_running(
        lambda stop: asyncio.ensure_future(office.privacy.run_expiry(stop, wake)),
        until=lambda: len(woken) == 3,
    )
    assert office.store.old == 0
    assert len(woken) == 3
