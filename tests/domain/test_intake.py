"""The intake on jumping time: what fails, what must wait, what never ends."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.delivery import Notice
from bot.domain.inbox import Item
from bot.domain.intake import MAX_ATTEMPTS, MAX_BEGUN, Intake, IntakeHooks, Poison, Postponed
from bot.domain.messages import NoticeKind
from tests.contracts.examples import incoming
from tests.fakes.aftermath import Following
from tests.fakes.inbox import FakeInbox
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.outbox import FakeOutbox
from tests.fakes.sessions import FakeSessions
from tests.fakes.time import LoopClock, run_jumping


@dataclass
class Log:
    """What was handled, tried and put aside, with the seconds at which it was."""

    handled: list[int] = field(default_factory=list)
    tries: list[float] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)
    told: int = 0
    """Notices to an operator."""


def _worked_off(fails: Callable[[Item], Awaitable[None]], *, within: float = 3600) -> Log:
    """Let update 1 of chat 7 fail, with update 2 behind it and update 3 in another chat."""
    log = Log()

    async def handle(item: Item) -> None:
        if item.update_id == 1:
            log.tries.append(asyncio.get_running_loop().time())
            await fails(item)
        log.handled.append(item.update_id)

    def quarantines(_: Item, __: str) -> Sequence[Notice]:
        return [Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=9)]

    def quarantined(item: Item, error: str) -> None:
        log.aside.append((item.update_id, error))

    async def work() -> None:
        clock, stop = LoopClock(), asyncio.Event()
        outbox = FakeOutbox(clock)
        following = Following(outbox=outbox)
        inbox = FakeInbox(clock, FakeInquiries(outbox, FakeSessions(clock), clock), following)
        await inbox.add([incoming(1, 7), incoming(2, 7), incoming(3, 8)], clock.now())
        hooks = IntakeHooks(
            handled=lambda _: None,
            fault=lambda _, __: None,
            quarantines=quarantines,
            quarantined=quarantined,
        )
        intake = Intake(inbox=inbox, handle=handle, clock=clock, owner="a", hooks=hooks)
        running = asyncio.create_task(intake.run(stop))
        async with asyncio.timeout(within):
            while await inbox.waiting():
                await asyncio.sleep(0.1)
        stop.set()
        await running
        log.told = await outbox.waiting()

    run_jumping(work())
    return log


def test_what_always_fails_is_tried_a_few_times_and_put_aside() -> None:
    async def fails(_: Item) -> None:
        raise RuntimeError

    log = _worked_off(fails)
    assert len(log.tries) == MAX_ATTEMPTS
    assert (log.aside, log.told) == ([(1, "RuntimeError")], 1)
    assert log.handled == [3, 2]
    assert log.tries[-1] - log.tries[0] < 15


def test_what_can_never_be_read_is_put_aside_at_once() -> None:
    async def fails(_: Item) -> None:
        raise Poison("unreadable update")

    log = _worked_off(fails)
    assert (len(log.tries), log.aside) == (1, [(1, "unreadable update")])


def test_what_waits_for_telegram_is_tried_as_often_as_it_takes_and_keeps_its_place() -> None:
    async def fails(_: Item) -> None:
        if asyncio.get_running_loop().time() < 3000:
            raise Postponed(timedelta(seconds=20), "no network")

    log = _worked_off(fails)
    assert log.aside == []
    assert log.handled == [3, 1, 2]
    assert len(log.tries) > MAX_BEGUN


def test_what_never_ends_is_cut_off_and_put_aside_in_the_end() -> None:
    async def fails(_: Item) -> None:
        await asyncio.sleep(10_000)

    log = _worked_off(fails)
    assert [number for number, _ in log.aside] == [1]
    assert log.handled == [3, 2]
