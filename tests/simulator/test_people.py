"""What people do, and what the bot hears of it."""

from typing import Any

import pytest

from bot.simulator.people import ActionRefusedError
from bot.simulator.world import World

Api = Any
Json = dict[str, Any]
STAFF_GROUP = -1001000000001


async def heard(api: Api) -> list[Json]:
    kinds = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
    updates: list[Json] = await api.getUpdates(allowed_updates=kinds)
    return updates


async def test_the_default_cast(world: World) -> None:
    assert [(one["id"], one.get("language_code")) for one in world.people()] == [
        (1001, "ur"), (1002, "en"), (1003, "kk"), (2001, "en"), (2002, "kk"), (3001, "en"),
    ]  # fmt: skip
    members = {one["user_id"]: one["status"] for one in world.chat_card(STAFF_GROUP)["members"]}
    assert members == {2001: "member", 2002: "member", 3001: "creator", 700000001: "administrator"}


async def test_start_carries_the_deep_link(api: Api, world: World) -> None:
    world.actions.start(1002, "visa")
    message = (await heard(api))[0]["message"]
    assert message["text"] == "/start visa"
    assert message["from"]["language_code"] == "en"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_an_edit_of_ones_own_message_is_heard(api: Api, world: World) -> None:
    said = world.actions.say(1001, 1001, "one")
    world.actions.edit(1001, 1001, said["message_id"], "two /menu")
    (_, update) = await heard(api)
    assert update["edited_message"]["text"] == "two /menu"
    assert update["edited_message"]["entities"][0]["offset"] == 4
    assert update["edited_message"]["edit_date"]


async def test_a_deletion_is_not_heard(api: Api, world: World) -> None:
    said = world.actions.say(1001, 1001, "one")
    world.actions.delete(1001, 1001, said["message_id"])
    assert len(await heard(api)) == 1
    assert world.message(1001, said["message_id"]) is None


async def test_blocking_and_starting_again(api: Api, world: World) -> None:
    world.actions.block(1001)
    with pytest.raises(ActionRefusedError, match="blocked"):
        world.actions.say(1001, 1001, "anybody?")
    world.actions.start(1001)
    blocked, unblocked, start = await heard(api)
    assert blocked["my_chat_member"]["new_chat_member"] == {
        "user": world.bot.view(), "status": "kicked", "until_date": 0,
    }  # fmt: skip
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["text"] == "/start"
    assert (await api.sendMessage(chat_id=1001, text="welcome back"))["text"] == "welcome back"


async def test_an_album_is_one_update_an_item(api: Api, world: World) -> None:
    items = [{"kind": "photo", "data": b"1", "caption": "first"}, {"kind": "photo", "data": b"2"}]
    world.actions.send_album(1001, 1001, items)
    updates = await heard(api)
    assert len(updates) == 2
    assert len({one["message"]["media_group_id"] for one in updates}) == 1
    assert updates[0]["message"]["caption"] == "first"
    with pytest.raises(ActionRefusedError):
        world.actions.send_album(1001, 1001, items[:1])


@pytest.mark.parametrize(
    "kind", ["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"]
)
async def test_every_kind_of_file_can_be_sent(api: Api, world: World, kind: str) -> None:
    world.actions.send_media(1001, 1001, kind, b"bytes", name="a.bin")
    assert kind in (await heard(api))[0]["message"]


async def test_contacts_locations_and_venues(api: Api, world: World) -> None:
    world.actions.send_contact(1001, 1001)
    world.actions.send_contact(1001, 1001, of=1002)
    world.actions.send_location(1001, 1001, 31.5, 74.3)
    world.actions.send_location(1001, 1001, 31.5, 74.3, title="House", address="Lahore")
    own, other, point, venue = [one["message"] for one in await heard(api)]
    assert own["contact"]["user_id"] == own["from"]["id"]
    assert other["contact"]["user_id"] == 1002
    assert point["location"] == venue["venue"]["location"]


async def test_shared_users(api: Api, world: World) -> None:
    asked = {"text": "Who?", "request_users": {"request_id": 7, "max_quantity": 2}}
    await api.sendMessage(chat_id=1001, text="choose", reply_markup={"keyboard": [[asked]]})
    world.actions.press(1001, 1001, "Who?", users=[1002])
    shared = (await heard(api))[0]["message"]["users_shared"]
    assert shared == {"request_id": 7, "users": [{"user_id": 1002, "first_name": "Bilal"}]}


async def test_a_one_time_keyboard_goes_after_one_press(api: Api, world: World) -> None:
    await api.sendMessage(
        chat_id=1001, text="a", reply_markup={"keyboard": [["Yes"]], "one_time_keyboard": True}
    )
    world.actions.press(1001, 1001, "Yes")
    assert world.reply_keyboard(1001, 1001) is None


async def test_what_is_not_there_cannot_be_pressed_or_tapped(world: World) -> None:
    with pytest.raises(ActionRefusedError, match="no key"):
        world.actions.press(1001, 1001, "Nothing")
    with pytest.raises(ActionRefusedError, match="no button"):
        world.actions.tap(1001, 1001, "Nothing")
    with pytest.raises(ActionRefusedError, match="not in the chat"):
        world.actions.say(1001, STAFF_GROUP, "let me in")


async def test_joining_and_leaving_are_heard(api: Api, world: World) -> None:
    await heard(api)
    world.actions.join(1003, STAFF_GROUP)
    world.actions.leave(1003, STAFF_GROUP)
    updates = await heard(api)
    assert [next(key for key in one if key != "update_id") for one in updates] == [
        "chat_member", "message", "message", "chat_member",
    ]  # fmt: skip
    assert updates[1]["message"]["new_chat_members"][0]["id"] == 1003
    assert updates[2]["message"]["left_chat_member"]["id"] == 1003


async def test_the_bot_is_added_promoted_and_thrown_out(api: Api, world: World) -> None:
    group = world.actions.create_group(3001, "New office")["id"]
    world.actions.add_bot(3001, group)
    world.actions.set_role(3001, group, world.bot.id, "administrator")
    world.actions.remove_bot(3001, group)
    told = [one["my_chat_member"] for one in await heard(api) if "my_chat_member" in one]
    assert [one["new_chat_member"]["status"] for one in told] == ["member", "administrator", "kicked"]
    assert {one["from"]["id"] for one in told} == {3001}


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("just talk", False),
        ("/stats", True),
        ("/stats@OtherBot", False),
        ("@kazakhstanhousetestbot hi", True),
    ],
)
async def test_privacy_mode_hides_talk_from_a_plain_member(
    api: Api, world: World, text: str, *, is_heard: bool
) -> None:
    group = world.actions.create_group(3001, "Office")["id"]
    world.actions.add_bot(3001, group)
    await api.getUpdates(offset=-1)
    world.updates.clear()
    world.actions.say(3001, group, text)
    assert bool(await heard(api)) is is_heard


async def test_a_reply_to_the_bot_is_heard_in_privacy_mode(api: Api, world: World) -> None:
    group = world.actions.create_group(3001, "Office")["id"]
    world.actions.add_bot(3001, group)
    world.updates.clear()
    card = await api.sendMessage(chat_id=group, text="card")
    world.actions.say(3001, group, "answer", reply_to=card["message_id"])
    assert (await heard(api))[0]["message"]["reply_to_message"]["text"] == "card"


async def test_an_anonymous_administrator_writes_as_the_group(api: Api, world: World) -> None:
    world.actions.say(3001, STAFF_GROUP, "from the desk", is_anonymous=True)
    message = (await heard(api))[0]["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == STAFF_GROUP


async def test_names_and_language_can_change(api: Api, world: World) -> None:
    world.actions.rename(1001, language_code="en", first_name="Aisha")
    world.actions.say(1001, 1001, "hi")
    user = (await heard(api))[0]["message"]["from"]
    assert (user["first_name"], user["language_code"]) == ("Aisha", "en")


async def test_members_as_the_bot_sees_them(api: Api, world: World) -> None:
    owner = await api.getChatMember(chat_id=STAFF_GROUP, user_id=3001)
    assert owner["status"] == "creator"
    assert (await api.getChatMember(chat_id=STAFF_GROUP, user_id=1001))["status"] == "left"
    assert await api.getChatMemberCount(chat_id=STAFF_GROUP) == 4
    administrators = await api.getChatAdministrators(chat_id=STAFF_GROUP)
    assert [one["user"]["id"] for one in administrators] == [3001, 700000001]
    assert (
        await api.refusal("getChatMember", chat_id=STAFF_GROUP, user_id=55)
        == "400 Bad Request: invalid user_id specified"
    )
    assert (
        await api.refusal("getChatAdministrators", chat_id=1001)
        == "400 Bad Request: there are no administrators in the private chat"
    )


async def test_banning_and_leaving(api: Api, world: World) -> None:
    assert await api.banChatMember(chat_id=STAFF_GROUP, user_id=2002) is True
    assert (await api.getChatMember(chat_id=STAFF_GROUP, user_id=2002))["status"] == "kicked"
    assert (
        await api.refusal("banChatMember", chat_id=STAFF_GROUP, user_id=3001)
        == "400 Bad Request: can't remove chat owner"
    )
    assert await api.leaveChat(chat_id=STAFF_GROUP) is True
    assert (
        await api.refusal("getChat", chat_id=STAFF_GROUP)
        == "403 Forbidden: bot is not a member of the supergroup chat"
    )
