"""The command line: every command, and the entry point."""

import sys

from bot.app.commands import (
    broadcast,
    content,
    exporting,
    facts,
    importing,
    running,
    searching,
    statistics,
    storing,
)
from bot.app.console import call

COMMANDS = (running, content, facts, exporting, importing, broadcast, storing, searching, statistics)
"""The modules that define commands; importing one adds its commands."""


def main() -> None:
    """Entry point."""
    sys.exit(call())
