"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Implements ``bot.domain.clock.Clock``."""

    def __init__(self, now: datetime = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)) -> None:
        self.time = now

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.time

    def move(self, by: timedelta) -> datetime:
        """Move on (or back); gives the new moment."""
        self.time += by
        return self.time
