"""The HTTP server: /healthz, /readyz, /metrics and the webhook."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence

import orjson
from aiohttp import web

from bot.app.metrics import Metrics
from bot.app.proxies import Network, is_telegram
from bot.domain.clock import Clock
from bot.domain.inbox import Inbox
from bot.telegram.updates import read_update
from bot.telegram.webhook import WEBHOOK_PATH

BODY_LIMIT = 1 << 20
"""Bytes of one update; Telegram's are far smaller."""
BODY_SECONDS = 20.0
"""In which an update must have arrived whole."""


def build_server(
    *,
    metrics: Metrics,
    ready: Callable[[], Awaitable[str]],
    gauges: Callable[[], Awaitable[None]],
) -> web.Application:
    """The routes that every run mode has. ``ready`` gives an empty string, or what is missing."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.Response:
        missing = await ready()
        body = {"status": missing or "ok"}
        return web.json_response(body, status=503 if missing else 200)

    async def show_metrics(_: web.Request) -> web.Response:
        await gauges()
        return web.Response(body=metrics.text(), content_type="text/plain", charset="utf-8")

    server = web.Application(client_max_size=BODY_LIMIT)
    server.add_routes(
        [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", show_metrics)]
    )
    return server


def add_webhook(
    server: web.Application,
    *,
    secret: str,
    inbox: Inbox,
    clock: Clock,
    stored: Callable[[int], None],
    proxies: Sequence[Network] = (),
) -> None:
    """Take updates from Telegram: 200 only after they are durable; 503 while the store cannot take them.

    ``proxies``: those in front; with any, only what comes through them from Telegram's addresses is taken.
    """

    async def take(request: web.Request) -> web.Response:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        if proxies and not is_telegram(request.remote or "", forwarded, proxies):
            return web.Response(status=403)
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        try:
            update = orjson.loads(body)
        except orjson.JSONDecodeError:
            # 200, or Telegram would send it again for a day; kept all the same, so that a person can look.
            update = None
        try:
            stored(await inbox.add([read_update(update, body)], clock.now()))
        except Exception:  # noqa: BLE001 - the edge: whatever the store's trouble is, Telegram tries again
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response()

    server.add_routes([web.post(WEBHOOK_PATH, take)])
