"""Erasing in the staff chat, also where Telegram refuses: what still shows something is named to staff."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import (
    DeleteMessage,
    EditMessageCaption,
    EditMessageText,
    GetChat,
    SendMessage,
    TelegramMethod,
)

from bot.domain.counter import Question
from bot.domain.delivery import Notice, Outcome, Owed
from bot.domain.messages import Copy, MessageRef, NoticeKind, Words
from tests.telegram.inside import IDS, Inside, YesSession, inside

SUPERGROUP = -1_001_234_567_890
CARD, POST, PHOTO = 11, 12, 13
Refusals = dict[tuple[type[Any], int], str]
"""Why Telegram refuses a method on a message."""


class StubbornSession(YesSession):
    """A Telegram that refuses what it is told to refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.chat = SimpleNamespace(is_forum=False)
        self.refused: Refusals = {}
        self.raises: Exception | None = None

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - its shape
        """Refuse, or agree."""
        if isinstance(method, GetChat):
            return self.chat
        why = self.refused.get((type(method), getattr(method, "message_id", 0)))
        if self.raises is not None:
            raise self.raises
        result = await super().make_request(bot, method, timeout)
        if why:
            self.calls.pop()
            raise TelegramBadRequest(method, f"Bad Request: {why}")
        return result


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        session = StubbornSession()
        built.app.courier_bot.session = session
        built.session = session
        await built.app.staff_chat.move(SUPERGROUP)
        yield built


async def _erased(house: Inside) -> str:
    """An inquiry with a card, a post and a photo in the staff group, erased; gives its code."""
    person = await house.app.stores.people.get(IDS["visitor"])
    assert person is not None
    question = Question(section="visa", words=Words(text="My secret words"))
    code = (await house.app.counter.submit(person, question, cause="test")).code
    kinds = {
        CARD: (0, NoticeKind.CARD),
        POST: (1, NoticeKind.POST_TO_STAFF),
        PHOTO: (1, NoticeKind.POST_TO_STAFF),
    }
    copies = [
        Copy(ref=MessageRef(chat_id=SUPERGROUP, message_id=number), code=code, post_id=post, kind=kind)
        for number, (post, kind) in kinds.items()
    ]
    await house.app.stores.outbox.sent([], copies, house.app.clock.now())
    await house.app.privacy.forget(person.id, cause="test:forget")
    return code


async def _deliver(house: Inside, code: str, refused: Refusals) -> Outcome:
    session = house.session
    assert isinstance(session, StubbornSession)
    session.refused = dict(refused)
    session.calls.clear()
    notice = Notice(kind=NoticeKind.ERASED, chat_id=SUPERGROUP, code=code)
    owed = Owed(id=1, notice=notice, attempts=1, created_at=house.app.clock.now())
    return (await house.app.courier._messenger.deliver([owed])).outcome


def _said(house: Inside) -> list[str]:
    return [one.text for one in house.session.calls if isinstance(one, SendMessage)]


async def test_the_card_says_that_it_was_erased_and_the_rest_is_deleted(house: Inside) -> None:
    code = await _erased(house)
    assert await _deliver(house, code, {}) is Outcome.SENT
    (edited,) = [one for one in house.session.calls if isinstance(one, EditMessageText)]
    assert edited.message_id == CARD
    assert "Erased at the person’s request" in str(edited.text)
    deleted = [one.message_id for one in house.session.calls if isinstance(one, DeleteMessage)]
    assert deleted == [POST, PHOTO]
    assert _said(house) == []
    left = await house.app.stores.inquiries.copies(code)
    assert [one.ref.message_id for one in left] == [CARD]


async def test_what_is_too_old_to_delete_is_emptied_and_a_file_is_named_to_staff(house: Inside) -> None:
    code = await _erased(house)
    refused: Refusals = {
        (DeleteMessage, number): "message can't be deleted for everyone" for number in (POST, PHOTO)
    }
    refused[EditMessageText, PHOTO] = "there is no text in the message to edit"
    assert await _deliver(house, code, refused) is Outcome.SENT
    emptied = {one.message_id for one in house.session.calls if isinstance(one, EditMessageText)}
    assert emptied == {CARD, POST}
    (caption,) = [one for one in house.session.calls if isinstance(one, EditMessageCaption)]
    assert caption.message_id == PHOTO
    (told,) = _said(house)
    assert f"https://t.me/c/1234567890/{PHOTO}" in told
    assert f'/{POST}"' not in told
    assert code in told


async def test_a_card_that_cannot_be_edited_is_deleted_and_staff_are_told(house: Inside) -> None:
    code = await _erased(house)
    refused: Refusals = {(EditMessageText, CARD): "message can't be edited"}
    assert await _deliver(house, code, refused) is Outcome.SENT
    deleted = [one.message_id for one in house.session.calls if isinstance(one, DeleteMessage)]
    assert CARD in deleted
    (told,) = _said(house)
    assert "Erased at the person’s request" in told
    assert "t.me" not in told


async def test_a_card_that_can_be_neither_edited_nor_deleted_is_named_to_staff(house: Inside) -> None:
    code = await _erased(house)
    refused: Refusals = {
        (kind, CARD): "message can't be edited" for kind in (EditMessageText, EditMessageCaption)
    }
    refused[DeleteMessage, CARD] = "message can't be deleted for everyone"
    assert await _deliver(house, code, refused) is Outcome.SENT
    (told,) = _said(house)
    assert f"https://t.me/c/1234567890/{CARD}" in told


async def test_messages_that_are_gone_already_are_no_trouble(house: Inside) -> None:
    code = await _erased(house)
    refused: Refusals = {
        (DeleteMessage, number): "message to delete not found" for number in (CARD, POST, PHOTO)
    }
    refused[EditMessageText, CARD] = "message to edit not found"
    assert await _deliver(house, code, refused) is Outcome.SENT
    (told,) = _said(house)
    assert "t.me" not in told


@pytest.mark.parametrize(
    "trouble",
    [
        TelegramRetryAfter(DeleteMessage(chat_id=1, message_id=1), "Too Many Requests", 3),
        TelegramForbiddenError(
            DeleteMessage(chat_id=1, message_id=1), "Forbidden: bot was kicked from the group chat"
        ),
    ],
    ids=["busy", "kicked"],
)
async def test_what_could_not_be_done_now_is_tried_again_and_nothing_is_forgotten(
    house: Inside, trouble: Exception
) -> None:
    code = await _erased(house)
    session = house.session
    assert isinstance(session, StubbornSession)
    session.raises = trouble
    outcome = await _deliver(house, code, {})
    assert outcome is Outcome.RETRY
    assert len(await house.app.stores.inquiries.copies(code)) == 3
