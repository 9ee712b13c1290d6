"""The contract of ``PeopleStore``."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.delivery import Notice
from bot.domain.errors import LastOwner, NotAllowed, PersonNotFound
from bot.domain.messages import NoticeKind
from bot.domain.people import Follows, Person, require
from bot.domain.rights import Right, Role
from bot.i18n.languages import Language
from tests.contracts.conftest import OpenDatabase, Stores, nothing_followed, stores_of
from tests.contracts.examples import DAY, MINUTE, NOW, ODD_TEXTS, UNWRITABLE, profile
from tests.fakes.clock import FakeClock

NOBODY: frozenset[int] = frozenset()


async def test_nobody_is_known_at_first(stores: Stores) -> None:
    assert await stores.people.get(7) is None


async def test_somebody_who_writes_is_remembered(stores: Stores) -> None:
    met = await stores.people.meet(profile(phone_language=Language.UR), NOW)
    assert met == Person(profile=profile(phone_language=Language.UR), first_seen=NOW, last_seen=NOW)
    assert await stores.people.get(7) == met
    assert met.speaks is Language.UR


async def test_meeting_again_keeps_what_was_chosen(stores: Stores) -> None:
    await stores.people.meet(profile(), NOW)
    await stores.people.choose_language(7, Language.KK)
    await stores.people.subscribe(7, frozenset({"visa", "news"}))
    await stores.people.give_role(7, Role.STAFF, protected=NOBODY)
    await stores.people.consent(7, NOW + MINUTE)
    again = await stores.people.meet(profile(first_name="Alia", username=""), NOW + DAY)
    assert again == Person(
        profile=profile(first_name="Alia", username=""),
        language=Language.KK,
        role=Role.STAFF,
        topics=frozenset({"visa", "news"}),
        asked_to_subscribe=True,
        consented_at=NOW + MINUTE,
        first_seen=NOW,
        last_seen=NOW + DAY,
    )
    assert await stores.people.get(7) == again


async def test_writing_makes_reachable_again(stores: Stores) -> None:
    await stores.people.meet(profile(), NOW)
    await stores.people.set_reachable(7, reachable=False)
    assert (await _known(stores, 7)).reachable is False
    assert (await stores.people.meet(profile(), NOW)).reachable is True


async def test_subscribing_replaces_and_an_empty_answer_counts_as_asked(stores: Stores) -> None:
    await stores.people.meet(profile(), NOW)
    await stores.people.subscribe(7, frozenset({"visa", "news"}))
    await stores.people.subscribe(7, frozenset({"study"}))
    assert (await _known(stores, 7)).topics == {"study"}
    await stores.people.subscribe(7, frozenset())
    person = await _known(stores, 7)
    assert (person.topics, person.asked_to_subscribe) == (frozenset(), True)


async def test_the_first_consent_counts(stores: Stores) -> None:
    await stores.people.meet(profile(), NOW)
    await stores.people.consent(7, NOW)
    await stores.people.consent(7, NOW + DAY)
    assert (await _known(stores, 7)).consented_at == NOW


async def test_changes_to_somebody_unknown_change_nothing(stores: Stores) -> None:
    await stores.people.choose_language(7, Language.KK)
    await stores.people.subscribe(7, frozenset({"news"}))
    await stores.people.set_reachable(7, reachable=False)
    await stores.people.consent(7, NOW)
    assert await stores.people.get(7) is None


async def test_a_role_or_a_ban_needs_a_known_person(stores: Stores) -> None:
    with pytest.raises(PersonNotFound):
        await stores.people.give_role(7, Role.STAFF, protected=NOBODY)
    with pytest.raises(PersonNotFound):
        await stores.people.ban(7, "spam")


async def test_a_ban_has_a_reason_and_can_be_lifted(stores: Stores) -> None:
    await stores.people.meet(profile(), NOW)
    assert (await stores.people.ban(7, "spam")).banned == "spam"
    assert (await _known(stores, 7)).banned == "spam"
    assert (await stores.people.ban(7, None)).banned is None


async def test_one_owner_remains(stores: Stores) -> None:
    await stores.people.meet(profile(1), NOW)
    await stores.people.meet(profile(2), NOW)
    await stores.people.give_role(1, Role.OWNER, protected=NOBODY)
    with pytest.raises(LastOwner):
        await stores.people.give_role(1, Role.ADMIN, protected=NOBODY)
    with pytest.raises(LastOwner):
        await stores.people.give_role(1, Role.ADMIN, protected=frozenset({1}))
    await stores.people.give_role(1, Role.OWNER, protected=NOBODY)
    assert (await stores.people.give_role(1, Role.ADMIN, protected=frozenset({99}))).role is Role.ADMIN
    await stores.people.give_role(1, Role.OWNER, protected=NOBODY)
    await stores.people.give_role(2, Role.OWNER, protected=NOBODY)
    await stores.people.give_role(1, Role.VISITOR, protected=NOBODY)
    assert (await _known(stores, 2)).role is Role.OWNER


async def test_two_owners_who_demote_each_other_at_once_leave_one(stores: Stores) -> None:
    for number in (1, 2):
        await stores.people.meet(profile(number), NOW)
        await stores.people.give_role(number, Role.OWNER, protected=NOBODY)
    await asyncio.gather(
        stores.people.give_role(1, Role.VISITOR, protected=NOBODY),
        stores.people.give_role(2, Role.VISITOR, protected=NOBODY),
        return_exceptions=True,
    )
    assert [one.role for one in await stores.people.with_roles()] == [Role.OWNER]


async def test_what_follows_from_a_role_is_stored_with_it_when_it_is_another_one(stores: Stores) -> None:
    told = Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=7, args={"note": "role"})
    aftermath = Aftermath(remark=Remark(deed=Deed.ROLE, by=1, about="7"), notices=[told])
    await stores.people.meet(profile(7), NOW)
    for _ in range(2):
        await stores.people.give_role(7, Role.STAFF, protected=NOBODY, follows=lambda _: aftermath)
    with pytest.raises(PersonNotFound):
        await stores.people.give_role(8, Role.STAFF, protected=NOBODY, follows=lambda _: aftermath)
    assert [one.about for one in await stores.audit.page()] == ["7"]
    assert await stores.outbox.waiting() == 1


async def test_what_follows_from_a_ban_is_stored_with_it_when_it_is_new(stores: Stores) -> None:
    await stores.people.meet(profile(7), NOW)
    seen: list[str | None] = []

    def noting(number: int) -> Follows:
        def follows(before: Person) -> Aftermath:
            seen.append(before.banned)
            remark = Remark(deed=Deed.BAN, by=1, about=f"{number}")
            return Aftermath(remark=remark, marks={"people changed": f"{number}"})

        return follows

    for number, reason in enumerate((None, "spam", "spam", "more spam", None, None)):
        await stores.people.ban(7, reason, follows=noting(number))
        with pytest.raises(PersonNotFound):
            await stores.people.ban(8, reason, follows=noting(number))
    assert seen == [None, None, "spam", "spam", "more spam", None]
    assert [one.about for one in await stores.audit.page()] == ["4", "3", "1"]
    assert await stores.marks.get("people changed") == "4"


async def test_what_follows_sees_the_person_as_they_are_and_can_prevent_the_change(stores: Stores) -> None:
    await stores.people.meet(profile(7), NOW)
    await stores.people.give_role(7, Role.ADMIN, protected=NOBODY)

    def not_of_admins(before: Person) -> Aftermath:
        require(Role.ADMIN if before.role is Role.ADMIN else Role.OWNER, Right.GIVE_ALL_ROLES)
        return Aftermath()

    with pytest.raises(NotAllowed):
        await stores.people.give_role(7, Role.STAFF, protected=NOBODY, follows=not_of_admins)
    with pytest.raises(NotAllowed):
        await stores.people.ban(7, "spam", follows=not_of_admins)
    person = await _known(stores, 7)
    assert (person.role, person.banned) == (Role.ADMIN, None)


async def test_of_two_who_change_a_role_at_once_the_second_sees_what_the_first_made_of_it(
    stores: Stores,
) -> None:
    await stores.people.meet(profile(7), NOW)
    seen: list[Role] = []

    def noting(before: Person) -> Aftermath:
        seen.append(before.role)
        return Aftermath()

    await asyncio.gather(
        *(
            stores.people.give_role(7, role, protected=NOBODY, follows=noting)
            for role in (Role.STAFF, Role.EDITOR)
        )
    )
    last = (await _known(stores, 7)).role
    assert set(seen[-2:]) | {last} == {Role.VISITOR, Role.STAFF, Role.EDITOR}


async def test_neither_a_role_nor_a_ban_is_stored_without_what_follows(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    stores = stores_of(await open_database(url), clock)
    met = await stores.people.meet(profile(7), NOW)
    with pytest.raises(TypeError):
        await stores.people.give_role(7, Role.STAFF, protected=NOBODY, follows=lambda _: UNWRITABLE)
    with pytest.raises(TypeError):
        await stores.people.ban(7, "spam", follows=lambda _: UNWRITABLE)
    assert await stores.people.get(7) == met
    assert await nothing_followed(stores)


async def test_staff_are_listed_from_the_top(stores: Stores) -> None:
    given = {1: Role.STAFF, 2: Role.VISITOR, 3: Role.OWNER, 4: Role.VIEWER, 5: Role.STAFF}
    for number, role in given.items():
        await stores.people.meet(profile(number), NOW)
        await stores.people.give_role(number, role, protected=NOBODY)
    assert [one.id for one in await stores.people.with_roles()] == [3, 1, 5, 4]


async def _meet_several(stores: Stores) -> None:
    several = [
        profile(11, first_name="Әлия", last_name="Khan", username="aliya_k"),
        profile(12, first_name="Ali", last_name="", username=""),
        profile(13, first_name="Alibek", last_name="Омаров", username="Ali"),
        profile(14, first_name="100%", last_name="", username="x_y"),
        profile(1100, first_name="علی", last_name="خان", username="ali_khan"),
    ]
    for minutes, one in enumerate(several):
        await stores.people.meet(one, NOW + minutes * MINUTE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("11", [11]),
        ("1100", [1100]),
        ("@ALIYA_K", [11]),
        ("әлия  khan", [11]),
        ("ӘЛИ", [11]),
        ("омаров", [13]),
        ("ali", [13, 12, 1100, 11]),
        ("علی", [1100]),
        ("%", [14]),
        ("_", [1100, 14, 11]),
        ("nobody", []),
        ("", []),
        ("@", []),
        ("99999999999999999999999", []),
    ],
)
async def test_people_are_found_by_id_username_or_part_of_a_name(
    stores: Stores, text: str, found: list[int]
) -> None:
    await _meet_several(stores)
    assert [one.id for one in await stores.people.find(text)] == found


async def test_finding_stops_at_the_limit(stores: Stores) -> None:
    await _meet_several(stores)
    assert [one.id for one in await stores.people.find("ali", limit=3)] == [13, 12, 1100]


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_odd_names_are_kept(stores: Stores, text: str) -> None:
    odd = profile(first_name=text, last_name=text, username="")
    await stores.people.meet(odd, NOW)
    person = await _known(stores, 7)
    assert person.profile == odd
    await stores.people.ban(7, text)
    assert await stores.people.get(7) == replace(person, banned=text)


async def _known(stores: Stores, person_id: int) -> Person:
    person = await stores.people.get(person_id)
    assert person is not None
    return person
