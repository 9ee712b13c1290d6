"""``run``, ``try``, ``migrate``."""

from typing import Annotated

import typer

from bot.app import logs
from bot.app.console import cli, do, fail, settings_or_fail
from bot.storage import migrations
from bot.telegram.lazily import load_aiogram


@cli.command("run")
def run_command() -> None:
    """Run the bot (polling or webhook, by BOT_RUN_MODE)."""
    settings = settings_or_fail()
    if settings.token is None:
        fail("BOT_TOKEN: expected the token from BotFather (without one: python -m bot try)", 2)
    logs.set_up(settings.log_level, settings.log_format)
    load_aiogram()
    from bot.app.run import run  # noqa: PLC0415 - Telegram is loaded only where it is talked to

    do(run(settings))


@cli.command("try")
def try_command(
    host: Annotated[str | None, typer.Option(help="Address of the chat page.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the chat page; 0: any free one.")] = None,
) -> None:
    """Try the bot without a token: bot and pretend Telegram together, with a chat page in the browser."""
    load_aiogram()
    from bot.app.trial import trial  # noqa: PLC0415 - the simulator is loaded only when it is wanted

    settings = settings_or_fail()
    logs.set_up(settings.log_level, settings.log_format)
    do(
        trial(
            settings,
            host=host or settings.simulator_host,
            port=settings.simulator_port if port is None else port,
        )
    )


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    settings = settings_or_fail()

    async def work() -> None:
        url = settings.database_url.get_secret_value()
        await migrations.upgrade(url)
        typer.echo(f"the database is at revision {await migrations.current(url)}")

    do(work())
