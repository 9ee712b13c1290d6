"""The bot as a real process beside the simulator, as an operator would run it."""

import asyncio
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from bot.simulator.people import ADMIN, STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.driver import Stand
from tests.e2e.leaks import secrets_of, secrets_shown, words_shown

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds for a process to start or stop on a busy machine."""
RUNNING = re.compile(r"(\] |\")running\b")
"""The line of the log that says so, for people or for programs; not a module of that name in a traceback."""


class House:
    """One bot, its database folder, and the pretend Telegram it talks to."""

    def __init__(self, simulator: Simulator, stand: Stand, folder: Path, **settings: str) -> None:
        self.simulator = simulator
        self.stand = stand
        self.folder = folder
        self.database = folder / "bot.db"
        self.log = folder / "bot.log"
        self.process: asyncio.subprocess.Process | None = None
        self.secrets: set[str] = set()
        """What must stand nowhere."""
        self.said: dict[str, str] = {}
        """What was shown outside of files: answers over HTTP, the output of commands, titles of processes."""
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
        own = {**self.settings, **more}
        self.secrets |= secrets_of(own)
        return {**plain, **compiled, "PYTHONPATH": str(ROOT), **own}

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
            while not RUNNING.search(self.log.read_text(), begin):
                assert self.process.returncode is None, self.log.read_text()[begin:]
                await asyncio.sleep(0.05)
        await self._look(self.log.read_text()[begin:])

    async def _look(self, log: str) -> None:
        """What a started bot shows to whoever looks at it from outside."""
        assert self.process is not None
        address = re.search(r"health\W+(http://[\w.:]+)", log)
        assert address is not None, log
        with suppress(aiohttp.ClientError, OSError):  # a bot that kills itself at a step may be gone already
            self.said["title"] = Path(f"/proc/{self.process.pid}/cmdline").read_bytes().decode()
            async with aiohttp.ClientSession() as http:
                for path in ("/healthz", "/readyz", "/metrics", "/"):
                    async with http.get(address[1] + path) as answer:
                        self.said[path] = await answer.text() + str(answer.headers)

    def leaks(self) -> list[str]:
        """Secrets in anything that was written or shown, and people's words in the log."""
        log = self.log.read_text() if self.log.exists() else ""
        return [
            *secrets_shown(self.secrets, self.folder, self.said),
            *words_shown(self.simulator.world, log),
        ]

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
        if words[:1] != ("new-key",):
            self.said[f"bot {words[0]}"] = self.said.get(f"bot {words[0]}", "") + (out + err).decode()
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
