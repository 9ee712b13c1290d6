"""Desk: what visitors and staff do with inquiries. Every step is one stored change with its notices."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace

from bot.domain.clock import Clock
from bot.domain.codes import new_code
from bot.domain.delivery import Notice
from bot.domain.errors import CodeTaken, InquiryErased, InquiryNotFound, NotYours, TooLong, TooManyOpen
from bot.domain.inquiries import Answer, Author, Inquiry, InquiryFilter, InquiryStore, Post, Status, Thread
from bot.domain.messages import MessageRef, NoticeKind, Words
from bot.domain.people import Person, require
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.sessions import Session
from bot.domain.staff_chat import StaffChat
from bot.domain.threads import Change, Threads

LONGEST_TEXT = 16_000
"""Characters of one post; Telegram's own limit is 4,096 a message."""
MOST_SHOWN_AGAIN = 8
"""Posts that are sent again with a card that is opened; the card's thread shows the others."""
_TRIES = 8
_OPEN = frozenset({Status.RECEIVED, Status.SEEN, Status.ANSWERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a visitor is about to ask."""

    section: str
    intent: str = ""
    form: str = ""
    answers: tuple[Answer, ...] = ()
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A staff member at work: the role is the one that counts at this moment in this chat."""

    person_id: int
    name: str
    role: Role


class Desk:
    """The use cases of inquiries."""

    def __init__(
        self, *, inquiries: InquiryStore, clock: Clock, staff_chat: StaffChat, open_limit: int = 20
    ) -> None:
        """``open_limit``: how many open inquiries one visitor may have."""
        self._store = inquiries
        self._clock = clock
        self._staff = staff_chat
        self._open_limit = open_limit
        self._threads = Threads(inquiries=inquiries, clock=clock, staff_chat=staff_chat)

    # ---- the visitor

    async def submit(
        self, person: Person, question: Question, *, cause: str, session: Session | None = None
    ) -> Inquiry:
        """Store a question with its receipt and card. Raises ``TooManyOpen``, ``TooLong``."""
        done = await self._store.applied(cause)
        if done:
            return (await self._store.get(done)).inquiry
        _check_length(question.words.text)
        mine = InquiryFilter(person_id=person.id, statuses=_OPEN)
        if await self._store.count(mine) >= self._open_limit:
            raise TooManyOpen(self._open_limit)
        for _ in range(_TRIES):
            inquiry, post = self._new(person, question)
            try:
                return await self._store.add(
                    inquiry, [post], notices=self._announce(inquiry, post), cause=cause, session=session
                )
            except CodeTaken:
                continue
        raise CodeTaken

    def _new(self, person: Person, question: Question) -> tuple[Inquiry, Post]:
        now = self._clock.now()
        inquiry = Inquiry(
            code=new_code(),
            person_id=person.id,
            name=person.profile.name,
            username=person.profile.username,
            language=person.speaks,
            section=question.section,
            intent=question.intent,
            form=question.form,
            answers=question.answers,
            text=question.words.text,
            created_at=now,
            waiting_since=now,
        )
        return inquiry, self._threads.post(Author.VISITOR, person.id, person.profile.name, question.words)

    def _announce(self, inquiry: Inquiry, post: Post) -> list[Notice]:
        receipt = Notice(kind=NoticeKind.RECEIPT, chat_id=inquiry.person_id, code=inquiry.code)
        notices = [receipt, *self._threads.card(inquiry.code)]
        if post.attachments:
            notices += self._threads.to_staff(inquiry.code, post)
        return notices

    async def add(self, person: Person, code: str, words: Words, *, cause: str) -> Inquiry:
        """The visitor adds to an own inquiry; a closed one opens again.

        Raises ``NotYours``, ``TooLong``, ``InquiryErased``.
        """
        _check_length(words.text)
        post = self._threads.post(Author.VISITOR, person.id, person.profile.name, words)

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            _must_have_words(thread.inquiry)
            notices = [*self._threads.to_staff(code, post), *self._threads.card(code)]
            return Change(thread.inquiry.continued(self._clock.now()), (post,), notices)

        return await self._threads.change(code, change, cause)

    async def edit(self, source: MessageRef, words: Words, *, cause: str) -> Inquiry | None:
        """Somebody changed a message of theirs; None when that changes no post of a thread."""
        found = await self._store.post_at(source)
        if found is None or not _differs(found[1], words):
            return None
        code, post = found
        # What several messages brought does not go when one of them changes.
        attachments = post.attachments if len(post.attachments) > 1 else words.attachments
        changed = replace(
            post,
            text=words.text,
            html=words.html,
            attachments=attachments or post.attachments,
            edited_at=self._clock.now(),
        )

        def change(thread: Thread) -> Change:
            inquiry = thread.inquiry
            if thread.posts and thread.posts[0].id == post.id:
                inquiry = replace(inquiry, text=changed.text)
            return Change(inquiry, (changed,), self._threads.shown_again(inquiry, changed))

        return await self._threads.change(code, change, cause)

    async def withdraw(self, person: Person, code: str, post_id: int, *, cause: str) -> Inquiry:
        """The visitor takes back what they wrote: words and files go, the place in the thread stays."""

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            mine = (one for one in thread.posts if one.id == post_id and one.author is Author.VISITOR)
            post = next(mine, None)
            if post is None:
                raise InquiryNotFound(code)
            empty = replace(post, text="", html="", attachments=(), withdrawn_at=self._clock.now())
            inquiry = thread.inquiry
            if thread.posts[0].id == post_id:
                inquiry = replace(inquiry, text="", answers=())
            return Change(inquiry, (empty,), self._threads.shown_again(inquiry, empty))

        return await self._threads.change(code, change, cause)

    async def withdraw_all(self, person: Person, code: str, *, cause: str) -> Inquiry:
        """The visitor takes everything back and needs no answer any more."""

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            now = self._clock.now()
            empty = [
                replace(post, text="", html="", attachments=(), withdrawn_at=now)
                for post in thread.posts
                if post.author is Author.VISITOR and not post.withdrawn_at
            ]
            inquiry = replace(thread.inquiry.closed("visitor", now), text="", answers=())
            notices = [one for post in empty for one in self._threads.shown_again(inquiry, post)]
            return Change(inquiry, empty, notices)

        return await self._threads.change(code, change, cause)

    async def close_own(self, person: Person, code: str, *, cause: str) -> Inquiry:
        """The visitor needs no answer any more."""

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            return Change(thread.inquiry.closed("visitor", self._clock.now()), (), self._threads.card(code))

        return await self._threads.change(code, change, cause)

    async def reopen_own(self, person: Person, code: str, *, cause: str) -> Inquiry:
        """The visitor takes a closed inquiry up again."""

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            return Change(thread.inquiry.reopened(self._clock.now()), (), self._threads.card(code))

        return await self._threads.change(code, change, cause)

    async def rate(self, person: Person, code: str, stars: int, comment: str = "", *, cause: str) -> Inquiry:
        """The visitor's judgement, 1 to 5 stars."""

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            return Change(thread.inquiry.rated(stars, comment), (), self._threads.card(code))

        return await self._threads.change(code, change, cause)

    async def own(self, person: Person, code: str) -> Thread:
        """An own inquiry. Raises ``InquiryNotFound``, ``NotYours``."""
        thread = await self._store.get(code)
        _must_own(thread.inquiry, person)
        return thread

    # ---- staff

    async def reply(self, actor: Actor, code: str, words: Words, *, cause: str, close: str = "") -> Inquiry:
        """Staff answer; ``close`` not empty closes with that reason at once.

        Raises ``NotAllowed``, ``TooLong``, ``InquiryErased``.
        """
        require(actor.role, Right.ANSWER)
        _check_length(words.text)
        post = self._threads.post(Author.STAFF, actor.person_id, actor.name, words)

        def change(thread: Thread) -> Change:
            _must_have_words(thread.inquiry)
            inquiry = thread.inquiry.answered(self._clock.now())
            notices = [self._threads.to_visitor(inquiry, post), *self._threads.card(code)]
            if close:
                inquiry = inquiry.closed(close, self._clock.now())
                notices.append(self._threads.status(inquiry))
            return Change(inquiry, (post,), notices)

        return await self._threads.change(code, change, cause)

    async def note(self, actor: Actor, code: str, words: Words, *, cause: str) -> Inquiry:
        """An internal note."""
        require(actor.role, Right.ANSWER)
        post = self._threads.post(Author.NOTE, actor.person_id, actor.name, words)

        def change(thread: Thread) -> Change:
            _must_have_words(thread.inquiry)
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


def _must_own(inquiry: Inquiry, person: Person) -> None:
    if inquiry.person_id != person.id:
        raise NotYours


def _must_have_words(inquiry: Inquiry) -> None:
    if inquiry.erased_at:
        raise InquiryErased


def _differs(post: Post, words: Words) -> bool:
    """Whether an edit changed what was said; a live location that moves on says nothing new."""
    if post.withdrawn_at:
        return False
    new = {one.file_unique_id for one in words.attachments if one.file_unique_id}
    old = {one.file_unique_id for one in post.attachments}
    return (post.text, post.html) != (words.text, words.html) or not new <= old


def _not_shown(thread: Thread, shown: Container[int]) -> list[Post]:
    """The visitor's posts that no message of the staff chat shows; the card holds the words of the first."""
    return [
        post
        for number, post in enumerate(thread.posts)
        if post.author is Author.VISITOR and not post.withdrawn_at and post.id not in shown
        if number or post.attachments
    ][-MOST_SHOWN_AGAIN:]


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise TooLong(LONGEST_TEXT)
