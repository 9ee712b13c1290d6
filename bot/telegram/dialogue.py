"""Dialogue: the session of the person who is writing, and whether this update was already applied to it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.remembering import RememberedSessions
from bot.domain.sessions import Session
from bot.telegram.states import UNSENT

_SHELF = "shelf"
"""The key in the data, in any state, of what is unsent: its data by its state."""


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

    def waiting(self, state: str) -> Mapping[str, Any] | None:
        """The data of something unsent, under way or on the shelf; None when there is none."""
        if self.state == state:
            return self.data
        found: Mapping[str, Any] | None = self.data.get(_SHELF, {}).get(state)
        return found

    def ended(self, state: str) -> Session:
        """The session once something unsent is sent; to be stored together with that effect."""
        if self.state == state:
            return self._moved("", None)
        shelf = {name: data for name, data in self.data.get(_SHELF, {}).items() if name != state}
        return self._moved(self.state, {**self.data, _SHELF: shelf}, thread=self.session.thread)

    def _moved(self, state: str, data: Mapping[str, Any] | None, *, thread: str = "") -> Session:
        data = {_SHELF: self.data.get(_SHELF, {}), **(data or {})}
        if not data[_SHELF]:
            del data[_SHELF]
        return replace(
            self.session, state=state, data=data, thread=thread, cause=self._cause, changed_at=self._now
        )

    async def move(self, state: str = "", data: Mapping[str, Any] | None = None, *, thread: str = "") -> None:
        """Store the session in a new state. Something unsent goes to the shelf, and no state ends it."""
        shelf = dict(self.data.get(_SHELF, {}))
        if self.state in UNSENT and state not in ("", self.state):
            shelf[self.state] = {name: one for name, one in self.data.items() if name != _SHELF}
        shelf.pop(state, None)
        await self._put(self._moved(state, {**(data or {}), _SHELF: shelf}, thread=thread))

    async def update(self, **changes: Any) -> None:
        """Store some data beside the rest, in the same state."""
        await self.move(self.state, {**self.data, **changes}, thread=self.session.thread)

    async def resume(self, state: str) -> bool:
        """Go on with something unsent; False when there is none."""
        data = self.waiting(state)
        if data is None:
            return False
        if self.state != state or data.get("paused"):
            await self.move(state, {**data, "paused": False})
        return True

    async def leave(self, *states: str) -> None:
        """End the dialogue if it is one of ``states`` (any, when none is given), and any open thread.

        What is unsent is taken from the shelf only when it is named.
        """
        shelf = self.data.get(_SHELF, {})
        kept = {name: data for name, data in shelf.items() if name not in states}
        if self.state and (not states or self.state in states):
            await self._put(self._moved("", {_SHELF: kept}))
        elif self.session.thread or kept != shelf:
            await self._put(self._moved(self.state, {**self.data, _SHELF: kept}))

    async def clear(self) -> bool:
        """End everything that was begun; whether there was anything."""
        something = bool(self.state or self.data.get(_SHELF))
        if something or self.session.thread:
            await self._put(self._moved("", {_SHELF: {}}))
        return something

    def stored(self, session: Session) -> None:
        """The session was stored together with an effect."""
        self._sessions.remember(session)
        self.session = session

    async def refresh(self) -> None:
        """Read the session again."""
        self.session = await self._sessions.get(self.session.chat_id, self.session.person_id)

    async def _put(self, session: Session) -> None:
        await self._sessions.put(session)
        await self.refresh()
