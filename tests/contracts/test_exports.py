"""The contract of ``ExportSource``: lean rows say the same as the threads they come from."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.domain.codes import new_code
from bot.domain.exports import ExportSource, Line, MessageLine
from bot.domain.inquiries import Author, InquiryFilter, Status
from bot.storage.exports import SqlExports
from bot.storage.inquiries import SqlInquiries
from tests.contracts.conftest import Stores
from tests.contracts.examples import NOW, ODD_TEXTS, PHOTO, inquiry, post
from tests.fakes.exports import FakeExports, line_of, message_of
from tests.fakes.inquiries import FakeInquiries


@pytest.fixture
def source(stores: Stores) -> ExportSource:
    """The source over the same memory or database."""
    if isinstance(stores.inquiries, SqlInquiries):
        return SqlExports(stores.inquiries._db, page=3, piece=2)
    return FakeExports(cast("FakeInquiries", stores.inquiries))


def _same(line: Line) -> tuple[Any, ...]:
    """The line without its number, and without the difference between nothing and an empty thing."""
    return tuple(value or None for value in line[1:])


def _plain(message: MessageLine) -> tuple[Any, ...]:
    return tuple(value or None for value in message)


async def _tell(stores: Stores, count: int = 3) -> None:
    """Inquiries with later words, notes, replies, attachments and odd texts."""
    for number, text in enumerate(ODD_TEXTS[:count]):
        code = new_code()
        one = inquiry(code, text=text, name=text, created_at=NOW + timedelta(minutes=number))
        files = (PHOTO,) if number % 2 else ()
        stored = await stores.inquiries.add(
            one, [post(text, attachments=files)], notices=[], cause=f"{code}:add"
        )
        if number % 3:
            continue
        posts = [
            post("checked", author=Author.NOTE, attachments=()),
            post(text, author=Author.STAFF, attachments=(PHOTO,)),
            post("And one more thing", attachments=(PHOTO,)),
        ]
        answered = replace(
            stored.answered(NOW).closed(text, NOW), rating=4, rating_comment=text, claimed_name=text
        )
        await stores.inquiries.save(answered, posts, cause=f"{code}:save")


async def test_lines_and_entries_say_what_the_threads_say(stores: Stores, source: ExportSource) -> None:
    await _tell(stores, len(ODD_TEXTS))
    async with source.view(InquiryFilter()) as view:
        threads = [thread async for page in view.threads() for thread in page]
        lines = [line async for page in view.lines() for line in page]
        entries = [entry async for page in view.entries() for entry in page]
        assert view.total == len(threads) == len(ODD_TEXTS)
    assert [_same(line) for line in lines] == [_same(line_of(thread)) for thread in threads]
    assert [_same(line) for line, _ in entries] == [_same(line_of(thread)) for thread in threads]
    written = [[_plain(message) for message in messages] for _, messages in entries]
    assert written == [[_plain(message_of(one)) for one in thread.posts] for thread in threads]


async def test_a_thread_without_the_visitors_words_is_counted_as_it_is(
    stores: Stores, source: ExportSource
) -> None:
    said = {
        "a": [post("Come in", author=Author.STAFF, attachments=())],
        "b": [post("checked", author=Author.NOTE, attachments=())],
        "c": [post("\x00", author=Author.STAFF, attachments=(PHOTO,)), post("n", author=Author.NOTE)],
    }
    for number, posts in enumerate(said.values()):
        code = new_code()
        one = inquiry(code, created_at=NOW + timedelta(minutes=number))
        await stores.inquiries.add(one, posts, notices=[], cause=f"{code}:add")
    async with source.view(InquiryFilter()) as view:
        threads = [thread async for page in view.threads() for thread in page]
        lines = [line async for page in view.lines() for line in page]
    assert [_same(line) for line in lines] == [_same(line_of(thread)) for thread in threads]
    assert [line[18] for line in lines] == [1, 0, 1]


async def test_a_view_shows_only_what_is_wanted(stores: Stores, source: ExportSource) -> None:
    await _tell(stores)
    closed = InquiryFilter(statuses=frozenset({Status.CLOSED}))
    async with source.view(closed) as view:
        codes = [line[1] async for page in view.lines() for line in page]
        assert view.total == len(codes) == 1
    async with source.view(InquiryFilter(section="trade")) as view:
        assert [page async for page in view.lines()] == []
        assert [page async for page in view.entries()] == []


async def test_pages_join_to_the_whole_in_order(stores: Stores, source: ExportSource) -> None:
    codes = [new_code() for _ in range(5)]
    for number, code in enumerate(codes):
        one = inquiry(code, created_at=NOW - timedelta(minutes=number % 2))
        await stores.inquiries.add(one, [post()], notices=[], cause=f"{number}")
    async with source.view(InquiryFilter()) as view:
        found = [line[1] async for page in view.lines() for line in page]
        threads = [thread.inquiry.code async for page in view.threads() for thread in page]
    assert found == threads == [codes[number] for number in (1, 3, 0, 2, 4)]
