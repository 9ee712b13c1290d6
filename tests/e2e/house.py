"""The bot as a real process beside the simulator, as an operator would run it."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot.simulator.people import ADMIN, STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.driver import Stand

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds for a process to start or stop on a busy machine."""


class House:
    """One bot, its database folder, and the pretend Telegram it talks to."""

    def __init__(self, simulator: Simulator, stand: Stand, folder: Path, **settings: str) -> None:
        self.simulator = simulator
        self.stand = stand
        self.folder = folder
        self.database = folder / "bot.db"
        self.log = folder / "bot.log"
        self.process: asyncio.subprocess.Process | None = None
        self.settings = {
            "BOT_TOKEN": simulator.token,
            "BOT_API_URL": simulator.url,
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "BOT_ADMINS": str(ADMIN),
            "BOT_STAFF_CHAT": str(STAFF_GROUP_ID),
            "BOT_HTTP_PORT": "0",
            **settings,
        }

    def environment(self, **more: str) -> dict[str, str]:
        """What the process sees: nothing of this machine's own settings of the bot."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        # Compiled modules are kept, whatever this machine prefers: a start takes half the time.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / ".pytest_cache" / "pyc")}
        return {**plain, **compiled, "PYTHONPATH": str(ROOT), **self.settings, **more}

    async def start(self, **more: str) -> None:
        """Start the bot and wait until it says that it is running."""
        with self.log.open("a") as log:
            begin = log.tell()
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self.folder,
                env=self.environment(**more),
                stderr=log,
                stdout=log,
            )
        async with asyncio.timeout(PATIENCE):
            while "running" not in self.log.read_text()[begin:]:
                assert self.process.returncode is None, self.log.read_text()[begin:]
                await asyncio.sleep(0.05)

    async def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL."""
        await self._end(signal.SIGKILL)

    async def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            return await process.wait()

    async def command(self, *words: str, stdin: bytes = b"", **more: str) -> tuple[int, str, str]:
        """Run ``python -m bot WORDS``; gives exit code, standard output and standard error."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=self.folder,
            env=self.environment(**more),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE * 2):
            out, err = await process.communicate(stdin)
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()


def labels(message: dict[str, Any]) -> list[str]:
    """The labels of a message's inline buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def styled(message: dict[str, Any], style: str) -> str:
    """The label of the button with this style."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    found: list[str] = [one["text"] for row in rows for one in row if one.get("style") == style]
    assert len(found) == 1, found
    return found[0]
