"""Remembering: people and sessions kept at hand, in bounded memory: a tap does not wait for the database.

Only for a process that is alone with its database. With several processes the size is 0 and nothing is kept:
rights, bans, languages and dialogues are read anew for each update, and no news about them can come too late.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.aftermath import nothing_follows
from bot.domain.people import Follows, PeopleStore, Person, Profile
from bot.domain.rights import Role
from bot.domain.sessions import Session, SessionStore
from bot.i18n.languages import Language

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

SEEN_EVERY = timedelta(hours=1)
"""How stale ``last_seen`` may be before a message writes it again."""


class RememberedPeople:
    """A ``PeopleStore`` that keeps the latest people at hand."""

    def __init__(self, store: PeopleStore, *, size: int = 20_000) -> None:
        self._store = store
        self._size = size
        self._known: OrderedDict[int, Person] = OrderedDict()

    def forget(self, person_id: int) -> None:
        """Drop what is kept: the stored person changed elsewhere."""
        self._known.pop(person_id, None)

    def clear(self) -> None:
        """Drop all that is kept: stored people changed elsewhere."""
        self._known.clear()

    async def get(self, person_id: int) -> Person | None:
        """See ``PeopleStore``."""
        known = self._known.get(person_id)
        if known:
            return known
        person = await self._store.get(person_id)
        return self._keep(person) if person else None

    async def meet(self, profile: Profile, now: datetime) -> Person:
        """See ``PeopleStore``; writes only when something changed or an hour has passed."""
        known = await self.get(profile.id)
        if known and known.profile == profile and known.reachable and now - known.last_seen < SEEN_EVERY:
            return self._keep(known)
        return self._keep(await self._store.meet(profile, now))

    async def choose_language(self, person_id: int, language: Language) -> None:
        """See ``PeopleStore``."""
        await self._store.choose_language(person_id, language)
        await self._again(person_id)

    async def subscribe(self, person_id: int, topics: frozenset[str]) -> None:
        """See ``PeopleStore``."""
        await self._store.subscribe(person_id, topics)
        await self._again(person_id)

    async def set_reachable(self, person_id: int, *, reachable: bool) -> None:
        """See ``PeopleStore``."""
        await self._store.set_reachable(person_id, reachable=reachable)
        await self._again(person_id)

    async def consent(self, person_id: int, now: datetime) -> None:
        """See ``PeopleStore``."""
        await self._store.consent(person_id, now)
        await self._again(person_id)

    async def give_role(
        self, person_id: int, role: Role, *, protected: frozenset[int], follows: Follows = nothing_follows
    ) -> Person:
        """See ``PeopleStore``."""
        return self._keep(await self._store.give_role(person_id, role, protected=protected, follows=follows))

    async def ban(self, person_id: int, reason: str | None, *, follows: Follows = nothing_follows) -> Person:
        """See ``PeopleStore``."""
        return self._keep(await self._store.ban(person_id, reason, follows=follows))

    async def with_roles(self) -> Sequence[Person]:
        """See ``PeopleStore``."""
        return await self._store.with_roles()

    async def find(self, text: str, *, limit: int = 10) -> Sequence[Person]:
        """See ``PeopleStore``."""
        return await self._store.find(text, limit=limit)

    async def _again(self, person_id: int) -> None:
        self.forget(person_id)
        await self.get(person_id)

    def _keep(self, person: Person) -> Person:
        _remember(self._known, person.id, person, self._size)
        return person


class RememberedSessions:
    """A ``SessionStore`` that keeps the latest sessions at hand."""

    def __init__(self, store: SessionStore, *, size: int = 20_000) -> None:
        self._store = store
        self._size = size
        self._known: OrderedDict[tuple[int, int], Session] = OrderedDict()

    def forget(self, chat_id: int, person_id: int) -> None:
        """Drop what is kept: the stored session changed elsewhere."""
        self._known.pop((chat_id, person_id), None)

    def clear(self) -> None:
        """Drop all that is kept: stored sessions changed elsewhere."""
        self._known.clear()

    def remember(self, session: Session) -> None:
        """Note a session that was stored together with an inquiry."""
        _remember(self._known, (session.chat_id, session.person_id), session, self._size)

    async def get(self, chat_id: int, person_id: int) -> Session:
        """See ``SessionStore``."""
        known = self._known.get((chat_id, person_id))
        if known is None:
            known = await self._store.get(chat_id, person_id)
            self.remember(known)
        return known

    async def put(self, session: Session) -> None:
        """See ``SessionStore``."""
        self.forget(session.chat_id, session.person_id)
        await self._store.put(session)
        self.remember(session)

    async def continue_thread(self, person_id: int, code: str) -> None:
        """See ``SessionStore``."""
        await self._store.continue_thread(person_id, code)
        known = self._known.get((person_id, person_id))
        if known:
            self.remember(replace(known, thread=code))

    async def ticks(self, person_id: int, list_id: str) -> frozenset[str]:
        """See ``SessionStore``."""
        return await self._store.ticks(person_id, list_id)

    async def tick(self, person_id: int, list_id: str, line: str, *, ticked: bool) -> frozenset[str]:
        """See ``SessionStore``."""
        return await self._store.tick(person_id, list_id, line, ticked=ticked)

    async def sweep(self, before: datetime) -> int:
        """See ``SessionStore``."""
        self._known.clear()
        return await self._store.sweep(before)


def _remember(known: OrderedDict[_Key, _Value], key: _Key, value: _Value, size: int) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > size:
        known.popitem(last=False)
