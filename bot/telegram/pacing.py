"""Pacing of requests: every message that goes out takes its turn; a 429 makes all of them wait."""

import asyncio
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


class PacedRequests(BaseRequestMiddleware):
    """Asks ``Pace`` before a message is sent.

    Answers to taps are urgent: they wait only for a pause that Telegram asked for. After a 429 the request
    is repeated in place, which keeps the order within the chat.
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
                self._pace.pause(busy.retry_after)
                if busy.retry_after > _PATIENCE or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(busy.retry_after)
        raise AssertionError  # the loop returns or raises

    async def _turn(self, method: TelegramMethod[Any]) -> None:
        name = method.__api_method__
        chat = getattr(method, "chat_id", None)
        if (
            isinstance(chat, int)
            and (name.startswith(("send", "copy", "forward")))
            and name != "sendChatAction"
        ):
            await self._pace.turn(chat, urgent=self._urgent)
