"""Plainer requests: words whose formatting Telegram refuses are sent again without any."""

import re
from html import unescape
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputMedia

from bot.telegram.faults import Fault, diagnose

_TAG = re.compile(r"<[^<>]*>")


class PlainerRequests(BaseRequestMiddleware):
    """Nobody goes without an answer, and no card is lost, because of a tag in the wrong place."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType] | TelegramType:
        """Send; on "can't parse entities" once more as plain text."""
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as refusal:
            if diagnose(refusal).fault is not Fault.MARKUP:
                raise
            return await make_request(bot, _plain(method))


def _plain(thing: Any) -> Any:
    """A method or a medium with its words unformatted."""
    changes: dict[str, Any] = {
        name: unescape(_TAG.sub("", words))
        for name in ("text", "caption")
        if isinstance(words := getattr(thing, name, None), str)
    }
    if "parse_mode" in type(thing).model_fields:
        changes["parse_mode"] = None
    media = getattr(thing, "media", None)
    if isinstance(media, list):
        changes["media"] = [_plain(one) for one in media]
    elif isinstance(media, InputMedia):
        changes["media"] = _plain(media)
    return thing.model_copy(update=changes)
