"""Messenger: the domain's notices as Telegram messages; Telegram's faults as delivery outcomes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.domain.clock import Clock
from bot.domain.delivery import Delivery, Notice, Outcome, Owed
from bot.domain.desk import StaffChat
from bot.domain.errors import InquiryNotFound
from bot.domain.inquiries import Inquiry, InquiryStore, Post, Thread
from bot.domain.library import Library
from bot.domain.messages import Attachment, Copy, MessageRef, NoticeKind
from bot.domain.people import PeopleStore
from bot.domain.sessions import SessionStore
from bot.i18n.catalogues import Catalogues, Translator, UserText
from bot.i18n.languages import Language
from bot.telegram.faults import Diagnosis, Fault, diagnose
from bot.telegram.parcels import Parcel
from bot.telegram.screens import Screen, finished, utf16
from bot.telegram.views import cards, letters
from bot.telegram.views.operator import operator_note

_STAFF_CHAT_TROUBLE = timedelta(seconds=60)
"""How long to wait when the staff chat takes nothing: its cards must not be lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerParts:
    """What the messenger needs."""

    bot: Bot
    inquiries: InquiryStore
    people: PeopleStore
    sessions: SessionStore
    library: Library
    catalogues: Catalogues
    clock: Clock
    staff_chat: StaffChat
    staff_language: Language
    zone: ZoneInfo
    expected_reply: Callable[[datetime], Awaitable[datetime | None]]
    """By when a question asked at that moment is likely answered."""


class TelegramMessenger:
    """Implements ``domain.delivery.Messenger``."""

    def __init__(self, parts: MessengerParts) -> None:
        self._parts = parts
        self._bot = parts.bot
        self._inquiries = parts.inquiries
        self._kinds: dict[NoticeKind, Callable[[Sequence[Owed]], Awaitable[Delivery]]] = {
            NoticeKind.RECEIPT: self._receipt,
            NoticeKind.CARD: self._cards,
            NoticeKind.POST_TO_STAFF: self._posts_to_staff,
            NoticeKind.POST_TO_VISITOR: self._posts_to_visitor,
            NoticeKind.EDIT_TO_STAFF: self._edit_to_staff,
            NoticeKind.EDIT_TO_VISITOR: self._edit_to_visitor,
            NoticeKind.STATUS_TO_VISITOR: self._status,
            NoticeKind.STAFF_NOTE: self._staff_note,
            NoticeKind.OPERATOR_NOTE: self._operator_note,
        }

    async def deliver(self, owed: Sequence[Owed]) -> Delivery:
        """Send one notice, or several siblings together."""
        notice = owed[0].notice
        send = self._kinds.get(notice.kind)
        if send is None:
            return Delivery(outcome=Outcome.REFUSED, reason=f"nobody writes {notice.kind.value}")
        try:
            return await send(owed)
        except InquiryNotFound:
            return Delivery(outcome=Outcome.POINTLESS)
        except AiogramError as error:
            return self._failed(notice, diagnose(error))

    def _failed(self, notice: Notice, diagnosis: Diagnosis) -> Delivery:
        reason = diagnosis.reason
        match diagnosis.fault:
            case Fault.BUSY:
                return Delivery(outcome=Outcome.RETRY, wait=diagnosis.wait, reason=reason)
            case Fault.NOT_SENT | Fault.UNKNOWN | Fault.CONFLICT:
                return Delivery(outcome=Outcome.RETRY, reason=reason)
            case Fault.MOVED:
                return Delivery(outcome=Outcome.MOVED, moved_to=diagnosis.moved_to, reason=reason)
            case Fault.UNCHANGED:
                return Delivery(outcome=Outcome.POINTLESS, reason=reason)
        to_group = notice.chat_id < 0
        if diagnosis.fault is Fault.STRANGER or (
            to_group and diagnosis.fault in (Fault.EXPELLED, Fault.NO_CHAT)
        ):
            return Delivery(outcome=Outcome.RETRY, wait=_STAFF_CHAT_TROUBLE, reason=reason)
        if not to_group and diagnosis.fault in (Fault.UNREACHABLE, Fault.NO_CHAT):
            return Delivery(outcome=Outcome.UNREACHABLE, reason=reason)
        return Delivery(outcome=Outcome.REFUSED, reason=reason)

    # ---- to the visitor

    async def _receipt(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        inquiry = (await self._inquiries.get(notice.code)).inquiry
        if inquiry.erased_at:
            return Delivery(outcome=Outcome.POINTLESS)
        screen = letters.receipt(
            await self._translator(inquiry),
            self._parts.library.content,
            inquiry,
            expected=await self._parts.expected_reply(inquiry.created_at),
            zone=self._parts.zone,
        )
        return self._shown(notice, [await self._send(notice.chat_id, screen)])

    async def _status(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        inquiry = (await self._inquiries.get(notice.code)).inquiry
        screen = letters.status(await self._translator(inquiry), inquiry)
        if screen is None or inquiry.status.value != notice.args.get("status"):
            return Delivery(outcome=Outcome.POINTLESS)
        return self._shown(notice, [await self._send(notice.chat_id, screen)])

    async def _posts_to_visitor(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        posts = _posts(thread, owed)
        if not posts:
            return Delivery(outcome=Outcome.POINTLESS)
        tr = await self._translator(thread.inquiry)
        parcel = Parcel(self._bot, chat_id=notice.chat_id)
        head = letters.reply_head(tr, thread.inquiry, posts[0])
        await self._send_posts(
            parcel, tr, head, posts, finished(tr, "", letters.reply_rows(tr, thread.inquiry))
        )
        await self._parts.sessions.continue_thread(notice.chat_id, notice.code)
        return self._shown(notice, parcel.sent, posts[0].id)

    async def _edit_to_visitor(self, owed: Sequence[Owed]) -> Delivery:
        """A correction is sent as a new message: a visitor must notice it."""
        return await self._posts_to_visitor(owed)

    # ---- to the staff chat

    async def _cards(self, owed: Sequence[Owed]) -> Delivery:
        if len(owed) > 1:
            return await self._digest(owed)
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        screen = cards.card(self._staff(), thread, self._frame())
        if not notice.args.get("fresh") and await self._redrawn(thread, notice, screen):
            return Delivery(outcome=Outcome.SENT)
        if thread.inquiry.erased_at:
            return Delivery(outcome=Outcome.POINTLESS)
        card_id = await self._send(notice.chat_id, screen)
        sent = [card_id]
        if utf16(thread.inquiry.text) > cards.CARD_WORDS:
            parcel = Parcel(self._bot, chat_id=notice.chat_id, reply_to=card_id)
            await parcel.text(escape(thread.inquiry.text, quote=False))
            sent += parcel.sent
        return self._shown(notice, sent)

    async def _redrawn(self, thread: Thread, notice: Notice, screen: Screen) -> bool:
        """Edit the card that exists; False when there is none (any more)."""
        copies = [
            one
            for one in await self._inquiries.copies(thread.inquiry.code, 0)
            if one.kind is NoticeKind.CARD and one.ref.chat_id == notice.chat_id
        ]
        if not copies:
            return False
        card = min(copies, key=lambda one: one.ref.message_id)
        try:
            await self._bot.edit_message_text(
                screen.text,
                chat_id=card.ref.chat_id,
                message_id=card.ref.message_id,
                reply_markup=screen.keyboard(),
            )
        except AiogramError as error:
            fault = diagnose(error).fault
            if fault is Fault.UNCHANGED:
                return True
            if fault is not Fault.GONE:
                raise
            await self._inquiries.forget_copies([card.ref])
            return False
        return True

    async def _digest(self, owed: Sequence[Owed]) -> Delivery:
        """Several waiting cards: those that exist are redrawn, the new ones stand in one message."""
        new: list[Inquiry] = []
        for one in owed:
            thread = await self._inquiries.get(one.notice.code)
            screen = cards.card(self._staff(), thread, self._frame())
            if thread.inquiry.erased_at is None and not await self._redrawn(thread, one.notice, screen):
                new.append(thread.inquiry)
        if new:
            await self._send(owed[0].notice.chat_id, cards.digest(self._staff(), new, self._frame()))
        return Delivery(outcome=Outcome.SENT)

    async def _posts_to_staff(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        posts = _posts(thread, owed)
        if not posts:
            return Delivery(outcome=Outcome.POINTLESS)
        parcel = Parcel(self._bot, chat_id=notice.chat_id, reply_to=await self._card_of(notice))
        head = cards.post_head(self._staff(), thread.inquiry, posts[0])
        if posts[0].id == thread.posts[0].id:
            # The card shows the first post's words already.
            await parcel.attachments(_things(posts), caption=head)
        else:
            await self._send_posts(parcel, self._staff(), head, posts, None)
        return self._shown(notice, parcel.sent, posts[0].id)

    async def _edit_to_staff(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        post = next((one for one in thread.posts if one.id == notice.post_id), None)
        if post is None or (post.id == thread.posts[0].id and not post.withdrawn_at and not post.attachments):
            return Delivery(outcome=Outcome.POINTLESS)
        if post.withdrawn_at:
            await self._take_back(thread, post, notice.chat_id)
        return await self._posts_to_staff(owed)

    async def _take_back(self, thread: Thread, post: Post, chat_id: int) -> None:
        """Delete the copies of a withdrawn post; what Telegram keeps is at least marked."""
        first = post.id == thread.posts[0].id
        copies = [
            one
            for one in await self._inquiries.copies(thread.inquiry.code, post.id)
            if one.ref.chat_id == chat_id and not (first and one.kind is NoticeKind.CARD)
        ]
        for one in copies:
            try:
                await self._bot.delete_message(chat_id=chat_id, message_id=one.ref.message_id)
            except AiogramError as error:
                if diagnose(error).fault is not Fault.GONE:
                    raise
        await self._inquiries.forget_copies([one.ref for one in copies])

    async def _staff_note(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        inquiry = (await self._inquiries.get(notice.code)).inquiry
        screen = cards.unreachable(self._staff(), inquiry)
        sent = await self._send(notice.chat_id, screen, reply_to=await self._card_of(notice))
        return self._shown(notice, [sent])

    async def _operator_note(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        person = await self._parts.people.get(notice.chat_id)
        tr = self._parts.catalogues[person.speaks if person else Language.EN]
        await self._send(notice.chat_id, operator_note(tr, notice.args))
        return Delivery(outcome=Outcome.SENT)

    # ---- shared

    async def _send_posts(
        self, parcel: Parcel, tr: Translator, head: str, posts: Sequence[Post], under: Screen | None
    ) -> None:
        """Words and attachments of a post, or of the parts of an album, as one letter."""
        words = next((one for one in posts if one.text), posts[0])
        body = words.html or tr.value(UserText(words.text))
        things = _things(posts)
        keyboard = under.keyboard() if under else None
        if not things:
            await parcel.text(tr.finish(body), plain=words.text, head=tr.finish(head), keyboard=keyboard)
            return
        caption = tr.finish(f"{head}\n{body}" if words.text else head)
        alone = len(things) == 1
        await parcel.attachments(things, caption=caption, keyboard=keyboard if alone else None)
        if keyboard and not alone:
            # An album carries no buttons.
            await parcel.text(tr.finish(tr("You can answer here.")), keyboard=keyboard)

    async def _send(self, chat_id: int, screen: Screen, *, reply_to: int | None = None) -> int:
        parcel = Parcel(self._bot, chat_id=chat_id, reply_to=reply_to)
        await parcel.text(screen.text, keyboard=screen.keyboard())
        return parcel.sent[-1]

    async def _card_of(self, notice: Notice) -> int | None:
        copies = await self._inquiries.copies(notice.code, 0)
        ids = [
            one.ref.message_id
            for one in copies
            if one.kind is NoticeKind.CARD and one.ref.chat_id == notice.chat_id
        ]
        return min(ids, default=None)

    async def _translator(self, inquiry: Inquiry) -> Translator:
        """In the language the visitor reads now, which may have changed since the question."""
        person = await self._parts.people.get(inquiry.person_id)
        return self._parts.catalogues[person.speaks if person else inquiry.language]

    def _staff(self) -> Translator:
        return self._parts.catalogues[self._parts.staff_language]

    def _frame(self) -> cards.CardFrame:
        return cards.CardFrame(
            content=self._parts.library.content, zone=self._parts.zone, now=self._parts.clock.now()
        )

    @staticmethod
    def _shown(notice: Notice, ids: Sequence[int], post_id: int = 0) -> Delivery:
        copies = [
            Copy(
                ref=MessageRef(chat_id=notice.chat_id, message_id=message_id),
                code=notice.code,
                post_id=post_id,
                kind=notice.kind,
            )
            for message_id in ids
        ]
        return Delivery(outcome=Outcome.SENT, sent=copies)


def _posts(thread: Thread, owed: Sequence[Owed]) -> list[Post]:
    wanted = {one.notice.post_id for one in owed}
    return [post for post in thread.posts if post.id in wanted]


def _things(posts: Sequence[Post]) -> list[Attachment]:
    return [thing for post in posts for thing in post.attachments]
