"""Strays: cards that were sent but never noted, since the bot was killed in between.

Nobody can ask Telegram for them. But whoever taps or answers one shows where it stands: from then on it is
kept up to date, and emptied when its inquiry is erased, like any other.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.domain.caretaker import Caretaker
from bot.telegram.addressing import headed
from bot.telegram.reading import ref_of


class FindingStrays(BaseMiddleware):
    """Notes the card of the staff chat that is tapped or answered, unless it is known."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Look before it is handled: what follows from that is shown on this card, too."""
        message = _touched(event) if data.get("in_staff_chat") else None
        code = _code_of(message) if message else None
        if message and code:
            caretaker: Caretaker = data["caretaker"]
            await caretaker.found(ref_of(message), code)
        return await handler(event, data)


def _touched(event: TelegramObject) -> Message | None:
    """The message that is tapped or answered."""
    message = event.message if isinstance(event, CallbackQuery) else getattr(event, "reply_to_message", None)
    return message if isinstance(message, Message) else None


def _code_of(message: Message) -> str | None:
    """The code of the bot's message, if it looks like a card: it begins with one and has buttons."""
    by, bot = message.from_user, message.bot
    if by is None or bot is None or by.id != bot.id or message.reply_markup is None:
        return None
    return headed(message.text or "")
