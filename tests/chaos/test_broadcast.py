"""Announcements while the processes are killed and Telegram stumbles: nobody twice, nobody forgotten."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from bot.domain.broadcasts import NEWS, Broadcast, State, Version
from bot.domain.clock import SystemClock
from bot.domain.recipients import DEAD, Line, Result
from bot.domain.sending import LEASE, in_flight
from bot.i18n.languages import Language
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.server import Simulator
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database
from bot.storage.migrations import upgrade
from bot.storage.tables import people, subscriptions
from tests.driver import Stand
from tests.e2e.house import House

KILLS = int(os.environ.get("CHAOS_KILLS", "5"))
SEED = os.environ.get("CHAOS_SEED", "1")
RATE = 60
GOES_ON_WITHIN = 10.0
"""Seconds after a restart."""
DURING_START = 0.2
"""Share of the kills that hit a process while it starts."""
HANGS = 30
"""Seconds of an answer that does not come; the bot waits for 20."""
FIRST = 100_001
REFUSED = "Bad Request: PEER_ID_INVALID"
BLOCKED = "Forbidden: bot was blocked by the user"
GONE = "Forbidden: user is deactivated"

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240 + 20 * KILLS)]


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
        {"kind": error, "every": 103, "times": 0, "status": 403, "description": GONE},
        {"kind": error, "every": 101, "times": 0, "status": 400, "description": REFUSED},
        {"kind": error, "every": 29, **busy},
        {"kind": error, "every": 31, "status": 502, "description": "Bad Gateway"},
        {"kind": FaultKind.HTML, "every": 37},
        {"kind": FaultKind.RESET, "every": 41},
        {"kind": FaultKind.RESET, "every": 43, "has_effect": True},
        {"kind": FaultKind.EMPTY, "every": 47},
        {"kind": FaultKind.TRUNCATED, "every": 53},
        {"kind": FaultKind.HANG, "every": 59, "seconds": HANGS, "times": 1 + KILLS // 20},
        {
            "kind": FaultKind.HANG,
            "every": 61,
            "seconds": HANGS,
            "times": 1 + KILLS // 20,
            "has_effect": True,
        },
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
    people: int = 0
    kills: int = 0

    @property
    def store(self) -> SqlBroadcasts:
        """The announcements."""
        return SqlBroadcasts(self.database)

    @property
    def copies(self) -> Counter[int]:
        """How many messages each chat has got."""
        return self.simulator.world.counts

    async def launch(self, many: int) -> None:
        """Let so many people subscribe and an announcement go."""
        self.people, now = many, SystemClock().now()
        ids = range(FIRST, FIRST + many)
        met = [
            {"id": one, "first_name": "R", "last_name": "", "username": "", "name_key": "r",
             "username_key": "", "phone_language": "en", "role": "visitor", "asked_to_subscribe": True,
             "reachable": True, "first_seen": now, "last_seen": now}
            for one in ids
        ]  # fmt: skip
        said_yes = [{"person_id": one, "topic": NEWS} for one in ids]
        await self.database.write(lambda connection: connection.execute(insert(people), met) and None)
        await self.database.write(
            lambda connection: connection.execute(insert(subscriptions), said_yes) and None
        )
        fresh = Broadcast(
            author_id=0, versions={Language.EN: Version(html="Open on Saturday")}, created_at=now
        )
        self.number = (await self.store.launch(fresh, now=now)).number
        for fault in _faults():
            self.simulator.faults.add(fault)

    async def lines(self, only: Result | None = None) -> Sequence[Line]:
        """What became of everybody."""
        return await self.store.lines(self.number, limit=self.people, only=only)

    async def is_over(self) -> bool:
        """Whether it ended; an admin lets it go on whenever it has stopped by itself."""
        one = await self.store.get(self.number)
        if one.state is State.PAUSED:
            await self.store.save(one.resumed(SystemClock().now()))
        return one.state is State.DONE

    async def progress(self, more: int, seconds: float) -> bool:
        """Wait until so many more copies have arrived; False when the announcement is over.

        Fails when none arrives for so many seconds.
        """
        seen, until = self.copies.total(), time.monotonic() + seconds
        wanted = seen + more
        while (now := self.copies.total()) < wanted:
            if await self.is_over():
                return False
            if now > seen:
                seen, until = now, time.monotonic() + seconds
            assert time.monotonic() < until, f"nothing was sent for {seconds} s"
            await asyncio.sleep(0.02)
        return True

    async def over(self, seconds: float) -> Broadcast:
        """Wait for the end."""
        async with asyncio.timeout(seconds):
            while not await self.is_over():
                await asyncio.sleep(0.1)
        return await self.store.get(self.number)

    async def kill(self, house: House) -> None:
        """SIGKILL."""
        await house.kill()
        self.kills += 1

    async def kill_during_start(self, house: House, after: float) -> None:
        """The process does not live to say that it runs, or only just."""
        with suppress(TimeoutError):
            async with asyncio.timeout(after):
                await house.start()
        await self.kill(house)


def _is_right(rig: Rig, lines: Sequence[Line]) -> None:
    """Nobody twice, nobody forgotten, and no more doubts than were in flight."""
    copies = rig.copies
    by_result: dict[Result, list[int]] = {result: [] for result in Result}
    for line in lines:
        by_result[line.result].append(line.person_id)
    dead = [line.person_id for line in lines if line.result is Result.IN_DOUBT and line.reason == DEAD]
    bound = rig.kills * in_flight(RATE)
    shown = {result.value: len(people) for result, people in by_result.items() if people}
    print(  # noqa: T201 - the numbers of docs/announcements.md
        f"{rig.kills} kills, {len(lines)} recipients: {shown}; doubled {sum(copies.values()) - len(copies)}; "
        f"in doubt by kills {len(dead)}, of whom {sum(copies[one] for one in dead)} got it; bound {bound}"
    )
    assert max(copies.values()) == 1
    assert len(lines) == rig.people
    assert not by_result[Result.WAITING]
    assert not by_result[Result.SENDING]
    assert not by_result[Result.SKIPPED]
    assert all(copies[one] == 1 for one in by_result[Result.SENT])
    assert not any(copies[one] for one in by_result[Result.BLOCKED])
    assert not any(copies[one] for one in by_result[Result.FAILED])
    assert len(dead) <= bound


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


def _hooked(rig: Rig) -> House:
    """One of several processes: Telegram would refuse two that poll."""
    return _house(
        rig,
        BOT_RUN_MODE="webhook",
        BOT_WEBHOOK_URL="https://house.example",
        BOT_WEBHOOK_SECRET="a-secret",
    )


def _tracebacks(rig: Rig) -> int:
    return sum(house.log.read_text().count("Traceback") for house in rig.houses)


async def test_nobody_gets_it_twice_however_often_the_bot_is_killed(rig: Rig) -> None:
    await rig.launch(60 * max(KILLS, 5))
    house, dice = _house(rig), random.Random(SEED)  # noqa: S311 - a dice
    while rig.kills < KILLS:
        if dice.random() < DURING_START:
            await rig.kill_during_start(house, dice.uniform(0.1, 4))
            continue
        await house.start()
        assert await rig.progress(dice.randint(1, 50), GOES_ON_WITHIN), "it was over before the last kill"
        await asyncio.sleep(dice.random() * 0.05)
        await rig.kill(house)
        assert len(await rig.lines(Result.SENDING)) <= in_flight(RATE)
    await house.start()
    done = await rig.over(150)
    _is_right(rig, await rig.lines())
    assert done.counts.settled == done.counts.total == rig.people
    assert _tracebacks(rig) == 0


async def _torment(rig: Rig, house: House, dice: random.Random) -> None:
    """Start a process, let it send for a moment, kill it; again and again, until enough were killed."""
    while rig.kills < KILLS and not await rig.is_over():
        if dice.random() < DURING_START:
            await rig.kill_during_start(house, dice.uniform(0.1, 4))
            continue
        await house.start()
        await asyncio.sleep(dice.uniform(0, 3))
        await rig.kill(house)


async def test_two_processes_share_the_recipients_however_often_both_are_killed(wide_rig: Rig) -> None:
    rig = wide_rig
    first, second = _hooked(rig), _hooked(rig)
    await rig.launch(120 * max(KILLS, 5))
    dice = [random.Random(f"{SEED}:{number}") for number in range(2)]  # noqa: S311 - dice
    await asyncio.gather(_torment(rig, first, dice[0]), _torment(rig, second, dice[1]))
    assert rig.kills >= KILLS, "it was over before the last kill"
    await asyncio.gather(first.start(), second.start())
    assert await rig.progress(1, GOES_ON_WITHIN)
    done = await rig.over(240 + 3 * KILLS)
    _is_right(rig, await rig.lines())
    assert done.counts.settled == done.counts.total == rig.people
    assert _tracebacks(rig) == 0


async def test_when_one_of_two_processes_dies_the_other_goes_on_at_once(wide_rig: Rig) -> None:
    rig = wide_rig
    first, second = _hooked(rig), _hooked(rig)
    await first.start()
    await second.start()
    await rig.launch(300)
    rig.simulator.faults.clear()
    assert await rig.progress(40, GOES_ON_WITHIN)
    await rig.kill(first)
    async with asyncio.timeout(60):
        while await rig.lines(Result.WAITING):
            await asyncio.sleep(0.2)
    await asyncio.sleep(1)
    left = await rig.lines(Result.SENDING)
    assert len(left) <= in_flight(RATE)
    await rig.store.recover(SystemClock().now() + LEASE)
    done = await rig.over(10)
    _is_right(rig, await rig.lines())
    assert done.counts.in_doubt == len(left)
