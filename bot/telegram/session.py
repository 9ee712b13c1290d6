"""The HTTP session to the Bot API: aiogram's wire format, and results read only as far as they are used.

aiogram validates every answer into its full type, though for a message that was sent nobody reads more than
its id: a third of a tap's cost (``docs/performance.md``).
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, InputFile, Message, MessageId
from aiohttp import ClientConnectorError, ClientError

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_ADDRESS = frozenset({"chat_id", "message_id", "message_ids"})
_TOKEN = re.compile(r"\d+:[\w-]{30,}")


REQUEST_LIMIT = 20.0
"""Seconds for the answer to a call; after that nobody knows whether it had an effect."""
UPLOAD_LIMIT = 180
"""Seconds for a call that carries a file."""


class NotConnectedError(TelegramNetworkError):
    """The connection was never made, so nothing can have been sent."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A method whose form is encoded once and posted to many chats."""

    method: TelegramMethod[Any]
    form: str
    """Without chat and message: each post adds its own."""


class TelegramSession(AiohttpSession):
    """Posts methods without files as a plain form and reads their results leanly."""

    def prepare(self, bot: Bot, method: TelegramMethod[Any]) -> Prepared:
        """Encode a method; its files must be references that Telegram knows."""
        form, _ = self._form(bot, method)
        return Prepared(method, urlencode({key: form[key] for key in form if key not in _ADDRESS}))

    async def post_prepared(
        self, bot: Bot, prepared: Prepared, *, seconds: int, **fields: int | str
    ) -> tuple[int, ...]:
        """Post a prepared method with these fields added; gives the ids of the messages made.

        Raises what ``make_request`` raises.
        """
        data = f"{prepared.form}&{urlencode(fields)}" if prepared.form else urlencode(fields)
        status, body = await self._post(bot, prepared.method, data, seconds)
        if status != 200:  # noqa: PLR2004 - HTTP
            self._read(bot, prepared.method, status, body)
        result = _result(body)
        if result is None:
            raise ClientDecodeError("unreadable answer", ValueError(), f"HTTP {status}")
        messages = result if isinstance(result, list) else [result]
        return tuple(one["message_id"] for one in messages if isinstance(one, dict) and "message_id" in one)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Send a method. Raises aiogram's exceptions, ``NotConnectedError`` when nothing was sent."""
        form, files = self._form(bot, method)
        if files:
            return await super().make_request(bot, method, UPLOAD_LIMIT if timeout is None else timeout)
        status, body = await self._post(bot, method, urlencode(form), timeout)
        return cast("TelegramType", self._read(bot, method, status, body))

    def _read(self, bot: Bot, method: TelegramMethod[Any], status: int, body: bytes) -> object:
        lean = _lean(method, body) if status == 200 else None  # noqa: PLR2004 - HTTP
        if lean is not None:
            return lean
        text = body.decode("utf-8", "replace")
        try:
            response = self.check_response(bot=bot, method=method, status_code=status, content=text)
        except ClientDecodeError as fault:
            # Its own words would carry the whole answer, that is people's words, into logs.
            raise ClientDecodeError("unreadable answer", fault.original, f"HTTP {status}") from None
        result: object = response.result
        return result

    def _form(self, bot: Bot, method: TelegramMethod[Any]) -> tuple[dict[str, str], bool]:
        files: dict[str, InputFile] = {}
        form = {}
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared:
                form[name] = prepared
        return form, bool(files)

    async def _post(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        data: str,
        timeout: int | None,  # noqa: ASYNC109
    ) -> tuple[int, bytes]:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        limit = self.timeout if timeout is None else timeout
        try:
            async with session.post(url, data=data, headers=_FORM, timeout=limit) as response:  # type: ignore[arg-type]
                return response.status, await response.read()
        except TimeoutError as fault:
            raise TelegramNetworkError(method=method, message="Request timeout error") from fault
        except ClientConnectorError as fault:
            raise NotConnectedError(
                method=method, message=redact(f"{type(fault).__name__}: {fault}")
            ) from None
        except (ClientError, ConnectionError, asyncio.IncompleteReadError) as fault:
            message = redact(f"{type(fault).__name__}: {fault}")
            raise TelegramNetworkError(method=method, message=message) from None


def redact(text: str) -> str:
    """Take bot tokens out of a text."""
    return _TOKEN.sub("<token>", text)


def _lean(method: TelegramMethod[Any], body: bytes) -> object | None:
    """The result of a method that returns True, a message or message ids; None: read it in full."""
    result = _result(body)
    if result is True:
        return True
    returning = str(method.__returning__)
    if isinstance(result, dict) and "Message" in returning and "message_id" in result:
        return _message(result)
    if isinstance(result, list) and "MessageId" in returning:
        return [MessageId.model_construct(message_id=one["message_id"]) for one in result]
    if isinstance(result, list) and "list[" in returning and "Message" in returning:
        return [_message(one) for one in result]
    return None


def _result(body: bytes) -> Any:
    """What the Bot API answered when all is well; None otherwise."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer.get("result") if isinstance(answer, dict) and answer.get("ok") is True else None


@cache
def _empty() -> tuple[Message, Chat]:
    """Copied for each message: setting its hundred absent fields one by one costs more than sending it."""
    chat = Chat.model_construct(id=0, type="private")
    long_ago = datetime.fromtimestamp(0, UTC)
    return Message.model_construct(message_id=0, date=long_ago, chat=chat, message_thread_id=None), chat


def _message(result: dict[str, Any]) -> Message:
    message, chat = _empty()
    where = result.get("chat") or {}
    place = {"id": where.get("id", 0), "type": where.get("type", "private")}
    return message.model_copy(
        update={
            "message_id": result["message_id"],
            "date": result.get("date", 0),
            "chat": chat.model_copy(update=place),
            "message_thread_id": result.get("message_thread_id"),
        }
    )
