"""Threads: how an inquiry is changed together with what is owed for it, in one stored step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.content.search.courtesy import only_thanks
from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.errors import Changed, InquiryErased, TooLong
from bot.domain.inquiries import Author, Inquiry, InquiryStore, Post, Thread
from bot.domain.messages import MessageRef, NoticeKind, Words
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.staff_chat import StaffChat

LONGEST_TEXT = 16_000
"""Characters of one post; Telegram's own limit is 4,096 a message."""
ALBUM_GATHERS = timedelta(seconds=1)
"""How long parts of an album are waited for before they go out together."""
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Change:
    """An inquiry as it will be, the posts that are new or replaced, and what is owed."""

    inquiry: Inquiry
    posts: Sequence[Post] = ()
    notices: Sequence[Notice] = ()


class Threads:
    """Applies changes, and knows which notices belong to them."""

    def __init__(self, *, inquiries: InquiryStore, clock: Clock, staff_chat: StaffChat) -> None:
        self._store = inquiries
        self._clock = clock
        self._staff = staff_chat

    async def change(self, code: str, rule: Callable[[Thread], Change], cause: str) -> Inquiry:
        """Apply a rule to the stored thread; it is asked again when somebody else was first."""
        for _ in range(_TRIES):
            done = await self._store.applied(cause)
            thread = await self._store.get(done or code)
            if done:
                return thread.inquiry
            change = rule(thread)
            notices = [*change.notices, *self._topic(thread.inquiry, change.inquiry)]
            try:
                return await self._store.save(change.inquiry, change.posts, notices=notices, cause=cause)
            except Changed:
                continue
        raise Changed

    async def edit(self, source: MessageRef, words: Words, *, role: Role, cause: str) -> Inquiry | None:
        """Somebody changed a message of theirs; None when that changes no post of a thread.

        ``role``: theirs now. What staff wrote stays as it is when they may not answer any more.
        """
        found = await self._store.post_at(source)
        if found is None or not _differs(found[1], words):
            return None
        code, post = found
        if post.author is not Author.VISITOR and Right.ANSWER not in RIGHTS[role]:
            return None
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
            if any(one.id == post.id and one.withdrawn_at for one in thread.posts) or inquiry.erased_at:
                return Change(inquiry)
            if thread.posts[0].id == post.id:
                inquiry = replace(inquiry, text=changed.text)
            is_visitors_last = post.author is Author.VISITOR and thread.posts[-1].id == post.id
            if is_visitors_last and only_thanks(post.text):
                inquiry = went_on(inquiry, words, self._clock.now())
            return Change(inquiry, (changed,), self.shown_again(inquiry, changed))

        return await self.change(code, change, cause)

    def _topic(self, before: Inquiry, after: Inquiry) -> list[Notice]:
        """A topic is closed and opened with its inquiry."""
        if before.topic_id is None or before.is_open == after.is_open:
            return []
        return self.for_staff(Notice(kind=NoticeKind.TOPIC, chat_id=0, code=after.code))

    def post(self, author: Author, person_id: int, name: str, words: Words) -> Post:
        """A new post."""
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

    def for_staff(self, notice: Notice) -> list[Notice]:
        """The notice addressed to the staff chat; nothing where there is none."""
        return [replace(notice, chat_id=self._staff.id)] if self._staff.id else []

    def card(self, code: str) -> list[Notice]:
        """Show or refresh the card."""
        return self.for_staff(Notice(kind=NoticeKind.CARD, chat_id=0, code=code, key=f"card:{code}"))

    def staff_note(self, code: str, note: str, post_id: int = 0) -> list[Notice]:
        """Tell staff a short line about the inquiry."""
        kind = NoticeKind.STAFF_NOTE
        return self.for_staff(Notice(kind=kind, chat_id=0, code=code, post_id=post_id, args={"note": note}))

    def fresh_card(self, code: str) -> list[Notice]:
        """Show the card as a new message: somebody asked for it."""
        fresh = Notice(kind=NoticeKind.CARD, chat_id=0, code=code, args={"fresh": True})
        return self.for_staff(fresh)

    def fresh_post(self, code: str, post: Post) -> list[Notice]:
        """Show a stored post as a new message: somebody asked for it."""
        args = {"fresh": True, **({"album": post.album} if post.album else {})}
        kind = NoticeKind.POST_TO_STAFF
        return self.for_staff(Notice(kind=kind, chat_id=0, code=code, post_id=post.id, args=args))

    def shown_late(self, code: str, post: Post) -> list[Notice]:
        """Show a stored post that the staff chat has missed."""
        args = {"album": post.album} if post.album else {}
        kind = NoticeKind.POST_TO_STAFF
        return self.for_staff(Notice(kind=kind, chat_id=0, code=code, post_id=post.id, args=args))

    def to_staff(self, code: str, post: Post) -> list[Notice]:
        """Show the first of the posts of a change to staff."""
        notice = Notice(kind=NoticeKind.POST_TO_STAFF, chat_id=0, code=code, post_id=-1)
        return self.for_staff(self._gathered(notice, post))

    def to_visitor(self, inquiry: Inquiry, post: Post) -> Notice:
        """Send the first of the posts of a change to the visitor."""
        kind = NoticeKind.POST_TO_VISITOR
        return self._gathered(
            Notice(kind=kind, chat_id=inquiry.person_id, code=inquiry.code, post_id=-1), post
        )

    def shown_again(self, inquiry: Inquiry, post: Post) -> list[Notice]:
        """A post was changed: whoever reads it gets it anew."""
        code = inquiry.code
        if post.author is Author.VISITOR:
            edit = Notice(kind=NoticeKind.EDIT_TO_STAFF, chat_id=0, code=code, post_id=post.id)
            return [*self.for_staff(edit), *self.card(code)]
        if post.author is Author.STAFF:
            kind = NoticeKind.EDIT_TO_VISITOR
            return [Notice(kind=kind, chat_id=inquiry.person_id, code=code, post_id=post.id)]
        return self.card(code)

    @staticmethod
    def status(inquiry: Inquiry) -> Notice:
        """Tell the visitor what became of the inquiry."""
        return Notice(
            kind=NoticeKind.STATUS_TO_VISITOR,
            chat_id=inquiry.person_id,
            code=inquiry.code,
            args={"status": inquiry.status.value},
        )

    def _gathered(self, notice: Notice, post: Post) -> Notice:
        if not post.album:
            return notice
        return replace(notice, args={"album": post.album}, not_before=self._clock.now() + ALBUM_GATHERS)


def must_have_words(inquiry: Inquiry) -> None:
    """Raises ``InquiryErased`` when there is nobody left to write to or about."""
    if inquiry.erased_at:
        raise InquiryErased


def check_length(text: str) -> None:
    """Raises ``TooLong``."""
    if len(text) > LONGEST_TEXT:
        raise TooLong(LONGEST_TEXT)


def went_on(inquiry: Inquiry, words: Words, now: datetime) -> Inquiry:
    """The inquiry after the visitor wrote; thanks for an answer wait for nothing."""
    if inquiry.waiting_since is None and not words.attachments and only_thanks(words.text):
        return replace(inquiry, reachable=True)
    return inquiry.continued(now)


def _differs(post: Post, words: Words) -> bool:
    """Whether an edit changed what was said; a live location that moves on says nothing new."""
    if post.withdrawn_at:
        return False
    new = {one.file_unique_id for one in words.attachments if one.file_unique_id}
    old = {one.file_unique_id for one in post.attachments}
    return (post.text, post.html) != (words.text, words.html) or not new <= old
