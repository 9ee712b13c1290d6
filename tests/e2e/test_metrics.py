"""What an operator's monitoring sees."""

import re

import aiohttp

from tests.driver import BILAL
from tests.e2e.house import House


async def _metrics(address: str) -> dict[str, float]:
    async with aiohttp.ClientSession() as http, http.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        lines = (await answer.text()).splitlines()
    return {
        name: float(value) for name, _, value in (line.partition(" ") for line in lines if line[0] != "#")
    }


async def test_updates_are_counted_when_they_come_and_when_they_are_done(house: House) -> None:
    await house.stand.as_person(BILAL).says("/help")
    found = re.search(r"health=(\S+)", house.log.read_text())
    assert found
    shown: dict[str, float] = {}

    async def counted() -> bool:
        shown.update(await _metrics(found[1]))
        are_counted = shown["bot_updates_handled_total"] == shown["bot_updates_total"] == 1
        return are_counted and not shown["bot_inbox_waiting"]

    await house.stand.wait_for(counted, 10, what="the count")
    assert shown["bot_update_seconds_count"] == 1
    assert shown["process_resident_memory_bytes"] > 0
