"""Care: what the settings say of the daily round, and what is done when a delivery fails."""

from collections.abc import Sequence

import structlog

from bot.app.logs import where
from bot.app.metrics import Metrics
from bot.app.settings import Settings
from bot.domain.courier import CourierHooks
from bot.domain.daily import Appointment
from bot.domain.delivery import Delivery, Outcome, Owed
from bot.domain.desk import Desk
from bot.domain.messages import NoticeKind
from bot.domain.remembering import RememberedPeople
from bot.domain.staff_chat import StaffChat

_LOG = structlog.get_logger("bot")
_REPLIES = frozenset({NoticeKind.POST_TO_VISITOR, NoticeKind.EDIT_TO_VISITOR})
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
