"""The contract of ``Inbox``."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.delivery import Notice
from bot.domain.inbox import Item
from bot.domain.messages import NoticeKind
from tests.contracts.conftest import OpenDatabase, Stores, nothing_followed, stores_of
from tests.contracts.examples import CODES, DAY, LEASE, NOW, SECOND, UNWRITABLE, incoming, inquiry
from tests.fakes.clock import FakeClock


async def _claim(stores: Stores, *, owner: str = "a", limit: int = 10, now: datetime = NOW) -> Sequence[Item]:
    return await stores.inbox.claim(owner, limit=limit, lease=LEASE, now=now)


async def _updates(stores: Stores, **how: object) -> list[int]:
    return [item.update_id for item in await _claim(stores, **how)]  # type: ignore[arg-type]


async def test_what_was_added_is_claimed_byte_for_byte(stores: Stores) -> None:
    payload = '{"text": "сәлем \\u0000"}'.encode() + b"\x00\x01k\xff"
    assert await stores.inbox.add([incoming(5, 7, payload), incoming(6, 8, b"\x01k")], NOW) == 2
    first, second = await _claim(stores)
    assert (first.update_id, first.chat, first.payload, first.attempts) == (5, 7, payload, 1)
    assert first.received_at == NOW
    assert second.payload == b"\x01k"
    assert first.id < second.id


async def test_an_update_that_is_remembered_is_skipped(stores: Stores) -> None:
    assert await stores.inbox.add([incoming(5), incoming(6), incoming(5)], NOW) == 2
    assert await stores.inbox.add([incoming(6), incoming(7)], NOW) == 1
    (item,) = await _claim(stores)
    await stores.inbox.done([item.id], NOW)
    assert await stores.inbox.add([incoming(5)], NOW) == 0


async def test_an_empty_batch_is_nothing(stores: Stores) -> None:
    assert await stores.inbox.add([], NOW) == 0
    assert await _claim(stores) == []


async def test_ids_that_go_back_after_a_quiet_week_arrive_in_order(stores: Stores) -> None:
    await stores.inbox.add([incoming(10**9, 7)], NOW)
    await stores.inbox.add([incoming(5, 7)], NOW)
    assert await _updates(stores) == [10**9]


async def test_a_chat_gives_one_item_at_a_time_in_order(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7), incoming(2, 7), incoming(3, 8), incoming(4, 7)], NOW)
    first, other = await _claim(stores)
    assert (first.update_id, other.update_id) == (1, 3)
    assert await _claim(stores, owner="b") == []
    await stores.inbox.done([first.id], NOW)
    assert await _updates(stores) == [2]


async def test_a_claim_takes_the_oldest_up_to_its_limit(stores: Stores) -> None:
    await stores.inbox.add([incoming(n, n) for n in (9, 3, 7, 1)], NOW)
    assert await _updates(stores, limit=3) == [9, 3, 7]
    assert await _updates(stores, limit=3) == [1]


async def test_done_items_wait_no_more_and_a_batch_is_finished_at_once(stores: Stores) -> None:
    await stores.inbox.add([incoming(n, n) for n in range(1, 6)], NOW)
    assert await stores.inbox.waiting() == 5
    items = await _claim(stores)
    await stores.inbox.done([item.id for item in items[:4]], NOW)
    assert await stores.inbox.waiting() == 1
    await stores.inbox.done([], NOW)
    await stores.inbox.release("a")
    assert await _updates(stores) == [5]


async def test_a_failed_item_holds_up_its_chat_until_it_is_due(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7), incoming(2, 7), incoming(3, 8)], NOW)
    first, other = await _claim(stores)
    await stores.inbox.done([other.id], NOW)
    await stores.inbox.failed(first.id, "TimeoutError", NOW + 5 * SECOND)
    assert await _updates(stores, now=NOW + 4 * SECOND) == []
    (again,) = await _claim(stores, now=NOW + 5 * SECOND)
    assert (again.update_id, again.attempts) == (1, 2)


async def test_an_item_put_off_for_no_fault_of_its_own_counts_as_not_begun(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7)], NOW)
    for _ in range(3):
        (item,) = await _claim(stores)
        assert item.attempts == 1
        await stores.inbox.failed(item.id, "no network", NOW, counted=False)


async def test_quarantine_lets_the_chat_go_on(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7, b"poison"), incoming(2, 7)], NOW)
    (poison,) = await _claim(stores)
    await stores.inbox.quarantine(poison.id, "ValidationError")
    assert await _updates(stores) == [2]
    assert await stores.inbox.waiting() == 1
    (kept,) = await stores.inbox.quarantined()
    assert (kept.id, kept.update_id, kept.chat, kept.received_at) == (poison.id, 1, 7, NOW)
    assert (kept.attempts, kept.error) == (1, "ValidationError")


async def test_a_quarantined_item_can_be_tried_again_with_its_payload(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7, b"poison")], NOW)
    (poison,) = await _claim(stores)
    await stores.inbox.quarantine(poison.id, "ValidationError")
    assert await stores.inbox.retry(poison.id)
    assert not await stores.inbox.retry(poison.id)
    assert await stores.inbox.quarantined() == []
    (again,) = await _claim(stores)
    assert (again.id, again.payload, again.attempts) == (poison.id, b"poison", 1)


async def test_a_quarantined_item_can_be_dropped_for_good(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7)], NOW)
    (poison,) = await _claim(stores)
    await stores.inbox.quarantine(poison.id, "ValidationError")
    assert await stores.inbox.drop(poison.id)
    assert not await stores.inbox.drop(poison.id)
    assert not await stores.inbox.retry(poison.id)
    assert await stores.inbox.waiting() == 0
    assert await stores.inbox.add([incoming(1, 7)], NOW) == 0


async def test_what_follows_from_putting_aside_and_taking_out_again_is_stored_with_it(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7), incoming(2, 8)], NOW)
    first, second = [one.id for one in await _claim(stores)]
    told = Aftermath(notices=[Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=9)])
    noted = Aftermath(remark=Remark(deed=Deed.QUARANTINE, by=0))
    assert not await stores.inbox.retry(first, aftermath=noted)
    assert not await stores.inbox.drop(first, aftermath=noted)
    for number in (first, second, first):
        await stores.inbox.quarantine(number, "ValidationError", aftermath=told)
    for take_out, number in ((stores.inbox.retry, first), (stores.inbox.drop, second)):
        assert await take_out(number, aftermath=noted)
        assert not await take_out(number, aftermath=noted)
    assert len(await stores.audit.page()) == 2
    assert await stores.outbox.waiting() == 2


async def test_nothing_comes_into_quarantine_or_out_of_it_without_what_follows(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    stores = stores_of(await open_database(url), clock)
    await stores.inbox.add([incoming(1)], NOW)
    (poison,) = await _claim(stores)
    with pytest.raises(TypeError):
        await stores.inbox.quarantine(poison.id, "ValidationError", aftermath=UNWRITABLE)
    assert await stores.inbox.waiting() == 1
    await stores.inbox.quarantine(poison.id, "ValidationError")
    for take_out in (stores.inbox.retry, stores.inbox.drop):
        with pytest.raises(TypeError):
            await take_out(poison.id, aftermath=UNWRITABLE)
    assert [one.id for one in await stores.inbox.quarantined()] == [poison.id]
    assert await nothing_followed(stores)


async def test_only_what_is_in_quarantine_can_be_taken_out_of_it(stores: Stores) -> None:
    await stores.inbox.add([incoming(1)], NOW)
    (item,) = await _claim(stores)
    assert not await stores.inbox.retry(item.id)
    assert not await stores.inbox.drop(item.id)
    await stores.inbox.done([item.id], NOW)
    await stores.inbox.quarantine(item.id, "too late")
    await stores.inbox.failed(item.id, "too late", NOW)
    assert await stores.inbox.quarantined() == []
    assert await _claim(stores) == []


async def test_a_lease_that_ran_out_frees_the_item(stores: Stores) -> None:
    await stores.inbox.add([incoming(1)], NOW)
    await _claim(stores, owner="crashed")
    assert await _updates(stores, owner="b", now=NOW + LEASE - SECOND) == []
    (item,) = await _claim(stores, owner="b", now=NOW + LEASE)
    assert item.attempts == 2


async def test_release_gives_back_what_the_owner_holds_and_nothing_else(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 1), incoming(2, 2)], NOW)
    assert await _updates(stores, owner="a", limit=1) == [1]
    assert await _updates(stores, owner="b", limit=1) == [2]
    await stores.inbox.release("a")
    assert await _updates(stores, owner="c") == [1]


async def test_a_later_item_that_is_held_keeps_its_chat_to_itself(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 7, b"poison"), incoming(2, 7)], NOW)
    (poison,) = await _claim(stores)
    await stores.inbox.quarantine(poison.id, "fault")
    assert await _updates(stores) == [2]
    await stores.inbox.retry(poison.id)
    assert await _updates(stores, owner="b") == []


async def test_pruning_forgets_old_ids_and_keeps_the_rest(stores: Stores) -> None:
    await stores.inbox.add([incoming(n, n) for n in (1, 2, 3)], NOW)
    first, second, _ = await _claim(stores)
    await stores.inbox.done([first.id], NOW)
    await stores.inbox.done([second.id], NOW + DAY)
    assert await stores.inbox.prune(NOW + DAY) == 1
    assert await stores.inbox.add([incoming(1), incoming(2), incoming(3)], NOW) == 1


async def test_the_number_of_a_pruned_item_is_never_given_again(stores: Stores) -> None:
    await stores.inbox.add([incoming(1)], NOW)
    (item,) = await _claim(stores)
    await stores.inbox.done([item.id], NOW)
    await stores.inbox.prune(NOW + DAY)
    await stores.inbox.add([incoming(1)], NOW)
    (again,) = await _claim(stores)
    assert again.id > item.id


async def test_causes_are_pruned_with_the_inbox(stores: Stores) -> None:
    await stores.inquiries.add(inquiry(), [], notices=[], cause="1:submit")
    stores.clock.move(DAY)
    await stores.inquiries.add(inquiry(CODES[1]), [], notices=[], cause="2:submit")
    await stores.inbox.prune(NOW + DAY)
    assert await stores.inquiries.applied("1:submit") is None
    assert await stores.inquiries.applied("2:submit") == CODES[1]


async def test_causes_that_a_quarantined_item_may_repeat_are_kept(stores: Stores) -> None:
    await stores.inbox.add([incoming(1)], NOW)
    (item,) = await _claim(stores)
    await stores.inquiries.add(inquiry(), [], notices=[], cause=f"{item.id}:submit")
    await stores.inbox.quarantine(item.id, "fault after the effect")
    await stores.inbox.prune(NOW + DAY)
    assert await stores.inquiries.applied(f"{item.id}:submit") == CODES[0]


async def test_of_many_who_claim_at_once_nobody_gets_the_same_chat(stores: Stores) -> None:
    await stores.inbox.add([incoming(10 * chat + n, chat) for n in range(5) for chat in range(1, 9)], NOW)
    claims = await asyncio.gather(*(_claim(stores, owner=f"worker {n}", limit=3) for n in range(8)))
    chats = [item.chat for items in claims for item in items]
    assert sorted(chats) == list(range(1, 9))


async def test_many_workers_keep_the_order_of_each_chat(stores: Stores) -> None:
    await stores.inbox.add([incoming(100 * chat + n, chat) for n in range(8) for chat in range(1, 5)], NOW)
    seen: dict[int, list[int]] = {}

    async def worker(name: str) -> None:
        while await stores.inbox.waiting():
            for item in await _claim(stores, owner=name, limit=2):
                if item.attempts == 1 and item.update_id % 3 == 0:
                    await stores.inbox.failed(item.id, "again", NOW)
                else:
                    seen.setdefault(item.chat, []).append(item.update_id)
                    await stores.inbox.done([item.id], NOW)

    await asyncio.gather(*(worker(f"worker {n}") for n in range(4)))
    assert seen == {chat: [100 * chat + n for n in range(8)] for chat in range(1, 5)}


async def test_what_is_still_held_is_kept_longer(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 1), incoming(2, 2)], NOW)
    first, second = await _claim(stores, owner="a")
    await stores.inbox.done([second.id], NOW)
    kept = await stores.inbox.keep([first.id, second.id], "a", until=NOW + 2 * LEASE)
    assert set(kept) == {first.id}
    assert await _updates(stores, owner="b", now=NOW + 2 * LEASE - SECOND) == []
    assert len(await _claim(stores, owner="b", now=NOW + 2 * LEASE)) == 1


async def test_what_another_process_took_over_is_not_kept(stores: Stores) -> None:
    await stores.inbox.add([incoming(1, 1)], NOW)
    (item,) = await _claim(stores, owner="a")
    await _claim(stores, owner="b", now=NOW + LEASE)
    assert list(await stores.inbox.keep([item.id], "a", until=NOW + 5 * LEASE)) == []
    assert len(await _claim(stores, owner="c", now=NOW + 2 * LEASE)) == 1


async def test_keeping_nothing_keeps_nothing(stores: Stores) -> None:
    assert list(await stores.inbox.keep([], "a", until=NOW + LEASE)) == []


async def test_a_clock_that_was_set_back_keeps_nobody_waiting(stores: Stores) -> None:
    later, earlier = NOW + 3600 * SECOND, NOW
    await stores.inbox.add([incoming(1, 1), incoming(2, 2), incoming(3, 3)], later)
    first, _, _ = await _claim(stores, owner="dead", now=later)
    await stores.inbox.failed(first.id, "TimeoutError", later + 5 * SECOND)
    assert await _updates(stores, now=earlier) == []
    await stores.inbox.hurry(earlier)
    assert await _updates(stores, now=earlier) == [1, 2, 3]
    await stores.inbox.hurry(earlier)
    assert await _updates(stores, owner="b", now=earlier) == [], "who has just taken something keeps it"
