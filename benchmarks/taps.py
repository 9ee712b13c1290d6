"""How many taps a second one process answers, and how fast: real HTTP, the bot as its own process.

    python -m benchmarks.taps [--people 100] [--seconds 10] [--delay-ms 0] [--pause-ms 0] [--exporting 100000]

A tap is a callback query; it is answered when answerCallbackQuery and editMessageText have both arrived. Each
person taps again as soon as the last tap is answered (closed loop), or after a pause. Prints a line; compare
only numbers of one machine in one session.

With ``--exporting`` the database holds so many inquiries, and there are four lines: without an export, and
while one workbook after the other is made of all of them by the command that the bot starts for ``/export``.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.bot_process import ROOT, cpu_seconds, environment, memory_mb, running_bot, tap
from bot.simulator.calls import Call
from bot.simulator.journal import Journal
from bot.simulator.server import Simulator

SCREENS = ("home", "visa", "education", "trade", "culture", "tourism")


class Tapper(Journal):
    """Listens to the bot's calls and has each person tap again once both have come."""

    def __init__(self, simulator: Simulator, pause: float = 0) -> None:
        super().__init__(0)
        self._simulator = simulator
        self._pause = pause
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
            if self._pause:
                asyncio.get_running_loop().call_later(self._pause, self.tap, person)
            else:
                self.tap(person)

    def tap(self, person: int) -> None:
        """One tap on a menu button."""
        self._taps[person] += 1
        query = f"{person}-{self._taps[person]}"
        self._of_query[query] = person
        self._begun[person] = time.perf_counter()
        self._open[person] = {"answercallbackquery", "editmessagetext"}
        screen = SCREENS[self._taps[person] % len(SCREENS)]
        self._simulator.world.updates.push_raw(tap(person, query, screen))


async def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=10)
    asked.add_argument("--delay-ms", type=float, default=0)
    asked.add_argument("--pause-ms", type=float, default=0)
    asked.add_argument("--exporting", type=int, default=0, metavar="INQUIRIES")
    options = asked.parse_args()
    simulator = Simulator(lean=True, is_patient=False)
    simulator.faults.delay = options.delay_ms / 1000
    tapper = Tapper(simulator, options.pause_ms / 1000)
    simulator.journal = tapper
    await simulator.start()
    with tempfile.TemporaryDirectory() as folder:
        if options.exporting:
            await _fill(Path(folder, "bot.db"), options.exporting)
        async with running_bot(Path(folder), environment(simulator, Path(folder))) as pid:
            for person in range(5001, 5001 + options.people):
                tapper.tap(person)
            await asyncio.sleep(3)
            if options.exporting:
                for _ in range(2):
                    await _measure(tapper, pid, options, beside="no export")
                    async with _exports(folder):
                        await _measure(tapper, pid, options, beside="beside an export")
            else:
                await _measure(tapper, pid, options)
    await simulator.stop()


async def _measure(tapper: Tapper, pid: int, options: argparse.Namespace, *, beside: str = "") -> None:
    """Count and time taps for a while; ``beside``: what else goes on."""
    tapper.times.clear()
    cpu, begun = cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(options.seconds)
    times, spent = sorted(tapper.times) or [0.0], time.perf_counter() - begun
    used, count = cpu_seconds(pid) - cpu, len(tapper.times)
    median, slow = 1000 * statistics.median(times), 1000 * times[int(0.99 * (len(times) - 1))]
    print(
        f"taps/s {count / spent:.0f}   CPU s per 1,000 {1000 * used / max(count, 1):.2f}   "
        f"p50 {median:.0f} ms   p99 {slow:.0f} ms   RSS {memory_mb(pid):.0f} MB   "
        f"({options.people} people, {options.delay_ms:.0f} ms API, {count} taps) {beside}",
        flush=True,
    )


async def _fill(path: Path, size: int) -> None:
    command = ("-m", "benchmarks.export", "--fill", str(path), "--sizes", str(size))
    filling = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    assert await filling.wait() == 0


@asynccontextmanager
async def _exports(folder: str) -> AsyncIterator[None]:
    """One workbook after the other is made, as by the bot for ``/export`` (``bot.app.child_work``)."""
    command = ("-m", "bot", "export", "--format", "xlsx", "--output", f"{folder}/export.xlsx")
    environment = {**os.environ, "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bot.db"}

    async def export() -> None:
        while True:
            child = await asyncio.create_subprocess_exec(
                sys.executable, *command, "--progress", "json",
                cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                assert await child.wait() == 0
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()

    exports = asyncio.create_task(export())
    await asyncio.sleep(2)  # it has begun to read
    try:
        yield
    finally:
        exports.cancel()
        with suppress(asyncio.CancelledError):
            await exports


if __name__ == "__main__":
    asyncio.run(main())
