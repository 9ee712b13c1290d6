"""Nothing is lost and nothing is doubled, however often and wherever the bot is killed."""

import os
import socket

import pytest

from tests.chaos.reckoning import Tally, reckon
from tests.chaos.storm import Storm
from tests.e2e.house import House
from tests.e2e.near import NearStand

KILLS = int(os.environ.get("CHAOS_KILLS", "0")) // 2
"""Of each run; ``make chaos`` asks for many."""


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def weather(house: House, *, kills: int, seed: int) -> Tally:
    """Let the storm blow over a running bot and look at what it left."""
    storm = Storm(house, visitors=24 if KILLS else 8, kills=kills, seed=seed)
    await house.start()
    tally = await storm.blow()
    code, _, err = await house.command("export", "--format", "jsonl", "--output", "log.jsonl")
    assert code == 0, err
    await reckon(tally, NearStand(house.simulator), (house.folder / "log.jsonl").read_text())
    print(tally)  # noqa: T201 - the numbers of docs/reliability.md
    assert tally.doubled.total() <= tally.allowed
    assert tally.answers
    return tally


@pytest.mark.chaos
@pytest.mark.timeout(300 + 30 * KILLS)
async def test_polling(closed_house: House) -> None:
    # Each inquiry has a card of its own here; in the other run most are told in digests.
    closed_house.settings |= {"BOT_OPEN_LIMIT": "1000", "BOT_FLOOD_LIMIT": "0", "BOT_GROUP_LIMIT": "600"}
    tally = await weather(closed_house, kills=KILLS or 4, seed=1)
    assert len(tally.asked) >= 8


@pytest.mark.chaos
@pytest.mark.timeout(300 + 30 * KILLS)
async def test_webhook(closed_house: House, free_port: int) -> None:
    closed_house.settings |= {
        "BOT_OPEN_LIMIT": "1000",
        "BOT_FLOOD_LIMIT": "0",
        "BOT_RUN_MODE": "webhook",
        "BOT_WEBHOOK_URL": f"http://127.0.0.1:{free_port}",
        "BOT_WEBHOOK_SECRET": "storm",
        "BOT_HTTP_PORT": str(free_port),
    }
    closed_house.simulator.webhook.retry_base = 0.2
    tally = await weather(closed_house, kills=KILLS or 2, seed=2)
    assert len(tally.asked) >= 8
