"""People in the database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, tuple_, update

from bot.domain.aftermath import nothing_follows
from bot.domain.errors import LastOwner, PersonNotFound
from bot.domain.people import Follows, Person, Profile
from bot.domain.rights import Role
from bot.i18n.languages import Language
from bot.storage.aftermath import follow
from bot.storage.backend import AnyRow
from bot.storage.cipher import fold
from bot.storage.database import Database
from bot.storage.search import containing
from bot.storage.tables import people, subscriptions

_RANK = {role: rank for rank, role in enumerate(Role)}
_MET = (
    "first_name",
    "last_name",
    "username",
    "name_key",
    "username_key",
    "phone_language",
    "reachable",
    "last_seen",
)
"""What meeting somebody again brings up to date."""
_PAGE = 1000
_MOST = 2**63


class SqlPeople:
    """Implements ``bot.domain.people.PeopleStore``."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, person_id: int) -> Person | None:
        """The person, or None when they never wrote."""
        return await self._db.read(lambda connection: person_in(connection, person_id))

    async def meet(self, profile: Profile, now: datetime) -> Person:
        """Add the person, or bring the profile up to date; ``last_seen`` becomes ``now``."""
        row = self._row(profile, now)
        statement = self._db.put(people, *_MET).returning(*people.c)

        def work(connection: Connection) -> Person:
            met = connection.execute(statement, row).one()
            return _person(met, _topics(connection, [profile.id]).get(profile.id, frozenset()))

        return await self._db.write(work)

    def _row(self, profile: Profile, now: datetime) -> dict[str, Any]:
        return {
            "id": profile.id,
            "first_name": profile.first_name,
            "last_name": profile.last_name,
            "username": profile.username,
            "name_key": self._db.key_of(profile.name),
            "username_key": self._db.key_of(profile.username),
            "phone_language": profile.phone_language.value,
            "role": Role.VISITOR.value,
            "asked_to_subscribe": False,
            "reachable": True,
            "first_seen": now,
            "last_seen": now,
        }

    async def choose_language(self, person_id: int, language: Language) -> None:
        """Remember the chosen language."""
        await self._set(person_id, language=language.value)

    async def subscribe(self, person_id: int, topics: frozenset[str]) -> None:
        """Replace the subscribed topics (empty: none) and note that the person was asked."""
        asked = update(people).where(people.c.id == person_id).values(asked_to_subscribe=True)

        def work(connection: Connection) -> None:
            if not connection.execute(asked).rowcount:
                return
            connection.execute(delete(subscriptions).where(subscriptions.c.person_id == person_id))
            if topics:
                rows = [{"person_id": person_id, "topic": topic} for topic in sorted(topics)]
                connection.execute(insert(subscriptions), rows)

        await self._db.write(work)

    async def set_reachable(self, person_id: int, *, reachable: bool) -> None:
        """Note that messages can or cannot reach the person."""
        await self._set(person_id, reachable=reachable)

    async def consent(self, person_id: int, now: datetime) -> None:
        """Note the first consent; a later one changes nothing."""
        await self._set(person_id, consented_at=func.coalesce(people.c.consented_at, now))

    async def give_role(
        self, person_id: int, role: Role, *, protected: frozenset[int], follows: Follows = nothing_follows
    ) -> Person:
        """Set a role, and what follows when it was another one. Raises ``PersonNotFound``, ``LastOwner``."""
        owners = select(people.c.id).where(people.c.role == Role.OWNER.value).with_for_update()

        def work(connection: Connection) -> Person:
            stored = set(connection.scalars(owners))
            before = _locked(connection, person_id)
            aftermath = follows(before)
            if role is not Role.OWNER and person_id in stored and not (stored | protected) - {person_id}:
                raise LastOwner
            person = _changed(connection, person_id, role=role.value)
            if before.role is not role:
                follow(connection, self._db, aftermath)
            return person

        return await self._db.write(work)

    async def ban(self, person_id: int, reason: str | None, *, follows: Follows = nothing_follows) -> Person:
        """Ban with a reason, or lift the ban with None, and what follows when that is new."""

        def work(connection: Connection) -> Person:
            before = _locked(connection, person_id)
            aftermath = follows(before)
            person = _changed(connection, person_id, banned=reason)
            if before.banned != reason:
                follow(connection, self._db, aftermath)
            return person

        return await self._db.write(work)

    async def with_roles(self) -> Sequence[Person]:
        """Everybody whose role is more than visitor, the highest first."""
        wanted = select(people).where(people.c.role != Role.VISITOR.value).order_by(people.c.id)
        found = await self._db.read(lambda connection: _persons(connection, connection.execute(wanted).all()))
        return sorted(found, key=lambda person: -_RANK[person.role])

    async def find(self, text: str, *, limit: int = 10) -> Sequence[Person]:
        """People by id, @username or part of a name; exact matches first, then the most recently seen."""
        wanted = fold(text).removeprefix("@")
        if not wanted:
            return []
        find = self._scan if self._db.cipher.seals else self._look_up
        return await self._db.read(lambda connection: _persons(connection, find(connection, wanted, limit)))

    def _exactly(self, wanted: str) -> ColumnElement[bool]:
        keys = self._db.cipher.keys_of(wanted)
        named = or_(people.c.name_key.in_(keys), people.c.username_key.in_(keys))
        if wanted.isdecimal() and int(wanted) < _MOST:
            return or_(named, people.c.id == int(wanted))
        return named

    def _look_up(self, connection: Connection, wanted: str, limit: int) -> Sequence[AnyRow]:
        """In a readable database: the folded names stand in their key columns."""
        exact = self._exactly(wanted)
        partly = or_(containing(people.c.name_key, wanted), containing(people.c.username_key, wanted))
        order = (case((exact, 0), else_=1), people.c.last_seen.desc(), people.c.id.desc())
        return connection.execute(
            select(people).where(or_(exact, partly)).order_by(*order).limit(limit)
        ).all()

    def _scan(self, connection: Connection, wanted: str, limit: int) -> Sequence[AnyRow]:
        """In a sealed database: exact names by their keyed hash, then everybody, page by page."""
        order = (people.c.last_seen.desc(), people.c.id.desc())
        exact = select(people).where(self._exactly(wanted)).order_by(*order).limit(limit)
        found = list(connection.execute(exact).all())
        known = {row.id for row in found}
        for row in _everybody(connection):
            if len(found) >= limit:
                break
            names = (fold(f"{row.first_name} {row.last_name}"), fold(row.username))
            if row.id not in known and any(wanted in name for name in names):
                found.append(row)
        return found

    async def _set(self, person_id: int, **values: object) -> None:
        statement = update(people).where(people.c.id == person_id).values(**values)
        await self._db.write(lambda connection: connection.execute(statement) and None)


def _everybody(connection: Connection) -> Iterator[AnyRow]:
    """Every person, the most recently seen first, in pages."""
    place = tuple_(people.c.last_seen, people.c.id)
    page = select(people).order_by(people.c.last_seen.desc(), people.c.id.desc()).limit(_PAGE)
    rows = connection.execute(page).all()
    while rows:
        yield from rows
        after = tuple_(rows[-1].last_seen, rows[-1].id, types=(people.c.last_seen.type, people.c.id.type))
        rows = connection.execute(page.where(place < after)).all()


def _changed(connection: Connection, person_id: int, **values: object) -> Person:
    connection.execute(update(people).where(people.c.id == person_id).values(**values))
    return _found(connection, person_id)


def _locked(connection: Connection, person_id: int) -> Person:
    """The person, whom nobody else changes until this transaction ends. Raises ``PersonNotFound``."""
    connection.execute(select(people.c.id).where(people.c.id == person_id).with_for_update())
    return _found(connection, person_id)


def _found(connection: Connection, person_id: int) -> Person:
    person = person_in(connection, person_id)
    if person is None:
        raise PersonNotFound(person_id)
    return person


def person_in(connection: Connection, person_id: int) -> Person | None:
    """The person, within a transaction."""
    rows = connection.execute(select(people).where(people.c.id == person_id)).all()
    return next(iter(_persons(connection, rows)), None)


def _persons(connection: Connection, rows: Sequence[AnyRow]) -> list[Person]:
    topics = _topics(connection, [row.id for row in rows])
    return [_person(row, topics.get(row.id, frozenset())) for row in rows]


def _topics(connection: Connection, ids: Iterable[int]) -> dict[int, frozenset[str]]:
    wanted = select(subscriptions.c.person_id, subscriptions.c.topic).where(
        subscriptions.c.person_id.in_(list(ids))
    )
    topics: dict[int, set[str]] = {}
    for person_id, topic in connection.execute(wanted):
        topics.setdefault(person_id, set()).add(topic)
    return {person_id: frozenset(some) for person_id, some in topics.items()}


def _person(row: AnyRow, topics: frozenset[str]) -> Person:
    return Person(
        profile=Profile(
            id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            username=row.username,
            phone_language=Language(row.phone_language),
        ),
        language=Language(row.language) if row.language else None,
        role=Role(row.role),
        topics=topics,
        asked_to_subscribe=row.asked_to_subscribe,
        reachable=row.reachable,
        banned=row.banned,
        consented_at=row.consented_at,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )
