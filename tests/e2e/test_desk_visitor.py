"""The visitor's own inquiries: what became of them and when, adding, withdrawing, closing, rating."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Json, Stand, buttons_of, text_of
from tests.e2e.desks import PATIENCE, Desk
from tests.e2e.house import House, labels, styled

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A running House."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        folder: Path = tmp_path_factory.mktemp("house")
        house = House(simulator, stand, folder, BOT_GROUP_LIMIT="1000", BOT_FLOOD_LIMIT="0")
        await house.start()
        yield Desk(house)
        await house.kill()
    await simulator.stop()


async def _view(desk: Desk, code: str, *, has: str = "") -> Json:
    """Open the inquiry by its code and wait until it says so."""
    asked = await desk.visitor.says(code)
    return await desk.stand.wait_message(
        desk.visitor.id,
        lambda one: code in text_of(one) and "Status" in text_of(one) and has in text_of(one),
        after=asked["message_id"],
        timeout=PATIENCE,
    )


async def _tap(desk: Desk, message: Json, button: str, expected: str) -> Json:
    await desk.visitor.taps(button, message_id=message["message_id"])
    return await desk.stand.wait_message(
        desk.visitor.id,
        lambda one: expected in text_of(one),
        after=message["message_id"] - 1,
        timeout=PATIENCE,
    )


async def test_the_receipt_names_the_time_of_an_answer_and_copies_its_number(desk: Desk) -> None:
    code = await desk.ask("When will you answer?")
    receipt = await desk.gets("An answer is likely by")
    assert code in text_of(receipt)
    assert text_of(receipt).count("Pakistan Time") == 1
    assert [one["copy_text"]["text"] for one in buttons_of(receipt) if "copy_text" in one] == [code]


async def test_the_status_goes_from_received_to_closed_with_times(desk: Desk) -> None:
    code = await desk.ask("What becomes of me?")
    card = await desk.card(code)
    received = text_of(await _view(desk, code))
    assert "Status: Received" in received
    assert received.count("Pakistan Time") == 1
    await desk.tap(card, "Take it")
    assert "Seen: " in text_of(await _view(desk, code, has="Status: Seen by our staff"))
    await desk.reply(card, "This is what becomes of you.")
    await desk.gets("This is what becomes of you.")
    answered = await _view(desk, code, has="Status: Answered")
    assert "Answered: " in text_of(answered)
    assert "This is what becomes of you." in text_of(answered)
    closed = await _tap(desk, answered, "Close: I need no answer", "Status: Closed")
    assert "Closed: " in text_of(closed)
    await desk.card(code, has="closed by the visitor")
    await _tap(desk, closed, "Reopen", "Status: Seen by our staff")
    await desk.card(code, has="Waiting")


async def test_opening_a_card_is_seeing_it(desk: Desk) -> None:
    code = await desk.ask("Did you look?")
    await desk.card(code)
    await desk.staff.says(f"/find {code}", chat=STAFF_GROUP)
    await desk.card(code, has="Seen")
    await _view(desk, code, has="Status: Seen by our staff")


async def test_adding_and_withdrawing_one_message(desk: Desk) -> None:
    code = await desk.ask("May I add something?")
    await desk.card(code)
    prompt = await _tap(desk, await _view(desk, code), "Add to this inquiry", "Send what you want to add")
    assert prompt
    await desk.visitor.says("My secret number is 12345.")
    added = await desk.gets(f"Added to {code}")
    shown = await desk.shows("My secret number")
    sure = await _tap(desk, added, "Withdraw this message", "Withdraw this message of")
    await _tap(desk, sure, styled(sure, "danger"), "Withdrawn")
    await desk.shows("took this message back", after=shown["message_id"])
    assert "12345" not in "\n".join(text_of(one) for one in await desk.stand.messages(STAFF_GROUP))


async def test_withdrawing_everything_closes_it(desk: Desk) -> None:
    code = await desk.ask("Forget that I asked about gold?")
    await desk.card(code)
    chosen = await _tap(desk, await _view(desk, code), "Withdraw a message", "Which message")
    assert any("gold" in label for label in labels(chosen))
    sure = await _tap(desk, chosen, "All of them, and close", "close it?")
    await _tap(desk, sure, styled(sure, "danger"), "Status: Closed")
    card = await desk.card(code, has="closed by the visitor")
    assert "gold" not in text_of(card)


async def test_an_answer_that_was_none_becomes_a_new_question(desk: Desk) -> None:
    code = await desk.ask("One question?")
    card = await desk.card(code)
    await desk.reply(card, "One answer.")
    await desk.gets("One answer.")
    await desk.visitor.says("And now about something else")
    added = await desk.gets(f"Added to {code}")
    await _tap(desk, added, "No, this is a new question", "taken it out")
    await desk.shows("took this message back")


async def test_one_tap_rates_and_a_comment_may_follow(desk: Desk) -> None:
    code = await desk.ask("Rate me?")
    card = await desk.card(code)
    await desk.reply(card, "A good answer.")
    await desk.gets("A good answer.")
    thanks = await _tap(
        desk, await _view(desk, code, has="Status: Answered"), "5 ⭐", "If you want to say why"
    )
    await desk.card(code, has="Rated: 5 of 5")
    assert thanks
    await desk.visitor.says("Quick and friendly")
    await desk.card(code, has="Comment: \u2068Quick and friendly\u2069")
    await _view(desk, code, has="Rated: 5 of 5")


async def test_somebody_elses_inquiry_is_none(desk: Desk) -> None:
    code = await desk.ask("Is this mine alone?")
    stranger = desk.stand.as_person(1003)
    await stranger.says(code)
    answer = await desk.stand.wait_message(stranger.id, lambda one: bool(buttons_of(one)), timeout=PATIENCE)
    assert "mine alone" not in text_of(answer)


async def test_an_album_is_confirmed_once(desk: Desk) -> None:
    code = await desk.ask("Shall I send photos?")
    card = await desk.card(code)
    await desk.reply(card, "Please send them.")
    answer = await desk.gets("Please send them.")
    items = [
        {"kind": "photo", "data": b"1"},
        {"kind": "photo", "data": b"2"},
        {"kind": "photo", "data": b"3"},
    ]
    sent = await desk.visitor.sends_album(items, reply_to=answer["message_id"])
    await desk.shows("writes", after=card["message_id"])
    await desk.visitor.says("/help")
    await desk.gets("Choose a topic in the menu")
    after = await desk.stand.from_bot(desk.visitor.id, after=sent[-1]["message_id"])
    assert sum("Added to" in text_of(one) for one in after) == 1


async def test_a_late_part_of_a_questions_album_follows_it(desk: Desk) -> None:
    asked = await desk.visitor.says("/ask")
    await desk.gets("Write your question")
    items = [
        {"kind": "photo", "data": b"1", "caption": "Which form is this"},
        {"kind": "photo", "data": b"2"},
    ]
    sent = await desk.visitor.sends_album(items)
    summary = await desk.stand.wait_message(
        desk.visitor.id, lambda one: "2" in text_of(one) or "photo, photo" in text_of(one) or
        "photo and photo" in text_of(one), after=asked["message_id"], timeout=PATIENCE,
    )  # fmt: skip
    await desk.visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
    card = await desk.shows("Which form is this")
    await desk.visitor.sends("photo", b"3", media_group_id=sent[0]["media_group_id"])

    async def all_photos() -> bool:
        shown = await desk.stand.from_bot(STAFF_GROUP, after=card["message_id"])
        return sum("photo" in one for one in shown) == 3

    await desk.stand.wait_for(all_photos, PATIENCE, what="three photos in the staff chat")


@pytest.mark.parametrize("thanks", ["Thank you so much sir", "آپ کا بہت شکریہ", "Көп рақмет!", "🙏"])
async def test_thanks_for_an_answer_wait_for_nothing_until_they_become_a_question(
    desk: Desk, thanks: str
) -> None:
    code = await desk.ask("What is the answer?")
    card = await desk.card(code)
    await desk.reply(card, f"Nothing to do for {code}.")
    await desk.gets(f"Nothing to do for {code}.")
    said = await desk.visitor.says(thanks)
    passed = await desk.visitor.sees("Our staff will see your words", after=said["message_id"])
    await desk.shows(thanks)
    await desk.card(code, has="Answered")
    assert "Status: Answered" in text_of(await _view(desk, code))
    assert "I still have a question" in labels(passed)
    await desk.visitor.edits(said["message_id"], f"{thanks} but what about my passport")
    await desk.shows("but what about my passport")
    await desk.card(code, has="Waiting")
