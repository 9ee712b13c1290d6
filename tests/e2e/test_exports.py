"""The log of inquiries as files, from the terminal and from the chat; replies that come back in a sheet."""

import csv
import io
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl

from bot.i18n.direction import strip_controls
from bot.simulator.people import ADMIN
from tests.driver import text_of
from tests.e2e.house import House, labels, styled

CODE = re.compile(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}")
VISITOR, STAFF = 1002, 2001
GROUP = -1001000000001
URDU = "قازقستان کا ویزا کتنے دن میں ملتا ہے؟"


async def _ask(house: House, text: str) -> str:
    """Ask by /ask and Send; gives the code of the receipt."""
    visitor = house.stand.as_person(VISITOR)
    asked = (await visitor.says(f"/ask {text}"))["message_id"]
    summary = await visitor.sees(text, after=asked)
    await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
    receipt = await visitor.sees("has been received", after=asked)
    found = CODE.search(text_of(receipt))
    assert found
    return found[0]


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def _take(house: House, *taps: str) -> list[dict[str, Any]]:
    """Ask for an export in the owner's chat; gives the messages with files once all have come."""
    owner = house.stand.as_person(ADMIN)
    before = (await owner.says("/export"))["message_id"]
    for question, tap in zip(("Which kind", "Which inquiries", "About what"), taps, strict=True):
        await owner.sees(question, after=before)
        await owner.taps(tap)
    await owner.sees("exported.", after=before, timeout=90)
    sent = await house.stand.from_bot(ADMIN, after=before)
    return [message for message in sent if "document" in message]


async def test_the_terminal_exports_beside_a_running_bot(house: House) -> None:
    code = await _ask(house, "=cmd|' /C calc'!A1")
    urdu = await _ask(house, URDU)
    status, out, err = await house.command("export", "--format", "csv", "--output", "log.csv")
    assert status == 0, err
    content = (house.folder / "log.csv").read_bytes()
    rows = _rows(content)
    assert [row["code"] for row in rows] == [code, urdu]
    assert rows[0]["text"] == "'=cmd|' /C calc'!A1"
    assert rows[1]["text"] == URDU
    manifest = json.loads((house.folder / "log.csv.manifest.json").read_bytes())
    assert manifest["files"][0]["sha256"] == sha256(content).hexdigest()
    assert sha256(content).hexdigest() in out
    for words, refusal in (
        (("--format", "pdf"), 2),
        (("--since", "yesterday"), 2),
        (("--since", "0001-01-01"), 2),
        (("--since", "2026-11-02", "--until", "2026-11-01"), 2),
        (("--section", "cooking"), 2),
        (("--output", "/nowhere/log.csv"), 1),
    ):
        status, _, err = await house.command("export", "--output", "x.csv", *words)
        assert status == refusal, words
        assert err.count("\n") == 1, err
    assert not list(house.folder.glob("x.csv*"))
    assert not list(house.folder.glob(".*.part"))


async def test_filters_choose_inquiries(house: House) -> None:
    first = await _ask(house, "Is there a direct flight from Lahore?")
    second = await _ask(house, "Where is the House?")
    card = await house.stand.as_person(STAFF).sees(first, chat=GROUP)
    await house.stand.as_person(STAFF).says("Not now.", chat=GROUP, reply_to=card["message_id"])
    await house.stand.as_person(VISITOR).sees("Not now.")

    async def codes(*words: str) -> list[str]:
        status, _, err = await house.command("export", "--output", "log.csv", *words)
        assert status == 0, err
        return [row["code"] for row in _rows((house.folder / "log.csv").read_bytes())]

    assert await codes("--status", "answered") == [first]
    assert await codes("--status", "received,seen") == [second]
    assert await codes("--language", "ur") == []
    assert await codes("--since", "2020-01-01", "--until", "2020-01-02") == []
    assert await codes("--since", "2020-01-01") == [first, second]


async def test_the_chat_gives_the_file_within_three_taps_and_only_to_those_who_may(house: House) -> None:
    code = await _ask(house, "My phone is +92 300 1234567.")
    (message,) = await _take(house, "CSV", "Everything", "All sections")
    content = await house.stand.file(message["document"]["file_id"])
    assert [(row["code"], row["text"]) for row in _rows(content)] == [(code, "My phone is +92 300 1234567.")]
    assert sha256(content).hexdigest() in text_of(message)
    assert "Main menu" in labels(message)
    visitor, staff = house.stand.as_person(VISITOR), house.stand.as_person(STAFF)
    await visitor.says("/export")
    refused = await visitor.sees("I do not know the command")
    await visitor.taps_data("take:csv:0:all", message_id=refused["message_id"])
    await staff.says("/export", chat=GROUP)
    await staff.sees("not sent to a group", chat=GROUP)
    everywhere = [one for chat in (VISITOR, GROUP) for one in await house.stand.from_bot(chat)]
    assert not [one for one in everywhere if "document" in one]


async def test_large_exports_come_in_parts(closed_house: House) -> None:
    house = closed_house
    await house.start(BOT_EXPORT_PART_BYTES="1000")
    codes = [await _ask(house, f"Question number {number}: {'a' * 300}?") for number in range(6)]
    sent = await _take(house, "CSV", "Everything", "All sections")
    assert len(sent) > 1
    parts = [_rows(await house.stand.file(one["document"]["file_id"])) for one in sent]
    assert [row["code"] for part in parts for row in part] == codes


def _fill(content: bytes, path: Path, replies: dict[str, str], closes: dict[str, str]) -> bytes:
    """What staff do in Excel: fill in, sort the other way round, move a column."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Inquiries"]
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    for row in rows:
        code = str(row[head.index("code")])
        row[head.index("reply")] = replies.get(code)
        row[head.index("close")] = closes.get(code)
    sheet.delete_rows(1, sheet.max_row)
    for row in [head, *reversed(rows)]:
        sheet.append([row[-1], *row[:-1]])
    book.save(path)
    return path.read_bytes()


async def test_replies_in_a_sheet_are_shown_confirmed_and_sent_once(house: House, tmp_path: Path) -> None:
    first = await _ask(house, "How much is the visa?")
    second = await _ask(house, URDU)
    third = await _ask(house, "Thank you!")
    (message,) = await _take(house, "Excel (XLSX)", "The last 7 days", "All sections")
    content = await house.stand.file(message["document"]["file_id"])
    filled = _fill(
        content, tmp_path / "f.xlsx", {first: "60 dollars.", second: "پانچ دن میں۔"}, {third: "answered"}
    )
    owner, visitor = house.stand.as_person(ADMIN), house.stand.as_person(VISITOR)
    await owner.says("/replies")
    await owner.sees("column “reply”")
    await owner.sends("document", filled, name="filled.xlsx")
    plan = await owner.sees("To send: 3")
    assert "Already answered: 0" in text_of(plan)
    await owner.taps(styled(plan, "success"))
    done = await owner.sees("3 replies are on their way.")
    assert done["message_id"] == plan["message_id"]
    await visitor.sees("60 dollars.")
    await visitor.sees("پانچ دن میں۔")
    await owner.sends("document", filled, name="filled again.xlsx")
    again = await owner.sees("To send: 0")
    assert "Already answered: 3" in text_of(again)
    texts = [text_of(one) for one in await house.stand.from_bot(VISITOR)]
    assert sum("60 dollars." in text for text in texts) == 1
    status, out, err = await house.command("import-replies", str(tmp_path / "f.xlsx"), "--yes")
    assert status == 0, err
    assert "already answered: 3" in out


async def test_what_cannot_be_read_is_named(house: House, tmp_path: Path) -> None:
    code = await _ask(house, "How much is the visa?")
    owner = house.stand.as_person(ADMIN)
    await owner.sends("document", b"PK\x03\x04 no workbook", name="broken.xlsx")
    await owner.sees("The file is damaged.")
    await owner.sends("document", b"a;b\n1;2\n", name="other.csv")
    await owner.sees("has no heading")
    sheet = f"reply;code;close\n60 долларов;{code};\n?? ??? ?;{code};\nyes;;\nyes;KH-ZZZZ-ZZ;\n"
    await owner.sends("document", sheet.encode("cp1251"), name="old.csv")
    plan = await owner.sees("Unreadable rows: 2")
    text = strip_controls(text_of(plan))
    assert "60 долларов" in text
    assert "To send: 1" in text
    assert "Unknown or stale codes: 1" in text
    assert "row 3: its letters were lost" in text
    assert "row 4: the code is missing" in text
    await owner.taps(styled(plan, "danger"))
    await owner.sees("Nothing was sent.")
    assert not [one for one in await house.stand.from_bot(VISITOR) if "долларов" in text_of(one)]
