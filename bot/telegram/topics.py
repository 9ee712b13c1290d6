"""Topics: where the staff group has forum topics, each inquiry gets one of its own."""

from collections.abc import Awaitable
from datetime import datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.domain.clock import Clock
from bot.domain.inquiries import Inquiry, InquiryStore
from bot.domain.staff_chat import StaffChat
from bot.i18n.direction import neutralise
from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import cut

_LOG = structlog.get_logger("topics")
_LONGEST_NAME = 128
"""Characters of a topic's name (Bot API: createForumTopic)."""
_LOOK_AGAIN = timedelta(seconds=30)
"""How long the answer to "does the group have topics" is believed; nobody tells the bot of a change."""
_HOLDING_UP = frozenset({Fault.BUSY, Fault.NOT_SENT, Fault.MOVED})
"""Faults with which nothing else can be sent either; no other may keep a card waiting."""
_PASSING = frozenset({Fault.BUSY, Fault.NOT_SENT, Fault.UNKNOWN, Fault.CONFLICT, Fault.STRANGER, Fault.MOVED})
"""Faults that say nothing about topics: the whole delivery is tried again."""


class Topics:
    """Makes, closes, opens and forgets the topics of inquiries."""

    def __init__(self, *, bot: Bot, staff_chat: StaffChat, inquiries: InquiryStore, clock: Clock) -> None:
        self._bot = bot
        self._staff = staff_chat
        self._inquiries = inquiries
        self._clock = clock
        self._looked_at: datetime | None = None

    async def look(self) -> None:
        """Ask Telegram whether the group has topics, unless that was asked a moment ago.

        Where it cannot say, what was known last stands.
        """
        now = self._clock.now()
        if self._staff.id is None or (self._looked_at and now - self._looked_at < _LOOK_AGAIN):
            return
        self._looked_at = now
        try:
            chat = await self._bot.get_chat(self._staff.id)
        except AiogramError as error:
            diagnosis = diagnose(error)
            if diagnosis.fault in _HOLDING_UP:
                self._looked_at = None
                raise
            _LOG.warning("topics not known", reason=diagnosis.reason)
            return
        self._staff.has_topics = bool(chat.is_forum)

    async def of(self, inquiry: Inquiry) -> int | None:
        """The topic of an inquiry, made now if need be; None where the group has none for it."""
        await self.look()
        if inquiry.topic_id is not None:
            return inquiry.topic_id if self._staff.has_topics else None
        if not self._staff.has_topics or self._staff.id is None:
            return None
        try:
            topic = await self._bot.create_forum_topic(self._staff.id, name=_name(inquiry))
        except AiogramError as error:
            if diagnose(error).fault in _PASSING:
                raise
            # No topics any more, or no right to make one: the card stands in the group itself.
            _LOG.warning("no topic made", reason=diagnose(error).reason)
            self._staff.has_topics = False
            self._looked_at = self._clock.now()
            return None
        await self._inquiries.set_topic(inquiry.code, topic.message_thread_id)
        return topic.message_thread_id

    async def follow(self, inquiry: Inquiry) -> None:
        """Close or open the topic like its inquiry; rename it when the person's name was erased."""
        await self.look()
        if inquiry.topic_id is None or self._staff.id is None or not self._staff.has_topics:
            return
        chat, topic = self._staff.id, inquiry.topic_id
        if inquiry.erased_at:
            await self._try(self._bot.edit_forum_topic(chat, topic, name=_name(inquiry)))
        if inquiry.is_open:
            await self._try(self._bot.reopen_forum_topic(chat, topic))
        else:
            await self._try(self._bot.close_forum_topic(chat, topic))

    async def lost(self, inquiry: Inquiry) -> None:
        """The topic is gone, and with it every message that stood there."""
        _LOG.info("topic gone", code=inquiry.code)
        gone = [
            one.ref for one in await self._inquiries.copies(inquiry.code) if one.ref.chat_id == self._staff.id
        ]
        await self._inquiries.forget_copies(gone)
        await self._inquiries.set_topic(inquiry.code, None)

    @staticmethod
    async def _try(calling: Awaitable[bool]) -> None:
        """A topic that is so already, or that we may not change, stays as it is."""
        try:
            await calling
        except AiogramError as error:
            if diagnose(error).fault in _PASSING:
                raise


def _name(inquiry: Inquiry) -> str:
    name = "" if inquiry.erased_at else neutralise(inquiry.name).strip()
    return cut(f"{inquiry.code} · {name}", _LONGEST_NAME) if name else inquiry.code
