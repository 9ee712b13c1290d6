"""Long polling against servers that do not answer, refuse, or are not there."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiohttp import web

from bot.domain.trouble import OtherPoller, TokenRefused
from bot.telegram.faults import Fault, diagnose
from bot.telegram.session import NotConnectedError, TelegramSession
from bot.telegram.updates import Poller, PollerHooks
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.outbox import FakeOutbox
from tests.fakes.sessions import FakeSessions

TOKEN = "42:" + "x" * 35


def _ok(*updates: Any) -> dict[str, Any]:
    return {"ok": True, "result": list(updates)}


def _refused(code: int, words: str, **parameters: int) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": words, "parameters": parameters}


class Telegram:
    """A server that gives prepared answers to getUpdates, then none at all; None: it never answers."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any] | bytes | None] = []
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Answer getUpdates."""
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        answer = self.answers.pop(0) if self.answers else None
        if answer is None:
            await asyncio.sleep(3600)
        return web.Response(body=answer if isinstance(answer, bytes) else orjson.dumps(answer))


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    made = Telegram()
    app = web.Application()
    app.router.add_post("/{token}/getUpdates", made.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


class Desk:
    """A poller with what it stored and what it told."""

    def __init__(self, url: str, clock: FakeClock, **limits: Any) -> None:
        self.bot = Bot(TOKEN, session=TelegramSession(api=TelegramAPIServer.from_base(url)))
        self.inbox = FakeInbox(clock, FakeInquiries(FakeOutbox(clock), FakeSessions(clock), clock))
        self.troubles: list[tuple[str, float]] = []
        self.stop = asyncio.Event()
        hooks = PollerHooks(stored=lambda _: None, trouble=lambda *what: self.troubles.append(what))
        self.poller = Poller(bot=self.bot, inbox=self.inbox, clock=clock, hooks=hooks, **limits)

    async def until(self, done: Any, *, seconds: float = 20) -> float:
        """Poll until something holds; gives the seconds that took. Raises what polling raises."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        running = asyncio.create_task(self.poller.run(self.stop))
        async with asyncio.timeout(seconds):
            while not done() and not running.done():
                await asyncio.sleep(0.02)
        self.stop.set()
        await running
        return loop.time() - begun

    def stored(self) -> Sequence[int]:
        """The ids of what was stored."""
        return [row.incoming.update_id for row in self.inbox.rows.values()]


async def test_a_long_poll_that_hangs_is_given_up_soon_after_its_time(
    telegram: Telegram, clock: FakeClock
) -> None:
    telegram.answers = [None, _ok({"update_id": 1})]
    desk = Desk(telegram.url, clock, poll_timeout=1, answer_limit=1)
    took = await desk.until(desk.stored)
    assert 2 <= took < 1 + 10
    assert len(desk.troubles) == 1


async def test_a_name_that_cannot_be_looked_up_is_asked_again_and_again(clock: FakeClock) -> None:
    desk = Desk("http://telegram.invalid", clock, poll_timeout=1)
    await desk.until(lambda: len(desk.troubles) >= 3)
    assert all(TOKEN not in why and "Connector" in why for why, _ in desk.troubles)


async def test_where_no_name_can_be_looked_up_nothing_was_sent() -> None:
    bot = Bot(TOKEN, session=TelegramSession(api=TelegramAPIServer.from_base("http://telegram.invalid")))
    with pytest.raises(NotConnectedError) as met:
        await bot.send_message(1, "Salam")
    await bot.session.close()
    assert diagnose(met.value).fault is Fault.NOT_SENT
    assert TOKEN not in str(met.value)
    assert diagnose(TelegramNetworkError(method=None, message="reset")).fault is Fault.UNKNOWN  # type: ignore[arg-type]


async def test_the_wait_that_telegram_asks_of_a_poll_is_kept(telegram: Telegram, clock: FakeClock) -> None:
    telegram.answers = [
        _refused(429, "Too Many Requests: retry after 2", retry_after=2),
        _ok({"update_id": 1}),
    ]
    desk = Desk(telegram.url, clock)
    assert await desk.until(desk.stored) >= 2
    assert desk.troubles[0][1] == 2


@pytest.mark.parametrize("body", [b"", b"<html>502 Bad Gateway</html>", b'{"ok":true,"resul', b"[]", b"7"])
async def test_what_is_no_answer_is_asked_for_again(
    telegram: Telegram, clock: FakeClock, body: bytes
) -> None:
    telegram.answers = [body, _ok({"update_id": 1})]
    desk = Desk(telegram.url, clock)
    await desk.until(desk.stored)
    assert desk.stored() == [1]


async def test_each_batch_is_acknowledged_by_the_next_poll_and_smaller_ids_are_followed(
    telegram: Telegram, clock: FakeClock
) -> None:
    telegram.answers = [_ok({"update_id": 10**9}), _ok({"update_id": 5}), _ok({"no": "id"}, "x"), _ok()]
    desk = Desk(telegram.url, clock)
    await desk.until(lambda: len(telegram.asked) >= 5)
    assert [one.get("offset") for one in telegram.asked[:5]] == [None, str(10**9 + 1), "6", "7", "7"]
    assert list(desk.stored())[:2] == [10**9, 5]
    assert all(number < 0 for number in list(desk.stored())[2:])


async def test_a_batch_that_cannot_be_stored_is_not_acknowledged(
    telegram: Telegram, clock: FakeClock
) -> None:
    telegram.answers = [_ok({"update_id": 1}), _ok({"update_id": 1})]
    desk = Desk(telegram.url, clock)
    adding = desk.inbox.add

    async def full(*_: Any) -> int:
        raise OSError("disk full")

    desk.inbox.add = full  # type: ignore[method-assign,assignment]
    with pytest.raises(OSError, match="disk full"):
        await desk.until(lambda: False)
    desk.inbox.add = adding  # type: ignore[method-assign]
    desk.stop.clear()
    await desk.until(desk.stored)
    assert [one.get("offset") for one in telegram.asked[:2]] == [None, None]


async def test_a_token_that_was_revoked_and_another_poller_end_it(
    telegram: Telegram, clock: FakeClock
) -> None:
    telegram.answers = [_refused(401, "Unauthorized")]
    with pytest.raises(TokenRefused):
        await Desk(telegram.url, clock).until(lambda: False)
    telegram.answers = [_refused(409, "Conflict: terminated by other getUpdates request")] * 3
    with pytest.raises(OtherPoller):
        await Desk(telegram.url, clock, patience=0.1).until(lambda: False)
