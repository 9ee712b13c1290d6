"""Care: what the settings say of the daily round, and who is told when something fails."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog

from bot.app.logs import where
from bot.app.metrics import Metrics
from bot.app.settings import Settings
from bot.domain.clock import Clock
from bot.domain.courier import CourierHooks
from bot.domain.daily import Appointment
from bot.domain.delivery import Delivery, Notice, Outbox, Outcome, Owed
from bot.domain.desk import Desk
from bot.domain.inbox import Item
from bot.domain.intake import IntakeHooks
from bot.domain.messages import NoticeKind
from bot.domain.remembering import RememberedPeople
from bot.domain.staff_chat import StaffChat
from bot.domain.waiting import rested

_LOG = structlog.get_logger("bot")
_REPLIES = frozenset({NoticeKind.POST_TO_VISITOR, NoticeKind.EDIT_TO_VISITOR})
SPACING = timedelta(minutes=15)
"""Between two notes about the same kind of trouble."""
_LOOK = 30.0
_QUESTIONS = frozenset({NoticeKind.POST_TO_STAFF, NoticeKind.EDIT_TO_STAFF})


def appointments(settings: Settings) -> Sequence[Appointment]:
    """What staff get once a day."""
    return (
        Appointment(kind=NoticeKind.REMINDER, at=settings.reminder_time, on_working_days=True),
        Appointment(kind=NoticeKind.DIGEST, at=settings.digest_time, on_working_days=False),
    )


def courier_hooks(
    people: RememberedPeople, desk: Desk, staff_chat: StaffChat, metrics: Metrics
) -> CourierHooks:
    """What follows when something cannot be delivered: staff and visitors are told."""

    def fault(owed: Owed | None, error: BaseException) -> None:
        metrics.faults.labels("courier").inc()
        kind = owed.notice.kind.value if owed else None
        _LOG.error("delivery failed", notice=kind, fault=type(error).__name__, where=where(error))

    async def refused(owed: Owed, delivery: Delivery) -> None:
        metrics.refused.labels(delivery.outcome.value).inc()
        notice, cause = owed.notice, f"outbox:{owed.id}:{delivery.outcome.value}"
        _LOG.warning(
            "not delivered", notice=notice.kind.value, outcome=delivery.outcome.value, reason=delivery.reason
        )
        if delivery.outcome is Outcome.UNREACHABLE and notice.chat_id > 0:
            await people.set_reachable(notice.chat_id, reachable=False)
            if notice.code:
                await desk.unreachable(notice.code, is_reply=notice.kind in _REPLIES, cause=cause)
        elif notice.kind in _REPLIES:
            await desk.refused(notice.code, cause=cause)
        elif notice.kind in _QUESTIONS:
            await desk.lost_file(notice.code, notice.post_id, cause=cause)

    async def moved(old: int, new: int) -> None:
        if old == staff_chat.id:
            await staff_chat.move(new)

    return CourierHooks(fault=fault, refused=refused, moved=moved)


class OwnerNotes:
    """Tells the owners of trouble: the first time at once, then once in a while however often it comes."""

    def __init__(
        self, owners: Collection[int], *, outbox: Outbox, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._owners = owners
        self._outbox = outbox
        self._clock = clock
        self._wake = wake
        self._last: dict[str, tuple[datetime, timedelta]] = {}
        """When the last note of each kind went, and for how long it speaks for more of the kind."""
        self._more: dict[str, tuple[dict[str, str], timedelta]] = {}
        """What happened again meanwhile."""

    async def tell(self, note: str, *, spacing: timedelta = SPACING, **args: str) -> None:
        """Tell the owners now, or ``spacing`` after the last note of this kind."""
        if not (notices := self.due(note, spacing=spacing, **args)):
            return
        try:
            await self._outbox.add(notices)
        except BaseException:
            # They have heard nothing: as soon as anything can be stored they do.
            self._more[note] = (args, spacing)
            del self._last[note]
            raise
        self._wake()

    def due(self, note: str, *, spacing: timedelta = SPACING, **args: str) -> Sequence[Notice]:
        """What is to be owed to the owners now; nothing while the last note of its kind speaks for it."""
        if not self._is_due(note):
            self._more[note] = (args, spacing)
            return ()
        self._last[note] = (self._clock.now(), spacing)
        self._more.pop(note, None)
        kind, told = NoticeKind.OPERATOR_NOTE, {"note": note, **args}
        return [Notice(kind=kind, chat_id=owner, args=told, key=f"{note}:{owner}") for owner in self._owners]

    async def run(self, stop: asyncio.Event) -> None:
        """Tell what happened again, until ``stop``."""
        while not await rested(stop, _LOOK):
            for note, (args, spacing) in list(self._more.items()):
                if self._is_due(note):
                    await self.tell(note, spacing=spacing, **args)

    def _is_due(self, note: str) -> bool:
        last, spacing = self._last.get(note, (None, SPACING))
        # A clock that was set back must not silence anything.
        return last is None or not last <= self._clock.now() < last + spacing


def intake_hooks(
    metrics: Metrics, notes: OwnerNotes, clock: Clock, wake_courier: Callable[[], None]
) -> IntakeHooks:
    """What follows when an update was handled, or cannot be."""

    def handled(item: Item) -> None:
        metrics.handled.inc()
        metrics.handling.observe(max(0.0, (clock.now() - item.received_at).total_seconds()))

    def fault(item: Item | None, error: BaseException) -> None:
        metrics.faults.labels("intake").inc()
        number = item.update_id if item else None
        _LOG.error("update failed", update_id=number, fault=type(error).__name__, where=where(error))

    def quarantines(_: Item, __: str) -> Sequence[Notice]:
        return notes.due("quarantine", command="python -m bot quarantine")

    def quarantined(item: Item, error: str) -> None:
        metrics.quarantined.inc()
        _LOG.error("update put aside", item=item.id, update_id=item.update_id, fault=error)
        wake_courier()

    return IntakeHooks(handled=handled, fault=fault, quarantines=quarantines, quarantined=quarantined)


def sender_fault(metrics: Metrics) -> Callable[[BaseException], None]:
    """What follows when an announcement cannot be carried on."""

    def fault(error: BaseException) -> None:
        metrics.faults.labels("sender").inc()
        _LOG.error("sending failed", fault=type(error).__name__, where=where(error))

    return fault
