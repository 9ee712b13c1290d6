"""The lean world: a million recipients, counts and no bodies."""

import tracemalloc
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.simulator.server import Simulator
from bot.simulator.world import World


@pytest.fixture
async def lean() -> AsyncIterator[Simulator]:
    running = await Simulator(lean=True).start()
    yield running
    await running.stop()


async def test_anybody_can_be_written_to_and_is_counted(
    lean: Simulator, session: aiohttp.ClientSession
) -> None:
    for chat_id in (5_000_001, 5_000_002, 5_000_001):
        body = {"chat_id": chat_id, "text": "<b>hello</b>", "parse_mode": "HTML"}
        async with session.post(f"{lean.url}/bot{lean.token}/sendMessage", json=body) as answer:
            assert (await answer.json())["result"]["text"] == "hello"
    assert lean.world.counts == {5_000_001: 2, 5_000_002: 1}
    async with session.get(f"{lean.url}/control/counts") as answer:
        assert (await answer.json())["result"] == {"chats": 2, "by_count": {"1": 1, "2": 1}}
    assert lean.journal.calls() == []
    assert lean.journal.by_method["sendmessage"] == 3


def test_a_message_more_costs_under_300_bytes_a_chat() -> None:
    world = World(lean=True)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for chat_id in range(1_000_000, 1_050_000):
        world.count(chat_id, {"text": "hello" * 50})
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / 50_000 < 300


def test_only_the_last_messages_are_kept_when_asked() -> None:
    world = World(keep=3)
    for number in range(10):
        world.actions.say(1001, 1001, f"n{number}")
    assert [one["text"] for one in world.messages(1001)] == ["n7", "n8", "n9"]
    assert world.counts[1001] == 10
