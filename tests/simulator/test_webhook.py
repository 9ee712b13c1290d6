"""Webhook delivery: secret, retries, order, expiry."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.simulator.server import Simulator
from bot.simulator.world import World

Api = Any
Json = dict[str, Any]


class Receiver:
    """A bot's webhook that answers as it is told."""

    def __init__(self) -> None:
        self.updates: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[Json], web.Response] = lambda _update: web.Response()
        self.open = 0
        self.most_open = 0
        self.url = ""
        self._arrived = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        update = await request.json()
        self.updates.append(update)
        self._arrived.set()
        self.headers.append(dict(request.headers))
        await asyncio.sleep(0.01)
        self.open -= 1
        return self.answer(update)

    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.updates]

    async def has(self, many: int) -> None:
        async with asyncio.timeout(30):
            while len(self.updates) < many:
                self._arrived.clear()
                await self._arrived.wait()
        await asyncio.sleep(0.03)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_updates_arrive_with_the_secret(api: Api, world: World, receiver: Receiver) -> None:
    await api.setWebhook(url=receiver.url, secret_token="s3cret_-")
    world.actions.say(1001, 1001, "hello")
    await receiver.has(1)
    assert receiver.texts() == ["hello"]
    assert receiver.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_-"
    assert (await api.getWebhookInfo())["pending_update_count"] == 0


async def test_what_waited_is_delivered_unless_dropped(api: Api, world: World, receiver: Receiver) -> None:
    world.actions.say(1001, 1001, "before")
    await api.setWebhook(url=receiver.url)
    await receiver.has(1)
    await api.deleteWebhook()
    world.actions.say(1001, 1001, "unwanted")
    await api.setWebhook(url=receiver.url, drop_pending_updates=True)
    world.actions.say(1001, 1001, "after")
    await receiver.has(2)
    assert receiver.texts() == ["before", "after"]


async def test_a_failure_is_tried_again_and_holds_its_chat_only(
    api: Api, world: World, receiver: Receiver
) -> None:
    fails = iter([500, 503, 404])

    def answer(update: Json) -> web.Response:
        is_first = update["message"]["text"] == "first"
        return web.Response(status=next(fails, 200) if is_first else 200)

    receiver.answer = answer
    await api.setWebhook(url=receiver.url)
    world.actions.say(1001, 1001, "first")
    world.actions.say(1001, 1001, "second")
    world.actions.start(1002)
    await receiver.has(6)
    assert [one for one in receiver.texts() if one != "/start"] == ["first"] * 4 + ["second"]
    assert receiver.texts().index("/start") < 4
    info = await api.getWebhookInfo()
    assert info["last_error_message"].startswith("Wrong response from the webhook: 404")


async def test_retry_after_is_obeyed(api: Api, world: World, receiver: Receiver) -> None:
    answers = iter([web.Response(status=503, headers={"Retry-After": "1"})])
    receiver.answer = lambda _update: next(answers, web.Response())
    await api.setWebhook(url=receiver.url)
    started = asyncio.get_running_loop().time()
    world.actions.say(1001, 1001, "hello")
    await receiver.has(2)
    assert asyncio.get_running_loop().time() - started > 0.95


async def test_each_chat_keeps_its_order_while_chats_go_side_by_side(
    api: Api, world: World, receiver: Receiver
) -> None:
    world.actions.start(1002)
    world.updates.clear()
    await api.setWebhook(url=receiver.url, max_connections=2)
    for number in range(10):
        world.actions.say(1001, 1001, f"a{number}")
        world.actions.say(1002, 1002, f"b{number}")
    await receiver.has(20)
    assert [one for one in receiver.texts() if one[0] == "a"] == [f"a{number}" for number in range(10)]
    assert [one for one in receiver.texts() if one[0] == "b"] == [f"b{number}" for number in range(10)]
    assert receiver.most_open == 2


async def test_a_method_in_the_answer_is_carried_out(api: Api, world: World, receiver: Receiver) -> None:
    reply = {"method": "sendMessage", "chat_id": 1001, "text": "by the way"}
    receiver.answer = lambda _update: web.json_response(reply)
    await api.setWebhook(url=receiver.url)
    world.actions.say(1001, 1001, "hello")
    await receiver.has(1)
    assert world.messages(1001)[-1]["text"] == "by the way"


async def test_raw_updates_of_one_chat_keep_their_order(api: Api, world: World, receiver: Receiver) -> None:
    await api.setWebhook(url=receiver.url)
    for number in range(5):
        world.updates.push_raw({"message": {"chat": {"id": 1}, "text": str(number)}})
    await receiver.has(5)
    assert receiver.texts() == ["0", "1", "2", "3", "4"]


async def test_an_unreachable_bot_keeps_its_updates(api: Api, simulator: Simulator, world: World) -> None:
    await api.setWebhook(url="http://127.0.0.1:9/hook")
    world.actions.say(1001, 1001, "hello")
    async with asyncio.timeout(30):
        while simulator.webhook.failed < 2:
            info = await api.getWebhookInfo()
    assert info["pending_update_count"] == 1
    assert info["last_error_message"].startswith("Connection error")


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com:8081/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_that_telegram_refuses(
    api: Api, world: World, params: dict[str, str], refusal: str
) -> None:
    assert await api.refusal("setWebhook", **params) == f"400 Bad Request: {refusal}"
    assert (await api.getWebhookInfo())["url"] == ""
