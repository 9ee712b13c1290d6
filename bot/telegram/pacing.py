"""Pacing of requests: every message that goes out takes its turn; a 429 makes all of them wait."""

import asyncio
import math
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.domain.pace import Pace

_PATIENCE = 10
"""Seconds of retry_after that are waited for on the spot; longer ones go back to the queue."""
_TRIES = 4
_SENDING = ("send", "copy", "forward", "createForumTopic")
"""Calls that put a message into a chat; a new topic announces itself."""


class PacedRequests(BaseRequestMiddleware):
    """Asks ``Pace`` before a message is sent.

    Answers to taps are urgent: they wait only where Telegram would refuse them, and not longer than a person
    waits. After a 429 the request is repeated in place, which keeps the order within the chat.
    """

    def __init__(self, pace: Pace, *, urgent: bool) -> None:
        self._pace = pace
        self._urgent = urgent

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType] | TelegramType:
        """Wait for the turn, send, obey retry_after."""
        for attempt in range(_TRIES):
            await self._turn(method)
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as busy:
                self._pace.pause(busy.retry_after, _chat_of(method))
                if busy.retry_after > _PATIENCE or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(busy.retry_after)
        raise AssertionError  # the loop returns or raises

    async def _turn(self, method: TelegramMethod[Any]) -> None:
        chat = _chat_of(method)
        if chat is None:
            return
        wait = self._pace.urgent_delay(chat) if self._urgent else 0.0
        if wait > _PATIENCE:
            raise TelegramRetryAfter(method, "too many requests", retry_after=math.ceil(wait))
        await self._pace.turn(chat, urgent=self._urgent, messages=_messages_in(method))


def _chat_of(method: TelegramMethod[Any]) -> int | None:
    """The chat that gets a message by this call; None when it sends none."""
    name = method.__api_method__
    chat = getattr(method, "chat_id", None)
    sends = name.startswith(_SENDING) and name != "sendChatAction"
    return chat if sends and isinstance(chat, int) else None


def _messages_in(method: TelegramMethod[Any]) -> int:
    """How many messages a call makes: an album is one call."""
    several = getattr(method, "media", None) if method.__api_method__ == "sendMediaGroup" else None
    return max(1, len(several)) if isinstance(several, list) else 1
