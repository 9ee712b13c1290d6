"""Exports from memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.domain.exports import Entry, ExportView, Line, MessageLine
from bot.domain.inquiries import Author, InquiryFilter, Post, Thread
from tests.fakes.inquiries import FakeInquiries

PAGE = 2
"""Inquiries on a page: small, so that tests see several."""


class FakeExports:
    """Implements ``bot.domain.exports.ExportSource`` over fake inquiries."""

    def __init__(self, inquiries: FakeInquiries) -> None:
        self._inquiries = inquiries

    @asynccontextmanager
    async def view(self, wanted: InquiryFilter) -> AsyncIterator[ExportView]:
        """The inquiries as of the moment it is entered."""
        yield FakeView([thread async for thread in self._inquiries.stream(wanted)])


class FakeView:
    """Implements ``bot.domain.exports.ExportView``."""

    def __init__(self, threads: Sequence[Thread]) -> None:
        self._threads = threads
        self.total = len(threads)

    async def lines(self) -> AsyncIterator[Sequence[Line]]:
        """All of them, oldest first, page by page."""
        async for page in self.threads():
            yield [line_of(thread) for thread in page]

    async def entries(self) -> AsyncIterator[Sequence[Entry]]:
        """The same with the messages of each thread, page by page."""
        async for page in self.threads():
            yield [(line_of(thread), [message_of(post) for post in thread.posts]) for thread in page]

    async def threads(self) -> AsyncIterator[Sequence[Thread]]:
        """The same inquiries with their whole threads, page by page."""
        for start in range(0, len(self._threads), PAGE):
            yield self._threads[start : start + PAGE]


def moment(value: datetime | None) -> str | None:
    """A moment as ``Line`` has it."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if value else None


def line_of(thread: Thread) -> Line:
    """The row of an inquiry."""
    one = thread.inquiry
    spoken = [post for post in thread.posts if post.author is not Author.NOTE]
    visitor = [post for post in spoken if post.author is Author.VISITOR]
    replies = [post.text for post in spoken if post.author is Author.STAFF]
    return (
        1,
        one.code,
        one.text,
        "\n".join(post.text for post in visitor[1:] if post.text) or None,
        one.section,
        one.status.value,
        one.language.value,
        one.name,
        one.username,
        one.person_id,
        moment(one.created_at) or "",
        moment(one.seen_at),
        moment(one.answered_at),
        moment(one.closed_at),
        one.claimed_name,
        one.form,
        list(one.answers) or None,
        [file for post in visitor for file in post.attachments] or None,
        len(spoken),
        replies[-1] if replies else None,
        one.rating,
        one.rating_comment,
        one.close_reason,
    )


def message_of(post: Post) -> MessageLine:
    """The row of a message."""
    return (
        moment(post.created_at) or "",
        post.author.value,
        post.name,
        post.text,
        list(post.attachments) or None,
        moment(post.edited_at),
        moment(post.withdrawn_at),
    )
