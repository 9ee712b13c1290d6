"""Erasing: messages of the staff chat that show an erased inquiry are deleted, or at least emptied."""

from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.domain.inquiries import InquiryStore
from bot.domain.messages import MessageRef, NoticeKind
from bot.telegram.faults import Fault, diagnose, is_absent
from bot.telegram.screens import Screen

_FINAL = frozenset({Fault.GONE, Fault.REFUSED, Fault.EXPELLED, Fault.UNCHANGED})
"""Telegram will not do this to this message, now or later."""
_SUPERGROUPS = 10**12
"""The number of a supergroup is this much, and its own number, below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What an erasure left in a chat."""

    tells: bool
    """Whether a card says that the inquiry was erased, or there never was one."""
    left: tuple[MessageRef, ...]
    """Messages that still show something of it: only a person can delete them."""
    done: tuple[MessageRef, ...]
    """Messages other than that card: nothing is to be done about them any more."""


async def take_back(bot: Bot, inquiries: InquiryStore, code: str, chat_id: int, card: Screen) -> Traces:
    """Redraw the card as erased and delete every other message that shows the inquiry in the chat.

    What Telegram does not let a bot delete (Bot API: deleteMessage, 48 h) gets the card's words instead; what
    it does not let it change either, and files, stay.
    """
    shown = [one for one in await inquiries.copies(code) if one.ref.chat_id == chat_id]
    cards = [one.ref for one in shown if one.kind is NoticeKind.CARD and one.post_id == 0]
    main = min(cards, key=lambda ref: ref.message_id, default=None)
    tells = main is None or await _redraw(bot, main, card)
    others = list(dict.fromkeys(one.ref for one in shown if tells is False or one.ref != main))
    left = [ref for ref in others if not await _delete(bot, ref) and not await _empty(bot, ref, card)]
    return Traces(tells=tells, left=tuple(left), done=tuple(others))


async def _redraw(bot: Bot, ref: MessageRef, card: Screen) -> bool:
    """Whether the message is the card now."""
    place: dict[str, Any] = {"chat_id": ref.chat_id, "message_id": ref.message_id}
    try:
        await bot.edit_message_text(card.text, **place, reply_markup=card.keyboard())
    except AiogramError as error:
        return _is_final(error) is Fault.UNCHANGED
    return True


async def _delete(bot: Bot, ref: MessageRef) -> bool:
    """Whether the message is there no longer."""
    try:
        return await bot.delete_message(ref.chat_id, ref.message_id)
    except AiogramError as error:
        _is_final(error)
        return is_absent(error)


async def _empty(bot: Bot, ref: MessageRef, card: Screen) -> bool:
    """Replace words, or at least the words below a file; whether nothing is left."""
    if await _redraw(bot, ref, card):
        return True
    try:
        await bot.edit_message_caption(chat_id=ref.chat_id, message_id=ref.message_id, caption=card.text)
    except AiogramError as error:
        _is_final(error)
        return is_absent(error)
    return False


def _is_final(error: AiogramError) -> Fault:
    """What Telegram refuses for good; anything else is raised, to be tried again."""
    fault = diagnose(error).fault
    if fault not in _FINAL:
        raise error
    return fault


def link_to(ref: MessageRef) -> str:
    """Where members of a supergroup find a message; empty in a basic group, which has no such links."""
    number = -ref.chat_id - _SUPERGROUPS
    return f"https://t.me/c/{number}/{ref.message_id}" if number > 0 else ""
