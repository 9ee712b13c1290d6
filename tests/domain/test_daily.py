"""What staff get once a day, exactly once."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.daily import Appointment, Daily, day_numbers
from bot.domain.hours import OfficeHours
from bot.domain.inquiries import Status
from bot.domain.messages import NoticeKind
from bot.domain.staff_chat import StaffChat
from tests.contracts.conftest import Stores, fake_stores
from tests.contracts.examples import CODES, inquiry, post
from tests.fakes.clock import FakeClock

LAHORE = ZoneInfo("Asia/Karachi")
GROUP = -100
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=LAHORE)
REMINDER = Appointment(kind=NoticeKind.REMINDER, at=time(10), on_working_days=True)
DIGEST = Appointment(kind=NoticeKind.DIGEST, at=time(18), on_working_days=False)


@pytest.fixture
def stores() -> Stores:
    return fake_stores(FakeClock(MONDAY.astimezone(UTC)))


def _daily(stores: Stores, chat: int | None = GROUP) -> Daily:
    return Daily(
        (REMINDER, DIGEST),
        marks=stores.marks,
        staff_chat=StaffChat(chat, marks=stores.marks),
        hours=OfficeHours(zone=LAHORE),
        clock=stores.clock,
        wake=lambda: None,
    )


async def _owed(stores: Stores) -> list[tuple[str, str]]:
    found = []
    while owed := await stores.outbox.claim("a", limit=9, lease=timedelta(minutes=1), now=stores.clock.now()):
        found += [(one.notice.kind.value, str(one.notice.args["day"])) for one in owed]
        await stores.outbox.sent([one.id for one in owed], [], stores.clock.now())
    return found


async def test_each_comes_at_its_hour_and_once_a_day(stores: Stores) -> None:
    daily = _daily(stores)
    for _ in range(24 * 4):
        await daily.look()
        stores.clock.move(timedelta(minutes=15))
    assert await _owed(stores) == [("reminder", "2026-03-02"), ("digest", "2026-03-02")]


async def test_several_processes_send_it_once(stores: Stores) -> None:
    several = [_daily(stores) for _ in range(5)]
    await several[0].look()
    stores.clock.move(timedelta(hours=2))
    await asyncio.gather(*(one.look() for one in several))
    assert await _owed(stores) == [("reminder", "2026-03-02")]


async def test_a_day_off_has_a_digest_and_no_reminder(stores: Stores) -> None:
    daily = _daily(stores)
    await daily.look()
    stores.clock.move(timedelta(days=5))
    await daily.look()
    stores.clock.move(timedelta(hours=12))
    await daily.look()
    assert await _owed(stores) == [("digest", "2026-03-07")]


async def test_an_hour_that_a_new_bot_finds_passed_is_let_go(stores: Stores) -> None:
    stores.clock.move(timedelta(hours=12))
    await _daily(stores).look()
    await _daily(stores).look()
    assert await _owed(stores) == []
    stores.clock.move(timedelta(days=1))
    await _daily(stores).look()
    assert await _owed(stores) == [("reminder", "2026-03-03"), ("digest", "2026-03-03")]


async def test_what_the_bot_was_down_for_comes_later_that_day(stores: Stores) -> None:
    await _daily(stores).look()
    stores.clock.move(timedelta(hours=6))
    await _daily(stores).look()
    assert await _owed(stores) == [("reminder", "2026-03-02")]


async def test_without_a_staff_chat_nothing_is_owed(stores: Stores) -> None:
    daily = _daily(stores, None)
    await daily.look()
    stores.clock.move(timedelta(hours=12))
    await daily.look()
    assert await _owed(stores) == []


async def test_the_day_in_numbers(stores: Stores) -> None:
    now = stores.clock.now()
    today = [
        inquiry(CODES[0], created_at=now, waiting_since=now, section="visa"),
        inquiry(CODES[1], created_at=now, waiting_since=None, status=Status.ANSWERED, section="visa"),
    ]
    old = inquiry(CODES[2], created_at=now - timedelta(days=3), waiting_since=now - timedelta(days=3))
    for number, one in enumerate([*today, old]):
        await stores.inquiries.add(one, [post()], notices=[], cause=str(number))
    numbers = await day_numbers(
        stores.inquiries,
        MONDAY.date(),
        zone=LAHORE,
        now=now + timedelta(hours=1),
        late_after=timedelta(hours=24),
    )
    assert (numbers.received, numbers.answered, numbers.closed) == (2, 1, 0)
    assert (numbers.waiting, numbers.late) == (2, 1)
    assert list(numbers.sections) == [("visa", 2)]
