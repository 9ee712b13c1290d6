"""Webhooks: setting them, and delivery with retries in order per chat and user (WebhookActor.cpp)."""

import asyncio
import ipaddress
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.simulator.calls import Call
from bot.simulator.errors import bad
from bot.simulator.people import Json
from bot.simulator.polling import WEBHOOK_SET, Polling
from bot.simulator.updates import Waiting
from bot.simulator.world import World

PORTS = frozenset({80, 88, 443, 8443})
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LONGEST_PAUSE = 60.0
LONGEST_RETRY_AFTER = 3600
DEFAULT_CONNECTIONS = 40


@dataclass(slots=True)
class Lane:
    """Updates that must not overtake each other: failures of the first one, and when it is tried again."""

    fails: int = 0
    delay: float = 0.0
    wake_at: float = 0.0
    is_busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What setWebhook said; an empty url means no webhook."""

    url: str = ""
    secret: str = ""
    max_connections: int = DEFAULT_CONNECTIONS


class Webhook:
    """Delivers updates to the bot's address; pauses after failures begin at `retry_base` s and double."""

    def __init__(
        self, world: World, polling: Polling, *, retry_base: float = 1.0, timeout: float = 60.0
    ) -> None:
        self._world = world
        self._polling = polling
        self.retry_base = retry_base
        self.timeout = timeout
        self._settings = Settings()
        self._lanes: dict[str, Lane] = {}
        self._task: asyncio.Task[None] | None = None
        self._sends: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._error: tuple[int, str] | None = None
        self.reply: Callable[[Call], Awaitable[Any]] | None = None
        self.delivered = 0
        self.failed = 0

    def set(self, call: Call) -> bool:
        """Answer setWebhook; an empty url deletes the webhook."""
        if not call.text("url"):
            return self.delete(call)
        settings = Settings(
            url=_checked_url(call.text("url")),
            secret=_checked_secret(call.text("secret_token")),
            max_connections=min(max(call.integer("max_connections", DEFAULT_CONNECTIONS), 1), 100),
        )
        if call.flag("drop_pending_updates"):
            self._world.updates.clear()
        self._polling.choose_kinds(call)
        self._polling.abort(WEBHOOK_SET)
        self._polling.webhook_is_set = True
        self._settings, self._error = settings, None
        self._lanes.clear()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        self._wake.set()
        return True

    def delete(self, call: Call) -> bool:
        """Answer deleteWebhook."""
        if call.flag("drop_pending_updates"):
            self._world.updates.clear()
        self._settings = Settings()
        self._polling.webhook_is_set = False
        return True

    def info(self) -> Json:
        """Answer getWebhookInfo."""
        settings, updates = self._settings, self._world.updates
        shown: Json = {
            "url": settings.url, "has_custom_certificate": False, "pending_update_count": len(updates),
        }  # fmt: skip
        if self._error:
            shown |= {"last_error_date": self._error[0], "last_error_message": self._error[1]}
        if settings.url:
            shown |= {"max_connections": settings.max_connections, "ip_address": "127.0.0.1"}
        if updates.allowed:
            shown["allowed_updates"] = sorted(updates.allowed)
        return shown

    async def close(self) -> None:
        """Stop delivering."""
        self._settings = Settings()
        tasks = [one for one in (self._task, *self._sends) if one is not None]
        self._task = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=self.timeout)
        ) as session:
            while True:
                self._wake.clear()
                pause = self._send_ready(session) if self._settings.url else None
                woken = asyncio.ensure_future(self._wake.wait())
                arrival = self._world.updates.arrival()
                both: set[asyncio.Future[Any]] = {woken, arrival}
                await asyncio.wait(both, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                arrival.cancel()

    def _send_ready(self, session: aiohttp.ClientSession) -> float | None:
        """Send the first update of every lane that is due; return seconds until the next, None for none."""
        if len(self._sends) >= self._settings.max_connections:
            return None
        now, soonest, seen = time.monotonic(), None, set()
        for update in self._world.updates.waiting():
            if update.lane in seen:
                continue
            seen.add(update.lane)
            lane = self._lanes.setdefault(update.lane, Lane())
            if lane.is_busy:
                continue
            if lane.wake_at > now:
                soonest = lane.wake_at if soonest is None else min(soonest, lane.wake_at)
            elif len(self._sends) < self._settings.max_connections:
                lane.is_busy = True
                task = asyncio.get_running_loop().create_task(self._send(session, update, lane))
                self._sends.add(task)
                task.add_done_callback(self._sends.discard)
        return None if soonest is None else soonest - now

    async def _send(self, session: aiohttp.ClientSession, update: Waiting, lane: Lane) -> None:
        settings = self._settings
        headers = {SECRET_HEADER: settings.secret} if settings.secret else {}
        retry_after, error, reply = 0, "", b""
        try:
            async with session.post(settings.url, json=update.body, headers=headers) as answer:
                reply = await answer.read()
                if not 200 <= answer.status <= 299:  # noqa: PLR2004 - success in HTTP
                    error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    with suppress(ValueError):
                        retry_after = int(answer.headers.get("Retry-After", "0"))
        except TimeoutError:
            error = "Read timeout expired"
        except (aiohttp.ClientError, OSError) as trouble:
            error = f"Connection error: {type(trouble).__name__}"
        finally:
            lane.is_busy = False
        self._settle(update, lane, error, retry_after)
        self._wake.set()
        if not error:
            await self._carry_out(reply)

    async def _carry_out(self, reply: bytes) -> None:
        """Do what the bot asked for in its answer; it never sees the result ("Making requests")."""
        with suppress(ValueError):
            asked = json.loads(reply or b"null")
            if isinstance(asked, dict) and self.reply is not None and "method" in asked:
                await self.reply(Call(method=str(asked.pop("method")).lower(), params=asked))

    def _settle(self, update: Waiting, lane: Lane, error: str, retry_after: int) -> None:
        if not error:
            self.delivered += 1
            self._world.updates.remove([update])
            self._lanes.pop(update.lane, None)
            return
        self.failed += 1
        self._error = (int(self._world.now()), error)
        cap = LONGEST_PAUSE + secrets.randbelow(int(LONGEST_PAUSE) + 1)
        lane.delay = min(cap, lane.delay * 2 if lane.fails else self.retry_base)
        lane.fails += 1
        pause = min(max(retry_after, 0), LONGEST_RETRY_AFTER) or lane.delay
        lane.wake_at = time.monotonic() + pause


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port, host = parts.port or (443 if parts.scheme == "https" else 80), parts.hostname or ""
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if not host:
        raise bad("invalid webhook URL specified")
    if _is_loopback(host):
        return url
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _checked_secret(secret: str) -> str:
    if len(secret) > 256:  # noqa: PLR2004 - Client.cpp
        raise bad("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    return secret
