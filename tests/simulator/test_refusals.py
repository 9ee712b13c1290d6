"""What Telegram refuses is refused, in Telegram's words."""

from typing import Any

import pytest

from bot.simulator.world import World

Api = Any
STAFF_GROUP = -1001000000001


def button(**fields: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "x"} | fields]]}}


ONE_BUTTON = "can't parse inline keyboard button"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n\u200b"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "half a letter \ud83d"}, "strings must be encoded in UTF-8"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 4242}, "chat not found"),
        ({"chat_id": ""}, "chat_id is empty"),
        ({"chat_id": "@nobody_here"}, "chat not found"),
        (
            {"parse_mode": "HTML", "text": "<b>x"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"parse_mode": "HTML", "text": "я<x>"},
            'can\'t parse entities: Unsupported start tag "x" at byte offset 2',
        ),
        (
            {"parse_mode": "HTML", "text": "a</b>"},
            "can't parse entities: Unexpected end tag at byte offset 1",
        ),
        (
            {"parse_mode": "HTML", "text": "<b>a</i>"},
            'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        (
            {"parse_mode": "HTML", "text": "1 < 2"},
            "can't parse entities: Unclosed start tag at byte offset 2",
        ),
        (
            {"parse_mode": "HTML", "text": "<span>x</span>"},
            'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0',
        ),
        ({"parse_mode": "nonsense"}, "unsupported parse_mode"),
        (
            {"parse_mode": "MarkdownV2"},
            'the simulator does not read parse_mode "MarkdownV2": use HTML',
        ),
        (
            {"entities": [{"type": "wobbly", "offset": 0, "length": 1}]},
            "can't parse MessageEntity: unsupported type specified",
        ),
        (button(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (button(copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (button(), f"{ONE_BUTTON}: Text buttons are unallowed in the inline keyboard"),
        (button(callback_data=""), f"{ONE_BUTTON}: Text buttons are unallowed in the inline keyboard"),
        (button(text=" ", callback_data="a"), "inline keyboard button text must be non-empty"),
        (button(callback_data="a", style="pink"), f"{ONE_BUTTON}: invalid button style specified"),
        (button(url="localhost"), "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL"),
        (
            button(url="ftp://example.com"),
            "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
        ),
        ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": []}, "object expected as reply markup"),
        (
            {"reply_markup": {"inline_keyboard": [{}]}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "a"}] * 8] * 13}},
            "reply markup is too long",
        ),
        ({"message_thread_id": 77}, "message thread not found"),
    ],
)
async def test_messages_that_telegram_refuses(
    api: Api, world: World, params: dict[str, Any], refusal: str
) -> None:
    wanted = {"chat_id": 1001, "text": "hello"} | params
    assert await api.refusal("sendMessage", **wanted) == f"400 Bad Request: {refusal}"
    assert len(world.messages(1001)) == 1


async def test_what_is_just_allowed_passes(api: Api, world: World) -> None:
    await api.sendMessage(chat_id=1001, text="😀" * 2048)
    await api.sendMessage(chat_id=1001, text="<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    await api.sendMessage(chat_id=1001, text="a", **button(callback_data="я" * 32))
    await api.sendMessage(chat_id=1001, text="a", **button(copy_text={"text": "x" * 256}))
    await api.sendMessage(chat_id=1001, text="a", **button(url="example.com"))
    for style in ("danger", "success", "primary"):
        sent = await api.sendMessage(chat_id=1001, text="a", **button(callback_data="a", style=style))
        assert sent["reply_markup"]["inline_keyboard"][0][0]["style"] == style
    rows = [[{"text": "x", "callback_data": "a"}] * 8] * 12
    await api.sendMessage(chat_id=1001, text="a", reply_markup={"inline_keyboard": rows})


async def test_captions_are_shorter(api: Api, world: World) -> None:
    photo = world.actions.send_media(1001, 1001, "photo", b"x")["photo"][-1]["file_id"]
    assert (
        await api.refusal("sendPhoto", chat_id=1001, photo=photo, caption="x" * 1025)
        == "400 Bad Request: message caption is too long"
    )
    await api.sendPhoto(chat_id=1001, photo=photo, caption="x" * 1024)


async def test_files_that_telegram_refuses(api: Api, world: World) -> None:
    assert (
        await api.refusal("sendPhoto", chat_id=1001, photo="no such id")
        == "400 Bad Request: wrong file identifier/HTTP URL specified"
    )
    assert (
        await api.refusal("sendDocument", chat_id=1001)
        == "400 Bad Request: there is no document in the request"
    )
    big = world.actions.send_media(1001, 1001, "document", b"x", size=20 * 1024 * 1024 + 1)["document"]
    assert await api.refusal("getFile", file_id=big["file_id"]) == "400 Bad Request: file is too big"
    assert await api.refusal("getFile", file_id="no") == "400 Bad Request: invalid file_id"
    assert await api.refusal("getFile") == "400 Bad Request: file_id not specified"
    document = world.actions.send_media(1001, 1001, "document", b"x")["document"]["file_id"]
    assert (
        await api.refusal("sendPhoto", chat_id=1001, photo=document)
        == "400 Bad Request: can't use file of type Document as Photo"
    )


async def test_uploads_over_50_megabytes_are_refused(api: Api, world: World) -> None:
    body = b"x" * (50 * 1024 * 1024 + 1)
    with pytest.raises(Exception, match="Request Entity Too Large"):
        await api.upload("sendDocument", {"document": ("big.bin", body)}, chat_id="1001")


async def test_request_buttons_are_for_private_chats(api: Api, world: World) -> None:
    keyboard = {"keyboard": [[{"text": "Phone", "request_contact": True}]]}
    assert (
        await api.refusal("sendMessage", chat_id=STAFF_GROUP, text="a", reply_markup=keyboard)
        == "400 Bad Request: phone number can be requested in private chats only"
    )


async def test_a_wrong_token_a_wrong_method_and_a_wrong_action(api: Api, world: World) -> None:
    async with api.session.get(api.url.replace("SIMULATOR", "ANOTHER") + "/getMe") as answer:
        assert answer.status == 401
        assert (await answer.json())["description"] == "Unauthorized"
    assert await api.refusal("sendTelepathy") == "404 Not Found: method not found"
    assert (
        await api.refusal("sendChatAction", chat_id=1001, action="dancing")
        == "400 Bad Request: wrong parameter action in request"
    )


async def test_who_cannot_be_written_to(api: Api, world: World) -> None:
    async def refusal(chat_id: int) -> str:
        return str(await api.refusal("sendMessage", chat_id=chat_id, text="hello"))

    assert await refusal(1002) == "403 Forbidden: bot can't initiate conversation with a user"
    world.actions.block(1001)
    assert await refusal(1001) == "403 Forbidden: bot was blocked by the user"
    world.actions.deactivate(1001)
    assert await refusal(1001) == "403 Forbidden: user is deactivated"
    world.actions.remove_bot(3001, STAFF_GROUP)
    assert await refusal(STAFF_GROUP) == "403 Forbidden: bot was kicked from the supergroup chat"
    group = world.actions.create_group(3001, "Plain", kind="group")["id"]
    assert await refusal(group) == "403 Forbidden: bot is not a member of the group chat"


async def test_a_restricted_bot_is_mute(api: Api, world: World) -> None:
    world.actions.set_role(3001, STAFF_GROUP, world.bot.id, "restricted")
    assert (
        await api.refusal("sendMessage", chat_id=STAFF_GROUP, text="a")
        == "400 Bad Request: not enough rights to send text messages to the chat"
    )


async def test_an_upgraded_group_tells_where_it_went(api: Api, world: World) -> None:
    group = world.actions.create_group(3001, "Plain", kind="group")["id"]
    world.actions.add_bot(3001, group)
    new = world.actions.migrate(3001, group)["id"]
    async with api.session.post(f"{api.url}/sendMessage", json={"chat_id": group, "text": "a"}) as answer:
        assert await answer.json() == {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new},
        }
    assert (await api.sendMessage(chat_id=new, text="here"))["chat"]["type"] == "supergroup"
    told = [one["message"] for one in await api.getUpdates() if "message" in one]
    assert {"migrate_to_chat_id", "migrate_from_chat_id"} <= {key for one in told for key in one}
