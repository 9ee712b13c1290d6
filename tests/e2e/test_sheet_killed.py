"""Replies from a sheet are sent once, also when the bot is killed meanwhile or several send the sheet."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.codes import new_code
from bot.i18n.languages import Language
from bot.simulator.people import ADMIN
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.inquiries import SqlInquiries
from tests.contracts.examples import inquiry, post
from tests.driver import text_of
from tests.e2e.house import House, styled

MANY = 60
PATIENCE = 240.0
KILLED_AT = (5, 40)
"""How many replies are in the log when the bot is killed."""
IN_FLIGHT = 8
"""Messages that are on their way at once, so that one kill may double so many."""


async def _stored(house: House) -> dict[str, int]:
    """Inquiries of as many visitors, put where the bot will find them; the visitor by the code."""
    await migrations.upgrade(house.settings["BOT_DATABASE_URL"])
    database = await Database.open(house.settings["BOT_DATABASE_URL"])
    asked: dict[str, int] = {}
    now = datetime.now(UTC)
    for code, person in zip(_codes(), range(7000, 7000 + MANY), strict=False):
        card = {"id": person, "first_name": f"Visitor {person}", "language_code": "en"}
        await house.stand.post("people", card)
        await house.stand.as_person(person).starts()
        one = inquiry(code, person_id=person, language=Language.EN, created_at=now, waiting_since=now)
        words = post("How long?", person_id=person, attachments=(), created_at=now, source=None)
        await SqlInquiries(database).add(one, [words], notices=[], cause=f"stored {code}")
        asked[code] = person
    await database.close()
    return asked


def _codes() -> list[str]:
    codes: dict[str, None] = {}
    while len(codes) < MANY:
        codes[new_code()] = None
    return list(codes)


def _sheet(codes: dict[str, int]) -> bytes:
    rows = [f"{code},Answer to {code}.,1" for code in codes]
    return "\r\n".join(["code,reply,messages", *rows, ""]).encode("utf-8-sig")


def _replies(house: House) -> Counter[str]:
    """How often each code was answered, as the log has it."""
    with closing(sqlite3.connect(house.database)) as base:
        found = base.execute(
            "SELECT code FROM posts JOIN inquiries ON inquiries.id = inquiry_id WHERE author = 'staff'"
        )
        return Counter(code for (code,) in found)


async def _arrived(house: House, asked: dict[str, int]) -> Counter[str]:
    """How often each answer arrived at its visitor."""
    arrived: Counter[str] = Counter()
    for code, person in asked.items():
        for message in await house.stand.from_bot(person):
            arrived[code] += f"Answer to {code}." in text_of(message)
    return arrived


async def _wait_for_all(house: House, asked: dict[str, int]) -> Counter[str]:
    async with asyncio.timeout(PATIENCE):
        while len(arrived := +await _arrived(house, asked)) < len(asked):
            await asyncio.sleep(0.5)
    return arrived


async def test_what_a_kill_interrupts_is_sent_in_full_and_nothing_twice(closed_house: House) -> None:
    house = closed_house
    asked = await _stored(house)
    await house.start()
    owner = house.stand.as_person(ADMIN)
    await owner.sends("document", _sheet(asked), name="filled.csv")
    plan = await owner.sees(f"To send: {MANY}", timeout=60)
    await owner.taps(styled(plan, "success"))
    async with asyncio.timeout(PATIENCE):
        for step in KILLED_AT:
            while sum(_replies(house).values()) < step:
                await asyncio.sleep(0.005)
            await house.kill()
            await house.start()
    arrived = await _wait_for_all(house, asked)
    assert _replies(house) == Counter(dict.fromkeys(asked, 1))
    assert sum(arrived.values()) - MANY <= len(KILLED_AT) * IN_FLIGHT
    await owner.sees(f"{MANY} replies are on their way.")


async def test_one_sheet_sent_by_several_at_once_is_sent_once(house: House, tmp_path: Path) -> None:
    asked = await _stored(house)
    path = tmp_path / "filled.csv"
    path.write_bytes(_sheet(asked))
    owner = house.stand.as_person(ADMIN)
    await owner.sends("document", path.read_bytes(), name="filled.csv")
    plan = await owner.sees(f"To send: {MANY}", timeout=60)
    _, *commands = await asyncio.gather(
        owner.taps(styled(plan, "success")),
        *(house.command("import-replies", str(path), "--yes") for _ in "ab"),
    )
    assert [code for code, _, _ in commands] == [0, 0]
    arrived = await _wait_for_all(house, asked)
    assert _replies(house) == Counter(dict.fromkeys(asked, 1))
    assert arrived == Counter(dict.fromkeys(asked, 1))
