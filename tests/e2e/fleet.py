"""Several replicas on one PostgreSQL and one Redis; the webhook goes to each of them in turn."""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

import aiohttp
from aiohttp import web

from bot.simulator.server import Simulator
from tests.driver import Json, Stand, buttons_of, text_of
from tests.e2e.house import House, labels, styled
from tests.redis_server import free_port

SECRET = "secret-of-the-fleet"
PATIENCE = 40.0


class Forwarder:
    """Gives each request to the next replica; one that is gone is passed over."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._turns = itertools.cycle(ports)
        self._many = len(ports)
        self.closed: set[int] = set()
        """Ports that get nothing."""
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None
        self.port = free_port()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        app = web.Application()
        app.add_routes([web.post("/webhook", self._forward)])
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        assert self._http is not None
        await self._runner.cleanup()
        await self._http.close()

    async def _forward(self, request: web.Request) -> web.Response:
        assert self._http is not None
        body = await request.read()
        for _ in range(self._many):
            port = next(self._turns)
            if port in self.closed:
                continue
            url = f"http://127.0.0.1:{port}/webhook"
            with suppress(aiohttp.ClientConnectionError):
                async with self._http.post(url, data=body, headers=request.headers) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
        return web.Response(status=502)


class Fleet:
    """The replicas, and what is around them."""

    def __init__(
        self, houses: Sequence[House], simulator: Simulator, stand: Stand, forwarder: Forwarder
    ) -> None:
        self.houses = houses
        self.forwarder = forwarder
        self.simulator = simulator
        self.stand = stand
        self._people = itertools.count(6000)

    async def start(self) -> None:
        """Start all replicas at once."""
        await asyncio.gather(*(house.start() for house in self.houses))

    async def kill(self) -> None:
        """End all replicas."""
        await asyncio.gather(*(house.kill() for house in self.houses))

    async def visitor(self) -> int:
        """Somebody who reads English and has not written yet."""
        person = next(self._people)
        card = {"id": person, "first_name": f"Visitor {person}", "language_code": "en"}
        await self.stand.post("people", card)
        return person

    async def asks(self, person: int, question: str, patience: float = PATIENCE) -> str:
        """Ask and send; gives the code of the receipt."""
        visitor = self.stand.as_person(person)
        asked = await visitor.says(f"/ask {question}")
        summary = await self.stand.wait_message(
            person,
            lambda one: question in text_of(one) and bool(buttons_of(one)),
            after=asked["message_id"],
            timeout=patience,
        )
        await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
        receipt = await self.stand.wait_message(
            person,
            lambda one: any("copy_text" in button for button in buttons_of(one)),
            after=asked["message_id"],
            timeout=patience,
        )
        found = re.search(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}", text_of(receipt))
        assert found
        return found[0]

    async def taps(self, person: int, label: str, *, after: int = 0) -> None:
        """Wait for a button, tap it, and wait until its message has changed."""
        shown = await self.stand.wait_message(
            person, lambda one: label in labels(one), after=after, timeout=PATIENCE
        )
        await self.stand.as_person(person).taps(label, message_id=shown["message_id"])

        async def changed() -> bool:
            now = await self.stand.messages(person)
            return all(one != shown for one in now)

        await self.stand.wait_for(changed, PATIENCE, what=f"what follows {label}")

    async def helps(self, person: int, patience: float = PATIENCE) -> float:
        """Ask for help; gives after how many seconds the answer came."""
        begun = time.monotonic()
        asked = await self.stand.as_person(person).says("/help")
        await self.stand.wait_message(person, bool, after=asked["message_id"], timeout=patience)
        return time.monotonic() - begun

    async def metric(self, house: House, name: str) -> float:
        """What a replica measures."""
        url = f"http://127.0.0.1:{house.settings['BOT_HTTP_PORT']}/metrics"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            found = re.search(rf"^{name} (\S+)$", await answer.text(), re.MULTILINE)
        assert found, name
        return float(found[1])

    async def in_touch(self, many: int, *houses: House) -> None:
        """Wait until the replicas know of so many."""
        async with asyncio.timeout(PATIENCE):
            for house in houses or self.houses:
                while await self.metric(house, "bot_replicas") != many:
                    await asyncio.sleep(0.1)

    def logs(self, words: str) -> list[int]:
        """How often each replica said it."""
        return [house.log.read_text().count(words) for house in self.houses]

    async def asked(self) -> list[str]:
        """The question of every inquiry in the database."""
        code, _, err = await self.houses[0].command("export", "--format", "jsonl", "--output", "all.jsonl")
        assert code == 0, err
        lines = (self.houses[0].folder / "all.jsonl").read_text().splitlines()
        return [found[0] for line in lines if (found := re.search(r"question \d+x\d+", line))]

    async def sent(self, method: str, *, to: int) -> list[Json]:
        """The bot's calls of a method for a chat that succeeded, in their order."""
        calls = await self.stand.calls(method, chat=to)
        return sorted((one for one in calls if one["status"] == 200), key=lambda one: one["started"])


@asynccontextmanager
async def fleet(folder: Path, database: str, redis: str, many: int, **settings: str) -> AsyncIterator[Fleet]:
    """So many replicas, not yet started, with a pretend Telegram of their own."""
    simulator = await Simulator().start()
    async with (
        Stand(simulator.url) as stand,
        fleet_at(simulator, stand, folder, database=database, redis=redis, many=many, **settings) as ships,
    ):
        yield ships
    await simulator.stop()


@asynccontextmanager
async def fleet_at(
    simulator: Simulator, stand: Stand, folder: Path, *, database: str, redis: str, many: int, **settings: str
) -> AsyncIterator[Fleet]:
    """So many replicas, not yet started, at a pretend Telegram that is there already."""
    simulator.webhook.retry_base = 0.2
    ports = [free_port() for _ in range(many)]
    async with Forwarder(ports) as forwarder:
        shared = {
            "BOT_DATABASE_URL": database,
            "BOT_REDIS_URL": redis,
            "BOT_RUN_MODE": "webhook",
            "BOT_WEBHOOK_URL": f"http://127.0.0.1:{forwarder.port}",
            "BOT_WEBHOOK_SECRET": SECRET,
            "BOT_OPEN_LIMIT": "1000",
            "BOT_FLOOD_LIMIT": "0",
            "BOT_GROUP_LIMIT": "1000",
            **settings,
        }
        houses = []
        for number, port in enumerate(ports):
            place = folder / f"replica-{number}"
            place.mkdir()
            houses.append(House(simulator, stand, place, **shared, BOT_HTTP_PORT=str(port)))
        ships = Fleet(houses, simulator, stand, forwarder)
        try:
            yield ships
        finally:
            await ships.kill()
