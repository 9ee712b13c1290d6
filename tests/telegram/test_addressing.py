"""To whom a staff member's message is meant: to the visitor, to colleagues, or to nobody."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Message

from bot.domain.codes import new_code
from bot.domain.inquiries import Author
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.telegram.addressing import Addressee, address_of
from tests.contracts.conftest import Stores, fake_stores
from tests.contracts.examples import CODES, inquiry, post
from tests.fakes.clock import FakeClock

GROUP, CARD, NOTE, TOPIC = -1001, 10, 11, 77
CODE = CODES[0]
BOT = Bot("700000001:nobody-knows-this-token-of-nobody-00")
Json = dict[str, Any]


@pytest.fixture
async def stores() -> Stores:
    stores = fake_stores(FakeClock())
    note = post(author=Author.NOTE, source=MessageRef(chat_id=GROUP, message_id=NOTE))
    await stores.inquiries.add(inquiry(topic_id=TOPIC), [post(), note], notices=[], cause="1")
    ref = MessageRef(chat_id=GROUP, message_id=CARD)
    await stores.outbox.sent([], [Copy(ref=ref, code=CODE, kind=NoticeKind.CARD)], stores.clock.now())
    return stores


def _message(number: int = 20, *, by_bot: bool = False, **fields: Any) -> Json:
    chat = {"id": GROUP, "type": "supergroup", "title": "Staff"}
    user = {"id": BOT.id if by_bot else 5, "is_bot": by_bot, "first_name": "Sana"}
    return {"message_id": number, "date": 1, "chat": chat, "from": user, "text": "words", **fields}


async def _address(stores: Stores, **fields: Any) -> tuple[Addressee, str]:
    message = Message.model_validate(_message(**fields), context={"bot": BOT})
    address = await address_of(message, stores.inquiries)
    return address.addressee, address.code


async def test_a_reply_to_a_card_goes_to_its_visitor(stores: Stores) -> None:
    reply = _message(CARD, by_bot=True)
    assert await _address(stores, reply_to_message=reply) == (Addressee.VISITOR, CODE)


async def test_a_reply_to_a_note_is_a_note(stores: Stores) -> None:
    assert await _address(stores, reply_to_message=_message(NOTE)) == (Addressee.STAFF, CODE)


async def test_plain_words_go_to_the_visitor_of_their_topic(stores: Stores) -> None:
    place = {"is_topic_message": True, "message_thread_id": TOPIC}
    assert await _address(stores, **place) == (Addressee.VISITOR, CODE)
    # What replies to nothing in a topic replies to the message that made it.
    created = _message(TOPIC, forum_topic_created={"name": "KH", "icon_color": 1})
    assert await _address(stores, reply_to_message=created, **place) == (Addressee.VISITOR, CODE)
    assert (await _address(stores, is_topic_message=True, message_thread_id=78))[0] is Addressee.NOBODY


async def test_talk_among_staff_goes_to_nobody(stores: Stores) -> None:
    assert (await _address(stores))[0] is Addressee.NOBODY
    place = {"is_topic_message": True, "message_thread_id": TOPIC}
    for where in ({}, place):
        talk = await _address(stores, reply_to_message=_message(15, text=f"about {CODE}"), **where)
        assert talk[0] is Addressee.NOBODY


@pytest.mark.parametrize("mark", ["", "\u200f\u2068"])
async def test_a_card_that_was_sent_and_not_noted_is_known_by_its_code(stores: Stores, mark: str) -> None:
    card = _message(99, by_bot=True, text=f"{mark}{CODE} · Visa · New")
    assert await _address(stores, reply_to_message=card) == (Addressee.VISITOR, CODE)


async def test_a_digest_is_told_from_a_card(stores: Stores) -> None:
    button = {"inline_keyboard": [[{"text": CODE, "callback_data": "x"}]]}
    digest = _message(98, by_bot=True, text=f"2 new inquiries\n{CODE}\n{new_code()}", reply_markup=button)
    message = Message.model_validate(_message(reply_to_message=digest), context={"bot": BOT})
    address = await address_of(message, stores.inquiries)
    assert (address.addressee, address.is_to_bot, address.is_digest) == (Addressee.NOBODY, True, True)


async def test_a_card_of_the_group_before_it_moved_is_known(stores: Stores) -> None:
    elsewhere = {
        "origin": {"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": False, "first_name": "S"}},
        "chat": {"id": GROUP, "type": "group", "title": "Staff"},
        "message_id": CARD,
    }
    fields = _message(external_reply=elsewhere) | {"chat": {"id": -1002, "type": "supergroup"}}
    message = Message.model_validate(fields, context={"bot": BOT})
    address = await address_of(message, stores.inquiries)
    assert (address.addressee, address.code) == (Addressee.VISITOR, CODE)
