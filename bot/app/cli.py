"""The command line: which module defines which command, and the entry point."""

import os
import sys
from importlib import import_module

import typer

from bot.app import logs
from bot.app.console import call, cli

COMMANDS: dict[str, str] = {
    "run": "running",
    "try": "running",
    "migrate": "running",
    "check": "content",
    "facts": "facts",
    "export": "exporting",
    "import-replies": "importing",
    "broadcast": "broadcast",
    "people": "people",
    "audit": "people",
    "quarantine": "storing",
    "backup": "storing",
    "restore": "storing",
    "copy-database": "storing",
    "reseal": "storing",
    "new-key": "storing",
    "doctor": "storing",
    "search": "searching",
    "stats": "statistics",
}
"""Each command and its module in ``bot.app.commands``; only the one that is asked for is loaded."""

_NOT_OTHERS = 0o027
"""Bits of a file's mode that are never set: writing by the group, everything by others."""


@cli.callback()
def bot() -> None:
    """The visitor-inquiry bot of Kazakhstan House in Lahore."""


def load(command: str = "") -> typer.Typer:
    """The command line with one command, or with all of them when it has no such one."""
    modules = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in modules:
        import_module(f"bot.app.commands.{module}")
    return cli


def main() -> None:
    """Entry point."""
    # What a command writes holds people's data: the database, backups, exports are nobody else's to read.
    os.umask(os.umask(0) | _NOT_OTHERS)
    try:
        load(sys.argv[1] if len(sys.argv) > 1 else "")
        code = call()
    except Exception as error:  # noqa: BLE001 - the edge: Python would print the error's own words
        _crash(error)
        code = 1
    sys.exit(code)


def _crash(error: BaseException) -> None:
    """The last words of a process, without a token or anybody's words."""
    typer.echo(logs.redact(logs.trace(error)), err=True)
