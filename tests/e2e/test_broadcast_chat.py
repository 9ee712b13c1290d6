"""An announcement written, previewed, approved, steered and corrected in the chat."""

import csv
import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.driver import Stand, text_of
from tests.e2e.authors import READERS, copies, drafts, reads_english, subscribe
from tests.e2e.house import House, labels, styled

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A House where three recipients need a second admin; three people have subscribed."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        house = House(simulator, stand, tmp_path_factory.mktemp("house"), BOT_BROADCAST_APPROVAL="3")
        try:
            await house.start()
            await subscribe(stand, *READERS)
            await reads_english(stand)
            yield house
        finally:
            await house.kill()
    await simulator.stop()


async def test_a_version_that_is_missing_is_asked_about_and_a_big_one_needs_a_second_admin(
    small_house: House,
) -> None:
    author = await drafts(small_house.stand)
    shown = await author.writes("English", "Open on <Saturday> & Sunday")
    assert "3 recipients" in text_of(shown)
    assert "Kazakh: not written; its readers get English" in text_of(shown)
    await author.taps("Preview", "Open on <Saturday> & Sunday")
    asked = await author.taps("Send to 3 people", "Some readers would get another language")
    assert "Urdu: 1, they would get English" in text_of(asked)
    board = await author.taps(styled(asked, "success"), "A second admin has to agree")
    assert "Approve" not in labels(board)
    tap = await author.hands.taps_data(f"cast:approve:{author.number}:", message_id=board["message_id"])
    assert "Somebody else has to approve" in await author.answer(tap)
    assert not await copies(small_house.stand, 1002, "Open on <Saturday> & Sunday")
    await author.taps("Cancel it", "Not sent: 3")


async def test_it_is_sent_reported_corrected_and_taken_back(small_house: House) -> None:
    author = await drafts(small_house.stand)
    await author.writes("English", "Small news")
    screen = await author.narrows_to_english()
    await author.taps(styled(screen, "success"), "Sent: 1 of 1")
    report = await author.sees(f"Announcement {author.number}: a row for each recipient")
    (board,) = [one for one in await author.hands.messages() if one["message_id"] == screen["message_id"]]
    assert "State: done" in text_of(board)
    data = await small_house.stand.file(report["document"]["file_id"])
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["person_id"], row["language"], row["result"]) == ("1002", "en", "sent")
    assert await copies(small_house.stand, 1002, "Small news")
    await author.taps("Correct the copies", f"correction of {author.number}")
    await author.taps("✅ English", "What you send replaces")
    await author.says("Small news, corrected", f"correction of {author.number}")
    await author.taps("Correct the copies", "Corrected: 1 of 1")
    await small_house.stand.as_person(1002).sees("Small news, corrected")
    await author.hands.taps_data(f"cast:takeback:{author.number}:", message_id=screen["message_id"])
    await author.sees("from 1 chats")
    await author.taps("Delete the copies", "Taken back: 1 of 1")
    assert not await copies(small_house.stand, 1002, "Small news, corrected")


async def test_what_cannot_be_sent_is_refused_with_its_reason(small_house: House) -> None:
    author = await drafts(small_house.stand)
    await author.taps("Time", "When shall it start?")
    await author.says("tomorrow, perhaps", "I do not understand this time")
    await author.says("2020-01-01 09:00", "already passed")
    await author.taps("At once", "not written yet")
    await author.taps("English", "Write the announcement")
    await author.hands.sends("photo", caption="x" * 1025)
    await author.sees("at most 1,024 characters")
    await author.hands.sends_album(
        [{"kind": "photo", "data": b"1"}, {"kind": "document", "data": b"2", "name": "a.pdf"}]
    )
    await author.sees("cannot stand in one album")
    await author.says("Fine", "recipient")
    await author.taps("Audience", "Who shall get it?")
    await author.taps("Asked about", "Only who asked about these?")
    await author.taps("Trade", "0 recipients")
    await author.taps("Back", "Who shall get it?")
    draft = await author.taps("Back", "Starts at once")
    tap = await author.hands.taps(styled(draft, "success"))
    assert "Nobody would get this" in await author.answer(tap)


async def test_who_has_no_right_meets_no_announcement(small_house: House) -> None:
    visitor = small_house.stand.as_person(1002)
    await visitor.says("/broadcast")
    await visitor.sees("I do not know the command")
    home = await visitor.last()
    for data in ("cast:new:0:", "cast:list:0:", "cast:open:1:", "cast:send:1:", "cast:report:1:"):
        tap = await visitor.taps_data(data, message_id=home["message_id"])
        assert "may not do this" in (await small_house.stand.wait_answer(tap["query_id"]))["text"]


async def test_an_album_arrives_as_it_was_sent_with_a_way_out_under_it(small_house: House) -> None:
    author = await drafts(small_house.stand)
    await author.taps("English", "Write the announcement")
    await author.hands.sends_album(
        [{"kind": "photo", "data": b"1", "caption": "Two views"}, {"kind": "photo", "data": b"2"}]
    )
    await author.sees("English: \u2068Two views\u2069 (with 2 files)")
    screen = await author.narrows_to_english()
    await author.taps(styled(screen, "success"), "Sent: 1 of 1")
    album = [one for one in await small_house.stand.from_bot(1002) if "media_group_id" in one]
    assert [text_of(one) for one in album] == ["Two views", ""]
    under = await small_house.stand.as_person(1002).sees("You get this because")
    assert labels(under) == ["Unsubscribe"]
