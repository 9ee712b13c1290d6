"""Daily backups: one file a day, the oldest removed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.app.settings import Settings
from bot.domain.clock import Clock
from bot.domain.waiting import rested
from bot.storage.backup import back_up
from bot.storage.errors import StorageFault

_LOG = structlog.get_logger("backups")
_LOOK = 600.0
"""Seconds between two looks whether today's backup is there."""


def backup_name(now: datetime) -> str:
    """The file of a moment: ``bot-20261123-140500.db``; names sort by time."""
    return f"bot-{now:%Y%m%d-%H%M%S}.db"


async def keep_backups(
    settings: Settings,
    clock: Clock,
    stop: asyncio.Event,
    failed: Callable[[], Awaitable[None]],
    *,
    look: float = _LOOK,
) -> None:
    """Make one backup a day until ``stop``; one that ``failed`` is tried again at the next look."""
    while True:
        try:
            await _daily(settings, clock.now())
        except (StorageFault, OSError) as fault:
            _LOG.error("backup failed", fault=str(fault))
            await failed()
        if await rested(stop, look):
            return


async def _daily(settings: Settings, now: datetime) -> None:
    folder = settings.backup_dir
    if _newest(folder) > now - timedelta(days=1):
        return
    made = await back_up(settings.database_url.get_secret_value(), folder / backup_name(now))
    _LOG.info("backup made", file=made.path.name, size=made.size)
    keep = now - timedelta(days=settings.backup_days)
    for old in _backups(folder):
        if _moment(old, now) < keep:
            old.unlink()


def _backups(folder: Path) -> list[Path]:
    return sorted(folder.glob("bot-????????-??????.db"))


def _newest(folder: Path) -> datetime:
    found = _backups(folder)
    long_ago = datetime.min.replace(tzinfo=UTC)
    return _moment(found[-1], long_ago) if found else long_ago


def _moment(path: Path, otherwise: datetime) -> datetime:
    try:
        return datetime.strptime(f"{path.stem}+0000", "bot-%Y%m%d-%H%M%S%z")
    except ValueError:
        return otherwise
