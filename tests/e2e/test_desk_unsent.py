"""What was begun and not sent: it waits while the person does something else, and is offered again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Json, PersonDriver, Stand, text_of
from tests.e2e.desks import PATIENCE, Desk
from tests.e2e.house import House, labels, styled

pytestmark = pytest.mark.asyncio(loop_scope="module")
FORM = "trade-delegation"
OTHER = "visa-case"


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


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(desk: Desk, request: pytest.FixtureRequest) -> PersonDriver:
    """Somebody new for each test."""
    number = 60_000 + sum(map(ord, request.node.name))
    await desk.stand.post("people", {"id": number, "first_name": "Hina", "language_code": "en"})
    person = desk.stand.as_person(number)
    await person.starts()
    await person.sees("Choose your language", timeout=PATIENCE)
    await person.taps("English")
    await person.sees("Choose a section", timeout=PATIENCE)
    return person


async def _sees(person: PersonDriver, text: str, *, after: Json | None = None) -> Json:
    return await person.sees(text, after=after["message_id"] - 1 if after else 0, timeout=PATIENCE)


async def _begin(person: PersonDriver) -> Json:
    """Half-fill a form: its second question is asked."""
    started = await person.starts(FORM)
    intro = await _sees(person, "questions", after=started)
    await person.taps(styled(intro, "success"), message_id=intro["message_id"])
    first = await _sees(person, "Question 1 of", after=intro)
    assert first
    await person.says("Chamber of Sheikhupura")
    return await _sees(person, "Question 2 of", after=intro)


async def _continues(person: PersonDriver) -> None:
    """The first menu offers the form, and a tap goes on with its second question."""
    asked = await person.says("/menu")
    menu = await _sees(person, "Choose a section", after=asked)
    label = next(one for one in labels(menu) if one.startswith("Continue:"))
    await person.taps(label, message_id=menu["message_id"])
    await _sees(person, "Question 2 of", after=menu)


@pytest.mark.parametrize("interruption", ["/start", "/menu", "/help", "/my", "/ask", "/language", "/privacy"])
async def test_a_command_does_not_end_a_form(visitor: PersonDriver, interruption: str) -> None:
    await _begin(visitor)
    await visitor.says(interruption)
    await _continues(visitor)


async def test_a_question_asked_meanwhile_does_not_end_a_form(desk: Desk, visitor: PersonDriver) -> None:
    await _begin(visitor)
    code = await desk.ask("Something quite different?", visitor)
    await desk.card(code)
    await _continues(visitor)


async def test_free_words_after_a_look_around_do_not_end_a_form(visitor: PersonDriver) -> None:
    await _begin(visitor)
    await visitor.says("/menu")
    asked = await visitor.says("how much is the visa fee")
    await _sees(visitor, "fee", after=asked)
    await _continues(visitor)


async def test_adding_to_and_rating_an_inquiry_do_not_end_a_form(desk: Desk, visitor: PersonDriver) -> None:
    code = await desk.ask("An older question?", visitor)
    card = await desk.card(code)
    await _begin(visitor)
    await desk.reply(card, "An answer meanwhile.")
    answer = await _sees(visitor, "An answer meanwhile.")
    await visitor.taps("Write back", message_id=answer["message_id"])
    await _sees(visitor, "Send what you want to add", after=answer)
    await visitor.says("Written back.")
    await desk.shows("Written back.")
    await _continues(visitor)
    await visitor.says("/menu")
    asked = await visitor.says(code)
    shown = await _sees(visitor, "Status", after=asked)
    await visitor.taps("4 ⭐", message_id=shown["message_id"])
    await _sees(visitor, "If you want to say why", after=asked)
    await visitor.says("A fine comment")
    await desk.card(code, has="A fine comment")
    await _continues(visitor)


async def test_a_restart_does_not_end_a_form(desk: Desk, visitor: PersonDriver) -> None:
    await _begin(visitor)
    await visitor.says("/menu")
    await _sees(visitor, "Choose a section")
    await desk.house.kill()
    await desk.house.start()
    await _continues(visitor)


async def test_another_form_asks_before_it_takes_the_place(visitor: PersonDriver) -> None:
    await _begin(visitor)
    started = await visitor.starts(OTHER)
    intro = await _sees(visitor, "questions", after=started)
    await visitor.taps(styled(intro, "success"), message_id=intro["message_id"])
    offer = await _sees(visitor, "You have begun", after=intro)
    await visitor.taps("Continue", message_id=offer["message_id"])
    await _sees(visitor, "Question 2 of", after=intro)


async def test_a_form_that_is_sent_or_discarded_is_offered_no_more(visitor: PersonDriver) -> None:
    question = await _begin(visitor)
    await visitor.says("/ask")
    await visitor.says("/menu")
    await visitor.taps(styled(question, "danger"), message_id=question["message_id"])
    await _sees(visitor, "Discarded")
    asked = await visitor.says("/menu")
    menu = await _sees(visitor, "Choose a section", after=asked)
    assert not [one for one in labels(menu) if one.startswith("Continue:")]


async def test_a_question_not_sent_yet_waits_while_the_person_looks_around(
    desk: Desk, visitor: PersonDriver
) -> None:
    asked = await visitor.says("/ask Is this question kept for me?")
    summary = await _sees(visitor, "Shall we send", after=asked)
    await visitor.says("/start")
    menu = await _sees(visitor, "Choose a section", after=summary)
    await visitor.taps("Your question is not sent yet", message_id=menu["message_id"])
    again = await _sees(visitor, "Is this question kept for me?", after=menu)
    await visitor.says("/menu")
    await visitor.taps(styled(again, "success"), message_id=again["message_id"])
    await _sees(visitor, "has been received", after=menu)
    card = await desk.group(lambda one: "Is this question kept for me?" in text_of(one))
    assert card
    asked = await visitor.says("/menu")
    assert "Your question is not sent yet" not in labels(
        await _sees(visitor, "Choose a section", after=asked)
    )


async def test_a_new_question_takes_the_place_of_one_not_sent(desk: Desk, visitor: PersonDriver) -> None:
    await visitor.says("/ask The first wording?")
    first = await _sees(visitor, "The first wording?")
    await visitor.says("/ask The second wording?")
    second = await _sees(visitor, "The second wording?")

    async def is_gone() -> bool:
        return first["message_id"] not in {one["message_id"] for one in await visitor.messages()}

    await desk.stand.wait_for(is_gone, PATIENCE, what="the end of the first summary")
    await visitor.taps(styled(second, "success"), message_id=second["message_id"])
    await desk.group(lambda one: "The second wording?" in text_of(one))
    assert "The first wording?" not in "\n".join(
        text_of(one) for one in await desk.stand.messages(STAFF_GROUP)
    )


async def test_cancel_ends_all_that_was_begun(visitor: PersonDriver) -> None:
    await _begin(visitor)
    await visitor.says("/ask Not to be sent?")
    await _sees(visitor, "Not to be sent?")
    asked = await visitor.says("/cancel")
    await _sees(visitor, "Stopped", after=asked)
    asked = await visitor.says("/menu")
    shown = labels(await _sees(visitor, "Choose a section", after=asked))
    assert not [one for one in shown if one.startswith("Continue:") or "not sent" in one]
