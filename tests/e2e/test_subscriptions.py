"""Announcements only for those who said yes: asked once, narrowed, ended, honoured."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.broadcasts import TOPICS, Audience, Broadcast, State, Version
from bot.i18n.languages import Language
from bot.simulator.server import Simulator
from tests.driver import text_of
from tests.e2e.authors import copies
from tests.e2e.house import labels
from tests.e2e.near import Near, near_bot

READER = 1002


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Near]:
    """A bot whom one visitor has just met."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator) as bot:
        visitor = bot.stand.as_person(READER)
        await visitor.starts()
        await visitor.sees("Choose your language")
        await visitor.taps("English")
        await bot.stand.wait_message(READER, lambda one: "Visas" in str(labels(one)))
        yield bot
    await simulator.stop()


async def topics(near: Near) -> frozenset[str]:
    """What the visitor is subscribed to."""
    await near.quiet()
    person = await near.app.stores.people.get(READER)
    assert person is not None
    return person.topics


async def announced(near: Near, text: str) -> int:
    """Send an announcement to every subscriber, if there is any; gives to how many."""
    now, store = near.app.clock.now(), near.app.stores.broadcasts
    many = sum((await store.count(Audience(), now)).values())
    if many:
        fresh = Broadcast(author_id=0, versions={Language.EN: Version(html=text)}, created_at=now)
        number = (await store.launch(fresh, now=now)).number

        async def is_done() -> bool:
            return (await store.get(number)).state is State.DONE

        await near.stand.wait_for(is_done, what="the end")
    return many


async def test_nobody_is_subscribed_before_they_say_yes_and_the_first_screen_asks_once(near: Near) -> None:
    visitor = near.stand.as_person(READER)
    assert await topics(near) == frozenset()
    assert await announced(near, "Unasked") == 0
    first = await near.stand.wait_message(READER, lambda one: "Visas" in str(labels(one)))
    assert "May we" in text_of(first)
    said = await visitor.says("/menu")
    again = await near.stand.wait_message(READER, lambda _: True, after=said["message_id"])
    assert "May we" not in text_of(again)


async def test_subscribe_takes_every_topic_and_buttons_narrow_it(near: Near) -> None:
    visitor = near.stand.as_person(READER)
    await visitor.says("/subscribe")
    shown = await visitor.sees("You are subscribed")
    assert [label[0] for label in labels(shown)[: len(TOPICS)]] == ["✅"] * len(TOPICS)
    assert await topics(near) == frozenset(TOPICS)
    await visitor.taps("✅ Trade")
    assert await topics(near) == frozenset(TOPICS) - {"trade"}
    await visitor.taps("Trade")
    assert await topics(near) == frozenset(TOPICS)
    for topic in TOPICS:
        await visitor.taps(f"sub:topic:{topic}")
        await near.quiet()
    await visitor.sees("You will get no more announcements")
    assert await topics(near) == frozenset()
    await visitor.taps("Subscribe again")
    assert await topics(near) == frozenset(TOPICS)


async def test_stop_and_the_button_under_a_copy_end_them_all(near: Near) -> None:
    visitor = near.stand.as_person(READER)
    await visitor.says("/subscribe")
    await visitor.sees("You are subscribed")
    assert await announced(near, "First") == 1
    (copy,) = await copies(near.stand, READER, "First")
    await visitor.taps("Unsubscribe", message_id=copy["message_id"])
    await visitor.sees("You will get no more announcements")
    assert await announced(near, "Second") == 0
    assert len(await copies(near.stand, READER, "First")) == 1, "the copy itself stays"
    await visitor.says("/subscribe")
    await near.quiet()
    await visitor.says("/stop")
    assert await topics(near) == frozenset()
    assert await announced(near, "Third") == 0


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(near: Near) -> None:
    visitor = near.stand.as_person(READER)
    await visitor.says("/subscribe")
    await visitor.sees("You are subscribed")
    await visitor.blocks()
    await near.quiet()
    assert await announced(near, "Unwanted") == 0
    await visitor.starts()
    await near.quiet()
    assert await topics(near) == frozenset(TOPICS)
    assert await announced(near, "Welcome back") == 1
    assert len(await copies(near.stand, READER, "Welcome back")) == 1
