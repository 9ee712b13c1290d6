"""Updates that nobody can read: put aside, their senders answered, everything else goes on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, SendMessage

from bot.domain.intake import Poison
from tests.poison import poison_of
from tests.telegram.inside import GROUP, IDS, Inside, inside

VISITOR = IDS["visitor"]
POISON = poison_of(VISITOR)
_FORWARDED = POISON["a message from a new kind of origin"]["message"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


@pytest.mark.parametrize("kind", POISON)
async def test_what_cannot_be_read_is_poison_and_nothing_else(house: Inside, kind: str) -> None:
    seen = await house.gets(POISON[kind])
    assert isinstance(seen.crash, Poison)
    assert seen.handlers == []
    assert (await house.writes(VISITOR, text="/help")).handlers == ["start.help_command"]


async def test_who_sent_a_message_that_cannot_be_read_hears_so_once_in_their_language(house: Inside) -> None:
    await house.app.stores.people.choose_language(VISITOR, house.app.settings.staff_language)
    for _ in range(3):
        await house.gets(POISON["a message from a new kind of origin"])
    (said,) = [one for one in house.session.calls if isinstance(one, SendMessage)]
    assert said.chat_id == VISITOR
    assert said.text.startswith("Something went wrong on our side")
    assert said.reply_markup is not None


async def test_a_stranger_hears_it_in_the_language_of_their_phone(house: Inside) -> None:
    chat = {"id": 777, "type": "private", "first_name": "Noor"}
    message = _FORWARDED | {"chat": chat, "from": _FORWARDED["from"] | {"id": 777}}
    await house.gets({"message": message})
    (said,) = [one for one in house.session.calls if isinstance(one, SendMessage)]
    assert "Something went wrong" not in said.text
    assert any("؀" <= letter <= "ۿ" for letter in said.text)


async def test_a_tap_that_cannot_be_read_is_answered(house: Inside) -> None:
    await house.gets(POISON["a tap without its chat"])
    (answer,) = [one for one in house.session.calls if isinstance(one, AnswerCallbackQuery)]
    assert (answer.callback_query_id, answer.show_alert) == ("77", True)


@pytest.mark.parametrize(
    "body",
    [
        [], "x", None, {"message": []}, {"message": {"chat": {"id": "x", "type": "private"}}},
        {"message": {"chat": {"id": 2**70, "type": "private"}}}, {"callback_query": {"id": 5}},
        {"message": _FORWARDED | {"chat": {"id": GROUP, "type": "supergroup"}}},
        {"edited_message": _FORWARDED},
    ],
)  # fmt: skip
async def test_where_there_is_nobody_to_answer_nothing_is_said(house: Inside, body: Any) -> None:
    await house.unreadable.answer(body)
    assert house.session.calls == []


async def test_trouble_with_the_apology_is_not_trouble_with_the_update(house: Inside) -> None:
    async with asyncio.timeout(30):
        house.session.refuse = True
        assert isinstance((await house.gets(POISON["a tap without its chat"])).crash, Poison)
