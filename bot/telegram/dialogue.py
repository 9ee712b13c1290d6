"""Dialogue: the session of the person who is writing, and whether this update was already applied to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.remembering import RememberedSessions
from bot.domain.sessions import Session


class Dialogue:
    """Reads and moves one session. Each move notes the update that caused it."""

    def __init__(self, sessions: RememberedSessions, session: Session, *, cause: int, now: datetime) -> None:
        self._sessions = sessions
        self._cause = cause
        self._now = now
        self.session = session
        self.replayed = session.cause == cause
        """This update has moved the session before (a crash came between effect and done-mark)."""

    @property
    def state(self) -> str:
        """Which dialogue is under way."""
        return self.session.state

    @property
    def data(self) -> Mapping[str, Any]:
        """The dialogue's data."""
        return self.session.data

    def cause(self, step: str) -> str:
        """The cause of an effect of this update."""
        return f"{self._cause}:{step}"

    def moved(self, state: str = "", data: Mapping[str, Any] | None = None, *, thread: str = "") -> Session:
        """The session as it will be; to be stored together with an effect."""
        return replace(
            self.session,
            state=state,
            data=dict(data or {}),
            thread=thread,
            cause=self._cause,
            changed_at=self._now,
        )

    async def move(self, state: str = "", data: Mapping[str, Any] | None = None, *, thread: str = "") -> None:
        """Store the session in a new state."""
        await self._sessions.put(self.moved(state, data, thread=thread))
        await self.refresh()

    async def update(self, **changes: Any) -> None:
        """Store some data beside the rest, in the same state."""
        await self.move(self.state, {**self.data, **changes}, thread=self.session.thread)

    async def leave(self, *states: str) -> None:
        """End the dialogue if it is one of ``states`` (any, when none is given), and any open thread."""
        if (self.state and (not states or self.state in states)) or self.session.thread:
            keep = bool(states) and self.state not in states
            await self.move(self.state if keep else "", self.data if keep else None)

    def stored(self, session: Session) -> None:
        """The session was stored together with an effect."""
        self._sessions.remember(session)
        self.session = session

    async def refresh(self) -> None:
        """Read the session again."""
        self.session = await self._sessions.get(self.session.chat_id, self.session.person_id)
