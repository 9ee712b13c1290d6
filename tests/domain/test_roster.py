"""Who may give which role to whom, and who may ban whom."""

import asyncio
from functools import partial

import pytest

from bot.domain.audit import Deed
from bot.domain.desk import Actor
from bot.domain.errors import HasRole, LastOwner, NotAllowed, PersonNotFound, ProtectedOwner
from bot.domain.people import Profile
from bot.domain.remembering import RememberedPeople
from bot.domain.rights import Role
from bot.domain.roster import CHANGED, LONGEST_REASON, Roster, follow_changes
from tests.fakes.aftermath import Following
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.marks import FakeMarks
from tests.fakes.outbox import FakeOutbox
from tests.fakes.people import FakePeople

NAMED = 1
"""The owner of the settings."""
TARGET = 7
LOW = (Role.VISITOR, Role.VIEWER, Role.STAFF, Role.EDITOR)


class Office:
    """A roster over fakes."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.audit = FakeAudit(clock)
        self.outbox = FakeOutbox(clock)
        self.marks = FakeMarks()
        self.people = FakePeople(Following(outbox=self.outbox, audit=self.audit, marks=self.marks))
        self.roster = Roster(people=self.people, owners=frozenset({NAMED}))

    async def meet(self, person_id: int, role: Role = Role.VISITOR) -> None:
        """Somebody with a role."""
        await self.people.meet(Profile(id=person_id, first_name=f"P{person_id}"), self.clock.now())
        await self.people.give_role(person_id, role, protected=frozenset({NAMED}))


def actor(role: Role, person_id: int = 99) -> Actor:
    return Actor(person_id=person_id, name="A", role=role)


@pytest.fixture
def office(clock: FakeClock) -> Office:
    return Office(clock)


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("before", Role)
@pytest.mark.parametrize("by", Role)
async def test_who_gives_which_role_to_whom(office: Office, by: Role, before: Role, given: Role) -> None:
    await office.meet(TARGET, before)
    allowed = by is Role.OWNER or (by is Role.ADMIN and before in LOW and given in LOW)
    person = await office.people.get(TARGET)
    assert person is not None
    assert (given in office.roster.grantable(actor(by), person)) is allowed
    if allowed:
        assert (await office.roster.give_role(actor(by), TARGET, given)).role is given
    else:
        with pytest.raises(NotAllowed):
            await office.roster.give_role(actor(by), TARGET, given)
        assert (await office.roster.see(actor(Role.OWNER), TARGET)).role is before


async def test_a_change_is_noted_and_told_and_no_change_is_not(office: Office) -> None:
    await office.meet(TARGET)
    await office.roster.give_role(actor(Role.OWNER), TARGET, Role.STAFF, cause="1:role")
    await office.roster.give_role(actor(Role.OWNER), TARGET, Role.STAFF, cause="2:role")
    (entry,) = office.audit.entries
    assert (entry.deed, entry.by, entry.about) == (Deed.ROLE, 99, "7")
    assert entry.details == {"from": "visitor", "to": "staff"}
    assert await office.outbox.waiting() == 1


async def test_an_owner_of_the_settings_cannot_be_changed(office: Office) -> None:
    await office.meet(NAMED)
    for role in (Role.VISITOR, Role.OWNER):
        with pytest.raises(ProtectedOwner):
            await office.roster.give_role(actor(Role.OWNER), NAMED, role)
    person = await office.people.get(NAMED)
    assert person is not None
    assert office.roster.role_of(person) is Role.OWNER
    assert office.roster.grantable(actor(Role.OWNER), person) == ()
    assert [one.id for one in await office.roster.list(actor(Role.ADMIN))] == [NAMED]


async def test_the_last_owner_stays(clock: FakeClock) -> None:
    office = Office(clock)
    office.roster = Roster(people=office.people, owners=frozenset())
    await office.meet(TARGET, Role.OWNER)
    with pytest.raises(LastOwner):
        await office.roster.give_role(actor(Role.OWNER), TARGET, Role.ADMIN)
    assert office.audit.entries == []


@pytest.mark.parametrize("by", Role)
async def test_who_may_ban(office: Office, by: Role) -> None:
    await office.meet(TARGET)
    if by in {Role.ADMIN, Role.OWNER}:
        assert (await office.roster.ban(actor(by), TARGET, " spam ")).banned == "spam"
        assert (await office.roster.unban(actor(by), TARGET)).banned is None
        assert [one.deed for one in office.audit.entries] == [Deed.BAN, Deed.UNBAN]
        assert not any("spam" in repr(one) for one in office.audit.entries)
    else:
        for step in (office.roster.ban(actor(by), TARGET, "x"), office.roster.unban(actor(by), TARGET)):
            with pytest.raises(NotAllowed):
                await step


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VISITOR])
async def test_nobody_with_a_role_is_banned(office: Office, role: Role) -> None:
    await office.meet(TARGET, role)
    with pytest.raises(HasRole):
        await office.roster.ban(actor(Role.OWNER), TARGET, "spam")
    await office.meet(NAMED)
    with pytest.raises(HasRole):
        await office.roster.ban(actor(Role.OWNER), NAMED, "spam")


async def test_a_right_is_asked_of_the_person_as_they_are_not_as_they_were_remembered(
    office: Office,
) -> None:
    await office.meet(TARGET)
    remembered = RememberedPeople(office.people)
    roster = Roster(people=remembered, owners=frozenset({NAMED}))
    assert (await roster.see(actor(Role.ADMIN), TARGET)).role is Role.VISITOR
    await office.people.give_role(TARGET, Role.ADMIN, protected=frozenset({NAMED}))  # by the command line
    with pytest.raises(NotAllowed):
        await roster.give_role(actor(Role.ADMIN), TARGET, Role.STAFF)
    with pytest.raises(HasRole):
        await roster.ban(actor(Role.ADMIN), TARGET, "spam")
    await roster.give_role(actor(Role.OWNER), TARGET, Role.STAFF)
    assert office.audit.entries[-1].details == {"from": "admin", "to": "staff"}


async def test_every_change_is_news_to_every_process_and_no_change_is_none(office: Office) -> None:
    await office.meet(TARGET)
    seen = [office.marks.values.get(CHANGED)]
    owner = actor(Role.OWNER)
    for step in (
        partial(office.roster.give_role, owner, TARGET, Role.STAFF),
        partial(office.roster.give_role, owner, TARGET, Role.VISITOR),
        partial(office.roster.ban, owner, TARGET, "spam"),
        partial(office.roster.unban, owner, TARGET),
    ):
        for _ in range(2):
            await step()
            seen.append(office.marks.values.get(CHANGED))
    assert seen[1::2] == seen[2::2]
    assert len(set(seen)) == 5
    assert len(office.audit.entries) == 4


async def test_what_was_changed_before_a_process_begins_to_look_is_noticed_too(office: Office) -> None:
    await office.meet(TARGET)
    await office.roster.give_role(actor(Role.OWNER), TARGET, Role.STAFF)
    noticed, stop = asyncio.Event(), asyncio.Event()
    looking = asyncio.create_task(follow_changes(office.marks, [noticed.set], stop))
    await asyncio.wait_for(noticed.wait(), 30)
    stop.set()
    await looking


async def test_a_reason_has_bounds(office: Office) -> None:
    await office.meet(TARGET)
    long = await office.roster.ban(actor(Role.OWNER), TARGET, "x" * 5000)
    assert len(long.banned or "") == LONGEST_REASON
    assert (await office.roster.ban(actor(Role.OWNER), TARGET, "  ")).banned == "–"


async def test_nobody_unknown_gets_anything(office: Office) -> None:
    for step in (
        office.roster.give_role(actor(Role.OWNER), 5, Role.STAFF),
        office.roster.ban(actor(Role.OWNER), 5, "x"),
        office.roster.see(actor(Role.OWNER), 5),
    ):
        with pytest.raises(PersonNotFound):
            await step


@pytest.mark.parametrize("by", [Role.VISITOR, Role.VIEWER, Role.STAFF, Role.EDITOR])
async def test_who_may_look_for_people(office: Office, by: Role) -> None:
    for step in (
        office.roster.list(actor(by)),
        office.roster.find(actor(by), "P"),
        office.roster.see(actor(by), 7),
    ):
        with pytest.raises(NotAllowed):
            await step
