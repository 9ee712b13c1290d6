"""The courier at Telegram's pace: order, digests of a crowded group, pauses, failures."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.courier import DIGEST, Courier, CourierHooks
from bot.domain.delivery import Delivery, Notice, Outcome, Owed
from bot.domain.messages import NoticeKind
from bot.domain.pace import Pace
from tests.fakes.outbox import FakeOutbox
from tests.fakes.time import LoopClock, run_jumping

GROUP, BILAL = -100, 7
LIMIT = 20
SEEN_WITHIN = 11.0
"""Seconds, without the way to Telegram; staff are promised 15."""


@dataclass
class Sent:
    """One message that went out."""

    at: float
    chat: int
    codes: list[str]


@dataclass
class Post:
    """A messenger that keeps the pace and notes what it sent."""

    pace: Pace
    answers: list[Delivery] = field(default_factory=list)
    """What the next deliveries end in; then everything is sent."""
    sent: list[Sent] = field(default_factory=list)

    async def deliver(self, owed: Sequence[Owed]) -> Delivery:
        """Send one message, whatever it holds."""
        if self.answers:
            return self.answers.pop(0)
        chat = owed[0].notice.chat_id
        await self.pace.turn(chat)
        codes = list(dict.fromkeys(one.notice.code for one in owed))
        self.sent.append(Sent(asyncio.get_running_loop().time(), chat, codes))
        return Delivery(outcome=Outcome.SENT)


@dataclass
class House:
    """A courier at work."""

    outbox: FakeOutbox
    post: Post
    courier: Courier
    refused: list[Delivery]
    moved: list[tuple[int, int]]


def _house() -> House:
    clock = LoopClock()
    outbox = FakeOutbox(clock)
    pace = Pace(overall=28, now=asyncio.get_running_loop().time)
    post = Post(pace)
    refused: list[Delivery] = []
    moved: list[tuple[int, int]] = []

    def fault(_: Owed | None, error: BaseException) -> None:
        raise AssertionError from error

    async def note_refusal(_: Owed, delivery: Delivery) -> None:
        refused.append(delivery)

    async def note_move(old: int, new: int) -> None:
        moved.append((old, new))

    hooks = CourierHooks(fault=fault, refused=note_refusal, moved=note_move)
    courier = Courier(outbox=outbox, messenger=post, pace=pace, clock=clock, owner="a", hooks=hooks)
    return House(outbox, post, courier, refused, moved)


async def _work(house: House, arrivals: Sequence[tuple[float, Notice]], *, for_seconds: float) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(house.courier.run(stop))
    start = asyncio.get_running_loop().time()
    for moment, notice in sorted(arrivals, key=lambda one: one[0]):
        await asyncio.sleep(max(0.0, start + moment - asyncio.get_running_loop().time()))
        await house.outbox.add([notice])
        house.courier.wake()
    await asyncio.sleep(max(0.0, start + for_seconds - asyncio.get_running_loop().time()))
    stop.set()
    await running


def _card(code: str) -> Notice:
    return Notice(kind=NoticeKind.CARD, chat_id=GROUP, code=code, key=f"card:{code}")


def _busiest_minute(sent: Sequence[Sent]) -> int:
    times = [one.at for one in sent]
    return max((sum(moment <= other < moment + 60 for other in times) for moment in times), default=0)


def _waits(arrivals: Sequence[tuple[float, Notice]], sent: Sequence[Sent]) -> dict[str, float]:
    seen = {code: one.at for one in reversed(sent) for code in one.codes}
    return {notice.code: seen[notice.code] - moment for moment, notice in arrivals}


def test_a_hundred_inquiries_in_five_seconds_are_all_seen_in_time() -> None:
    arrivals = [(number * 0.05, _card(f"KH-{number}")) for number in range(100)]

    async def burst() -> House:
        house = _house()
        await _work(house, arrivals, for_seconds=90)
        return house

    house = run_jumping(burst())
    assert max(_waits(arrivals, house.post.sent).values()) <= SEEN_WITHIN
    assert _busiest_minute(house.post.sent) <= LIMIT
    assert max(len(one.codes) for one in house.post.sent) <= DIGEST
    assert sum(len(one.codes) for one in house.post.sent) == 100
    assert [len(one.codes) for one in house.post.sent[:3]] == [1, 1, 1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=300))
def test_however_they_come_nobody_waits_longer_and_telegram_is_never_annoyed(moments: list[float]) -> None:
    arrivals = [(moment, _card(f"KH-{number}")) for number, moment in enumerate(moments)]

    async def come() -> House:
        house = _house()
        await _work(house, arrivals, for_seconds=130)
        return house

    house = run_jumping(come())
    assert max(_waits(arrivals, house.post.sent).values()) <= SEEN_WITHIN
    assert _busiest_minute(house.post.sent) <= LIMIT


def test_what_somebody_asked_for_is_never_gathered() -> None:
    fresh = Notice(kind=NoticeKind.CARD, chat_id=GROUP, code="KH-asked", args={"fresh": True})
    arrivals = [*((0.0, _card(f"KH-{number}")) for number in range(40)), (1.0, fresh)]

    async def open_one() -> House:
        house = _house()
        await _work(house, arrivals, for_seconds=60)
        return house

    house = run_jumping(open_one())
    assert ["KH-asked"] in [one.codes for one in house.post.sent]


ASKED = st.lists(st.floats(0, 30), min_size=20, max_size=70)


@settings(max_examples=10, deadline=None)
@given(ASKED, st.lists(st.floats(0, 60), min_size=1, max_size=60))
def test_however_much_staff_ask_for_what_is_new_is_seen_in_time(
    asked: list[float], moments: list[float]
) -> None:
    opened = [
        (moment, Notice(kind=NoticeKind.CARD, chat_id=GROUP, code=f"KH-old-{number}", args={"fresh": True}))
        for number, moment in enumerate(asked)
    ]
    news = [(moment, _card(f"KH-{number}")) for number, moment in enumerate(moments)]

    async def come() -> House:
        house = _house()
        await _work(house, [*opened, *news], for_seconds=400)
        return house

    house = run_jumping(come())
    assert max(_waits(news, house.post.sent).values()) <= SEEN_WITHIN
    assert _busiest_minute(house.post.sent) <= LIMIT
    told = [one.codes for one in house.post.sent]
    assert all([notice.code] in told for _, notice in opened), "each is shown alone, late at worst"


def test_a_person_gets_one_message_a_second_in_order() -> None:
    posts = [
        (0.0, Notice(kind=NoticeKind.POST_TO_VISITOR, chat_id=BILAL, code=f"KH-{number}"))
        for number in range(4)
    ]

    async def write() -> House:
        house = _house()
        await _work(house, posts, for_seconds=10)
        return house

    house = run_jumping(write())
    assert [one.codes for one in house.post.sent] == [["KH-0"], ["KH-1"], ["KH-2"], ["KH-3"]]
    gaps = [later.at - one.at for one, later in zip(house.post.sent, house.post.sent[1:], strict=False)]
    assert min(gaps) >= 1.0


def test_parts_of_an_album_go_together() -> None:
    parts = [
        Notice(kind=NoticeKind.POST_TO_VISITOR, chat_id=BILAL, code=f"KH-{number}", args={"album": album})
        for number, album in enumerate(["a", "a", "b"])
    ]

    async def send() -> House:
        house = _house()
        await house.outbox.add(parts)
        await _work(house, [], for_seconds=5)
        return house

    house = run_jumping(send())
    assert [one.codes for one in house.post.sent] == [["KH-0", "KH-1"], ["KH-2"]]


def test_a_retry_waits_as_long_as_it_was_told_and_keeps_the_order() -> None:
    async def be_busy() -> House:
        house = _house()
        house.post.answers.append(Delivery(outcome=Outcome.RETRY, wait=timedelta(seconds=20), reason="429"))
        await _work(house, [(0.0, _card("KH-0")), (1.0, _card("KH-1"))], for_seconds=40)
        return house

    house = run_jumping(be_busy())
    assert [one.codes for one in house.post.sent] == [["KH-0"], ["KH-1"]]
    assert house.post.sent[0].at >= 20


def test_a_group_that_moved_gets_everything_at_its_new_place() -> None:
    async def move() -> House:
        house = _house()
        house.post.answers.append(Delivery(outcome=Outcome.MOVED, moved_to=-200))
        await _work(house, [(0.0, _card("KH-0")), (0.0, _card("KH-1"))], for_seconds=10)
        return house

    house = run_jumping(move())
    assert house.moved == [(GROUP, -200)]
    assert [(one.chat, one.codes) for one in house.post.sent] == [(-200, ["KH-0"]), (-200, ["KH-1"])]


def test_what_nobody_can_get_is_given_up_and_told() -> None:
    lost = Delivery(outcome=Outcome.UNREACHABLE, reason="Forbidden: bot was blocked by the user")

    async def block() -> House:
        house = _house()
        house.post.answers.append(lost)
        await _work(house, [(0.0, _card("KH-0")), (0.0, _card("KH-1"))], for_seconds=5)
        return house

    house = run_jumping(block())
    assert house.refused == [lost]
    assert [one.codes for one in house.post.sent] == [["KH-1"]]


def test_a_change_while_a_digest_is_sent_is_shown_afterwards() -> None:
    async def change() -> House:
        house = _house()
        await house.outbox.add([_card(f"KH-{number}") for number in range(12)])
        first = house.post.deliver

        async def deliver(owed: Sequence[Owed]) -> Delivery:
            if len(owed) > 1 and not any("KH-11" in one.codes for one in house.post.sent):
                await house.outbox.add([_card("KH-11")])
            return await first(owed)

        house.post.deliver = deliver  # type: ignore[method-assign]
        await _work(house, [], for_seconds=60)
        return house

    house = run_jumping(change())
    assert sum("KH-11" in one.codes for one in house.post.sent) == 2
