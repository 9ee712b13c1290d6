"""getUpdates: what a bot hears, in which order, and what offsets forget."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import Simulator
from bot.simulator.updates import UpdateQueue
from bot.simulator.world import World

Api = Any


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [one["message"]["text"] for one in updates]


def say(world: World, *words: str) -> None:
    for word in words:
        world.actions.say(1001, 1001, word)


async def test_updates_come_again_until_a_higher_offset_confirms_them(api: Api, world: World) -> None:
    say(world, "one", "two", "three")
    first = await api.getUpdates()
    assert texts(first) == texts(await api.getUpdates()) == ["one", "two", "three"]
    assert texts(await api.getUpdates(offset=first[0]["update_id"] + 1)) == ["two", "three"]
    assert texts(await api.getUpdates()) == ["two", "three"]


async def test_update_ids_grow_by_one(api: Api, world: World) -> None:
    say(world, "one", "two", "three")
    numbers = [one["update_id"] for one in await api.getUpdates()]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


async def test_a_negative_offset_keeps_the_last_ones_only(api: Api, world: World) -> None:
    say(world, "one", "two", "three")
    assert texts(await api.getUpdates(offset=-1)) == ["three"]
    assert texts(await api.getUpdates()) == ["three"]


async def test_limit_is_held_and_at_most_a_hundred(api: Api, world: World) -> None:
    say(world, *[f"n{number}" for number in range(120)])
    assert len(await api.getUpdates(limit=7)) == 7
    assert len(await api.getUpdates(limit=1000)) == 100


async def test_an_offset_far_in_the_future_forgets_nothing(api: Api, world: World) -> None:
    world.updates.next_id = 5
    say(world, "after a quiet week")
    assert texts(await api.getUpdates(offset=1_000_000_000)) == ["after a quiet week"]


async def test_a_long_poll_answers_when_something_comes(api: Api, world: World) -> None:
    poll = asyncio.create_task(api.getUpdates(timeout=20))
    await asyncio.sleep(0.05)
    assert not poll.done()
    say(world, "now")
    assert texts(await asyncio.wait_for(poll, 30)) == ["now"]


async def test_a_long_poll_ends_empty_after_its_timeout(api: Api, world: World) -> None:
    started = time.monotonic()
    assert await api.getUpdates(timeout=1) == []
    assert time.monotonic() - started > 0.9


async def test_a_second_long_poll_ends_the_first_with_a_conflict(api: Api, world: World) -> None:
    old = asyncio.create_task(api.refusal("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    new = asyncio.create_task(api.getUpdates(timeout=20))
    assert await asyncio.wait_for(old, 30) == (
        "409 Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    say(world, "for the new one")
    assert texts(await asyncio.wait_for(new, 30)) == ["for the new one"]


async def test_polling_is_refused_while_a_webhook_is_set(api: Api, world: World) -> None:
    poll = asyncio.create_task(api.refusal("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    await api.setWebhook(url="http://127.0.0.1:9/hook")
    assert await asyncio.wait_for(poll, 30) == "409 Conflict: terminated by setWebhook request"
    assert (await api.refusal("getUpdates")).startswith("409 Conflict: can't use getUpdates method while")
    await api.deleteWebhook()
    assert await api.getUpdates() == []


async def test_kinds_that_are_not_allowed_are_never_queued(api: Api, world: World) -> None:
    await api.getUpdates(allowed_updates=["callback_query"])
    say(world, "unheard")
    await api.getUpdates(allowed_updates=[])
    say(world, "heard")
    assert texts(await api.getUpdates()) == ["heard"]


async def test_member_changes_and_reactions_need_to_be_asked_for(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="hello")
    world.actions.react(1001, 1001, sent["message_id"], "👍")
    assert await api.getUpdates() == []
    await api.getUpdates(allowed_updates=["message_reaction"])
    world.actions.react(1001, 1001, sent["message_id"], "🔥")
    (update,) = await api.getUpdates()
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]


@pytest.mark.parametrize(("age", "is_there"), [(149, True), (151, False)])
async def test_a_tap_waits_150_seconds_and_no_longer(
    api: Api, world: World, age: int, *, is_there: bool
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await api.sendMessage(chat_id=1001, text="menu", reply_markup=keyboard)
    world.actions.tap(1001, 1001, "Go")
    say(world, "a message stays")
    world.advance(age)
    assert ["callback_query" in one for one in await api.getUpdates()] == [True, False][not is_there :]


async def test_other_updates_are_dropped_after_a_day(api: Api, world: World) -> None:
    say(world, "old")
    world.advance(86_401)
    assert await api.getUpdates() == []


async def test_raw_updates_may_be_anything(api: Api, world: World) -> None:
    world.updates.push_raw({"message": {"no": "chat"}})
    world.updates.push_raw({"brand_new_kind": {}}, update_id=1_000_000)
    world.updates.push_raw("not an object")
    assert [one if isinstance(one, str) else sorted(one) for one in await api.getUpdates()] == [
        ["message", "update_id"],
        ["brand_new_kind", "update_id"],
        "not an object",
    ]


async def test_a_hasty_bot_gets_one_update_and_an_impatient_one_waits(session: aiohttp.ClientSession) -> None:
    strict = await Simulator().start()
    try:
        strict.world.actions.start(1001)
        strict.world.actions.say(1001, 1001, "second")
        url = f"{strict.url}/bot{strict.token}/getUpdates"
        sizes = []
        for _ in range(2):
            async with session.get(url) as answer:
                sizes.append(len((await answer.json())["result"]))
        assert sizes == [2, 1]
    finally:
        await strict.stop()


async def test_ids_that_fall_are_confirmed_by_the_update_they_follow(api: Api, world: World) -> None:
    world.updates.push_raw({"message": {"text": "high"}}, update_id=1_000_000_000)
    world.updates.push_raw({"message": {"text": "low"}}, update_id=5)
    assert texts(await api.getUpdates()) == ["high", "low"]
    assert texts(await api.getUpdates(offset=1_000_000_001)) == ["low"]
    assert await api.getUpdates(offset=6) == []


def test_a_long_queue_is_served_quickly() -> None:
    queue = UpdateQueue(time.time)
    for number in range(50_000):
        queue.push_raw({"message": {"text": str(number)}})
    started = time.process_time()
    for first in range(1, 50_000, 100):
        assert len(queue.take(first, 100)) == 100
    assert time.process_time() - started < 2
