"""Trial: the bot and a pretend Telegram in one process, so that anybody can try it without a token."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr

from bot.app.lock import PortTaken
from bot.app.run import Runner, opened
from bot.app.settings import RunMode, Settings
from bot.simulator import page
from bot.simulator.people import ADMIN, STAFF_GROUP_ID
from bot.simulator.server import Simulator

DATABASE = Path("data/try.db")
"""The trial keeps its own database: it never mixes with the real one."""


async def trial(settings: Settings, *, host: str, port: int) -> None:
    """Start both, say where the chat page is, run until SIGTERM or SIGINT."""
    simulator = Simulator(host=host, port=port, mounts=[page.mount])
    try:
        await simulator.start()
    except OSError as fault:
        raise PortTaken(
            f"BOT_SIMULATOR_PORT: {host}:{port} cannot be used ({fault.strerror or type(fault).__name__}); "
            "choose another, or 0 for any free one"
        ) from None
    try:
        await _run(_trial_settings(settings, simulator), simulator.url)
    finally:
        await simulator.stop()


async def _run(settings: Settings, url: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with opened(settings) as app:
        runner = Runner(app)
        await runner.run(stop, lambda _app, _health: typer.echo(f"Open the chat page: {url}"))


def _trial_settings(settings: Settings, simulator: Simulator) -> Settings:
    """The given settings with the simulator in Telegram's place, its staff group and its admin."""
    given: dict[str, Any] = {
        "token": SecretStr(simulator.token),
        "api_url": simulator.url,
        "run_mode": RunMode.POLLING,
        "staff_chat": STAFF_GROUP_ID,
        "admins": frozenset({ADMIN}),
        "http_port": 0,
    }
    if "database_url" not in settings.model_fields_set:
        given["database_url"] = SecretStr(f"sqlite+aiosqlite:///{DATABASE}")
    return settings.model_copy(update=given)
