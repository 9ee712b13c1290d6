"""A running simulator and a raw client of its Bot API."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import Simulator
from bot.simulator.world import World

Json = dict[str, Any]


class Refused(Exception):
    """An answer with ok: false."""

    def __init__(self, body: Json, status: int) -> None:
        super().__init__(body.get("description"))
        self.body = body
        self.status = status
        self.description = str(body.get("description"))


class Api:
    """Calls methods as `await api.sendMessage(chat_id=1, text="…")`; `url` is that of one bot token."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def call(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.url}/{method}", json=params) as answer:
            body = await answer.json()
        if not body["ok"]:
            assert body["error_code"] == answer.status
            raise Refused(body, answer.status)
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """Return the description of a refusal that must come, with its code before it."""
        with pytest.raises(Refused) as caught:
            await self.call(method, **params)
        return f"{caught.value.status} {caught.value.description}"

    async def upload(self, method: str, files: dict[str, tuple[str, bytes]], **params: str) -> Any:
        form = aiohttp.FormData()
        for name, value in params.items():
            form.add_field(name, value)
        for name, (filename, data) in files.items():
            form.add_field(name, io.BytesIO(data), filename=filename)
        async with self.session.post(f"{self.url}/{method}", data=form) as answer:
            body = await answer.json()
        if not body["ok"]:
            raise Refused(body, answer.status)
        return body["result"]

    def __getattr__(self, method: str) -> Any:
        async def call(**params: Any) -> Any:
            return await self.call(method, **params)

        return call


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator(is_patient=False, retry_base=0.02).start()
    yield running
    await running.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def api(simulator: Simulator, session: aiohttp.ClientSession) -> Api:
    return Api(f"{simulator.url}/bot{simulator.token}", session)


@pytest.fixture
def world(simulator: Simulator) -> World:
    """The world with Ayesha's chat open."""
    simulator.world.actions.start(1001)
    simulator.world.updates.clear()
    return simulator.world
