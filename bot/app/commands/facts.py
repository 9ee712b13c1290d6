"""``facts``: what the bot states, seen and changed from the command line."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from bot.app.console import cli, do, fail, settings_or_fail
from bot.app.opening import opened_database
from bot.app.settings import Settings
from bot.content.editing import HOW_TO_TYPE, NotAValueError, changed, forgotten
from bot.content.facts import source_of, trusted_until, value
from bot.content.parts import HttpsUrl
from bot.content.sections import Section
from bot.content.values import Confidence, Fact, FactKind
from bot.domain.audit import COMMAND_LINE
from bot.domain.clock import SystemClock
from bot.domain.errors import Changed, NoSuchFact
from bot.domain.fact_desk import FactDesk
from bot.domain.library import Library
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.storage.facts import SqlFacts

fact_cli = typer.Typer(help="See and change what the bot states.", no_args_is_help=True)
cli.add_typer(fact_cli, name="facts")
_LONGEST = 1000
"""Characters of a text or a source, as in the chat."""
_OPERATOR = "python -m bot facts"
"""Who changed it, in the history."""
_WIDTH = 120
"""Characters of the widest row of the list: into a pipe it would be cut at 80, ids and all."""

FactId = Annotated[str, typer.Argument(help="The id of a fact, as `list` shows it.")]


@fact_cli.command("list")
def list_command(
    *,
    section: Annotated[Section | None, typer.Option(help="Only this section.")] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only those nobody knows.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="Only those no longer valid.")] = False,
) -> None:
    """List facts: the unknown ones first, then the one checked longest ago."""
    settings = settings_or_fail()

    async def work(desk: FactDesk) -> None:
        table = Table("fact", "section", "state", "confidence", "checked", "valid until", "screens")
        for one in desk.report(_today(settings)):
            fact = one.fact
            if (section and fact.section != section) or (unknown and fact.known) or (stale and not one.stale):
                continue
            state = (
                "unknown" if fact.unknown else "stale" if one.stale else "confirm" if one.confirm else "known"
            )
            until, checked = str(one.trusted_until or "–"), str(fact.checked or "never")
            screens = str(len(one.screens))
            table.add_row(fact.id, fact.section, state, fact.confidence, checked, until, screens)
        Console(width=max(Console().width, _WIDTH)).print(table)

    _do(settings, work)


@fact_cli.command("show")
def show_command(fact_id: FactId) -> None:
    """Show a fact as visitors of each language read it, and its history."""
    settings = settings_or_fail()

    async def work(desk: FactDesk) -> None:
        fact = desk.get(fact_id)
        _print(fact)
        for change in await desk.history(fact_id):
            when = change.at.astimezone(settings.zone).isoformat(" ", "minutes")
            left = desk.read(change)
            typer.echo(
                f"{change.number}\t{when}\t{change.by_name}\t{_words(left) if left else 'as in the pack'}"
            )

    _do(settings, work)


@fact_cli.command("set")
def set_command(
    fact_id: FactId,
    typed: Annotated[str, typer.Argument(metavar="VALUE", help="The value; `unknown` when nobody knows it.")],
    *,
    source: Annotated[str, typer.Option(help="Who says so: a name, or the address of a page.")] = "",
    checked: Annotated[str, typer.Option(help="The day it was checked; default: today.")] = "",
    until: Annotated[str, typer.Option(help="The last day it may be trusted.")] = "",
    confidence: Annotated[Confidence, typer.Option(help="How sure it is.")] = Confidence.OFFICIAL,
    kk: Annotated[str, typer.Option("--kk", help="The words in Kazakh, for a text or an address.")] = "",
    ur: Annotated[str, typer.Option("--ur", help="The words in Urdu, for a text or an address.")] = "",
) -> None:
    """Change a fact; a running bot shows it within two seconds."""
    settings = settings_or_fail()
    today = _today(settings)
    day = _day("--checked", checked) if checked else today
    if day > today:
        fail("--checked: expected a day that has come", 2)
    last = _day("--until", until) if until else None
    if last and last < today:
        fail("--until: expected a day that has not passed", 2)
    typed_texts = ((Language.KK, kk), (Language.UR, ur))
    draft = _Draft(
        typed=typed,
        address=None if typed == "unknown" else _address(source),
        source=source,
        checked=day,
        until=last,
        confidence=confidence,
        texts={language: words for language, words in typed_texts if words},
    )

    async def work(desk: FactDesk) -> None:
        fact = desk.get(fact_id)
        new = forgotten(fact) if typed == "unknown" else draft.applied(fact)
        await desk.change(new, by=COMMAND_LINE, name=_OPERATOR, after=desk.last(fact_id), cause=_cause())
        _print(desk.get(fact_id))

    _do(settings, work)


@fact_cli.command("undo")
def undo_command(fact_id: FactId) -> None:
    """Take the last change of a fact back; twice brings it back."""

    async def work(desk: FactDesk) -> None:
        await desk.undo(fact_id, by=COMMAND_LINE, name=_OPERATOR, after=desk.last(fact_id), cause=_cause())
        _print(desk.get(fact_id))

    _do(settings_or_fail(), work)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What was typed of a change."""

    typed: str
    source: str
    address: str | None
    """The source, where it is the address of a page."""
    checked: date
    until: date | None
    confidence: Confidence
    texts: dict[Language, str]

    def applied(self, fact: Fact) -> Fact:
        """The fact with it; exits 2 when it is no value of the fact's kind, or words are missing."""
        if any(len(text) > _LONGEST for text in (self.typed, *self.texts.values())):
            fail(f"VALUE, --kk, --ur: expected at most {_LONGEST} characters", 2)
        try:
            new = changed(
                fact,
                self.typed,
                said_by=self.address.split("/")[2] if self.address else self.source,
                source=self.address,
                checked=self.checked,
                confidence=self.confidence,
                texts=self.texts,
                valid_until=self.until,
            )
        except NotAValueError:
            fail(f"VALUE: {HOW_TO_TYPE[fact.kind]}", 2)
        if _has_other_words(fact, new) and len(self.texts) < len(Language) - 1:
            fail("--kk, --ur: words are needed in every language", 2)
        return new


def _has_other_words(fact: Fact, new: Fact) -> bool:
    """Whether the value is in words that visitors of each language read in their own."""
    if new.kind is FactKind.TEXT:
        return True
    return new.place is not None and new.place.address != (fact.place.address if fact.place else None)


def _address(source: str) -> str | None:
    """The source if it is the address of a page; exits 2 when it is no source at all."""
    if not source:
        fail("--source: say who vouches for it", 2)
    if len(source) > _LONGEST:
        fail(f"--source: expected at most {_LONGEST} characters", 2)
    if "://" not in source:
        return None
    try:
        TypeAdapter(HttpsUrl).validate_python(source)
    except ValidationError:
        fail("--source: expected a name, or the whole address of a page", 2)
    return source


def _cause() -> str:
    return f"cli:{uuid.uuid4().hex}"


def _today(settings: Settings) -> date:
    return SystemClock().now().astimezone(settings.zone).date()


def _day(option: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        fail(f"{option}: expected a day, e.g. 2026-11-23", 2)


def _print(fact: Fact) -> None:
    typer.echo(f"{fact.id}: {fact.label or fact.kind}")
    catalogues = Catalogues.load()
    if fact.unknown:
        typer.echo("unknown: visitors do not see it")
        return
    for language in Language:
        typer.echo(f"{language.value}\t{value(fact, catalogues[language]) or '(only a point on the map)'}")
    source = source_of(fact)
    typer.echo(f"source\t{source.name if source else '–'}\t{fact.source or ''}")
    typer.echo(f"checked\t{fact.checked}\t{fact.confidence}")
    typer.echo(f"until\t{trusted_until(fact) or '–'}")


def _words(fact: Fact) -> str:
    return "unknown" if fact.unknown else str(value(fact, Catalogues.load()[Language.EN]) or "")


def _do(settings: Settings, work: Callable[[FactDesk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with _opened(settings) as desk:
            try:
                await work(desk)
            except NoSuchFact as refusal:
                fail(f"{refusal}, or nothing of it was changed")
            except Changed:
                fail("somebody has just changed it: look again")

    do(run())


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[FactDesk]:
    from bot.app.wiring import load_pack  # noqa: PLC0415 - it loads aiogram, which `run` loads in its own way

    async with opened_database(settings) as database:
        desk = FactDesk(SqlFacts(database), Library(load_pack(settings)), SystemClock())
        await desk.refresh()
        yield desk
