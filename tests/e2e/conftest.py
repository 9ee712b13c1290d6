"""Fixtures: a running House for each test, or several replicas of one."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.simulator.server import Simulator
from tests.driver import Stand
from tests.e2e.fleet import Fleet, fleet
from tests.e2e.house import House
from tests.redis_server import RedisServer


@pytest.fixture
async def closed_house(tmp_path: Path) -> AsyncIterator[House]:
    """A House whose bot has not been started yet; at the end it is looked whether anything leaked."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        house = House(simulator, stand, tmp_path)
        yield house
        await house.kill()
    await simulator.stop()
    assert house.leaks() == []


@pytest.fixture
async def house(closed_house: House) -> House:
    """A House with its bot running."""
    await closed_house.start()
    return closed_house


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"fleet_{os.getpid()}_{time.monotonic_ns()}"
    connection = await asyncpg.connect(postgres_server)
    await connection.execute(f"CREATE DATABASE {name}")
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def pair(tmp_path: Path, database: str, own_redis: RedisServer) -> AsyncIterator[Fleet]:
    """Two running replicas in touch."""
    async with fleet(tmp_path, database, own_redis.url, 2) as ships:
        await ships.start()
        await ships.in_touch(2)
        yield ships
