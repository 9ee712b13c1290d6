"""The fact desk: what is in force, what undo brings back, what a week tells."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.content.editing import changed, forgotten
from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.values import Confidence, Fact
from bot.domain.audit import Deed
from bot.domain.errors import Changed, NoSuchFact
from bot.domain.fact_desk import FactDesk
from bot.domain.fact_notes import FactNotes
from bot.domain.library import Library
from tests.fakes.aftermath import Following
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.facts import FakeFacts
from tests.fakes.marks import FakeMarks
from tests.fakes.neighbours import Street
from tests.fakes.outbox import FakeOutbox
from tests.fakes.people import FakePeople

PHONE = "contacts_phone"
OWNER = 1


@pytest.fixture(scope="module")
def pack() -> Content:
    return load_content()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 23, 4, tzinfo=UTC))


@pytest.fixture
def audit(clock: FakeClock) -> FakeAudit:
    return FakeAudit(clock)


@pytest.fixture
def store(audit: FakeAudit) -> FakeFacts:
    return FakeFacts(Following(audit=audit))


@pytest.fixture
def desk(pack: Content, clock: FakeClock, store: FakeFacts) -> FactDesk:
    return FactDesk(store, Library(pack), clock)


def _phone(desk: FactDesk, digits: str = "+924235870000") -> Fact:
    return changed(
        desk.get(PHONE),
        digits,
        said_by="the House",
        checked=date(2026, 11, 23),
        confidence=Confidence.OFFICIAL,
        valid_until=date(2027, 1, 31),
    )


async def _put(desk: FactDesk, fact: Fact, step: str) -> None:
    await desk.change(fact, by=7, name="Sana", after=desk.last(fact.id), cause=step)


async def test_a_change_is_in_force_and_whole(desk: FactDesk) -> None:
    await _put(desk, _phone(desk), "1")
    fact = desk.get(PHONE)
    assert (fact.phone, fact.said_by, fact.valid_until) == ("+924235870000", "the House", date(2027, 1, 31))
    assert fact == _phone(desk)


async def test_who_changed_what_is_noted_once(desk: FactDesk, audit: FakeAudit) -> None:
    fact = _phone(desk)
    for _ in range(2):
        await desk.change(fact, by=7, name="Sana", after=0, cause="1")
    await desk.undo(PHONE, by=8, name="Bilal", after=desk.last(PHONE), cause="2")
    assert [(one.deed, one.by, one.about, one.details) for one in audit.entries] == [
        (Deed.FACT, 7, PHONE, {"step": 1}),
        (Deed.FACT, 8, PHONE, {"step": 2}),
    ]


async def test_a_change_is_in_force_at_once_in_every_process(
    pack: Content, clock: FakeClock, store: FakeFacts
) -> None:
    street = Street()
    here, there = (FactDesk(store, Library(pack), clock, street.move_in()) for _ in range(2))
    stop = asyncio.Event()
    running = asyncio.create_task(there.run(stop))
    await asyncio.sleep(0.05)
    for neighbour in street.all:
        neighbour.join()
    await _put(here, _phone(here), "1")
    await asyncio.sleep(0.3)
    assert there.get(PHONE) == _phone(here)
    stop.set()
    await running


async def test_undo_goes_back_one_change_and_forth_again(desk: FactDesk) -> None:
    first, second = _phone(desk), _phone(desk, "+924235871111")
    await _put(desk, first, "1")
    await _put(desk, second, "2")
    await desk.undo(PHONE, by=7, name="Sana", after=desk.last(PHONE), cause="3")
    assert desk.get(PHONE) == first
    await desk.undo(PHONE, by=7, name="Sana", after=desk.last(PHONE), cause="4")
    assert desk.get(PHONE) == second


async def test_undoing_the_only_change_gives_the_pack_back(desk: FactDesk) -> None:
    await _put(desk, _phone(desk), "1")
    await desk.undo(PHONE, by=7, name="Sana", after=desk.last(PHONE), cause="2")
    assert desk.get(PHONE).unknown
    with pytest.raises(NoSuchFact):
        await desk.undo("contacts_email", by=7, name="Sana", after=0, cause="3")


async def test_who_did_not_see_the_last_change_is_refused(desk: FactDesk) -> None:
    await _put(desk, _phone(desk), "1")
    with pytest.raises(Changed):
        await desk.change(forgotten(desk.get(PHONE)), by=8, name="Bilal", after=0, cause="2")


async def test_another_process_finds_the_change_at_its_next_look(
    pack: Content, clock: FakeClock, store: FakeFacts
) -> None:
    here, there = (FactDesk(store, Library(pack), clock) for _ in range(2))
    await there.refresh()
    await _put(here, _phone(here), "1")
    assert there.get(PHONE).unknown
    await there.refresh()
    assert there.get(PHONE).phone == "+924235870000"


async def test_a_stored_value_that_no_longer_fits_the_pack_is_left_aside(
    pack: Content, clock: FakeClock, store: FakeFacts
) -> None:
    desk = FactDesk(store, Library(pack), clock)
    await _put(desk, _phone(desk), "1")
    broken = {**(store.kept[0].new or {}), "kind": "email"}
    store.kept[0] = replace(store.kept[0], new=broken)
    later = FactDesk(store, Library(pack), clock)
    await later.refresh()
    assert later.get(PHONE).unknown


async def test_a_week_tells_once_what_went_stale(desk: FactDesk, clock: FakeClock) -> None:
    outbox = FakeOutbox(clock)
    woken: list[bool] = []
    notes = FactNotes(
        desk,
        people=FakePeople(),
        owners=frozenset({OWNER}),
        marks=FakeMarks(outbox),
        clock=clock,
        at=time(10),
        zone=UTC,
        wake=lambda: woken.append(True),
    )
    await notes.look()
    assert await outbox.waiting() == 0
    clock.move(timedelta(days=7 * 60))
    await notes.look()
    clock.move(timedelta(hours=7))
    await notes.look()
    await notes.look()
    assert await outbox.waiting() == 1
    assert woken == [True]
