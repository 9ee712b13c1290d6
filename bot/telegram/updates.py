"""Updates, raw: stored in the inbox before they are acknowledged, then taken out to the dispatcher."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from bot.domain.clock import Clock
from bot.domain.inbox import Inbox, Incoming, Item
from bot.domain.intake import Poison
from bot.domain.trouble import OtherPoller, TokenRefused
from bot.telegram.session import redact

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates the bot asks for."""
POLL_TIMEOUT = 25
"""Seconds of one long poll."""
BATCH = 100
LONGEST_REST = 5.0
"""Seconds between two tries while Telegram cannot be reached: nobody waits longer once it is back."""
ANSWER_LIMIT = 8
"""Seconds after the end of a long poll in which its answer must be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerHooks:
    """What the poller tells the outside."""

    stored: Callable[[int], None]
    """So many updates were stored."""
    trouble: Callable[[str, float], None]
    """Telegram cannot be reached or is busy: why, and after how many seconds it is tried again."""


def read_update(update: object, raw: bytes | None = None) -> Incoming:
    """Wrap one update, well-formed or not; what has no id of its own gets a negative one from its bytes."""
    payload = raw if raw is not None else orjson.dumps(update)
    body = update if isinstance(update, dict) else {}
    number = body.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**62:
        number = -1 - int.from_bytes(hashlib.sha256(payload).digest()[:6])
    return Incoming(update_id=number, chat=_chat_of(body), payload=payload)


def _chat_of(update: Mapping[str, Any]) -> int:
    for event in update.values():
        if isinstance(event, dict):
            message = event.get("message")
            for holder in (event, message):
                if isinstance(holder, dict):
                    found = _id_of(holder.get("chat"))
                    if found:
                        return found
            return _id_of(event.get("from"))
    return 0


def _id_of(thing: object) -> int:
    number = thing.get("id") if isinstance(thing, dict) else None
    return number if isinstance(number, int) and abs(number) < 2**62 else 0


class Poller:
    """Long polling: a batch is stored in one transaction, only then the next one is asked for."""

    def __init__(
        self,
        *,
        bot: Bot,
        inbox: Inbox,
        clock: Clock,
        hooks: PollerHooks,
        patience: float = 60.0,
        poll_timeout: int = POLL_TIMEOUT,
        answer_limit: float = ANSWER_LIMIT,
    ) -> None:
        """``patience``: seconds for which another poller on the token is tolerated (a deploy in progress)."""
        self._patience = patience
        self._poll_timeout = poll_timeout
        self._limit = aiohttp.ClientTimeout(total=poll_timeout + answer_limit, connect=10)
        self._inbox = inbox
        self._clock = clock
        self._hooks = hooks
        self._url = bot.session.api.api_url(token=bot.token, method="getUpdates")
        self._offset: int | None = None
        self._faults = 0
        self._conflict_since: float | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop``. Raises ``TokenRefused``, ``OtherPoller``."""
        stopping = asyncio.ensure_future(stop.wait())
        try:
            async with aiohttp.ClientSession(timeout=self._limit) as http:
                while not stop.is_set():
                    await _until(stopping, self._round(http))
        finally:
            stopping.cancel()

    async def _round(self, http: aiohttp.ClientSession) -> None:
        try:
            answer = await self._ask(http)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
            await self._rest(redact(f"{type(fault).__name__}: {fault}".strip().rstrip(":")))
            return
        if answer.get("ok") is True and isinstance(answer.get("result"), list):
            self._faults = 0
            self._conflict_since = None
            await self._store(answer["result"])
        else:
            await self._refused(answer)

    async def _ask(self, http: aiohttp.ClientSession) -> dict[str, Any]:
        form = {
            "timeout": str(self._poll_timeout),
            "limit": str(BATCH),
            "allowed_updates": orjson.dumps(WANTED).decode(),
        }
        if self._offset is not None:
            form["offset"] = str(self._offset)
        async with http.post(self._url, data=form) as response:
            body = await response.read()
        answer = orjson.loads(body)
        if not isinstance(answer, dict):
            raise ValueError("unreadable answer")  # noqa: TRY004 - handled as any other unreadable answer
        return answer

    async def _store(self, updates: list[object]) -> None:
        if not updates:
            return
        batch = [read_update(one) for one in updates]
        new = await self._inbox.add(batch, self._clock.now())
        numbers = [one.update_id for one in batch if one.update_id >= 0]
        # A batch without a single readable id can only be stepped over one by one.
        self._offset = max(numbers) + 1 if numbers else (self._offset or 0) + 1
        self._hooks.stored(new)

    async def _refused(self, answer: Mapping[str, Any]) -> None:
        code = answer.get("error_code")
        description = redact(str(answer.get("description", "")))
        if code in (401, 404):
            raise TokenRefused(description)
        parameters = answer.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        if code == 409:  # noqa: PLR2004 - HTTP
            await self._conflict(description)
        else:
            await self._rest(f"{code} {description}", wait)

    async def _conflict(self, description: str) -> None:
        now = asyncio.get_running_loop().time()
        self._conflict_since = self._conflict_since or now
        if now - self._conflict_since > self._patience:
            raise OtherPoller(description)
        await self._rest(description, 3)

    async def _rest(self, why: str, seconds: float | None = None) -> None:
        self._faults += 1
        wait = float(seconds) if seconds else min(LONGEST_REST, 0.5 * 2 ** min(self._faults, 6))
        self._hooks.trouble(why, wait)
        await asyncio.sleep(wait)


async def _until(stopping: "asyncio.Future[Any]", work: Any) -> None:
    """Do the work, or leave it when the bot stops: what Telegram was not told about comes again."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({stopping, task}, return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def handler_of(
    dispatcher: Dispatcher, bot: Bot, apologise: Callable[[object], Awaitable[None]]
) -> Callable[[Item], Awaitable[None]]:
    """What the intake calls for each stored update; ``apologise`` answers the sender of an unreadable one."""

    async def handle(item: Item) -> None:
        body: object = None
        try:
            body = orjson.loads(item.payload)
            update = Update.model_validate(body, context={"bot": bot})
        except (ValidationError, orjson.JSONDecodeError, RecursionError):
            await apologise(body)
            # The error's own words would carry the update, that is people's words, into logs.
            raise Poison("unreadable update") from None
        await dispatcher.feed_update(bot, update, item=item)

    return handle
