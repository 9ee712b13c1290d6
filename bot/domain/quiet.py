"""Quiet hours: when announcements that keep quiet rest."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When announcements that keep quiet rest, in the House's time."""

    begins: time
    ends: time
    zone: tzinfo

    def __str__(self) -> str:
        """Both ends: 22:00–08:00."""
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"

    def hold(self, now: datetime) -> bool:
        """Whether it is quiet."""
        moment = now.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends
