"""Faults at the start, and what must outlast a start."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.trouble import OtherPoller, TokenRefused
from bot.simulator.people import ADMIN
from bot.simulator.people import STAFF_GROUP_ID as GROUP
from bot.simulator.server import Simulator
from tests.driver import Json
from tests.e2e.near import NearStand, arrivals, message_of, near_bot, refusal

VISITOR, STAFF = 1002, 2001


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator(is_patient=False).start()
    yield running
    await running.stop()


async def test_a_group_that_became_a_supergroup_is_followed_for_good(
    simulator: Simulator, tmp_path: Path
) -> None:
    moved = -1_009_000_000_009
    async with near_bot(tmp_path, simulator) as near:
        simulator.world.add_group(moved, "Staff", [STAFF, ADMIN], owner=ADMIN, bot_role="administrator")
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        fault = refusal(400, words, migrate_to_chat_id=moved)
        await near.stand.fault(**fault, chat_id=GROUP, method="sendMessage", times=0)
        (person,) = await near.visitors(1)
        await near.asks(person, "did you move?")
        await near.stand.as_person(STAFF).sees("did you move?", chat=moved, timeout=20)
    async with near_bot(tmp_path, simulator) as near:
        assert near.app.staff_chat.id == moved


async def test_the_start_waits_for_telegram_and_so_does_polling(simulator: Simulator, tmp_path: Path) -> None:
    stand = NearStand(simulator)
    busy = refusal(429, "Too Many Requests: retry after 1", retry_after=1)
    for method in ("getMe", "deleteWebhook", "getUpdates"):
        await stand.fault(**busy, method=method)
        await stand.fault(kind="html", method=method)
        await stand.fault(kind="truncated", method=method)
    async with near_bot(tmp_path, simulator) as near:
        visitor = stand.as_person(VISITOR)
        await visitor.says("/nosuchcommand")
        await visitor.sees("/nosuchcommand", timeout=30)
        assert await stand.get("faults") == []
        assert not near.running.done()


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (refusal(401, "Unauthorized"), TokenRefused),
        (refusal(404, "Not Found"), TokenRefused),
        (refusal(409, "Conflict: terminated by other getUpdates request"), OtherPoller),
    ],
)
async def test_what_no_waiting_mends_ends_the_bot(
    simulator: Simulator, tmp_path: Path, fault: Json, trouble: type[Exception]
) -> None:
    await NearStand(simulator).fault(**fault, method="getUpdates", times=0)
    with pytest.raises(trouble):
        async with near_bot(tmp_path, simulator, conflict_patience=0.1) as near:
            await asyncio.wait({near.running}, timeout=30)


async def test_an_update_that_comes_again_is_handled_once(simulator: Simulator, tmp_path: Path) -> None:
    body = message_of(VISITOR, 77, "/nosuchcommand")
    async with near_bot(tmp_path, simulator) as near:
        await near.stand.as_person(VISITOR).starts()
        for _ in range(3):
            await near.stand.push(body, update_id=900)
        await near.stand.as_person(VISITOR).sees("/nosuchcommand")
        await near.quiet()
    async with near_bot(tmp_path, simulator) as near:
        await near.stand.push(body, update_id=900)
        await near.quiet()
        assert await arrivals(near.stand, VISITOR, "/nosuchcommand") == 1
        # After a week without updates Telegram begins with a random id.
        for number in (1_000_000_000, 5):
            await near.stand.push(message_of(VISITOR, number, f"/nosuch{number}"), update_id=number)
            await near.stand.as_person(VISITOR).sees(f"/nosuch{number}")


async def test_cards_wait_for_a_group_that_threw_the_bot_out(simulator: Simulator, tmp_path: Path) -> None:
    async with near_bot(tmp_path, simulator) as near:
        (person,) = await near.visitors(1)
        words = "Forbidden: bot was kicked from the supergroup chat"
        await near.stand.fault(**refusal(403, words), chat_id=GROUP, method="sendMessage")
        await near.asks(person, "is anybody there?")
        await near.stand.as_person(person).sees("has been received")

        async def waits() -> bool:
            return await near.stand.get("faults") == [] and await near.app.stores.inbox.waiting() == 0

        await near.stand.wait_for(waits)
        assert await near.app.stores.outbox.waiting() >= 1
        assert await arrivals(near.stand, GROUP, "is anybody there?") == 0
