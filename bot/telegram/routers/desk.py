"""The staff chat: what staff write there goes to the visitor, or stays as a note."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.domain.courier import Courier
from bot.domain.desk import Actor, Desk
from bot.domain.errors import InquiryErased
from bot.domain.inquiries import InquiryStore
from bot.domain.rights import Role
from bot.domain.threads import Threads
from bot.i18n.catalogues import Translator
from bot.telegram.addressing import Address, Addressee, address_of
from bot.telegram.dialogue import Dialogue
from bot.telegram.filters import Done, InStaffChat, InState, MovedWithin, Readable
from bot.telegram.reading import is_unknown, read_words, ref_of
from bot.telegram.stage import Stage
from bot.telegram.states import NOTE
from bot.telegram.views import bulletins

router = Router(name="desk")
router.message.filter(InStaffChat())
router.edited_message.filter(InStaffChat())

NOTE_LASTS = timedelta(minutes=15)
"""How long after the tap on "Note" the next message is one."""


class AsChannel(Filter):
    """Somebody writes in the name of a channel, so nobody knows who it is."""

    async def __call__(self, message: Message) -> bool:
        """Whether it is so."""
        return message.sender_chat is not None and message.sender_chat.id != message.chat.id


class IsNote(Filter):
    """The message does not answer another inquiry than the one that a note was announced for."""

    async def __call__(self, message: Message, dialogue: Dialogue, inquiries: InquiryStore) -> bool:
        """Whether it is so."""
        address = await address_of(message, inquiries)
        return address.code in ("", dialogue.data.get("code"))


@router.message(AsChannel())
async def as_channel(message: Message, inquiries: InquiryStore, tr: Translator, stage: Stage) -> None:
    """Meant for a visitor or not, it goes nowhere; who tried to answer is told."""
    address = await address_of(message, inquiries)
    if address.addressee is not Addressee.NOBODY:
        await stage.hint(bulletins.as_channel(tr), reply_to=message.message_id)


@router.message(Readable(), ~InState(NOTE), Done("note"))
async def noted_before(message: Message, code: str, courier: Courier, tr: Translator, stage: Stage) -> None:
    """It was a note the first time, and is no reply to the visitor now."""
    courier.wake()
    await stage.hint(bulletins.noted(tr, code), reply_to=message.message_id)


@router.message(Readable(), InState(NOTE), MovedWithin(NOTE_LASTS), IsNote())
async def noted(
    message: Message,
    actor: Actor,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """The text of a note; the parts of an album belong to one."""
    code, words = str(dialogue.data["code"]), read_words(message)
    try:
        await desk.note(actor, code, words, cause=dialogue.cause("note"))
    except InquiryErased:
        await dialogue.move()
        raise
    courier.wake()
    if not words.album:
        await dialogue.move()
    elif dialogue.data.get("album") == words.album and not dialogue.replayed:
        return
    else:
        await dialogue.update(album=words.album)
    await stage.hint(bulletins.noted(tr, code), reply_to=message.message_id)


@router.message(Readable())
async def written(
    message: Message,
    actor: Actor,
    inquiries: InquiryStore,
    desk: Desk,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """A reply to a card or its thread, or anything written in a topic, goes to the visitor."""
    address = await address_of(message, inquiries)
    match address.addressee:
        case Addressee.VISITOR:
            await desk.reply(actor, address.code, read_words(message), cause=dialogue.cause("reply"))
        case Addressee.STAFF:
            await desk.note(actor, address.code, read_words(message), cause=dialogue.cause("note"))
        case Addressee.NOBODY:
            await _explain(address, message, tr, stage)
            return
    courier.wake()


async def _explain(address: Address, message: Message, tr: Translator, stage: Stage) -> None:
    if address.is_digest:
        await stage.hint(bulletins.many_cards(tr), reply_to=message.message_id)
    elif address.is_to_bot:
        await stage.hint(bulletins.no_card(tr), reply_to=message.message_id)


@router.message(F.func(is_unknown))
async def unknown(message: Message, inquiries: InquiryStore, tr: Translator, stage: Stage) -> None:
    """A poll or the like, meant for the visitor: say that it goes nowhere."""
    address = await address_of(message, inquiries)
    if address.addressee is Addressee.VISITOR:
        await stage.hint(bulletins.not_passed_on(tr), reply_to=message.message_id)


@router.edited_message(~AsChannel())
async def edited(
    message: Message, role: Role, threads: Threads, courier: Courier, dialogue: Dialogue
) -> None:
    """Staff changed a reply: the visitor gets the correction."""
    await threads.edit(ref_of(message), read_words(message), role=role, cause=dialogue.cause("edit"))
    courier.wake()
