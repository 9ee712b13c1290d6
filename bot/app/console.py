"""Console: what every command shares. A wrong value exits 2 with one line, a refused operation 1."""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from bot.app import logs
from bot.app.lock import AlreadyRunning, PortTaken
from bot.app.settings import Settings, SettingsError, load_settings
from bot.content.problems import ContentError
from bot.domain.trouble import OtherPoller, TokenRefused
from bot.i18n.catalogues import CatalogueError
from bot.storage.errors import StorageFault

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


def fail(message: str, code: int = 1) -> NoReturn:
    """Print one line on standard error and exit."""
    typer.echo(f"bot: {logs.without_secrets(message)}", err=True)
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


def call() -> int:
    """Run the command that was asked for; gives the exit code."""
    try:
        result = cli(standalone_mode=False)
    except TyperException as error:
        message = str(getattr(error, "format_message", lambda found=error: found)())
        if not message.startswith("Usage"):
            # Typer's own parser begins some of its words with the name of Python's exception.
            message = f"bot: {' '.join(message.replace('Value error, ', '').split())}"
        typer.echo(message, err=True)
        return 2
    except typer.Abort:
        return 130
    return result if isinstance(result, int) else 0
