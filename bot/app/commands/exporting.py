"""``export``: the log of inquiries as a file."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.settings import Settings
from bot.content.sections import Section
from bot.domain.audit import COMMAND_LINE
from bot.domain.exports import Export, ExportOrder, Format, parse_day, parse_status
from bot.domain.inquiries import InquiryFilter
from bot.i18n.languages import Language

_NICENESS = 10
"""What a program starts in the background gives way to taps."""
_TELL_EVERY = 0.3


@cli.command("export")
def export_command(
    *,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    output: Annotated[Path, typer.Option(help="The file to write; replaced when it exists.")],
    since: Annotated[str, typer.Option(help="From this day on, e.g. 2026-11-01.")] = "",
    until: Annotated[str, typer.Option(help="Up to this day, the day included.")] = "",
    section: Annotated[Section | None, typer.Option(help="Only this section.")] = None,
    language: Annotated[Language | None, typer.Option(help="Only visitors of this language.")] = None,
    status: Annotated[str, typer.Option(help="Only this status; several: comma-separated.")] = "",
    labels: Annotated[Language | None, typer.Option(help="Language of labels; default: the staff's.")] = None,
    masked: Annotated[bool, typer.Option("--masked", help="Mask phone and document numbers.")] = False,
    part_bytes: Annotated[int | None, typer.Option(min=1, help="Split files above this size.")] = None,
    progress: Annotated[str, typer.Option(hidden=True)] = "bar",
) -> None:
    """Write the log of inquiries to a file, also beside a running bot; a manifest is put beside it."""
    settings = settings_or_fail()
    wanted = _filter(settings, since=since, until=until, section=section, language=language, status=status)
    order = ExportOrder(
        format=format_,
        wanted=wanted,
        language=labels or settings.staff_language,
        masked=masked,
        part_bytes=part_bytes,
    )
    do(_export(settings, order, output, as_json=progress == "json"))


def _filter(
    settings: Settings,
    *,
    since: str,
    until: str,
    section: Section | None,
    language: Language | None,
    status: str,
) -> InquiryFilter:
    option = "--since"
    try:
        begin = parse_day(since, settings.zone, end=False) if since else None
        option = "--until"
        end = parse_day(until, settings.zone, end=True) if until else None
        option = "--status"
        statuses = parse_status(status) if status else frozenset()
    except ValueError as error:
        fail(f"{option}: {error}", 2)
    if begin and end and begin >= end:
        fail("--since: expected a moment before --until", 2)
    return InquiryFilter(
        since=begin, until=end, section=section and section.value, language=language, statuses=statuses
    )


async def _export(settings: Settings, order: ExportOrder, output: Path, *, as_json: bool) -> None:
    from bot.app.exporting import write_export  # noqa: PLC0415 - the database is loaded only when it is read

    try:
        if as_json:
            os.nice(_NICENESS)
            made = await write_export(settings, order, output, _Told().tell, by=None)
            typer.echo(json.dumps({"manifest": str(made.manifest)}))
            return
        with _bar() as bar:
            task = bar.add_task("export", total=None)
            made = await write_export(
                settings,
                order,
                output,
                lambda done, total: bar.update(task, completed=done, total=total),
                by=COMMAND_LINE,
            )
    except OSError as error:
        fail(f"--output: {output} cannot be written: {error.strerror or type(error).__name__}")
    _report(made)


def _bar() -> Progress:
    """On standard error, and only where somebody watches."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


class _Told:
    """Tells another program how far it is, a few times a second."""

    def __init__(self) -> None:
        self._next = 0.0

    def tell(self, done: int, total: int) -> None:
        """Print it as a line of JSON."""
        if time.monotonic() >= self._next or done == total:
            self._next = time.monotonic() + _TELL_EVERY
            typer.echo(json.dumps({"done": done, "total": total}))


def _report(made: Export) -> None:
    for one in made.files:
        typer.echo(f"{one.path}: {one.rows} inquiries, {one.size} bytes, sha256 {one.sha256}")
    typer.echo(f"{made.manifest}: manifest")
