"""Caretaker: what waits for staff reaches their chat, however late it was set; without one owners hear of it.

Notices are owed to the staff chat of the moment. Where none is set nobody is owed anything, so what came in
meanwhile is owed once there is one.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from bot.domain.clock import Clock
from bot.domain.delivery import Notice, Outbox
from bot.domain.errors import InquiryNotFound
from bot.domain.inquiries import Author, Inquiry, InquiryFilter, InquiryStore, Order
from bot.domain.marks import Marks, my_turn
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.domain.staff_chat import SETTLED, StaffChat
from bot.domain.threads import Threads

TOLD_EVERY = timedelta(hours=24)
"""How often owners are told that inquiries wait and no staff chat is set."""
_LOOKS = 60.0
"""Seconds between two looks."""
_SETTLES = timedelta(minutes=1)
_PAGE = 100


class Caretaker:
    """Looks after the staff chat."""

    def __init__(
        self,
        *,
        inquiries: InquiryStore,
        outbox: Outbox,
        marks: Marks,
        staff_chat: StaffChat,
        owners: frozenset[int],
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        """``wake``: something new is owed."""
        self._inquiries = inquiries
        self._outbox = outbox
        self._marks = marks
        self._staff = staff_chat
        self._owners = owners
        self._clock = clock
        self._wake = wake
        self._threads = Threads(inquiries=inquiries, clock=clock, staff_chat=staff_chat)

    async def run(self, stop: asyncio.Event) -> None:
        """Settle, then look from time to time until ``stop``."""
        while not stop.is_set():
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOKS)

    async def look(self) -> None:
        """Settle into the staff chat, or tell owners that there is none."""
        if self._staff.id is None:
            await self._tell_of_none()
            return
        chat, known, now = self._staff.id, await self._marks.get(SETTLED), self._clock.now()
        # Of several processes one does it; should that one die at it, another does it a minute later.
        if known != str(chat) and await my_turn(self._marks, f"settling {chat}", every=_SETTLES, now=now):
            await self._settle(chat, known)

    async def found(self, ref: MessageRef, code: str) -> None:
        """A card of the staff chat: unless it is known it was sent just before the bot was killed.

        When its inquiry was erased meanwhile, emptying it is owed now.
        """
        if ref.chat_id != self._staff.id or await self._inquiries.of_message(ref) is not None:
            return
        with suppress(InquiryNotFound):
            await self._inquiries.get(code)
            card = Copy(ref=ref, code=code, kind=NoticeKind.CARD)
            await self._outbox.sent([], [card], self._clock.now())
            self._wake()

    async def expelled(self) -> None:
        """The bot was thrown out of the staff chat: owners hear it; what is owed there waits."""
        await self._outbox.add(self._notes({"note": "expelled"}))
        self._wake()

    async def _settle(self, chat: int, known: str | None) -> None:
        """Owe the chat every inquiry that waits and is not shown there."""
        if known:
            await self._outbox.move_chat(int(known), chat)
            # Topics are numbered by chat: an old number is somebody else's topic here.
            await self._inquiries.forget_topics()
        page = 0
        wanted = InquiryFilter(waiting_before=self._clock.now())
        while found := await self._inquiries.list(
            wanted, order=Order.WAITING, limit=_PAGE, offset=page * _PAGE
        ):
            for one in found:
                await self._outbox.add(await self._unseen(one, chat))
            self._wake()
            page += 1
        await self._marks.set(SETTLED, str(chat))

    async def _unseen(self, inquiry: Inquiry, chat: int) -> Sequence[Notice]:
        cards = await self._inquiries.copies(inquiry.code, 0)
        if any(card.ref.chat_id == chat for card in cards):
            return ()
        posts = (await self._inquiries.get(inquiry.code)).posts
        missing = [
            post
            for number, post in enumerate(posts)
            if post.author is Author.VISITOR and not post.withdrawn_at and (number or post.attachments)
        ]
        shows = [self._threads.shown_late(inquiry.code, post) for post in missing]
        return [*self._threads.card(inquiry.code), *(notice for one in shows for notice in one)]

    async def _tell_of_none(self) -> None:
        now = self._clock.now()

        async def note() -> Sequence[Notice]:
            waiting = await self._inquiries.count(InquiryFilter(waiting_before=now))
            return self._notes({"note": "no_staff_chat", "waiting": waiting})

        if await my_turn(self._marks, "no staff chat", every=TOLD_EVERY, now=now, owes=note):
            self._wake()

    def _notes(self, args: dict[str, Any]) -> Sequence[Notice]:
        """To each owner."""
        kind = NoticeKind.OPERATOR_NOTE
        return [
            Notice(kind=kind, chat_id=owner, args=args, key=f"{args['note']}:{owner}")
            for owner in self._owners
        ]
