"""Staff messages: cards, what visitors add, digests and notes, written into the staff chat or its topics."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from aiogram.exceptions import AiogramError

from bot.domain.delivery import Delivery, Notice, Outcome, Owed
from bot.domain.errors import InquiryNotFound
from bot.domain.inquiries import Inquiry, Thread
from bot.domain.messages import Copy, NoticeKind
from bot.i18n.catalogues import Translator
from bot.telegram.faults import Fault, diagnose
from bot.telegram.parcels import Parcel
from bot.telegram.screens import Screen
from bot.telegram.topics import Topics
from bot.telegram.views import bulletins, cards
from bot.telegram.writing import MessengerParts, by_post, posts_of, send_posts, shown, things_of

_REDRAWN = 3
"""Cards of one inquiry that are kept up to date (it may have been opened again further down)."""
_FEW = 3
"""Notices of a single inquiry that are told in full also where the group is crowded."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an inquiry stands in the staff chat."""

    topic: int | None
    card: int

    def parcel(self, parts: MessengerParts, chat_id: int) -> Parcel:
        """What is sent there: into the topic, or as a reply to the card."""
        reply_to = self.card if self.topic is None else None
        return Parcel(parts.bot, chat_id=chat_id, thread_id=self.topic, reply_to=reply_to)


Sending = Callable[[Thread, _Place], Awaitable[dict[int, Sequence[int]]]]
"""Sends something about an inquiry into its place; gives the ids of the messages by the post they show."""


class StaffMessages:
    """Delivers what is owed to the staff chat."""

    def __init__(self, parts: MessengerParts, topics: Topics) -> None:
        self._parts = parts
        self._topics = topics
        self._bot = parts.bot
        self._inquiries = parts.inquiries

    async def card(self, owed: Sequence[Owed]) -> Delivery:
        """Show the card, or bring it up to date."""
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        if not notice.args.get("fresh") and await self._redrawn(thread, notice.chat_id):
            return Delivery(outcome=Outcome.SENT)
        if thread.inquiry.erased_at:
            return Delivery(outcome=Outcome.POINTLESS)
        await self._new_card(thread, notice.chat_id)
        return Delivery(outcome=Outcome.SENT)

    async def posts(self, owed: Sequence[Owed]) -> Delivery:
        """Show what the visitor added: one post, or the parts of an album."""
        notice = owed[0].notice

        async def send(thread: Thread, place: _Place) -> dict[int, Sequence[int]]:
            posts = posts_of(thread, owed)
            is_first = bool(posts) and posts[0].id == thread.posts[0].id and not posts[0].withdrawn_at
            if not posts or (is_first and not things_of(posts)):
                return {}
            parcel = place.parcel(self._parts, notice.chat_id)
            head = bulletins.post_head(self._tr, thread.inquiry, posts[0])
            if is_first:
                # The card shows the first post's words already.
                await parcel.attachments(things_of(posts), caption=head)
            else:
                await send_posts(parcel, self._tr, head, posts)
            return by_post(posts, parcel.sent)

        return await self._in_place(owed, send)

    async def edit(self, owed: Sequence[Owed]) -> Delivery:
        """Show that the visitor changed or withdrew a post."""
        notice = owed[0].notice
        thread = await self._inquiries.get(notice.code)
        post = next((one for one in thread.posts if one.id == notice.post_id), None)
        if post is None:
            return Delivery(outcome=Outcome.POINTLESS)
        if post.withdrawn_at:
            await self._take_back(owed[0])
        elif post.id == thread.posts[0].id and not post.attachments:
            return Delivery(outcome=Outcome.POINTLESS)
        return await self.posts(owed)

    async def note(self, owed: Sequence[Owed]) -> Delivery:
        """A short line about an inquiry."""
        notice = owed[0].notice

        async def send(thread: Thread, place: _Place) -> dict[int, Sequence[int]]:
            post = next((one for one in thread.posts if one.id == notice.post_id), None)
            screen = bulletins.staff_note(self._tr, thread.inquiry, str(notice.args.get("note")), post)
            parcel = place.parcel(self._parts, notice.chat_id)
            await parcel.text(screen.text)
            return {notice.post_id: parcel.sent}

        return await self._in_place(owed, send)

    async def topic(self, owed: Sequence[Owed]) -> Delivery:
        """Close or open the topic like its inquiry."""
        await self._topics.follow((await self._inquiries.get(owed[0].notice.code)).inquiry)
        return Delivery(outcome=Outcome.SENT)

    async def digest(self, owed: Sequence[Owed]) -> Delivery:
        """News of a crowded group: cards that exist are redrawn, all else is listed in one message."""
        news: list[bulletins.News] = []
        told: list[Owed] = []
        for code in dict.fromkeys(one.notice.code for one in owed):
            of_code = [one for one in owed if one.notice.code == code]
            entry = await self._entry(of_code)
            if entry:
                news.append(entry)
                told += of_code
        if len(news) == 1 and len(told) <= _FEW:
            return await self._singly(told)
        if news:
            screen = bulletins.digest(self._tr, news, self._parts.frame())
            await self._say(owed[0].notice.chat_id, screen)
        return Delivery(outcome=Outcome.SENT)

    async def _entry(self, owed: Sequence[Owed]) -> bulletins.News | None:
        """What a digest says of an inquiry; None when redrawing its card was all."""
        notice = owed[0].notice
        try:
            thread = await self._inquiries.get(notice.code)
        except InquiryNotFound:
            return None
        for one in owed:
            withdrawn = any(post.withdrawn_at for post in posts_of(thread, [one]))
            if one.notice.kind is NoticeKind.EDIT_TO_STAFF and withdrawn:
                await self._take_back(one)
        has_card = await self._redrawn(thread, notice.chat_id)
        written = any(one.notice.kind is not NoticeKind.CARD for one in owed)
        if thread.inquiry.erased_at or (has_card and not written):
            return None
        return bulletins.News(inquiry=thread.inquiry, is_new=not has_card)

    async def _singly(self, owed: Sequence[Owed]) -> Delivery:
        kinds = {
            NoticeKind.CARD: self.card,
            NoticeKind.POST_TO_STAFF: self.posts,
            NoticeKind.EDIT_TO_STAFF: self.edit,
        }
        copies: list[Copy] = []
        for one in owed:
            copies += (await kinds[one.notice.kind]([one])).sent
        return Delivery(outcome=Outcome.SENT, sent=copies)

    # ---- where an inquiry stands

    async def _in_place(self, owed: Sequence[Owed], send: Sending) -> Delivery:
        """Send into the inquiry's topic or below its card, either of which is made anew when it is gone."""
        notice = owed[0].notice
        for is_last in (False, True):
            thread = await self._inquiries.get(notice.code)
            if thread.inquiry.erased_at:
                return Delivery(outcome=Outcome.POINTLESS)
            place = await self._place(thread, notice.chat_id)
            try:
                sent = await send(thread, place)
            except AiogramError as error:
                if is_last or place.topic is None or diagnose(error).fault is not Fault.GONE:
                    raise
                await self._topics.lost(thread.inquiry)
            else:
                return shown(notice, sent)
        raise AssertionError  # the loop returns or raises

    async def _place(self, thread: Thread, chat_id: int) -> _Place:
        inquiry = thread.inquiry
        known = await self._cards_of(inquiry, chat_id)
        if not known:
            return await self._new_card(thread, chat_id)
        topic = await self._topics.of(inquiry) if inquiry.topic_id is not None else None
        return _Place(topic, known[-1].ref.message_id)

    async def _new_card(self, thread: Thread, chat_id: int) -> _Place:
        """Send the card, into a topic where the group has them, and remember where it stands."""
        for is_last in (False, True):
            topic = await self._topics.of(thread.inquiry)
            screen = cards.card(self._tr, thread, self._parts.frame(in_topic=topic is not None))
            try:
                card_id = await self._say(chat_id, screen, topic=topic)
            except AiogramError as error:
                if is_last or topic is None or diagnose(error).fault is not Fault.GONE:
                    raise
                await self._topics.lost(thread.inquiry)
                thread = await self._inquiries.get(thread.inquiry.code)
            else:
                break
        place = _Place(topic, card_id)
        await self._remember(thread, chat_id, {0: [card_id]}, NoticeKind.CARD)
        if cards.is_shortened(thread.inquiry):
            parcel = place.parcel(self._parts, chat_id)
            await parcel.text(escape(thread.inquiry.text, quote=False))
            await self._remember(thread, chat_id, {thread.posts[0].id: parcel.sent}, NoticeKind.POST_TO_STAFF)
        if not thread.inquiry.is_open:
            await self._topics.follow((await self._inquiries.get(thread.inquiry.code)).inquiry)
        return place

    async def _remember(
        self, thread: Thread, chat_id: int, sent: Mapping[int, Sequence[int]], kind: NoticeKind
    ) -> None:
        notice = Notice(kind=kind, chat_id=chat_id, code=thread.inquiry.code)
        await self._parts.outbox.sent([], shown(notice, sent).sent, self._parts.clock.now())

    async def _cards_of(self, inquiry: Inquiry, chat_id: int) -> list[Copy]:
        """The cards of an inquiry in the chat, the newest last."""
        copies = await self._inquiries.copies(inquiry.code, 0)
        found = [one for one in copies if one.kind is NoticeKind.CARD and one.ref.chat_id == chat_id]
        return sorted(found, key=lambda one: one.ref.message_id)

    async def _redrawn(self, thread: Thread, chat_id: int) -> bool:
        """Bring the cards that exist up to date; False when there is none (any more)."""
        is_there = False
        for copy in (await self._cards_of(thread.inquiry, chat_id))[-_REDRAWN:]:
            screen = cards.card(
                self._tr, thread, self._parts.frame(in_topic=thread.inquiry.topic_id is not None)
            )
            if await self._redraw(copy, screen):
                is_there = True
            else:
                await self._inquiries.forget_copies([copy.ref])
        return is_there

    async def _redraw(self, copy: Copy, screen: Screen) -> bool:
        try:
            await self._bot.edit_message_text(
                screen.text,
                chat_id=copy.ref.chat_id,
                message_id=copy.ref.message_id,
                reply_markup=screen.keyboard(),
            )
        except AiogramError as error:
            fault = diagnose(error).fault
            if fault is Fault.GONE:
                return False
            if fault is not Fault.UNCHANGED:
                raise
        return True

    async def _take_back(self, owed: Owed) -> None:
        """Delete the messages that show a withdrawn post; what Telegram keeps is at least emptied."""
        notice = owed.notice
        copies = [
            one
            for one in await self._inquiries.copies(notice.code, notice.post_id)
            if one.ref.chat_id == notice.chat_id
        ]
        for one in copies:
            try:
                await self._bot.delete_message(chat_id=one.ref.chat_id, message_id=one.ref.message_id)
            except AiogramError as error:
                if diagnose(error).fault is not Fault.GONE:
                    raise
                await self._emptied(one)
        await self._inquiries.forget_copies([one.ref for one in copies])

    async def _emptied(self, copy: Copy) -> None:
        """Telegram deletes nothing older than 48 h: words and captions are overwritten instead."""
        chat, number = copy.ref.chat_id, copy.ref.message_id
        text = bulletins.taken_back(self._tr)
        for change in (
            self._bot.edit_message_text(text, chat_id=chat, message_id=number),
            self._bot.edit_message_caption(chat_id=chat, message_id=number, caption=text),
        ):
            try:
                await change
            except AiogramError as error:
                if diagnose(error).fault not in (Fault.GONE, Fault.UNCHANGED, Fault.REFUSED):
                    raise

    # ---- sending

    async def _say(self, chat_id: int, screen: Screen, *, topic: int | None = None) -> int:
        parcel = Parcel(self._bot, chat_id=chat_id, thread_id=topic)
        await parcel.text(screen.text, keyboard=screen.keyboard())
        return parcel.sent[-1]

    @property
    def _tr(self) -> Translator:
        return self._parts.staff_translator()
