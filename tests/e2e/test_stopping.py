"""A stop in the middle of everything, two bots on one token, and what became of the time between."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import STAFF_GROUP_ID as GROUP
from bot.simulator.server import Simulator
from tests.driver import text_of
from tests.e2e.house import House
from tests.e2e.near import arrivals, near_bot

VISITOR = 1002
PEOPLE = range(5000, 5020)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator(is_patient=False).start()
    yield running
    await running.stop()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_stop_does_not_wait_for_slow_handlers_and_nothing_of_theirs_is_lost(
    closed_house: House, mode: str, unused_tcp_port: int
) -> None:
    house, stand = closed_house, closed_house.stand
    if mode == "webhook":
        house.settings |= {
            "BOT_RUN_MODE": "webhook",
            "BOT_WEBHOOK_URL": f"http://127.0.0.1:{unused_tcp_port}",
            "BOT_WEBHOOK_SECRET": "known-to-Telegram-alone",
            "BOT_HTTP_PORT": str(unused_tcp_port),
        }
        house.simulator.webhook.retry_base = 0.2
    await house.start()
    for person in PEOPLE:
        await stand.post("people", {"id": person, "first_name": "Guest", "language_code": "en"})
    await stand.fault("hang", method="sendMessage", seconds=60, times=0)
    for person in PEOPLE:
        await stand.as_person(person).says(f"/nosuch{person}")

    async def under_way() -> bool:
        return len(await stand.get("faults")) > 0 and (await stand.get("faults"))[0]["hits"] >= len(PEOPLE)

    await stand.wait_for(under_way, 30, what="handlers under way")
    begun = time.monotonic()
    assert await house.stop() == 0
    assert time.monotonic() - begun < 40
    await stand.clear_faults()
    await house.start()
    for person in PEOPLE:
        await stand.as_person(person).sees(f"/nosuch{person}", timeout=60)
        assert sum(f"/nosuch{person}" in text_of(one) for one in await stand.from_bot(person)) == 1
    assert await house.stop() == 0


async def test_of_two_bots_on_one_token_one_gives_up_with_one_line_and_the_other_goes_on(
    closed_house: House, tmp_path: Path
) -> None:
    first = closed_house
    (tmp_path / "second").mkdir()
    second = House(first.simulator, first.stand, tmp_path / "second")
    for house in (first, second):
        house.settings["BOT_CONFLICT_PATIENCE"] = "6"
    await first.start()
    await second.start()
    processes = {first.process: first, second.process: second}
    async with asyncio.timeout(90):
        while all(process and process.returncode is None for process in processes):
            await asyncio.sleep(0.2)
    await asyncio.sleep(8)
    ended = [house for process, house in processes.items() if process and process.returncode is not None]
    assert len(ended) == 1
    assert ended[0].process is not None
    assert ended[0].process.returncode == 1
    last = ended[0].log.read_text().strip().splitlines()[-1]
    assert last.startswith("bot: another program is reading this bot's updates")
    visitor = first.stand.as_person(VISITOR)
    await visitor.says("/nosuchcommand")
    await visitor.sees("/nosuchcommand", timeout=30)
    for house in (first, second):
        await house.kill()


async def test_taps_that_telegram_forgot_during_an_outage_are_made_anew(
    simulator: Simulator, tmp_path: Path
) -> None:
    async with near_bot(tmp_path, simulator) as near:
        visitor = near.stand.as_person(VISITOR)
        await visitor.says("/ask Is there a direct flight?")
        summary = await visitor.sees("Is there a direct flight?")
        await near.quiet()
    lost = await visitor.taps("Send", message_id=summary["message_id"])
    await near.stand.advance(200)
    async with near_bot(tmp_path, simulator) as near:
        await visitor.starts()
        menu = await near.stand.wait_message(VISITOR, lambda _: True, after=summary["message_id"])
        await near.quiet()
        (query,) = [one for one in await near.stand.queries() if one["id"] == lost["query_id"]]
        assert query["answer"] is None
        assert menu["message_id"] > summary["message_id"]
        await visitor.taps("Send", message_id=summary["message_id"])
        await visitor.sees("has been received")
        await near.quiet()
        assert await arrivals(near.stand, VISITOR, "has been received") == 1
        assert await arrivals(near.stand, GROUP, "Is there a direct flight?") == 1
