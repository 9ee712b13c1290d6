"""The command line. A wrong value exits 2 with one line; a refused operation exits 1."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from bot.app import logs
from bot.app.lock import AlreadyRunning
from bot.app.run import PortTaken, run
from bot.app.settings import Settings, SettingsError, load_settings
from bot.content.problems import ContentError
from bot.i18n.catalogues import CatalogueError
from bot.storage import migrations
from bot.storage.errors import StorageFault
from bot.telegram.updates import OtherPoller, TokenRefused

cli = typer.Typer(
    name="bot",
    help="The visitor-inquiry bot of Kazakhstan House in Lahore.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_REFUSALS: dict[type[Exception], str] = {
    AlreadyRunning: "",
    PortTaken: "",
    StorageFault: "",
    CatalogueError: "",
    TokenRefused: "BOT_TOKEN: Telegram does not know this token: ",
    OtherPoller: "another program is reading this bot's updates: ",
}
"""Expected refusals and what their line begins with."""


def fail(message: str, code: int = 1) -> None:
    """Print one line on standard error and exit."""
    typer.echo(f"bot: {logs.redact(message)}", err=True)
    raise typer.Exit(code)


def settings_or_fail(**given: Any) -> Settings:
    """The settings; exits 2 with one line when one is wrong."""
    try:
        return load_settings(**given)
    except SettingsError as error:
        typer.echo(f"bot: {error}", err=True)
        raise typer.Exit(2) from None


def do(work: Coroutine[Any, Any, None]) -> None:
    """Run a command's work; an expected refusal becomes one line and exit 1."""
    try:
        asyncio.run(work)
    except ContentError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        fail(f"the content pack has {len(error.problems)} errors; see `python -m bot check`")
    except tuple(_REFUSALS) as error:
        begins = next(text for kind, text in _REFUSALS.items() if isinstance(error, kind))
        fail(f"{begins}{error}")
    except ValueError as error:
        fail(str(error), 2)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@cli.command("run")
def run_command() -> None:
    """Run the bot (polling or webhook, by BOT_RUN_MODE)."""
    settings = settings_or_fail()
    if settings.token is None:
        fail("BOT_TOKEN: expected the token from BotFather (without one: python -m bot try)", 2)
    logs.set_up(settings.log_level, settings.log_format)
    do(run(settings))


@cli.command("try")
def try_command(
    host: Annotated[str | None, typer.Option(help="Address of the chat page.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the chat page; 0: any free one.")] = None,
) -> None:
    """Try the bot without a token: bot and pretend Telegram together, with a chat page in the browser."""
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


def main() -> None:
    """Entry point."""
    sys.exit(cli())
