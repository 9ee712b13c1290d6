"""The webhook takes only what shows the secret, stores before it says 200, and never breaks."""

import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.app.metrics import Metrics
from bot.app.server import BODY_LIMIT, add_webhook, build_server
from bot.telegram.webhook import WEBHOOK_PATH
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.outbox import FakeOutbox
from tests.fakes.sessions import FakeSessions

SECRET = "A-secret_of-256"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}


class Door:
    """A server with a webhook, and what came in."""

    def __init__(self, clock: FakeClock) -> None:
        self.inbox = FakeInbox(clock, FakeInquiries(FakeOutbox(clock), FakeSessions(clock), clock))
        self.clock = clock
        self.stored: list[int] = []
        self.url = ""

    async def post(self, body: Any = None, *, headers: dict[str, str] | None = None, **more: Any) -> int:
        """Post to the webhook; gives the status."""
        shown = {HEADER: SECRET} if headers is None else headers
        given = more or {"json": UPDATE if body is None else body}
        async with ClientSession() as http, http.post(self.url, headers=shown, **given) as answer:
            return answer.status


@pytest.fixture
async def door(clock: FakeClock) -> AsyncIterator[Door]:
    made = Door(clock)

    async def ready() -> str:
        return ""

    async def gauges() -> None:
        return None

    server = build_server(metrics=Metrics(), ready=ready, gauges=gauges)
    add_webhook(server, secret=SECRET, inbox=made.inbox, clock=clock, stored=made.stored.append)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}{WEBHOOK_PATH}"
    yield made
    await runner.cleanup()


async def test_an_update_with_the_secret_is_stored(door: Door) -> None:
    assert await door.post() == 200
    assert await door.inbox.waiting() == 1
    assert await door.post() == 200
    assert (await door.inbox.waiting(), door.stored) == (1, [1, 0])


@pytest.mark.parametrize(
    "shown", [None, "", "wrong", SECRET.lower(), SECRET + "x", SECRET[:-1], "сырлы", "\u00ff"]
)
async def test_without_the_secret_nothing_is_stored(door: Door, shown: str | None) -> None:
    assert await door.post(headers={} if shown is None else {HEADER: shown}) == 401
    assert await door.inbox.waiting() == 0


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
async def test_no_header_about_the_address_opens_or_breaks_anything(door: Door, header: str) -> None:
    for value in ("149.154.160.1", "::1", "nonsense"):
        assert await door.post(headers={header: value}) == 401
        assert await door.post(headers={header: value, HEADER: SECRET}) == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"x"', b"{}", b"[" * 100_000, b"\xff\xfe", b'{"update_id": "x"}']
)
async def test_what_is_no_update_is_kept_and_not_asked_for_again(door: Door, body: bytes) -> None:
    assert await door.post(data=body) == 200
    assert await door.inbox.waiting() == 1


async def test_a_giant_body_is_refused(door: Door) -> None:
    assert await door.post(data=io.BytesIO(b"x" * (BODY_LIMIT + 1))) == 413
    assert await door.inbox.waiting() == 0


async def test_only_post_is_taken(door: Door) -> None:
    async with ClientSession() as http:
        for method in ("GET", "PUT", "DELETE"):
            async with http.request(method, door.url, headers={HEADER: SECRET}) as answer:
                assert answer.status == 405


async def test_telegram_is_asked_to_try_again_while_nothing_can_be_stored(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object, __: datetime) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(door.inbox, "add", full)
    assert await door.post() == 503
