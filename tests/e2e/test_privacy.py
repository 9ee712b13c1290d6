"""A person's own data: told in their language, given out, and erased so that no byte is left."""

import json
import re

from bot.storage.cipher import new_key
from tests.driver import text_of
from tests.e2e.house import House, labels, styled
from tests.e2e.test_question import GROUP, STAFF, VISITOR

MARKS = ("Zqxfirstword", "Zqxsecondword", "zqxdraft", "zqxreply", "zqxnote", "zqxsearch")


def _bytes(house: House) -> bytes:
    return b"".join(path.read_bytes() for path in house.folder.glob("bot.db*"))


def _found(house: House) -> set[str]:
    content = _bytes(house).lower()
    return {mark for mark in (*MARKS, "Bilal") if mark.lower().encode() in content}


async def _gone(house: House) -> bool:
    return not _found(house)


async def _ask_and_talk(house: House) -> str:
    """An inquiry with a reply, an addition, a photo, a note, a search that finds nothing, and a draft."""
    visitor, staff = house.stand.as_person(VISITOR), house.stand.as_person(STAFF)
    await visitor.says(f"/ask {MARKS[0]} about a visa")
    await visitor.taps(styled(await visitor.sees(MARKS[0]), "success"))
    receipt = await visitor.sees("has been received")
    code = re.findall(r"KH-\w{4}-\w{2}", text_of(receipt))[0]
    card = await staff.sees(code, chat=GROUP)
    await staff.says(f"{MARKS[3]} from us", chat=GROUP, reply_to=card["message_id"])
    await visitor.sees(MARKS[3])
    await visitor.says(MARKS[1])
    await staff.sees(MARKS[1], chat=GROUP)
    await visitor.sends("photo", b"picture", caption=f"{MARKS[1]} again")
    await staff.sees(f"{MARKS[1]} again", chat=GROUP)
    await visitor.says("/menu")
    await visitor.sees("One window")
    await visitor.says(f"/ask {MARKS[2]} not sent yet")
    await visitor.sees(MARKS[2])
    return str(code)


async def test_everything_is_given_out_and_erased_to_the_last_byte(house: House) -> None:
    visitor, staff = house.stand.as_person(VISITOR), house.stand.as_person(STAFF)
    code = await _ask_and_talk(house)
    assert {MARKS[0], MARKS[1], MARKS[2], MARKS[3], "Bilal"} <= _found(house)

    await visitor.says("/mydata")
    sent = await visitor.sees("JSON")
    data = json.loads(await house.stand.file(sent["document"]["file_id"]))
    assert (data["profile"]["telegram_id"], data["profile"]["first_name"]) == (VISITOR, "Bilal")
    (inquiry,) = data["inquiries"]
    assert inquiry["number"] == code
    assert [(one["from"], one["text"]) for one in inquiry["messages"]] == [
        ("you", f"{MARKS[0]} about a visa"),
        ("Kazakhstan House", f"{MARKS[3]} from us"),
        ("you", MARKS[1]),
        ("you", f"{MARKS[1]} again"),
    ]
    assert [one["state"] for one in data["unfinished"]] == ["confirm"]

    await visitor.says("/forget")
    question = await visitor.sees("cannot be brought back")
    assert "Of these still open, and then without an answer: 1" in text_of(question)
    assert "Cancel" in labels(question)
    await visitor.taps(styled(question, "danger"))
    receipt = await visitor.sees("Receipt: ER-")
    assert re.search(r"ER-\w{4}-\w{2}", text_of(receipt))
    assert receipt["message_id"] == question["message_id"]
    assert code not in text_of(receipt)

    card = await staff.sees("Erased at the person’s request", chat=GROUP)
    assert code in text_of(card)
    await house.stand.wait_for(lambda: _group_is_clean(house), what="the group without the person's words")
    await house.stand.wait_for(lambda: _gone(house), 20, what="files without a byte of the person")

    code_, out, _ = await house.command("export", "--format", "csv", "--output", "log.csv")
    assert code_ == 0, out
    log = (house.folder / "log.csv").read_text("utf-8-sig")
    assert code in log
    assert not any(mark in log for mark in (*MARKS, "Bilal"))
    await visitor.says("/my")
    await visitor.sees("You have not asked anything yet")
    await visitor.starts()
    await visitor.sees("Choose your language")


async def _group_is_clean(house: House) -> bool:
    """Nothing of the bot in the group shows the person's words any more."""
    shown = "\n".join(text_of(one) for one in await house.stand.from_bot(GROUP))
    return not any(mark in shown for mark in (*MARKS, "Bilal"))


async def test_cancel_erases_nothing_and_a_reply_after_an_erasure_reaches_nobody(house: House) -> None:
    visitor, staff = house.stand.as_person(VISITOR), house.stand.as_person(STAFF)
    code = await _ask_and_talk(house)
    await visitor.says("/forget")
    await visitor.sees("cannot be brought back")
    await visitor.taps("Cancel")
    await visitor.sees("Nothing was erased")
    assert MARKS[0] in _found(house)
    await visitor.says("/forget")
    await visitor.taps(styled(await visitor.sees("cannot be brought back"), "danger"))
    await visitor.sees("Receipt: ER-")
    card = await staff.sees("Erased at the person’s request", chat=GROUP)
    await staff.says("Anybody there?", chat=GROUP, reply_to=card["message_id"])
    await staff.sees("was erased at the person’s request", chat=GROUP)
    assert not any("Anybody" in text_of(one) for one in await house.stand.from_bot(VISITOR))
    assert code in text_of(card)


async def test_privacy_is_told_from_the_settings_in_each_language(closed_house: House) -> None:
    house = closed_house
    spans = {"BOT_KEEP_INQUIRIES": "77", "BOT_KEEP_PEOPLE": "0", "BOT_BACKUP_DAYS": "5"}
    await house.start(**spans, BOT_ENCRYPTION_KEY=new_key())
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("/privacy")
    told = text_of(await visitor.sees("What is kept, and why"))
    assert "inquiries, after their last message: 77 days" in told
    assert "after your last message: until you have it erased" in told
    assert "backups: 5 days" in told
    assert "are encrypted in our database" in told
    for person in (1003, 1001):
        other = house.stand.as_person(person)
        await other.says("/privacy")
        shown = await other.sees("/mydata")
        assert "/forget" in text_of(shown)
        assert len(labels(shown)) == 3


async def test_a_command_is_a_command_also_while_a_question_is_expected(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("/ask")
    await visitor.sees("Write your question")
    await visitor.says("/privacy")
    await visitor.sees("What is kept, and why")
