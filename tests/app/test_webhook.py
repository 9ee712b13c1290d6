"""The webhook takes only what shows the secret, stores before it says 200, and never breaks."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.app import server as module
from bot.app.metrics import Metrics
from bot.app.proxies import read_networks
from bot.app.server import BODY_LIMIT, add_webhook, build_server
from bot.app.settings import SettingsError, load_settings
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

    def __init__(self, clock: FakeClock, proxies: str = "") -> None:
        self.proxies = read_networks(proxies)
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
    async with _opened(Door(clock)) as made:
        yield made


@pytest.fixture
async def guarded(clock: FakeClock) -> AsyncIterator[Door]:
    """A door behind two proxies, one of them on this machine."""
    async with _opened(Door(clock, "127.0.0.1, 10.1.0.0/16")) as made:
        yield made


@asynccontextmanager
async def _opened(made: Door) -> AsyncIterator[Door]:

    async def ready() -> str:
        return ""

    async def gauges() -> None:
        return None

    server = build_server(metrics=Metrics(), ready=ready, gauges=gauges)
    add_webhook(
        server,
        secret=SECRET,
        inbox=made.inbox,
        clock=made.clock,
        stored=made.stored.append,
        proxies=made.proxies,
    )
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


# ---- behind proxies

TELEGRAM = "149.154.167.220"


@pytest.mark.parametrize(
    "forwarded",
    [
        TELEGRAM,
        f"{TELEGRAM}, 10.1.2.3",
        f"8.8.8.8, {TELEGRAM}",
        f"nonsense, {TELEGRAM},10.1.0.1",
        f" {TELEGRAM} ",
    ],
)
async def test_what_the_proxies_pass_on_from_telegram_is_taken(guarded: Door, forwarded: str) -> None:
    assert await guarded.post(headers={HEADER: SECRET, "X-Forwarded-For": forwarded}) == 200


@pytest.mark.parametrize(
    "forwarded",
    [
        "8.8.8.8",
        f"{TELEGRAM}, 8.8.8.8",
        f"{TELEGRAM}, 8.8.8.8, 10.1.2.3",
        f"{TELEGRAM}, nonsense",
        f"{TELEGRAM}, ",
        "10.1.2.3",
        "::1",
        "2001:db8::1",
        "",
    ],
)
async def test_nobody_gets_in_by_saying_that_they_are_telegram(guarded: Door, forwarded: str) -> None:
    assert await guarded.post(headers={HEADER: SECRET, "X-Forwarded-For": forwarded}) == 403
    assert await guarded.post(headers={HEADER: SECRET}) == 403
    assert await guarded.inbox.waiting() == 0


async def test_telegrams_address_alone_does_not_open_the_door(guarded: Door) -> None:
    assert await guarded.post(headers={HEADER: "wrong", "X-Forwarded-For": TELEGRAM}) == 401


@pytest.mark.parametrize("wrong", ["nonsense", "10.0.0.0/99", "10.0.0.1,,x"])
def test_a_wrong_proxy_is_named_with_its_setting(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_WEBHOOK_PROXIES", wrong)
    with pytest.raises(SettingsError, match="BOT_WEBHOOK_PROXIES: expected addresses"):
        load_settings()


# ---- odd requests


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "nonsense", "a" * 4000]
)
async def test_what_an_update_says_of_its_kind_does_not_matter(door: Door, kind: str) -> None:
    shown = {HEADER: SECRET, "Content-Type": kind}
    assert await door.post(data=b'{"update_id": 7}', headers=shown) == 200


async def test_a_compressed_bomb_is_refused(door: Door) -> None:
    bomb = gzip.compress(b" " * 50 * BODY_LIMIT)
    shown = {HEADER: SECRET, "Content-Encoding": "gzip"}
    assert await door.post(data=bomb, headers=shown) in (400, 413)
    assert await door.inbox.waiting() == 0


async def test_an_update_that_does_not_arrive_is_not_waited_for(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BODY_SECONDS", 0.2)
    host, port = door.url.removeprefix("http://").removesuffix(WEBHOOK_PATH).split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 100\r\n\r\n{{"
    writer.write(head.encode())
    answer = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    assert b"408" in answer
    assert await door.inbox.waiting() == 0


async def test_health_says_nothing_but_that_it_is_well(door: Door) -> None:
    base = door.url.removesuffix(WEBHOOK_PATH)
    async with ClientSession() as http:
        for path, body in (("/healthz", b'{"status": "ok"}'), ("/readyz", b'{"status": "ok"}')):
            async with http.get(base + path) as answer:
                assert (answer.status, await answer.read()) == (200, body)
        async with http.get(base + "/nosuch") as answer:
            assert answer.status == 404
            assert b"Traceback" not in await answer.read()
        async with http.get(base + "/metrics") as answer:
            shown = await answer.text()
    assert SECRET not in shown
