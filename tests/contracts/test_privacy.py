"""The contract of ``PrivacyStore``: everything of a person is given out, and erased, in every table."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.domain.aftermath import Aftermath, Remark
from bot.domain.audit import Deed
from bot.domain.delivery import Notice
from bot.domain.inquiries import Author, Inquiry, Status
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.domain.privacy import COMPACTION, EXPIRED, FORGOTTEN, Belongings, Erasure, Keeping
from bot.domain.rights import Role
from bot.domain.sessions import Session
from bot.storage.cipher import Cipher, NoCipher, cipher_of, new_key
from bot.storage.database import Database
from bot.storage.privacy.store import SqlPrivacy
from bot.storage.tables import broadcasts, events, inbox, metadata, recipients
from tests.contracts.conftest import OpenDatabase, Stores, stores_of
from tests.contracts.examples import (
    CODES,
    DAY,
    MINUTE,
    NOW,
    UNWRITABLE,
    incoming,
    inquiry,
    notice,
    post,
    profile,
)
from tests.fakes.clock import FakeClock

MARK = "zqxmarker"
"""What stands in everything that the person wrote."""
GROUP = -100
OTHER = 8
KEEPING = Keeping(inquiries=180 * DAY, people=365 * DAY, drafts=30 * DAY)


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
def filled(database: Database, clock: FakeClock) -> Stores:
    """The stores of the database."""
    return stores_of(database, clock)


@pytest.fixture
def privacy(database: Database) -> SqlPrivacy:
    """What is tested."""
    return SqlPrivacy(database)


def _marked(code: str = CODES[0], **changes: Any) -> Inquiry:
    answers = inquiry().answers
    marked = {"name": f"{MARK} Khan", "username": MARK, "text": f"{MARK} text", "answers": answers}
    return inquiry(code, **{**marked, **changes})


async def _fill(stores: Stores, database: Database, person_id: int = 7) -> None:
    """Something of the person in every table that can hold it, and as much of somebody else."""
    for number, code in ((person_id, CODES[0]), (OTHER, CODES[1])):
        await stores.people.meet(profile(number, first_name=MARK, username=f"{MARK}{number}"), NOW)
        await stores.people.subscribe(number, frozenset({"visa"}))
        await stores.people.consent(number, NOW)
        await stores.sessions.put(
            Session(chat_id=number, person_id=number, state="confirm", data={"text": MARK}, thread=code)
        )
        await stores.sessions.tick(number, "visa/b1", "passport", ticked=True)
        first = post(f"{MARK} question", person_id=number, source=MessageRef(chat_id=number, message_id=4))
        await stores.inquiries.add(
            _marked(code, person_id=number),
            [first],
            notices=[notice(number, code=code), notice(GROUP, kind=NoticeKind.CARD, code=code)],
            cause=f"{number}:submit",
        )
        stored = (await stores.inquiries.get(code)).inquiry
        reply = post(f"{MARK} reply", author=Author.STAFF, person_id=2001, name="Sana", source=None)
        note = post(f"{MARK} note", author=Author.NOTE, person_id=2001, name="Sana", source=None)
        await stores.inquiries.save(stored, [reply, note], cause=f"{number}:reply")
        await stores.outbox.sent([], _copies(number, code), NOW)
        await stores.inbox.add([incoming(number, chat=number, payload=MARK.encode())], NOW)
        await stores.inbox.add([incoming(number + 100, chat=GROUP, payload=f"{code} {MARK}".encode())], NOW)
        await stores.marks.set(f"person:{number}", "shape")
    for item in await stores.inbox.claim("test", limit=9, lease=MINUTE, now=NOW):
        await stores.inbox.quarantine(item.id, "Poison")
    for item in await stores.inbox.claim("test", limit=9, lease=MINUTE, now=NOW):
        await stores.inbox.quarantine(item.id, "Poison")
    await database.write(_announce)
    await database.write(lambda connection: _events(connection, person_id))


def _copies(person_id: int, code: str) -> list[Copy]:
    places = {
        (GROUP, 10 + person_id): (0, NoticeKind.CARD),
        (GROUP, 30 + person_id): (1, NoticeKind.POST_TO_STAFF),
        (person_id, 50): (0, NoticeKind.RECEIPT),
    }
    return [
        Copy(ref=MessageRef(chat_id=chat, message_id=number), code=code, post_id=post_id, kind=kind)
        for (chat, number), (post_id, kind) in places.items()
    ]


def _announce(connection: Connection) -> None:
    now = NOW
    row: dict[str, Any] = {
        column.name: "" for column in broadcasts.c if column.name in {"author_name", "reason"}
    }
    row |= {"kind": "send", "author_id": 3001, "versions": {}, "audience": {}, "state": "done"}
    row |= {"keeps_quiet": False, "baseline": {}, "reported": True, "version": 1, "created_at": now}
    row |= dict.fromkeys(("total", "sent", "blocked", "failed", "in_doubt", "skipped", "unsubscribed"), 0)
    number = connection.execute(insert(broadcasts).returning(broadcasts.c.id), row).scalar_one()
    common = {"broadcast_id": number, "language": "en", "part": 0, "attempts": 1, "reason": ""}
    for person_id in (7, OTHER):
        sent = {"person_id": person_id, "result": "sent", "message_ids": [99], "settled_at": now}
        connection.execute(insert(recipients), {**common, **sent})


def _events(connection: Connection, person_id: int) -> None:
    for number in (person_id, OTHER):
        row = {"at": NOW, "kind": "searched", "person_id": number, "about": "", "good": False, "words": MARK}
        connection.execute(insert(events), row)


def _everything(connection: Connection) -> str:
    """Every row of every table, opened."""
    return "\n".join(
        f"{table.name}: {dict(row)}"
        for table in metadata.sorted_tables
        for row in connection.execute(select(table)).mappings()
    )


async def test_a_person_gets_all_that_is_kept_of_them_and_nothing_of_others(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await _fill(filled, database)
    mine = await privacy.collect(7)
    assert mine.person is not None
    assert (mine.person.profile.username, mine.person.topics) == (f"{MARK}7", frozenset({"visa"}))
    assert [thread.inquiry.code for thread in mine.threads] == [CODES[0]]
    assert len(mine.threads[0].posts) == 3
    assert [one.data for one in mine.sessions] == [{"text": MARK}]
    assert mine.ticks == {"visa/b1": ["passport"]}
    assert [one["result"] for one in mine.records["announcements"]] == ["sent"]
    assert [one["words"] for one in mine.records["visits"]] == [MARK]
    assert f"{MARK}8" not in repr(mine)
    nobody = await privacy.collect(99)
    assert nobody == Belongings(person=None, records={name: [] for name in nobody.records})


async def test_an_erased_person_is_nowhere_and_others_are_untouched(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await _fill(filled, database)
    await privacy.erase(OTHER, receipt="ER-1", notices=notices)
    before = await database.read(_everything)
    assert MARK in before
    erasure = await privacy.erase(7, receipt="ER-2", notices=notices, cause="9:forget")
    assert (erasure.receipt, erasure.inquiries, erasure.posts) == ("ER-2", 1, 3)
    left = await database.read(_everything)
    assert MARK not in left
    assert await filled.people.get(7) is None
    assert not await filled.inbox.quarantined()
    assert await filled.marks.get(COMPACTION)
    nobody = await privacy.collect(7)
    assert (nobody.threads, nobody.sessions, nobody.ticks) == ((), (), {})
    assert await privacy.erase(7, receipt="ER-3", notices=notices, cause="9:forget") == erasure


async def test_what_follows_from_an_erasure_is_stored_with_it_and_once(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    def noted(erasure: Erasure) -> Aftermath:
        details = {"inquiries": erasure.inquiries, "posts": erasure.posts}
        remark = Remark(deed=Deed.ERASE, by=0, about=erasure.receipt, details=details)
        return Aftermath(remark=remark, marks={"people changed": erasure.receipt})

    await _fill(filled, database)
    for receipt in ("ER-1", "ER-2"):
        await privacy.erase(7, receipt=receipt, notices=notices, cause="9:forget", follows=noted)
    (entry,) = await filled.audit.page()
    assert (entry.about, entry.details) == ("ER-1", {"inquiries": 1, "posts": 3})
    assert await filled.marks.get("people changed") == "ER-1"


async def test_nobody_is_erased_without_what_follows(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await _fill(filled, database)
    before = await database.read(_everything)
    with pytest.raises(TypeError):
        await privacy.erase(7, receipt="ER-1", notices=notices, follows=lambda _: UNWRITABLE)
    assert await database.read(_everything) == before


async def test_only_the_person_who_asked_is_erased(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await _fill(filled, database)
    theirs = await privacy.collect(OTHER)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    assert await privacy.collect(OTHER) == theirs
    assert [one.chat for one in await filled.inbox.quarantined()] == [OTHER, GROUP]


async def test_an_erased_inquiry_keeps_code_section_and_moments(
    filled: Stores, database: Database, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    await _fill(filled, database)
    before = (await filled.inquiries.get(CODES[0])).inquiry
    clock.move(DAY)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    thread = await filled.inquiries.get(CODES[0])
    kept = thread.inquiry
    assert (kept.section, kept.language, kept.created_at) == (
        before.section,
        before.language,
        before.created_at,
    )
    assert (kept.status, kept.closed_at, kept.erased_at) == (Status.CLOSED, clock.now(), clock.now())
    assert (kept.person_id, kept.name, kept.answers, kept.waiting_since) == (0, "", (), None)
    assert kept.close_reason == FORGOTTEN
    assert [(one.author, one.text, one.created_at) for one in thread.posts] == [
        (Author.VISITOR, "", NOW),
        (Author.STAFF, "", NOW),
        (Author.NOTE, "", NOW),
    ]
    assert [one.ref.chat_id for one in await filled.inquiries.copies(CODES[0])] == [GROUP, GROUP]


async def test_what_is_owed_to_the_person_goes_and_the_staff_chat_is_told_last(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await _fill(filled, database)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    owed = []
    while claimed := await filled.outbox.claim("test", limit=9, lease=MINUTE, now=NOW):
        owed += [one.notice for one in claimed]
        await filled.outbox.sent([one.id for one in claimed], [], NOW)
    assert [one.kind for one in owed if one.code == CODES[0]] == [NoticeKind.CARD, NoticeKind.ERASED]


async def test_updates_that_came_after_the_request_are_still_handled(
    filled: Stores, privacy: SqlPrivacy
) -> None:
    await filled.inbox.add([incoming(1, chat=7, payload=b"a new question")], NOW)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    (item,) = await filled.inbox.claim("test", limit=9, lease=MINUTE, now=NOW)
    assert item.payload == b"a new question"


async def test_finished_updates_no_longer_say_whose_they_were(
    filled: Stores, privacy: SqlPrivacy, database: Database
) -> None:
    await filled.inbox.add([incoming(1, chat=7)], NOW)
    (item,) = await filled.inbox.claim("test", limit=9, lease=MINUTE, now=NOW)
    await filled.inbox.done([item.id], NOW)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    chats = await database.read(lambda connection: list(connection.scalars(select(inbox.c.chat))))
    assert chats == [0]


@pytest.mark.parametrize("kept", ["role", "ban"])
async def test_a_role_and_a_ban_stay_without_the_name(
    filled: Stores, database: Database, privacy: SqlPrivacy, kept: str
) -> None:
    await _fill(filled, database)
    if kept == "role":
        await filled.people.give_role(7, Role.STAFF, protected=frozenset())
    else:
        await filled.people.ban(7, "spam")
    await privacy.erase(7, receipt="ER-1", notices=notices)
    person = await filled.people.get(7)
    assert person is not None
    assert (person.profile.name, person.profile.username, person.topics) == ("", "", frozenset())
    assert (person.role, person.banned) == ((Role.STAFF, None) if kept == "role" else (Role.VISITOR, "spam"))
    assert await filled.people.find(MARK) == [await filled.people.get(OTHER)]


async def test_the_counts_of_an_announcement_stay_but_not_who_got_it(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    await _fill(filled, database)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    await privacy.erase(OTHER, receipt="ER-2", notices=notices)
    ids = await database.read(
        lambda connection: list(
            connection.scalars(select(recipients.c.person_id).order_by(recipients.c.person_id))
        )
    )
    assert ids == [-2, -1]


# ---- what was on its way


async def _submit(stores: Stores, code: str = CODES[2], person_id: int = 7) -> None:
    """What a tap on "send" stores."""
    session = Session(chat_id=person_id, person_id=person_id, state="done", data={"text": MARK}, thread=code)
    await stores.inquiries.add(
        _marked(code, person_id=person_id),
        [post(f"{MARK} question", person_id=person_id)],
        notices=[notice(person_id, code=code), notice(GROUP, kind=NoticeKind.CARD, code=code)],
        cause=f"{code}:submit",
        session=session,
    )


async def _owed_to_group(stores: Stores) -> list[tuple[NoticeKind, str]]:
    """Deliver everything; gives what the group got, in order."""
    owed = []
    while claimed := await stores.outbox.claim("test", limit=9, lease=MINUTE, now=stores.clock.now()):
        owed += [(one.notice.kind, one.notice.code) for one in claimed if one.notice.chat_id == GROUP]
        await stores.outbox.sent([one.id for one in claimed], [], stores.clock.now())
    return owed


@pytest.mark.parametrize("kept", ["nothing", "role", "ban"])
async def test_a_question_that_was_on_its_way_while_its_person_was_erased_is_erased_seconds_later(
    filled: Stores, database: Database, privacy: SqlPrivacy, kept: str
) -> None:
    await filled.people.meet(profile(first_name=MARK), NOW)
    if kept == "role":
        await filled.people.give_role(7, Role.STAFF, protected=frozenset())
    elif kept == "ban":
        await filled.people.ban(7, "spam")
    await privacy.erase(7, receipt="ER-1", notices=notices)
    await _submit(filled)
    await privacy.clear_up(notices=notices)
    assert MARK not in await database.read(_everything)
    assert (await filled.inquiries.get(CODES[2])).inquiry.close_reason == FORGOTTEN
    assert (await filled.sessions.get(7, 7)).data == {}
    assert await _owed_to_group(filled) == [(NoticeKind.CARD, CODES[2]), (NoticeKind.ERASED, CODES[2])]
    await privacy.clear_up(notices=notices)
    assert await _owed_to_group(filled) == []


@pytest.mark.parametrize("name", [("Bilal", ""), ("", "Khan")])
async def test_a_question_of_somebody_who_came_back_after_an_erasure_stays(
    filled: Stores, privacy: SqlPrivacy, name: tuple[str, str]
) -> None:
    first, last = name
    await filled.people.meet(profile(), NOW)
    await privacy.erase(7, receipt="ER-1", notices=notices)
    await filled.people.meet(profile(first_name=first, last_name=last), NOW)
    await _submit(filled)
    await privacy.clear_up(notices=notices)
    assert (await filled.inquiries.get(CODES[2])).inquiry.text == f"{MARK} text"


async def test_whatever_a_person_does_while_they_are_erased_nothing_of_it_is_left(
    filled: Stores, database: Database, privacy: SqlPrivacy
) -> None:
    """An operator erases somebody who writes at that moment, handled by whichever replica."""
    for turn in range(8):
        code = f"KH-{turn:04}-XX"
        await filled.people.meet(profile(first_name=MARK), NOW)
        await filled.inquiries.add(_marked(code), [post(MARK)], notices=[], cause=f"{turn}:first")
        thread = await filled.inquiries.get(code)
        changed = replace(thread.posts[0], text=f"{MARK} edited")
        await asyncio.gather(
            _submit(filled, f"KH-{turn:04}-YY"),
            privacy.erase(7, receipt=f"ER-{turn}", notices=notices),
            filled.inquiries.save(thread.inquiry, [post(f"{MARK} more"), changed], cause=f"{turn}:more"),
            filled.sessions.put(Session(chat_id=7, person_id=7, state="form", data={"text": MARK})),
            return_exceptions=True,
        )
        await privacy.clear_up(notices=notices)
        left = await database.read(_everything)
        assert MARK not in left, [line for line in left.splitlines() if MARK in line]


async def test_a_card_that_reaches_the_group_after_the_news_of_its_erasure_is_erased_in_turn(
    filled: Stores, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    """One process is frozen while it sends a card, another takes over and tells of the erasure."""
    await filled.people.meet(profile(), NOW)
    await _submit(filled)
    claimed = await filled.outbox.claim("frozen", limit=9, lease=MINUTE, now=NOW)
    (card,) = [one for one in claimed if one.notice.chat_id == GROUP]
    await privacy.erase(7, receipt="ER-1", notices=notices)
    clock.move(2 * MINUTE)
    assert (NoticeKind.ERASED, CODES[2]) in await _owed_to_group(filled)
    shown = Copy(ref=MessageRef(chat_id=GROUP, message_id=70), code=CODES[2], kind=NoticeKind.CARD)
    await filled.outbox.sent([card.id], [shown], clock.now())
    assert await _owed_to_group(filled) == [(NoticeKind.ERASED, CODES[2])]


async def test_a_card_that_was_being_sent_at_that_moment_is_followed_by_one_erasure(
    filled: Stores, privacy: SqlPrivacy
) -> None:
    await filled.people.meet(profile(), NOW)
    await _submit(filled)
    claimed = await filled.outbox.claim("busy", limit=9, lease=MINUTE, now=NOW)
    (card,) = [one for one in claimed if one.notice.chat_id == GROUP]
    await privacy.erase(7, receipt="ER-1", notices=notices)
    assert await filled.outbox.claim("other", limit=9, lease=MINUTE, now=NOW) == []
    shown = Copy(ref=MessageRef(chat_id=GROUP, message_id=70), code=CODES[2], kind=NoticeKind.CARD)
    await filled.outbox.sent([card.id], [shown], NOW)
    assert await _owed_to_group(filled) == [(NoticeKind.ERASED, CODES[2])]
    assert [one.ref.message_id for one in await filled.inquiries.copies(CODES[2])] == [70]


# ---- what was kept long enough


async def _answered(stores: Stores, code: str, person_id: int = 7) -> None:
    await stores.people.meet(profile(person_id), NOW)
    await stores.inquiries.add(
        _marked(code, person_id=person_id, status=Status.ANSWERED, answered_at=NOW, waiting_since=None),
        [post(MARK, person_id=person_id)],
        notices=[],
        cause=f"{code}:submit",
    )


async def test_what_waits_for_nobody_goes_in_time_and_what_waits_stays(
    filled: Stores, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    await _answered(filled, CODES[0])
    await filled.inquiries.add(_marked(CODES[1]), [post(MARK)], notices=[], cause="waiting")
    clock.move(180 * DAY)
    assert await privacy.expire(KEEPING, limit=9, notices=notices) == 0
    clock.move(MINUTE)
    assert await privacy.expire(KEEPING, limit=9, notices=notices) == 1
    expired = (await filled.inquiries.get(CODES[0])).inquiry
    assert (expired.text, expired.close_reason, expired.status) == ("", EXPIRED, Status.CLOSED)
    assert (await filled.inquiries.get(CODES[1])).inquiry.text == f"{MARK} text"
    assert await privacy.expire(KEEPING, limit=9, notices=notices) == 0
    assert await filled.outbox.waiting() == 0


async def test_a_later_message_keeps_an_inquiry_longer(
    filled: Stores, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    await _answered(filled, CODES[0])
    stored = (await filled.inquiries.get(CODES[0])).inquiry
    later = post("more", created_at=NOW + 100 * DAY)
    await filled.inquiries.save(stored, [later], cause="later")
    clock.move(200 * DAY)
    assert await privacy.expire(KEEPING, limit=9, notices=notices) == 0


async def test_people_of_whom_nothing_else_is_kept_go_in_time(
    filled: Stores, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    for number in (1, 2, 3, 4, 5):
        await filled.people.meet(profile(number), NOW)
    await filled.people.subscribe(2, frozenset({"news"}))
    await filled.people.give_role(3, Role.STAFF, protected=frozenset())
    await filled.people.ban(4, "spam")
    await filled.inquiries.add(_marked(person_id=5), [post(MARK)], notices=[], cause="waiting")
    clock.move(366 * DAY)
    assert await privacy.expire(KEEPING, limit=9, notices=notices) == 1
    assert [number for number in range(1, 6) if await filled.people.get(number)] == [2, 3, 4, 5]


async def test_drafts_and_quarantined_updates_go_in_time(
    filled: Stores, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    await filled.sessions.put(
        Session(chat_id=7, person_id=7, state="form", data={"name": MARK}, changed_at=NOW)
    )
    await filled.inbox.add([incoming(1, payload=MARK.encode())], NOW)
    (item,) = await filled.inbox.claim("test", limit=9, lease=MINUTE, now=NOW)
    await filled.inbox.quarantine(item.id, "Poison")
    clock.move(30 * DAY + timedelta(seconds=1))
    assert await privacy.expire(KEEPING, limit=9, notices=notices) == 2
    assert await filled.sessions.get(7, 7) == Session(chat_id=7, person_id=7)
    assert not await filled.inbox.quarantined()


async def test_nothing_goes_where_everything_is_kept(
    filled: Stores, privacy: SqlPrivacy, clock: FakeClock
) -> None:
    await _answered(filled, CODES[0])
    clock.move(3650 * DAY)
    assert await privacy.expire(Keeping(), limit=9, notices=notices) == 0


# ---- bytes


async def test_no_byte_remains_in_the_files(
    filled: Stores, database: Database, privacy: SqlPrivacy, tmp_path: Path
) -> None:
    await _fill(filled, database)
    await privacy.erase(OTHER, receipt="ER-1", notices=notices)
    if database.is_sqlite and not database.cipher.seals:
        assert MARK.encode() in _bytes(tmp_path)
    await privacy.erase(7, receipt="ER-2", notices=notices)
    await database.compact()
    assert MARK not in await database.read(_everything)
    assert MARK.encode() not in _bytes(tmp_path)
    assert json.dumps(MARK).encode() not in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("bot.db*"))
