"""Erasing: messages of the staff chat that show an erased inquiry are deleted, or at least emptied."""

from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.domain.inquiries import InquiryStore
from bot.domain.messages import MessageRef, NoticeKind
from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import Screen

_FINAL = frozenset({Fault.GONE, Fault.REFUSED, Fault.EXPELLED, Fault.UNCHANGED})
"""Telegram will not do this to this message, now or later."""


async def take_back(bot: Bot, inquiries: InquiryStore, code: str, chat_id: int, card: Screen) -> None:
    """Redraw the card as erased and delete every other message that shows the inquiry in the chat.

    What Telegram no longer lets a bot delete (Bot API: deleteMessage, 48 h) gets the card's words instead.
    """
    shown = [one for one in await inquiries.copies(code) if one.ref.chat_id == chat_id]
    cards = [one.ref for one in shown if one.kind is NoticeKind.CARD and one.post_id == 0]
    main = min(cards, key=lambda ref: ref.message_id, default=None)
    if main is not None:
        await _empty(bot, main, card)
    others = [one.ref for one in shown if one.ref != main]
    for ref in others:
        if not await _delete(bot, ref):
            await _empty(bot, ref, card)
    await inquiries.forget_copies(others)


async def _delete(bot: Bot, ref: MessageRef) -> bool:
    try:
        return await bot.delete_message(ref.chat_id, ref.message_id)
    except AiogramError as error:
        if diagnose(error).fault not in _FINAL:
            raise
        return False


async def _empty(bot: Bot, ref: MessageRef, card: Screen) -> None:
    """Replace the words; a message that carries a file keeps the file, which only a person can delete."""
    place: dict[str, Any] = {"chat_id": ref.chat_id, "message_id": ref.message_id}
    try:
        await bot.edit_message_text(card.text, **place, reply_markup=card.keyboard())
    except AiogramError as error:
        if diagnose(error).fault not in _FINAL:
            raise
    else:
        return
    try:
        await bot.edit_message_caption(**place, caption=card.text)
    except AiogramError as error:
        if diagnose(error).fault not in _FINAL:
            raise
