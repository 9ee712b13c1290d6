"""Edits, deletions, taps, pins and reactions."""

import asyncio
from typing import Any

import pytest

from bot.simulator.world import World

Api = Any
STAFF_GROUP = -1001000000001
KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
NOT_MODIFIED = (
    "400 Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


async def test_an_edit_changes_text_and_takes_the_keyboard_away(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="old", reply_markup=KEYBOARD)
    edited = await api.editMessageText(chat_id=1001, message_id=sent["message_id"], text="new")
    assert edited["text"] == "new"
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= edited["date"]
    assert world.message(1001, sent["message_id"]) == edited


async def test_the_same_again_is_not_modified(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="<b>same</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    same = {"chat_id": 1001, "message_id": sent["message_id"], "reply_markup": KEYBOARD}
    assert await api.refusal("editMessageText", text="<b>same</b>", parse_mode="HTML", **same) == NOT_MODIFIED
    assert await api.refusal("editMessageReplyMarkup", **same) == NOT_MODIFIED
    await api.editMessageText(text="<i>same</i>", parse_mode="HTML", **same)


async def test_another_link_preview_is_an_edit(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="gov.kz", link_preview_options={"is_disabled": True})
    edited = await api.editMessageText(chat_id=1001, message_id=sent["message_id"], text="gov.kz")
    assert "link_preview_options" not in edited


async def test_messages_that_cannot_be_edited(api: Api, world: World) -> None:
    theirs = world.actions.say(1001, 1001, "mine")["message_id"]
    keyed = await api.sendMessage(chat_id=1001, text="a", reply_markup={"keyboard": [["x"]]})
    photo = await api.upload("sendPhoto", {"photo": ("a", b"x")}, chat_id="1001")
    text = await api.sendMessage(chat_id=1001, text="a")
    for message_id, refusal in (
        (theirs, "message can't be edited"),
        (keyed["message_id"], "message can't be edited"),
        (photo["message_id"], "there is no text in the message to edit"),
        (9999, "message to edit not found"),
        (0, "message identifier is not specified"),
    ):
        told = await api.refusal("editMessageText", chat_id=1001, message_id=message_id, text="b")
        assert told == f"400 Bad Request: {refusal}"
    assert (
        await api.refusal("editMessageCaption", chat_id=1001, message_id=text["message_id"], caption="b")
        == "400 Bad Request: there is no caption in the message to edit"
    )


async def test_captions_and_media_are_edited(api: Api, world: World) -> None:
    photo = await api.upload("sendPhoto", {"photo": ("a.jpg", b"x")}, chat_id="1001", caption="old")
    place = {"chat_id": 1001, "message_id": photo["message_id"]}
    assert (await api.editMessageCaption(**place, caption="new"))["caption"] == "new"
    other = world.actions.send_media(1001, 1001, "document", b"y", name="y.txt")["document"]["file_id"]
    edited = await api.editMessageMedia(**place, media={"type": "document", "media": other, "caption": "doc"})
    assert edited["document"]["file_name"] == "y.txt"
    assert edited["caption"] == "doc"
    assert "photo" not in edited


async def test_deleting(api: Api, world: World) -> None:
    theirs = world.actions.say(1001, 1001, "a")["message_id"]
    ours = (await api.sendMessage(chat_id=1001, text="b"))["message_id"]
    assert await api.deleteMessage(chat_id=1001, message_id=theirs) is True
    assert (
        await api.refusal("deleteMessage", chat_id=1001, message_id=theirs)
        == "400 Bad Request: message to delete not found"
    )
    assert await api.deleteMessages(chat_id=1001, message_ids=[ours, 9999]) is True
    assert world.message(1001, ours) is None


async def test_after_48_hours_bots_delete_nothing(api: Api, world: World) -> None:
    private = (await api.sendMessage(chat_id=1001, text="a"))["message_id"]
    group = (await api.sendMessage(chat_id=STAFF_GROUP, text="a"))["message_id"]
    world.advance(48 * 3600 + 5)
    assert (
        await api.refusal("deleteMessage", chat_id=1001, message_id=private)
        == "400 Bad Request: message can't be deleted for everyone"
    )
    assert (
        await api.refusal("deleteMessage", chat_id=STAFF_GROUP, message_id=group)
        == "400 Bad Request: message can't be deleted"
    )


async def test_others_messages_in_a_group_need_the_right_to_delete(api: Api, world: World) -> None:
    world.actions.set_role(3001, STAFF_GROUP, world.bot.id, "member")
    theirs = world.actions.say(2001, STAFF_GROUP, "a")["message_id"]
    assert (
        await api.refusal("deleteMessage", chat_id=STAFF_GROUP, message_id=theirs)
        == "400 Bad Request: message can't be deleted"
    )


async def test_a_tap_is_heard_and_its_answer_seen(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="menu", reply_markup=KEYBOARD)
    query_id = world.actions.tap(1001, 1001, "Go")["query_id"]
    (update,) = await api.getUpdates()
    assert update["callback_query"]["id"] == query_id
    assert update["callback_query"]["data"] == "go"
    assert update["callback_query"]["message"] == sent
    assert await api.answerCallbackQuery(callback_query_id=query_id, text="Done", show_alert=True) is True
    assert world.query(query_id)["answer"] == {"text": "Done", "show_alert": True, "url": ""}


async def test_old_and_unknown_taps_cannot_be_answered(api: Api, world: World) -> None:
    refusal = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await api.refusal("answerCallbackQuery", callback_query_id="1") == refusal
    await api.sendMessage(chat_id=1001, text="menu", reply_markup=KEYBOARD)
    query_id = world.actions.tap(1001, 1001, "Go")["query_id"]
    world.advance(151)
    assert await api.refusal("answerCallbackQuery", callback_query_id=query_id) == refusal


async def test_a_tap_under_a_deleted_message_tells_no_content(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="menu", reply_markup=KEYBOARD)
    await api.deleteMessage(chat_id=1001, message_id=sent["message_id"])
    world.actions.tap_data(1001, 1001, sent["message_id"], "forged")
    message = (await api.getUpdates())[0]["callback_query"]["message"]
    assert message == {"message_id": sent["message_id"], "chat": sent["chat"], "date": 0}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"url": "https://gov.kz/visa"}, {"url": "https://gov.kz/visa"}),
        ({"copy_text": {"text": "KH-1234-56"}}, {"copied": "KH-1234-56"}),
        ({"switch_inline_query": ""}, {"switch_inline_query": ""}),
    ],
)
async def test_other_buttons_tell_the_bot_nothing(
    api: Api, world: World, fields: dict[str, Any], outcome: dict[str, Any]
) -> None:
    markup = {"inline_keyboard": [[{"text": "It"} | fields]]}
    await api.sendMessage(chat_id=1001, text="a", reply_markup=markup)
    assert world.actions.tap(1001, 1001, "It") == outcome
    assert await api.getUpdates() == []


async def test_pins_are_announced_and_need_the_right(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=STAFF_GROUP, text="a")
    place = {"chat_id": STAFF_GROUP, "message_id": sent["message_id"]}
    await api.pinChatMessage(**place)
    assert world.chat_card(STAFF_GROUP)["pinned"] == [sent["message_id"]]
    assert (await api.getUpdates())[0]["message"]["pinned_message"]["text"] == "a"
    assert (await api.getChat(chat_id=STAFF_GROUP))["pinned_message"]["text"] == "a"
    await api.unpinChatMessage(**place)
    assert await api.refusal("unpinChatMessage", **place) == "400 Bad Request: message to unpin not found"
    world.actions.set_role(3001, STAFF_GROUP, world.bot.id, "administrator", {"can_pin_messages": False})
    assert (
        await api.refusal("pinChatMessage", **place)
        == "400 Bad Request: not enough rights to manage pinned messages in the chat"
    )


async def test_the_bot_reacts_with_known_emoji(api: Api, world: World) -> None:
    said = world.actions.say(1001, 1001, "thanks")["message_id"]
    await api.setMessageReaction(chat_id=1001, message_id=said, reaction=[{"type": "emoji", "emoji": "👍"}])
    assert world.reactions(1001, said) == {"700000001": [{"type": "emoji", "emoji": "👍"}]}
    wrong = [{"type": "emoji", "emoji": "🥦"}]
    assert (
        await api.refusal("setMessageReaction", chat_id=1001, message_id=said, reaction=wrong)
        == "400 Bad Request: REACTION_INVALID"
    )


async def test_changes_are_fed_to_who_listens(api: Api, world: World) -> None:
    with world.feed.subscribe() as events:
        sent = await api.sendMessage(chat_id=1001, text="a")
        await api.editMessageText(chat_id=1001, message_id=sent["message_id"], text="b")
        await api.deleteMessage(chat_id=1001, message_id=sent["message_id"])
        kinds = [(await asyncio.wait_for(events.get(), 30))["type"] for _ in range(3)]
    assert kinds == ["message", "edit", "delete"]
