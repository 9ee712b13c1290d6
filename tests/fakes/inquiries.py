"""Inquiries in memory."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.codes import find_code
from bot.domain.delivery import Notice
from bot.domain.errors import Changed, CodeTaken, InquiryNotFound
from bot.domain.inquiries import Author, Inquiry, InquiryFilter, Order, Post, Thread
from bot.domain.messages import Copy, MessageRef
from bot.domain.sessions import Session
from tests.fakes.outbox import FakeOutbox
from tests.fakes.sessions import FakeSessions


class FakeInquiries:
    """Implements ``bot.domain.inquiries.InquiryStore`` beside a fake outbox and fake sessions."""

    def __init__(self, outbox: FakeOutbox, sessions: FakeSessions, clock: Clock) -> None:
        self.outbox = outbox
        self._sessions = sessions
        self._clock = clock
        self._last_post = 0
        self.threads: dict[str, Thread] = {}
        """In the order they were added."""
        self.causes: dict[str, tuple[str, datetime]] = {}

    async def add(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post],
        *,
        notices: Sequence[Notice],
        cause: str,
        session: Session | None = None,
    ) -> Inquiry:
        """Store a new inquiry. Raises ``CodeTaken``. Given an applied cause: the inquiry stored then."""
        if cause in self.causes:
            return self._of_cause(cause)
        if inquiry.code in self.threads:
            raise CodeTaken
        self.threads[inquiry.code] = Thread(inquiry=inquiry)
        self._follow(inquiry, posts, notices, cause, session)
        return inquiry

    async def save(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post] = (),
        *,
        notices: Sequence[Notice] = (),
        cause: str,
        session: Session | None = None,
    ) -> Inquiry:
        """Store a changed inquiry and add or replace posts. Raises ``InquiryNotFound``, ``Changed``."""
        if cause in self.causes:
            return self._of_cause(cause)
        known = await self.get(inquiry.code)
        if known.inquiry.version != inquiry.version:
            raise Changed
        stored = replace(inquiry, version=inquiry.version + 1)
        self.threads[inquiry.code] = replace(known, inquiry=stored)
        self._follow(stored, posts, notices, cause, session)
        return stored

    def _of_cause(self, cause: str) -> Inquiry:
        return self.threads[self.causes[cause][0]].inquiry

    def _follow(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post],
        notices: Sequence[Notice],
        cause: str,
        session: Session | None,
    ) -> None:
        numbers = [self._put(inquiry.code, post) for post in posts]
        self.outbox.owe(
            [replace(one, post_id=numbers[-1 - one.post_id]) if one.post_id < 0 else one for one in notices]
        )
        if session is not None:
            self._sessions.keep(session)
        self.causes[cause] = (inquiry.code, self._clock.now())

    def _put(self, code: str, post: Post) -> int:
        thread = self.threads[code]
        if not post.id:
            self._last_post += 1
            post = replace(post, id=self._last_post)
            posts = (*thread.posts, post)
        else:
            posts = tuple(post if old.id == post.id else old for old in thread.posts)
        self.threads[code] = replace(thread, posts=posts)
        return post.id

    def forget_causes(self, before: datetime) -> None:
        """What pruning the inbox does here."""
        self.causes = {name: one for name, one in self.causes.items() if one[1] >= before}

    async def applied(self, cause: str) -> str | None:
        """The code that this cause was applied to; None: not applied."""
        return self.causes[cause][0] if cause in self.causes else None

    async def get(self, code: str) -> Thread:
        """The inquiry with its thread. Raises ``InquiryNotFound``."""
        if code not in self.threads:
            raise InquiryNotFound(code)
        return self.threads[code]

    async def of_message(self, ref: MessageRef) -> str | None:
        """The code of the thread that a message belongs to; None when it shows several."""
        codes = {copy.code for copy in self.outbox.copies if copy.ref == ref}
        written = await self.post_at(ref)
        codes |= {written[0]} if written else set()
        return codes.pop() if len(codes) == 1 else None

    async def post_at(self, source: MessageRef) -> tuple[str, Post] | None:
        """The post that was written at this message, with its inquiry's code."""
        for code, thread in self.threads.items():
            for post in thread.posts:
                if post.source == source:
                    return code, post
        return None

    async def of_topic(self, chat_id: int, topic_id: int) -> str | None:
        """The code of the inquiry that a forum topic shows; one with a copy in that chat is preferred."""
        found = [one.inquiry.code for one in self.threads.values() if one.inquiry.topic_id == topic_id]
        shown = {copy.code for copy in self.outbox.copies if copy.ref.chat_id == chat_id}
        here = [code for code in found if code in shown]
        return next(reversed(here or found), None)

    async def set_topic(self, code: str, topic_id: int | None) -> None:
        """Note the forum topic that shows the inquiry. Raises ``InquiryNotFound``."""
        thread = await self.get(code)
        inquiry = replace(thread.inquiry, topic_id=topic_id, version=thread.inquiry.version + 1)
        self.threads[code] = replace(thread, inquiry=inquiry)

    async def forget_topics(self) -> None:
        """No inquiry has a topic."""
        for code, thread in self.threads.items():
            if thread.inquiry.topic_id is not None:
                await self.set_topic(code, None)

    async def copies(self, code: str, post_id: int | None = None) -> Sequence[Copy]:
        """The messages that show the inquiry or one post; None: all of them."""
        found = [one for one in self.outbox.copies if one.code == code and post_id in (None, one.post_id)]
        return sorted(found, key=lambda one: (one.ref.chat_id, one.ref.message_id, one.post_id))

    async def forget_copies(self, refs: Sequence[MessageRef]) -> None:
        """Messages that no longer exist in Telegram."""
        self.outbox.copies = [copy for copy in self.outbox.copies if copy.ref not in refs]

    async def list(
        self, wanted: InquiryFilter, *, order: Order = Order.NEWEST, limit: int = 10, offset: int = 0
    ) -> Sequence[Inquiry]:
        """A page of inquiries without their threads."""
        found = [thread.inquiry for thread in self._matching(wanted)]
        if order is not Order.OLDEST:
            found.reverse()
        if order is Order.WAITING:
            waiting = sorted((one for one in reversed(found) if one.waiting_since), key=_waits_since)
            found = waiting + [one for one in found if not one.waiting_since]
        return found[offset : offset + limit]

    async def count(self, wanted: InquiryFilter) -> int:
        """How many inquiries there are."""
        return len(self._matching(wanted))

    async def stream(self, wanted: InquiryFilter) -> AsyncIterator[Thread]:
        """All of them, oldest first, as of the moment it starts."""
        for thread in self._matching(wanted):
            yield thread

    def _matching(self, wanted: InquiryFilter) -> "Sequence[Thread]":
        tests = _tests(wanted)
        found = [one for one in self.threads.values() if all(test(one) for test in tests)]
        return sorted(found, key=lambda one: one.inquiry.created_at)


def _waits_since(inquiry: Inquiry) -> datetime:
    assert inquiry.waiting_since
    return inquiry.waiting_since


def _tests(wanted: InquiryFilter) -> list[Callable[[Thread], bool]]:
    def asked(test: Callable[[Inquiry], bool], *, given: object) -> list[Callable[[Thread], bool]]:
        return [lambda thread: test(thread.inquiry)] if given not in (None, False, frozenset(), "") else []

    words = " ".join(wanted.words.casefold().split())
    code = find_code(wanted.words)
    before = wanted.waiting_before
    return [
        *asked(lambda one: wanted.since is not None and one.created_at >= wanted.since, given=wanted.since),
        *asked(lambda one: wanted.until is not None and one.created_at < wanted.until, given=wanted.until),
        *asked(lambda one: one.section == wanted.section, given=wanted.section),
        *asked(lambda one: one.language == wanted.language, given=wanted.language),
        *asked(lambda one: one.status in wanted.statuses, given=wanted.statuses),
        *asked(lambda one: one.person_id == wanted.person_id, given=wanted.person_id),
        *asked(lambda one: one.claimed_by == wanted.claimed_by, given=wanted.claimed_by),
        *asked(lambda one: one.claimed_by is None, given=wanted.unclaimed),
        *asked(lambda one: bool(before and one.waiting_since and one.waiting_since < before), given=before),
        *([lambda one: one.inquiry.code == code or words in _words(one)] if words else []),
    ]


def _words(thread: Thread) -> str:
    inquiry = thread.inquiry
    parts = [inquiry.code, inquiry.name, f"@{inquiry.username}", inquiry.text]
    parts += [answer.value for answer in inquiry.answers]
    parts += [post.text for post in thread.posts if post.author is Author.VISITOR]
    return "\n".join(" ".join(part.casefold().split()) for part in parts)
