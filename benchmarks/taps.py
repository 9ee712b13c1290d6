"""How many taps a second one process answers, and how fast: real HTTP, the bot as its own process.

    python -m benchmarks.taps [--people 100] [--seconds 10] [--delay-ms 0]

A tap is a callback query; it is answered when answerCallbackQuery and editMessageText have both arrived. Each
person taps again as soon as the last tap is answered (closed loop). Prints one line; compare only numbers
of one machine in one session.
"""

import argparse
import asyncio
import os
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bot.simulator.calls import Call
from bot.simulator.journal import Journal
from bot.simulator.server import Simulator

ROOT = Path(__file__).parents[1]
SCREENS = ("home", "visa", "education", "trade", "culture", "tourism")


class Tapper(Journal):
    """Listens to the bot's calls and has each person tap again once both have come."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(0)
        self._simulator = simulator
        self._begun: dict[int, float] = {}
        self._open: dict[int, set[str]] = {}
        self._of_query: dict[str, int] = {}
        self._taps: Counter[int] = Counter()
        self.times: list[float] = []

    def add(self, call: Call, **more: Any) -> None:
        """Note a call; the second one of a tap ends it."""
        super().add(call, **more)
        if call.method == "answercallbackquery":
            person = self._of_query.pop(str(call.params["callback_query_id"]), 0)
        elif call.method == "editmessagetext":
            person = int(call.params["chat_id"])
        else:
            return
        missing = self._open.get(person)
        if missing is None:
            return
        missing.discard(call.method)
        if not missing:
            self.times.append(time.perf_counter() - self._begun[person])
            self.tap(person)

    def tap(self, person: int) -> None:
        """One tap on a menu button."""
        self._taps[person] += 1
        query = f"{person}-{self._taps[person]}"
        self._of_query[query] = person
        self._begun[person] = time.perf_counter()
        self._open[person] = {"answercallbackquery", "editmessagetext"}
        chat = {"id": person, "type": "private", "first_name": "P"}
        screen = SCREENS[self._taps[person] % len(SCREENS)]
        self._simulator.world.updates.push_raw(
            {
                "callback_query": {
                    "id": query,
                    "from": {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"},
                    "chat_instance": "1",
                    "data": f"go:{screen}",
                    "message": {"message_id": 5, "date": int(time.time()), "chat": chat, "text": "x"},
                }
            }
        )


async def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=10)
    asked.add_argument("--delay-ms", type=float, default=0)
    options = asked.parse_args()
    simulator = Simulator(lean=True, is_patient=False)
    simulator.faults.delay = options.delay_ms / 1000
    tapper = Tapper(simulator)
    simulator.journal = tapper
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        process = await _start(simulator, folder)
        for person in range(5001, 5001 + options.people):
            tapper.tap(person)
        await asyncio.sleep(3)
        tapper.times.clear()
        cpu, begun = _cpu(process.pid), time.perf_counter()
        await asyncio.sleep(options.seconds)
        count, spent = len(tapper.times), time.perf_counter() - begun
        used = _cpu(process.pid) - cpu
        memory = _memory(process.pid)
        process.terminate()
        await process.wait()
    await simulator.stop()
    times = sorted(tapper.times) or [0.0]
    median, slow = 1000 * statistics.median(times), 1000 * times[int(0.99 * (len(times) - 1))]
    print(
        f"taps/s {count / spent:.0f}   CPU s per 1,000 {1000 * used / max(count, 1):.2f}   "
        f"p50 {median:.0f} ms   p99 {slow:.0f} ms   "
        f"RSS {memory:.0f} MB   ({options.people} people, {options.delay_ms:.0f} ms API, {count} taps)"
    )


async def _start(simulator: Simulator, folder: str) -> asyncio.subprocess.Process:
    settings = {
        "BOT_TOKEN": simulator.token,
        "BOT_API_URL": simulator.url,
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bot.db",
        "BOT_HTTP_PORT": "0",
        "BOT_FLOOD_LIMIT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        cwd=ROOT, env={**os.environ, **settings}, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    async for line in process.stderr:
        if re.search(rb"running", line):
            break
    return process


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    asyncio.run(main())
