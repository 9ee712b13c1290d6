"""Announcements while the process is killed and Telegram stumbles: nobody twice, nobody forgotten."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.domain.broadcasts import NEWS, Broadcast, Line, Result, State, Version
from bot.domain.clock import SystemClock
from bot.domain.people import Profile
from bot.domain.sending import LEASE, in_flight
from bot.i18n.languages import Language
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.server import Simulator
from bot.storage.broadcast_turns import DEAD
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database
from bot.storage.migrations import upgrade
from bot.storage.people import SqlPeople
from tests.driver import Stand
from tests.e2e.house import House

KILLS = int(os.environ.get("CHAOS_KILLS", "5"))
PEOPLE = 60 * max(KILLS, 5)
RATE = 60
GOES_ON_WITHIN = 10.0
"""Seconds after a restart."""
FIRST = 100_001
REFUSED = "Bad Request: PEER_ID_INVALID"
BLOCKED = "Forbidden: bot was blocked by the user"

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120 + 20 * KILLS)]


def _faults() -> list[Fault]:
    """What goes wrong, each for some of the people: refusals for good, and passing trouble of every kind."""
    error = FaultKind.ERROR
    busy = {
        "status": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    plans: list[dict[str, Any]] = [
        {"kind": error, "every": 97, "times": 0, "status": 403, "description": BLOCKED},
        {
            "kind": error,
            "every": 101,
            "times": 0,
            "status": 400,
            "description": REFUSED,
        },
        {"kind": error, "every": 29, **busy},
        {"kind": error, "every": 31, "status": 502, "description": "Bad Gateway"},
        {"kind": FaultKind.HTML, "every": 37},
        {"kind": FaultKind.RESET, "every": 41},
        {"kind": FaultKind.RESET, "every": 43, "has_effect": True},
        {"kind": FaultKind.EMPTY, "every": 47},
    ]
    return [Fault(**{"method": "sendMessage", "times": KILLS, **plan}) for plan in plans]


@dataclass
class Rig:
    """A database with subscribers, a pretend Telegram that counts copies, and bots to kill."""

    simulator: Simulator
    stand: Stand
    folder: Path
    url: str
    database: Database
    houses: list[House] = field(default_factory=list)
    number: int = 0

    @property
    def store(self) -> SqlBroadcasts:
        """The announcements."""
        return SqlBroadcasts(self.database)

    @property
    def copies(self) -> Counter[int]:
        """How many messages each chat has got."""
        return self.simulator.world.counts

    async def launch(self) -> None:
        """Let people subscribe and an announcement go."""
        people, now = SqlPeople(self.database), SystemClock().now()
        ids = range(FIRST, FIRST + PEOPLE)
        await asyncio.gather(*(people.meet(Profile(id=one, first_name="R"), now) for one in ids))
        await asyncio.gather(*(people.subscribe(one, frozenset({NEWS})) for one in ids))
        fresh = Broadcast(
            author_id=0, versions={Language.EN: Version(html="Open on Saturday")}, created_at=now
        )
        self.number = (await self.store.launch(fresh, now=now)).number

    async def lines(self) -> Sequence[Line]:
        """What became of everybody."""
        return await self.store.lines(self.number, limit=PEOPLE)

    async def progress(self, more: int, seconds: float) -> bool:
        """Wait until so many more copies have arrived, or the announcement is over."""
        wanted, until = self.copies.total() + more, time.monotonic() + seconds
        while self.copies.total() < wanted:
            if (await self.store.get(self.number)).state is not State.RUNNING:
                return False
            assert time.monotonic() < until, f"nothing was sent for {seconds} s"
            await asyncio.sleep(0.02)
        return True

    async def over(self, seconds: float) -> Broadcast:
        """Wait for the end; an admin lets it go on whenever it has stopped by itself."""
        async with asyncio.timeout(seconds):
            while (one := await self.store.get(self.number)).state is not State.DONE:
                if one.state is State.PAUSED:
                    await self.store.save(one.resumed(SystemClock().now()))
                await asyncio.sleep(0.1)
        return one


def _is_right(rig: Rig, lines: Sequence[Line], *, lives: int) -> None:
    """Nobody twice, nobody forgotten, and no more doubts than were in flight."""
    copies = rig.copies
    assert max(copies.values()) == 1
    by_result: dict[Result, list[int]] = {}
    for line in lines:
        by_result.setdefault(line.result, []).append(line.person_id)
    assert sum(map(len, by_result.values())) == PEOPLE
    assert set(by_result) <= {Result.SENT, Result.BLOCKED, Result.FAILED, Result.IN_DOUBT}
    assert all(copies[one] == 1 for one in by_result[Result.SENT])
    assert not any(copies[one] for one in by_result.get(Result.BLOCKED, []))
    assert not any(copies[one] for one in by_result.get(Result.FAILED, []))
    killed = [line for line in lines if line.result is Result.IN_DOUBT and line.reason == DEAD]
    assert len(killed) <= lives * in_flight(RATE)


async def _rig(folder: Path, url: str) -> AsyncIterator[Rig]:
    await upgrade(url)
    simulator = await Simulator(lean=True).start()
    database = await Database.open(url)
    async with Stand(simulator.url) as stand:
        rig = Rig(simulator, stand, folder, url, database)
        yield rig
        for house in rig.houses:
            await house.kill()
    await database.close()
    await simulator.stop()


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """On SQLite."""
    async for one in _rig(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"):
        yield one


@pytest.fixture
async def wide_rig(tmp_path: Path, postgres_server: str) -> AsyncIterator[Rig]:
    """On PostgreSQL."""
    name = "chaos_broadcast"
    connection = await asyncpg.connect(postgres_server)
    await connection.execute(f"CREATE DATABASE {name}")
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    async for one in _rig(tmp_path, url):
        yield one
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


def _house(rig: Rig, **settings: str) -> House:
    settings |= {"BOT_DATABASE_URL": rig.url, "BOT_BROADCAST_RATE": str(RATE), "BOT_STAFF_CHAT": ""}
    house = House(rig.simulator, rig.stand, rig.folder, **settings)
    house.log = rig.folder / f"bot-{len(rig.houses)}.log"
    rig.houses.append(house)
    return house


async def test_nobody_gets_it_twice_however_often_the_bot_is_killed(rig: Rig) -> None:
    await rig.launch()
    for fault in _faults():
        rig.simulator.faults.add(fault)
    house, dice = _house(rig), random.Random(KILLS)  # noqa: S311 - a dice
    lives = 0
    for _ in range(KILLS):
        await house.start()
        if not await rig.progress(dice.randint(1, 50), GOES_ON_WITHIN):
            break
        await asyncio.sleep(dice.random() * 0.05)
        await house.kill()
        lives += 1
    await house.start()
    done = await rig.over(90)
    _is_right(rig, await rig.lines(), lives=lives)
    assert done.counts.settled == done.counts.total == PEOPLE
    assert house.log.read_text().count("Traceback") == 0


async def test_two_processes_share_the_recipients_and_one_may_die(wide_rig: Rig) -> None:
    rig = wide_rig
    hook = {
        "BOT_RUN_MODE": "webhook",
        "BOT_WEBHOOK_URL": "https://house.example",
        "BOT_WEBHOOK_SECRET": "a-secret",
    }
    first, second = _house(rig, **hook), _house(rig, **hook)
    await first.start()
    await second.start()
    await rig.launch()
    assert await rig.progress(40, GOES_ON_WITHIN)
    await first.kill()
    unsettled = {Result.WAITING}
    async with asyncio.timeout(60):
        while unsettled & {line.result for line in await rig.lines()}:
            await asyncio.sleep(0.2)
    await asyncio.sleep(1)
    left = [line for line in await rig.lines() if line.result is Result.SENDING]
    assert len(left) <= in_flight(RATE)
    await rig.store.recover(SystemClock().now() + LEASE)
    done = await rig.over(10)
    _is_right(rig, await rig.lines(), lives=1)
    assert done.counts.in_doubt == len(left)
