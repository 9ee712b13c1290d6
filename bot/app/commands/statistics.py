"""``stats``: the statistics in the terminal, as JSON, or as a picture."""

import json
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app.calendars import look_up, office_hours
from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.opening import opened_database
from bot.app.settings import Settings
from bot.domain.clock import SystemClock
from bot.domain.exports import parse_day
from bot.domain.reports import Period, PictureKind, Report, as_json, make_report
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.storage.reports import SqlReports

_DAYS = 30
_MOST_DAYS = 3660
"""Ten years: each day is a line of the report."""


@cli.command("stats")
def stats_command(
    *,
    since: Annotated[str, typer.Option(help="From this day on; default: 30 days.")] = "",
    until: Annotated[str, typer.Option(help="Up to this day, the day included; default: today.")] = "",
    as_json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Write a PNG there.")] = None,
    kind: Annotated[PictureKind, typer.Option(help="What it shows.")] = PictureKind.INQUIRIES,
    language: Annotated[Language | None, typer.Option(help="Its language; default: the staff's.")] = None,
) -> None:
    """Count inquiries, replies, screens, searches and ratings, also beside a running bot."""
    settings = settings_or_fail()
    period = _period(settings, since, until)

    async def work() -> None:
        report = await _report(settings, period)
        if picture:
            _paint(settings, report, kind, language or settings.staff_language, picture)
        if as_json_:
            typer.echo(json.dumps(as_json(report), ensure_ascii=False))
        elif not picture:
            _print(report)

    do(work())


def _period(settings: Settings, since: str, until: str) -> Period:
    today = SystemClock().now().astimezone(settings.zone).date()
    last = _day("--until", until) if until else today
    first = _day("--since", since) if since else last - timedelta(days=_DAYS - 1)
    if first > last:
        fail("--since: expected a day that is not after --until", 2)
    if (last - first).days >= _MOST_DAYS:
        fail(f"--since: expected at most {_MOST_DAYS} days before --until", 2)
    return Period(first=first, last=last, zone=settings.zone)


def _day(option: str, text: str) -> date:
    try:
        return parse_day(text, UTC, end=False).date()
    except ValueError:
        fail(f"{option}: expected a day, e.g. 2026-11-01", 2)


async def _report(settings: Settings, period: Period) -> Report:
    hours = office_hours(settings)
    try:
        hours.holidays.learn(await look_up(range(period.first.year, period.last.year + 2)))
    except (OSError, TimeoutError, ValueError) as fault:
        typer.echo(f"bot: official holidays are not known ({type(fault).__name__})", err=True)
    async with opened_database(settings) as database:
        return await make_report(SqlReports(database), period, hours)


def _paint(settings: Settings, report: Report, kind: PictureKind, language: Language, target: Path) -> None:
    from bot.app.painting import as_order  # noqa: PLC0415 - only where something is painted
    from bot.app.wiring import load_pack  # noqa: PLC0415 - the same
    from bot.documents.plots import paint  # noqa: PLC0415 - matplotlib takes a second to load
    from bot.domain.library import Library  # noqa: PLC0415 - the same

    library = Library(load_pack(settings))
    try:
        target.write_bytes(paint(as_order(kind, report, library, Catalogues.load(), language)))
    except OSError as error:
        fail(f"--picture: {target} cannot be written: {error.strerror or type(error).__name__}")
    typer.echo(f"{target}: written", err=True)


def _print(report: Report) -> None:
    told = as_json(report)
    table = Table("what", "how many")
    for name in ("inquiries", "answered", "waiting", "searches", "unanswered", "helped", "not_helped"):
        table.add_row(name.replace("_", " "), str(told[name]))
    for name in ("median", "p90"):
        table.add_row(f"first reply, {name}, office hours", str(told["first_reply_hours"][name] or "–"))
    table.add_row("rating", str(told["rating"] or "–"))
    for group in ("section", "language", "status"):
        for name, many in told[f"by_{group}"].items():
            table.add_row(f"{group}: {name}", str(many))
    for screen, use in list(told["screens"].items())[:10]:
        table.add_row(f"screen: {screen}", f"{use['opened']}, left: {use['left']}")
    Console().print(f"{told['since']} to {told['until']}", table)
