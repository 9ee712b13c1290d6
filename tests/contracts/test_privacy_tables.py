"""No table can be forgotten: each that holds a person is given out, erased and let go in time.

The person here is everything at once: a visitor who asked, a member of staff who answered somebody else, an
admin who announced and changed a fact. Every column that may hold a person is filled with their number or a
marker.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Integer, Text, func, insert, select, type_coerce

from bot.domain.audit import Deed
from bot.domain.delivery import Notice
from bot.domain.inquiries import Author, InquiryFilter
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.domain.personal_data import personal_data
from bot.domain.rights import Role
from bot.domain.sessions import Session
from bot.storage.audit import SqlAudit
from bot.storage.cipher import Cipher, NoCipher, cipher_of, new_key
from bot.storage.columns import Moment
from bot.storage.database import Database
from bot.storage.privacy.fates import FATES, PERSONAL, STAYS
from bot.storage.privacy.leaving import NAMELESS
from bot.storage.privacy.store import SqlPrivacy
from bot.storage.tables import broadcasts, events, fact_changes, metadata, recipients
from tests.contracts.conftest import OpenDatabase, Stores, stores_of
from tests.contracts.examples import CODES, MINUTE, NOW, PHOTO, incoming, inquiry, post, profile
from tests.fakes.clock import FakeClock

ME, OTHER, STAFF, GROUP = 7_000_000_007, 8, 2001, -100
MARK = "zqxmarker"
_IMPERSONAL = {
    "audit": "number deed details digest cause",
    "broadcasts": "id kind original versions audience state reason baseline board_message_id "
    "total sent blocked failed in_doubt skipped unsubscribed cause",
    "causes": "cause code",
    "copies": "message_id code post_id kind",
    "erasures": "receipt cause",
    "events": "id kind about",
    "fact_changes": "number fact old new cause",
    "inbox": "id update_id state owner error",
    "inquiries": "id code language section intent form status topic_id",
    "marks": "value",
    "outbox": "id kind code post_id args owner error",
    "people": "phone_language language role",
    "senders": "owner",
    "sessions": "state thread cause",
    "ticks": "list_id line",
    "posts": "id inquiry_id author source_message_id",
    "recipients": "message_ids broadcast_id language result owner reason",
    "subscriptions": "topic",
    "words": "inquiry_id",
}
"""Columns that say nothing of who it is, nor hold anybody's words. A new one has to be put here or there."""
IMPERSONAL = frozenset(f"{table}.{name}" for table, names in _IMPERSONAL.items() for name in names.split())


def notices(code: str) -> Sequence[Notice]:
    """What is owed to the staff chat for an erased inquiry."""
    return [Notice(kind=NoticeKind.ERASED, chat_id=GROUP, code=code, key=f"erased:{code}")]


@pytest.fixture(params=["sqlite", "sealed", "postgres"])
def where(request: pytest.FixtureRequest) -> tuple[str, Cipher]:
    """Every engine, and a sealed one."""
    engine = "postgres" if request.param == "postgres" else "sqlite"
    cipher = cipher_of(new_key()) if request.param == "sealed" else NoCipher()
    return request.getfixturevalue(f"{engine}_url"), cipher


@pytest.fixture
async def database(where: tuple[str, Cipher], open_database: OpenDatabase) -> Database:
    """An empty database."""
    return await open_database(*where)


@pytest.fixture
async def stores(database: Database, clock: FakeClock) -> Stores:
    """The stores, filled."""
    made = stores_of(database, clock)
    await _as_visitor(made)
    await _as_staff(made)
    await _on_its_way(made)
    audit = SqlAudit(database)
    await audit.note(Deed.ROLE, by=3001, about=str(ME))
    await audit.note(Deed.EXPORT, by=ME, about="csv")
    await database.write(_as_admin)
    return made


@pytest.fixture
def privacy(database: Database) -> SqlPrivacy:
    """What is tested."""
    return SqlPrivacy(database)


async def _as_visitor(stores: Stores) -> None:
    await stores.people.meet(profile(ME, first_name=MARK, last_name=MARK, username=MARK), NOW)
    await stores.people.subscribe(ME, frozenset({"visa"}))
    await stores.people.ban(ME, f"{MARK} was rude")
    await stores.sessions.put(
        Session(chat_id=ME, person_id=ME, state="confirm", data={"text": MARK}, thread="")
    )
    await stores.sessions.tick(ME, "visa/b1", "passport", ticked=True)
    mine = inquiry(
        CODES[0],
        person_id=ME,
        name=MARK,
        username=MARK,
        text=MARK,
        answers=[type(inquiry().answers[0])(field="a", label="A", value=MARK)],
        rating_comment=MARK,
        close_reason=MARK,
        claimed_by=ME,
        claimed_name=MARK,
    )
    file = type(PHOTO)(kind=PHOTO.kind, file_id=MARK, name=MARK)
    source = MessageRef(chat_id=ME, message_id=4)
    first = post(MARK, person_id=ME, name=MARK, source=source, attachments=(file,), album=str(ME))
    await stores.inquiries.add(mine, [first], notices=[], cause="me")
    shown = [(ME, 50, NoticeKind.RECEIPT), (GROUP, 51, NoticeKind.CARD)]
    await stores.outbox.sent(
        [],
        [
            Copy(ref=MessageRef(chat_id=chat, message_id=number), code=CODES[0], post_id=0, kind=kind)
            for chat, number, kind in shown
        ],
        NOW,
    )


async def _as_staff(stores: Stores) -> None:
    await stores.people.meet(profile(OTHER), NOW)
    await stores.people.meet(profile(STAFF), NOW)
    theirs = inquiry(CODES[1], person_id=OTHER, claimed_by=ME, claimed_name=MARK)
    written = [post("How?", person_id=OTHER)]
    written += [
        post("So.", author=author, person_id=ME, name=MARK, source=None)
        for author in (Author.STAFF, Author.NOTE)
    ]
    await stores.inquiries.add(theirs, written, notices=[], cause="other")


async def _on_its_way(stores: Stores) -> None:
    await stores.outbox.add(
        [Notice(kind=NoticeKind.OPERATOR_NOTE, chat_id=ME, args={"note": "role"}, key=f"facts:{ME}")]
    )
    await stores.inbox.add([incoming(1, ME, f'{{"text": "{MARK}"}}'.encode())], NOW)
    await stores.inbox.add([incoming(2, GROUP, f'{{"text": "{CODES[0]} {MARK}"}}'.encode())], NOW)
    for item in await stores.inbox.claim("test", limit=9, lease=MINUTE, now=NOW):
        await stores.inbox.quarantine(item.id, "Poison")
    await stores.marks.set(f"person:{ME}", "shape")


def _as_admin(connection: Connection) -> None:
    row: dict[str, Any] = {"author_name": MARK, "reason": "", "kind": "send", "state": "done"}
    row |= {"author_id": ME, "approved_by": ME, "board_chat_id": ME, "versions": {}, "audience": {}}
    row |= {"keeps_quiet": False, "baseline": {}, "reported": True, "version": 1, "created_at": NOW}
    row |= dict.fromkeys(("total", "sent", "blocked", "failed", "in_doubt", "skipped", "unsubscribed"), 0)
    common = {"language": "en", "part": 0, "attempts": 1, "reason": ""}
    for result in ("sent", "waiting"):
        number = connection.execute(insert(broadcasts).returning(broadcasts.c.id), row).scalar_one()
        one = {"broadcast_id": number, "person_id": ME, "result": result, "message_ids": [99]}
        connection.execute(insert(recipients), {**common, **one, "settled_at": NOW})
    event = {"at": NOW, "kind": "searched", "person_id": ME, "about": "", "good": False, "words": MARK}
    connection.execute(insert(events), event)
    change = {"fact": "fee", "by": ME, "by_name": MARK, "at": NOW, "old": {}, "new": {}, "cause": "1"}
    connection.execute(insert(fact_changes), change)


def _holding(connection: Connection) -> dict[str, list[str]]:
    """The columns in which the person's number or the marker stands, with the values."""
    found: dict[str, list[str]] = {}
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            for name, value in row.items():
                text = value.decode() if isinstance(value, bytes) else str(value)
                if MARK in text or str(ME) in text:
                    found.setdefault(f"{table.name}.{name}", []).append(text)
    return found


def _keys(connection: Connection) -> set[str]:
    """Those name keys that are a hash here: they are looked at by what they stand for."""
    columns = [
        metadata.tables[name].c[f"{kind}_key"]
        for name in ("people", "inquiries")
        for kind in ("name", "username")
    ]
    return {
        f"{one.table.name}.{one.name}"
        for one in columns
        if connection.scalar(select(func.count()).select_from(one.table).where(one != ""))
    }


# ---- nothing is forgotten


def test_every_table_has_a_fate_and_every_column_is_known_to_be_about_a_person_or_not() -> None:
    assert set(FATES) == set(metadata.tables)
    harmless = (Moment, Boolean)
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, harmless) and type(column.type) is not Integer
    }
    assert columns - PERSONAL - IMPERSONAL == set(), "is it about a person? then /mydata and /forget need it"
    assert (PERSONAL | IMPERSONAL) - columns == set()
    assert not PERSONAL & IMPERSONAL
    assert set(STAYS) <= PERSONAL


async def test_here_every_column_about_a_person_is_filled(stores: Stores, database: Database) -> None:
    await _readable_again(stores)
    held = await database.read(_holding)
    hashed = await database.read(_keys) if database.cipher.seals else set()
    without_words = {"words.text"} if database.cipher.seals else set()
    assert PERSONAL - set(held) - hashed - without_words == set()
    assert set(held) - PERSONAL == set()


async def test_no_word_of_theirs_stands_readable_in_a_sealed_file(
    stores: Stores, database: Database, tmp_path: Path
) -> None:
    await _readable_again(stores)
    if not database.is_sqlite:
        return
    content = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*")).lower()
    assert (MARK.encode() in content) is not database.cipher.seals


async def _readable_again(stores: Stores) -> None:
    """The inquiry can be found: otherwise it would not be filled in as the bot does it."""
    assert await stores.inquiries.count(InquiryFilter(words=MARK)) == 1


async def test_every_table_that_should_be_is_in_the_file(
    stores: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    data = json.loads(personal_data(await privacy.collect(ME), NOW))
    given = {fate.given for fate in FATES.values() if not fate.given.startswith("(")}
    assert {name for name in given if not data.get(name)} == set()
    assert set(data) == given | {"made_at"}
    work = {(one["what"], one["about"]) for one in data["work"]}
    told = {("announced", "1"), ("announced", "2"), ("changed a fact", "fee")}
    assert work == {
        ("took", CODES[0]),
        ("took", CODES[1]),
        ("answered", CODES[1]),
        ("noted", CODES[1]),
        *told,
    }
    assert data["updates"][0]["content"] == {"text": MARK}
    assert [one["by"] for one in data["audit"]] == ["Kazakhstan House", "you"]
    assert "So." not in json.dumps(data), "what staff wrote to somebody else is that person's"


async def test_after_an_erasure_only_what_has_a_reason_is_left(
    stores: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await stores.people.ban(ME, "spam")
    await privacy.erase(ME, receipt="ER-1", notices=notices)
    left = await database.read(_holding)
    assert set(left) - set(STAYS) == set()
    assert not [value for values in left.values() for value in values if MARK in value]
    assert await stores.people.find(MARK) == []
    assert await stores.inquiries.count(InquiryFilter(words=MARK)) == 0
    theirs = (await stores.inquiries.get(CODES[1])).inquiry
    assert (theirs.claimed_by, theirs.claimed_name, theirs.text) == (ME, NAMELESS, inquiry().text)
    await stores.people.ban(ME, None)
    await privacy.erase(ME, receipt="ER-2", notices=notices)
    assert "people.id" not in await database.read(_holding)


# ---- what others have begun, what is on its way


async def test_what_staff_have_begun_about_an_erased_person_goes(stores: Stores, privacy: SqlPrivacy) -> None:
    rows = [{"code": code, "reply": f"Dear {MARK}"} for code in (CODES[0], CODES[1])]
    begun: dict[tuple[int, int], tuple[str, dict[str, Any]]] = {
        (GROUP, STAFF): ("note", {"code": CODES[0]}),
        (STAFF, STAFF): ("sheet", {"rows": rows}),
        (GROUP, OTHER): ("note", {"code": CODES[1]}),
        (OTHER, OTHER): ("ban", {"person": ME}),
    }
    for (chat, person), (state, data) in begun.items():
        await stores.sessions.put(Session(chat_id=chat, person_id=person, state=state, data=data))
    await privacy.erase(ME, receipt="ER-1", notices=notices)
    left = {where: await stores.sessions.get(*where) for where in begun}
    assert (left[GROUP, STAFF].state, left[GROUP, STAFF].data) == ("", {})
    assert (left[STAFF, STAFF].state, left[STAFF, STAFF].data) == ("sheet", {"rows": rows[1:]})
    assert (left[GROUP, OTHER].state, left[GROUP, OTHER].data) == ("note", {"code": CODES[1]})
    assert left[OTHER, OTHER].state == ""


async def test_who_waits_for_an_announcement_does_not_get_it_after_the_erasure(
    stores: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await privacy.erase(ME, receipt="ER-1", notices=notices)
    results = select(recipients.c.person_id, recipients.c.result).order_by(recipients.c.broadcast_id)
    rows = await database.read(lambda connection: connection.execute(results).all())
    assert [tuple(row) for row in rows] == [(-1, "sent"), (-1, "skipped")]
    skipped = select(broadcasts.c.skipped).order_by(broadcasts.c.id)
    assert await database.read(lambda connection: list(connection.scalars(skipped))) == [0, 1]
    assert await stores.people.get(ME) is not None  # banned


async def test_what_was_on_its_way_during_the_erasure_is_cleared_up(
    stores: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await stores.people.ban(ME, None)
    await privacy.erase(ME, receipt="ER-1", notices=notices)
    before = await database.read(_holding)
    # A reply was being sent, an event waited in another process, an announcement was in flight.
    await stores.sessions.continue_thread(ME, CODES[0])
    late = Copy(
        ref=MessageRef(chat_id=ME, message_id=70), code=CODES[0], post_id=2, kind=NoticeKind.POST_TO_VISITOR
    )
    await stores.outbox.sent([], [late], NOW)
    await database.write(_late)
    assert await database.read(_holding) != before
    await privacy.clear_up(notices=notices)
    assert await database.read(_holding) == before
    assert [one.ref.chat_id for one in await stores.inquiries.copies(CODES[0])] == [GROUP]


def _late(connection: Connection) -> None:
    event = {"at": NOW, "kind": "searched", "person_id": ME, "about": "", "good": False, "words": MARK}
    connection.execute(insert(events), event)
    sent = {"broadcast_id": 1, "person_id": ME, "result": "sent", "message_ids": [98], "settled_at": NOW}
    common = {"language": "en", "part": 0, "attempts": 1, "reason": ""}
    connection.execute(insert(recipients), {**common, **sent})


async def test_clearing_up_touches_nobody_who_was_not_erased(
    stores: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    before = await database.read(_holding)
    mine = await privacy.collect(ME)
    await privacy.clear_up(notices=notices)
    assert await database.read(_holding) == before
    assert await privacy.collect(ME) == mine


async def test_an_update_that_is_done_does_not_say_whose_it_was(stores: Stores, database: Database) -> None:
    await stores.inbox.add([incoming(9, ME)], NOW)
    (item,) = await stores.inbox.claim("test", limit=9, lease=MINUTE, now=NOW)
    await stores.inbox.done([item.id], NOW)
    done = metadata.tables["inbox"]
    wanted = select(done.c.chat, type_coerce(done.c.state, Text)).where(done.c.update_id == 9)
    row = await database.read(lambda connection: connection.execute(wanted).one())
    assert tuple(row) == (0, "done")


async def test_a_role_given_keeps_the_number_and_nothing_else(
    stores: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await stores.people.ban(ME, None)
    await stores.people.give_role(ME, Role.STAFF, protected=frozenset())
    await privacy.erase(ME, receipt="ER-1", notices=notices)
    left = await database.read(_holding)
    assert left["people.id"] == [str(ME)]
    assert not [name for name in left if name.startswith("people.") and name != "people.id"]
