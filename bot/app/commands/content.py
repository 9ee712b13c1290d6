"""``check``: every error of the content pack and its translations, at once."""

import csv
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app.console import cli, fail, settings_or_fail
from bot.app.settings import Settings
from bot.content.checks import check
from bot.content.loader import DEFAULT_PACK, load_content
from bot.content.pack import Content
from bot.content.problems import ContentError, Severity
from bot.content.report import ReportedFact, facts_report
from bot.domain.clock import SystemClock
from bot.i18n.catalogues import CatalogueError, Catalogues
from bot.i18n.listing import TRANSLATED, list_texts


@cli.command("check")
def check_command(
    folder: Annotated[Path | None, typer.Argument(help="A content pack; default: the one in use.")] = None,
    *,
    facts: Annotated[bool, typer.Option("--facts", help="List all facts by age and confidence.")] = False,
    texts: Annotated[
        Path | None, typer.Option("--texts", help="Write all texts in three languages to this CSV file.")
    ] = None,
) -> None:
    """Name every error of the content pack and its translations, with file and line."""
    settings = settings_or_fail()
    today = SystemClock().now().astimezone(settings.zone).date()
    content = _load(settings, folder)
    if texts:
        _write_texts(texts)
        return
    if facts:
        _list_facts(content, settings)
        return
    try:
        problems = check(content, Catalogues.read(), today)
    except CatalogueError as error:
        fail(str(error))
    for problem in problems:
        typer.echo(str(problem))
    errors = sum(one.severity is Severity.ERROR for one in problems)
    typer.echo(
        f"{len(content.screens)} screens, {len(content.facts)} facts: {errors} errors, "
        f"{len(problems) - errors} warnings"
    )
    if errors:
        raise typer.Exit(1)


def _load(settings: Settings, folder: Path | None) -> Content:
    try:
        return load_content(folder or settings.content_dir or DEFAULT_PACK)
    except ContentError as error:
        for problem in error.problems:
            typer.echo(str(problem))
        fail(f"{len(error.problems)} errors")


def _write_texts(target: Path) -> None:
    """One row a text, for a reader who knows the language: where it stands, and room for a better one."""
    try:
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(["where", "English", *(one.own_name for one in TRANSLATED), "better"])
            for text in list_texts(Catalogues.read().folder):
                table.writerow([text.where, text.english, *text.translations, ""])
    except (OSError, CatalogueError) as error:
        fail(str(error))


def _list_facts(content: Content, settings: Settings) -> None:
    today = SystemClock().now().astimezone(settings.zone).date()
    table = Table("fact", "state", "confidence", "checked", "days", "trusted until", "used", box=None)
    for one in facts_report(content, today):
        table.add_row(*_reported(one, today))
    for column in table.columns:
        column.no_wrap = True
    # Wide enough for the longest row, into a file and a narrow terminal too: a cut id is of no use.
    Console(width=max(Console().width, _REPORT_WIDTH)).print(table)


_REPORT_WIDTH = 110
"""Characters of the report's widest row, ids of 48 characters included."""


def _reported(one: ReportedFact, today: date) -> tuple[str, ...]:
    fact = one.fact
    used = str(len(one.screens))
    if fact.checked is None or not fact.known:
        return fact.id, "unknown", "-", "-", "-", "-", used
    state = "stale" if one.stale else "confirm" if one.confirm else "known"
    age = str((today - fact.checked).days)
    return fact.id, state, fact.confidence, str(fact.checked), age, str(one.trusted_until or "always"), used
