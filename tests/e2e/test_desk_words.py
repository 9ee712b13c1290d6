"""Every word arrives, whole, in order and once, in a group with forum topics and in one without."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Json, Stand, text_of
from tests.e2e.desks import PATIENCE, SANA, Desk
from tests.e2e.house import House, styled

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG = {
    "markup": "<b>&amp; & </b>" * 280,
    "urdu": "لاہور سے الماتی تک ویزا " * 170,
    "one word": "x" * 4096,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["plain", "forum"])
async def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """A running House; its staff group has topics or not."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        folder: Path = tmp_path_factory.mktemp("house")
        house = House(
            simulator, stand, folder, BOT_OPEN_LIMIT="1000", BOT_FLOOD_LIMIT="0", BOT_GROUP_LIMIT="1000"
        )
        is_forum = request.param == "forum"
        await stand.set_forum(STAFF_GROUP, is_forum=is_forum)
        await house.start()
        yield Desk(house, is_forum=is_forum)
        await house.kill()
    await simulator.stop()


def _squeezed(messages: list[Json]) -> str:
    marks = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f")
    return "".join("".join(text_of(one).translate(marks).split()) for one in messages)


async def _whole(desk: Desk, chat: int, text: str, *, after: int) -> list[Json]:
    """Wait until the bot's messages in a chat, read one after the other, hold every word."""
    wanted = "".join(text.split())

    async def holds() -> list[Json]:
        found = await desk.stand.from_bot(chat, after=after)
        return found if wanted in _squeezed(found) else []

    return await desk.stand.wait_for(holds, PATIENCE, what="every word")


@pytest.mark.parametrize("kind", LONG)
async def test_the_longest_message_arrives_whole_both_ways(desk: Desk, kind: str) -> None:
    text = LONG[kind][:4096]
    await desk.visitor.says("/ask")
    await desk.gets("Write your question")
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"] if await _any(desk) else 0
    asked = await desk.visitor.says(text)
    summary = await desk.stand.wait_message(
        desk.visitor.id,
        lambda one: "Shall we send" in text_of(one),
        after=asked["message_id"],
        timeout=PATIENCE,
    )
    await desk.visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
    shown = await _whole(desk, STAFF_GROUP, text, after=before)
    card = next(one for one in shown if text_of(one).startswith("KH-"))
    for one in (card, shown[-1]):
        said = await desk.reply(one, text)
        told = await _whole(desk, desk.visitor.id, text, after=(await desk.visitor.last())["message_id"] - 9)
        assert said
        assert all(len(text_of(part).encode("utf-16-le")) // 2 <= 4096 for part in told)


async def _any(desk: Desk) -> bool:
    return bool(await desk.staff.messages(chat=STAFF_GROUP))


async def test_a_long_text_keeps_its_formatting_over_the_seam(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Which formatting?"))
    text = ("word " * 819).strip()
    message = {
        "message_id": 910_001,
        "date": card["date"],
        "chat": card["chat"],
        "from": {"id": SANA, "is_bot": False, "first_name": "Sana"},
        "text": text,
        "entities": [{"type": "bold", "offset": 0, "length": len(text)}],
        "reply_to_message": card,
    }
    before = (await desk.visitor.last())["message_id"]
    await desk.stand.push({"message": message})
    told = await _whole(desk, desk.visitor.id, text, after=before)
    assert len(told) == 2
    assert all("bold" in {entity["type"] for entity in one["entities"]} for one in told)


async def test_a_caption_too_long_for_its_code_comes_before_the_photo(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Which caption?"))
    caption = ("a<b>&" * 300)[:1024]
    before = (await desk.visitor.last())["message_id"]
    await desk.staff.sends("photo", b"1", caption=caption, chat=STAFF_GROUP, reply_to=card["message_id"])
    await desk.stand.wait_message(desk.visitor.id, lambda one: "photo" in one, after=before, timeout=PATIENCE)
    told = await _whole(desk, desk.visitor.id, caption, after=before)
    assert ["photo" in one for one in told] == [False, True]


async def test_words_after_an_album_stay_behind_it(desk: Desk) -> None:
    card = await desk.card(await desk.ask("In which order?"))
    items = [{"kind": "photo", "data": bytes([number])} for number in range(10)]
    await desk.staff.sends_album(items, chat=STAFF_GROUP, reply_to=card["message_id"])
    await desk.reply(card, "That was the album.")
    words = await desk.gets("That was the album.")
    album = [one for one in await desk.visitor.messages() if one.get("media_group_id")][-10:]
    assert len({one["media_group_id"] for one in album}) == 1
    assert max(one["message_id"] for one in album) < words["message_id"]
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    await desk.visitor.sends_album(items)
    await desk.visitor.says("Those are my papers.")
    words = await desk.shows("Those are my papers.", after=before)
    parts = [one for one in await desk.stand.from_bot(STAFF_GROUP, after=before) if "photo" in one]
    assert len(parts) == 10
    assert max(one["message_id"] for one in parts) < words["message_id"]


async def test_parts_of_an_album_that_come_three_seconds_late_follow(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Is the network slow?"))
    await desk.reply(card, "Send them.")
    await desk.gets("Send them.")
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    sent = await desk.visitor.sends_album([{"kind": "photo", "data": bytes([number])} for number in range(6)])
    group = sent[0]["media_group_id"]
    for number in range(4):
        await asyncio.sleep(3 if number == 0 else 0.1)
        await desk.visitor.sends("photo", bytes([90 + number]), media_group_id=group)

    async def all_ten() -> bool:
        return sum("photo" in one for one in await desk.stand.from_bot(STAFF_GROUP, after=before)) == 10

    await desk.stand.wait_for(all_ten, PATIENCE, what="ten photos")
    told = await desk.stand.from_bot(desk.visitor.id, after=sent[0]["message_id"])
    assert sum("Added to" in text_of(one) for one in told) == 1


async def test_an_edit_after_closing_is_shown_and_opens_nothing(desk: Desk) -> None:
    code = await desk.ask("May I still correct this?")
    card = await desk.card(code)
    reply = await desk.reply(card, "Yes, until Munday.")
    mine = await desk.gets("Yes, until Munday.")
    more = await desk.visitor.says("Thank yu.", reply_to=mine["message_id"])
    await desk.shows("Thank yu.")
    await desk.tap(card, "Close")
    await desk.tap(card, "answered")
    await desk.gets("has been closed")
    await desk.visitor.edits(more["message_id"], "Thank you.")
    await desk.shows("Thank you.")
    await desk.staff.edits(reply["message_id"], "Yes, until Monday.", chat=STAFF_GROUP)
    assert "corrected" in text_of(await desk.gets("Yes, until Monday."))
    assert "Closed: answered" in text_of(await desk.card(code))


@pytest.mark.parametrize("is_asked", [False, True])
async def test_what_cannot_be_kept_is_said_and_what_nobody_wrote_is_passed_over(
    desk: Desk, is_asked: bool
) -> None:
    visitor = desk.visitor
    asked = await visitor.says("/ask" if is_asked else "/cancel")
    await visitor.sees("Ask a question" if is_asked else "stop", after=asked["message_id"], timeout=PATIENCE)
    chat = {"id": visitor.id, "type": "private", "first_name": "Bilal"}
    told = {"chat": chat, "from": {"id": visitor.id, "is_bot": False, "first_name": "Bilal"}, "date": 1}
    pinned = {**told, "message_id": 1, "text": "Something"}
    last = (await visitor.last())["message_id"]
    number = 920_000 + 10 * is_asked
    await desk.stand.push({"message": {**told, "message_id": number + 1, "pinned_message": pinned}})
    await desk.stand.push({"message": {**told, "message_id": number, "dice": {"emoji": "🎲", "value": 3}}})
    await visitor.sees("cannot read this kind", after=last, timeout=PATIENCE)
    assert len(await desk.stand.from_bot(visitor.id, after=last)) == 1


async def test_a_venue_a_forward_and_marks_of_direction_arrive(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Where is <i>it</i>?"), has="<i>it</i>")
    await desk.reply(card, "قازقستان ہاؤس & <House>")
    await desk.gets("قازقستان ہاؤس & <House>")
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    await desk.visitor.says("Turned \u202earound\u202c")
    assert "\u202e" not in text_of(await desk.shows("around", after=before))
    await desk.visitor.does("send_location", chat_id=desk.visitor.id, latitude=31.5, longitude=74.3,
                            title="My <hotel>", address="Mall & Road")  # fmt: skip
    venue = await desk.group(lambda one: "venue" in one, after=before)
    assert venue["venue"]["title"] == "My <hotel>"
    mine = await desk.visitor.says("Forwarded by me")
    await desk.visitor.does(
        "forward", chat_id=desk.visitor.id, from_chat_id=desk.visitor.id, message_id=mine["message_id"]
    )

    async def twice() -> bool:
        shown = await desk.stand.from_bot(STAFF_GROUP, after=before)
        return sum("Forwarded by me" in text_of(one) for one in shown) == 2

    await desk.stand.wait_for(twice, PATIENCE, what="the forwarded words")


async def test_who_lost_the_role_answers_nobody(desk: Desk) -> None:
    code = await desk.ask("Who may answer me?")
    await desk.card(code)
    staff = desk.staff
    await staff.starts()
    status, _, fault = await desk.house.command("people", "role", str(SANA), "staff")
    assert status == 0, fault
    await staff.sees("is now: Staff", timeout=PATIENCE)
    # The running bot looks once a second at what the command line changed about people.
    await asyncio.sleep(3)
    asked = await staff.says(f"/find {code}")
    read = await staff.sees("Who may answer me?", after=asked["message_id"], timeout=PATIENCE)
    await staff.taps("Answer", message_id=read["message_id"])
    await staff.sees("Send your answer", timeout=PATIENCE)
    status, _, fault = await desk.house.command("people", "role", str(SANA), "visitor")
    assert status == 0, fault
    await staff.sees("no longer have a role", timeout=PATIENCE)
    await asyncio.sleep(3)
    written = await staff.says("An answer without any right.")
    await desk.stand.wait_message(SANA, lambda one: True, after=written["message_id"], timeout=PATIENCE)
    await staff.taps_data(f"card:claim:{code}:", message_id=read["message_id"])
    await asyncio.sleep(1)
    assert "without any right" not in "\n".join(text_of(one) for one in await desk.visitor.messages())
    assert "Taken by" not in text_of(await desk.card(code))
