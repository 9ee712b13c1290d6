"""Unreadable updates: nobody is left without an answer because Telegram sent what this bot cannot read."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.domain.intake import Postponed
from bot.domain.newest import Newest
from bot.domain.people import PeopleStore
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import guess_language
from bot.telegram.faults import PASSING, diagnose
from bot.telegram.stage import Stage
from bot.telegram.views import messages

_LOG = structlog.get_logger("telegram")
_AGAIN = 60.0
"""Seconds within which nobody hears the same apology twice."""
_LATER = timedelta(seconds=2)
_REMEMBERED = 1000


class Unreadable:
    """Apologises to whoever sent an update that is put aside: what they sent is kept, and a person looks."""

    def __init__(
        self, bot: Bot, *, people: PeopleStore, catalogues: Catalogues, now: Callable[[], float]
    ) -> None:
        """``now``: seconds of a clock that never goes back."""
        self._bot = bot
        self._people = people
        self._catalogues = catalogues
        self._now = now
        self._told: Newest[int, float] = Newest(_REMEMBERED)

    async def answer(self, update: object) -> None:
        """Answer a tap, or a message in a private chat; whatever else it is, there is nobody to answer.

        Raises ``Postponed`` while Telegram cannot be reached.
        """
        tap = _part(update, "callback_query")
        message = _part(update, "message")
        try:
            if isinstance(tap.get("id"), str):
                text = messages.sorry(await self._translator(tap))
                await self._bot.answer_callback_query(tap["id"], text=text, show_alert=True)
            elif (person := _private(message)) and self._is_new(person):
                screen = messages.apology(await self._translator(message))
                await Stage(self._bot, chat_id=person).say(screen)
                self._told[person] = self._now()
        except AiogramError as error:
            diagnosis = diagnose(error)
            if diagnosis.fault in PASSING:
                raise Postponed(max(diagnosis.wait, _LATER), diagnosis.reason) from None
            _LOG.warning("apology not delivered", reason=diagnosis.reason)

    async def _translator(self, event: Mapping[str, Any]) -> Translator:
        sender = _part(event, "from")
        known = await self._people.get(_number(sender))
        code = sender.get("language_code")
        guessed = guess_language(code if isinstance(code, str) else None)
        return self._catalogues[known.speaks if known else guessed]

    def _is_new(self, person: int) -> bool:
        now = self._now()
        return now - self._told.get(person, now - _AGAIN) >= _AGAIN


def _part(thing: object, name: str) -> Mapping[str, Any]:
    part = thing.get(name) if isinstance(thing, dict) else None
    return part if isinstance(part, dict) else {}


def _number(thing: Mapping[str, Any]) -> int:
    number = thing.get("id")
    return number if isinstance(number, int) and abs(number) < 2**53 else 0


def _private(message: Mapping[str, Any]) -> int:
    """The person whose private chat a message stands in; 0: it stands elsewhere."""
    chat = _part(message, "chat")
    return _number(chat) if chat.get("type") == "private" else 0
