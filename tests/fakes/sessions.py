"""Sessions in memory."""

from dataclasses import replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.sessions import Overtaken, Session


class FakeSessions:
    """Implements ``bot.domain.sessions.SessionStore``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.sessions: dict[tuple[int, int], Session] = {}
        self.ticked: dict[tuple[int, str], frozenset[str]] = {}

    async def get(self, chat_id: int, person_id: int) -> Session:
        """The session; an empty one when there is none."""
        return self.sessions.get((chat_id, person_id), Session(chat_id=chat_id, person_id=person_id))

    async def put(self, session: Session) -> None:
        """Replace the stored session."""
        self.keep(session)

    def keep(self, session: Session) -> None:
        """The same within another store's change."""
        stored = self.sessions.get((session.chat_id, session.person_id))
        if stored and session.after is not None and stored.cause not in (session.after, session.cause):
            raise Overtaken
        changed_at = session.changed_at or self._clock.now()
        self.sessions[session.chat_id, session.person_id] = replace(
            session, changed_at=changed_at, after=None
        )

    async def continue_thread(self, person_id: int, code: str) -> None:
        """Set ``thread`` of the person's private chat and leave the rest as it is."""
        session = await self.get(person_id, person_id)
        self.keep(replace(session, thread=code, changed_at=None))

    async def ticks(self, person_id: int, list_id: str) -> frozenset[str]:
        """The ticked lines of a checklist."""
        return self.ticked.get((person_id, list_id), frozenset())

    async def tick(self, person_id: int, list_id: str, line: str, *, ticked: bool) -> frozenset[str]:
        """Tick or clear a line; gives all ticked lines."""
        before = await self.ticks(person_id, list_id)
        self.ticked[person_id, list_id] = before | {line} if ticked else before - {line}
        return self.ticked[person_id, list_id]

    async def sweep(self, before: datetime) -> int:
        """Delete sessions unchanged since then."""
        old = [key for key, one in self.sessions.items() if one.changed_at and one.changed_at < before]
        for key in old:
            del self.sessions[key]
        return len(old)
