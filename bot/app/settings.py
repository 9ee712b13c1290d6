"""Every setting of the program, once: from the environment or a ``.env`` file, prefix ``BOT_``."""

import re
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.app.proxies import Network, read_networks
from bot.i18n.languages import Language

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{3,}")
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(Exception):
    """A setting is wrong or missing; the message is one line that names it and what is expected."""


class RunMode(StrEnum):
    """How updates reach the bot."""

    POLLING = "polling"
    WEBHOOK = "webhook"


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isdigit() for part in parts):
        raise ValueError("expected user ids, comma-separated, e.g. 123456789,987654321")
    return frozenset(int(part) for part in parts)


def _days(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return frozenset(date.fromisoformat(part.strip()) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise ValueError("expected days, comma-separated, e.g. 2026-03-20,2026-03-21") from error


def _token(value: SecretStr | None) -> SecretStr | None:
    if value is None or not value.get_secret_value():
        return None
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("expected a token as BotFather gives it: digits, a colon, letters")
    return value


def _secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("expected 1 to 256 characters of A-Z a-z 0-9 _ -")
    return value


def _redis(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not _is_redis(value.get_secret_value()):
        raise ValueError("expected an address of Redis, e.g. redis://:password@host:6379")
    return value


def _is_redis(address: str) -> bool:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    if parts.scheme == "unix":
        return bool(parts.path)
    database = parts.path.strip("/")
    return (
        parts.scheme in ("redis", "rediss") and bool(parts.hostname) and (not database or database.isdigit())
    )


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return read_networks(value)
    except ValueError as error:
        raise ValueError("expected addresses or networks, comma-separated, e.g. 10.0.0.0/8") from error


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("expected a time zone, e.g. Asia/Karachi") from error
    return value


class Settings(BaseSettings):
    """The settings; see ``docs/settings.md`` for the operator's words."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    token: Annotated[SecretStr | None, AfterValidator(_token)] = None
    """From BotFather. Only ``run`` needs it."""
    api_url: str = "https://api.telegram.org"
    """The Bot API server."""
    database_url: SecretStr = SecretStr("sqlite+aiosqlite:///data/bot.db")
    """SQLite or PostgreSQL (``postgresql+asyncpg://…``)."""
    redis_url: Annotated[SecretStr | None, AfterValidator(_redis)] = None
    """For common limits and news between several replicas."""
    admins: Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)] = frozenset()
    """User ids of the owners."""
    staff_chat: int | None = None
    """The group where staff work."""
    staff_language: Language = Language.EN
    """The language of cards and notes in the staff chat."""
    run_mode: RunMode = RunMode.POLLING
    webhook_url: str | None = None
    """The public https address of the webhook."""
    webhook_secret: Annotated[SecretStr | None, AfterValidator(_secret)] = None
    """What Telegram must show with each update."""
    webhook_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = ()
    """The proxies in front: then only what comes through them from Telegram's addresses is taken."""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8081, ge=0, le=65535)
    """Of /healthz, /readyz, /metrics and the webhook; 0: any free port."""
    content_dir: Path | None = None
    """An own content pack; default: the one that ships."""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Karachi"
    broadcast_rate: float = Field(default=25, gt=0, le=1000)
    """Announcement messages a second; above 30 Telegram charges for each (allow_paid_broadcast)."""
    broadcast_approval: int = Field(default=500, ge=0)
    """Recipients from which an announcement written in the chat needs a second admin; 0: never."""
    quiet_hours: str = Field(default="22:00-08:00", pattern=f"^{_HOUR}-{_HOUR}$")
    """When announcements that keep quiet rest, in BOT_TIMEZONE."""
    group_limit: int = Field(default=20, ge=3)
    """Messages a minute that the staff's group takes; Telegram allows 20."""
    flood_limit: int = Field(default=30, ge=0)
    """Updates a visitor may send in 10 s before being asked to slow down; 0: off."""
    open_limit: int = Field(default=20, ge=1)
    """Open inquiries one visitor may have."""
    export_part_bytes: int = Field(default=45_000_000, ge=1000, le=50_000_000)
    """An export sent in the chat is split into files of about this size; Telegram takes 50 MB."""
    encryption_key: SecretStr | None = None
    """Seals words, names and phones in the database; several, comma-separated: the first one seals."""
    keep_inquiries: int = Field(default=180, ge=0)
    """Days from the last message of an inquiry that waits for nobody until its words go; 0: never."""
    keep_people: int = Field(default=365, ge=0)
    """Days from a person's last message until they are forgotten, when nothing else is kept; 0: never."""
    keep_drafts: int = Field(default=30, ge=0)
    """Days until what was begun and not sent goes, and updates that could not be handled; 0: never."""
    backup_dir: Path = Path("data/backups")
    """Where daily backups of a SQLite database go."""
    backup_days: int = Field(default=14, ge=0)
    """How many days they are kept; 0: no backups."""
    conflict_patience: float = Field(default=60, ge=0)
    """Seconds for which another program on the same token is tolerated (a deploy in progress)."""
    crash_at: str | None = Field(
        default=None, pattern=r"^(after_inbox|after_effect|before_send|after_send)(:[1-9]\d*)?$"
    )
    """For tests only: at which step, and at the how-manieth time, the process kills itself."""
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: str = Field(default="text", pattern="^(text|json)$")
    simulator_host: str = "127.0.0.1"
    simulator_port: int = Field(default=8080, ge=0, le=65535)
    """Of the chat page that ``try`` opens; 0: any free port."""
    office_opens: time = time(9, 0)
    office_closes: time = time(17, 0)
    office_days: str = Field(default="mon,tue,wed,thu,fri", pattern=r"^((mon|tue|wed|thu|fri|sat|sun),?)+$")
    """Days on which staff answer: only for the expected reply time, never shown as the House's hours."""
    extra_holidays: Annotated[frozenset[date], NoDecode, BeforeValidator(_days)] = frozenset()
    """Free days that the calendars of Kazakhstan and Pakistan lack or have elsewhere (the moon)."""
    no_holidays: Annotated[frozenset[date], NoDecode, BeforeValidator(_days)] = frozenset()
    """Days that the calendars name and that are worked after all."""
    reply_hours: float = Field(default=8, gt=0, le=1000)
    """Office hours within which a question is usually answered."""
    waiting_hours: float = Field(default=24, gt=0)
    """Hours after which an unanswered inquiry counts as forgotten."""
    reminder_time: time = time(10, 0)
    """When staff are reminded of forgotten inquiries, on working days."""
    digest_time: time = time(18, 0)
    """When staff get the day in numbers."""

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> "Settings":
        if self.run_mode is RunMode.WEBHOOK:
            if not self.webhook_url:
                raise ValueError("BOT_WEBHOOK_URL: expected the public address when BOT_RUN_MODE=webhook")
            if self.webhook_secret is None:
                raise ValueError("BOT_WEBHOOK_SECRET: expected a secret when BOT_RUN_MODE=webhook")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the House."""
        return ZoneInfo(self.timezone)


def load_settings(**given: Any) -> Settings:
    """Read the settings. Raises ``SettingsError`` with one line that names every wrong one."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_line(one) for one in error.errors(include_input=False))) from None


def _line(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    return f"BOT_{str(error['loc'][0]).upper()}: {message[:1].lower()}{message[1:]}"
