"""Many questions at once: Telegram takes 20 messages a minute in a group, and staff see everything soon."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Stand, buttons_of, text_of
from tests.e2e.desks import CODE, Desk
from tests.e2e.house import House, styled

MANY = 100
FIRST_PERSON = 50_001
SEEN_WITHIN = 25.0
"""Seconds: the rule says 15, which tests/domain proves on simulated time; a busy machine adds its own."""
Json = dict[str, Any]


@pytest.fixture(params=["plain", "forum"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """A House under Telegram's strict limits."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        is_forum = request.param == "forum"
        await stand.set_forum(STAFF_GROUP, is_forum=is_forum)
        house = House(simulator, stand, tmp_path)
        await house.start()
        yield Desk(house, is_forum=is_forum)
        await house.kill()
    await simulator.stop()


async def _draft(desk: Desk, number: int) -> Json:
    """Let somebody write a question; gives the summary that waits for "Send"."""
    person = FIRST_PERSON + number
    details = {"id": person, "first_name": f"Guest {number}", "language_code": "en"}
    await desk.stand.post("people", details)
    await desk.stand.as_person(person).says(f"/ask Question number {number}?")
    return await desk.stand.wait_message(person, lambda one: "Shall we send" in text_of(one), timeout=60)


async def _send(desk: Desk, number: int, summary: Json) -> float:
    """Tap "Send"; gives the moment of the tap."""
    person = FIRST_PERSON + number
    await desk.stand.as_person(person).taps(styled(summary, "success"), message_id=summary["message_id"])
    return time.time()


async def _seen(desk: Desk) -> dict[str, float]:
    """When staff first saw each code."""
    seen: dict[str, float] = {}
    for call in await desk.stand.calls("sendMessage", chat=STAFF_GROUP):
        if call["status"] == 200:
            for code in CODE.findall(text_of(call["result"])):
                seen.setdefault(code, call["ended"])
    return seen


@pytest.mark.timeout(300)
async def test_a_burst_is_gathered_and_everything_is_seen_in_time(desk: Desk) -> None:
    stand = desk.stand
    summaries = [await _draft(desk, number) for number in range(MANY)]
    await asyncio.sleep(2)
    await stand.limits({"overall": 30, "private": 1, "group_minute": 20})
    tapped: list[float] = []
    for number, summary in enumerate(summaries):
        tapped.append(await _send(desk, number, summary))
        await asyncio.sleep(max(0.0, tapped[0] + (number + 1) * 5 / MANY - time.time()))

    async def all_seen() -> dict[str, float] | None:
        found = await _seen(desk)
        return found if len(found) == MANY else None

    seen = await stand.wait_for(all_seen, 60, what=f"{MANY} codes in the staff chat")
    assert seen is not None
    codes = [await _code_of(desk, number) for number in range(MANY)]
    waits = [seen[code] - moment for code, moment in zip(codes, tapped, strict=True)]
    assert max(waits) <= SEEN_WITHIN
    await _digests_work(desk)
    refused = [call for call in await stand.calls(chat=STAFF_GROUP) if call["status"] == 429]
    assert refused == []


async def _code_of(desk: Desk, number: int) -> str:
    receipt = await desk.stand.wait_message(
        FIRST_PERSON + number,
        lambda one: any("copy_text" in button for button in buttons_of(one)),
        timeout=60,
    )
    return str(CODE.findall(text_of(receipt))[0])


async def _digests_work(desk: Desk) -> None:
    digest = await desk.group(lambda one: "new inquiries" in text_of(one))
    codes = CODE.findall(text_of(digest))
    assert 1 < len(codes) <= 50
    assert [one["text"] for one in buttons_of(digest)] == codes
    await desk.reply(digest, "To all of you: yes.")
    await desk.shows("lists several inquiries", after=digest["message_id"])
    await desk.tap(digest, codes[0])
    card = await desk.card(codes[0], after=digest["message_id"])
    assert bool(card.get("message_thread_id")) is desk.is_forum
    await desk.reply(card, "Only to you.")
    number = int(text_of(card).split("Question number ")[1].split("?")[0])
    await desk.stand.as_person(FIRST_PERSON + number).sees("Only to you.", timeout=30)
