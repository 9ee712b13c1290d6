"""How evenly and how fast announcements go out against a strict limiter, and what taps feel meanwhile.

    python -m benchmarks.broadcast [--people 2000] [--rate 30] [--limit 30] [--delay-ms 30] [--taps 10]

The bot is a process of its own on SQLite; the pretend Telegram refuses with 429 what exceeds ``--limit``
messages in any second or one a second in a chat. Taps come in an open loop at ``--taps`` a second from other
people, first while nothing else happens, then while the announcement goes out; a tap is answered when
answerCallbackQuery and editMessageText have both arrived. Compare only numbers of one machine in one session.
"""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.bot_process import ROOT, cpu_seconds, environment, memory_mb, running_bot, tap
from bot.simulator.calls import Call
from bot.simulator.journal import Journal
from bot.simulator.limits import Limits
from bot.simulator.server import Simulator

FIRST = 1_000_000
"""The first recipient's id."""
TAPPERS = range(5001, 5051)
SCREENS = ("visa", "education", "trade", "culture")
QUIET_SECONDS = 10
BATCH = 10_000


class Watch(Journal):
    """Notes when copies arrived and how long taps took."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(0)
        self.simulator = simulator
        self.sent: list[float] = []
        self.refused = 0
        self.others = 0
        """Answers other than 200 and 429."""
        self.times: list[float] = []
        self._open: dict[str, float] = {}
        self._half: set[int] = set()
        self._tapped = 0

    def add(self, call: Call, **more: Any) -> None:
        """Note a call."""
        status = more["status"]
        if call.method == "sendmessage" and call.integer("chat_id") >= FIRST:
            self.refused += status == 429
            self.others += status not in (200, 429)
            if status == 200:
                self.sent.append(time.perf_counter())
        elif call.method == "answercallbackquery":
            self._done(str(call.params["callback_query_id"]))
        elif call.method == "editmessagetext":
            self._done(f"edit {call.integer('chat_id')}")

    def _done(self, what: str) -> None:
        begun = self._open.pop(what, None)
        if begun is None:
            return
        person = int(what.rsplit(maxsplit=1)[-1].partition("-")[0])
        if person in self._half:
            self.times.append(time.perf_counter() - begun)
        self._half ^= {person}

    async def tap(self, rate: float, stop: asyncio.Event) -> None:
        """Tap at a rate, people in turn, until ``stop``."""
        begun = time.perf_counter()
        count = 0
        while not stop.is_set():
            person = TAPPERS[self._tapped % len(TAPPERS)]
            query = f"{person}-{self._tapped}"
            now = time.perf_counter()
            self._open[query] = self._open[f"edit {person}"] = now
            self.simulator.world.updates.push_raw(tap(person, query, SCREENS[self._tapped % len(SCREENS)]))
            self._tapped += 1
            count += 1
            await asyncio.sleep(max(0.0, begun + count / rate - time.perf_counter()))


async def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--people", type=int, default=2000)
    asked.add_argument("--rate", type=float, default=30)
    asked.add_argument("--limit", type=int, default=30)
    asked.add_argument("--delay-ms", type=float, default=30)
    asked.add_argument("--taps", type=float, default=10)
    asked.add_argument("--seconds", type=float, default=0, help="stop looking after so long; 0: at the end")
    options = asked.parse_args()
    simulator = Simulator(lean=True, is_patient=False)
    simulator.faults.delay = options.delay_ms / 1000
    watch = Watch(simulator)
    simulator.journal = watch
    await simulator.start()
    simulator.limiter.set(Limits(overall=options.limit))
    with tempfile.TemporaryDirectory() as folder:
        await _measure(options, watch, Path(folder))
    await simulator.stop()


async def _measure(options: argparse.Namespace, watch: Watch, folder: Path) -> None:
    seen = environment(watch.simulator, folder, BOT_BROADCAST_RATE=str(options.rate))
    await _run(seen, "migrate")
    _fill(folder / "bot.db", options.people)
    async with running_bot(folder, seen) as pid:
        usual = await _quiet(options, watch)
        memory = memory_mb(pid)
        (folder / "en.txt").write_text("Kazakhstan House is closed on Friday.")
        begun = time.perf_counter()
        await _run(seen, "broadcast", "send", "--en", str(folder / "en.txt"))
        queued = time.perf_counter() - begun
        mine = time.process_time()
        busy, used, course = await _busy(options, watch, pid)
        mine = time.process_time() - mine
        _report(options, watch, usual=usual, busy=busy)
        spent = watch.sent[-1] - watch.sent[0]
        print(
            f"queued in {queued:.1f} s   RSS before {memory:.0f} MB, in ten steps "
            f"{' '.join(f'{one:.0f}' for one in course)} MB   "
            f"CPU {1000 * used / max(1, len(watch.sent)):.2f} s per 1,000 ({100 * used / spent:.0f} %, "
            f"the pretend Telegram {100 * mine / spent:.0f} %)"
        )


async def _run(settings: dict[str, str], *words: str) -> None:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, env=settings
    )
    assert await command.wait() == 0


def _fill(path: Path, people: int) -> None:
    """People who subscribed to everything and never come back to tap."""
    with closing(sqlite3.connect(path)) as connection:
        for start in range(0, people, BATCH):
            ids = range(FIRST + start, FIRST + min(people, start + BATCH))
            connection.executemany(
                "INSERT INTO people (id, first_name, last_name, username, name_key, username_key, phone_language,"  # noqa: E501 - one line of the table
                " role, asked_to_subscribe, reachable, first_seen, last_seen) VALUES"
                " (?, 'P', '', '', 'p', '', 'en', 'visitor', 1, 1, '2026-01-01 00:00:00.000000',"
                " '2026-01-01 00:00:00.000000')",
                ((one,) for one in ids),
            )
            connection.executemany(
                "INSERT INTO subscriptions (person_id, topic) VALUES (?, 'news')", ((one,) for one in ids)
            )
        connection.commit()


async def _quiet(options: argparse.Namespace, watch: Watch) -> list[float]:
    """Taps while nothing else happens; the first seconds do not count."""
    if not options.taps:
        return []
    stop = asyncio.Event()
    tapping = asyncio.create_task(watch.tap(options.taps, stop))
    await asyncio.sleep(3)
    watch.times.clear()
    await asyncio.sleep(QUIET_SECONDS)
    stop.set()
    await tapping
    await asyncio.sleep(0.5)
    usual, watch.times = watch.times, []
    return usual


async def _busy(
    options: argparse.Namespace, watch: Watch, pid: int
) -> tuple[list[float], float, list[float]]:
    """Taps while the announcement goes out; gives them, the bot's CPU seconds, its memory in ten steps."""
    stop = asyncio.Event()
    tapping = asyncio.create_task(watch.tap(options.taps, stop)) if options.taps else None
    cpu, begun = cpu_seconds(pid), time.perf_counter()
    course: list[float] = []
    while len(watch.sent) < options.people:
        await asyncio.sleep(0.2)
        if len(watch.sent) >= (len(course) + 1) * options.people / 10:
            course.append(memory_mb(pid))
        if options.seconds and time.perf_counter() - begun > options.seconds:
            break
    used = cpu_seconds(pid) - cpu
    stop.set()
    if tapping:
        await tapping
    await asyncio.sleep(0.5)
    return watch.times, used, [*course, memory_mb(pid)]


def _report(options: argparse.Namespace, watch: Watch, *, usual: list[float], busy: list[float]) -> None:
    sent = watch.sent
    spent = sent[-1] - sent[0]
    most = max(_in_a_second(sent))
    print(
        f"set {options.rate:g}/s   sent {len(sent)} in {spent:.1f} s = {(len(sent) - 1) / spent:.2f}/s   "
        f"at most {most} in a second   429: {watch.refused} ({100 * watch.refused / len(sent):.2f} %)   "
        f"other faults: {watch.others}"
    )
    if usual and busy:
        print(
            f"taps: usual p50 {_ms(usual, 0.5)} p99 {_ms(usual, 0.99)}   meanwhile p50 {_ms(busy, 0.5)} p99 {_ms(busy, 0.99)}"  # noqa: E501 - one line of the table
        )


def _in_a_second(moments: list[float]) -> list[int]:
    counts, start = [], 0
    for index, moment in enumerate(moments):
        while moments[start] <= moment - 1.0:
            start += 1
        counts.append(index - start + 1)
    return counts


def _ms(times: list[float], share: float) -> str:
    ordered = sorted(times)
    return f"{1000 * ordered[int(share * (len(ordered) - 1))]:.0f} ms"


if __name__ == "__main__":
    asyncio.run(main())
