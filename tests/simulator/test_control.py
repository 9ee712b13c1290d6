"""The strings behind the stage, pulled over HTTP by the driver of the e2e tests."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import Simulator
from bot.simulator.world import World
from tests.driver import AYESHA, BILAL, SANA, STAFF_GROUP, TOKEN, RefusedError, Stand, buttons_of, text_of

Api = Any
KEYBOARD = {"inline_keyboard": [[{"text": "Go on", "callback_data": "go", "style": "success"}]]}


@pytest.fixture
async def stand(simulator: Simulator, world: World) -> AsyncIterator[Stand]:
    async with Stand(simulator.url) as opened:
        yield opened


async def test_the_token_is_the_default_one(simulator: Simulator) -> None:
    assert simulator.token == TOKEN


async def test_people_act_and_the_bot_hears(stand: Stand, api: Api) -> None:
    bilal = stand.as_person(BILAL)
    await bilal.starts("visa")
    await bilal.says("hello")
    await bilal.sends("photo", b"bytes", caption="look")
    await bilal.sends_album([{"kind": "photo", "data": b"1"}, {"kind": "photo", "data": b"2"}])
    await bilal.shares_contact()
    await bilal.shares_location(1.5, 2.5)
    await stand.as_person(SANA).says("hi", chat=STAFF_GROUP)
    assert len(await api.getUpdates()) == 8
    photo = (await stand.messages(BILAL))[2]["photo"][-1]["file_id"]
    assert await stand.file(photo) == b"bytes"


async def test_a_tap_by_label_is_answered(stand: Stand, api: Api) -> None:
    await api.sendMessage(chat_id=AYESHA, text="menu", reply_markup=KEYBOARD)
    tap = await stand.as_person(AYESHA).taps("Go on")
    waiting = asyncio.create_task(stand.wait_answer(tap["query_id"]))
    await asyncio.sleep(0.02)
    await api.answerCallbackQuery(callback_query_id=tap["query_id"], text="done")
    assert (await waiting)["text"] == "done"
    forged = await stand.as_person(AYESHA).taps_data("forged", message_id=1)
    assert (await api.getUpdates())[-1]["callback_query"]["id"] == forged["query_id"]


async def test_waiting_wakes_at_the_message(stand: Stand, api: Api) -> None:
    waiting = asyncio.create_task(stand.as_person(AYESHA).sees("welcome"))
    await asyncio.sleep(0.02)
    await api.sendMessage(chat_id=AYESHA, text="Ayesha, welcome", reply_markup=KEYBOARD)
    message = await asyncio.wait_for(waiting, 30)
    assert text_of(message) == "Ayesha, welcome"
    assert buttons_of(message)[0]["style"] == "success"


async def test_waiting_in_vain_tells_what_stands_there(stand: Stand, api: Api) -> None:
    await api.sendMessage(chat_id=AYESHA, text="something else")
    with pytest.raises(AssertionError, match="something else"):
        await stand.as_person(AYESHA).sees("welcome", timeout=0.1)


async def test_calls_are_told(stand: Stand, api: Api) -> None:
    await api.sendMessage(chat_id=AYESHA, text="a")
    (call,) = await stand.wait_calls("sendMessage")
    assert call["params"] == {"chat_id": AYESHA, "text": "a"}
    assert await stand.calls("sendMessage", after=call["seq"]) == []
    assert (await stand.state())["by_method"]["sendmessage"] == 1


async def test_what_cannot_be_done_is_refused_with_a_reason(stand: Stand) -> None:
    with pytest.raises(RefusedError, match="no button"):
        await stand.as_person(AYESHA).taps("nothing")
    with pytest.raises(RefusedError, match="there is no action"):
        await stand.as_person(AYESHA).does("_send")
    with pytest.raises(RefusedError):
        await stand.as_person(AYESHA).does("say", wrong="field")
    with pytest.raises(RefusedError):
        await stand.fault("earthquake")


async def test_faults_limits_and_the_clock(stand: Stand, api: Api) -> None:
    await stand.fault("error", method="getMe", status=500, description="Internal Server Error: restart")
    assert await api.refusal("getMe") == "500 Internal Server Error: restart"
    await stand.fault("error", times=0)
    assert len(await stand.get("faults")) == 1
    await stand.clear_faults()
    assert await stand.get("faults") == []
    await stand.limits({"private": 1})
    await api.sendMessage(chat_id=AYESHA, text="a")
    assert (await api.refusal("sendMessage", chat_id=AYESHA, text="a")).startswith("429")
    await stand.limits(None)
    before = (await stand.state())["now"]
    await stand.advance(160)
    assert (await stand.state())["now"] - before >= 160


async def test_raw_updates_and_their_numbers(stand: Stand, api: Api) -> None:
    await stand.post("next-update", {"update_id": 1_000_000_000})
    assert await stand.push({"message": 5}) == 1_000_000_000
    assert await stand.push({"message": 6}, update_id=5) == 5
    assert [one["update_id"] for one in await api.getUpdates()] == [1_000_000_000, 5]


async def test_people_and_groups_are_added(stand: Stand, api: Api) -> None:
    await stand.post("people", {"id": 1004, "first_name": "Zara", "language_code": "ur"})
    await stand.as_person(1004).starts()
    await stand.post("groups", {"chat_id": -1009, "title": "Second", "members": [1004], "bot_role": "member"})
    assert -1009 in [one["id"] for one in await stand.chats(1004)]
    assert (await api.sendMessage(chat_id=-1009, text="hi"))["chat"]["title"] == "Second"


async def test_a_reset_begins_anew(stand: Stand, api: Api) -> None:
    await api.sendMessage(chat_id=AYESHA, text="a")
    await stand.outage(is_down=True)
    await stand.reset()
    assert await stand.messages(AYESHA) == []
    assert await stand.calls() == []
    assert (await api.getMe())["is_bot"]
    assert await stand.keyboard(AYESHA) is None
    assert await stand.commands(AYESHA) == []


async def test_an_outage_cuts_the_open_poll(stand: Stand, api: Api) -> None:
    poll = asyncio.create_task(api.getUpdates(timeout=20))
    await asyncio.sleep(0.05)
    await stand.outage(is_down=True)
    with pytest.raises(aiohttp.ClientError):
        await asyncio.wait_for(poll, 30)
    await stand.outage(is_down=False)
    assert await api.getUpdates() == []


async def test_many_raw_updates_at_once(stand: Stand, api: Api) -> None:
    await stand.post("updates", {"bodies": [{"message": {"text": str(number)}} for number in range(30)]})
    assert [one["message"]["text"] for one in await api.getUpdates()] == [str(one) for one in range(30)]


async def test_topics_are_switched_on(stand: Stand, api: Api) -> None:
    await stand.set_forum(STAFF_GROUP)
    assert (await api.createForumTopic(chat_id=STAFF_GROUP, name="t"))["name"] == "t"
