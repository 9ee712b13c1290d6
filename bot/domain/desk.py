"""Desk: what visitors and staff do with inquiries. Every step is one stored change with its notices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.codes import new_code
from bot.domain.delivery import Notice
from bot.domain.errors import Changed, CodeTaken, NotYours, TooLong, TooManyOpen
from bot.domain.inquiries import Answer, Author, Inquiry, InquiryFilter, InquiryStore, Post, Status, Thread
from bot.domain.marks import Marks
from bot.domain.messages import Attachment, MessageRef, NoticeKind
from bot.domain.people import Person, require
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.sessions import Session

ALBUM_GATHERS = timedelta(seconds=1)
"""How long parts of an album are waited for before they go out together."""
LONGEST_TEXT = 16_000
"""Characters of one post; Telegram's own limit is 4,096 a message."""
_TRIES = 8
_OPEN = frozenset({Status.RECEIVED, Status.SEEN, Status.ANSWERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody wrote or sent, in one message."""

    text: str = ""
    html: str = ""
    """The same with Telegram's formatting; empty when there is none."""
    attachments: tuple[Attachment, ...] = ()
    album: str = ""
    source: MessageRef | None = None


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


class StaffChat:
    """The group where staff work. Telegram may give it a new id (supergroup); ``id`` is the present one."""

    def __init__(self, chat_id: int | None, *, marks: Marks) -> None:
        self._configured = chat_id
        self._marks = marks
        self.id = chat_id
        self.has_topics = False

    async def load(self) -> None:
        """Read the id that the configured chat has moved to, if it has."""
        if self._configured is not None:
            moved = await self._marks.get(f"moved:{self._configured}")
            self.id = int(moved) if moved else self._configured

    async def move(self, new_id: int) -> None:
        """Telegram gave the chat a new id."""
        await self._marks.set(f"moved:{self._configured}", str(new_id))
        self.id = new_id


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
        return inquiry, self._post(Author.VISITOR, person.id, person.profile.name, question.words)

    def _announce(self, inquiry: Inquiry, post: Post) -> list[Notice]:
        receipt = Notice(kind=NoticeKind.RECEIPT, chat_id=inquiry.person_id, code=inquiry.code)
        notices = [receipt, *self._card(inquiry.code)]
        if post.attachments:
            notices += self._to_staff(NoticeKind.POST_TO_STAFF, inquiry.code, post)
        return notices

    async def add(self, person: Person, code: str, words: Words, *, cause: str) -> Inquiry:
        """The visitor adds to an own inquiry; a closed one opens again. Raises ``NotYours``, ``TooLong``."""
        _check_length(words.text)
        post = self._post(Author.VISITOR, person.id, person.profile.name, words)

        def change(thread: Thread) -> _Change:
            _must_own(thread.inquiry, person)
            notices = [*self._to_staff(NoticeKind.POST_TO_STAFF, code, post), *self._card(code)]
            return _Change(thread.inquiry.continued(self._clock.now()), (post,), notices)

        return await self._change(code, change, cause)

    async def edit(self, source: MessageRef, words: Words, *, cause: str) -> Inquiry | None:
        """Somebody changed a message of theirs; None when it is no post of a thread."""
        found = await self._store.post_at(source)
        if found is None:
            return None
        code, post = found
        now = self._clock.now()
        attachments = words.attachments or post.attachments
        changed = replace(post, text=words.text, html=words.html, attachments=attachments, edited_at=now)
        return await self._replace_post(code, changed, cause)

    async def withdraw(self, person: Person, code: str, post_id: int, *, cause: str) -> Inquiry:
        """The visitor takes back what they wrote: words and files go, the place in the thread stays."""

        def change(thread: Thread) -> _Change:
            _must_own(thread.inquiry, person)
            post = next(one for one in thread.posts if one.id == post_id and one.author is Author.VISITOR)
            empty = replace(post, text="", html="", attachments=(), withdrawn_at=self._clock.now())
            first = thread.posts[0].id == post_id
            inquiry = replace(thread.inquiry, text="") if first else thread.inquiry
            return _Change(inquiry, (empty,), self._shown_again(code, empty))

        return await self._change(code, change, cause)

    async def close_own(self, person: Person, code: str, *, cause: str) -> Inquiry:
        """The visitor needs no answer any more."""

        def change(thread: Thread) -> _Change:
            _must_own(thread.inquiry, person)
            return _Change(thread.inquiry.closed("visitor", self._clock.now()), (), self._card(code))

        return await self._change(code, change, cause)

    async def reopen_own(self, person: Person, code: str, *, cause: str) -> Inquiry:
        """The visitor takes a closed inquiry up again."""

        def change(thread: Thread) -> _Change:
            _must_own(thread.inquiry, person)
            return _Change(thread.inquiry.reopened(self._clock.now()), (), self._card(code))

        return await self._change(code, change, cause)

    async def rate(self, person: Person, code: str, stars: int, comment: str = "", *, cause: str) -> Inquiry:
        """The visitor's judgement, 1 to 5 stars."""

        def change(thread: Thread) -> _Change:
            _must_own(thread.inquiry, person)
            return _Change(thread.inquiry.rated(stars, comment), (), self._card(code))

        return await self._change(code, change, cause)

    async def own(self, person: Person, code: str) -> Thread:
        """An own inquiry. Raises ``InquiryNotFound``, ``NotYours``."""
        thread = await self._store.get(code)
        _must_own(thread.inquiry, person)
        return thread

    # ---- staff

    async def reply(self, actor: Actor, code: str, words: Words, *, cause: str, close: str = "") -> Inquiry:
        """Staff answer; ``close`` not empty closes with that reason at once."""
        require(actor.role, Right.ANSWER)
        _check_length(words.text)
        post = self._post(Author.STAFF, actor.person_id, actor.name, words)

        def change(thread: Thread) -> _Change:
            inquiry = thread.inquiry.answered(self._clock.now())
            notices = [self._to_visitor(inquiry, post), *self._card(code)]
            if close:
                inquiry = inquiry.closed(close, self._clock.now())
                notices.append(self._status_notice(inquiry))
            return _Change(inquiry, (post,), notices)

        return await self._change(code, change, cause)

    async def note(self, actor: Actor, code: str, words: Words, *, cause: str) -> Inquiry:
        """An internal note."""
        require(actor.role, Right.ANSWER)
        post = self._post(Author.NOTE, actor.person_id, actor.name, words)
        return await self._change(
            code, lambda thread: _Change(thread.inquiry, (post,), self._card(code)), cause
        )

    async def open_card(self, actor: Actor, code: str, *, cause: str) -> Inquiry:
        """Staff ask for the card to be shown (again)."""
        require(actor.role, Right.SEE)
        card = Notice(kind=NoticeKind.CARD, chat_id=self._staff.id or 0, code=code, args={"fresh": True})
        return await self._change(code, lambda thread: _Change(thread.inquiry, (), [card]), cause)

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

    async def unreachable(self, code: str, *, cause: str) -> Inquiry:
        """A reply could not reach the visitor: note it and tell staff."""

        def change(thread: Thread) -> _Change:
            args = {"note": "unreachable"}
            note = self._for_staff(Notice(kind=NoticeKind.STAFF_NOTE, chat_id=0, code=code, args=args))
            return _Change(replace(thread.inquiry, reachable=False), (), [*note, *self._card(code)])

        return await self._change(code, change, cause)

    async def _staff_change(
        self, actor: Actor, code: str, rule: Callable[[Inquiry], Inquiry], cause: str, *, tell: bool = False
    ) -> Inquiry:
        require(actor.role, Right.ANSWER)

        def change(thread: Thread) -> _Change:
            inquiry = rule(thread.inquiry)
            notices = self._card(code)
            if tell and inquiry.status is not thread.inquiry.status:
                notices.append(self._status_notice(inquiry))
            return _Change(inquiry, (), notices)

        return await self._change(code, change, cause)

    # ---- shared

    async def _change(self, code: str, rule: Callable[[Thread], "_Change"], cause: str) -> Inquiry:
        for _ in range(_TRIES):
            done = await self._store.applied(cause)
            thread = await self._store.get(done or code)
            if done:
                return thread.inquiry
            change = rule(thread)
            try:
                return await self._store.save(
                    change.inquiry, change.posts, notices=change.notices, cause=cause
                )
            except Changed:
                continue
        raise Changed

    async def _replace_post(self, code: str, post: Post, cause: str) -> Inquiry:
        def change(thread: Thread) -> _Change:
            inquiry = thread.inquiry
            if thread.posts and thread.posts[0].id == post.id:
                inquiry = replace(inquiry, text=post.text)
            return _Change(inquiry, (post,), self._shown_again(code, post, inquiry))

        return await self._change(code, change, cause)

    def _shown_again(self, code: str, post: Post, inquiry: Inquiry | None = None) -> list[Notice]:
        if post.author is Author.VISITOR:
            edit = Notice(kind=NoticeKind.EDIT_TO_STAFF, chat_id=0, code=code, post_id=post.id)
            return [*self._for_staff(edit), *self._card(code)]
        if post.author is Author.STAFF and inquiry is not None:
            kind = NoticeKind.EDIT_TO_VISITOR
            return [Notice(kind=kind, chat_id=inquiry.person_id, code=code, post_id=post.id)]
        return self._card(code)

    def _post(self, author: Author, person_id: int, name: str, words: Words) -> Post:
        return Post(
            author=author,
            person_id=person_id,
            name=name,
            text=words.text,
            html=words.html,
            attachments=words.attachments,
            album=words.album,
            source=words.source,
            created_at=self._clock.now(),
        )

    def _card(self, code: str) -> list[Notice]:
        return self._for_staff(Notice(kind=NoticeKind.CARD, chat_id=0, code=code, key=f"card:{code}"))

    def _to_staff(self, kind: NoticeKind, code: str, post: Post) -> list[Notice]:
        return self._for_staff(self._gathered(Notice(kind=kind, chat_id=0, code=code, post_id=-1), post))

    def _to_visitor(self, inquiry: Inquiry, post: Post) -> Notice:
        kind = NoticeKind.POST_TO_VISITOR
        return self._gathered(
            Notice(kind=kind, chat_id=inquiry.person_id, code=inquiry.code, post_id=-1), post
        )

    def _gathered(self, notice: Notice, post: Post) -> Notice:
        if not post.album:
            return notice
        return replace(notice, args={"album": post.album}, not_before=self._clock.now() + ALBUM_GATHERS)

    def _for_staff(self, notice: Notice) -> list[Notice]:
        return [replace(notice, chat_id=self._staff.id)] if self._staff.id else []

    def _status_notice(self, inquiry: Inquiry) -> Notice:
        return Notice(
            kind=NoticeKind.STATUS_TO_VISITOR,
            chat_id=inquiry.person_id,
            code=inquiry.code,
            args={"status": inquiry.status.value},
        )


@dataclass(frozen=True, slots=True)
class _Change:
    inquiry: Inquiry
    posts: Sequence[Post]
    notices: Sequence[Notice]


def _must_own(inquiry: Inquiry, person: Person) -> None:
    if inquiry.person_id != person.id:
        raise NotYours


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise TooLong(LONGEST_TEXT)
