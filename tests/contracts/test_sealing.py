"""With a key nobody's words stand readable in the files; keys can be introduced and changed."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select, update

from bot.domain.inquiries import InquiryFilter
from bot.domain.messages import AttachmentKind
from bot.domain.sessions import Session
from bot.storage.cipher import (
    KeyRing,
    NoCipher,
    cipher_of,
    fold,
    new_key,
    read_bytes,
    read_text,
    write_bytes,
    write_text,
)
from bot.storage.database import Database
from bot.storage.errors import WrongKey
from bot.storage.sealing import is_all_sealed, reseal
from bot.storage.tables import marks, people
from tests.contracts.conftest import OpenDatabase, Stores, stores_of
from tests.contracts.examples import CODES, LEASE, NOW, PHOTO, incoming, inquiry, post, profile
from tests.fakes.clock import FakeClock

PLACE = b"posts.text"
_NOTED = select(func.count()).select_from(marks).where(marks.c.name.startswith("encryption key"))
SECRETS = (
    "Gulnara",
    "Nurzhanova",
    "gulnara_nn",
    "rejected twice",
    "0300-7654321",
    "BQACAgQAAxkDAAIB",
    "handwritten note",
    "half filled answer",
    "raw update words",
    "banned for swearing",
    "slow but kind",
    "closed because of",
)


async def _fill(stores: Stores) -> None:
    name = "Gulnara Nurzhanova"
    await stores.people.meet(
        profile(5, first_name="Gulnara", last_name="Nurzhanova", username="gulnara_nn"), NOW
    )
    await stores.people.ban(5, "banned for swearing")
    answers = (*inquiry().answers[:1], type(inquiry().answers[0])(field="p", label="P", value="0300-7654321"))
    one = inquiry(
        name=name,
        username="gulnara_nn",
        text="My visa was rejected twice",
        answers=answers,
        claimed_name=name,
        close_reason="closed because of holidays",
        rating_comment="slow but kind",
    )
    file = type(PHOTO)(kind=AttachmentKind.DOCUMENT, file_id="BQACAgQAAxkDAAIB", name="handwritten note.pdf")
    written = post("handwritten note", name=name, attachments=(file,))
    session = Session(chat_id=5, person_id=5, state="form", data={"a": "half filled answer"}, changed_at=NOW)
    await stores.inquiries.add(one, [written], notices=[], cause="1", session=session)
    bare = inquiry(CODES[1], name="", username="", text="", answers=())
    await stores.inquiries.add(bare, [post("", html="", attachments=())], notices=[], cause="2")
    await stores.inbox.add([incoming(1, 5, b'{"text": "raw update words"}')], NOW)


def _readable(folder: Path) -> set[str]:
    """Which of the secrets stand in the files, in any case."""
    content = b"".join(path.read_bytes() for path in folder.iterdir()).lower()
    return {secret for secret in SECRETS if secret.lower().encode() in content}


async def _found(stores: Stores) -> None:
    """Everything can still be read and found."""
    thread = await stores.inquiries.get(CODES[0])
    assert thread.inquiry.text == "My visa was rejected twice"
    assert thread.posts[0].attachments[0].file_id == "BQACAgQAAxkDAAIB"
    assert (await stores.sessions.get(5, 5)).data == {"a": "half filled answer"}
    for words in ("gulnara nurzhanova", "@GULNARA_NN", "rejected", "handwritten", "0300-76", CODES[0]):
        assert await stores.inquiries.count(InquiryFilter(words=words)) == 1, words
    for name in ("@gulnara_nn", "Gulnara Nurzhanova", "nurzhan"):
        assert [one.id for one in await stores.people.find(name)] == [5], name
    (person,) = await stores.people.find("5")
    assert person.banned == "banned for swearing"


async def test_a_sealed_database_has_no_readable_words(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    stores = stores_of(await open_database(sqlite_url, cipher_of(new_key())), clock)
    await _fill(stores)
    assert _readable(tmp_path) == set()
    await _found(stores)
    (item,) = await stores.inbox.claim("a", limit=1, lease=LEASE, now=NOW)
    assert item.payload == b'{"text": "raw update words"}'


async def test_without_a_key_the_words_are_readable_so_the_search_above_is_honest(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    await _fill(stores_of(await open_database(sqlite_url), clock))
    assert _readable(tmp_path) == set(SECRETS)


async def test_a_key_can_be_introduced_later(
    url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    open_one = await open_database(url)
    await _fill(stores_of(open_one, clock))
    await open_one.close()
    sealed = await open_database(url, cipher_of(new_key()))
    stores = stores_of(sealed, clock)
    await _found(stores)
    assert await reseal(sealed) == 6
    assert await reseal(sealed) == 0
    await _found(stores)
    if sealed.is_sqlite:
        assert _readable(tmp_path) == set()


async def test_keys_are_changed_by_putting_a_new_one_first(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    old, new = new_key(), new_key()
    first = await open_database(sqlite_url, cipher_of(old))
    await _fill(stores_of(first, clock))
    await first.close()
    with pytest.raises(WrongKey):
        await open_database(sqlite_url, cipher_of(new))
    both = await open_database(sqlite_url, cipher_of(f"{new}, {old}"))
    await _found(stores_of(both, clock))
    assert await reseal(both) == 6
    await both.close()
    with pytest.raises(WrongKey):
        await open_database(sqlite_url, cipher_of(old))
    after = await open_database(sqlite_url, cipher_of(new))
    await _found(stores_of(after, clock))


async def test_every_key_in_use_is_asked_for_until_everything_is_sealed_with_the_first(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    old, new, newest = new_key(), new_key(), new_key()
    for person, keys in enumerate((old, f"{new},{old}", f"{newest},{new},{old}"), start=7):
        database = await open_database(url, cipher_of(keys))
        await stores_of(database, clock).people.meet(profile(person, first_name="Somebody"), NOW)
        if person == 8:
            await _fill(stores_of(database, clock))
        await database.close()
    for keys in (old, new, newest, f"{new},{old}", f"{newest},{old}"):
        with pytest.raises(WrongKey, match="was not given"):
            await open_database(url, cipher_of(keys))
    with pytest.raises(WrongKey, match="no encryption key"):
        await open_database(url)
    three = await open_database(url, cipher_of(f"{newest},{new},{old}"))
    assert not await is_all_sealed(three)
    await reseal(three)
    assert await is_all_sealed(three)
    await three.close()
    await _found(stores_of(await open_database(url, cipher_of(newest)), clock))


async def test_it_is_known_whether_everything_is_sealed(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    plain = await open_database(url)
    assert await is_all_sealed(plain)
    await _fill(stores_of(plain, clock))
    await plain.close()
    sealed = await open_database(url, cipher_of(new_key()))
    assert not await is_all_sealed(sealed)
    await reseal(sealed)
    assert await is_all_sealed(sealed)
    await stores_of(sealed, clock).people.meet(profile(6), NOW)
    assert await is_all_sealed(sealed)


async def test_what_a_running_bot_changes_while_everything_is_sealed_anew_is_not_put_back(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    old, new = new_key(), new_key()
    first = await open_database(url, cipher_of(old))
    for number in range(1, 400):
        await stores_of(first, clock).people.meet(profile(number, first_name="Before"), NOW)
    await first.close()
    both = cipher_of(f"{new},{old}")
    # Both write to one file: they wait for each other as long as processes do, longer than in other tests.
    sealing, running = [await Database.open(url, cipher=both, clock=clock) for _ in range(2)]
    people = stores_of(running, clock).people
    done = asyncio.ensure_future(reseal(sealing))
    renamed = 0
    while not done.done() and renamed < 399:
        renamed += 1
        await people.meet(profile(renamed, first_name="After"), NOW)
    await done
    names = [
        found.profile.first_name for number in range(1, renamed + 1) if (found := await people.get(number))
    ]
    await sealing.close()
    await running.close()
    assert names == ["After"] * renamed


_RESEALING = """
import asyncio, sys
from bot.storage import sealing
from bot.storage.cipher import cipher_of
from bot.storage.database import Database

sealing._PAGE = 5

async def main(url, keys):
    await sealing.reseal(await Database.open(url, cipher=cipher_of(keys)))

asyncio.run(main(*sys.argv[1:]))
"""


def _partly(path: Path, key: str) -> int:
    """How many posts are sealed with this key, seen from outside."""
    begin = write_text("x", cipher_of(key), b"")[:7]
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT count(*) FROM posts WHERE substr(text, 1, 7) = ?", (begin,))
        return int(rows.fetchone()[0])


def _killed_half_way(url: str, path: Path, old: str, new: str) -> None:
    command = [sys.executable, "-c", _RESEALING, url, f"{new},{old}"]
    with subprocess.Popen(command) as process:
        try:
            while process.poll() is None and _partly(path, new) < 20:
                time.sleep(0.001)
        finally:
            process.kill()


async def test_a_sealing_that_was_killed_half_way_goes_on_where_it_was(
    sqlite_url: str, open_database: OpenDatabase, clock: FakeClock, tmp_path: Path
) -> None:
    old, new, path = new_key(), new_key(), tmp_path / "bot.db"
    first = await open_database(sqlite_url, cipher_of(old))
    stores = stores_of(first, clock)
    await _fill(stores)
    stored = (await stores.inquiries.get(CODES[0])).inquiry
    more = [post(f"handwritten note {number}") for number in range(400)]
    await stores.inquiries.save(stored, more, cause="more")
    await first.close()
    await asyncio.to_thread(_killed_half_way, sqlite_url, path, old, new)
    assert 20 <= _partly(path, new) < 401
    for one in (old, new):
        with pytest.raises(WrongKey):
            await open_database(sqlite_url, cipher_of(one))
    again = await open_database(sqlite_url, cipher_of(f"{new},{old}"))
    assert len((await stores_of(again, clock).inquiries.get(CODES[0])).posts) == 401
    assert 0 < await reseal(again) < 406
    await again.close()
    after = stores_of(await open_database(sqlite_url, cipher_of(new)), clock)
    await _found(after)
    assert (await after.inquiries.get(CODES[0])).posts[-1].text == "handwritten note 399"
    assert _readable(tmp_path) == set()


async def test_a_look_with_a_key_binds_nobody_to_it(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    plain = await open_database(url)
    await _fill(stores_of(plain, clock))
    await plain.close()
    looking = await open_database(url, cipher_of(new_key()))
    await _found(stores_of(looking, clock))
    # What has no words is written and needs no key to be read, either.
    await stores_of(looking, clock).marks.set("digest", "2026-05-03")
    assert not await is_all_sealed(looking)
    await looking.close()
    after = await open_database(url)
    assert await after.read(lambda connection: connection.scalar(_NOTED)) == 0
    await _found(stores_of(after, clock))


async def test_the_first_sealed_word_and_the_note_of_its_key_are_one_commit(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    sealed = await open_database(url, cipher_of(new_key()))
    many = [profile(number, first_name=f"Person {number}") for number in range(1, 9)]

    def failing(connection: Connection) -> None:
        connection.execute(update(people).values(first_name="Somebody"))
        raise LookupError

    with pytest.raises(LookupError):
        await sealed.write(failing)
    assert await sealed.read(lambda connection: connection.scalar(_NOTED)) == 0
    await asyncio.gather(*(stores_of(sealed, clock).people.meet(one, NOW) for one in many))
    assert await sealed.read(lambda connection: connection.scalar(_NOTED)) == 1
    with pytest.raises(WrongKey):
        await open_database(url)


async def test_a_sealed_database_is_refused_without_its_key_in_one_line(
    url: str, open_database: OpenDatabase, clock: FakeClock
) -> None:
    sealed = await open_database(url, cipher_of(new_key()))
    await stores_of(sealed, clock).people.meet(profile(5), NOW)
    await sealed.close()
    with pytest.raises(WrongKey, match="no encryption key was given") as refused:
        await open_database(url)
    assert "\n" not in str(refused.value)
    with pytest.raises(WrongKey, match="was not given"):
        await open_database(url, cipher_of(new_key()))


@given(text=some.text(some.characters(exclude_categories=())))
def test_any_text_comes_back(text: str) -> None:
    for cipher in (NoCipher(), KeyRing([b"k" * 32])):
        stored = write_text(text, cipher, PLACE)
        assert "\x00" not in stored
        stored.encode()
        assert read_text(stored, cipher, PLACE) == text


@given(content=some.binary())
def test_any_bytes_come_back(content: bytes) -> None:
    for cipher in (NoCipher(), KeyRing([b"k" * 32])):
        assert read_bytes(write_bytes(content, cipher, PLACE), cipher, PLACE) == content


def test_the_same_text_is_never_sealed_alike() -> None:
    ring = KeyRing([b"k" * 32])
    assert write_text("same", ring, PLACE) != write_text("same", ring, PLACE)


def test_changed_bytes_another_place_and_another_key_are_refused() -> None:
    ring = KeyRing([b"k" * 32])
    sealed = ring.seal(b"words", PLACE)
    tampered = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(WrongKey, match="changed outside"):
        ring.open(tampered, PLACE)
    with pytest.raises(WrongKey, match="changed outside"):
        ring.open(sealed, b"people.first_name")
    with pytest.raises(WrongKey, match="was not given"):
        KeyRing([b"x" * 32]).open(sealed, PLACE)


def test_names_have_the_same_key_only_under_the_same_ring() -> None:
    one, other = KeyRing([b"k" * 32]), KeyRing([b"x" * 32])
    assert one.key_of("aliya") == KeyRing([b"k" * 32]).key_of("aliya")
    assert one.key_of("aliya") != other.key_of("aliya")
    assert one.key_of("aliya") in KeyRing([b"x" * 32, b"k" * 32]).keys_of("aliya")
    assert one.key_of("") == ""


@pytest.mark.parametrize("setting", ["short", "AAAA", "!" * 44, f"{'A' * 43}=,nonsense"])
def test_a_wrong_key_setting_is_refused_without_repeating_it(setting: str) -> None:
    with pytest.raises(ValueError, match="32 random bytes") as refused:
        cipher_of(setting)
    assert setting not in str(refused.value)


def test_no_key_means_no_cipher() -> None:
    assert isinstance(cipher_of(" , "), NoCipher)
    assert isinstance(cipher_of(new_key()), KeyRing)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("  Әлия \n ХАН ", "әлия хан"), ("STRASSE", fold("straße")), ("ﬁle", "file"), ("a\x00b\ud800", "ab")],
)
def test_names_are_compared_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
