"""People in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.aftermath import nothing_follows
from bot.domain.errors import LastOwner, PersonNotFound
from bot.domain.people import Follows, Person, Profile
from bot.domain.rights import Role
from bot.i18n.languages import Language
from tests.fakes.aftermath import Following


class FakePeople:
    """Implements ``bot.domain.people.PeopleStore``."""

    def __init__(self, following: Following | None = None) -> None:
        """``following``: where goes what follows from changes."""
        self.people: dict[int, Person] = {}
        self._following = following or Following()

    async def get(self, person_id: int) -> Person | None:
        """The person, or None when they never wrote."""
        return self.people.get(person_id)

    async def meet(self, profile: Profile, now: datetime) -> Person:
        """Add the person, or bring the profile up to date."""
        known = self.people.get(profile.id) or Person(profile=profile, first_seen=now, last_seen=now)
        met = replace(known, profile=profile, last_seen=now, reachable=True)
        self.people[profile.id] = met
        return met

    async def choose_language(self, person_id: int, language: Language) -> None:
        """Remember the chosen language."""
        if person := self.people.get(person_id):
            self.people[person_id] = replace(person, language=language)

    async def subscribe(self, person_id: int, topics: frozenset[str]) -> None:
        """Replace the subscribed topics and note that the person was asked."""
        if person := self.people.get(person_id):
            self.people[person_id] = replace(person, topics=topics, asked_to_subscribe=True)

    async def set_reachable(self, person_id: int, *, reachable: bool) -> None:
        """Note that messages can or cannot reach the person."""
        if person := self.people.get(person_id):
            self.people[person_id] = replace(person, reachable=reachable)

    async def consent(self, person_id: int, now: datetime) -> None:
        """Note the first consent."""
        if person := self.people.get(person_id):
            self.people[person_id] = replace(person, consented_at=person.consented_at or now)

    async def give_role(
        self, person_id: int, role: Role, *, protected: frozenset[int], follows: Follows = nothing_follows
    ) -> Person:
        """Set a role. Raises ``PersonNotFound``, ``LastOwner``."""
        before = self._known(person_id)
        aftermath = follows(before)
        owners = {one.id for one in self.people.values() if one.role is Role.OWNER}
        if role is not Role.OWNER and person_id in owners and not (owners | protected) - {person_id}:
            raise LastOwner
        self.people[person_id] = replace(before, role=role)
        if before.role is not role:
            self._following.follow(aftermath)
        return self.people[person_id]

    async def ban(self, person_id: int, reason: str | None, *, follows: Follows = nothing_follows) -> Person:
        """Ban with a reason, or lift the ban with None. Raises ``PersonNotFound``."""
        before = self._known(person_id)
        aftermath = follows(before)
        self.people[person_id] = replace(before, banned=reason)
        if before.banned != reason:
            self._following.follow(aftermath)
        return self.people[person_id]

    async def with_roles(self) -> Sequence[Person]:
        """Everybody whose role is more than visitor, the highest first."""
        rank = list(Role)
        staff = (one for one in self.people.values() if one.role is not Role.VISITOR)
        return sorted(staff, key=lambda one: (-rank.index(one.role), one.id))

    async def find(self, text: str, *, limit: int = 10) -> Sequence[Person]:
        """People by id, @username or part of a name; exact matches first, then the most recently seen."""
        wanted = " ".join(text.casefold().split()).removeprefix("@")
        if not wanted:
            return []
        found = []
        for person in self.people.values():
            names = (person.profile.name.casefold(), person.profile.username.casefold())
            exact = wanted in (*names, str(person.id))
            if exact or any(wanted in name for name in names):
                found.append((exact, person.last_seen, person.id, person))
        return [person for *_, person in sorted(found, key=lambda one: one[:3], reverse=True)][:limit]

    def _known(self, person_id: int) -> Person:
        person = self.people.get(person_id)
        if person is None:
            raise PersonNotFound(person_id)
        return person
