"""The contract of ``Marks``."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from bot.domain.delivery import Notice
from bot.domain.marks import my_turn
from bot.domain.messages import NoticeKind
from bot.storage.marks import SqlMarks
from bot.storage.outbox import SqlOutbox
from tests.contracts.conftest import OpenDatabase, Stores
from tests.contracts.examples import NOW


async def test_an_unknown_mark_is_none(stores: Stores) -> None:
    assert await stores.marks.get("digest") is None


async def test_a_mark_keeps_the_last_value(stores: Stores) -> None:
    await stores.marks.set("digest", "2026-05-03")
    await stores.marks.set("digest", "2026-05-04")
    assert await stores.marks.get("digest") == "2026-05-04"


async def test_a_change_from_another_value_is_refused(stores: Stores) -> None:
    await stores.marks.set("digest", "2026-05-03")
    assert not await stores.marks.change("digest", "2026-05-02", "2026-05-04")
    assert not await stores.marks.change("digest", None, "2026-05-04")
    assert await stores.marks.change("digest", "2026-05-03", "2026-05-04")
    assert await stores.marks.get("digest") == "2026-05-04"


async def test_a_change_of_an_absent_mark_needs_none(stores: Stores) -> None:
    assert not await stores.marks.change("staff_chat", "-1", "-2")
    assert await stores.marks.change("staff_chat", None, "-2")


async def test_of_many_who_change_a_mark_at_once_one_wins(stores: Stores) -> None:
    await stores.marks.set("day", "old")
    won = await asyncio.gather(*(stores.marks.change("day", "old", f"new {i}") for i in range(10)))
    assert sum(won) == 1


async def test_what_is_owed_with_a_change_is_owed_once_and_by_whoever_was_first(stores: Stores) -> None:
    digest = [Notice(kind=NoticeKind.DIGEST, chat_id=-100, args={"day": "2026-05-04"})]
    await stores.marks.set("digest", "2026-05-03")
    for _ in range(3):
        await stores.marks.change("digest", "2026-05-03", "2026-05-04", notices=digest)
    assert await stores.marks.change("staff", None, "1", notices=digest)
    assert not await stores.marks.change("staff", None, "2", notices=digest)
    assert await stores.outbox.waiting() == 2


async def test_a_change_whose_notices_cannot_be_stored_is_not_made(
    url: str, open_database: OpenDatabase
) -> None:
    database = await open_database(url)
    marks, outbox = SqlMarks(database), SqlOutbox(database)
    await marks.set("digest", "2026-05-03")
    good = Notice(kind=NoticeKind.DIGEST, chat_id=-100)
    for old, name in (("2026-05-03", "digest"), (None, "reminder")):
        with pytest.raises(StatementError):
            await marks.change(name, old, "2026-05-04", notices=[good, replace(good, args={"day": object()})])
        assert await marks.get(name) == old
    assert await outbox.waiting() == 0


async def test_what_a_turn_owes_is_stored_with_it_and_by_one_of_many(stores: Stores) -> None:
    asked: list[None] = []

    async def owes() -> Sequence[Notice]:
        asked.append(None)
        return [Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=9)]

    async def turn(later: timedelta) -> bool:
        return await my_turn(stores.marks, "tell", every=timedelta(hours=24), now=NOW + later, owes=owes)

    assert sum(await asyncio.gather(*(turn(timedelta(0)) for _ in range(5)))) == 1
    assert await stores.outbox.waiting() == 1
    many = len(asked)
    assert not await turn(timedelta(hours=23))
    assert len(asked) == many, "nobody looks for what is owed before the turn is due"
    assert await turn(timedelta(hours=24))
    assert await stores.outbox.waiting() == 2


async def test_of_many_processes_one_has_the_turn_until_the_next_is_due(stores: Stores) -> None:
    async def turn(later: timedelta) -> bool:
        return await my_turn(stores.marks, "tidy", every=timedelta(minutes=10), now=NOW + later)

    assert sum(await asyncio.gather(*(turn(timedelta(0)) for _ in range(5)))) == 1
    assert not await turn(timedelta(minutes=9))
    assert sum(await asyncio.gather(*(turn(timedelta(minutes=10)) for _ in range(5)))) == 1


async def test_a_turn_in_the_future_comes_from_a_clock_that_was_set_back(stores: Stores) -> None:
    assert await my_turn(stores.marks, "tidy", every=timedelta(minutes=10), now=NOW + timedelta(days=1))
    assert await my_turn(stores.marks, "tidy", every=timedelta(minutes=10), now=NOW)
