"""Trial: the bot and a pretend Telegram in one process, so that anybody can try it without a token."""

import asyncio
import signal
import time
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr

from bot.app.lock import PortTaken
from bot.app.opening import opened_database
from bot.app.run import BOT_MARK, Runner, opened
from bot.app.settings import RunMode, Settings
from bot.simulator import page
from bot.simulator.people import ADMIN, BOT_ID, STAFF_GROUP_ID
from bot.simulator.server import Simulator
from bot.storage import migrations
from bot.storage.marks import SqlMarks

OWN_DATABASE = Path("data/try.db")
"""What the trial remembers in when the usual database belongs to a real bot."""
_YEAR_2023 = 1_672_531_200


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
    # Every trial is a new world, but the database may remember an earlier one.
    simulator.world.begin_at(int(time.time()) - _YEAR_2023)
    try:
        await _run(await _trial_settings(settings, simulator), simulator.url)
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


async def _trial_settings(settings: Settings, simulator: Simulator) -> Settings:
    """The given settings with the simulator in Telegram's place, its staff group and its admin."""
    given: dict[str, Any] = {
        "token": SecretStr(simulator.token),
        "api_url": simulator.url,
        "run_mode": RunMode.POLLING,
        "staff_chat": STAFF_GROUP_ID,
        "admins": frozenset({ADMIN}),
        "http_port": 0,
    }
    if await _is_of_another_bot(settings):
        given["database_url"] = SecretStr(f"sqlite+aiosqlite:///{OWN_DATABASE}")
        typer.echo(f"The database belongs to a real bot; this trial uses {OWN_DATABASE}.")
    return settings.model_copy(update=given)


async def _is_of_another_bot(settings: Settings) -> bool:
    """Whether the database of the settings was used with a real token before."""
    url = settings.database_url.get_secret_value()
    if await migrations.current(url) is None:
        return False
    async with opened_database(settings) as database:
        known = await SqlMarks(database).get(BOT_MARK)
    return known not in (None, str(BOT_ID))
