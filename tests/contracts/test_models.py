"""Random histories: SQLite does what the fakes do, and PostgreSQL never lets two hold the same chat."""

import asyncio
import random
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.domain.inbox import Inbox
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.storage.database import Database
from tests.contracts.conftest import OpenDatabase, Stores, fake_stores, stores_of
from tests.contracts.examples import CODES, NOW, SECOND, incoming, notice
from tests.fakes.clock import FakeClock

Step = tuple[str, int, int]
"""What to do, with two small numbers."""

_WHAT = [
    *("add", "add", "claim", "claim", "finish", "fail"),
    *("put_aside", "release", "wait", "change", "prune"),
]
_STEPS = some.tuples(
    some.sampled_from(_WHAT),
    some.integers(0, 3),
    some.integers(0, 5),
)
_LEASE = timedelta(seconds=7)


class _Player:
    """Plays a history on one implementation; every step gives what can be seen of it."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.ids: list[int] = []
        """Of everything claimed so far."""

    @property
    def now(self) -> datetime:
        return self.stores.clock.now()

    def chosen(self, pick: int) -> list[int]:
        """Something that was claimed before, if there is as much."""
        return self.ids[-1 - pick : -pick or None]

    async def play(self, step: Step) -> object:
        """Take one step."""
        what, one, other = step
        return await getattr(self, what)(one, other)

    async def wait(self, _one: int, other: int) -> None:
        self.stores.clock.move(other * 2 * SECOND)


class _InboxPlayer(_Player):
    added = 0

    async def add(self, one: int, other: int) -> object:
        self.added += 1
        return await self.stores.inbox.add([incoming(self.added - other // 4, one)], self.now)

    async def claim(self, one: int, other: int) -> object:
        items = await self.stores.inbox.claim(f"owner {one}", limit=1 + other, lease=_LEASE, now=self.now)
        self.ids += [item.id for item in items]
        return items

    async def finish(self, one: int, _other: int) -> object:
        await self.stores.inbox.done(self.ids[-1 - one :], self.now)
        return await self.stores.inbox.waiting()

    async def fail(self, one: int, other: int) -> None:
        for number in self.chosen(other):
            await self.stores.inbox.failed(number, "fault", self.now + one * SECOND)

    async def put_aside(self, _one: int, other: int) -> object:
        for number in self.chosen(other):
            await self.stores.inbox.quarantine(number, "poison")
        return await self.stores.inbox.quarantined()

    async def release(self, one: int, _other: int) -> None:
        await self.stores.inbox.release(f"owner {one}")

    async def change(self, one: int, other: int) -> object:
        take_out = self.stores.inbox.retry if one else self.stores.inbox.drop
        return [await take_out(number) for number in self.chosen(other)]

    async def prune(self, _one: int, other: int) -> object:
        return await self.stores.inbox.prune(self.now - other * SECOND)


class _OutboxPlayer(_Player):
    async def add(self, one: int, other: int) -> object:
        later = self.now + other * SECOND if one % 2 else None
        key = f"key {one}" if other > 3 else ""
        await self.stores.outbox.add([notice(one, post_id=other, key=key, not_before=later), notice(one)])
        return await self.stores.outbox.waiting()

    async def claim(self, one: int, other: int) -> object:
        owed = await self.stores.outbox.claim(f"owner {one}", limit=1 + other, lease=_LEASE, now=self.now)
        self.ids += [single.id for single in owed]
        return [(single, await self.stores.outbox.siblings(single)) for single in owed]

    async def finish(self, one: int, other: int) -> object:
        ref = MessageRef(chat_id=one, message_id=other)
        shown = Copy(ref=ref, code=CODES[one], kind=NoticeKind.CARD)
        await self.stores.outbox.sent(self.chosen(other), [shown], self.now)
        return await self.stores.inquiries.copies(CODES[one])

    async def fail(self, one: int, other: int) -> object:
        await self.stores.outbox.retry(self.chosen(other), "Too Many Requests", self.now + one * SECOND)
        return await self.stores.outbox.next_due(self.now)

    async def put_aside(self, _one: int, other: int) -> object:
        await self.stores.outbox.give_up(self.chosen(other), "Forbidden", self.now)
        return await self.stores.outbox.waiting()

    async def release(self, one: int, _other: int) -> object:
        await self.stores.outbox.release(f"owner {one}")
        return await self.stores.outbox.next_due(self.now)

    async def change(self, one: int, other: int) -> None:
        await self.stores.outbox.move_chat(one, other)

    async def prune(self, _one: int, _other: int) -> object:
        return await self.stores.outbox.prune(self.now)


async def _compare(steps: list[Step], player: type[_Player], migrated: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(migrated, folder)
        database = await Database.open(f"sqlite:///{path}", clock=(clock := FakeClock()))
        try:
            real, model = player(stores_of(database, clock)), player(fake_stores(FakeClock()))
            for number, step in enumerate(steps):
                expected = await model.play(step)
                assert await real.play(step) == expected, (number, step)
        finally:
            await database.close()


_MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_MANY
@given(steps=some.lists(_STEPS, min_size=5, max_size=40))
def test_any_history_of_the_inbox_is_as_the_fake_says(steps: list[Step], migrated_file: Path) -> None:
    asyncio.run(_compare(steps, _InboxPlayer, migrated_file))


@_MANY
@given(steps=some.lists(_STEPS, min_size=5, max_size=40))
def test_any_history_of_the_outbox_is_as_the_fake_says(steps: list[Step], migrated_file: Path) -> None:
    asyncio.run(_compare(steps, _OutboxPlayer, migrated_file))


async def test_processes_never_hold_the_same_chat(
    postgres_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    processes = [stores_of(await open_database(postgres_url), clock).inbox for _ in range(2)]
    held: set[int] = set()
    handled: list[int] = []
    chance = random.Random(7)  # noqa: S311 - a test's dice

    async def receive(inbox: Inbox, first: int) -> None:
        for number in range(first, first + 120, 2):
            await inbox.add([incoming(number, number % 5)], NOW)

    async def work(inbox: Inbox, owner: str) -> None:
        while len(handled) < 120:
            for item in await inbox.claim(owner, limit=2, lease=_LEASE, now=NOW):
                assert item.chat not in held
                held.add(item.chat)
                await asyncio.sleep(chance.random() / 500)
                held.remove(item.chat)
                if item.attempts == 1 and chance.random() < 0.2:
                    await inbox.failed(item.id, "again", NOW)
                else:
                    handled.append(item.update_id)
                    await inbox.done([item.id], NOW)

    async with asyncio.TaskGroup() as group:
        for number, inbox in enumerate(processes):
            group.create_task(receive(inbox, number))
            for worker in range(3):
                group.create_task(work(inbox, f"{number} {worker}"))
    assert sorted(handled) == list(range(120))
