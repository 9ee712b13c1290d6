"""Replicas: what this process shares with others of the same bot, as the settings say."""

import math
import uuid
from collections.abc import Callable

import structlog

from bot.app.logs import where
from bot.app.metrics import Metrics
from bot.app.settings import Settings
from bot.domain.neighbours import Alone, Neighbours
from bot.storage.database import Database
from bot.storage.neighbours import NewsHooks, RedisNeighbours

_LOG = structlog.get_logger("replicas")
ALONE = "alone"
"""The name of a process that has its database for itself."""


def owner_of(database: Database) -> str:
    """How this process is named where several share a database.

    Alone with its file, a restarted process is the one that was killed: it takes back what that one held.
    """
    return ALONE if database.is_sqlite else uuid.uuid4().hex[:12]


def neighbours_of(settings: Settings, owner: str, metrics: Metrics) -> Neighbours:
    """The way to the other processes: Redis, if it is set. Raises ``DriverMissing``, ``ValueError``."""
    if settings.redis_url is None or owner == ALONE:
        metrics.redis.set(math.nan)
        return Alone()
    assert settings.token is not None  # noqa: S101 - asked for before
    house, _, _ = settings.token.get_secret_value().partition(":")
    hooks = NewsHooks(touch=_touch(metrics), fault=_fault)
    return RedisNeighbours(settings.redis_url.get_secret_value(), house=house, owner=owner, hooks=hooks)


def _touch(metrics: Metrics) -> Callable[[bool, str], None]:
    def touch(in_touch: bool, why: str) -> None:
        metrics.redis.set(int(in_touch))
        if in_touch:
            _LOG.info("redis works: limits are common to all replicas")
        else:
            _LOG.warning("redis does not work: limits are each replica's own, all else goes on", why=why)

    return touch


def _fault(topic: str, fault: Exception) -> None:
    _LOG.warning("news not understood", topic=topic, fault=type(fault).__name__, where=where(fault))
