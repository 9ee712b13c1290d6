"""Messenger: the domain's notices as Telegram messages; Telegram's faults as delivery outcomes."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from aiogram.exceptions import AiogramError

from bot.domain.delivery import Delivery, Notice, Outcome, Owed
from bot.domain.errors import InquiryNotFound
from bot.domain.inquiries import Inquiry
from bot.domain.messages import NoticeKind
from bot.domain.privacy import FORGOTTEN
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from bot.telegram.daily_messages import DailyMessages
from bot.telegram.erasing import link_to, take_back
from bot.telegram.faults import Diagnosis, Fault, diagnose
from bot.telegram.parcels import Parcel
from bot.telegram.screens import Screen, letter
from bot.telegram.staff_messages import StaffMessages
from bot.telegram.topics import Topics
from bot.telegram.views import bulletins, cards, letters
from bot.telegram.views.operator import operator_note
from bot.telegram.writing import MessengerParts, by_post, posts_of, send_posts, shown

_STAFF_CHAT_TROUBLE = timedelta(seconds=60)
"""How long to wait when the staff chat takes nothing: its cards must not be lost."""
Deliver = Callable[[Sequence[Owed]], Awaitable[Delivery]]


class TelegramMessenger:
    """Implements ``domain.delivery.Messenger``."""

    def __init__(self, parts: MessengerParts) -> None:
        self._parts = parts
        self._bot = parts.bot
        self._inquiries = parts.inquiries
        self.topics = Topics(
            bot=parts.bot, staff_chat=parts.staff_chat, inquiries=parts.inquiries, clock=parts.clock
        )
        self._staff = StaffMessages(parts, self.topics)
        daily = DailyMessages(parts)
        self._kinds: dict[NoticeKind, Deliver] = {
            NoticeKind.RECEIPT: self._receipt,
            NoticeKind.CARD: self._staff.card,
            NoticeKind.POST_TO_STAFF: self._staff.posts,
            NoticeKind.POST_TO_VISITOR: self._posts,
            NoticeKind.EDIT_TO_STAFF: self._staff.edit,
            # A correction is sent as a new message: a visitor must notice it.
            NoticeKind.EDIT_TO_VISITOR: self._posts,
            NoticeKind.STATUS_TO_VISITOR: self._status,
            NoticeKind.NOTE_TO_VISITOR: self._note,
            NoticeKind.STAFF_NOTE: self._staff.note,
            NoticeKind.TOPIC: self._staff.topic,
            NoticeKind.OPERATOR_NOTE: self._operator_note,
            NoticeKind.ERASED: self._erased,
            NoticeKind.REMINDER: daily.reminder,
            NoticeKind.DIGEST: daily.day,
        }

    async def deliver(self, owed: Sequence[Owed]) -> Delivery:
        """Send one notice, or several siblings together."""
        notice = owed[0].notice
        send = self._kinds.get(notice.kind) if _is_one_message(owed) else self._staff.digest
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
        return shown(notice, {0: [await self._send(notice.chat_id, screen)]})

    async def _status(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        inquiry = (await self._inquiries.get(notice.code)).inquiry
        screen = letters.status(await self._translator(inquiry), inquiry)
        if screen is None or inquiry.status.value != notice.args.get("status"):
            return Delivery(outcome=Outcome.POINTLESS)
        return shown(notice, {0: [await self._send(notice.chat_id, screen)]})

    async def _note(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        inquiry = (await self._inquiries.get(notice.code)).inquiry
        screen = letters.lost_file(await self._translator(inquiry), inquiry)
        return shown(notice, {0: [await self._send(notice.chat_id, screen)]})

    async def _posts(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        posts = posts_of(thread, owed)
        if not posts or thread.inquiry.erased_at:
            return Delivery(outcome=Outcome.POINTLESS)
        tr = await self._translator(thread.inquiry)
        parcel = Parcel(self._bot, chat_id=notice.chat_id)
        head = letters.reply_head(tr, thread.inquiry, posts[0])
        # Before it is sent: what the visitor writes the moment they have read it belongs to it already.
        await self._parts.sessions.continue_thread(notice.chat_id, notice.code)
        await send_posts(parcel, tr, head, posts, letter(tr, "", letters.reply_rows(tr, thread.inquiry)))
        return shown(notice, by_post(posts, parcel.sent))

    async def _erased(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        card = cards.card(self._parts.staff_translator(), thread, self._parts.frame())
        traces = await take_back(self._bot, self._inquiries, notice.code, notice.chat_id, card)
        await self.topics.follow(thread.inquiry)
        if not traces.tells or (traces.left and thread.inquiry.close_reason == FORGOTTEN):
            left = [link for ref in traces.left if (link := link_to(ref))]
            await self._send(
                notice.chat_id, bulletins.traces(self._parts.staff_translator(), thread.inquiry, left)
            )
        await self._inquiries.forget_copies(traces.done)
        return Delivery(outcome=Outcome.SENT)

    async def _operator_note(self, owed: Sequence[Owed]) -> Delivery:
        notice = owed[0].notice
        person = await self._parts.people.get(notice.chat_id)
        tr = self._parts.catalogues[person.speaks if person else Language.EN]
        await self._send(notice.chat_id, operator_note(tr, notice.args))
        return Delivery(outcome=Outcome.SENT)

    async def _send(self, chat_id: int, screen: Screen) -> int:
        parcel = Parcel(self._bot, chat_id=chat_id)
        await parcel.text(screen.text, keyboard=screen.keyboard())
        return parcel.sent[-1]

    async def _translator(self, inquiry: Inquiry) -> Translator:
        """In the language the visitor reads now, which may have changed since the question."""
        person = await self._parts.people.get(inquiry.person_id)
        return self._parts.catalogues[person.speaks if person else inquiry.language]


def _is_one_message(owed: Sequence[Owed]) -> bool:
    """One notice, or the parts of one album; else it is a digest."""
    album = owed[0].notice.args.get("album")
    return len(owed) == 1 or (
        album is not None
        and all(
            one.notice.kind is owed[0].notice.kind and one.notice.args.get("album") == album for one in owed
        )
    )
