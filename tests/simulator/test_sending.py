"""What the bot sends stands in the chat as Telegram would show it."""

import json
from typing import Any

import pytest

from bot.simulator.world import World

Api = Any
STAFF_GROUP = -1001000000001


async def test_a_message_comes_back_whole(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="Salam")
    assert sent["from"]["id"] == 700000001
    assert sent["chat"] == {
        "id": 1001,
        "type": "private",
        "first_name": "Ayesha",
        "username": "ayesha_visits",
    }
    assert world.messages(1001)[-1] == sent


async def test_message_ids_grow_within_each_chat(api: Api, world: World) -> None:
    first = await api.sendMessage(chat_id=1001, text="a")
    await api.sendMessage(chat_id=STAFF_GROUP, text="b")
    second = await api.sendMessage(chat_id=1001, text="c")
    assert second["message_id"] == first["message_id"] + 1


async def test_every_encoding_is_read(api: Api, world: World) -> None:
    async with api.session.get(
        f"{api.url}/sendMessage", params={"chat_id": "1001", "text": "by query"}
    ) as answer:
        assert (await answer.json())["ok"]
    async with api.session.post(
        f"{api.url}/SENDMESSAGE", data={"chat_id": "1001", "text": "by form"}
    ) as answer:
        assert (await answer.json())["ok"]
    await api.upload("sendMessage", {"unused": ("x", b"x")}, chat_id="1001", text="by multipart")
    await api.sendMessage(chat_id="1001", text="by JSON")
    assert [one["text"] for one in world.messages(1001, limit=4)] == [
        "by query", "by form", "by multipart", "by JSON",
    ]  # fmt: skip


async def test_a_reply_shows_what_it_answers_as_it_stands_now(api: Api, world: World) -> None:
    question = world.actions.say(1001, 1001, "first words")
    sent = await api.sendMessage(
        chat_id=1001, text="answer", reply_parameters={"message_id": question["message_id"]}
    )
    world.actions.edit(1001, 1001, question["message_id"], "better words")
    shown = world.message(1001, sent["message_id"])
    assert shown is not None
    assert shown["reply_to_message"]["text"] == "better words"
    assert "reply_to_message" not in shown["reply_to_message"]


async def test_a_reply_to_nothing_is_refused_unless_told_otherwise(api: Api, world: World) -> None:
    lost = {"message_id": 999}
    assert (
        await api.refusal("sendMessage", chat_id=1001, text="a", reply_parameters=lost)
        == "400 Bad Request: message to be replied not found"
    )
    lenient = lost | {"allow_sending_without_reply": True}
    assert "reply_to_message" not in await api.sendMessage(chat_id=1001, text="a", reply_parameters=lenient)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("sendPhoto", "photo"), ("sendDocument", "document"), ("sendVoice", "voice"), ("sendVideo", "video"),
        ("sendAudio", "audio"), ("sendAnimation", "animation"), ("sendVideoNote", "video_note"),
        ("sendSticker", "sticker"),
    ],
)  # fmt: skip
async def test_a_file_is_sent_downloaded_and_sent_again_by_id(
    api: Api, world: World, method: str, kind: str
) -> None:
    sent = await api.upload(method, {kind: ("a.bin", b"the bytes")}, chat_id="1001")
    shown = sent[kind][-1] if kind == "photo" else sent[kind]
    path = (await api.getFile(file_id=shown["file_id"]))["file_path"]
    async with api.session.get(api.url.replace("/bot", "/file/bot") + f"/{path}") as answer:
        assert await answer.read() == b"the bytes"
    again = await api.call(method, chat_id=1001, **{kind: shown["file_id"]})
    assert kind in again


async def test_a_caption_has_entities(api: Api, world: World) -> None:
    sent = await api.upload(
        "sendPhoto", {"photo": ("a.jpg", b"x")}, chat_id="1001", caption="<b>bold</b>", parse_mode="HTML"
    )
    assert sent["caption"] == "bold"
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]


async def test_places_and_contacts(api: Api, world: World) -> None:
    spot = {"latitude": 31.5, "longitude": 74.3}
    assert (await api.sendLocation(chat_id=1001, **spot))["location"] == spot
    venue = await api.sendVenue(chat_id=1001, **spot, title="House", address="Lahore")
    assert venue["venue"] == {"location": spot, "title": "House", "address": "Lahore"}
    contact = await api.sendContact(chat_id=1001, phone_number="+92", first_name="Sana")
    assert contact["contact"] == {"phone_number": "+92", "first_name": "Sana"}
    assert await api.sendChatAction(chat_id=1001, action="typing") is True


def media(*kinds: str) -> str:
    return json.dumps([{"type": kind, "media": f"attach://f{place}"} for place, kind in enumerate(kinds)])


def parts(many: int) -> dict[str, tuple[str, bytes]]:
    return {f"f{place}": (f"{place}.bin", b"%d" % place) for place in range(many)}


async def test_an_album_is_one_group_of_messages(api: Api, world: World) -> None:
    sent = await api.upload(
        "sendMediaGroup", parts(3), chat_id="1001", media=media("photo", "video", "photo")
    )
    assert len({one["media_group_id"] for one in sent}) == 1
    assert [one["message_id"] for one in sent] == list(
        range(sent[0]["message_id"], sent[0]["message_id"] + 3)
    )


@pytest.mark.parametrize(
    ("kinds", "refusal"),
    [
        (["photo"], "400 Bad Request: media group must include 2-10 items"),
        (["photo"] * 11, "400 Bad Request: too many messages to send as an album"),
        (["photo", "document"], "400 Bad Request: document can't be mixed with other media types"),
        (["audio", "video"], "400 Bad Request: audio can't be mixed with other media types"),
        (
            ["photo", "voice"],
            "400 Bad Request: can't parse InputMedia: type \"voice\" can't be used in sendMediaGroup",
        ),
    ],
)
async def test_albums_that_telegram_refuses(api: Api, world: World, kinds: list[str], refusal: str) -> None:
    items = [{"type": kind, "media": "x"} for kind in kinds]
    assert await api.refusal("sendMediaGroup", chat_id=1001, media=items) == refusal


async def test_a_copy_has_no_origin_and_may_have_another_caption(api: Api, world: World) -> None:
    photo = world.actions.send_media(1001, 1001, "photo", b"x", caption="old")
    copied = await api.copyMessage(
        chat_id=STAFF_GROUP, from_chat_id=1001, message_id=photo["message_id"], caption="new"
    )
    shown = world.message(STAFF_GROUP, copied["message_id"])
    assert shown is not None
    assert shown["caption"] == "new"
    assert "forward_origin" not in shown
    assert shown["photo"] == photo["photo"]


async def test_copies_keep_an_album_together(api: Api, world: World) -> None:
    items = [{"kind": "photo", "data": b"1"}, {"kind": "photo", "data": b"2"}]
    album = world.actions.send_album(1001, 1001, items)
    numbers = [one["message_id"] for one in album]
    copied = await api.copyMessages(chat_id=STAFF_GROUP, from_chat_id=1001, message_ids=[*numbers, 9999])
    shown = [world.message(STAFF_GROUP, one["message_id"]) for one in copied]
    assert len(shown) == 2
    groups = {one["media_group_id"] for one in shown if one}
    assert len(groups) == 1
    assert groups != {album[0]["media_group_id"]}


async def test_a_forward_names_its_origin(api: Api, world: World) -> None:
    said = world.actions.say(1001, 1001, "question")
    sent = await api.forwardMessage(chat_id=STAFF_GROUP, from_chat_id=1001, message_id=said["message_id"])
    assert sent["forward_origin"]["sender_user"]["id"] == 1001
    assert sent["text"] == "question"
    many = await api.forwardMessages(chat_id=STAFF_GROUP, from_chat_id=1001, message_ids=[said["message_id"]])
    assert len(many) == 1


async def test_protected_messages_are_not_forwarded(api: Api, world: World) -> None:
    sent = await api.sendMessage(chat_id=1001, text="secret", protect_content=True)
    assert (
        await api.refusal(
            "forwardMessage", chat_id=STAFF_GROUP, from_chat_id=1001, message_id=sent["message_id"]
        )
        == "400 Bad Request: the message can't be forwarded"
    )


async def test_reply_keyboards_stand_until_removed(api: Api, world: World) -> None:
    keyboard = {"keyboard": [[{"text": "Phone", "request_contact": True}]], "resize_keyboard": True}
    sent = await api.sendMessage(chat_id=1001, text="your phone?", reply_markup=keyboard)
    assert "reply_markup" not in sent
    assert world.reply_keyboard(1001, 1001) == keyboard
    contact = world.actions.press(1001, 1001, "Phone")
    assert contact["contact"] == {"phone_number": "923000001001", "first_name": "Ayesha", "user_id": 1001}
    await api.sendMessage(chat_id=1001, text="thanks", reply_markup={"remove_keyboard": True})
    assert world.reply_keyboard(1001, 1001) is None


async def test_a_selective_keyboard_is_for_the_one_who_is_answered(api: Api, world: World) -> None:
    said = world.actions.say(2001, STAFF_GROUP, "who?")
    keyboard = {"keyboard": [["me"]], "selective": True}
    await api.sendMessage(
        chat_id=STAFF_GROUP, text="you", reply_markup=keyboard,
        reply_parameters={"message_id": said["message_id"]},
    )  # fmt: skip
    assert world.reply_keyboard(STAFF_GROUP, 2001) is not None
    assert world.reply_keyboard(STAFF_GROUP, 2002) is None
