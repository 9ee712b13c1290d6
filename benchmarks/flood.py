"""Whether one person's flood slows others down: real HTTP, the bot as its own process.

    python -m benchmarks.flood [--others 50] [--seconds 15] [--flood 1000]

Others send a message each second and wait for the reply; then the same while one person sends all at once as
many messages as the flood has. Prints both and their ratio; compare ratios only.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.bot_process import environment, running_bot
from bot.simulator.calls import Call
from bot.simulator.journal import Journal
from bot.simulator.server import Simulator

FLOODER = 4999


class Crowd(Journal):
    """People who write, and how long each waited for the reply."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(0)
        self._simulator = simulator
        self._numbers = count(1)
        self._asked: dict[int, float] = {}
        self.waits: list[float] = []

    def add(self, call: Call, **more: Any) -> None:
        """Note a reply."""
        super().add(call, **more)
        if call.method == "sendmessage" and (asked := self._asked.pop(int(call.params["chat_id"]), None)):
            self.waits.append(time.perf_counter() - asked)

    def says(self, person: int) -> None:
        """One message of a person."""
        if person != FLOODER:
            self._asked[person] = time.perf_counter()
        chat = {"id": person, "type": "private", "first_name": "P"}
        sender = {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"}
        message = {"message_id": next(self._numbers), "date": int(time.time()), "chat": chat, "from": sender}
        entities = [{"type": "bot_command", "offset": 0, "length": 5}]
        self._simulator.world.updates.push_raw({"message": message | {"text": "/help", "entities": entities}})

    async def talk(self, others: int, seconds: float) -> list[float]:
        """Everybody writes once a second, one after the other; gives how long they waited."""
        self.waits = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            for person in range(5000, 5000 + others):
                self.says(person)
                await asyncio.sleep(1 / others)
        await asyncio.sleep(2)
        return sorted(self.waits)


async def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--others", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=15)
    asked.add_argument("--flood", type=int, default=1000)
    options = asked.parse_args()
    simulator = Simulator(lean=True, is_patient=False)
    crowd = Crowd(simulator)
    simulator.journal = crowd
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        seen = environment(simulator, Path(folder), BOT_BACKUP_DAYS="0")
        del seen["BOT_FLOOD_LIMIT"]  # it is what is measured
        async with running_bot(Path(folder), seen):
            await crowd.talk(options.others, 5)
            calm = await crowd.talk(options.others, options.seconds)
            for _ in range(options.flood):
                crowd.says(FLOODER)
            flood = await crowd.talk(options.others, options.seconds)
    await simulator.stop()
    for name, waits in (("calm", calm), ("flood", flood)):
        p50, p95 = 1000 * statistics.median(waits), 1000 * waits[int(0.95 * (len(waits) - 1))]
        print(f"{name:<6} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   ({len(waits)} replies to {options.others})")
    ratio = flood[int(0.95 * (len(flood) - 1))] / calm[int(0.95 * (len(calm) - 1))]
    print(f"p95 in a flood of {options.flood}: {ratio:.2f} times that in calm")


if __name__ == "__main__":
    asyncio.run(main())
