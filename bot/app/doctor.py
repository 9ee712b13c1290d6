"""Doctor: looks at everything an operator can get wrong and says it in one line each."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from bot.app.logs import redact
from bot.app.opening import cipher_of
from bot.app.settings import RunMode, Settings
from bot.content.checks import check
from bot.content.loader import DEFAULT_PACK, load_content
from bot.content.problems import ContentError, Severity
from bot.domain.clock import SystemClock
from bot.i18n.catalogues import CatalogueError, Catalogues
from bot.storage import migrations
from bot.storage.database import Database, database_url
from bot.storage.errors import StorageFault
from bot.storage.inbox import SqlInbox
from bot.storage.neighbours import why_not
from bot.storage.outbox import SqlOutbox
from bot.storage.sealing import is_all_sealed

_SKEW = 2.0
"""Seconds by which clocks may differ: replicas hold what they handle for 10 s at a time."""
_OTHERS = 0o007
"""Bits of a file's mode: what others may do."""
_PATIENCE = aiohttp.ClientTimeout(total=10)


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    level: Level
    text: str

    @property
    def is_fault(self) -> bool:
        """Whether the bot cannot work like this."""
        return self.level is Level.FAULT


def _good(text: str) -> Finding:
    return Finding(level=Level.GOOD, text=text)


def _warning(text: str) -> Finding:
    return Finding(level=Level.WARNING, text=text)


def _fault(text: str) -> Finding:
    return Finding(level=Level.FAULT, text=text)


async def examine(settings: Settings) -> list[Finding]:
    """Everything found, in the order of looking."""
    found = _settings(settings)
    found += _content(settings)
    found += [one async for one in _database(settings)]
    found += [one async for one in _redis(settings)]
    found += [one async for one in _telegram(settings)]
    return found


def _settings(settings: Settings) -> list[Finding]:
    found = [] if settings.token else [_fault("BOT_TOKEN is not set")]
    if not settings.admins:
        found.append(_warning("BOT_ADMINS is empty: nobody can announce, give roles or be told of trouble"))
    if settings.staff_chat is None:
        found.append(_warning("BOT_STAFF_CHAT is not set: inquiries are kept, but staff see no cards"))
    if settings.encryption_key is None:
        found.append(
            _warning(
                "BOT_ENCRYPTION_KEY is not set: words and names are not encrypted at rest, which Telegram's "
                "developer terms (4.4) ask for; make a key with: python -m bot new-key"
            )
        )
    found += [
        _warning(f"{path} can be read by everybody here: chmod o-rwx {path}")
        for path in _open_to_all(settings)
    ]
    if settings.run_mode is RunMode.WEBHOOK and not (settings.webhook_url or "").startswith("https://"):
        found.append(_fault("BOT_WEBHOOK_URL: Telegram takes only https addresses"))
    return found or [_good("settings")]


def _open_to_all(settings: Settings) -> list[Path]:
    """Files with secrets or people's data that any user of this machine may read."""
    named = [Path(".env")]
    with suppress(ValueError):  # a wrong address is found further down
        address = database_url(settings.database_url.get_secret_value())
        if address.get_backend_name() == "sqlite" and address.database:
            named += sorted(Path(address.database).parent.glob(f"{Path(address.database).name}*"))
    if settings.backup_dir.is_dir():
        named += sorted(settings.backup_dir.iterdir())
    return [path for path in named if path.is_file() and path.stat().st_mode & _OTHERS]


def _content(settings: Settings) -> list[Finding]:
    today = SystemClock().now().astimezone(settings.zone).date()
    try:
        Catalogues.load()
        content = load_content(settings.content_dir or DEFAULT_PACK)
        problems = check(content, Catalogues.read(), today)
    except (CatalogueError, ContentError) as error:
        return [_fault(str(error))]
    errors = sum(one.severity is Severity.ERROR for one in problems)
    if errors:
        return [_warning(f"the content pack has {errors} errors: python -m bot check")]
    unknown = sum(fact.unknown for fact in content.facts.values())
    return [
        _good(
            f"content: {len(content.screens)} screens, {len(content.facts)} facts, {unknown} of them unknown"
        )
    ]


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    url = settings.database_url.get_secret_value()
    try:
        revision = await migrations.current(url)
        if revision is None:
            yield _good("database: none yet, it is made at the first start")
            return
        migrations.refuse_newer(revision)
        if revision != migrations.revisions()[-1]:
            yield _warning(f"database: at revision {revision}, brought up at the next start")
            return
        database = await Database.open(url, cipher=cipher_of(settings))
    except (StorageFault, ValueError) as error:
        yield _fault(f"database: {error}")
        return
    try:
        inbox, outbox = SqlInbox(database), SqlOutbox(database)
        aside = len(await inbox.quarantined())
        yield _good(f"database: {await inbox.waiting()} updates and {await outbox.waiting()} notices waiting")
        skew = abs((await database.clock()) - SystemClock().now()).total_seconds()
        if skew > _SKEW:
            yield _warning(f"this machine's clock and the database's differ by {skew:.0f} s: set them by NTP")
        if not await is_all_sealed(database):
            yield _warning("not everything is sealed with the first BOT_ENCRYPTION_KEY: python -m bot reseal")
        if aside:
            yield _warning(f"{aside} updates in quarantine: python -m bot quarantine")
    finally:
        await database.close()


async def _redis(settings: Settings) -> AsyncIterator[Finding]:
    if settings.redis_url is None:
        return
    if settings.database_url.get_secret_value().startswith("sqlite"):
        yield _warning("BOT_REDIS_URL is of no use with SQLite, which takes one running bot: use PostgreSQL")
    elif settings.run_mode is RunMode.POLLING:
        yield _warning("BOT_REDIS_URL is for several replicas, and those need BOT_RUN_MODE=webhook")
    try:
        why = await why_not(settings.redis_url.get_secret_value())
    except ValueError as error:
        yield _fault(str(error))
        return
    if why:
        yield _warning(f"redis: {why}; each replica keeps the limits for itself")
    else:
        yield _good("redis: news go and come")


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    if settings.token is None:
        return
    base = f"{settings.api_url.rstrip('/')}/bot{settings.token.get_secret_value()}"
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
            me = await _ask(http, f"{base}/getMe")
            if not me.get("ok"):
                yield _fault(f"telegram refuses the token: {me.get('description')}")
                return
            yield _good(f"telegram: @{me['result'].get('username')}")
            if settings.staff_chat:
                for one in await _staff_chat(http, base, settings.staff_chat, me["result"]):
                    yield one
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        yield _fault(f"telegram is not reached: {redact(f'{type(error).__name__} {error}')}")


async def _staff_chat(http: aiohttp.ClientSession, base: str, chat: int, me: dict[str, Any]) -> list[Finding]:
    member = await _ask(http, f"{base}/getChatMember?chat_id={chat}&user_id={me['id']}")
    if not member.get("ok"):
        return [_fault(f"BOT_STAFF_CHAT: {member.get('description')}")]
    found = []
    group = await _ask(http, f"{base}/getChat?chat_id={chat}")
    if name := group.get("result", {}).get("username"):
        danger = "anybody can read it and act as staff; make it a private group"
        found.append(_warning(f"the staff chat is public (@{name}): {danger}"))
    status = member["result"]["status"]
    if status != "administrator" and not me.get("can_read_all_group_messages"):
        found.append(_warning("in the staff chat the bot reads no replies: make it an administrator"))
    return found or [_good(f"staff chat: the bot is {status}")]


async def _ask(http: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with http.get(url) as response:
        answer = orjson.loads(await response.read())
    if not isinstance(answer, dict):
        raise ValueError("unreadable answer")  # noqa: TRY004 - as any other unreadable answer
    return answer
