"""The contract of ``Outbox``."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.domain.delivery import Owed
from bot.domain.messages import Copy, MessageRef, NoticeKind
from tests.contracts.conftest import Stores
from tests.contracts.examples import CODES, DAY, LEASE, MINUTE, NOW, SECOND, notice


async def _claim(stores: Stores, *, owner: str = "a", limit: int = 10, now: datetime = NOW) -> Sequence[Owed]:
    return await stores.outbox.claim(owner, limit=limit, lease=LEASE, now=now)


async def _chats(stores: Stores, **how: object) -> list[int]:
    return [owed.notice.chat_id for owed in await _claim(stores, **how)]  # type: ignore[arg-type]


def _copy(message_id: int = 50, **changes: object) -> Copy:
    ref = MessageRef(chat_id=-100, message_id=message_id)
    values = {"ref": ref, "code": CODES[0], "post_id": 0, "kind": NoticeKind.CARD, **changes}
    return Copy(**values)  # type: ignore[arg-type]


async def test_what_was_added_is_claimed_as_it_was(stores: Stores) -> None:
    full = notice(
        kind=NoticeKind.POST_TO_STAFF,
        chat_id=-1001234567890,
        post_id=3,
        args={"album": "13", "note": None, "n": [1, 2.5, {"a": True}]},
        key="card:KH",
        not_before=NOW,
    )
    await stores.outbox.add([full])
    (owed,) = await _claim(stores)
    assert (owed.notice, owed.attempts, owed.created_at) == (full, 1, stores.clock.now())


async def test_nothing_is_claimed_of_nothing(stores: Stores) -> None:
    await stores.outbox.add([])
    assert await _claim(stores) == []
    assert await stores.outbox.waiting() == 0
    assert await stores.outbox.next_due(NOW) is None


async def test_a_chat_gives_one_notice_at_a_time_in_order(stores: Stores) -> None:
    await stores.outbox.add([notice(1, post_id=1), notice(2), notice(1, post_id=2)])
    first, other = await _claim(stores)
    assert (first.notice.post_id, other.notice.chat_id) == (1, 2)
    assert await _claim(stores, owner="b") == []
    await stores.outbox.sent([first.id], [], NOW)
    (second,) = await _claim(stores)
    assert second.notice.post_id == 2


async def test_a_claim_takes_the_oldest_up_to_its_limit(stores: Stores) -> None:
    await stores.outbox.add([notice(chat) for chat in (9, 3, 7, 1)])
    assert await _chats(stores, limit=3) == [9, 3, 7]
    assert await _chats(stores, limit=3) == [1]


async def test_a_retry_keeps_later_notices_of_the_chat_waiting(stores: Stores) -> None:
    await stores.outbox.add([notice(1, post_id=1), notice(1, post_id=2), notice(2)])
    first, other = await _claim(stores)
    await stores.outbox.sent([other.id], [], NOW)
    await stores.outbox.retry([first.id], "Too Many Requests", NOW + 5 * SECOND)
    assert await _claim(stores, now=NOW + 4 * SECOND) == []
    assert await stores.outbox.next_due(NOW) == NOW + 5 * SECOND
    (again,) = await _claim(stores, now=NOW + 5 * SECOND)
    assert (again.notice.post_id, again.attempts) == (1, 2)


async def test_a_notice_for_later_keeps_its_place_in_its_chat_and_holds_up_no_other(stores: Stores) -> None:
    await stores.outbox.add(
        [notice(1, post_id=1, not_before=NOW + MINUTE), notice(1, post_id=2), notice(2, post_id=3)]
    )
    (other,) = await _claim(stores)
    assert other.notice.post_id == 3
    await stores.outbox.sent([other.id], [], NOW)
    assert await _claim(stores, now=NOW + MINUTE - SECOND) == []
    assert await stores.outbox.next_due(NOW) == NOW + MINUTE
    (first,) = await _claim(stores, now=NOW + MINUTE)
    assert first.notice.post_id == 1
    await stores.outbox.sent([first.id], [], NOW + MINUTE)
    (second,) = await _claim(stores, now=NOW + MINUTE)
    assert second.notice.post_id == 2


async def test_a_notice_with_a_key_is_not_added_twice_while_it_waits(stores: Stores) -> None:
    await stores.outbox.add([notice(1, key="card"), notice(1, key="card"), notice(1, key="other")])
    await stores.outbox.add([notice(1, key="card"), notice(1), notice(1)])
    assert await stores.outbox.waiting() == 4


async def test_a_notice_that_is_being_sent_may_be_stale_so_its_key_is_free(stores: Stores) -> None:
    await stores.outbox.add([notice(1, key="card")])
    (owed,) = await _claim(stores)
    await stores.outbox.add([notice(1, key="card")])
    await stores.outbox.add([notice(1, key="card")])
    assert await stores.outbox.waiting() == 2
    await stores.outbox.give_up([owed.id], "Forbidden", NOW)
    await stores.outbox.add([notice(1, key="card")])
    assert await stores.outbox.waiting() == 1


async def test_siblings_are_the_later_notices_of_the_same_chat_and_kind(stores: Stores) -> None:
    album = NoticeKind.POST_TO_STAFF
    await stores.outbox.add(
        [
            notice(1, kind=album, post_id=1),
            notice(1, kind=album, post_id=2, not_before=NOW + MINUTE),
            notice(2, kind=album, post_id=3),
            notice(1, post_id=4),
            notice(1, kind=album, post_id=5),
        ]
    )
    first, *_ = await _claim(stores, limit=1)
    assert [one.notice.post_id for one in await stores.outbox.siblings(first)] == [2, 5]
    assert [one.notice.post_id for one in await stores.outbox.siblings(first, limit=1)] == [2]
    assert {one.attempts for one in await stores.outbox.siblings(first)} == {0}
    both = {album, notice().kind}
    assert [one.notice.post_id for one in await stores.outbox.siblings(first, kinds=both)] == [2, 4, 5]


async def test_a_sibling_that_is_held_no_longer_stands_for_its_key(stores: Stores) -> None:
    await stores.outbox.add([notice(1), notice(1, key="card")])
    (first,) = await _claim(stores)
    (sibling,) = await stores.outbox.siblings(first)
    await stores.outbox.hold([sibling.id], "a", until=NOW + LEASE)
    await stores.outbox.add([notice(1, key="card")])
    assert await stores.outbox.waiting() == 3
    await stores.outbox.retry([first.id, sibling.id], "", NOW)
    assert [one.id for one in await _claim(stores)] == [first.id]


async def test_sent_notices_go_and_their_copies_stay(stores: Stores) -> None:
    await stores.outbox.add([notice(1), notice(2), notice(3)])
    first, second, _ = await _claim(stores)
    reply = _copy(51, post_id=4, kind=NoticeKind.POST_TO_STAFF)
    await stores.outbox.sent([first.id, second.id], [_copy(), reply], NOW)
    assert await stores.outbox.waiting() == 1
    assert list(await stores.inquiries.copies(CODES[0])) == [_copy(), reply]
    await stores.outbox.sent([], [_copy()], NOW)
    assert len(await stores.inquiries.copies(CODES[0])) == 2


async def test_what_was_given_up_is_kept_until_it_is_pruned(stores: Stores) -> None:
    await stores.outbox.add([notice(1, post_id=1), notice(1, post_id=2)])
    (first,) = await _claim(stores)
    await stores.outbox.give_up([first.id], "Forbidden: bot was blocked by the user", NOW)
    assert await stores.outbox.waiting() == 1
    (second,) = await _claim(stores)
    assert second.notice.post_id == 2
    assert await stores.outbox.prune(NOW) == 0
    assert await stores.outbox.prune(NOW + DAY) == 1
    assert await stores.outbox.prune(NOW + DAY) == 0


async def test_a_chat_that_moved_takes_its_notices_along_and_no_copies(stores: Stores) -> None:
    await stores.outbox.add([notice(-5), notice(-5), notice(6)])
    (first, _) = await _claim(stores)
    await stores.outbox.sent([first.id], [_copy(ref=MessageRef(chat_id=-5, message_id=9))], NOW)
    await stores.outbox.release("a")
    await stores.outbox.move_chat(-5, -1005)
    assert await _chats(stores) == [-1005, 6]
    assert await stores.inquiries.of_message(MessageRef(chat_id=-1005, message_id=9)) is None


async def test_a_lease_that_ran_out_frees_the_notice(stores: Stores) -> None:
    await stores.outbox.add([notice(1)])
    await _claim(stores, owner="crashed")
    assert await stores.outbox.next_due(NOW) == NOW + LEASE
    assert await _claim(stores, owner="b", now=NOW + LEASE - SECOND) == []
    (owed,) = await _claim(stores, owner="b", now=NOW + LEASE)
    assert owed.attempts == 2


async def test_release_gives_back_what_the_owner_holds_and_nothing_else(stores: Stores) -> None:
    await stores.outbox.add([notice(1), notice(2)])
    assert await _chats(stores, owner="a", limit=1) == [1]
    assert await _chats(stores, owner="b", limit=1) == [2]
    await stores.outbox.release("a")
    assert await _chats(stores, owner="c") == [1]


async def test_the_next_due_moment_leaves_out_chats_that_are_busy(stores: Stores) -> None:
    await stores.outbox.add([notice(1), notice(1)])
    await _claim(stores)
    assert await stores.outbox.next_due(NOW) == NOW + LEASE
    await stores.outbox.add([notice(2)])
    due = await stores.outbox.next_due(NOW)
    assert due is not None
    assert due <= NOW


async def test_of_many_who_claim_at_once_nobody_gets_the_same_chat(stores: Stores) -> None:
    await stores.outbox.add([notice(chat) for _ in range(4) for chat in range(1, 9)])
    claims = await asyncio.gather(*(_claim(stores, owner=f"courier {n}", limit=3) for n in range(8)))
    chats = [owed.notice.chat_id for several in claims for owed in several]
    assert sorted(chats) == list(range(1, 9))


async def test_what_is_still_held_is_kept_longer(stores: Stores) -> None:
    await stores.outbox.add([notice(1), notice(2)])
    first, second = await _claim(stores, owner="a")
    await stores.outbox.sent([second.id], [], NOW)
    assert set(await stores.outbox.keep([first.id, second.id], "a", until=NOW + 2 * LEASE)) == {first.id}
    assert await _claim(stores, owner="b", now=NOW + 2 * LEASE - SECOND) == []
    assert len(await _claim(stores, owner="b", now=NOW + 2 * LEASE)) == 1


async def test_what_another_process_took_over_is_not_kept(stores: Stores) -> None:
    await stores.outbox.add([notice(1)])
    (owed,) = await _claim(stores, owner="a")
    await _claim(stores, owner="b", now=NOW + LEASE)
    assert list(await stores.outbox.keep([owed.id], "a", until=NOW + 5 * LEASE)) == []


async def test_a_clock_that_was_set_back_keeps_nobody_waiting(stores: Stores) -> None:
    later, earlier = NOW + 60 * MINUTE, NOW
    await stores.outbox.add([notice(1), notice(2), notice(3, not_before=later + SECOND)])
    first, second = await _claim(stores, owner="dead", now=later)
    await stores.outbox.retry([first.id], "TelegramNetworkError", later + SECOND)
    await stores.outbox.hurry(earlier)
    assert await _chats(stores, now=earlier) == [1, 2, 3]
    await stores.outbox.hurry(earlier)
    assert await _chats(stores, owner="b", now=earlier) == []
    assert second.notice.chat_id == 2
