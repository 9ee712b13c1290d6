"""The staff group changes: it becomes a supergroup, gets topics, loses them; anonymous administrators."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Json, Stand, text_of
from tests.e2e.desks import PATIENCE, Desk
from tests.e2e.house import House, labels


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


async def test_who_writes_in_the_name_of_a_channel_is_told_that_it_goes_nowhere(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    house = House(simulator, stand, tmp_path)
    await house.start()
    desk = Desk(house)
    card = await desk.card(await desk.ask("Which channel?"))
    channel = {"id": -1009, "type": "channel", "title": "A channel"}
    message = {
        "message_id": 900_002,
        "date": card["date"],
        "chat": {"id": STAFF_GROUP, "type": "supergroup", "title": "staff"},
        "from": {"id": 136_817_688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
        "sender_chat": channel,
        "text": "An answer of a channel.",
    }
    post = {**message, "from": {"id": 777_000, "is_bot": False, "first_name": "Telegram"}}
    await stand.push({"message": {**post, "message_id": 900_001, "is_automatic_forward": True}})
    await stand.push({"message": {**message, "reply_to_message": card}})
    await desk.shows("in the name of a channel", after=card["message_id"])
    told = await stand.from_bot(STAFF_GROUP, after=card["message_id"])
    assert len(told) == 1
    assert "An answer of a channel." not in "\n".join(text_of(one) for one in await desk.visitor.messages())
    await house.kill()


async def test_without_a_staff_chat_owners_are_told_and_later_nothing_is_missing(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    house = House(simulator, stand, tmp_path)
    del house.settings["BOT_STAFF_CHAT"]
    await stand.as_person(ADMIN).starts()
    await house.start()
    desk = Desk(house)
    owner = stand.as_person(ADMIN)
    note = await owner.sees("No staff chat is set", timeout=PATIENCE)
    assert labels(note)[0] == "Inquiries"
    code = await desk.ask("Does anybody hear me?")
    receipt = await desk.gets(code)
    more = {"caption": "a photo in between", "reply_to": receipt["message_id"]}
    await desk.visitor.sends("photo", b"1", **more)
    await desk.gets("Added to")
    await owner.says(f"/find {code}")
    read = await owner.sees("Does anybody hear me?", timeout=PATIENCE)
    assert "Show in the staff chat" not in labels(read)
    await house.stop()
    await house.start(BOT_STAFF_CHAT=str(STAFF_GROUP))
    card = await desk.card(code)
    photo = await desk.group(lambda one: "photo" in one)
    assert "a photo in between" in text_of(photo)
    await desk.reply(card, "We hear you.")
    await desk.gets("We hear you.")
    await house.stop()
    await house.start(BOT_STAFF_CHAT=str(STAFF_GROUP))
    last = await desk.card(await desk.ask("Is it shown once?"))
    assert last
    shown = [one for one in await stand.from_bot(STAFF_GROUP) if text_of(one).startswith(code)]
    assert len(shown) == 2, [text_of(one) for one in shown]
    await house.kill()


async def test_another_group_becomes_the_staff_chat_with_all_that_waits(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    await stand.set_forum(STAFF_GROUP)
    admin = stand.as_person(ADMIN)
    new = (await admin.does("create_group", title="New desk", is_forum=True))["id"]
    house = House(simulator, stand, tmp_path)
    await house.start()
    await admin.does("add_bot", chat_id=new, role="administrator")
    desk = Desk(house)
    code = await desk.ask("Asked at the old desk?")
    topic = (await desk.card(code))["message_thread_id"]
    answered = await desk.ask("Answered at the old desk?")
    await desk.reply(await desk.card(answered), "Done here.")
    await desk.gets("Done here.")
    while (await admin.does("create_topic", chat_id=new, name="Lunch"))["message_thread_id"] < topic:
        pass
    await house.stop()
    await house.start(BOT_STAFF_CHAT=str(new))
    card = await stand.wait_message(new, lambda one: code in text_of(one), timeout=PATIENCE)
    topics = {one["message_thread_id"]: one["name"] for one in await _topics(stand, new)}
    assert topics[card["message_thread_id"]].startswith(code)
    for number in [number for number, name in topics.items() if name == "Lunch"]:
        await admin.says("Who is hungry?", chat=new, thread_id=number)
    await admin.says("Answered at the new desk.", chat=new, thread_id=card["message_thread_id"])
    await desk.gets("Answered at the new desk.")
    told = "\n".join(text_of(one) for one in await desk.visitor.messages())
    assert "hungry" not in told
    assert not [one for one in await stand.from_bot(new) if answered in text_of(one)]
    await house.kill()


async def test_owners_hear_that_the_bot_was_taken_out_and_nothing_is_missing_when_it_is_back(
    stand_and_simulator: tuple[Stand, Simulator], tmp_path: Path
) -> None:
    stand, simulator = stand_and_simulator
    house = House(simulator, stand, tmp_path)
    admin = stand.as_person(ADMIN)
    await admin.starts()
    await house.start()
    desk = Desk(house)
    await desk.card(await desk.ask("Before?"))
    await admin.does("remove_bot", chat_id=STAFF_GROUP)
    await admin.sees("taken out of the staff chat", timeout=PATIENCE)
    code = await desk.ask("While it was away?")
    await admin.does("add_bot", chat_id=STAFF_GROUP, role="administrator")
    await desk.shows("It is the staff chat")
    card = await stand.wait_message(STAFF_GROUP, lambda one: code in text_of(one), timeout=90)
    await desk.reply(card, "Here again.")
    await desk.gets("Here again.")
    await house.kill()


async def _topics(stand: Stand, chat: int) -> list[Json]:
    group = next(one for one in await stand.chats() if one["id"] == chat)
    return list(group["topics"])
