"""Addressing: to whom a staff member's message in the staff chat is meant."""

from dataclasses import dataclass
from enum import StrEnum

from aiogram.types import Message

from bot.domain.codes import find_code, is_code
from bot.domain.inquiries import Author, InquiryStore
from bot.domain.messages import MessageRef
from bot.telegram.reading import ref_of


class Addressee(StrEnum):
    """Who is to read a message."""

    VISITOR = "visitor"
    STAFF = "staff"
    """It goes on with an internal note."""
    NOBODY = "nobody"
    """Talk among staff, or a reply to something that belongs to no inquiry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """To whom a message goes."""

    addressee: Addressee
    code: str = ""
    """The inquiry; empty when it goes to nobody."""
    is_to_bot: bool = False
    """Whether it answers a message of the bot."""
    is_digest: bool = False
    """Whether that message lists several inquiries."""


CODE_LENGTH = 10
_MARKS = "\u200e\u200f\u2066\u2067\u2068\u2069"
"""Direction marks that a line may begin with."""
_NOBODY = Address(addressee=Addressee.NOBODY)


async def address_of(message: Message, inquiries: InquiryStore) -> Address:
    """A reply goes where the answered message belongs; plain words in a topic go to the topic's visitor."""
    answered = _answered(message)
    if answered is not None:
        return await _of_reply(message, answered, inquiries)
    if message.is_topic_message and message.message_thread_id:
        code = await inquiries.of_topic(message.chat.id, message.message_thread_id)
        return Address(addressee=Addressee.VISITOR, code=code) if code else _NOBODY
    return _NOBODY


async def _of_reply(message: Message, answered: MessageRef, inquiries: InquiryStore) -> Address:
    post = await inquiries.post_at(answered)
    if post is not None and post[1].author is Author.NOTE:
        return Address(addressee=Addressee.STAFF, code=post[0])
    code = await inquiries.of_message(answered)
    if code is not None:
        return Address(addressee=Addressee.VISITOR, code=code)
    original = message.reply_to_message
    bot = message.bot
    if original is None or original.from_user is None or bot is None or original.from_user.id != bot.id:
        return _NOBODY
    code = headed(original.text or original.caption or "")
    if code is not None:
        # Sent, but not noted: the bot was killed in between, or its database is an older copy.
        return Address(addressee=Addressee.VISITOR, code=code)
    lists = original.reply_markup is not None and find_code(original.text or "") is not None
    return Address(addressee=Addressee.NOBODY, is_to_bot=True, is_digest=lists)


def headed(text: str) -> str | None:
    """The code that a message of the bot begins with, as cards and posts do and digests do not."""
    head = text.lstrip(_MARKS)[:CODE_LENGTH]
    return head if is_code(head) else None


def _answered(message: Message) -> MessageRef | None:
    """The message that is replied to. In a topic, what replies to nothing replies to its beginning."""
    original = message.reply_to_message
    if original is not None:
        return None if original.forum_topic_created else ref_of(original)
    elsewhere = message.external_reply
    if elsewhere is not None and elsewhere.chat and elsewhere.message_id:
        # A card of the group that has become this supergroup.
        return MessageRef(chat_id=elsewhere.chat.id, message_id=elsewhere.message_id)
    return None
