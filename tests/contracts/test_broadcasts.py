"""The contract of ``BroadcastStore``."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.broadcasts import Audience, Broadcast, Follows, Kind, State, Version
from bot.domain.delivery import Notice
from bot.domain.errors import BroadcastNotFound, Changed, NobodyToReach, WrongState
from bot.domain.messages import MessageRef, NoticeKind
from bot.domain.recipients import Counts, Recipient, Result, Settled, Tally
from bot.i18n.languages import Language
from tests.contracts.conftest import OpenDatabase, Stores, stores_of
from tests.contracts.examples import DAY, LEASE, MINUTE, NOW, PHOTO, SECOND, inquiry, profile
from tests.fakes.clock import FakeClock

HOUR = timedelta(hours=1)
NEWS = frozenset({"news"})
VISA = frozenset({"visa"})
VERSIONS = {
    Language.EN: Version(html="<b>Closed</b> on Friday"),
    Language.UR: Version(html="جمعہ کو بند", attachments=(PHOTO, PHOTO)),
}


def draft(**changes: object) -> Broadcast:
    """An announcement that is being written."""
    values = {"author_id": 9, "author_name": "Әлия", "versions": VERSIONS, "created_at": NOW, **changes}
    return Broadcast(**values)  # type: ignore[arg-type]


async def subscribers(
    stores: Stores, *people: int, topics: frozenset[str] = NEWS, language: Language = Language.EN
) -> None:
    """Let people meet the bot and subscribe."""
    for one in people:
        await stores.people.meet(profile(one), NOW)
        await stores.people.choose_language(one, language)
        await stores.people.subscribe(one, topics)


async def launched(stores: Stores, **changes: object) -> Broadcast:
    """An announcement that is running."""
    return await stores.broadcasts.launch(draft(**changes), now=NOW)


async def claimed(
    stores: Stores, one: Broadcast, *, owner: str = "a", limit: int = 10, now: datetime = NOW
) -> list[int]:
    """Claim; gives whom."""
    found = await stores.broadcasts.claim(one, owner, limit=limit, lease=LEASE, now=now)
    return [recipient.person_id for recipient in found]


async def settled(
    stores: Stores, one: Broadcast, *results: Settled, owner: str = "a", now: datetime = NOW
) -> Counts:
    """Store results."""
    return await stores.broadcasts.settle(one.number, owner, results, now)


def sent(person_id: int, *message_ids: int) -> Settled:
    """It arrived."""
    return Settled(person_id=person_id, result=Result.SENT, message_ids=message_ids or (50,), part=1)


async def results(stores: Stores, one: Broadcast) -> dict[int, Result]:
    """What became of everybody."""
    return {line.person_id: line.result for line in await stores.broadcasts.lines(one.number)}


# ---- drafts and changes


async def test_a_draft_is_stored_as_it_was_written(stores: Stores) -> None:
    audience = Audience(
        languages=frozenset({Language.KK}), topics=VISA, asked=frozenset({"trade"}), active_days=30
    )
    board = MessageRef(chat_id=9, message_id=4)
    full = draft(audience=audience, starts_at=NOW + DAY, keeps_quiet=True, board=board, reason="x")
    stored = await stores.broadcasts.add(full, cause="1:draft")
    assert stored == replace(full, number=stored.number, version=1)
    assert await stores.broadcasts.get(stored.number) == stored


async def test_the_same_cause_stores_one_draft(stores: Stores) -> None:
    first = await stores.broadcasts.add(draft(), cause="1:draft")
    assert await stores.broadcasts.add(draft(author_id=8), cause="1:draft") == first
    assert await stores.broadcasts.recent() == [first]


async def test_an_unknown_number_is_refused(stores: Stores) -> None:
    with pytest.raises(BroadcastNotFound):
        await stores.broadcasts.get(77)
    with pytest.raises(BroadcastNotFound):
        await stores.broadcasts.save(draft(number=77, version=1))


async def test_of_two_changes_to_the_same_version_the_second_is_refused(stores: Stores) -> None:
    first = await stores.broadcasts.add(draft(), cause="1")
    changed = await stores.broadcasts.save(replace(first, keeps_quiet=True))
    assert changed == replace(first, keeps_quiet=True, version=2)
    with pytest.raises(Changed):
        await stores.broadcasts.save(first)


def noting(step: str) -> Follows:
    """An entry of the audit log and a notice."""

    def follows(one: Broadcast) -> Aftermath:
        details: dict[str, str | int] = {"step": step, "people": one.counts.total}
        told = Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=8, args={"number": one.number})
        return Aftermath(
            remark=Remark(deed=Deed.ANNOUNCE, by=9, about=str(one.number), details=details), notices=[told]
        )

    return follows


async def noted(stores: Stores) -> list[tuple[str, int]]:
    """What the audit log says, the oldest first: step and people."""
    return [(str(one.details["step"]), int(one.details["people"])) for one in await stores.audit.page()][::-1]


async def test_what_follows_from_a_step_is_stored_with_it(stores: Stores) -> None:
    await subscribers(stores, 1, 2)
    one = await stores.broadcasts.launch(draft(), now=NOW, follows=noting("launch"))
    await claimed(stores, one, limit=1)
    await stores.broadcasts.recover(NOW + HOUR)
    assert await stores.broadcasts.resend(one.number, follows=noting("resend")) == 1
    assert await stores.broadcasts.resend(one.number, follows=noting("resend")) == 0
    stored = await stores.broadcasts.get(one.number)
    await stores.broadcasts.save(stored.paused("admin"), follows=noting("pause"))
    with pytest.raises(Changed):
        await stores.broadcasts.save(stored.paused("admin"), follows=noting("pause"))
    with pytest.raises(NobodyToReach):
        await stores.broadcasts.launch(draft(audience=Audience(topics=VISA)), now=NOW, follows=noting("no"))
    assert await noted(stores) == [("launch", 2), ("resend", 2), ("pause", 2)]
    assert await stores.outbox.waiting() == 3


async def test_a_step_whose_entry_cannot_be_stored_is_not_made(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    stores = stores_of(await open_database(url), clock)
    await subscribers(stores, 1)
    one = await stores.broadcasts.add(draft(), cause="1")

    def follows(_: Broadcast) -> Aftermath:
        unwritable: Any = {"step": object()}
        return Aftermath(remark=Remark(deed=Deed.ANNOUNCE, by=9, details=unwritable))

    with pytest.raises(TypeError):
        await stores.broadcasts.launch(one, now=NOW, follows=follows)
    assert await stores.broadcasts.get(one.number) == one
    assert await results(stores, one) == {}


async def test_only_a_draft_can_be_discarded(stores: Stores) -> None:
    await subscribers(stores, 1)
    thrown = await stores.broadcasts.add(draft(), cause="1")
    running = await launched(stores)
    for one in (thrown, running):
        await stores.broadcasts.discard(one.number)
    assert [one.number for one in await stores.broadcasts.recent()] == [running.number]


async def test_the_newest_come_first(stores: Stores) -> None:
    numbers = [(await stores.broadcasts.add(draft(), cause=str(cause))).number for cause in range(3)]
    shown = await stores.broadcasts.recent(limit=2)
    assert [one.number for one in shown] == numbers[:0:-1]


# ---- the audience


async def test_older_ones_come_page_by_page(stores: Stores) -> None:
    numbers = [(await stores.broadcasts.add(draft(), cause=str(one))).number for one in range(5)]
    first = await stores.broadcasts.recent(limit=2)
    then = await stores.broadcasts.recent(limit=9, before=first[-1].number)
    assert [one.number for one in (*first, *then)] == numbers[::-1]


async def test_only_subscribers_who_can_be_reached_and_are_not_banned_are_counted(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3)
    await subscribers(stores, 4, topics=frozenset())
    await stores.people.set_reachable(2, reachable=False)
    await stores.people.ban(3, "spam")
    assert await stores.broadcasts.count(Audience(), NOW) == {Language.EN: 1}


async def test_the_audience_is_counted_by_the_language_they_read(stores: Stores) -> None:
    await subscribers(stores, 1, 2, language=Language.UR)
    await subscribers(stores, 3, language=Language.KK)
    await stores.people.meet(profile(4, phone_language=Language.KK), NOW)
    await stores.people.subscribe(4, NEWS)
    assert await stores.broadcasts.count(Audience(), NOW) == {Language.UR: 2, Language.KK: 2}
    only = Audience(languages=frozenset({Language.KK}))
    assert await stores.broadcasts.count(only, NOW) == {Language.KK: 2}


async def test_the_audience_can_be_narrowed_by_topic_question_and_activity(stores: Stores) -> None:
    await subscribers(stores, 1, topics=VISA)
    await subscribers(stores, 2, topics=VISA | NEWS)
    await subscribers(stores, 7, topics=NEWS)
    await stores.inquiries.add(inquiry(person_id=7, section="trade"), [], notices=[], cause="1")
    await stores.people.meet(profile(2, username="late"), NOW + 40 * DAY)

    async def whom(**how: Any) -> list[int]:
        one = await stores.broadcasts.launch(draft(audience=Audience(**how)), now=NOW + 41 * DAY)
        return [line.person_id for line in await stores.broadcasts.lines(one.number)]

    assert await whom(topics=VISA) == [1, 2]
    assert await whom(topics=VISA | NEWS) == [1, 2, 7]
    assert await whom(asked=frozenset({"trade", "visa"})) == [7]
    assert await whom(active_days=7) == [2]


# ---- launching


async def test_launching_fixes_the_audience_with_the_announcement(stores: Stores) -> None:
    await subscribers(stores, 2, 1)
    one = await stores.broadcasts.add(draft(), cause="1")
    running = await stores.broadcasts.launch(one, now=NOW)
    assert (running.state, running.started_at, running.counts) == (State.RUNNING, NOW, Counts(total=2))
    await subscribers(stores, 3)
    assert await results(stores, one) == {1: Result.WAITING, 2: Result.WAITING}
    assert await stores.broadcasts.get(one.number) == running
    assert await stores.broadcasts.active() == [running]


async def test_an_audience_of_nobody_leaves_nothing_behind(stores: Stores) -> None:
    one = await stores.broadcasts.add(draft(), cause="1")
    for fresh in (one, draft()):
        with pytest.raises(NobodyToReach):
            await stores.broadcasts.launch(fresh, now=NOW)
    assert await stores.broadcasts.recent() == [one]


async def test_a_draft_that_changed_meanwhile_is_not_launched(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await stores.broadcasts.add(draft(), cause="1")
    await stores.broadcasts.save(one)
    with pytest.raises(Changed):
        await stores.broadcasts.launch(one, now=NOW)
    assert await stores.broadcasts.lines(one.number) == []


async def test_a_big_one_waits_for_approval_and_a_later_one_for_its_time(stores: Stores) -> None:
    await subscribers(stores, 1, 2)
    big = await stores.broadcasts.launch(draft(), now=NOW, approval_from=2)
    small = await stores.broadcasts.launch(draft(), now=NOW, approval_from=3)
    later = await launched(stores, starts_at=NOW + HOUR)
    assert (big.state, small.state, later.state) == (State.APPROVAL, State.RUNNING, State.SCHEDULED)
    assert await stores.broadcasts.active() == [small, later]
    assert await claimed(stores, big) == []
    assert await claimed(stores, later) == []


# ---- claiming


async def test_each_recipient_is_claimed_once(stores: Stores) -> None:
    await subscribers(stores, 3, 1, 2)
    one = await launched(stores)
    (first,) = await stores.broadcasts.claim(one, "a", limit=1, lease=LEASE, now=NOW)
    assert first == Recipient(person_id=1, language=Language.EN)
    assert await claimed(stores, one, owner="b") == [2, 3]
    assert await claimed(stores, one) == []


async def test_claims_at_the_same_time_give_different_recipients(stores: Stores) -> None:
    await subscribers(stores, *range(1, 31))
    one = await launched(stores)
    found = await asyncio.gather(*(claimed(stores, one, owner=str(who), limit=4) for who in range(6)))
    together = [person for some in found for person in some]
    assert len(together) == len(set(together)) >= 4
    while more := await claimed(stores, one):
        together += more
    assert sorted(together) == list(range(1, 31))


@pytest.mark.parametrize("state", [State.PAUSED, State.CANCELLED])
async def test_nobody_is_claimed_unless_it_runs(stores: Stores, state: State) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await stores.broadcasts.save(replace(one, state=state))
    assert await claimed(stores, one) == []


async def test_who_left_before_their_turn_is_skipped(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3, 4, topics=VISA | NEWS)
    one = await launched(stores, audience=Audience(topics=VISA))
    await stores.people.subscribe(1, NEWS)
    await stores.people.ban(2, "spam")
    await stores.people.set_reachable(3, reachable=False)
    assert await claimed(stores, one, limit=1) == [4]
    assert (await stores.broadcasts.get(one.number)).counts == Counts(total=4, skipped=3)
    assert set((await results(stores, one)).values()) == {Result.SKIPPED, Result.SENDING}


# ---- results


async def test_results_are_kept_and_counted(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3, 4, 5)
    one = await launched(stores)
    await claimed(stores, one)
    counts = await settled(
        stores,
        one,
        sent(1, 50, 51),
        Settled(person_id=2, result=Result.BLOCKED, reason="Forbidden"),
        Settled(person_id=3, result=Result.FAILED, reason="Bad Request"),
        Settled(person_id=4, result=Result.IN_DOUBT, reason="reset"),
        now=NOW + SECOND,
    )
    assert counts == Counts(total=5, sent=1, blocked=1, failed=1, in_doubt=1)
    assert (counts.tried, counts.left) == (4, 1)
    first, second, *_, last = await stores.broadcasts.lines(one.number)
    assert (first.message_ids, first.settled_at, second.reason) == ((50, 51), NOW + SECOND, "Forbidden")
    assert (last.result, last.settled_at) == (Result.SENDING, None)
    blocked = await stores.people.get(2)
    assert blocked is not None
    assert not blocked.reachable


async def test_a_retry_waits_for_its_time(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one)
    again = Settled(person_id=1, result=Result.WAITING, reason="429", retry_at=NOW + 5 * SECOND)
    assert (await settled(stores, one, again)).left == 1
    assert await claimed(stores, one, now=NOW + 4 * SECOND) == []
    (second,) = await stores.broadcasts.claim(one, "a", limit=1, lease=LEASE, now=NOW + 5 * SECOND)
    assert second.attempts == 2


async def test_a_clock_that_was_set_back_does_not_put_retries_off(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one)
    await settled(stores, one, Settled(person_id=1, result=Result.WAITING, retry_at=NOW + 5 * SECOND))
    assert await claimed(stores, one, now=NOW - HOUR) == [1]


async def test_the_parts_that_arrived_are_not_sent_again(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one)
    half = Settled(person_id=1, result=Result.WAITING, message_ids=(50, 51), part=1, retry_at=NOW)
    await settled(stores, one, half)
    await stores.people.subscribe(1, frozenset())
    (rest,) = await stores.broadcasts.claim(one, "a", limit=1, lease=LEASE, now=NOW)
    assert (rest.part, rest.message_ids) == (1, (50, 51))


async def test_only_who_claimed_can_settle(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one)
    assert await settled(stores, one, sent(1), owner="b") == Counts(total=1)
    assert await settled(stores, one, sent(1)) == Counts(total=1, sent=1)
    assert await settled(stores, one, sent(1)) == Counts(total=1, sent=1)


# ---- crashes


async def test_what_a_dead_process_was_sending_is_in_doubt_and_not_sent_again(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3)
    one = await launched(stores)
    await claimed(stores, one, owner="alone", limit=2)
    assert await stores.broadcasts.recover(NOW, owner="alone") == 2
    assert (await stores.broadcasts.get(one.number)).counts == Counts(total=3, in_doubt=2)
    assert await claimed(stores, one) == [3]


async def test_a_lease_that_lapsed_means_a_dead_process(stores: Stores) -> None:
    await subscribers(stores, 1, 2)
    one = await launched(stores)
    await claimed(stores, one, limit=1)
    assert await stores.broadcasts.recover(NOW + LEASE - SECOND, owner="b") == 0
    assert await stores.broadcasts.recover(NOW + LEASE) == 1


async def test_a_slow_process_may_still_say_how_it_ended(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one)
    await stores.broadcasts.recover(NOW + LEASE)
    assert await settled(stores, one, sent(1)) == Counts(total=1, sent=1)


async def test_those_in_doubt_are_sent_again_only_on_request(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3)
    one = await launched(stores)
    await claimed(stores, one)
    await stores.broadcasts.recover(NOW, owner="a")
    assert await stores.broadcasts.finish(one.number, NOW)
    assert [line.person_id for line in await stores.broadcasts.lines(one.number, only=Result.IN_DOUBT)] == [
        1,
        2,
        3,
    ]
    assert await stores.broadcasts.resend(one.number, 2) == 1
    assert await claimed(stores, one) == [2]
    assert await stores.broadcasts.resend(one.number) == 2
    assert (await stores.broadcasts.get(one.number)).counts == Counts(total=3)
    assert await claimed(stores, one) == [1, 3]


async def test_a_cancelled_one_is_not_sent_again(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await stores.broadcasts.save(one.cancelled(NOW))
    with pytest.raises(WrongState):
        await stores.broadcasts.resend(one.number)


# ---- the end


async def test_it_ends_when_nobody_waits(stores: Stores) -> None:
    await subscribers(stores, 1, 2)
    one = await launched(stores)
    assert not await stores.broadcasts.finish(one.number, NOW)
    await claimed(stores, one)
    assert not await stores.broadcasts.finish(one.number, NOW)
    await settled(stores, one, sent(1), sent(2))
    assert await stores.broadcasts.finish(one.number, NOW + MINUTE)
    done = await stores.broadcasts.get(one.number)
    assert (done.state, done.ended_at) == (State.DONE, NOW + MINUTE)
    assert not await stores.broadcasts.finish(one.number, NOW)
    assert await stores.broadcasts.active() == []


async def test_unsubscribing_is_counted_once(stores: Stores) -> None:
    await subscribers(stores, 1, 2)
    one, other = await launched(stores), await launched(stores)
    await claimed(stores, one, limit=1)
    await settled(stores, one, sent(1))
    for _ in range(2):
        await stores.broadcasts.left(1, NOW)
        await stores.broadcasts.left(2, NOW, number=one.number)
    assert (await stores.broadcasts.get(one.number)).counts.unsubscribed == 1
    assert (await stores.broadcasts.get(other.number)).counts.unsubscribed == 0


async def test_the_ends_are_counted_by_language_and_reason(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3)
    await subscribers(stores, 4, language=Language.UR)
    one = await launched(stores)
    await claimed(stores, one, limit=3)
    gone = "Forbidden: user is deactivated"
    await settled(
        stores,
        one,
        sent(1),
        sent(2),
        Settled(person_id=3, result=Result.BLOCKED, reason=gone),
    )
    assert list(await stores.broadcasts.tallies(one.number)) == [
        Tally(language=Language.EN, result=Result.SENT, reason="", many=2),
        Tally(language=Language.EN, result=Result.BLOCKED, reason=gone, many=1),
        Tally(language=Language.UR, result=Result.WAITING, reason="", many=1),
    ]
    assert await stores.broadcasts.tallies(one.number + 1) == []


async def test_a_lease_from_a_clock_that_was_set_back_has_lapsed(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one, now=NOW + 3 * HOUR)
    assert await stores.broadcasts.recover(NOW + MINUTE, owner="b") == 1
    assert (await settled(stores, one, sent(1))).sent == 1


async def test_what_arrived_in_part_is_taken_back_too(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3)
    one = await launched(stores)
    await claimed(stores, one)
    await settled(
        stores,
        one,
        Settled(person_id=1, result=Result.WAITING, retry_at=NOW, message_ids=(41, 42), part=1),
        Settled(person_id=2, result=Result.IN_DOUBT, message_ids=(41, 42), part=1),
        Settled(person_id=3, result=Result.IN_DOUBT),
    )
    await stores.broadcasts.save((await stores.broadcasts.get(one.number)).cancelled(NOW))
    running = await stores.broadcasts.launch(draft(kind=Kind.DELETE, original=one.number), now=NOW)
    assert await claimed(stores, running) == [1, 2]


async def test_sending_again_makes_a_new_version_each_time(stores: Stores) -> None:
    await subscribers(stores, 1, 2)
    one = await launched(stores)
    await claimed(stores, one)
    await stores.broadcasts.recover(NOW, owner="a")
    versions = set()
    for person in (1, 2):
        assert await stores.broadcasts.resend(one.number, person) == 1
        versions.add((await stores.broadcasts.get(one.number)).version)
    assert len(versions) == 2


async def test_the_button_counts_after_the_end_too(stores: Stores) -> None:
    await subscribers(stores, 1)
    one = await launched(stores)
    await claimed(stores, one)
    await settled(stores, one, sent(1))
    await stores.broadcasts.finish(one.number, NOW)
    await stores.broadcasts.left(1, NOW)
    assert (await stores.broadcasts.get(one.number)).counts.unsubscribed == 0
    await stores.broadcasts.left(1, NOW, number=one.number)
    assert (await stores.broadcasts.get(one.number)).counts.unsubscribed == 1


async def test_a_job_on_copies_reaches_who_got_them_lately(stores: Stores) -> None:
    await subscribers(stores, 1, 2, 3)
    one = await launched(stores)
    await claimed(stores, one)
    await settled(stores, one, sent(1, 41), now=NOW)
    await settled(stores, one, sent(2, 42, 43), now=NOW + 2 * DAY)
    await settled(stores, one, Settled(person_id=3, result=Result.FAILED), now=NOW + 2 * DAY)
    await stores.people.subscribe(2, frozenset())
    job = draft(kind=Kind.DELETE, original=one.number)
    running = await stores.broadcasts.launch(job, now=NOW + 3 * DAY, approval_from=1)
    assert running.state is State.RUNNING
    (copy,) = await stores.broadcasts.claim(running, "a", limit=9, lease=LEASE, now=NOW)
    assert (copy.person_id, copy.message_ids) == (2, (42, 43))
    assert await stores.broadcasts.recover(NOW, owner="a") == 0
    assert await claimed(stores, running) == [2]


# ---- processes and boards


async def test_processes_that_send_hear_of_each_other(stores: Stores) -> None:
    within = 5 * SECOND
    assert await stores.broadcasts.present("a", within=within, now=NOW) == 1
    assert await stores.broadcasts.present("b", within=within, now=NOW + SECOND) == 2
    assert await stores.broadcasts.present("b", within=within, now=NOW + 6 * SECOND) == 1
    await stores.broadcasts.absent("b")
    assert await stores.broadcasts.present("a", within=within, now=NOW + 6 * SECOND) == 1


async def test_a_board_is_drawn_every_so_often_until_the_report_is_out(stores: Stores) -> None:
    await subscribers(stores, 1)
    await launched(stores)
    one = await launched(stores, board=MessageRef(chat_id=9, message_id=4))
    every = 3 * SECOND

    async def due(now: datetime) -> list[int]:
        return [board.number for board in await stores.broadcasts.boards(every=every, now=now)]

    assert await due(NOW) == [one.number]
    assert await due(NOW + 2 * SECOND) == []
    assert await due(NOW + every) == [one.number]
    assert await due(NOW - HOUR) == [one.number]
    ended = await stores.broadcasts.save(one.cancelled(NOW))
    assert await due(NOW) == [one.number]
    assert await stores.broadcasts.board_at(MessageRef(chat_id=9, message_id=4)) == one.number
    assert await stores.broadcasts.board_at(MessageRef(chat_id=9, message_id=5)) is None
    await stores.broadcasts.save(replace(ended, reported=True))
    assert await due(NOW + HOUR) == []
    assert await stores.broadcasts.board_at(MessageRef(chat_id=9, message_id=4)) is None
