"""What Telegram can do to the bot, row after row: who notices, and what is told all the same."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.simulator.people import ADMIN
from bot.simulator.people import STAFF_GROUP_ID as GROUP
from bot.simulator.server import Simulator
from tests.driver import Json, text_of
from tests.e2e.house import labels
from tests.e2e.near import Near, arrivals, near_bot, refusal

STAFF = 2001

pytestmark = pytest.mark.asyncio(loop_scope="module")


PASSING: dict[str, Json] = {
    "429 with a short wait": refusal(429, "Too Many Requests: retry after 1", retry_after=1),
    "429 without parameters": refusal(429, "Too Many Requests"),
    "420": refusal(420, "FLOOD_WAIT_1"),
    "409": refusal(409, "Conflict: terminated by other getUpdates request"),
    "500": refusal(500, "Internal Server Error"),
    "500 restart": refusal(500, "Internal Server Error: restart"),
    "502 as a page": {"kind": "html"},
    "504": refusal(504, "Gateway Timeout"),
    "reset before": {"kind": "reset"},
}
"""Nothing was sent: it is sent later, once."""
UNCLEAR: dict[str, Json] = {
    "nothing in it": {"kind": "empty"},
    "half of the JSON": {"kind": "truncated"},
    "reset after": {"kind": "reset", "has_effect": True},
}
"""It was sent and nobody knows: it may come twice, and not oftener."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Near]:
    """One bot for all rows: whatever went wrong before, it goes on."""
    simulator = await Simulator(is_patient=False).start()
    async with near_bot(tmp_path_factory.mktemp("near"), simulator) as bot:
        yield bot
    await simulator.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def near(shared: Near) -> AsyncIterator[Near]:
    """The bot without any fault in wait, and with room in the staff group."""
    shared.app.courier._pace._groups.clear()
    yield shared
    await shared.stand.clear_faults()
    await shared.quiet(60)


async def test_answers_and_receipts_come_in_spite_of_passing_faults(near: Near) -> None:
    faults = PASSING | UNCLEAR
    people = dict(zip(await near.visitors(len(faults)), faults, strict=True))
    for person, name in people.items():
        await near.stand.fault(**faults[name], method="sendMessage", chat_id=person)
        await near.stand.fault(**faults[name], chat_id=person, text="has been received")
    await asyncio.gather(*(near.asks(person, f"question {person}") for person in people))
    for person in people:
        await near.stand.as_person(person).sees("has been received", timeout=40)
    await near.quiet()
    assert await near.stand.get("faults") == []
    for person, name in people.items():
        most = 1 if name in PASSING else 2
        assert 1 <= await arrivals(near.stand, person, f"question {person}") <= most, name
        assert 1 <= await arrivals(near.stand, person, "has been received") <= most, name
    assert await near.app.stores.inbox.quarantined() == []


async def test_a_long_wait_that_telegram_asks_for_is_obeyed_and_order_is_kept(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    await near.stand.fault(
        **refusal(429, "Too Many Requests: retry after 11", retry_after=11), method="sendMessage"
    )
    first, second = await visitor.says("/nosuchone"), await visitor.says("/nosuchtwo")
    await visitor.sees("/nosuchtwo", timeout=40)
    calls = await near.stand.calls("sendMessage", chat=person)
    refused = next(one for one in calls if one["status"] == 429)
    later = [one for one in calls if one["started"] > refused["ended"]]
    assert later[0]["started"] - refused["ended"] >= 11
    told = [text_of(one) for one in await near.stand.from_bot(person, after=first["message_id"])]
    assert ["/nosuchone" in told[0], "/nosuchtwo" in told[1], len(told)] == [True, True, 2]
    assert second["message_id"] > first["message_id"]


async def test_a_call_without_an_answer_is_given_up_and_made_again(
    near: Near, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near.app.bot.session, "timeout", 1.0)
    (person,) = await near.visitors(1)
    await near.stand.fault(kind="hang", seconds=30, method="sendMessage", chat_id=person)
    visitor = near.stand.as_person(person)
    await visitor.says("/nosuchcommand")
    await visitor.sees("/nosuchcommand", timeout=15)


async def test_an_edit_that_changes_nothing_is_no_fault(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    await visitor.starts()
    menu = await visitor.sees("language")
    words = "Bad Request: message is not modified: specified new message content is the same"
    await near.stand.fault(**refusal(400, words), method="editMessageText")
    await near.stand.wait_answer((await visitor.taps("English", message_id=menu["message_id"]))["query_id"])
    await near.quiet()
    assert [one["message_id"] for one in await near.stand.from_bot(person)] == [menu["message_id"]]


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited"])
async def test_where_a_message_cannot_be_edited_a_new_one_comes(near: Near, words: str) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    await visitor.starts()
    menu = await visitor.sees("language")
    await near.stand.fault(**refusal(400, f"Bad Request: {words}"), method="editMessageText")
    await visitor.taps("English", message_id=menu["message_id"])
    await near.stand.wait_message(person, lambda _: True, after=menu["message_id"])


async def test_a_tap_too_old_to_be_answered_still_does_its_work(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    await visitor.starts()
    menu = await visitor.sees("language")
    words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    await near.stand.fault(**refusal(400, words), method="answerCallbackQuery")
    await visitor.taps("English", message_id=menu["message_id"])
    await visitor.sees("Kazakhstan House")
    await near.quiet()
    assert await arrivals(near.stand, person, "went wrong") == 0


async def test_what_is_to_be_deleted_may_be_gone(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    await visitor.says("/ask one thing")
    await visitor.sees("one thing")
    await near.stand.fault(**refusal(400, "Bad Request: message to delete not found"), method="deleteMessage")
    await visitor.says("and another")
    await visitor.sees("and another")


@pytest.mark.parametrize("words", ["can't parse entities: Unsupported start tag", "can't parse entities"])
async def test_formatting_that_telegram_refuses_is_left_out(near: Near, words: str) -> None:
    (person,) = await near.visitors(1)
    await near.stand.fault(**refusal(400, f"Bad Request: {words}"), chat_id=person, text="has been received")
    await near.stand.fault(**refusal(400, f"Bad Request: {words}"), chat_id=GROUP, method="sendMessage")
    await near.asks(person, f"a < b & c, {person}")
    receipt = await near.stand.as_person(person).sees("has been received")
    assert "entities" not in receipt or all(one["type"] != "bold" for one in receipt["entities"])
    card = await near.stand.as_person(STAFF).sees(f"a < b & c, {person}", chat=GROUP)
    assert "<b>" not in text_of(card)


async def test_formatting_refused_in_a_caption_is_left_out(near: Near) -> None:
    (person,) = await near.visitors(1)
    await near.asks(person, "may I see it?")
    card = await near.stand.as_person(STAFF).sees("may I see it?", chat=GROUP)
    await near.stand.fault(**refusal(400, "Bad Request: can't parse entities"), method="sendPhoto")
    staff = near.stand.as_person(STAFF)
    await staff.sends("photo", b"1", chat=GROUP, caption="<here> it is", reply_to=card["message_id"])
    await near.stand.as_person(person).sees("<here> it is")


@pytest.mark.parametrize(
    "words",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Bad Request: chat not found",
    ],
)
async def test_staff_hear_that_a_visitor_cannot_be_reached(near: Near, words: str) -> None:
    (person,) = await near.visitors(1)
    await near.asks(person, f"will you answer {person}?")
    staff = near.stand.as_person(STAFF)
    card = await staff.sees(f"will you answer {person}?", chat=GROUP)
    await near.quiet()
    await near.stand.fault(**refusal(int(words[0] == "F") * 3 + 400, words), chat_id=person)
    await staff.says("Yes.", chat=GROUP, reply_to=card["message_id"])
    await staff.sees("blocked", chat=GROUP, after=card["message_id"], timeout=15)
    await near.quiet()
    known = await near.app.stores.people.get(person)
    assert known is not None
    assert not known.reachable
    await near.stand.as_person(person).starts()
    await near.quiet()
    known = await near.app.stores.people.get(person)
    assert known is not None
    assert known.reachable


async def test_a_note_whose_confirmation_is_lost_is_not_sent_to_the_visitor(near: Near) -> None:
    (person,) = await near.visitors(1)
    await near.asks(person, f"is it difficult, {person}?")
    staff = near.stand.as_person(STAFF)
    card = await staff.sees(f"is it difficult, {person}?", chat=GROUP)
    await near.quiet()
    await near.stand.wait_answer(
        (await staff.taps("Note", chat=GROUP, message_id=card["message_id"]))["query_id"]
    )
    await near.stand.fault(kind="reset", method="sendMessage", chat_id=GROUP, times=2)
    await staff.says("Ask the consul first.", chat=GROUP, reply_to=card["message_id"])
    await staff.sees("Note kept", chat=GROUP, after=card["message_id"], timeout=30)
    await near.quiet()
    assert await arrivals(near.stand, person, "consul") == 0
    assert "consul" in text_of(await staff.sees(f"is it difficult, {person}?", chat=GROUP))


async def test_everything_owed_is_told_when_telegram_is_back(near: Near) -> None:
    people = await near.visitors(20)
    for person in people:
        await near.asks(person, f"owed {person}")
    await near.quiet(60)
    staff = near.stand.as_person(STAFF)
    cards = [one for one in await near.stand.from_bot(GROUP) if "owed" in text_of(one)][:5]
    await near.stand.fault(kind="reset", method="sendMessage", times=0)
    answered = [await staff.says("So it is.", chat=GROUP, reply_to=one["message_id"]) for one in cards]
    for person in people:
        await near.stand.as_person(person).says("/nosuchcommand")
    await asyncio.sleep(4)
    assert await near.app.stores.inbox.waiting() >= len(people)
    await near.stand.clear_faults()
    for person in people:
        await near.stand.as_person(person).sees("/nosuchcommand", timeout=40)
    await near.quiet(60)
    told = [await arrivals(near.stand, one, "So it is.") for one in people]
    assert sum(told) == len(answered)
    assert max(told) == 1


async def _taps_when_shown(near: Near, person: int, label: str) -> None:
    shown = await near.stand.wait_message(person, lambda one: label in labels(one), timeout=30)
    await near.stand.as_person(person).taps(label, message_id=shown["message_id"])


async def test_what_is_too_large_for_telegram_is_said(near: Near) -> None:
    owner = near.stand.as_person(ADMIN)
    await owner.starts()
    await near.stand.fault(**refusal(413, "Request Entity Too Large"), method="sendPhoto")
    await owner.says("/stats")
    await owner.sees("Something went wrong", timeout=40)
    await near.stand.fault(**refusal(413, "Request Entity Too Large"), method="sendDocument")
    await owner.says("/export")
    for label in ("CSV", "Everything", "All sections"):
        await _taps_when_shown(near, ADMIN, label)
    await owner.sees("could not be made", timeout=60)
    await near.quiet()
    assert await near.app.stores.inbox.quarantined() == []


async def test_many_messages_in_one_chat_are_answered_in_order(near: Near) -> None:
    owner = near.stand.as_person(ADMIN)
    await owner.starts()
    begun = await owner.last()
    for number in range(50):
        await owner.says(f"/nosuch{number:02}")
    await owner.sees("/nosuch49", timeout=60)
    told = [text_of(one) for one in await near.stand.from_bot(ADMIN, after=begun["message_id"])]
    answers = [text for text in told if "/nosuch" in text]
    assert [f"/nosuch{number:02}" in text for number, text in enumerate(answers)] == [True] * 50


async def test_a_flood_is_asked_once_to_slow_down_and_others_do_not_feel_it(near: Near) -> None:
    flooding, *others = await near.visitors(11)
    flood = near.stand.as_person(flooding)
    for number in range(1000):
        await flood.says(f"/nosuch{number}")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await asyncio.gather(*(near.asks(person, f"question {person}") for person in others))
    for person in others:
        await near.stand.as_person(person).sees("has been received", timeout=30)
    assert loop.time() - begun < 30
    await near.quiet(60)
    assert await arrivals(near.stand, flooding, "You are very fast") == 1
    assert await arrivals(near.stand, flooding, "/nosuch") <= near.app.settings.flood_limit


async def test_an_inquiry_begun_is_not_lost_in_a_flood(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    for number in range(40):
        await visitor.says(f"/nosuch{number}" if number != 20 else "/ask the one that counts")
    summary = await visitor.sees("the one that counts", timeout=30)
    await visitor.taps("Send", message_id=summary["message_id"])
    await visitor.sees("has been received")


async def test_a_file_of_any_size_is_passed_on_and_never_fetched(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = near.stand.as_person(person)
    await visitor.sends("document", b"small", size=2_000_000_000, name="film.zip")
    summary = await visitor.sees("film.zip")
    await visitor.taps("Send", message_id=summary["message_id"])
    await visitor.sees("has been received")
    await near.quiet()
    assert await near.stand.calls("getFile") == []
