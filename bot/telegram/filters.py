"""Filters on what the middlewares found out."""

from datetime import timedelta
from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.domain.clock import Clock
from bot.domain.inquiries import InquiryStore
from bot.domain.rights import RIGHTS, Right, Role
from bot.telegram.dialogue import Dialogue
from bot.telegram.reading import is_readable


class InState(Filter):
    """The person is in one of these dialogues (and has not paused it)."""

    def __init__(self, *states: str) -> None:
        self._states = states

    async def __call__(self, _: TelegramObject, dialogue: Dialogue) -> bool:
        """Whether it is so."""
        return dialogue.state in self._states and not dialogue.data.get("paused")


class Waits(Filter):
    """Something is unsent, under way or put aside."""

    def __init__(self, state: str) -> None:
        self._state = state

    async def __call__(self, _: TelegramObject, dialogue: Dialogue) -> bool:
        """Whether it is so."""
        return dialogue.waiting(self._state) is not None


class MovedWithin(Filter):
    """The dialogue came to where it is a moment ago: what is said much later is meant for something else."""

    def __init__(self, limit: timedelta) -> None:
        self._limit = limit

    async def __call__(self, _: TelegramObject, dialogue: Dialogue, clock: Clock) -> bool:
        """Whether it did."""
        moved = dialogue.session.changed_at
        return moved is not None and clock.now() - moved <= self._limit


class Done(Filter):
    """The update had its effect before: a crash or a lost connection came between that and the answer.

    The dialogue has moved on since, so that without this the same words would be taken for something else.
    """

    def __init__(self, *steps: str) -> None:
        """``steps``: of the causes of the effect."""
        self._steps = steps

    async def __call__(
        self, _: TelegramObject, dialogue: Dialogue, inquiries: InquiryStore
    ) -> bool | dict[str, Any]:
        """Hand on the inquiry's code as ``code``, and the step as ``step``."""
        for step in self._steps if dialogue.replayed else ():
            code = await inquiries.applied(dialogue.cause(step))
            if code is not None:
                return {"code": code, "step": step}
        return False


class InThread(Filter):
    """Staff have just replied: a plain message goes on with that inquiry."""

    async def __call__(self, _: TelegramObject, dialogue: Dialogue) -> bool | dict[str, Any]:
        """Hand on the inquiry's code as ``code``."""
        return {"code": dialogue.session.thread} if dialogue.session.thread else False


class InStaffChat(Filter):
    """The update comes from the staff chat."""

    async def __call__(self, _: TelegramObject, *, in_staff_chat: bool = False) -> bool:
        """Whether it does."""
        return in_staff_chat


class AtDesk(Filter):
    """In the staff chat, or in a private chat with somebody who may see inquiries."""

    async def __call__(self, event: TelegramObject, role: Role, *, in_staff_chat: bool = False) -> bool:
        """Whether it is so."""
        message = event.message if isinstance(event, CallbackQuery) else event
        chat = getattr(message, "chat", None)
        is_private = chat is not None and chat.type == "private"
        return in_staff_chat or (is_private and Right.SEE in RIGHTS[role])


class InHouse(Filter):
    """In a private chat or in the staff chat: what the House's people see belongs into no other group."""

    async def __call__(self, event: TelegramObject, *, in_staff_chat: bool = False) -> bool:
        """Whether it is so."""
        message = event.message if isinstance(event, CallbackQuery) else event
        chat = getattr(message, "chat", None)
        return in_staff_chat or (chat is not None and chat.type == "private")


class Readable(Filter):
    """The message says something that can be kept: words, a file, a contact, a place. Commands do not."""

    async def __call__(self, message: TelegramObject) -> bool:
        """Whether it does."""
        return isinstance(message, Message) and is_readable(message)


class May(Filter):
    """The caller's role has a right at this moment; to others the command does not exist."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, _: TelegramObject, role: Role) -> bool:
        """Whether it has."""
        return self.right in RIGHTS[role]
