"""Fixtures: a running House for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
from tests.driver import Stand
from tests.e2e.house import House


@pytest.fixture
async def closed_house(tmp_path: Path) -> AsyncIterator[House]:
    """A House whose bot has not been started yet."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        house = House(simulator, stand, tmp_path)
        yield house
        await house.kill()
    await simulator.stop()


@pytest.fixture
async def house(closed_house: House) -> House:
    """A House with its bot running."""
    await closed_house.start()
    return closed_house
