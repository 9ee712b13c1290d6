"""Ready answers through the real dispatcher: read whole before they go, and sent once."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import EditMessageText
from aiogram.types import InlineKeyboardMarkup

from bot.domain.counter import Question
from bot.domain.inquiries import Author, Status
from bot.domain.messages import MessageRef, Words
from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.telegram.views.ready_answers import READY, text_of
from tests.telegram.inside import GROUP, IDS, Inside, inside

CATALOGUES = Catalogues.read()
_CAUSES = itertools.count()
STAFF, COLLEAGUE, VISITOR = IDS["staff"], IDS["admin"], IDS["visitor"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


async def _asked(house: Inside, text: str = "Where?") -> str:
    """An inquiry of a visitor who reads Urdu; gives its code."""
    await house.app.stores.people.choose_language(VISITOR, Language.UR)
    person = await house.app.stores.people.get(VISITOR)
    assert person is not None
    words = Words(text=text, source=MessageRef(chat_id=VISITOR, message_id=3))
    question = Question(section="visa", words=words)
    return (await house.app.counter.submit(person, question, cause=f"test:{next(_CAUSES)}")).code


async def _answers(house: Inside, code: str) -> list[tuple[int, str]]:
    posts = (await house.app.stores.inquiries.get(code)).posts
    return [(post.person_id, post.text) for post in posts if post.author is Author.STAFF]


def _screen(house: Inside) -> EditMessageText:
    return next(one for one in reversed(house.session.calls) if isinstance(one, EditMessageText))


def _text(house: Inside) -> str:
    text = _screen(house).text
    assert text is not None
    return text


def _data(screen: EditMessageText, style: str | None) -> list[str]:
    assert isinstance(screen.reply_markup, InlineKeyboardMarkup)
    buttons = (one for row in screen.reply_markup.inline_keyboard for one in row)
    return [one.callback_data or "" for one in buttons if one.style == style]


async def _offered(house: Inside, code: str, name: str, person: int, place: int) -> str:
    """Look at a ready answer; gives what its Send carries."""
    await house.taps(person, f"card:say:{code}:{name}", chat_id=place)
    (send,) = _data(_screen(house), "success")
    return send


@pytest.mark.parametrize("place", [GROUP, STAFF], ids=["group", "private"])
async def test_it_is_read_whole_in_both_languages_and_goes_by_send_alone(house: Inside, place: int) -> None:
    for name in READY:
        code = await _asked(house)
        await house.taps(STAFF, f"card:canned:{code}:", chat_id=place)
        assert f"card:say:{code}:{name}" in _data(_screen(house), None)
        send = await _offered(house, code, name, STAFF, place)
        shown = _text(house)
        english, urdu = (text_of(CATALOGUES[one], name) for one in (Language.EN, Language.UR))
        assert shown.startswith(f"<code>{code}</code>")
        assert "Where?" in shown
        assert english in shown
        assert urdu in shown
        assert await _answers(house, code) == []
        await house.taps(STAFF, send, chat_id=place)
        assert await _answers(house, code) == [(STAFF, urdu)]
        assert _data(_screen(house), "success") == []


async def test_in_ones_own_language_it_is_shown_once(house: Inside) -> None:
    code = await _asked(house)
    await house.app.stores.people.choose_language(VISITOR, Language.EN)
    await _offered(house, code, "wait", STAFF, GROUP)
    assert _text(house).count("<blockquote>") == 2  # the question, and the answer
    assert "The visitor gets it in" not in _text(house)


async def test_the_second_of_two_is_told_who_was_first_and_sees_the_inquiry(house: Inside) -> None:
    code = await _asked(house)
    send = await _offered(house, code, "wait", STAFF, GROUP)
    await house.taps(STAFF, send, chat_id=GROUP)
    house.session.calls.clear()
    await house.taps(STAFF, send, chat_id=GROUP)
    assert [one.show_alert for one in house.session.answers()] == [None]
    for other in (send, send.replace("wait", "thanks")):
        house.session.calls.clear()
        await house.taps(COLLEAGUE, other, chat_id=GROUP)
        (told,) = house.session.answers()
        assert f"P{STAFF} has answered in the meantime" in str(told.text).translate({0x2068: "", 0x2069: ""})
        assert _data(_screen(house), "success") == []
    assert len(await _answers(house, code)) == 1


async def test_an_update_that_comes_again_sends_nothing_more(house: Inside) -> None:
    code = await _asked(house)
    await house.taps(STAFF, await _offered(house, code, "wait", STAFF, STAFF))
    for _ in range(2):
        assert (await house.again()).crash is None
    assert len(await _answers(house, code)) == 1


async def test_a_closed_inquiry_is_not_answered_by_an_old_button(house: Inside) -> None:
    code = await _asked(house)
    send = await _offered(house, code, "wait", STAFF, STAFF)
    await house.taps(COLLEAGUE, f"card:closed:{code}:answered")
    house.session.calls.clear()
    await house.taps(STAFF, send)
    (told,) = house.session.answers()
    assert told.text == "This inquiry is closed. Reopen it first."
    assert _data(_screen(house), "success") == []
    assert (await house.taps(STAFF, f"card:say:{code}:wait")).refusals == ["InquiryClosed"]
    inquiry = (await house.app.stores.inquiries.get(code)).inquiry
    assert inquiry.status is Status.CLOSED
    assert await _answers(house, code) == []


async def test_who_lost_the_role_sends_nothing_with_an_old_button(house: Inside) -> None:
    code = await _asked(house)
    send = await _offered(house, code, "wait", STAFF, STAFF)
    await house.app.stores.people.give_role(STAFF, Role.VIEWER, protected=frozenset())
    assert (await house.taps(STAFF, send)).not_allowed
    assert await _answers(house, code) == []


@pytest.mark.parametrize("arg", ["", "gone", "gone.0", "wait.x", f"wait.{'9' * 30}", ".", "wait.-1"])
async def test_a_forged_or_outdated_button_does_no_harm(house: Inside, arg: str) -> None:
    code = await _asked(house)
    await house.taps(STAFF, f"card:say:{code}:thanks")
    await house.taps(STAFF, await _offered(house, code, "thanks", STAFF, STAFF))
    for act in ("say", "send"):
        seen = await house.taps(STAFF, f"card:{act}:{code}:{arg}")
        assert seen.crash is None
    assert len(await _answers(house, code)) == 1


async def test_below_a_long_question_it_is_whole_too(house: Inside) -> None:
    code = await _asked(house, "& " * 1900)
    await _offered(house, code, "details", STAFF, GROUP)
    shown = _text(house)
    assert shown.startswith(f"<code>{code}</code>")
    assert text_of(CATALOGUES[Language.UR], "details") in shown
    assert len(shown) <= 4096
