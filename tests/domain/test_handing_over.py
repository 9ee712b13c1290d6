"""Several processes share an inbox and an outbox: what is in hand stays there, what died is taken over."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta

from bot.domain import courier as couriers
from bot.domain import intake as intakes
from bot.domain.courier import Courier, CourierHooks
from bot.domain.delivery import Delivery, Notice, Outcome, Owed
from bot.domain.inbox import Incoming, Item
from bot.domain.intake import Intake, IntakeHooks, TakenOver
from bot.domain.messages import NoticeKind
from bot.domain.neighbours import Neighbours
from bot.domain.pace import Pace
from tests.fakes.inbox import FakeInbox
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.neighbours import Street
from tests.fakes.outbox import FakeOutbox
from tests.fakes.sessions import FakeSessions
from tests.fakes.time import LoopClock, run_jumping

Handle = Callable[[Item], Awaitable[None]]


class House:
    """One inbox and one outbox, on jumping time."""

    def __init__(self) -> None:
        self.clock = LoopClock()
        self.outbox = FakeOutbox(self.clock)
        inquiries = FakeInquiries(self.outbox, FakeSessions(self.clock), self.clock)
        self.inbox = FakeInbox(self.clock, inquiries)
        self.faults: list[str] = []
        self.handled: list[tuple[str, int, float]] = []

    def intake(
        self,
        owner: str,
        seconds: float = 0,
        *,
        hands: int = 64,
        neighbours: Neighbours | None = None,
    ) -> Intake:
        """A process that takes so long for each update."""

        async def handle(item: Item) -> None:
            await asyncio.sleep(seconds)
            self.handled.append((owner, item.update_id, asyncio.get_running_loop().time()))

        def quarantines(_: Item, error: str) -> Sequence[Notice]:
            raise AssertionError(error)

        hooks = IntakeHooks(
            handled=lambda _: None,
            fault=lambda _, error: self.faults.append(type(error).__name__),
            quarantines=quarantines,
            quarantined=lambda _, __: None,
        )
        return Intake(
            inbox=self.inbox,
            handle=handle,
            clock=self.clock,
            owner=owner,
            hooks=hooks,
            concurrency=hands,
            neighbours=neighbours,
        )

    async def receive(self, *chats: int) -> None:
        """An update in each of the chats."""
        batch = [Incoming(update_id=number, chat=chat, payload=b"{}") for number, chat in enumerate(chats, 1)]
        await self.inbox.add(batch, self.clock.now())

    def courier(self, owner: str, seconds: float, sent: list[str]) -> Courier:
        """A process that takes so long for each message."""

        class Post:
            async def deliver(self, owed: Sequence[Owed]) -> Delivery:
                await asyncio.sleep(seconds)
                sent.extend(f"{owner}: {one.notice.code}" for one in owed)
                return Delivery(outcome=Outcome.SENT)

        async def nothing(*_: object) -> None:
            raise AssertionError

        hooks = CourierHooks(
            fault=lambda _, error: self.faults.append(type(error).__name__), refused=nothing, moved=nothing
        )
        pace = Pace(overall=28, now=asyncio.get_running_loop().time)
        return Courier(
            outbox=self.outbox, messenger=Post(), pace=pace, clock=self.clock, owner=owner, hooks=hooks
        )


async def _run(
    *parts: Callable[[asyncio.Event], Coroutine[object, object, None]], for_seconds: float
) -> None:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(part(stop)) for part in parts]
    await asyncio.sleep(for_seconds)
    stop.set()
    await asyncio.gather(*tasks)


def test_what_a_dead_process_held_is_handled_by_another_when_its_lease_is_over() -> None:
    async def scene() -> None:
        house = House()
        await house.receive(1, 2)
        await house.inbox.claim("dead", limit=9, lease=intakes.LEASE, now=house.clock.now())
        await _run(house.intake("b").run, for_seconds=20)
        assert [number for _, number, _ in house.handled] == [1, 2]
        assert all(10 <= at <= 11.1 for _, _, at in house.handled)

    run_jumping(scene())


def test_what_takes_long_stays_in_the_same_hands() -> None:
    async def scene() -> None:
        house = House()
        await house.receive(1)
        await _run(house.intake("a", 25).run, house.intake("b", 25).run, for_seconds=60)
        assert len(house.handled) == 1
        assert house.faults == []

    run_jumping(scene())


def test_an_update_that_was_taken_over_is_let_go() -> None:
    async def scene() -> None:
        house = House()
        await house.receive(1)

        async def frozen(stop: asyncio.Event) -> None:
            await asyncio.sleep(1)
            row = house.inbox.rows[1]
            row.owner, row.held_until = "b", house.clock.now() + timedelta(seconds=60)
            await stop.wait()

        await _run(house.intake("a", 20).run, frozen, for_seconds=30)
        assert house.handled == []
        assert house.faults == [TakenOver.__name__]

    run_jumping(scene())


def test_what_is_under_way_here_is_not_begun_again_after_a_freeze() -> None:
    async def scene() -> None:
        house = House()
        await house.receive(1)

        async def freeze(stop: asyncio.Event) -> None:
            await asyncio.sleep(1)
            house.inbox.rows[1].held_until = house.clock.now() - timedelta(seconds=1)
            await stop.wait()

        await _run(house.intake("a", 8).run, freeze, for_seconds=20)
        assert len(house.handled) == 1

    run_jumping(scene())


def test_who_has_no_hand_free_calls_the_others_at_once() -> None:
    async def scene() -> None:
        house, street = House(), Street()
        near, far = street.move_in(), street.move_in()
        near.join()
        far.join()
        crowded, idle = house.intake("a", 5, hands=1, neighbours=near), house.intake("b", 0, neighbours=far)

        async def arrive(stop: asyncio.Event) -> None:
            await asyncio.sleep(3.4)
            await house.receive(1, 2, 3)
            crowded.wake()
            await stop.wait()

        await _run(crowded.run, idle.run, arrive, for_seconds=20)
        assert sorted((owner, number) for owner, number, _ in house.handled) == [("a", 1), ("b", 2), ("b", 3)]
        assert max(at for owner, _, at in house.handled if owner == "b") < 3.5

    run_jumping(scene())


def test_a_message_that_waits_long_for_its_turn_is_sent_by_one_courier_only() -> None:
    async def scene() -> None:
        house, sent = House(), list[str]()
        await house.outbox.add([Notice(kind=NoticeKind.CARD, chat_id=-1, code="KH-2222-22")])
        await _run(house.courier("a", 50, sent).run, house.courier("b", 50, sent).run, for_seconds=120)
        assert len(sent) == 1

    run_jumping(scene())


def test_a_message_that_a_dead_courier_held_is_sent_when_its_lease_is_over() -> None:
    async def scene() -> None:
        house, sent = House(), list[str]()
        await house.outbox.add([Notice(kind=NoticeKind.CARD, chat_id=-1, code="KH-2222-22")])
        await house.outbox.claim("dead", limit=9, lease=couriers.LEASE, now=house.clock.now())
        await _run(house.courier("b", 0, sent).run, for_seconds=11)
        assert sent == ["b: KH-2222-22"]

    run_jumping(scene())
