"""Choices of a form that are typed instead of tapped, through the real dispatcher."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import SendMessage

from bot.content.loader import load_content
from bot.telegram.states import FORM
from tests.telegram.inside import IDS, Inside, inside

VISITOR = IDS["visitor"]
FORMS = load_content().forms


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


async def _at(house: Inside, form: str, field: str) -> int:
    """The visitor is asked this field; gives its number."""
    position = [one.id for one in FORMS[form].fields].index(field)
    await house.in_state(VISITOR, VISITOR, FORM, {"form": form, "position": position, "values": {}})
    return position + 1


async def _types(house: Inside, text: str) -> str:
    """Type an answer; gives what is shown then."""
    assert (await house.writes(VISITOR, text=text)).handlers == ["forms.answer"]
    return next(str(one.text) for one in reversed(house.session.calls) if isinstance(one, SendMessage))


@pytest.mark.parametrize("typed", ["Travel", "  travel. ", "САПАР", "سفر۔"])
async def test_a_typed_choice_is_taken_and_the_form_goes_on(house: Inside, typed: str) -> None:
    number = await _at(house, "contacts-consultation", "topic")
    assert f"Question {number + 1} of" in await _types(house, typed)
    session = await house.app.stores.sessions.get(VISITOR, VISITOR)
    assert session.data["values"]["topic"] == "tourism"


@pytest.mark.parametrize("typed", ["Moon", "Visa, Travel", "and", "?"])
async def test_what_names_no_choice_is_asked_again_with_the_buttons(house: Inside, typed: str) -> None:
    number = await _at(house, "contacts-consultation", "topic")
    shown = await _types(house, typed)
    assert f"Question {number} of" in shown
    assert "Please choose one of the buttons." in shown


async def test_typed_choices_of_several_are_ticked_one_after_the_other(house: Inside) -> None:
    number = await _at(house, "trade-delegation", "cities")
    await _types(house, "almaty")
    shown = await _types(house, "Astana, شیمکنت")
    assert f"Question {number} of" in shown
    assert "Your answer so far: Almaty, Astana, and Shymkent" in shown
