"""Two intakes on one inbox: each chat in order, each update once."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.clock import SystemClock
from bot.domain.delivery import Notice
from bot.domain.inbox import Item
from bot.domain.intake import Intake, IntakeHooks, Postponed
from tests.contracts.conftest import Stores
from tests.contracts.examples import incoming

BURST = 50


def _quarantines(*_: object) -> Sequence[Notice]:
    raise AssertionError


_HOOKS = IntakeHooks(
    handled=lambda _: None,
    fault=lambda _, __: None,
    quarantines=_quarantines,
    quarantined=lambda _, __: None,
)


async def test_fifty_messages_of_one_chat_are_handled_in_order_by_two_workers(stores: Stores) -> None:
    chance = random.Random(1)  # noqa: S311 - of a test
    clock, stop = SystemClock(), asyncio.Event()
    seen: dict[int, list[int]] = {}
    helpers: set[str] = set()

    def worker(name: str) -> Intake:
        async def handle(item: Item) -> None:
            if chance.random() < 0.05:
                raise Postponed(timedelta(0), "busy")
            await asyncio.sleep(chance.uniform(0, 0.004))
            seen.setdefault(item.chat, []).append(item.update_id)
            helpers.add(name)

        return Intake(inbox=stores.inbox, handle=handle, clock=clock, owner=name, hooks=_HOOKS, concurrency=4)

    burst = [incoming(number, 7) for number in range(BURST)]
    others = [incoming(1000 + number, 100 + number % 9) for number in range(BURST)]
    await stores.inbox.add([one for pair in zip(burst, others, strict=True) for one in pair], clock.now())
    workers = [worker("a"), worker("b")]
    running = [asyncio.create_task(one.run(stop)) for one in workers]
    async with asyncio.timeout(60):
        while await stores.inbox.waiting():
            await asyncio.sleep(0.05)
    stop.set()
    await asyncio.gather(*running)
    assert seen.pop(7) == list(range(BURST))
    for chat, numbers in seen.items():
        assert numbers == [1000 + number for number in range(BURST) if 100 + number % 9 == chat]
    assert helpers == {"a", "b"}
