"""Finding and listing inquiries; what comes once a day; all of it for staff only."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Json, PersonDriver, Stand, text_of
from tests.e2e.desks import ADMIN, CODE, PATIENCE, Desk
from tests.e2e.house import House, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A House with a few inquiries."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        folder: Path = tmp_path_factory.mktemp("house")
        settings = {
            "BOT_GROUP_LIMIT": "1000",
            "BOT_WAITING_HOURS": "0.0001",
            "BOT_DIGEST_TIME": "23:59",
            "BOT_REMINDER_TIME": "23:59",
            "BOT_OFFICE_DAYS": "mon,tue,wed,thu,fri,sat,sun",
            "BOT_NO_HOLIDAYS": datetime.now(ZoneInfo("Asia/Karachi")).date().isoformat(),
        }
        house = House(simulator, stand, folder, **settings)
        await house.start()
        desk = Desk(house)
        for number in range(11):
            await desk.ask(f"Question {number} about carpets?")
        yield desk
        await house.kill()
    await simulator.stop()


async def _finds(person: PersonDriver, words: str, expected: str, *, chat: int = 0) -> Json:
    asked = await person.says(f"/find {words}".strip(), chat=chat)
    return await person.sees(expected, chat=chat, after=asked["message_id"], timeout=PATIENCE)


async def _shows(person: PersonDriver, message: Json, button: str, expected: str) -> Json:
    """Tap a button and wait until the message shows something else."""
    await person.taps(button, message_id=message["message_id"])
    return await person.sees(expected, after=message["message_id"] - 1, timeout=PATIENCE)


async def test_a_visitor_knows_no_such_command(desk: Desk) -> None:
    await _finds(desk.visitor, "carpets", "do not know the command")


async def test_an_owner_finds_by_code_in_a_private_chat_and_answers_there(desk: Desk) -> None:
    admin = desk.stand.as_person(ADMIN)
    code = await desk.ask("Please answer me privately?")
    read = await _finds(admin, code.lower(), "answer me privately")
    assert {"Answer", "Take it", "Note", "Show in the staff chat", "Back", "Main menu"} <= set(labels(read))
    taken = await _shows(admin, read, "Take it", "Taken by")
    assert "Nadia" in text_of(taken)
    await desk.card(code, has="Taken by")
    await _shows(admin, taken, "Answer", "Send your answer")
    await admin.says("Answered from a private chat.")
    await admin.sees("is on its way", timeout=PATIENCE)
    await desk.gets("Answered from a private chat.")
    back = await _shows(admin, await admin.last(), "Back", "Answered from a private chat.")
    await _shows(admin, back, "Note", "will not see it")
    await admin.says("A private note.")
    await admin.sees("Note kept", timeout=PATIENCE)
    await desk.card(code, has="A private note.")
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    again = await _shows(admin, await admin.last(), "Back", "A private note.")
    await admin.taps("Show in the staff chat", message_id=again["message_id"])
    await desk.card(code, after=before)


async def test_words_names_and_usernames_are_found(desk: Desk) -> None:
    admin = desk.stand.as_person(ADMIN)
    found = await _finds(admin, "question 7", "Found")
    assert len(CODE.findall(text_of(found))) == 1
    await _finds(admin, "bilal", "KH-")
    await _finds(admin, "@nobody_at_all", "There is nothing here")
    asked = await desk.stand.as_person(1001).says("/ask قالین؟")
    assert asked
    await _finds(admin, "KH-2222-22", "There is nothing here")


async def test_what_was_found_has_pages(desk: Desk) -> None:
    admin = desk.stand.as_person(ADMIN)
    first = await _finds(admin, "carpets", "Found")
    assert len(CODE.findall(text_of(first))) == 8
    second = await _shows(admin, first, "Next", "Question 0 about carpets?")
    codes = CODE.findall(text_of(second))
    assert len(codes) == 3
    assert not set(codes) & set(CODE.findall(text_of(first)))
    opened = await _shows(admin, second, codes[0], "Language")
    assert codes[0] in text_of(opened)


async def test_the_lists_count_and_open(desk: Desk) -> None:
    menu = await _finds(desk.staff, "", "To search", chat=STAFF_GROUP)
    assert [label.split(":")[0] for label in labels(menu)] == [
        "New",
        "Mine",
        "Waiting longest",
        "Unanswered for long",
    ]
    button = next(label for label in labels(menu) if label.startswith("Waiting longest"))
    await desk.tap(menu, button)
    listed = await desk.shows("Question 0 about carpets?", after=menu["message_id"] - 1)
    assert listed["message_id"] == menu["message_id"]
    code = CODE.findall(text_of(listed))[0]
    await desk.tap(listed, code)
    card = await desk.card(code, after=listed["message_id"])
    await desk.tap(card, "Take it")
    await desk.card(code, has="Taken by")
    again = await _finds(desk.staff, "", "To search", chat=STAFF_GROUP)
    assert "Mine: 1" in labels(again)


async def test_a_code_in_the_group_opens_its_card(desk: Desk) -> None:
    code = await desk.ask("Open me in the group?")
    old = await desk.card(code)
    await desk.staff.says(f"/find {code}", chat=STAFF_GROUP)
    await desk.card(code, after=old["message_id"])


async def test_the_reminder_and_the_digest_come_once(desk: Desk) -> None:
    house = desk.house
    await house.kill()
    settings = {"BOT_DIGEST_TIME": "00:00", "BOT_REMINDER_TIME": "00:00"}
    await house.start(**settings)
    digest = await desk.shows("The day in numbers")
    assert "Received: 1" in text_of(digest)
    assert "photo" in digest
    reminder = await desk.shows("have waited too long")
    codes = CODE.findall(text_of(reminder))
    assert len(codes) == 10
    await desk.tap(reminder, "See all")
    await desk.shows("Unanswered for long")
    await desk.tap(await desk.shows("Unanswered for long"), codes[0])
    await desk.card(codes[0], after=reminder["message_id"])
    await house.kill()
    await house.start(**settings)
    await desk.ask("Is it said again?")
    await desk.shows("Is it said again?")
    texts = [text_of(one) for one in await desk.stand.messages(STAFF_GROUP)]
    assert sum("The day in numbers" in text for text in texts) == 1
