"""``broadcast``: announcements from the command line; the running bot sends them."""

from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Annotated

import typer

from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.opening import opened_database
from bot.app.settings import Settings
from bot.content.wording import html_faults
from bot.domain.announcing import Announcements
from bot.domain.announcing_report import report_rows
from bot.domain.broadcasts import TOPICS, Audience, Broadcast, State, Version
from bot.domain.clock import SystemClock
from bot.domain.desk import Actor
from bot.domain.errors import InThePast, NobodyToReach, Refusal, TooLong
from bot.domain.moments import read_moment
from bot.domain.recipients import Result
from bot.domain.rights import Role
from bot.domain.versions import check_version
from bot.i18n.languages import Language
from bot.storage.broadcasts import SqlBroadcasts

announce = typer.Typer(help="Announcements: send, watch, pause, resume, cancel.", no_args_is_help=True)
cli.add_typer(announce, name="broadcast")

OPERATOR = Actor(person_id=0, name="command line", role=Role.OWNER)
_PAGE = 1000
Number = Annotated[int, typer.Argument(min=1, help="The number that `send` printed.")]
_Text = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The text in this language.")]


@announce.command("send")
def send_command(
    *,
    en: _Text = None,
    kk: _Text = None,
    ur: _Text = None,
    section: Annotated[str, typer.Option(help=f"Only who subscribed to: {', '.join(TOPICS)}.")] = "",
    language: Annotated[Language | None, typer.Option(help="Only who reads this language.")] = None,
    at: Annotated[str, typer.Option(help="When to start, in BOT_TIMEZONE: 2026-11-30 09:00.")] = "",
    quiet_hours: Annotated[bool, typer.Option("--quiet-hours", help="Rest in BOT_QUIET_HOURS.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The files hold Telegram-HTML.")] = False,
) -> None:
    """Queue an announcement for the running bot and print its number.

    Who reads a language that is not given gets the first of en, ur, kk that is.
    """
    settings = settings_or_fail()
    if section and section not in TOPICS:
        fail(f"--section: expected one of {', '.join(TOPICS)}", 2)
    files = {Language.EN: en, Language.KK: kk, Language.UR: ur}
    versions = {code: _version(code, path, html=html) for code, path in files.items() if path}
    if not versions:
        fail("expected a text: --en FILE, --kk FILE, --ur FILE", 2)
    now = SystemClock().now()
    audience = Audience(
        topics=frozenset({section} if section else ()), languages=frozenset({language} if language else ())
    )
    try:
        starts_at = read_moment(at, settings.zone, now) if at else None
    except ValueError as error:
        fail(f"--at: {error}", 2)
    except InThePast:
        fail("--at: this moment has passed", 2)
    fresh = Broadcast(
        author_id=OPERATOR.person_id,
        author_name=OPERATOR.name,
        versions=versions,
        audience=audience,
        starts_at=starts_at,
        keeps_quiet=quiet_hours,
        created_at=now,
    )

    async def work(announcements: Announcements, _: SqlBroadcasts) -> None:
        launched = await announcements.send_at_once(OPERATOR, fresh)
        typer.echo(f"to {launched.counts.total} people, {launched.state.value}", err=True)
        typer.echo(launched.number)

    _do(settings, work)


def _version(code: Language, path: Path, *, html: bool) -> Version:
    try:
        text = path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError:
        fail(f"--{code.value}: {path} is not UTF-8 text", 2)
    version = Version(html=text if html else escape(text, quote=False))
    if not text:
        fail(f"--{code.value}: {path} is empty", 2)
    if html and (fault := next(html_faults(text), "")):
        fail(f"--{code.value}: {path}: {fault}", 2)
    try:
        check_version(version, code)
    except TooLong as error:
        fail(f"--{code.value}: {path} is too long: {error}", 2)
    return version


@announce.command("list")
def list_command(limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 20) -> None:
    """The newest announcements."""

    async def work(_: Announcements, store: SqlBroadcasts) -> None:
        for one in await store.recent(limit=limit):
            typer.echo(f"{one.number}\t{_state(one)}\t{_counts(one)}")

    _do(settings_or_fail(), work)


@announce.command("show")
def show_command(number: Number) -> None:
    """Where an announcement stands."""
    settings = settings_or_fail()

    async def work(_: Announcements, store: SqlBroadcasts) -> None:
        one = await store.get(number)
        typer.echo(f"announcement {one.number}: {_state(one)}")
        typer.echo(f"languages: {', '.join(code.value for code in one.versions)}")
        audience = one.audience
        topics = ", ".join(sorted(audience.topics)) or "every subscriber"
        readers = ", ".join(sorted(audience.languages)) or "every language"
        typer.echo(f"audience: {topics}; {readers}")
        for name, moment in (("starts", one.starts_at), ("started", one.started_at), ("ended", one.ended_at)):
            if moment:
                typer.echo(f"{name}: {moment.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}")
        if one.parked_until:
            typer.echo(f"parked until: {one.parked_until.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}")
        typer.echo(_counts(one).replace(", ", "\n"))

    _do(settings, work)


def _state(one: Broadcast) -> str:
    state = one.state.value
    if one.reason and one.state is State.PAUSED:
        state = f"{state} ({one.reason})"
    return f"{one.kind.value} of {one.original}, {state}" if one.original else state


def _counts(one: Broadcast) -> str:
    counts = one.counts
    named = {
        "recipients": counts.total,
        "sent": counts.sent,
        "blocked": counts.blocked,
        "failed": counts.failed,
        "in doubt": counts.in_doubt,
        "skipped": counts.skipped,
        "left": counts.left,
        "unsubscribed": counts.unsubscribed,
    }
    return ", ".join(f"{name}: {value}" for name, value in named.items())


def _steer(number: int, step: Callable[[Announcements], Awaitable[Broadcast]]) -> None:
    async def work(announcements: Announcements, _: SqlBroadcasts) -> None:
        one = await step(announcements)
        typer.echo(f"announcement {number}: {_state(one)}")

    _do(settings_or_fail(), work)


@announce.command("pause")
def pause_command(number: Number) -> None:
    """Rest; what is being sent this moment still arrives."""
    _steer(number, lambda steering: steering.pause(OPERATOR, number))


@announce.command("resume")
def resume_command(number: Number) -> None:
    """Go on, also before a wait that Telegram asked for is over."""
    _steer(number, lambda steering: steering.resume(OPERATOR, number))


@announce.command("cancel")
def cancel_command(number: Number) -> None:
    """End it: who has not got it will not."""
    _steer(number, lambda steering: steering.cancel(OPERATOR, number))


@announce.command("in-doubt")
def in_doubt_command(number: Number) -> None:
    """Whom it may or may not have reached: their ids and why."""

    async def work(_: Announcements, store: SqlBroadcasts) -> None:
        await store.get(number)
        after: int | None = None
        while lines := await store.lines(number, after=after, limit=_PAGE, only=Result.IN_DOUBT):
            for line in lines:
                typer.echo(f"{line.person_id}\t{line.reason}")
            after = lines[-1].person_id

    _do(settings_or_fail(), work)


@announce.command("resend")
def resend_command(
    number: Number,
    *,
    person: Annotated[int | None, typer.Option(help="Only to this person, by id.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="To all who are in doubt.")] = False,
) -> None:
    """Send again to who is in doubt; they may get it twice."""
    if everybody == (person is not None):
        fail("expected --person ID or --all", 2)

    async def work(announcements: Announcements, _: SqlBroadcasts) -> None:
        many = await announcements.resend(OPERATOR, number, person)
        if not many:
            fail(f"announcement {number}: nobody like that is in doubt")
        typer.echo(f"announcement {number}: again to {many} people")

    _do(settings_or_fail(), work)


@announce.command("report")
def report_command(
    number: Number, output: Annotated[Path, typer.Option(help="The CSV file to write.")]
) -> None:
    """Write a CSV file with a row for each recipient."""
    settings = settings_or_fail()

    async def work(_: Announcements, store: SqlBroadcasts) -> None:
        one = await store.get(number)
        try:
            with output.open("w", encoding="utf-8-sig", newline="") as file:
                async for text in report_rows(store, one, settings.zone):
                    file.write(text)
        except OSError as error:
            fail(f"--output: {output} cannot be written: {error.strerror or type(error).__name__}")

    _do(settings, work)


def _do(settings: Settings, work: Callable[[Announcements, SqlBroadcasts], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened_database(settings) as database:
            try:
                store = SqlBroadcasts(database)
                announcements = Announcements(
                    broadcasts=store,
                    clock=SystemClock(),
                    approval_from=0,
                    wake=lambda: None,
                )
                await work(announcements, store)
            except NobodyToReach:
                fail("nobody would get it: no subscriber belongs to this audience")
            except Refusal as refusal:
                fail(str(refusal) or type(refusal).__name__)

    do(run())
