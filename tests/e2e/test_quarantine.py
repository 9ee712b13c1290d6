"""What cannot be handled is put aside: an owner hears of it once, all else goes on, nothing is lost."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.e2e.house import House
from tests.e2e.near import arrivals, near_bot
from tests.poison import NO_UPDATES, poison_of

VISITOR, OTHER = 1002, 1001


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator(is_patient=False).start()
    yield running
    await running.stop()


async def test_poison_of_every_kind_stops_nobody_and_can_be_listed_retried_and_dropped(house: House) -> None:
    stand, owner = house.stand, house.stand.as_person(ADMIN)
    await owner.starts()
    poison: list[Any] = [*poison_of(VISITOR).values(), *NO_UPDATES]
    for body in poison:
        await stand.push(body)
    for person in (VISITOR, OTHER):
        await stand.as_person(person).says("/nosuchcommand")
        await stand.as_person(person).sees("/nosuchcommand", timeout=30)
    await owner.sees("put aside", timeout=30)
    numbers = await _aside(house)
    assert len(numbers) == len(poison)
    assert sum("put aside" in str(one.get("text")) for one in await stand.from_bot(ADMIN)) == 1
    code, out, err = await house.command("quarantine", numbers[0], "--retry")
    assert (code, "handled again" in out) == (0, True), err

    async def back() -> bool:
        return await _aside(house) == numbers

    await stand.wait_for(back, 30, what="the poison back in quarantine")
    for number in numbers:
        assert (await house.command("quarantine", number, "--drop"))[0] == 0
    assert await _aside(house) == []
    code, _, err = await house.command("quarantine", numbers[0], "--retry")
    assert (code, err.strip()) == (1, f"bot: no update {numbers[0]} in quarantine")
    assert await house.stop() == 0


async def _aside(house: House) -> list[str]:
    code, out, err = await house.command("quarantine")
    assert code == 0, err
    return re.findall(r"^│ +(\d+) +│ +-?\d", out, re.MULTILINE)


class Broken:
    """A search that fails on one word."""

    def __init__(self, sound: Any) -> None:
        self._sound = sound

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._sound, name)

        def use(*words: Any, **more: Any) -> Any:
            if any("xyzzy" in str(one) for one in words):
                raise RuntimeError("broken on purpose")
            return found(*words, **more)

        return use if callable(found) else found


async def test_a_handler_that_fails_is_tried_again_then_the_visitor_hears_it_and_a_person_decides(
    simulator: Simulator, tmp_path: Path
) -> None:
    async with near_bot(tmp_path, simulator) as near:
        visitor, owner = near.stand.as_person(VISITOR), near.stand.as_person(ADMIN)
        await owner.starts()
        sound = near.app.dispatcher.workflow_data["search"]
        near.app.dispatcher.workflow_data["search"] = Broken(sound)
        await visitor.says("visa fee xyzzy")
        await visitor.says("/nosuchcommand")
        await near.stand.as_person(OTHER).says("visa fee")
        await near.stand.wait_message(OTHER, lambda _: True)
        await visitor.sees("Something went wrong", timeout=60)
        await visitor.sees("/nosuchcommand", timeout=30)
        await owner.sees("put aside", timeout=30)
        (one,) = await near.app.stores.inbox.quarantined()
        assert (one.error, one.chat) == ("RuntimeError", VISITOR)
        assert await arrivals(near.stand, VISITOR, "Something went wrong") == 1
        near.app.dispatcher.workflow_data["search"] = sound
        said = await visitor.last()
        assert await near.app.stores.inbox.retry(one.id)
        await near.stand.wait_message(VISITOR, lambda _: True, after=said["message_id"], timeout=30)
        assert await near.app.stores.inbox.quarantined() == []
