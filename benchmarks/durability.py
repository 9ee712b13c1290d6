"""What it costs to wait for the disk: commits that do (synchronous=FULL) and that do not (NORMAL).

    python -m benchmarks.durability [--seconds 2] [--rounds 5] [--folder DIR]

Each write stores one update of 600 bytes in the inbox. Alone: one writer, a commit for each write. Together:
64 writers, whose waiting writes share a commit (group commit). Rounds alternate; compare the ratios.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, insert

from bot.domain.clock import SystemClock
from bot.storage.database import Database
from bot.storage.migrations import upgrade
from bot.storage.tables import inbox

TOGETHER = 64
PAYLOAD = b"x" * 600


async def _writer(database: Database, numbers: Iterator[int], until: float, *, durable: bool) -> int:
    """Write again and again; gives how often."""
    done, now = 0, SystemClock().now()
    while time.monotonic() < until:
        number = next(numbers)
        row = {"update_id": number, "chat": number, "payload": PAYLOAD, "received_at": now}
        row |= {"state": "waiting", "attempts": 0, "error": ""}

        def work(connection: Connection, row: dict[str, object] = row) -> None:
            connection.execute(insert(inbox), row)

        await database.write(work, durable=durable)
        done += 1
    return done


async def _rate(
    database: Database, numbers: Iterator[int], writers: int, seconds: float, *, durable: bool
) -> float:
    begun = time.monotonic()
    work = [_writer(database, numbers, begun + seconds, durable=durable) for _ in range(writers)]
    done = sum(await asyncio.gather(*work))
    return done / (time.monotonic() - begun)


async def measure(folder: Path, seconds: float, rounds: int) -> None:
    """Print writes a second and their ratios."""
    url = f"sqlite+aiosqlite:///{folder / 'bot.db'}"
    await upgrade(url)
    database = await Database.open(url)
    numbers = count(1)
    rates: dict[tuple[int, bool], list[float]] = {}
    try:
        for _ in range(rounds):
            for writers in (1, TOGETHER):
                for durable in (True, False):
                    rate = await _rate(database, numbers, writers, seconds, durable=durable)
                    rates.setdefault((writers, durable), []).append(rate)
    finally:
        await database.close()
    print(f"{'writers':>8} {'FULL /s':>9} {'NORMAL /s':>10} {'NORMAL : FULL':>14}")
    for writers in (1, TOGETHER):
        full, normal = (rates[writers, durable] for durable in (True, False))
        ratio = statistics.median(n / f for n, f in zip(normal, full, strict=True))
        print(
            f"{writers:>8} {statistics.median(full):>9.0f} {statistics.median(normal):>10.0f} {ratio:>14.2f}"
        )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="on the disk that is to be measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(measure(Path(folder), given.seconds, given.rounds))


if __name__ == "__main__":
    main()
