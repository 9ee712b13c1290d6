"""The contract of ``InquiryStore``: what is written."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import AlreadyClaimed, Changed, CodeTaken, InquiryNotFound
from bot.domain.inquiries import Author, Inquiry, InquiryFilter, Status, Thread
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.domain.sessions import Session
from tests.contracts.conftest import Stores
from tests.contracts.examples import (
    CODES,
    LEASE,
    MINUTE,
    NOW,
    ODD_TEXTS,
    PHOTO,
    PLACE,
    inquiry,
    notice,
    post,
)

CODE = CODES[0]
CARD = notice(-100, kind=NoticeKind.CARD, key=f"card:{CODE}")


async def _add(stores: Stores, one: Inquiry | None = None, *, cause: str = "1:submit") -> Inquiry:
    return await stores.inquiries.add(one or inquiry(), [post()], notices=[CARD], cause=cause)


async def _owed(stores: Stores) -> list[tuple[int, int]]:
    claimed = await stores.outbox.claim("a", limit=10, lease=LEASE, now=NOW)
    return [(owed.notice.chat_id, owed.notice.post_id) for owed in claimed]


async def test_an_inquiry_comes_back_as_it_was_added(stores: Stores) -> None:
    assert await _add(stores) == inquiry()
    thread = await stores.inquiries.get(CODE)
    (stored,) = thread.posts
    assert thread.inquiry == inquiry()
    assert stored.id > 0
    assert replace(stored, id=0) == post()


async def test_every_field_of_an_inquiry_is_kept(stores: Stores) -> None:
    full = inquiry(
        intent="visa-duration",
        status=Status.CLOSED,
        claimed_by=99,
        claimed_name="Нұрлан",
        seen_at=NOW,
        answered_at=NOW + MINUTE,
        closed_at=NOW + 2 * MINUTE,
        close_reason="answered",
        waiting_since=None,
        reachable=False,
        rating=4,
        rating_comment="рақмет",
        topic_id=17,
        erased_at=NOW + 3 * MINUTE,
    )
    await _add(stores)
    stored = await stores.inquiries.save(full, cause="2")
    assert stored == replace(full, version=1)
    assert (await stores.inquiries.get(CODE)).inquiry == stored


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_odd_text_is_kept_byte_for_byte(stores: Stores, text: str) -> None:
    odd_post = post(text, html=text, name=text, attachments=(replace(PLACE, name=text), PHOTO))
    odd = inquiry(text=text, name=text, username="", rating_comment=text, close_reason=text)
    await stores.inquiries.add(odd, [odd_post], notices=[], cause="1")
    thread = await stores.inquiries.get(CODE)
    assert thread.inquiry == odd
    assert replace(thread.posts[0], id=0) == odd_post


async def test_an_unknown_code_is_refused(stores: Stores) -> None:
    with pytest.raises(InquiryNotFound):
        await stores.inquiries.get(CODE)
    with pytest.raises(InquiryNotFound):
        await stores.inquiries.save(inquiry(), cause="1")
    assert await stores.inquiries.applied("1") is None


async def test_a_code_names_one_inquiry(stores: Stores) -> None:
    await _add(stores)
    with pytest.raises(CodeTaken):
        await _add(stores, inquiry(text="another"), cause="2:submit")
    assert (await stores.inquiries.get(CODE)).inquiry.text == inquiry().text
    assert await stores.inquiries.applied("2:submit") is None
    assert await stores.outbox.waiting() == 1
    await _add(stores, inquiry(CODES[1], text="another"), cause="2:submit")
    assert await stores.inquiries.count(InquiryFilter()) == 2


async def test_a_cause_has_its_effect_once(stores: Stores) -> None:
    before = Session(chat_id=7, person_id=7, state="confirm", cause=1, changed_at=NOW)
    await stores.sessions.put(before)
    after = replace(before, state="", cause=2)
    for text in ("first", "replayed"):
        first = await stores.inquiries.add(
            inquiry(text=text), [post()], notices=[CARD, notice(7)], cause="2:submit", session=after
        )
        assert first == inquiry(text="first")
        await stores.sessions.put(replace(after, state="elsewhere"))
    assert len((await stores.inquiries.get(CODE)).posts) == 1
    assert await stores.outbox.waiting() == 2
    assert (await stores.sessions.get(7, 7)).state == "elsewhere"
    assert await stores.inquiries.applied("2:submit") == CODE


async def test_a_replay_with_another_code_gives_the_stored_inquiry(stores: Stores) -> None:
    await _add(stores)
    assert (await _add(stores, inquiry(CODES[1]))).code == CODE
    with pytest.raises(InquiryNotFound):
        await stores.inquiries.get(CODES[1])


async def test_a_replayed_change_gives_what_is_stored_now(stores: Stores) -> None:
    stored = await _add(stores)
    seen = await stores.inquiries.save(stored.seen(NOW), [post("more")], notices=[notice(7)], cause="2:seen")
    again = await stores.inquiries.save(stored.seen(NOW), [post("more")], notices=[notice(7)], cause="2:seen")
    assert again == seen
    assert len((await stores.inquiries.get(CODE)).posts) == 2
    assert await stores.outbox.waiting() == 2


async def test_a_session_is_put_with_the_effect_or_not_at_all(stores: Stores) -> None:
    session = Session(chat_id=7, person_id=7, state="done", cause=3, changed_at=NOW)
    await stores.inquiries.add(inquiry(), [], notices=[], cause="1", session=session)
    assert await stores.sessions.get(7, 7) == session
    with pytest.raises(Changed):
        await stores.inquiries.save(
            inquiry(version=9), notices=[CARD], cause="2", session=replace(session, state="lost")
        )
    assert await stores.sessions.get(7, 7) == session
    assert await stores.outbox.waiting() == 0


async def test_notices_point_to_the_posts_stored_with_them(stores: Stores) -> None:
    stored = await _add(stores)
    (card,) = await stores.outbox.claim("a", limit=10, lease=LEASE, now=NOW)
    await stores.outbox.sent([card.id], [], NOW)
    await stores.inquiries.save(
        stored,
        [post("one"), post("two")],
        notices=[notice(1, post_id=-2), notice(2, post_id=-1), notice(3, post_id=0)],
        cause="2",
    )
    _, one, two = (await stores.inquiries.get(CODE)).posts
    assert await _owed(stores) == [(1, two.id), (2, one.id), (3, 0)]


async def test_a_post_is_replaced_by_its_number(stores: Stores) -> None:
    stored = await _add(stores)
    (first,) = (await stores.inquiries.get(CODE)).posts
    edited = replace(first, text="edited", html="", attachments=(), edited_at=NOW + MINUTE)
    reply = post("reply", author=Author.STAFF, person_id=99, source=None, attachments=())
    await stores.inquiries.save(stored, [edited, reply], cause="2")
    kept, added = (await stores.inquiries.get(CODE)).posts
    assert kept == edited
    assert replace(added, id=0) == reply
    assert added.id > kept.id


async def test_a_post_of_another_inquiry_cannot_be_replaced(stores: Stores) -> None:
    await _add(stores)
    other = await _add(stores, inquiry(CODES[1]), cause="2")
    (first,) = (await stores.inquiries.get(CODE)).posts
    await stores.inquiries.save(other, [replace(first, text="stolen")], cause="3")
    assert (await stores.inquiries.get(CODE)).posts == (first,)


async def test_a_change_from_an_old_version_is_refused(stores: Stores) -> None:
    stored = await _add(stores)
    await stores.inquiries.save(stored.seen(NOW), cause="2")
    with pytest.raises(Changed):
        await stores.inquiries.save(stored.transferred("study"), [post()], cause="3")
    thread = await stores.inquiries.get(CODE)
    assert (thread.inquiry.section, thread.inquiry.version, len(thread.posts)) == ("visa", 1, 1)
    assert await stores.inquiries.applied("3") is None


async def test_of_many_who_claim_at_once_one_wins(stores: Stores) -> None:
    await _add(stores)

    async def claim(person: int) -> Inquiry:
        loaded = (await stores.inquiries.get(CODE)).inquiry
        return await stores.inquiries.save(loaded.claimed(person, f"staff {person}", NOW), cause=f"c{person}")

    outcomes = await asyncio.gather(*(claim(person) for person in range(1, 9)), return_exceptions=True)
    won = [one for one in outcomes if isinstance(one, Inquiry)]
    lost = [one for one in outcomes if isinstance(one, Changed | AlreadyClaimed)]
    assert (len(won), len(lost)) == (1, 7)
    assert (await stores.inquiries.get(CODE)).inquiry == won[0]


async def test_of_many_replays_at_once_one_has_an_effect(stores: Stores) -> None:
    one = await asyncio.gather(*(_add(stores) for _ in range(8)))
    assert set(one) == {inquiry()}
    assert len((await stores.inquiries.get(CODE)).posts) == 1
    assert await stores.outbox.waiting() == 1


def _copy(message_id: int, code: str = CODE, post_id: int = 0) -> Copy:
    ref = MessageRef(chat_id=-100, message_id=message_id)
    return Copy(ref=ref, code=code, post_id=post_id, kind=NoticeKind.CARD)


async def test_a_message_leads_to_its_thread(stores: Stores) -> None:
    await _add(stores)
    await stores.outbox.sent([], [_copy(1), _copy(2, post_id=5)], NOW)
    for message_id in (1, 2):
        ref = MessageRef(chat_id=-100, message_id=message_id)
        assert await stores.inquiries.of_message(ref) == CODE
    assert await stores.inquiries.of_message(MessageRef(chat_id=7, message_id=40)) == CODE
    assert await stores.inquiries.of_message(MessageRef(chat_id=7, message_id=41)) is None
    assert await stores.inquiries.of_message(MessageRef(chat_id=-101, message_id=1)) is None


async def test_a_message_that_shows_several_inquiries_leads_to_none(stores: Stores) -> None:
    await stores.outbox.sent([], [_copy(1), _copy(1, code=CODES[1])], NOW)
    assert await stores.inquiries.of_message(MessageRef(chat_id=-100, message_id=1)) is None
    assert len(await stores.inquiries.copies(CODES[1])) == 1


async def test_a_post_is_found_where_it_was_written(stores: Stores) -> None:
    await _add(stores)
    found = await stores.inquiries.post_at(MessageRef(chat_id=7, message_id=40))
    assert found == (CODE, (await stores.inquiries.get(CODE)).posts[0])
    assert await stores.inquiries.post_at(MessageRef(chat_id=8, message_id=40)) is None


async def test_a_topic_leads_to_its_inquiry(stores: Stores) -> None:
    await _add(stores, inquiry(topic_id=17))
    await _add(stores, inquiry(CODES[1], topic_id=18), cause="2")
    assert await stores.inquiries.of_topic(-100, 18) == CODES[1]
    assert await stores.inquiries.of_topic(-100, 19) is None


async def test_a_topic_is_noted_and_forgotten_and_counts_as_a_change(stores: Stores) -> None:
    stored = await _add(stores, inquiry())
    await stores.inquiries.set_topic(CODE, 21)
    assert await stores.inquiries.of_topic(-100, 21) == CODE
    with pytest.raises(Changed):
        await stores.inquiries.save(stored, cause="2")
    await stores.inquiries.set_topic(CODE, None)
    assert await stores.inquiries.of_topic(-100, 21) is None
    with pytest.raises(InquiryNotFound):
        await stores.inquiries.set_topic(CODES[1], 21)


async def test_all_topics_are_forgotten_at_once(stores: Stores) -> None:
    await _add(stores, inquiry(topic_id=17))
    await _add(stores, inquiry(CODES[1], topic_id=None), cause="2")
    versions = [(await stores.inquiries.get(code)).inquiry.version for code in (CODE, CODES[1])]
    await stores.inquiries.forget_topics()
    after = [(await stores.inquiries.get(code)).inquiry for code in (CODE, CODES[1])]
    assert [one.topic_id for one in after] == [None, None]
    assert [one.version for one in after] == [versions[0] + 1, versions[1]]


async def test_where_topic_numbers_meet_the_chat_decides(stores: Stores) -> None:
    await _add(stores, inquiry(topic_id=17))
    await _add(stores, inquiry(CODES[1], topic_id=17), cause="2")
    await stores.outbox.sent([], [_copy(1)], NOW)
    assert await stores.inquiries.of_topic(-100, 17) == CODE


async def test_copies_of_the_card_and_of_a_post_are_told_apart(stores: Stores) -> None:
    await stores.outbox.sent([], [_copy(1), _copy(2, post_id=5), _copy(3, code=CODES[1])], NOW)
    assert [one.ref.message_id for one in await stores.inquiries.copies(CODE, 0)] == [1]
    assert [one.ref.message_id for one in await stores.inquiries.copies(CODE, 5)] == [2]
    assert [one.ref.message_id for one in await stores.inquiries.copies(CODE)] == [1, 2]
    await stores.inquiries.forget_copies([_copy(1).ref, _copy(3).ref])
    assert [one.ref.message_id for one in await stores.inquiries.copies(CODE)] == [2]
    assert await stores.inquiries.copies(CODES[1]) == []
    await stores.inquiries.forget_copies([])


async def test_a_stream_shows_the_moment_it_started(stores: Stores) -> None:
    for number, code in enumerate(CODES[:3]):
        await _add(stores, inquiry(code, created_at=NOW - number * MINUTE), cause=f"{number}")
    seen: list[Thread] = []
    async for thread in stores.inquiries.stream(InquiryFilter()):
        if not seen:
            await _add(stores, inquiry(CODES[3]), cause="late")
        seen.append(thread)
    assert [thread.inquiry.code for thread in seen] == [CODES[2], CODES[1], CODES[0]]
    assert all(len(thread.posts) == 1 for thread in seen)
