"""An announcement written, previewed, approved, steered and corrected in the chat."""

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import Json, PersonDriver, Stand, text_of
from tests.e2e.house import House, labels, styled
from tests.e2e.test_broadcast import VISITORS, copies, subscribe


@pytest.fixture
async def small_house(tmp_path: Path) -> AsyncIterator[House]:
    """A House where two recipients are enough to need a second admin, and three people have subscribed."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        house = House(simulator, stand, tmp_path, BOT_BROADCAST_APPROVAL="3")
        try:
            await house.start()
            await subscribe(house, *VISITORS)
            yield house
        finally:
            await house.kill()
    await simulator.stop()


async def drafts(house: House) -> tuple[PersonDriver, Json]:
    """An admin who has begun an announcement, and the screen of its draft."""
    admin = house.stand.as_person(ADMIN)
    await admin.starts()
    await admin.sees("Choose your language")
    await admin.taps("English")
    await admin.says("/broadcast")
    await admin.sees("Announcements")
    await admin.taps("New announcement")
    return admin, await admin.sees("Announcement 1")


async def writes(admin: PersonDriver, language: str, text: str) -> Json:
    """Write a version; gives the draft as it is shown then."""
    await admin.taps(language)
    asked = await admin.sees("Write the announcement")
    await admin.says(text)
    return await admin.sees("recipient", after=asked["message_id"])


async def narrows_to_english(admin: PersonDriver) -> None:
    """Only readers of English."""
    await admin.taps("Audience")
    await admin.sees("Who shall get it?")
    await admin.taps("Languages")
    await admin.sees("Readers of which languages?")
    await admin.taps("English")
    await admin.sees("1 recipient")
    await admin.taps("Back")
    await admin.sees("Only readers of: English")
    await admin.taps("Back")


async def test_a_version_missing_in_a_language_is_asked_about_and_falls_back(small_house: House) -> None:
    admin, _ = await drafts(small_house)
    shown = await writes(admin, "English", "Open on <Saturday> & Sunday")
    assert "3 recipients" in text_of(shown)
    assert "Kazakh: not written; its readers get English" in text_of(shown)
    await admin.taps("Preview")
    await admin.sees("Open on <Saturday> & Sunday")
    await admin.taps("Send to 3 people")
    asked = await admin.sees("Some readers would get another language")
    assert "Urdu: 1, they would get English" in text_of(asked)
    await admin.taps(styled(asked, "success"))
    await admin.sees("A second admin has to agree")


async def test_it_needs_somebody_else_to_approve_a_big_one(small_house: House) -> None:
    admin, _ = await drafts(small_house)
    await writes(admin, "English", "Big news")
    await admin.taps("Send to 3 people")
    await admin.taps(styled(await admin.sees("Some readers"), "success"))
    board = await admin.sees("A second admin has to agree")
    assert "Approve" not in labels(board)
    await admin.taps_data("cast:approve:1:", message_id=board["message_id"])
    answer = [one for one in await small_house.stand.queries() if one["data"] == "cast:approve:1:"][-1]
    shown = await small_house.stand.wait_answer(answer["id"])
    assert "Somebody else has to approve" in shown["text"]
    assert not await copies(small_house, 1002, "Big news")


async def test_it_is_sent_steered_reported_corrected_and_taken_back(small_house: House) -> None:
    admin, _ = await drafts(small_house)
    await writes(admin, "English", "Small news")
    await narrows_to_english(admin)
    screen = await admin.sees("Announcement 1")
    await admin.taps(styled(screen, "success"))
    board = await admin.sees("Sent: 1 of 1")
    assert board["message_id"] == screen["message_id"]
    report = await admin.sees("Announcement 1: a row for each recipient")
    data = await small_house.stand.file(report["document"]["file_id"])
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["person_id"], row["language"], row["result"]) == ("1002", "en", "sent")
    assert await copies(small_house, 1002, "Small news")
    await admin.taps("Correct the copies")
    await admin.sees("Announcement 2: correction of 1")
    await admin.taps("✅ English")
    await admin.sees("What you send replaces")
    await admin.says("Small news, corrected")
    await admin.sees("correction of 1")
    await admin.taps("Correct the copies")
    await small_house.stand.as_person(1002).sees("Small news, corrected")
    await admin.sees("Corrected: 1 of 1")


async def test_what_cannot_be_sent_is_refused_with_its_reason(small_house: House) -> None:
    admin, _ = await drafts(small_house)
    await admin.taps("Time")
    await admin.sees("When shall it start?")
    await admin.says("tomorrow, perhaps")
    await admin.sees("I do not understand this time")
    await admin.says("2020-01-01 09:00")
    await admin.sees("already passed")
    await admin.says("/broadcast")
    await small_house.stand.wait_message(ADMIN, lambda one: "1: draft" in labels(one))
    await admin.taps("1: draft")
    await small_house.stand.wait_message(ADMIN, lambda one: "English" in labels(one))
    await admin.taps("English")
    await admin.sees("Write the announcement")
    await admin.sends("photo", caption="x" * 1025)
    await admin.sees("at most 1,024 characters")
    await admin.sends_album(
        [{"kind": "photo", "data": b"1"}, {"kind": "document", "data": b"2", "name": "a.pdf"}]
    )
    await admin.sees("cannot stand in one album")
    fine = await admin.says("Fine")
    await admin.sees("recipient", after=fine["message_id"])
    await admin.taps("Audience")
    await admin.sees("Who shall get it?")
    await admin.taps("Asked about")
    await admin.sees("Only who asked about these?")
    await admin.taps("Trade")
    await admin.sees("0 recipients")
    await admin.taps("Back")
    await admin.sees("Who shall get it?")
    await admin.taps("Back")
    draft = await admin.sees("Announcement 1")
    tap = await admin.taps(styled(draft, "success"))
    answer = await small_house.stand.wait_answer(tap["query_id"])
    assert "Nobody would get this" in answer["text"]


async def test_who_has_no_right_meets_no_announcement(small_house: House) -> None:
    visitor = small_house.stand.as_person(1002)
    await visitor.says("/broadcast")
    await visitor.sees("I do not know the command")
    home = await visitor.last()
    for data in ("cast:new:0:", "cast:list:0:", "cast:open:1:", "cast:send:1:", "cast:report:1:"):
        tap = await visitor.taps_data(data, message_id=home["message_id"])
        assert "may not do this" in (await small_house.stand.wait_answer(tap["query_id"]))["text"]


async def test_an_album_and_formatting_arrive_as_they_were_written(small_house: House) -> None:
    admin, _ = await drafts(small_house)
    await admin.taps("English")
    await admin.sees("Write the announcement")
    await admin.sends_album(
        [{"kind": "photo", "data": b"1", "caption": "Two views"}, {"kind": "photo", "data": b"2"}]
    )
    await admin.sees("English: written, with")
    await narrows_to_english(admin)
    await admin.taps(styled(await admin.sees("Announcement 1"), "success"))
    await admin.sees("Sent: 1 of 1")
    album = [one for one in await small_house.stand.from_bot(1002) if "media_group_id" in one]
    assert [text_of(one) for one in album] == ["Two views", ""]
    under = await small_house.stand.as_person(1002).sees("You get this because")
    assert labels(under) == ["Unsubscribe"]
