"""Desk: what staff do with inquiries. Every step is one stored change with its notices."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.errors import AnsweredMeanwhile, InquiryClosed
from bot.domain.inquiries import Author, Inquiry, InquiryStore, Post, Thread
from bot.domain.messages import NoticeKind, Words
from bot.domain.people import require
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.staff_chat import StaffChat
from bot.domain.threads import Change, Threads, check_length, must_have_words

MOST_SHOWN_AGAIN = 8
"""Posts that are sent again with a card that is opened; the card's thread shows the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A staff member at work: the role is the one that counts at this moment in this chat."""

    person_id: int
    name: str
    role: Role


class Desk:
    """The use cases of staff."""

    def __init__(self, *, inquiries: InquiryStore, clock: Clock, staff_chat: StaffChat) -> None:
        self._store = inquiries
        self._clock = clock
        self._staff = staff_chat
        self._threads = Threads(inquiries=inquiries, clock=clock, staff_chat=staff_chat)

    async def reply(self, actor: Actor, code: str, words: Words, *, cause: str, close: str = "") -> Inquiry:
        """Staff answer; ``close`` not empty closes with that reason at once.

        Raises ``NotAllowed``, ``TooLong``, ``InquiryErased``.
        """
        require(actor.role, Right.ANSWER)
        check_length(words.text)
        post = self._threads.post(Author.STAFF, actor.person_id, actor.name, words)

        def change(thread: Thread) -> Change:
            must_have_words(thread.inquiry)
            answered = self._answered(thread.inquiry, post)
            if not close:
                return answered
            inquiry = answered.inquiry.closed(close, self._clock.now())
            return replace(
                answered, inquiry=inquiry, notices=[*answered.notices, self._threads.status(inquiry)]
            )

        return await self._threads.change(code, change, cause)

    async def consider(self, actor: Actor, code: str) -> Thread:
        """The thread below which a ready answer is looked at before it is sent.

        Raises ``NotAllowed``, ``InquiryNotFound``, ``InquiryErased``, ``InquiryClosed``.
        """
        require(actor.role, Right.ANSWER)
        thread = await self._store.get(code)
        _must_wait(thread.inquiry)
        return thread

    async def reply_ready(self, actor: Actor, code: str, text: str, *, after: int, cause: str) -> Inquiry:
        """Send a ready answer once; ``after``: the id of the newest answer that was seen, 0 for none.

        A second tap of the same person does nothing. Raises what ``consider`` raises, and
        ``AnsweredMeanwhile`` when somebody's answer came first.
        """
        require(actor.role, Right.ANSWER)
        post = self._threads.post(Author.STAFF, actor.person_id, actor.name, Words(text=text))

        def change(thread: Thread) -> Change:
            newest = newest_answer(thread)
            if newest and newest.id != after:
                if (newest.person_id, newest.text) == (actor.person_id, text):
                    return Change(thread.inquiry)
                raise AnsweredMeanwhile(newest.name)
            _must_wait(thread.inquiry)
            return self._answered(thread.inquiry, post)

        return await self._threads.change(code, change, cause)

    def _answered(self, inquiry: Inquiry, post: Post) -> Change:
        answered = inquiry.answered(self._clock.now())
        notices = [self._threads.to_visitor(answered, post), *self._threads.card(answered.code)]
        return Change(answered, (post,), notices)

    async def note(self, actor: Actor, code: str, words: Words, *, cause: str) -> Inquiry:
        """An internal note."""
        require(actor.role, Right.ANSWER)
        post = self._threads.post(Author.NOTE, actor.person_id, actor.name, words)

        def change(thread: Thread) -> Change:
            must_have_words(thread.inquiry)
            return Change(thread.inquiry, (post,), self._threads.card(code))

        return await self._threads.change(code, change, cause)

    async def open_card(self, actor: Actor, code: str, *, cause: str) -> Inquiry:
        """Staff ask for the card to be shown (again), with what the staff chat has not shown yet."""
        require(actor.role, Right.SEE)
        copies = await self._store.copies(code)
        shown = {copy.post_id for copy in copies if copy.ref.chat_id == self._staff.id}

        def change(thread: Thread) -> Change:
            notices = self._threads.fresh_card(code)
            for post in _not_shown(thread, shown):
                notices += self._threads.fresh_post(code, post)
            return Change(self._seen(actor, thread.inquiry), (), notices)

        return await self._threads.change(code, change, cause)

    async def look(self, actor: Actor, code: str, *, cause: str) -> Thread:
        """The thread as staff read it; who may answer has seen it then. Raises ``InquiryNotFound``."""
        require(actor.role, Right.SEE)
        thread = await self._store.get(code)
        if self._seen(actor, thread.inquiry) == thread.inquiry:
            return thread

        def change(thread: Thread) -> Change:
            return Change(self._seen(actor, thread.inquiry), (), self._threads.card(code))

        await self._threads.change(code, change, cause)
        return await self._store.get(code)

    def _seen(self, actor: Actor, inquiry: Inquiry) -> Inquiry:
        return inquiry.seen(self._clock.now()) if Right.ANSWER in RIGHTS[actor.role] else inquiry

    async def claim(self, actor: Actor, code: str, *, cause: str) -> Inquiry:
        """Take it. Raises ``AlreadyClaimed``, ``InquiryClosed``."""
        return await self._staff_change(
            actor, code, lambda one: one.claimed(actor.person_id, actor.name, self._clock.now()), cause
        )

    async def release(self, actor: Actor, code: str, *, cause: str) -> Inquiry:
        """Give it back; an admin may take it from somebody else."""
        force = Right.BAN in RIGHTS[actor.role]
        return await self._staff_change(
            actor, code, lambda one: one.released(actor.person_id, force=force), cause
        )

    async def transfer(self, actor: Actor, code: str, section: str, *, cause: str) -> Inquiry:
        """Hand it to another section."""
        return await self._staff_change(actor, code, lambda one: one.transferred(section), cause)

    async def close(self, actor: Actor, code: str, reason: str, *, cause: str) -> Inquiry:
        """End it; the visitor is told."""
        return await self._staff_change(
            actor, code, lambda one: one.closed(reason, self._clock.now()), cause, tell=True
        )

    async def reopen(self, actor: Actor, code: str, *, cause: str) -> Inquiry:
        """Take it up again; the visitor is told."""
        return await self._staff_change(
            actor, code, lambda one: one.reopened(self._clock.now()), cause, tell=True
        )

    async def unreachable(self, code: str, *, is_reply: bool, cause: str) -> Inquiry:
        """The visitor cannot be reached; staff are told when it was a reply that failed."""

        def change(thread: Thread) -> Change:
            notes = self._threads.staff_note(code, "unreachable") if is_reply else []
            inquiry = replace(thread.inquiry, reachable=False)
            return Change(inquiry, (), [*notes, *self._threads.card(code)])

        return await self._threads.change(code, change, cause)

    async def refused(self, code: str, *, cause: str) -> Inquiry:
        """Telegram did not take a reply: tell staff."""

        def change(thread: Thread) -> Change:
            return Change(thread.inquiry, (), self._threads.staff_note(code, "refused"))

        return await self._threads.change(code, change, cause)

    async def lost_file(self, code: str, post_id: int, *, cause: str) -> Inquiry:
        """Telegram did not pass a visitor's file on: tell both sides."""

        def change(thread: Thread) -> Change:
            kind = NoticeKind.NOTE_TO_VISITOR
            told = Notice(kind=kind, chat_id=thread.inquiry.person_id, code=code, args={"note": "file"})
            return Change(thread.inquiry, (), [told, *self._threads.staff_note(code, "file", post_id)])

        return await self._threads.change(code, change, cause)

    async def _staff_change(
        self, actor: Actor, code: str, rule: Callable[[Inquiry], Inquiry], cause: str, *, tell: bool = False
    ) -> Inquiry:
        require(actor.role, Right.ANSWER)

        def change(thread: Thread) -> Change:
            inquiry = rule(thread.inquiry)
            notices = self._threads.card(code)
            if tell and inquiry.status is not thread.inquiry.status:
                notices.append(self._threads.status(inquiry))
            return Change(inquiry, (), notices)

        return await self._threads.change(code, change, cause)


def newest_answer(thread: Thread) -> Post | None:
    """The newest answer of staff; None while there is none."""
    return next((post for post in reversed(thread.posts) if post.author is Author.STAFF), None)


def _must_wait(inquiry: Inquiry) -> None:
    must_have_words(inquiry)
    if not inquiry.is_open:
        raise InquiryClosed


def _not_shown(thread: Thread, shown: Container[int]) -> list[Post]:
    """The visitor's posts that no message of the staff chat shows; the card holds the words of the first."""
    return [
        post
        for number, post in enumerate(thread.posts)
        if post.author is Author.VISITOR and not post.withdrawn_at and post.id not in shown
        if number or post.attachments
    ][-MOST_SHOWN_AGAIN:]
