"""An operator erases people at the very moment they send off a question: nothing of it is left anywhere."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.driver import Json, buttons_of, text_of
from tests.e2e.house import styled
from tests.e2e.near import Near, near_bot

WORDS = "Zqxsecret"


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Near]:
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator) as bot:
        yield bot
    await simulator.stop()


async def _about_to_send(near: Near, person: int) -> Json:
    """The summary of a question; the button that sends it is not tapped yet."""
    await near.stand.as_person(person).says(f"/ask {WORDS} of {person}")

    def is_summary(message: Json) -> bool:
        return any(one.get("style") == "success" for one in buttons_of(message))

    return await near.stand.wait_message(person, is_summary, timeout=30)


def _is_readable(near: Near) -> bool:
    content = b"".join(path.read_bytes() for path in near.folder.glob("bot.db*"))
    return WORDS.lower().encode() in content.lower()


async def test_nothing_is_left_of_what_somebody_sends_while_they_are_erased(near: Near) -> None:
    people = await near.visitors(12)
    summaries = {one: await _about_to_send(near, one) for one in people}
    assert _is_readable(near)

    async def erase(person: int, turn: int) -> None:
        await asyncio.sleep(turn * 0.02)
        await near.app.privacy.forget(person, by=1)
        near.app.courier.wake()

    async def send(person: int) -> None:
        summary = summaries[person]
        visitor = near.stand.as_person(person)
        await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])

    await asyncio.gather(
        *(send(one) for one in people), *(erase(one, turn) for turn, one in enumerate(people))
    )

    async def is_clean() -> bool:
        shown = [text_of(one) for one in await near.stand.from_bot(STAFF_GROUP_ID)]
        return not _is_readable(near) and not any(WORDS in text for text in shown)

    await near.stand.wait_for(is_clean, 25, what="neither files nor the group with anybody's words")
    await near.quiet()
    assert await is_clean()
