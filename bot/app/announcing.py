"""The part of the wiring that announces: the sender with its own client of the Bot API."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

import structlog
from aiogram import Bot

from bot.app.metrics import Metrics
from bot.app.settings import Settings
from bot.domain.announcing import Announcements, AskOthers
from bot.domain.announcing_report import ReportPictures
from bot.domain.broadcasts import Broadcast, BroadcastStore
from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.library import Library
from bot.domain.messages import NoticeKind
from bot.domain.pace import FREE_LIMIT, Pace
from bot.domain.quiet import QuietHours
from bot.domain.recipients import Result, Settled
from bot.domain.remembering import RememberedPeople
from bot.domain.rights import Right
from bot.domain.sending import Sender, SenderHooks
from bot.i18n.catalogues import Catalogues
from bot.telegram.announcer import TelegramAnnouncer
from bot.telegram.boards import BoardParts, Boards

_LOG = structlog.get_logger("announcing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What announcing shares with the rest of the bot."""

    settings: Settings
    broadcasts: BroadcastStore
    people: RememberedPeople
    catalogues: Catalogues
    clock: Clock
    pace: Pace
    owner: str
    metrics: Metrics
    library: Library
    pictures: ReportPictures
    bot: Bot
    """A client of its own: it keeps the pace by itself."""
    courier_bot: Bot
    """Draws boards and sends reports."""
    wake_courier: Callable[[], None]
    fault: Callable[[BaseException], None]
    """Something went wrong: log it without anybody's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcing:
    """What announces."""

    sender: Sender
    announcements: Announcements
    carrier: TelegramAnnouncer
    boards: Boards
    bot: Bot


def quiet_hours(settings: Settings) -> QuietHours:
    """The setting, as times of the House."""
    begins, _, ends = settings.quiet_hours.partition("-")
    return QuietHours(begins=time.fromisoformat(begins), ends=time.fromisoformat(ends), zone=settings.zone)


def build_announcing(needs: Needs) -> Announcing:
    """Build it."""
    settings = needs.settings
    carrier = TelegramAnnouncer(needs.bot, needs.catalogues, paid=settings.broadcast_rate > FREE_LIMIT)
    sender = Sender(
        broadcasts=needs.broadcasts,
        carrier=carrier,
        pace=needs.pace,
        clock=needs.clock,
        owner=needs.owner,
        rate=settings.broadcast_rate,
        quiet=quiet_hours(settings),
        hooks=_hooks(needs),
    )

    def wake() -> None:
        sender.wake()
        needs.wake_courier()

    announcements = Announcements(
        broadcasts=needs.broadcasts,
        clock=needs.clock,
        approval_from=settings.broadcast_approval,
        wake=wake,
        ask_others=_ask_others(needs),
    )
    boards = Boards(
        BoardParts(
            bot=needs.courier_bot,
            broadcasts=needs.broadcasts,
            people=needs.people,
            library=needs.library,
            catalogues=needs.catalogues,
            clock=needs.clock,
            zone=settings.zone,
            quiet=quiet_hours(settings),
            pictures=needs.pictures,
            may_announce=_may_announce(needs),
            fault=needs.fault,
        )
    )
    return Announcing(
        sender=sender, announcements=announcements, carrier=carrier, boards=boards, bot=needs.bot
    )


def _ask_others(needs: Needs) -> AskOthers:
    async def ask(broadcast: Broadcast) -> Sequence[Notice]:
        """Ask everybody else who may announce to look at it."""
        others = await _entitled(needs) - {broadcast.author_id}
        args = {"note": "approval", "number": broadcast.number}
        return _notes(others, args, key=f"approval:{broadcast.number}")

    return ask


async def _entitled(needs: Needs) -> frozenset[int]:
    """Everybody who may announce."""
    by_role = {one.id for one in await needs.people.with_roles() if one.may(Right.ANNOUNCE)}
    return needs.settings.admins | by_role


def _may_announce(needs: Needs) -> Callable[[int], Awaitable[bool]]:
    async def may_announce(person_id: int) -> bool:
        if person_id in needs.settings.admins:
            return True
        person = await needs.people.get(person_id)
        return person is not None and person.may(Right.ANNOUNCE)

    return may_announce


def _notes(people: Iterable[int], args: dict[str, Any], *, key: str) -> Sequence[Notice]:
    return [
        Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=one, args=args, key=f"{key}:{one}") for one in people
    ]


def _hooks(needs: Needs) -> SenderHooks:
    metrics = needs.metrics

    def settled(results: Sequence[Settled]) -> None:
        for one in results:
            if one.result is not Result.WAITING:
                metrics.announced.labels(one.result.value).inc()
            if one.result is Result.BLOCKED:
                needs.people.forget(one.person_id)

    may_announce = _may_announce(needs)

    async def stops(broadcast: Broadcast) -> Sequence[Notice]:
        is_known = bool(broadcast.author_id) and await may_announce(broadcast.author_id)
        tell = {broadcast.author_id} if is_known else await _entitled(needs)
        args = {"note": "stopped", "number": broadcast.number, "why": broadcast.reason}
        return _notes(tell, args, key=f"stopped:{broadcast.number}:{broadcast.version}")

    def stopped(broadcast: Broadcast) -> None:
        _LOG.warning("announcement stopped", number=broadcast.number, reason=broadcast.reason)
        needs.wake_courier()

    return SenderHooks(
        fault=needs.fault, settled=settled, may_announce=may_announce, stops=stops, stopped=stopped
    )
