"""A whole day at a House with an encryption key: not a word of anybody stands readable on the disk.

Every planted word goes its own way: a name, a form, a phone, a file, a draft, a search, a note, a reason …
"""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.storage.cipher import new_key
from tests.driver import STAFF_GROUP, PersonDriver, buttons_of, text_of
from tests.e2e.desks import ADMIN, PATIENCE, Desk
from tests.e2e.house import House, labels, styled

ZARA, RUDE = 4001, 4002
PHONE = "+923007654321"
NAMES = ("Zqxzara", "Zqxkhanum", "zqx_username", "Zqxrude")
WORDS = (
    *NAMES,
    *("zqxask", "zqxformanswer", "zqxcity", "zqxcaption", "zqxfilename", "zqxafterthought", "zqxedited"),
    *("zqxdraft", "zqxsearch", "zqxreply", "zqxnote", "zqxbanreason", "zqxcomment", "zqxpoison", "zqxhalf"),
    *("zqxsheetreply", "7654321"),
)


async def _day(house: House) -> tuple[str, str]:
    """What people do in a day; gives the codes of the two inquiries."""
    await _cast(house)
    desk = Desk(house)
    zara = house.stand.as_person(ZARA)
    code = await desk.ask("zqxask about a visa", zara)
    card = await desk.card(code, has="zqxask")
    await desk.reply(card, "zqxreply from us")
    await zara.sees("zqxreply", timeout=PATIENCE)
    await _adds(desk, zara)
    await desk.tap(await desk.card(code), "Note")
    await desk.staff.says("zqxnote for colleagues", chat=STAFF_GROUP)
    await desk.shows("Note kept")
    await _rates(zara, code)
    formed = await _fills_in_a_form(desk, zara)
    await _leaves_things_unfinished(house, zara)
    await _bans(house)
    await house.stand.push({"message": {"chat": {"id": ZARA}, "text": "zqxpoison"}})
    await _aside(house)
    return code, formed


async def _cast(house: House) -> None:
    cards = (
        {"id": ZARA, "first_name": NAMES[0], "last_name": NAMES[1], "username": NAMES[2], "phone": PHONE},
        {"id": RUDE, "first_name": NAMES[3]},
    )
    for card in cards:
        await house.stand.post("people", {"language_code": "en", **card})


async def _adds(desk: Desk, zara: PersonDriver) -> None:
    written = await zara.says("zqxafterthought")
    await desk.shows("zqxafterthought")
    await zara.edits(written["message_id"], "zqxedited afterthought")
    await desk.shows("zqxedited")
    await zara.sends("document", b"content", caption="zqxcaption", name="zqxfilename.pdf")
    await desk.shows("zqxcaption")
    await zara.shares_contact()


async def _rates(zara: PersonDriver, code: str) -> None:
    await zara.says("/my")
    listed = await zara.sees("My inquiries", timeout=PATIENCE)
    await zara.taps_data(f"mine:rate:{code}:4", message_id=listed["message_id"])
    await asyncio.sleep(0.5)
    await zara.says("zqxcomment, kind but slow")


async def _fills_in_a_form(desk: Desk, zara: PersonDriver) -> str:
    begun = await zara.starts("contacts-consultation")
    intro = await zara.sees("questions", after=begun["message_id"], timeout=PATIENCE)
    await zara.taps(styled(intro, "success"), message_id=intro["message_id"])
    for question, answer in (
        ("What is it about", None),
        ("What would you like to know", "zqxformanswer please"),
        ("How should we reply", None),
        ("Which day", "Skip"),
        ("What is your name", "Keep this answer"),
        ("In which city", "zqxcity"),
        ("Which number", PHONE),
        ("another paper", "Skip"),
    ):
        asked = await zara.sees(question, after=begun["message_id"], timeout=PATIENCE)
        if answer in labels(asked):
            await zara.taps(str(answer), message_id=asked["message_id"])
        elif answer is None:
            await zara.taps(labels(asked)[0], message_id=asked["message_id"])
        else:
            await zara.says(answer)
    summary = await zara.sees("zqxcity", after=begun["message_id"], timeout=PATIENCE)
    await zara.taps(styled(summary, "success"), message_id=summary["message_id"])
    card = await desk.shows("zqxformanswer")
    return text_of(card)[:10]


async def _leaves_things_unfinished(house: House, zara: PersonDriver) -> None:
    await zara.says("/menu")
    await zara.sees("One window", timeout=PATIENCE)
    await zara.says("zqxsearch qwrtpsdf")
    await zara.says("/ask zqxdraft that was not sent")
    await zara.sees("zqxdraft", timeout=PATIENCE)
    other = house.stand.as_person(RUDE)
    begun = await other.starts("trade-delegation")
    intro = await other.sees("questions", after=begun["message_id"], timeout=PATIENCE)
    await other.taps(styled(intro, "success"), message_id=intro["message_id"])
    await other.sees("Question 1 of", timeout=PATIENCE)
    await other.says("zqxhalf chamber")
    await other.sees("Question 2 of", timeout=PATIENCE)


async def _bans(house: House) -> None:
    owner = house.stand.as_person(ADMIN)
    await owner.says(f"/ban {RUDE} zqxbanreason")
    await owner.sees("zqxbanreason", timeout=PATIENCE)


async def _aside(house: House) -> None:
    async def put_aside() -> bool:
        with closing(sqlite3.connect(house.database)) as database:
            found = database.execute("SELECT count(*) FROM inbox WHERE state = 'quarantined'").fetchone()
        return bool(found[0] == 1)

    await house.stand.wait_for(put_aside, PATIENCE, what="the unreadable update put aside")


async def _stages_a_sheet(house: House, code: str) -> None:
    owner = house.stand.as_person(ADMIN)
    exported, _, err = await house.command("export", "--format", "csv", "--output", "log.csv")
    assert exported == 0, err
    lines = (house.folder / "log.csv").read_text("utf-8-sig")
    head = lines.splitlines()[0].split(",")
    row = dict.fromkeys(head, "") | {"code": code, "reply": "zqxsheetreply"}
    content = "\r\n".join([",".join(head), ",".join(row[name] for name in head)])
    (house.folder / "log.csv").unlink()
    await owner.sends("document", content.encode("utf-8-sig"), name="filled.csv")
    await owner.sees("To send:", timeout=PATIENCE)


def _readable(folder: Path, names: str = "*") -> set[str]:
    """Which planted words stand in any file of the folder, in any case."""
    content = b"".join(path.read_bytes() for path in folder.rglob(names) if path.is_file()).lower()
    return {word for word in WORDS if word.lower().encode() in content}


def _file_ids(messages: list[dict[str, object]]) -> set[str]:
    found = set()
    for message in messages:
        document = message.get("document")
        if isinstance(document, dict):
            found.add(str(document["file_id"]))
    return found


async def _finds(house: House, code: str) -> None:
    """Staff find the inquiry by its code, the whole name, the @username and any word."""
    owner = house.stand.as_person(ADMIN)
    for words in (code, "zqxzara zqxkhanum", "@ZQX_username", "zqxask", "zqxedited"):
        asked = await owner.says(f"/find {words}")
        await house.stand.wait_message(
            ADMIN,
            lambda one: code in json.dumps(one) and bool(buttons_of(one)),
            after=asked["message_id"],
            timeout=PATIENCE,
        )


async def test_a_day_leaves_nothing_readable_on_the_disk(closed_house: House) -> None:
    house, key = closed_house, new_key()
    house.settings["BOT_ENCRYPTION_KEY"] = key
    await house.start()
    code, formed = await _day(house)
    await _stages_a_sheet(house, formed)
    status, _, err = await house.command("backup", "copy.db")
    assert status == 0, err
    assert _readable(house.folder) == set()
    content = b"".join(path.read_bytes() for path in house.folder.rglob("*.db*"))
    ids = _file_ids(await house.stand.messages(ZARA))
    assert ids
    assert not [one for one in ids if one.encode() in content]
    await _finds(house, code)
    await _is_whole(house)
    await house.stop()
    await _wrong_keys_are_one_line(house)
    # The backup opens with the key and with no other.
    (house.folder / "copy.db").replace(house.database)
    await house.start()
    await _finds(house, code)


async def _is_whole(house: House) -> None:
    status, _, err = await house.command("export", "--format", "jsonl", "--output", "log.jsonl")
    assert status == 0, err
    log = (house.folder / "log.jsonl").read_text()
    assert len([json.loads(line) for line in log.splitlines()]) == 2
    exported = ("zqxask", "zqxedited", "zqxformanswer", "zqxcity", "zqxreply", "zqxcomment", "7654321")
    assert [word for word in exported if word not in log] == []
    (house.folder / "log.jsonl").unlink()
    status, out, err = await house.command("people", "list", "zqxrude")
    assert (status, "zqxbanreason" in out) == (0, True), err


async def _wrong_keys_are_one_line(house: House) -> None:
    for keys, line in ((new_key(), "was not given"), ("", "no encryption key was given")):
        status, out, err = await house.command("run", BOT_ENCRYPTION_KEY=keys)
        assert (status, out) == (1, ""), err
        assert line in err
        assert len(err.strip().splitlines()) == 1


async def test_without_a_key_the_words_are_readable_so_the_look_above_is_honest(house: House) -> None:
    code, formed = await _day(house)
    await _stages_a_sheet(house, formed)
    missing = set(WORDS) - _readable(house.folder, "bot.db*") - {"zqxafterthought"}
    assert missing == set(), code


async def test_a_key_set_later_leaves_nothing_readable_once_everything_is_sealed(house: House) -> None:
    code, _ = await _day(house)
    await house.stop()
    house.settings["BOT_ENCRYPTION_KEY"] = new_key()
    status, out, err = await house.command("reseal")
    assert status == 0, err
    assert "rows sealed anew" in out
    assert _readable(house.folder, "bot.db*") == set()
    await house.start()
    await _finds(house, code)
