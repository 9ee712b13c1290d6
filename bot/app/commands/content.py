"""``check``: every error of the content pack and its translations, at once."""

import csv
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
from bot.content.report import facts_report
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
    table = Table("fact", "section", "value", "confidence", "checked", "trusted until", "screens")
    for one in facts_report(content, today):
        fact = one.fact
        state = "unknown" if fact.unknown else "stale" if one.stale else "confirm" if one.confirm else "known"
        until = str(one.trusted_until or "always")
        checked = str(fact.checked or "never")
        table.add_row(fact.id, fact.section, state, fact.confidence, checked, until, str(len(one.screens)))
    Console().print(table)
