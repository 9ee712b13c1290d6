"""``quarantine``, ``backup``, ``restore``, ``copy-database``, ``reseal``, ``new-key``, ``doctor``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app.backups import backup_name
from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.doctor import examine
from bot.app.opening import opened_database
from bot.app.settings import Settings
from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import COMMAND_LINE, Deed
from bot.domain.clock import SystemClock
from bot.storage import backup
from bot.storage.cipher import new_key
from bot.storage.inbox import SqlInbox
from bot.storage.moving import move
from bot.storage.sealing import reseal


@cli.command()
def quarantine(
    number: Annotated[int | None, typer.Argument(help="The number of an update in the list.")] = None,
    *,
    retry: Annotated[bool, typer.Option("--retry", help="Have it handled again.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Delete it.")] = False,
) -> None:
    """List updates that could not be handled; try one again or delete it."""
    if number is not None and retry == drop:
        fail("say what to do with it: --retry or --drop", 2)
    settings = settings_or_fail()

    async def work() -> None:
        async with opened_database(settings) as database:
            inbox = SqlInbox(database)
            if number is None:
                await _list(inbox, settings)
                return
            take_out = inbox.retry if retry else inbox.drop
            step = {"step": "retry" if retry else "drop"}
            remark = Remark(deed=Deed.QUARANTINE, by=COMMAND_LINE, about=str(number), details=step)
            if not await take_out(number, aftermath=Aftermath(remark=remark)):
                fail(f"no update {number} in quarantine")
            typer.echo(f"update {number} {'will be handled again' if retry else 'is deleted'}")

    do(work())


async def _list(inbox: SqlInbox, settings: Settings) -> None:
    table = Table("number", "update", "received", "attempts", "fault")
    for one in await inbox.quarantined():
        received = one.received_at.astimezone(settings.zone).isoformat(" ", "seconds")
        table.add_row(str(one.id), str(one.update_id), received, str(one.attempts), one.error)
    Console().print(table if table.rows else "Nothing is in quarantine.")


@cli.command("backup")
def backup_command(
    path: Annotated[
        Path | None, typer.Argument(help="The file; default: a dated one in BOT_BACKUP_DIR.")
    ] = None,
) -> None:
    """Copy the running database into one checked file."""
    settings = settings_or_fail()
    target = path or settings.backup_dir / backup_name(SystemClock().now())

    async def work() -> None:
        made = await backup.back_up(settings.database_url.get_secret_value(), target)
        typer.echo(
            f"{made.path}: {made.size} bytes, {sum(made.rows.values())} rows, revision {made.revision}"
        )

    do(work())


@cli.command("restore")
def restore_command(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A backup.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Even if the database is newer.")] = False,
) -> None:
    """Put a backup in the place of the database, while the bot is stopped."""
    settings = settings_or_fail()

    async def work() -> None:
        made = await backup.restore(path, settings.database_url.get_secret_value(), force=force)
        typer.echo(
            f"restored {sum(made.rows.values())} rows, revision {made.revision}; the old file stays beside it"
        )

    do(work())


@cli.command("copy-database")
def copy_database(
    target: Annotated[str, typer.Argument(help="Address of an empty PostgreSQL database.")],
) -> None:
    """Copy the whole SQLite database into PostgreSQL and compare the counts."""
    settings = settings_or_fail()

    async def work() -> None:
        counts = await move(settings.database_url.get_secret_value(), target)
        for name, rows in counts.items():
            typer.echo(f"{name}: {rows} rows")
        typer.echo("copied; every count agrees")

    do(work())


@cli.command("reseal")
def reseal_command() -> None:
    """Seal everything with the first key of BOT_ENCRYPTION_KEY; afterwards older keys can go."""
    settings = settings_or_fail()

    async def work() -> None:
        async with opened_database(settings) as database:
            typer.echo(f"{await reseal(database)} rows sealed anew")

    do(work())


@cli.command("new-key")
def new_key_command() -> None:
    """Print a fresh key for BOT_ENCRYPTION_KEY; keep it apart from the database."""
    typer.echo(new_key())


@cli.command()
def doctor() -> None:
    """Look at settings, database, catalogues, content and Telegram; name what is wrong."""
    settings = settings_or_fail()

    async def work() -> None:
        findings = await examine(settings)
        for finding in findings:
            typer.echo(f"{finding.level.value:8} {finding.text}")
        if any(finding.is_fault for finding in findings):
            raise typer.Exit(1)

    do(work())
