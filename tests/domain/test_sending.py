"""Sending: each recipient once, whatever Telegram answers; when to rest, to stop, to ask."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.broadcasts import NEWS, Broadcast, Kind, State, Version
from bot.domain.carrying import Carried, Fate, verdict
from bot.domain.delivery import Notice
from bot.domain.messages import NoticeKind
from bot.domain.pace import Pace
from bot.domain.people import Profile
from bot.domain.quiet import QuietHours
from bot.domain.recipients import Counts, Recipient, Result, Settled
from bot.domain.sending import Sender, SenderHooks, in_flight
from bot.i18n.languages import Language
from tests.fakes.broadcasts import FakeBroadcasts
from tests.fakes.clock import FakeClock
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.outbox import FakeOutbox
from tests.fakes.people import FakePeople
from tests.fakes.sessions import FakeSessions

LAHORE = ZoneInfo("Asia/Karachi")
RATE = 400.0
ARRIVED = Carried(fate=Fate.ARRIVED, message_ids=(7,))


class FakeCarrier:
    """Answers as the test says, and remembers whom it carried to."""

    def __init__(self) -> None:
        self.answers: dict[int, list[Carried]] = {}
        """By person, one for each try; afterwards everything arrives."""
        self.always: Carried | None = None
        self.carried: list[tuple[int, int]] = []
        """Person and part."""
        self.under_way = 0
        self.most = 0

    def weight(self, broadcast: Broadcast, recipient: Recipient) -> int:
        """One message."""
        return 1

    async def carry(self, broadcast: Broadcast, recipient: Recipient) -> Carried:
        """Take a moment, then answer."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.002)
        self.under_way -= 1
        self.carried.append((recipient.person_id, recipient.part))
        waiting = self.answers.get(recipient.person_id)
        return self.always or (waiting.pop(0) if waiting else ARRIVED)


class Stage:
    """A sender with everything it needs, in memory."""

    def __init__(self, clock: FakeClock, rate: float = RATE) -> None:
        self.clock = clock
        self.rate = rate
        self.people = FakePeople()
        inquiries = FakeInquiries(FakeOutbox(clock), FakeSessions(clock), clock)
        self.store = FakeBroadcasts(self.people, inquiries)
        self.carrier = FakeCarrier()
        self.pace = Pace(overall=28, announcements=rate)
        self.faults: list[BaseException] = []
        self.stopped: list[Broadcast] = []
        self.entitled = True
        self.sender = self._sender()

    def _sender(
        self, owner: str = "alone", carrier: FakeCarrier | None = None, pace: Pace | None = None
    ) -> Sender:
        async def may_announce(_: int) -> bool:
            return self.entitled

        async def stops(broadcast: Broadcast) -> Sequence[Notice]:
            args = {"note": "stopped", "number": broadcast.number, "why": broadcast.reason}
            return [Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=broadcast.author_id, args=args)]

        hooks = SenderHooks(
            fault=self.faults.append,
            settled=lambda _: None,
            may_announce=may_announce,
            stops=stops,
            stopped=self.stopped.append,
        )
        return Sender(
            broadcasts=self.store,
            carrier=carrier or self.carrier,
            pace=pace or self.pace,
            clock=self.clock,
            owner=owner,
            rate=self.rate,
            quiet=QuietHours(begins=time(22), ends=time(8), zone=LAHORE),
            hooks=hooks,
        )

    def second(self) -> "tuple[Sender, FakeCarrier]":
        """Another process on the same store."""
        carrier = FakeCarrier()
        return self._sender("second", carrier, Pace(overall=28, announcements=RATE)), carrier

    def under_way(self, number: int) -> int:
        """How many recipients are marked as being sent."""
        return sum(row.result is Result.SENDING for row in self.store.stored[number].rows.values())

    async def launch(self, people: int, **changes: Any) -> int:
        """Let people subscribe and an announcement go; gives its number."""
        for one in range(1, people + 1):
            await self.people.meet(Profile(id=one, first_name="P"), self.clock.now())
            await self.people.subscribe(one, frozenset({NEWS}))
        values = {"author_id": 9, "versions": {Language.EN: Version(html="x")}, **changes}
        fresh = Broadcast(created_at=self.clock.now(), **values)
        return (await self.store.launch(fresh, now=self.clock.now())).number

    async def until(self, number: int, holds: Callable[[Broadcast], bool]) -> Broadcast:
        """Run the sender until the announcement is as wanted."""
        stop = asyncio.Event()
        running = asyncio.create_task(self.sender.run(stop))
        try:
            async with asyncio.timeout(10):
                while not holds(one := await self.store.get(number)):
                    await asyncio.sleep(0.005)
        finally:
            stop.set()
            await running
        return one

    async def done(self, number: int) -> Counts:
        """Run to the end; gives the counts."""
        return (await self.until(number, lambda one: one.state is State.DONE)).counts


@pytest.fixture
def stage(clock: FakeClock) -> Stage:
    return Stage(clock)


async def test_everybody_gets_it_once_and_no_more_are_under_way_than_a_crash_may_leave(stage: Stage) -> None:
    number = await stage.launch(200)
    assert await stage.done(number) == Counts(total=200, sent=200)
    assert Counter(stage.carrier.carried) == Counter({(one, 0): 1 for one in range(1, 201)})
    assert stage.carrier.most <= in_flight(RATE)
    assert stage.faults == []


async def test_each_answer_has_its_result_and_only_what_was_not_sent_is_tried_again(stage: Stage) -> None:
    number = await stage.launch(6)
    for person, fate in enumerate((Fate.BLOCKED, Fate.REFUSED, Fate.UNKNOWN, Fate.NOT_SENT, Fate.BUSY), 1):
        stage.carrier.answers[person] = [Carried(fate=fate, reason=fate.value)]
    running = asyncio.create_task(stage.done(number))
    while len(stage.carrier.carried) < 6:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    stage.clock.move(timedelta(seconds=2))
    assert await running == Counts(total=6, sent=3, blocked=1, failed=1, in_doubt=1)
    tries = Counter(person for person, _ in stage.carrier.carried)
    assert tries == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 1}
    assert not stage.people.people[1].reachable


async def test_what_was_under_way_when_the_process_died_is_in_doubt_the_rest_goes_on(
    stage: Stage,
) -> None:
    number = await stage.launch(10)
    one = await stage.store.get(number)
    await stage.store.claim(one, "alone", limit=3, lease=timedelta(minutes=1), now=stage.clock.now())
    assert await stage.done(number) == Counts(total=10, sent=7, in_doubt=3)
    assert {person for person, _ in stage.carrier.carried} == set(range(4, 11))


async def test_a_further_part_follows_and_the_first_is_not_repeated(stage: Stage) -> None:
    number = await stage.launch(1)
    stage.carrier.answers[1] = [Carried(fate=Fate.ARRIVED, message_ids=(1, 2), more=True)]
    running = asyncio.create_task(stage.done(number))
    while not stage.carrier.carried:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    stage.clock.move(timedelta(seconds=2))
    await running
    assert stage.carrier.carried == [(1, 0), (1, 1)]
    (line,) = await stage.store.lines(number)
    assert line.message_ids == (1, 2, 7)


async def test_a_long_wait_is_stored_and_nothing_is_sent_meanwhile(stage: Stage) -> None:
    number = await stage.launch(50)
    stage.carrier.always = Carried(fate=Fate.BUSY, wait=timedelta(minutes=5))
    parked = await stage.until(number, lambda one: one.parked_until is not None)
    assert parked.parked_until == stage.clock.now() + timedelta(minutes=5)
    assert len(stage.carrier.carried) <= in_flight(RATE)
    assert parked.counts == Counts(total=50)


def test_whom_telegram_puts_off_again_and_again_comes_after_the_others(clock: FakeClock) -> None:
    """Each time is a pause for all: whoever is first again when it ends would keep everybody waiting."""
    job = Broadcast(author_id=9, versions={Language.EN: Version(html="x")}, created_at=clock.now())
    busy = Carried(fate=Fate.BUSY, wait=timedelta(seconds=1))
    later = []
    for attempts in (1, 3, 30):
        recipient = Recipient(person_id=1, language=Language.EN, part=0, attempts=attempts)
        tried_again = verdict(job, recipient, busy, clock.now()).retry_at
        assert tried_again is not None
        later.append((tried_again - clock.now() - busy.wait).total_seconds())
    assert later == [1, 4, 15]


async def test_hardly_anybody_is_marked_before_their_turn(clock: FakeClock) -> None:
    stage = Stage(clock, rate=50)
    number, marked = await stage.launch(60), list[int]()
    carry = stage.carrier.carry

    async def watched(broadcast: Broadcast, recipient: Recipient) -> Carried:
        marked.append(stage.under_way(number))
        return await carry(broadcast, recipient)

    stage.carrier.carry = watched  # type: ignore[method-assign]
    await stage.done(number)
    assert sum(marked) / len(marked) < 1.5


async def test_while_sending_rests_nobody_is_marked_as_being_sent(stage: Stage) -> None:
    number = await stage.launch(40)
    stage.carrier.always = Carried(fate=Fate.UNKNOWN, reason="reset")

    def rests(one: Broadcast) -> bool:
        return 4 <= one.counts.in_doubt < 40 and stage.under_way(number) == 0

    await stage.until(number, rests)


async def test_it_stops_by_itself_when_too_much_fails_but_not_before_fifty_results(stage: Stage) -> None:
    number = await stage.launch(300)
    stage.carrier.always = Carried(fate=Fate.REFUSED, reason="Bad Request")
    stopped = await stage.until(number, lambda one: one.state is State.PAUSED and one.counts.failed > 0)
    assert stopped.reason.startswith("failures ")
    assert 50 <= stopped.counts.failed < 50 + 3 * in_flight(RATE)
    assert [one.number for one in stage.stopped] == [number]


async def test_a_small_one_is_never_stopped(stage: Stage) -> None:
    number = await stage.launch(49)
    stage.carrier.always = Carried(fate=Fate.REFUSED, reason="Bad Request")
    assert await stage.done(number) == Counts(total=49, failed=49)


async def test_an_admin_who_lets_it_go_on_is_believed(stage: Stage) -> None:
    number = await stage.launch(120)
    stage.carrier.always = Carried(fate=Fate.REFUSED, reason="Bad Request")
    await stage.until(number, lambda one: one.state is State.PAUSED)
    stage.carrier.always = None
    await stage.store.save((await stage.store.get(number)).resumed(stage.clock.now()))
    counts = await stage.done(number)
    assert counts.sent + counts.failed == 120


async def test_it_rests_in_the_quiet_hours_when_it_was_asked_to(stage: Stage) -> None:
    stage.clock.time = datetime(2026, 5, 4, 19, 0, tzinfo=UTC)
    quiet, other = await stage.launch(3, keeps_quiet=True), await stage.launch(3)
    assert (await stage.done(other)).sent == 3
    assert (await stage.store.get(quiet)).counts.sent == 0
    stage.clock.time = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)
    assert (await stage.done(quiet)).sent == 3


async def test_a_scheduled_one_begins_at_its_time_if_its_author_may_still_announce(stage: Stage) -> None:
    later = stage.clock.now() + timedelta(hours=1)
    first, second = await stage.launch(2, starts_at=later), await stage.launch(2, starts_at=later)
    stage.clock.move(timedelta(hours=1))
    assert (await stage.done(first)).sent == 2
    stage.entitled = False
    third = await stage.launch(2, starts_at=stage.clock.now() + timedelta(hours=1))
    stage.clock.move(timedelta(hours=1))
    stopped = await stage.until(third, lambda one: one.state is State.PAUSED)
    assert (stopped.reason, stopped.counts.sent) == ("author", 0)
    assert (await stage.store.get(second)).state is not State.SCHEDULED


async def test_an_edit_whose_fate_is_unknown_is_repeated(stage: Stage) -> None:
    number = await stage.launch(1)
    await stage.done(number)
    fresh = Broadcast(author_id=9, kind=Kind.EDIT, original=number, created_at=stage.clock.now())
    job = (await stage.store.launch(fresh, now=stage.clock.now())).number
    stage.carrier.answers[1] = [Carried(fate=Fate.UNKNOWN, reason="reset")]
    running = asyncio.create_task(stage.done(job))
    while len(stage.carrier.carried) < 2:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    stage.clock.move(timedelta(seconds=5))
    assert await running == Counts(total=1, sent=1)


async def test_a_result_is_kept_until_the_store_takes_it(stage: Stage) -> None:
    settle, refusals = stage.store.settle, [1, 2]

    async def in_trouble(number: int, owner: str, results: Sequence[Settled], now: datetime) -> Counts:
        if refusals:
            refusals.pop()
            raise TimeoutError
        return await settle(number, owner, results, now)

    stage.store.settle = in_trouble  # type: ignore[method-assign]
    number = await stage.launch(5)
    assert await stage.done(number) == Counts(total=5, sent=5)
    assert [type(fault) for fault in stage.faults] == [TimeoutError, TimeoutError]


async def test_a_fault_of_our_own_leaves_one_in_doubt_and_the_others_go_on(stage: Stage) -> None:
    carry = stage.carrier.carry

    async def stumbling(broadcast: Broadcast, recipient: Recipient) -> Carried:
        if recipient.person_id == 2:
            raise ValueError
        return await carry(broadcast, recipient)

    stage.carrier.carry = stumbling  # type: ignore[method-assign]
    number = await stage.launch(4)
    assert await stage.done(number) == Counts(total=4, sent=3, in_doubt=1)


async def test_two_that_send_have_no_more_under_way_together_than_one_alone(stage: Stage) -> None:
    other, carrier = stage.second()
    number = await stage.launch(1000)
    most, stop = 0, asyncio.Event()

    async def later() -> None:
        while len(stage.carrier.carried) < 50:
            await asyncio.sleep(0.005)
        await other.run(stop)

    joining = asyncio.create_task(later())

    def is_done(one: Broadcast) -> bool:
        nonlocal most
        most = max(most, stage.under_way(number))
        return one.state is State.DONE

    await stage.until(number, is_done)
    stop.set()
    await joining
    assert 0 < most <= in_flight(RATE)
    assert min(len(stage.carrier.carried), len(carrier.carried)) > 50
    assert len({person for person, _ in stage.carrier.carried + carrier.carried}) == 1000


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "quiet"),
    [
        (time(22), time(8), "2026-05-04T16:59:00+00:00", False),
        (time(22), time(8), "2026-05-04T17:00:00+00:00", True),
        (time(22), time(8), "2026-05-05T02:59:00+00:00", True),
        (time(22), time(8), "2026-05-05T03:00:00+00:00", False),
        (time(13), time(14), "2026-05-05T08:30:00+00:00", True),
        (time(13), time(14), "2026-05-05T09:00:00+00:00", False),
    ],
)
def test_quiet_hours_are_those_of_lahore(begins: time, ends: time, moment: str, *, quiet: bool) -> None:
    hours = QuietHours(begins=begins, ends=ends, zone=LAHORE)
    assert hours.hold(datetime.fromisoformat(moment)) is quiet


def test_unsubscribing_stops_it_too() -> None:
    one = Broadcast(
        author_id=9, created_at=datetime.now(UTC), counts=Counts(total=90, sent=60, unsubscribed=7)
    )
    assert one.why_stop() == "unsubscribes 7/60"
    assert replace(one, counts=Counts(total=90, sent=60, unsubscribed=6)).why_stop() == ""
    assert replace(one, counts=Counts(total=90, sent=49, unsubscribed=49)).why_stop() == ""
