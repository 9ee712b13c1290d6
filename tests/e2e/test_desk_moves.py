"""The staff group changes: it becomes a supergroup, gets topics, loses them; anonymous administrators."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Stand, text_of
from tests.e2e.desks import PATIENCE, Desk
from tests.e2e.house import House


@pytest.fixture
async def stand_and_simulator() -> AsyncIterator[tuple[Stand, Simulator]]:
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        yield stand, simulator
    await simulator.stop()


async def test_a_group_that_becomes_a_supergroup_is_followed(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    admin = stand.as_person(ADMIN)
    small = (await admin.does("create_group", title="Small staff", kind="group"))["id"]
    await admin.does("add_bot", chat_id=small, role="administrator")
    house = House(simulator, stand, tmp_path, BOT_STAFF_CHAT=str(small))
    await house.start()
    desk = Desk(house)
    old = await desk.ask("Asked before the move?")
    await stand.wait_message(small, lambda one: old in text_of(one), timeout=PATIENCE)
    big = (await admin.does("migrate", chat_id=small))["id"]
    new = await desk.ask("Asked after the move?")
    card = await stand.wait_message(big, lambda one: new in text_of(one), timeout=PATIENCE)
    await admin.says("Answered from the supergroup.", chat=big, reply_to=card["message_id"])
    await desk.gets("Answered from the supergroup.")
    receipt = next(one for one in await desk.visitor.messages() if old in text_of(one))
    await desk.visitor.says("What about my first question?", reply_to=receipt["message_id"])
    again = await stand.wait_message(
        big, lambda one: old in text_of(one) and "before the move" in text_of(one), timeout=PATIENCE
    )
    await house.kill()
    await house.start()
    await admin.says("Answered after a restart.", chat=big, reply_to=again["message_id"])
    await desk.gets("Answered after a restart.")
    await house.kill()


async def test_topics_come_and_go_while_the_bot_runs(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    house = House(simulator, stand, tmp_path)
    await house.start()
    desk = Desk(house)
    plain = await desk.card(await desk.ask("Before there were topics?"))
    assert "message_thread_id" not in plain
    await stand.set_forum(STAFF_GROUP)
    await desk.staff.says("We have topics now.", chat=STAFF_GROUP)
    own = await desk.card(await desk.ask("With topics?"))
    assert own["message_thread_id"]
    await desk.reply(plain, "Still answered here.")
    await desk.gets("Still answered here.")
    rights = {"can_manage_topics": False}
    await stand.as_person(ADMIN).does(
        "set_role", chat_id=STAFF_GROUP, user_id=simulator.world.bot.id, status="administrator", rights=rights
    )
    general = await desk.card(await desk.ask("Without the right to make topics?"))
    assert "message_thread_id" not in general
    await desk.reply(general, "Answered in General.")
    await desk.gets("Answered in General.")
    await stand.set_forum(STAFF_GROUP, is_forum=False)
    last = await desk.card(await desk.ask("Without topics again?"))
    await desk.reply(last, "Answered as before.")
    await desk.gets("Answered as before.")
    await desk.reply(own, "Answered out of the former topic.")
    await desk.gets("Answered out of the former topic.")
    await house.kill()


async def test_an_anonymous_administrator_is_staff(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    house = House(simulator, stand, tmp_path)
    await house.start()
    desk = Desk(house)
    card = await desk.card(await desk.ask("Who are you?"))
    await stand.as_person(ADMIN).does(
        "say", chat_id=STAFF_GROUP, text="The House.", reply_to=card["message_id"], is_anonymous=True
    )
    await desk.gets("The House.")
    await house.kill()
