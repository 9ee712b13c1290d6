"""``import-replies``: send the replies that staff wrote into an exported sheet."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.settings import Settings
from bot.domain.audit import COMMAND_LINE
from bot.domain.desk import Actor
from bot.domain.rights import Role
from bot.domain.roundtrip import Fault, Plan, Row, SheetFault, SheetUnreadable

_FAULTS: dict[Fault, str] = {
    Fault.NO_CODE: "the code is missing",
    Fault.MERGED: "its cells are merged with other rows",
    Fault.TOO_LONG: "the reply is too long",
    Fault.LOST_LETTERS: "its letters were lost when the file was saved: save it as XLSX or CSV UTF-8",
    Fault.SPREADSHEET_ERROR: "the cell holds an error of the spreadsheet",
    Fault.NO_VALUE: "a formula was saved without its result: write the words themselves",
    Fault.TWICE: "a column stands twice, with different words",
    Fault.SHIFTED: "it has more cells than there are headings: a comma stands without quotation marks",
    Fault.QUOTES: "a quotation mark is wrong; this row and those below it were not read",
}
_SHEET_FAULTS: dict[SheetFault, str] = {
    SheetFault.KIND: "is neither XLSX nor CSV",
    SheetFault.DAMAGED: "is damaged",
    SheetFault.TOO_LARGE: "is too large",
    SheetFault.NO_COLUMNS: "has no heading `code` together with `reply` or `close`",
    SheetFault.LOCKED: "is protected by a password",
}


@cli.command("import-replies")
def import_replies_command(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A filled export, XLSX or CSV.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be sent.")] = False,
) -> None:
    """Send the replies in a filled export, each once; the running bot delivers them."""
    do(_import(settings_or_fail(), file, yes=yes, dry_run=dry_run))


async def _import(settings: Settings, file: Path, *, yes: bool, dry_run: bool) -> None:
    from bot.app.importing import Importing  # noqa: PLC0415 - the database is loaded only when it is read

    try:
        async with Importing.opened(settings) as importing:
            plan = await importing.plan(file)
            _show(plan)
            if dry_run or not plan.send:
                return
            if not yes:
                await asyncio.to_thread(typer.confirm, f"Send {len(plan.send)}?", abort=True)
            actor = Actor(person_id=COMMAND_LINE, name="Kazakhstan House", role=Role.OWNER)
            outcome = await importing.carry_out(plan, actor)
            typer.echo(f"sent: {outcome.sent}")
            _list("gone meanwhile", outcome.gone)
    except SheetUnreadable as error:
        fail(f"{file} {_SHEET_FAULTS[error.fault]}")


def _show(plan: Plan) -> None:
    typer.echo(f"to send: {len(plan.send)}")
    typer.echo(f"already answered: {len(plan.sent) + len(plan.answered)}")
    typer.echo(f"unknown or stale codes: {len(plan.stale)}")
    typer.echo(f"unreadable rows: {len(plan.unreadable)}")
    _list("answered by somebody else since the export", plan.answered)
    _list("unknown or stale", plan.stale)
    for row in plan.unreadable:
        assert row.fault is not None  # noqa: S101 - that is why it is among them
        typer.echo(f"  row {row.place}: {_FAULTS[row.fault]}")


def _list(what: str, rows: Iterable[Row]) -> None:
    for row in rows:
        typer.echo(f"  row {row.place}: {row.code} {what}")
