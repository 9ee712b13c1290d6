"""Roster: who has which role, and who is banned. Each change asks for the right; the audit log notes it."""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.delivery import Notice
from bot.domain.desk import Actor
from bot.domain.errors import HasRole, PersonNotFound, ProtectedOwner
from bot.domain.marks import Marks
from bot.domain.messages import NoticeKind
from bot.domain.people import PeopleStore, Person, require
from bot.domain.rights import RIGHTS, Right, Role

CHANGED = "people changed"
"""The mark that is set with every change of people: every process reads them anew."""
LOOKED_EVERY = 1.0
"""Seconds between two looks at that mark."""
_HIGH = frozenset({Role.ADMIN, Role.OWNER})
"""Roles that only ``GIVE_ALL_ROLES`` gives and takes."""
LONGEST_REASON = 300


class Roster:
    """The use cases. Each asks for the actor's right anew."""

    def __init__(self, *, people: PeopleStore, owners: frozenset[int]) -> None:
        """``owners``: those named in the settings."""
        self._people = people
        self._owners = owners

    def role_of(self, person: Person) -> Role:
        """The role that counts: owners of the settings are owners whatever is stored."""
        return Role.OWNER if person.id in self._owners else person.role

    async def rights_of(self, person_id: int) -> frozenset[Right]:
        """What the person may do at this moment."""
        person = await self._people.get(person_id)
        role = self.role_of(person) if person else Role.VISITOR
        return RIGHTS[Role.OWNER if person_id in self._owners else role]

    def is_protected(self, person_id: int) -> bool:
        """Whether the person is an owner by the settings."""
        return person_id in self._owners

    def grantable(self, actor: Actor, person: Person) -> Sequence[Role]:
        """The roles that the actor could give to the person now, the lowest first."""
        rights = RIGHTS[actor.role]
        if person.id in self._owners or Right.GIVE_ROLES not in rights:
            return ()
        if Right.GIVE_ALL_ROLES in rights:
            return tuple(Role)
        return () if person.role in _HIGH else tuple(role for role in Role if role not in _HIGH)

    async def list(self, actor: Actor) -> Sequence[Person]:
        """Everybody with a role, owners of the settings who have met the bot included, the highest first."""
        _require_any(actor, Right.GIVE_ROLES, Right.BAN)
        stored = list(await self._people.with_roles())
        known = {person.id for person in stored}
        named = [await self._people.get(owner) for owner in sorted(self._owners - known)]
        return [*(person for person in named if person), *stored]

    async def find(self, actor: Actor, text: str) -> Sequence[Person]:
        """People by id, @username or part of a name."""
        _require_any(actor, Right.GIVE_ROLES, Right.BAN)
        return await self._people.find(text)

    async def see(self, actor: Actor, person_id: int) -> Person:
        """One person. Raises ``PersonNotFound``."""
        _require_any(actor, Right.GIVE_ROLES, Right.BAN)
        return await self._known(person_id)

    async def give_role(
        self, actor: Actor, person_id: int, role: Role, *, cause: str | None = None
    ) -> Person:
        """Give a role, or take it with ``VISITOR``; the person is told.

        Raises ``PersonNotFound``, ``ProtectedOwner``, ``LastOwner``, ``NotAllowed``.
        """
        require(actor.role, Right.GIVE_ROLES)
        await self._known(person_id)
        if person_id in self._owners:
            raise ProtectedOwner

        def follows(before: Person) -> Aftermath:
            if {before.role, role} & _HIGH:
                require(actor.role, Right.GIVE_ALL_ROLES)
            details = {"from": before.role.value, "to": role.value}
            args = {"note": "role", "role": role.value}
            told = Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=person_id, args=args)
            return _noted(actor, Deed.ROLE, person_id, cause, details=details, told=[told])

        return await self._people.give_role(person_id, role, protected=self._owners, follows=follows)

    async def ban(self, actor: Actor, person_id: int, reason: str, *, cause: str | None = None) -> Person:
        """Ban a visitor. Raises ``PersonNotFound``, ``HasRole``, ``NotAllowed``.

        The audit log says who and when; the reason stands with the person only.
        """
        require(actor.role, Right.BAN)

        def follows(before: Person) -> Aftermath:
            if self.role_of(before) is not Role.VISITOR:
                raise HasRole
            return _noted(actor, Deed.BAN, person_id, cause)

        why = reason.strip()[:LONGEST_REASON] or "–"
        return await self._people.ban(person_id, why, follows=follows)

    async def unban(self, actor: Actor, person_id: int, *, cause: str | None = None) -> Person:
        """Lift a ban. Raises ``PersonNotFound``, ``NotAllowed``."""
        require(actor.role, Right.BAN)

        def follows(_: Person) -> Aftermath:
            return _noted(actor, Deed.UNBAN, person_id, cause)

        return await self._people.ban(person_id, None, follows=follows)

    async def _known(self, person_id: int) -> Person:
        person = await self._people.get(person_id)
        if person is None:
            raise PersonNotFound(person_id)
        return person


def _require_any(actor: Actor, *rights: Right) -> None:
    if not RIGHTS[actor.role] & set(rights):
        require(actor.role, rights[0])


def _noted(
    actor: Actor,
    deed: Deed,
    person_id: int,
    cause: str | None,
    *,
    details: Mapping[str, str] | None = None,
    told: Sequence[Notice] = (),
) -> Aftermath:
    remark = Remark(deed=deed, by=actor.person_id, about=str(person_id), details=details or {}, cause=cause)
    return Aftermath(remark=remark, notices=told, marks=news())


def news() -> Mapping[str, str]:
    """The mark ``CHANGED``, to be set in one commit with the change: no kill keeps it from a running bot."""
    return {CHANGED: uuid.uuid4().hex}


async def follow_changes(marks: Marks, then: Sequence[Callable[[], None]], stop: asyncio.Event) -> None:
    """Do all of ``then`` soon after people were changed, until ``stop``; also what happened before it began.

    After a fault it begins anew, and what was changed meanwhile must not be missed.
    """
    seen = None
    while not stop.is_set():
        try:
            async with asyncio.timeout(LOOKED_EVERY):
                await stop.wait()
        except TimeoutError:
            now = await marks.get(CHANGED)
            if now != seen:
                seen = now
                for step in then:
                    step()
