"""The bot as a process of its own beside the pretend Telegram, for the benchmarks that measure it."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.simulator.server import Simulator

ROOT = Path(__file__).parents[1]


def environment(simulator: Simulator, folder: Path, **settings: str) -> dict[str, str]:
    """What the bot and its commands see: SQLite in the folder, no flood control, and these settings."""
    return {
        **os.environ,
        "BOT_TOKEN": simulator.token,
        "BOT_API_URL": simulator.url,
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/bot.db",
        "BOT_HTTP_PORT": "0",
        "BOT_FLOOD_LIMIT": "0",
        **settings,
    }


@asynccontextmanager
async def running_bot(folder: Path, seen: dict[str, str]) -> AsyncIterator[int]:
    """Run the bot while the context lasts; gives its process id. What its log calls an error is printed."""
    path = folder / "bot.log"
    with path.open("wb") as log:
        command = (sys.executable, "-m", "bot", "run")
        bot = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=seen, stderr=log, stdout=log)
        try:
            while b"running" not in path.read_bytes():
                assert bot.returncode is None, path.read_text()
                await asyncio.sleep(0.1)
            yield bot.pid
        finally:
            if bot.returncode is None:
                bot.terminate()
            await bot.wait()
            for line in path.read_text().splitlines():
                if "error" in line:
                    print(line)


def tap(person: int, query: str, screen: str) -> dict[str, Any]:
    """The update of a tap that opens a screen."""
    chat = {"id": person, "type": "private", "first_name": "P"}
    return {
        "callback_query": {
            "id": query,
            "from": {"id": person, "is_bot": False, "first_name": "P", "language_code": "en"},
            "chat_instance": "1",
            "data": f"go:{screen}",
            "message": {"message_id": 5, "date": int(time.time()), "chat": chat, "text": "x"},
        }
    }


def cpu_seconds(pid: int) -> float:
    """What a process has used of the processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """What a process holds in memory now, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
