"""When an announcement starts, rests and may still be changed; clocks that jump, a database that is held."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.broadcasts import State
from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import text_of
from tests.e2e.authors import ShiftedClock, copies, drafts, reads_english, subscribe
from tests.e2e.house import labels, styled
from tests.e2e.near import Near, near_bot

LAHORE = ZoneInfo("Asia/Karachi")
HOUR = timedelta(hours=1)
READER = 1002


@pytest.fixture
def clock() -> ShiftedClock:
    """It is noon in Lahore."""
    clock = ShiftedClock()
    noon = datetime.now(LAHORE).replace(hour=12, minute=0)
    clock.show(noon)
    return clock


@pytest.fixture
async def near(tmp_path: Path, clock: ShiftedClock) -> AsyncIterator[Near]:
    """A bot with one subscriber, who reads English; it sends 20 a second."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator, clock=clock, broadcast_rate=20) as bot:
        await subscribe(bot.stand, READER)
        await reads_english(bot.stand)
        yield bot
    await simulator.stop()


async def comes(near: Near, text: str) -> None:
    """Wait for the copy."""
    await near.stand.wait_message(READER, lambda one: text_of(one) == text)


async def crowd(near: Near, many: int) -> list[int]:
    """So many subscribers more."""
    people = list(await near.visitors(many))
    store = near.app.stores.people
    for one in people:
        await near.stand.as_person(one).starts()
    await near.quiet()
    for one in people:
        await store.subscribe(one, frozenset({"news"}))
    return people


async def test_it_starts_at_its_time_in_lahore_which_is_stored_in_utc(
    near: Near, clock: ShiftedClock
) -> None:
    author = await drafts(near.stand)
    await author.writes("English", "Good morning")
    tomorrow = (clock.now() + timedelta(days=1)).astimezone(LAHORE).date()
    asked = await author.taps("Time", "When shall it start?")
    assert f"{clock.now().astimezone(LAHORE):%Y-%m-%d}" in text_of(asked)
    await author.says(f"{clock.now().astimezone(LAHORE):%Y-%m-%d} 11:59", "already passed")
    await author.says("۰۹:۳۰", "Starts: ")
    draft = await author.sees("Lahore time")
    await author.hands.taps(styled(draft, "success"))
    board = await near.stand.wait_message(ADMIN, lambda one: "Pause" in labels(one))
    assert "Lahore time" in text_of(board)
    with closing(sqlite3.connect(near.folder / "bot.db")) as connection:
        (stored,) = connection.execute("SELECT starts_at FROM broadcasts").fetchone()
    assert stored == f"{tomorrow:%Y-%m-%d} 04:30:00.000000"
    clock.show(datetime(tomorrow.year, tomorrow.month, tomorrow.day, 4, 29, tzinfo=UTC))
    await asyncio.sleep(2.5)
    assert not await copies(near.stand, READER, "Good morning")
    clock.move(timedelta(minutes=1))
    await comes(near, "Good morning")
    await author.sees("Sent: 1 of 1")


async def test_a_time_that_passed_while_it_was_written_is_refused(near: Near, clock: ShiftedClock) -> None:
    author = await drafts(near.stand)
    await author.writes("English", "Too late")
    await author.taps("Time", "When shall it start?")
    draft = await author.says("18:30", "Lahore time")
    clock.move(8 * HOUR)
    tap = await author.hands.taps(styled(draft, "success"))
    assert "already passed" in await author.answer(tap)
    assert (await near.app.stores.broadcasts.get(author.number)).state is State.DRAFT


async def test_in_the_quiet_hours_it_rests_and_says_so(near: Near, clock: ShiftedClock) -> None:
    clock.show(clock.now().astimezone(LAHORE).replace(hour=23))
    author = await drafts(near.stand)
    await author.writes("English", "Sleep well")
    draft = await author.taps("Quiet hours: no", "Rests in the quiet hours, 22:00\u2060–\u206008:00")
    board = await author.sends(draft, "Sent: 0 of 1")
    assert "Rests in the quiet hours, 22:00\u2060–\u206008:00" in text_of(board)
    await asyncio.sleep(2.5)
    assert not await copies(near.stand, READER, "Sleep well")
    clock.move(9 * HOUR + timedelta(minutes=1))
    await comes(near, "Sleep well")


async def test_copies_can_be_changed_for_48_hours_and_then_no_more(near: Near, clock: ShiftedClock) -> None:
    author = await drafts(near.stand)
    draft = await author.writes("English", "Small news")
    await author.sends(draft, "Sent: 1 of 1")
    await author.sees("a row for each recipient")
    clock.move(47 * HOUR)
    board = await author.sees("▰")
    assert "Take back" in labels(board)
    clock.move(2 * HOUR)
    for act in ("correct", "delete"):
        tap = await author.steps(act, board)
        assert "not possible now" in await author.answer(tap), act
    await author.steps("open", board)
    await near.quiet()
    board = await author.sees("▰")
    assert "Take back" not in labels(board)
    assert len(await copies(near.stand, READER, "Small news")) == 1


async def test_a_clock_that_jumps_while_it_is_sent_loses_and_doubles_nobody(
    near: Near, clock: ShiftedClock
) -> None:
    people = await crowd(near, 60)
    busy = {"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
    await near.stand.fault("error", method="sendMessage", text="Jumping", times=3, **busy)
    author = await drafts(near.stand)
    await author.sends(await author.writes("English", "Jumping"), "State: being sent")
    for jump in (-HOUR, 3 * HOUR, -2 * HOUR, 26 * HOUR, -26 * HOUR):
        await asyncio.sleep(0.6)
        clock.move(jump)
    await author.sees("Sent: 61 of 61", timeout=30)
    many = Counter({one: len(await copies(near.stand, one, "Jumping")) for one in (READER, *people)})
    assert set(many.values()) == {1}


async def test_a_database_that_another_program_holds_delays_it_and_nothing_more(near: Near) -> None:
    people = await crowd(near, 40)
    author = await drafts(near.stand)
    draft = await author.writes("English", "Held up")
    with closing(sqlite3.connect(near.folder / "bot.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        await author.hands.taps(styled(draft, "success"))
        await asyncio.sleep(6)
        assert not await copies(near.stand, READER, "Held up")
        holder.execute("COMMIT")
        await comes(near, "Held up")
        holder.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(6)
        holder.execute("COMMIT")
    await author.sees("Sent: 41 of 41", timeout=60)
    assert {len(await copies(near.stand, one, "Held up")) for one in (READER, *people)} == {1}
    assert len(await near.app.stores.broadcasts.recent()) == 1
