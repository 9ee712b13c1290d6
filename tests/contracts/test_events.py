"""The contract of ``EventStore``: what is kept of an event, and for how long."""

from pathlib import Path

from sqlalchemy import select

from bot.domain.events import KEPT, MOST_WORDS, PERSONAL, EventStore, Happened, Helped, ScreenOpened, Searched
from bot.storage.cipher import cipher_of, new_key
from bot.storage.events import SqlEvents
from bot.storage.tables import events
from tests.contracts.conftest import OpenDatabase, Stores
from tests.contracts.examples import DAY, NOW, SECOND
from tests.fakes.events import FakeEvents

LONG = "Does the moon need a visa? " * 40


def _examples(person_id: int) -> list[Happened]:
    return [
        Happened(event=ScreenOpened(person_id=person_id, screen="visa"), at=NOW),
        Happened(event=Helped(person_id=person_id, screen="visa-fee", good=False), at=NOW),
        Happened(event=Searched(person_id=person_id, intent="visa_fee", rejected=False, words="?"), at=NOW),
        Happened(event=Searched(person_id=person_id, intent="", rejected=True, words=LONG), at=NOW),
    ]


async def _rows(store: EventStore) -> list[tuple[object, ...]]:
    """What is kept: moment, person, words."""
    if isinstance(store, FakeEvents):
        return [
            (one.at, one.event.person_id or None, getattr(one.event, "words", "") or None)
            for one in store.kept
        ]
    assert isinstance(store, SqlEvents)
    query = select(events.c.at, events.c.person_id, events.c.words).order_by(events.c.id)
    return await store._db.read(lambda connection: [tuple(row) for row in connection.execute(query)])


async def test_words_are_kept_only_of_what_was_not_answered(stores: Stores) -> None:
    await stores.events.add(_examples(7))
    words = [row[2] for row in await _rows(stores.events)]
    assert words[:3] == [None, None, None]
    assert words[3] == " ".join(LONG.split())[:MOST_WORDS]


async def test_after_a_month_nobody_is_named_and_later_nothing_is_left(stores: Stores) -> None:
    await stores.events.add(_examples(7))
    await stores.events.age(NOW + PERSONAL)
    assert {row[1] for row in await _rows(stores.events)} == {7}
    await stores.events.age(NOW + PERSONAL + SECOND)
    assert {row[1:] for row in await _rows(stores.events)} == {(None, None)}
    await stores.events.age(NOW + KEPT + DAY)
    assert await _rows(stores.events) == []


async def test_words_are_sealed_on_the_disk(sqlite_url: str, open_database: OpenDatabase) -> None:
    database = await open_database(sqlite_url, cipher_of(new_key()))
    await SqlEvents(database).add(_examples(7))
    await database.close()
    path = database.path
    assert path
    stored = b"".join(one.read_bytes() for one in Path(path.parent).glob("bot.db*"))
    assert b"moon" not in stored
