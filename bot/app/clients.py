"""Clients of the Bot API, and the pace that they keep together."""

from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.types import LinkPreviewOptions

from bot.app.settings import Settings
from bot.domain.neighbours import Neighbours
from bot.domain.pace import Pace
from bot.domain.people import PeopleStore
from bot.domain.sending import in_flight
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.storage.errors import StorageFault
from bot.telegram.faults import diagnose
from bot.telegram.pacing import PacedRequests
from bot.telegram.plainer import PlainerRequests
from bot.telegram.session import REQUEST_LIMIT, TelegramSession
from bot.telegram.views.operator import operator_note

_LOG = structlog.get_logger("bot")
OVERALL_RATE = 28.0
"""Messages a second of the bot's own accord, announcements aside; Telegram allows about 30."""


def build_pace(settings: Settings, neighbours: Neighbours) -> Pace:
    """How fast this bot may send, its other processes included."""
    return Pace(
        overall=OVERALL_RATE,
        announcements=settings.broadcast_rate,
        group=settings.group_limit,
        neighbours=neighbours,
    )


def build_bot(settings: Settings, pace: Pace | None = None, *, urgent: bool = False) -> Bot:
    """A client of the Bot API that keeps the pace; without one the caller keeps it."""
    assert settings.token is not None  # noqa: S101 - asked for before
    server = TelegramAPIServer.from_base(settings.api_url.rstrip("/"))
    session = TelegramSession(
        api=server, limit=max(100, 2 * in_flight(settings.broadcast_rate)), timeout=REQUEST_LIMIT
    )
    session.middleware(PlainerRequests())
    if pace is not None:
        session.middleware(PacedRequests(pace, urgent=urgent))
    properties = DefaultBotProperties(parse_mode="HTML", link_preview=LinkPreviewOptions(is_disabled=True))
    return Bot(settings.token.get_secret_value(), session=session, default=properties)


def owners_told(
    settings: Settings, people: PeopleStore, catalogues: Catalogues, bot: Bot
) -> Callable[[], Awaitable[None]]:
    """Tells each of the owners that the database is in trouble, past the outbox, which lives in it."""

    async def language(owner: int) -> Language:
        try:
            person = await people.get(owner)
        except StorageFault:  # it is the database that is in trouble
            return Language.EN
        return person.speaks if person else Language.EN

    async def tell() -> None:
        for owner in settings.admins:
            screen = operator_note(catalogues[await language(owner)], {"note": "storage"})
            try:
                await bot.send_message(owner, screen.text, reply_markup=screen.keyboard())
            except AiogramError as error:
                _LOG.warning("owner not told", reason=diagnose(error).reason)

    return tell
