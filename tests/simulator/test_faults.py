"""Faults on demand: what the bot gets, and whether Telegram did it all the same."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from bot.simulator.faults import Fault, FaultKind
from bot.simulator.server import Simulator
from bot.simulator.world import World

Api = Any


def texts(world: World) -> list[str]:
    return [one["text"] for one in world.messages(1001) if one["from"]["is_bot"]]


async def test_an_error_comes_as_many_times_as_told(api: Api, simulator: Simulator, world: World) -> None:
    fault = Fault(
        kind=FaultKind.ERROR, method="sendMessage", times=2, status=429,
        description="Too Many Requests: retry after 2", parameters={"retry_after": 2},
    )  # fmt: skip
    simulator.faults.add(fault)
    for _ in range(2):
        async with api.session.post(f"{api.url}/sendMessage", json={"chat_id": 1001, "text": "a"}) as answer:
            assert answer.status == 429
            assert (await answer.json())["parameters"] == {"retry_after": 2}
    assert texts(world) == []
    await api.sendMessage(chat_id=1001, text="a")
    assert texts(world) == ["a"]


async def test_a_fault_is_for_its_method_chat_and_text(api: Api, simulator: Simulator, world: World) -> None:
    world.actions.start(1002)
    simulator.faults.add(
        Fault(kind=FaultKind.ERROR, method="sendMessage", chat_id=1001, text="bad", times=0, skip=1)
    )
    await api.getMe()
    await api.sendMessage(chat_id=1002, text="bad")
    await api.sendMessage(chat_id=1001, text="good")
    await api.sendMessage(chat_id=1001, text="bad but skipped")
    for _ in range(3):
        told = await api.refusal("sendMessage", chat_id=1001, text="bad")
        assert told == "500 Internal Server Error"
    simulator.faults.clear()
    await api.sendMessage(chat_id=1001, text="bad")


async def test_a_share_of_all_chats_can_be_hit(api: Api, simulator: Simulator, world: World) -> None:
    blocked = "Forbidden: bot was blocked by the user"
    simulator.faults.add(Fault(kind=FaultKind.ERROR, every=2, times=0, status=403, description=blocked))
    await api.sendMessage(chat_id=1001, text="a")
    assert await api.refusal("sendMessage", chat_id=1002, text="a") == f"403 {blocked}"


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [(FaultKind.HTML, 502, "<html>"), (FaultKind.EMPTY, 200, ""), (FaultKind.TRUNCATED, 200, '{"ok": true')],
)
async def test_odd_answers(
    *, api: Api, simulator: Simulator, world: World, kind: FaultKind, status: int, start: str
) -> None:
    simulator.faults.add(Fault(kind=kind))
    async with api.session.post(f"{api.url}/sendMessage", json={"chat_id": 1001, "text": "a"}) as answer:
        body = await answer.text()
        assert answer.status == status
        assert body.startswith(start)
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
    assert texts(world) == ([] if kind is FaultKind.HTML else ["a"])


@pytest.mark.parametrize(("has_effect", "seen"), [(False, []), (True, ["a"])])
async def test_a_reset_before_or_after_the_effect(
    api: Api, simulator: Simulator, world: World, seen: list[str], *, has_effect: bool
) -> None:
    simulator.faults.add(Fault(kind=FaultKind.RESET, has_effect=has_effect))
    with pytest.raises(aiohttp.ClientError):
        await api.sendMessage(chat_id=1001, text="a")
    assert texts(world) == seen
    assert simulator.journal.calls("sendMessage")[-1]["status"] == 0


async def test_a_hang_gives_no_answer(api: Api, simulator: Simulator, world: World) -> None:
    simulator.faults.add(Fault(kind=FaultKind.HANG, seconds=3))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await api.sendMessage(chat_id=1001, text="a")
    assert texts(world) == []


async def test_delays(api: Api, simulator: Simulator, world: World) -> None:
    delay = Fault(kind=FaultKind.DELAY, method="getMe", seconds=0.2)
    simulator.faults.add(delay)
    simulator.faults.delay = 0.05
    started = time.monotonic()
    await api.sendMessage(chat_id=1001, text="a")
    middle = time.monotonic()
    assert delay.hits == 0
    await api.getMe()
    assert middle - started >= 0.05
    assert time.monotonic() - middle >= 0.25


async def test_an_outage_drops_everything_until_it_is_over(
    api: Api, simulator: Simulator, world: World
) -> None:
    simulator.faults.is_down = True
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await api.getMe()
    simulator.faults.is_down = False
    assert (await api.getMe())["is_bot"]


async def test_every_call_is_on_record(api: Api, simulator: Simulator, world: World) -> None:
    await api.sendMessage(chat_id=1001, text="a")
    await api.refusal("sendMessage", chat_id=1001, text="")
    done, refused = simulator.journal.calls("sendMessage", chat_id=1001)
    assert done["result"]["text"] == "a"
    assert done["ended"] >= done["started"]
    assert (refused["status"], refused["description"]) == (400, "Bad Request: message text is empty")
    assert simulator.journal.by_method["sendmessage"] == 2
