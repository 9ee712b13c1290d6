"""``people`` and ``audit``: roles, bans, erasing, and who did what, from the command line."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.opening import opened_database
from bot.app.private import build_privacy
from bot.app.settings import Settings
from bot.domain.audit import COMMAND_LINE
from bot.domain.clock import SystemClock
from bot.domain.desk import Actor
from bot.domain.errors import HasRole, LastOwner, PersonNotFound, ProtectedOwner, Refusal
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople, RememberedSessions
from bot.domain.rights import Role
from bot.domain.roster import Roster
from bot.domain.staff_chat import StaffChat
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from bot.storage.marks import SqlMarks
from bot.storage.people import SqlPeople
from bot.storage.sessions import SqlSessions

people_cli = typer.Typer(help="See people, give and take roles, ban, erase.", no_args_is_help=True)
cli.add_typer(people_cli, name="people")
audit_cli = typer.Typer(help="Who did what.", no_args_is_help=True)
cli.add_typer(audit_cli, name="audit")

OPERATOR = Actor(person_id=COMMAND_LINE, name="command line", role=Role.OWNER)
PersonId = Annotated[int, typer.Argument(min=1, metavar="ID", help="Telegram's number of the person.")]
_WORDS: dict[type[Refusal], str] = {
    PersonNotFound: "this person has not written to the bot yet",
    LastOwner: "the House must keep one owner",
    ProtectedOwner: "this owner is named in BOT_ADMINS; change that setting",
    HasRole: "this person has a role; take it first: python -m bot people role ID visitor",
}


@dataclass(frozen=True, slots=True)
class _Office:
    """What the commands work with."""

    settings: Settings
    database: Database
    roster: Roster
    audit: SqlAudit


def _do(work: Callable[[_Office], Awaitable[None]]) -> None:
    settings = settings_or_fail()

    async def opened() -> None:
        async with opened_database(settings) as database:
            roster = Roster(people=SqlPeople(database), owners=settings.admins)
            try:
                await work(_Office(settings, database, roster, SqlAudit(database)))
            except Refusal as refusal:
                fail(_WORDS.get(type(refusal), str(refusal)))

    do(opened())


@people_cli.command("list")
def list_command(
    text: Annotated[str, typer.Argument(help="A number, an @username or part of a name.")] = "",
) -> None:
    """List everybody with a role, or who is found by a text."""

    async def work(office: _Office) -> None:
        roster = office.roster
        found = await (roster.find(OPERATOR, text) if text else roster.list(OPERATOR))
        table = Table("id", "name", "username", "role", "banned", "last seen")
        for one in found:
            seen = one.last_seen.astimezone(office.settings.zone).strftime("%Y-%m-%d %H:%M")
            banned = one.banned or ""
            name, username = one.profile.name, one.profile.username
            table.add_row(str(one.id), name, username, roster.role_of(one).value, banned, seen)
        Console().print(table)

    _do(work)


@people_cli.command("show")
def show_command(person_id: PersonId) -> None:
    """Show one person."""

    async def work(office: _Office) -> None:
        _show(await office.roster.see(OPERATOR, person_id), office)

    _do(work)


def _show(person: Person, office: _Office) -> None:
    zone = office.settings.zone
    lines = {
        "id": person.id,
        "name": person.profile.name,
        "username": person.profile.username,
        "language": person.speaks.value,
        "role": office.roster.role_of(person).value,
        "banned": person.banned or "no",
        "reachable": "yes" if person.reachable else "no",
        "subscribed": ", ".join(sorted(person.topics)) or "no",
        "first seen": person.first_seen.astimezone(zone).isoformat(" ", "minutes"),
        "last seen": person.last_seen.astimezone(zone).isoformat(" ", "minutes"),
    }
    for name, value in lines.items():
        typer.echo(f"{name}: {value}")


@people_cli.command("role")
def role_command(
    person_id: PersonId, role: Annotated[Role, typer.Argument(help="The new role; visitor: none.")]
) -> None:
    """Give a role, or take it with `visitor`."""

    async def work(office: _Office) -> None:
        person = await office.roster.give_role(OPERATOR, person_id, role)
        typer.echo(f"{person.id} is {person.role.value}")

    _do(work)


@people_cli.command("ban")
def ban_command(
    person_id: PersonId, reason: Annotated[list[str], typer.Argument(help="Why; the person reads it.")]
) -> None:
    """Ban a visitor, with a reason."""

    async def work(office: _Office) -> None:
        await office.roster.ban(OPERATOR, person_id, " ".join(reason))
        typer.echo(f"{person_id} is banned")

    _do(work)


@people_cli.command("unban")
def unban_command(person_id: PersonId) -> None:
    """Lift a ban."""

    async def work(office: _Office) -> None:
        await office.roster.unban(OPERATOR, person_id)
        typer.echo(f"{person_id} is not banned")

    _do(work)


@people_cli.command("erase")
def erase_command(
    person_id: PersonId, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Erase everything that is kept of a person, as `/forget` does."""
    if not yes:
        typer.confirm(f"Erase everything that is kept of {person_id}?", abort=True)

    async def work(office: _Office) -> None:
        database, marks = office.database, SqlMarks(office.database)
        staff_chat = StaffChat(office.settings.staff_chat, marks=marks)
        await staff_chat.load()
        privacy = build_privacy(
            office.settings,
            database,
            people=RememberedPeople(SqlPeople(database), size=0),
            sessions=RememberedSessions(SqlSessions(database), size=0),
            marks=marks,
            clock=SystemClock(),
            staff_chat=staff_chat,
            settle=_nothing_waits,
        )
        erasure = await privacy.forget(person_id)
        many = f"{erasure.inquiries} inquiries, {erasure.posts} messages"
        typer.echo(f"erased: {many}; receipt {erasure.receipt}")

    _do(work)


async def _nothing_waits() -> None:
    """Here nothing waits in memory to be stored."""


@audit_cli.command("list")
def audit_list_command(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 50,
    before: Annotated[int | None, typer.Option(min=1, help="Only entries before this number.")] = None,
) -> None:
    """List entries of the audit log, the newest first."""

    async def work(office: _Office) -> None:
        table = Table("number", "time", "by", "deed", "about", "details")
        for one in await office.audit.page(limit=limit, before=before):
            when = one.at.astimezone(office.settings.zone).strftime("%Y-%m-%d %H:%M:%S")
            who = "command line" if one.by == COMMAND_LINE else str(one.by)
            details = ", ".join(f"{name}: {value}" for name, value in one.details.items())
            table.add_row(str(one.number), when, who, one.deed.value, one.about, details)
        Console().print(table)

    _do(work)


@audit_cli.command("verify")
def audit_verify_command() -> None:
    """Check that no entry was changed or taken out; exit 1 names the first that was."""

    async def work(office: _Office) -> None:
        verdict = await office.audit.verify()
        if verdict.broken is not None:
            fail(f"the audit log is broken: entry {verdict.broken} was changed or is missing")
        typer.echo(f"{verdict.entries} entries, unbroken; head {verdict.head}")

    _do(work)
