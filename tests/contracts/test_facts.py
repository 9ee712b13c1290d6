"""The contract of ``FactStore``: the last change counts, and of two at once one is told."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.errors import Changed
from bot.domain.fact_desk import FactChange
from tests.contracts.conftest import OpenDatabase, Stores, nothing_followed, stores_of
from tests.contracts.examples import NOW, UNWRITABLE
from tests.fakes.clock import FakeClock

CHANGE = FactChange(
    fact="contacts_phone",
    by=7,
    by_name="Әлия",
    at=NOW,
    old={"id": "contacts_phone", "unknown": True},
    new={"id": "contacts_phone", "phone": "+924235870000", "texts": {"ur": "فون"}},
)


async def test_a_change_comes_back_as_it_was_stored(stores: Stores) -> None:
    assert await stores.facts.version() == 0
    stored = await stores.facts.add(CHANGE, after=0, cause="1:fact")
    assert stored == replace(CHANGE, number=stored.number)
    assert list(await stores.facts.current()) == [stored]
    assert await stores.facts.version() == stored.number


async def test_the_last_change_of_each_fact_counts(stores: Stores) -> None:
    first = await stores.facts.add(CHANGE, after=0, cause="1")
    other = await stores.facts.add(replace(CHANGE, fact="contacts_email"), after=0, cause="2")
    back = await stores.facts.add(replace(CHANGE, new=None), after=first.number, cause="3")
    assert list(await stores.facts.current()) == [other, back]
    assert list(await stores.facts.history("contacts_phone")) == [back, first]


async def test_a_change_made_without_seeing_the_last_one_is_refused(stores: Stores) -> None:
    first = await stores.facts.add(CHANGE, after=0, cause="1")
    with pytest.raises(Changed):
        await stores.facts.add(CHANGE, after=0, cause="2")
    assert list(await stores.facts.history("contacts_phone")) == [first]


async def test_a_change_handled_twice_is_made_once(stores: Stores) -> None:
    first = await stores.facts.add(CHANGE, after=0, cause="1")
    assert await stores.facts.add(CHANGE, after=0, cause="1") == first
    assert await stores.facts.version() == first.number


def _noted(change: FactChange) -> Aftermath:
    details = {"step": change.number}
    return Aftermath(remark=Remark(deed=Deed.FACT, by=change.by, about=change.fact, details=details))


async def test_what_follows_from_a_change_is_stored_with_it_and_once(stores: Stores) -> None:
    for _ in range(2):
        first = await stores.facts.add(CHANGE, after=0, cause="1", follows=_noted)
    with pytest.raises(Changed):
        await stores.facts.add(CHANGE, after=0, cause="2", follows=_noted)
    assert [(one.about, one.details) for one in await stores.audit.page()] == [
        ("contacts_phone", {"step": first.number})
    ]


async def test_a_change_is_not_stored_without_what_follows(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    stores = stores_of(await open_database(url), clock)
    with pytest.raises(TypeError):
        await stores.facts.add(CHANGE, after=0, cause="1", follows=lambda _: UNWRITABLE)
    assert await stores.facts.version() == 0
    assert await nothing_followed(stores)


async def test_of_many_at_once_one_wins(stores: Stores) -> None:
    results = await asyncio.gather(
        *(stores.facts.add(CHANGE, after=0, cause=f"{number}") for number in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, Changed) for one in results) == 4
