"""What nobody can do with people and roles in the chat, and how a person is found and banned there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.rights import Role
from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import Json, text_of
from tests.e2e.authors import reads_english
from tests.e2e.house import labels
from tests.e2e.near import Near, near_bot

VISITOR, STAFF = 1002, 2001


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    started = await Simulator().start()
    yield started
    await started.stop()


async def answer(near: Near, person: int, data: str) -> str:
    """Tap a button with this data under the newest message; gives what the tap is answered with."""
    last = (await near.stand.from_bot(person))[-1]
    tap: Json = await near.stand.as_person(person).taps_data(data, message_id=last["message_id"])
    return str((await near.stand.wait_answer(tap["query_id"]))["text"])


async def role(near: Near, person: int) -> Role:
    """The stored role."""
    found = await near.app.stores.people.get(person)
    assert found is not None
    return found.role


def _owned(**more: Any) -> dict[str, Any]:
    return {"admins": frozenset({ADMIN}), **more}


async def test_an_owner_of_the_settings_stays_whatever_is_tapped(
    tmp_path: Path, simulator: Simulator
) -> None:
    async with near_bot(tmp_path, simulator, **_owned()) as near:
        for person in (ADMIN, STAFF):
            await reads_english(near.stand, person)
        await near.app.stores.people.give_role(STAFF, Role.OWNER, protected=frozenset({ADMIN}))
        owner = near.stand.as_person(STAFF)
        await owner.says("/people")
        await owner.sees("People and roles")
        await owner.taps(f"folk:card:{ADMIN}:")
        card = await owner.sees("named in the settings")
        assert labels(card) == ["Back", "Main menu"]
        for given in ("visitor", "admin"):
            assert "named in the settings" in await answer(near, STAFF, f"folk:role:{ADMIN}:{given}")
        said = await owner.says(f"/ban {ADMIN} because")
        await owner.sees("This person has a role", after=said["message_id"])


async def test_the_last_owner_stays(tmp_path: Path, simulator: Simulator) -> None:
    async with near_bot(tmp_path, simulator, **_owned(admins=frozenset())) as near:
        for person in (ADMIN, STAFF):
            await reads_english(near.stand, person)
        await near.app.stores.people.give_role(ADMIN, Role.OWNER, protected=frozenset())
        owner = near.stand.as_person(ADMIN)
        await owner.says(f"/people {ADMIN}")
        await owner.sees("Found: 1")
        assert "must keep one owner" in await answer(near, ADMIN, f"folk:role:{ADMIN}:visitor")
        assert await role(near, ADMIN) is Role.OWNER
        await answer(near, ADMIN, f"folk:role:{STAFF}:owner")
        assert await answer(near, ADMIN, f"folk:role:{ADMIN}:visitor") == ""
        assert (await role(near, ADMIN), await role(near, STAFF)) == (Role.VISITOR, Role.OWNER)
        assert "may not do this" in await answer(near, ADMIN, f"folk:role:{STAFF}:visitor")


async def test_a_person_is_found_by_number_and_name_and_banned_with_a_reason(
    tmp_path: Path, simulator: Simulator
) -> None:
    async with near_bot(tmp_path, simulator, **_owned()) as near:
        for person in (ADMIN, VISITOR):
            await reads_english(near.stand, person)
        owner, visitor = near.stand.as_person(ADMIN), near.stand.as_person(VISITOR)
        said = await owner.says("/people 999999")
        await owner.sees("Nobody was found", after=said["message_id"])
        said = await owner.says("bilal")
        found = await owner.sees("Found: 1", after=said["message_id"])
        await owner.says(f"/people {VISITOR}")
        await owner.sees("Found: 1", after=found["message_id"])
        await owner.taps(f"folk:card:{VISITOR}:")
        await owner.sees("Role: Visitor")
        await owner.taps("Ban")
        await owner.sees("Write the reason")
        await owner.says("Sells <tickets> & more")
        card = await owner.sees("Banned: \u2068Sells <tickets> & more\u2069")
        assert "Lift the ban" in labels(card)
        assert "Viewer" in labels(card)
        said = await visitor.says("Hello?")
        await visitor.sees("Reason: \u2068Sells <tickets> & more\u2069", after=said["message_id"])
        await owner.taps("Lift the ban")
        await near.quiet()
        said = await visitor.says("/menu")
        home = await near.stand.wait_message(VISITOR, lambda _: True, after=said["message_id"])
        assert "closed this chat" not in text_of(home)
        deeds = [one.deed.value for one in await near.app.stores.audit.page()]
        assert deeds == ["unban", "ban"]
