"""Nothing is lost and nothing is doubled, however often and wherever the bot is killed."""

import os
import socket
from collections.abc import Sequence

import pytest

from tests.chaos.reckoning import Tally, reckon
from tests.chaos.storm import STEPS, Storm
from tests.e2e.house import House
from tests.e2e.near import NearStand

KILLS = int(os.environ.get("CHAOS_KILLS", "0")) // 2
"""Of each run; ``make chaos`` asks for many."""


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def weather(house: House, *, seed: int, steps: Sequence[str]) -> Tally:
    """Let the storm blow over a running bot and look at what it left."""
    # The short run: 4 kills, half of the steps in each mode.
    how = {"visitors": 24, "kills": KILLS} if KILLS else {"visitors": 8, "kills": 4}
    storm = Storm(house, **how, seed=seed, steps=STEPS if KILLS else steps)
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
    tally = await weather(closed_house, seed=1, steps=STEPS[:2])
    assert len(tally.asked) >= 8


@pytest.mark.chaos
@pytest.mark.timeout(300 + 30 * KILLS)
async def test_webhook(closed_house: House, free_port: int) -> None:
    closed_house.settings |= {
        "BOT_OPEN_LIMIT": "1000",
        "BOT_FLOOD_LIMIT": "0",
        "BOT_RUN_MODE": "webhook",
        "BOT_WEBHOOK_URL": f"http://127.0.0.1:{free_port}",
        "BOT_WEBHOOK_SECRET": "known-to-Telegram-alone",
        "BOT_HTTP_PORT": str(free_port),
    }
    closed_house.simulator.webhook.retry_base = 0.2
    tally = await weather(closed_house, seed=2, steps=STEPS[2:])
    assert len(tally.asked) >= 8
