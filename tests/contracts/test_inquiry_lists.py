"""The contract of ``InquiryStore``: what is found."""

from dataclasses import replace

import pytest

from bot.domain.inquiries import Author, InquiryFilter, Order, Status
from bot.i18n.languages import Language
from tests.contracts.conftest import Stores
from tests.contracts.examples import CODES, MINUTE, NOW, inquiry, post

A, B, C, D = CODES


async def _fill(stores: Stores) -> None:
    several = [
        inquiry(A, section="visa", language=Language.UR, created_at=NOW, waiting_since=NOW + 9 * MINUTE),
        inquiry(
            B,
            section="study",
            language=Language.KK,
            name="Омаров Алибек",
            username="Alibek",
            text="Жатақхана бар ма? 100%",
            answers=(),
            person_id=8,
            status=Status.SEEN,
            claimed_by=99,
            created_at=NOW + MINUTE,
            waiting_since=NOW + MINUTE,
        ),
        inquiry(
            C,
            section="visa",
            language=Language.EN,
            name="John",
            username="",
            text="Straße to the consulate",
            status=Status.ANSWERED,
            created_at=NOW + 2 * MINUTE,
            waiting_since=None,
        ),
        inquiry(D, section="trade", status=Status.CLOSED, created_at=NOW + 3 * MINUTE, waiting_since=None),
    ]
    for number, one in enumerate(several):
        await stores.inquiries.add(one, [post(f"post {number}")], notices=[], cause=f"{number}")
    note = post("internal: ask the consul", author=Author.NOTE, person_id=99)
    await stores.inquiries.save(several[1], [note], cause="note")


EVERYTHING = InquiryFilter()
FILTERS = [
    (EVERYTHING, [A, B, C, D]),
    (InquiryFilter(since=NOW + MINUTE), [B, C, D]),
    (InquiryFilter(until=NOW + MINUTE), [A]),
    (InquiryFilter(since=NOW + MINUTE, until=NOW + 3 * MINUTE), [B, C]),
    (InquiryFilter(section="visa"), [A, C]),
    (InquiryFilter(language=Language.KK), [B]),
    (InquiryFilter(statuses=frozenset({Status.SEEN, Status.CLOSED})), [B, D]),
    (InquiryFilter(person_id=8), [B]),
    (InquiryFilter(claimed_by=99), [B]),
    (InquiryFilter(unclaimed=True), [A, C, D]),
    (InquiryFilter(waiting_before=NOW + 9 * MINUTE), [B]),
    (InquiryFilter(waiting_before=NOW + 10 * MINUTE), [A, B]),
    (InquiryFilter(section="visa", language=Language.EN, unclaimed=True), [C]),
    (InquiryFilter(section="visa", language=Language.KK), []),
    (InquiryFilter(words="жатақХАНА"), [B]),
    (InquiryFilter(words="  100% "), [B]),
    (InquiryFilter(words="%"), [B]),
    (InquiryFilter(words="ویزا"), [A, D]),
    (InquiryFilter(words="STRASSE"), [C]),
    (InquiryFilter(words="омаров алибек"), [B]),
    (InquiryFilter(words="@alibek"), [B]),
    (InquiryFilter(words="john"), [C]),
    (InquiryFilter(words="300 1234"), [A, C, D]),
    (InquiryFilter(words="post 2"), [C]),
    (InquiryFilter(words="consul"), [C]),
    (InquiryFilter(words="internal"), []),
    (InquiryFilter(words=B.lower()), [B]),
    (InquiryFilter(words="kh7gq4 x6"), [B]),
    (InquiryFilter(words="7GQ4"), [B]),
    (InquiryFilter(words="post", section="trade"), [D]),
    (InquiryFilter(words="nothing of the kind"), []),
]


async def test_a_filter_lists_counts_and_streams_the_same(stores: Stores) -> None:
    await _fill(stores)
    for wanted, found in FILTERS:
        oldest = await stores.inquiries.list(wanted, order=Order.OLDEST)
        newest = await stores.inquiries.list(wanted)
        streamed = [thread.inquiry.code async for thread in stores.inquiries.stream(wanted)]
        assert [one.code for one in oldest] == found, wanted
        assert [one.code for one in newest] == found[::-1], wanted
        assert streamed == found, wanted
        assert await stores.inquiries.count(wanted) == len(found), wanted


async def test_those_who_wait_longest_come_first(stores: Stores) -> None:
    await _fill(stores)
    listed = [one.code for one in await stores.inquiries.list(EVERYTHING, order=Order.WAITING)]
    assert listed == [B, A, D, C]


@pytest.mark.parametrize("order", list(Order))
async def test_pages_join_to_the_whole(stores: Stores, order: Order) -> None:
    await _fill(stores)
    whole = await stores.inquiries.list(EVERYTHING, order=order)
    pages = [
        one
        for offset in range(0, 6, 3)
        for one in await stores.inquiries.list(EVERYTHING, order=order, limit=3, offset=offset)
    ]
    ones = [
        one
        for offset in range(5)
        for one in await stores.inquiries.list(EVERYTHING, order=order, limit=1, offset=offset)
    ]
    assert pages == ones == list(whole)


async def test_words_that_were_erased_are_found_no_more(stores: Stores) -> None:
    await _fill(stores)
    thread = await stores.inquiries.get(B)
    bare = replace(thread.inquiry, name="", username="", text="", answers=(), erased_at=NOW)
    blanked = [replace(one, name="", text="", html="", attachments=()) for one in thread.posts]
    await stores.inquiries.save(bare, blanked, cause="erase")
    for words in ("жатақхана", "омаров", "@alibek", "post 1"):
        assert await stores.inquiries.count(InquiryFilter(words=words)) == 0
    assert await stores.inquiries.count(InquiryFilter(words=B)) == 1


async def test_words_that_were_added_later_are_found(stores: Stores) -> None:
    await _fill(stores)
    stored = (await stores.inquiries.get(A)).inquiry
    await stores.inquiries.save(stored, [post("шақыру хаты")], cause="later")
    assert [one.code for one in await stores.inquiries.list(InquiryFilter(words="Шақыру"))] == [A]
