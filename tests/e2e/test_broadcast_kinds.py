"""Announcements of every kind of message: each arrives as it was written, with a way out under it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import Json, text_of
from tests.e2e.authors import Author, drafts, reads_english, subscribe
from tests.e2e.house import labels
from tests.e2e.near import Near, message_of, near_bot

READER = 1002
FILES = ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker")
WORDLESS = ("video_note", "sticker")


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Near]:
    """A bot with one subscriber, who reads English."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator) as bot:
        await subscribe(bot.stand, READER)
        await reads_english(bot.stand)
        yield bot
    await simulator.stop()


async def ready(near: Near) -> Author:
    """An admin who was asked for the English version."""
    author = await drafts(near.stand)
    await author.taps("English", "Write the announcement")
    return author


async def arrival(near: Near, author: Author) -> Json:
    """Let it go; gives the copy."""
    before = (await near.stand.messages(READER))[-1]["message_id"]
    await author.sends(await author.sees("1 recipient"), "Sent: 1 of 1")
    return await near.stand.wait_message(READER, lambda _: True, after=before)


def _file(message: Json, kind: str) -> str:
    thing = message[kind][-1] if kind == "photo" else message[kind]
    return str(thing["file_unique_id"])


async def test_a_file_of_any_kind_arrives_with_its_words_and_a_way_out(near: Near) -> None:
    for kind in FILES:
        author = await ready(near)
        caption = "" if kind in WORDLESS else f"Listen & <look>, {kind}"
        sent = await author.hands.sends(kind, kind.encode(), caption=caption)
        copy = await arrival(near, author)
        assert kind in copy
        assert text_of(copy) == caption
        assert labels(copy) == ["Unsubscribe"], kind
        assert _file(copy, kind) == _file(sent, kind)


async def test_a_place_and_a_contact_arrive_too(near: Near) -> None:
    places: dict[str, dict[str, Any]] = {
        "location": {},
        "venue": {"title": "Kazakhstan House", "address": "Lahore"},
    }
    for kind, more in places.items():
        author = await ready(near)
        await author.hands.does("send_location", chat_id=ADMIN, latitude=31.5, longitude=74.3, **more)
        copy = await arrival(near, author)
        assert kind in copy
        assert labels(copy) == ["Unsubscribe"]
    author = await ready(near)
    await author.hands.shares_contact()
    copy = await arrival(near, author)
    assert copy["contact"]["first_name"].startswith("Nadia")
    assert labels(copy) == ["Unsubscribe"]


async def test_a_text_keeps_its_formatting(near: Near) -> None:
    author = await ready(near)
    text = "Open on <Saturday> & Sunday: see here"
    entities = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "text_link", "offset": 33, "length": 4, "url": "https://house.example/a?b=1&c=2"},
    ]
    body = message_of(ADMIN, 90_001, text, entities=entities)
    await near.stand.push(body)
    copy = await arrival(near, author)
    assert text_of(copy) == text
    shown = [{key: one[key] for key in ("type", "offset", "length")} for one in copy["entities"]]
    assert shown == [{key: one[key] for key in ("type", "offset", "length")} for one in entities]
    assert copy["entities"][1]["url"] == "https://house.example/a?b=1&c=2"


async def test_a_dice_is_no_announcement_and_what_comes_next_is(near: Near) -> None:
    author = await ready(near)
    body = message_of(ADMIN, 90_001, "", dice={"emoji": "🎲", "value": 3})
    del body["message"]["text"]
    await near.stand.push(body)
    await author.sees("I cannot read this kind of message")
    await author.says("Words, then", "English: \u2068Words, then\u2069")
