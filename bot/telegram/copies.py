"""Showing an announcement to its author as its readers will see it."""

from collections.abc import Iterable
from dataclasses import replace

from aiogram import Bot

from bot.domain.broadcasts import Broadcast, Kind
from bot.i18n.languages import Language
from bot.telegram.announcer import TelegramAnnouncer


async def show_copies(
    bot: Bot, carrier: TelegramAnnouncer, broadcast: Broadcast, languages: Iterable[Language], chat_id: int
) -> None:
    """Send the copies that readers of these languages would get, button included, to one chat."""
    shown = replace(broadcast, kind=Kind.SEND, number=broadcast.original or broadcast.number)
    for language in languages:
        for method in carrier.methods(shown, language):
            await bot(method.model_copy(update={"chat_id": chat_id, "allow_paid_broadcast": None}))
