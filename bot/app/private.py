"""The part of the wiring that handles personal data."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.app.settings import Settings
from bot.domain.clock import Clock
from bot.domain.marks import Marks
from bot.domain.privacy import Handling, Keeping, Privacy
from bot.domain.remembering import RememberedPeople, RememberedSessions
from bot.domain.staff_chat import StaffChat
from bot.storage.database import Database
from bot.storage.privacy.store import SqlPrivacy


def handling_of(settings: Settings) -> Handling:
    """What the settings say of personal data."""
    is_sqlite = settings.database_url.get_secret_value().startswith("sqlite")
    return Handling(
        keeping=Keeping(
            inquiries=_days(settings.keep_inquiries),
            people=_days(settings.keep_people),
            drafts=_days(settings.keep_drafts),
        ),
        sealed=settings.encryption_key is not None,
        backups=_days(settings.backup_days) if is_sqlite else None,
        staff_chat=settings.staff_chat is not None,
    )


def _days(number: int) -> timedelta | None:
    return timedelta(days=number) if number else None


def build_privacy(
    settings: Settings,
    database: Database,
    *,
    people: RememberedPeople,
    sessions: RememberedSessions,
    marks: Marks,
    clock: Clock,
    staff_chat: StaffChat,
    settle: Callable[[], Awaitable[None]],
) -> Privacy:
    """The use cases on this database."""
    return Privacy(
        store=SqlPrivacy(database),
        people=people,
        sessions=sessions,
        marks=marks,
        clock=clock,
        handling=handling_of(settings),
        staff_chat=lambda: staff_chat.id,
        settle=settle,
        compact=database.compact,
    )
