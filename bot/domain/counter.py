"""Counter: what visitors do with their inquiries. Every step is one stored change with its notices."""

from dataclasses import dataclass, replace

from bot.domain.clock import Clock
from bot.domain.codes import new_code
from bot.domain.delivery import Notice
from bot.domain.errors import CodeTaken, InquiryNotFound, NotYours, TooManyOpen
from bot.domain.inquiries import OPEN, Answer, Author, Inquiry, InquiryFilter, InquiryStore, Post, Thread
from bot.domain.messages import NoticeKind, Words
from bot.domain.people import Person
from bot.domain.sessions import Session
from bot.domain.staff_chat import StaffChat
from bot.domain.threads import Change, Threads, check_length, must_have_words, went_on

_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a visitor is about to ask."""

    section: str
    intent: str = ""
    form: str = ""
    answers: tuple[Answer, ...] = ()
    words: Words


class Counter:
    """The use cases of visitors."""

    def __init__(
        self, *, inquiries: InquiryStore, clock: Clock, staff_chat: StaffChat, open_limit: int = 20
    ) -> None:
        """``open_limit``: how many open inquiries one visitor may have."""
        self._store = inquiries
        self._clock = clock
        self._open_limit = open_limit
        self._threads = Threads(inquiries=inquiries, clock=clock, staff_chat=staff_chat)

    async def submit(
        self, person: Person, question: Question, *, cause: str, session: Session | None = None
    ) -> Inquiry:
        """Store a question with its receipt and card. Raises ``TooManyOpen``, ``TooLong``."""
        done = await self._store.applied(cause)
        if done:
            return (await self._store.get(done)).inquiry
        check_length(question.words.text)
        mine = InquiryFilter(person_id=person.id, statuses=OPEN)
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

        Thanks for an answer are shown to staff and change nothing else: ``waiting_since`` stays None.
        Raises ``NotYours``, ``TooLong``, ``InquiryErased``.
        """
        check_length(words.text)
        post = self._threads.post(Author.VISITOR, person.id, person.profile.name, words)

        def change(thread: Thread) -> Change:
            _must_own(thread.inquiry, person)
            must_have_words(thread.inquiry)
            notices = [*self._threads.to_staff(code, post), *self._threads.card(code)]
            return Change(went_on(thread.inquiry, words, self._clock.now()), (post,), notices)

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


def _must_own(inquiry: Inquiry, person: Person) -> None:
    if inquiry.person_id != person.id:
        raise NotYours
