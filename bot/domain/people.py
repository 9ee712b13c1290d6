"""Person: who writes to the bot, in which language, with which role; and the store that remembers them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.aftermath import Aftermath, nothing_follows
from bot.domain.errors import NotAllowed
from bot.domain.rights import RIGHTS, Right, Role
from bot.i18n.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What Telegram says of a person with every update."""

    id: int
    """Telegram's user id; also the id of the private chat."""
    first_name: str
    last_name: str = ""
    username: str = ""
    """Without the @; empty when there is none. Names change hands: never used to decide rights."""
    phone_language: Language = Language.EN
    """The language guessed from the person's app."""

    @property
    def name(self) -> str:
        """First and last name as one line."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has met the bot."""

    profile: Profile
    language: Language | None = None
    """The language chosen in the bot; None until the person chose."""
    role: Role = Role.VISITOR
    topics: frozenset[str] = frozenset()
    """Subscribed topics: section ids and ``news``. Empty: no announcements."""
    asked_to_subscribe: bool = False
    """Whether the first screen has already offered announcements."""
    reachable: bool = True
    """False after Telegram said that the bot is blocked or the account is gone."""
    banned: str | None = None
    """The reason of a ban, or None."""
    consented_at: datetime | None = None
    """When the person first agreed that their words are kept (first inquiry)."""
    first_seen: datetime
    last_seen: datetime

    @property
    def id(self) -> int:
        """Telegram's user id."""
        return self.profile.id

    @property
    def speaks(self) -> Language:
        """The chosen language, else the phone's."""
        return self.language or self.profile.phone_language

    def may(self, right: Right) -> bool:
        """Whether the person's own role has the right."""
        return right in RIGHTS[self.role]


def require(role: Role, right: Right) -> None:
    """Raise ``NotAllowed`` unless the role has the right."""
    if right not in RIGHTS[role]:
        raise NotAllowed(right)


Follows = Callable[[Person], Aftermath]
"""What follows from a change, by the person as they were before it; raises a ``Refusal`` to prevent it."""


class PeopleStore(Protocol):
    """Remembers people. Each method is one transaction; each raises nothing for an unknown id unless said."""

    async def get(self, person_id: int) -> Person | None:
        """The person, or None when they never wrote."""
        ...

    async def meet(self, profile: Profile, now: datetime) -> Person:
        """Add the person, or bring the profile up to date; ``last_seen`` becomes ``now``.

        A person who was unreachable is reachable again.
        """
        ...

    async def choose_language(self, person_id: int, language: Language) -> None:
        """Remember the chosen language."""
        ...

    async def subscribe(self, person_id: int, topics: frozenset[str]) -> None:
        """Replace the subscribed topics (empty: none) and note that the person was asked."""
        ...

    async def set_reachable(self, person_id: int, *, reachable: bool) -> None:
        """Note that messages can or cannot reach the person."""
        ...

    async def consent(self, person_id: int, now: datetime) -> None:
        """Note the first consent; a later one changes nothing."""
        ...

    async def give_role(
        self, person_id: int, role: Role, *, protected: frozenset[int], follows: Follows = nothing_follows
    ) -> Person:
        """Set a role. Raises ``PersonNotFound``, ``LastOwner`` (``protected`` owners count as owners).

        ``follows`` is always asked; what it gives is stored when the role was another one.
        """
        ...

    async def ban(self, person_id: int, reason: str | None, *, follows: Follows = nothing_follows) -> Person:
        """Ban with a reason, or lift the ban with None. Raises ``PersonNotFound``.

        ``follows`` is always asked; what it gives is stored when there was no ban, or another reason.
        """
        ...

    async def with_roles(self) -> Sequence[Person]:
        """Everybody whose role is more than visitor, the highest first."""
        ...

    async def find(self, text: str, *, limit: int = 10) -> Sequence[Person]:
        """People by id, @username or part of a name; the most recently seen first."""
        ...
