"""A second witness: what the simulator tells is what a strict client of the Bot API can read."""

from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InputMediaPhoto, Update

from bot.simulator.server import Simulator
from bot.simulator.world import World

STAFF_GROUP = -1001000000001


def do_everything(world: World) -> None:
    """Let people do all that they can."""
    act = world.actions
    said = act.say(1001, 1001, "see /menu at https://gov.kz")
    act.edit(1001, 1001, said["message_id"], "edited")
    act.react(1001, 1001, said["message_id"], "👍")
    for kind in ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"):
        act.send_media(1001, 1001, kind, b"bytes", name="a.bin")
    act.send_album(1001, 1001, [{"kind": "photo", "data": b"1"}, {"kind": "video", "data": b"2"}])
    act.send_contact(1001, 1001)
    act.send_location(1001, 1001, 31.5, 74.3, title="House", address="Lahore")
    act.share_users(1001, 1001, 1, [1002])
    act.forward(1001, 1001, 1001, said["message_id"])
    act.tap_data(1001, 1001, 999, "gone")
    act.block(1001)
    act.unblock(1001)
    act.join(1003, STAFF_GROUP)
    act.leave(1003, STAFF_GROUP)
    act.set_role(3001, STAFF_GROUP, 2001, "administrator")
    act.set_forum(STAFF_GROUP, is_forum=True)
    act.create_topic(2001, STAFF_GROUP, "topic")
    group = act.create_group(3001, "Plain", kind="group")["id"]
    act.add_bot(3001, group, role="administrator")
    act.remove_bot(3001, act.migrate(3001, group)["id"])


async def test_every_update_can_be_read(simulator: Simulator, world: World) -> None:
    kinds = (
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
    )
    world.updates.allowed = frozenset(kinds)
    do_everything(world)
    updates = world.updates.take(0, 100)
    read = [Update.model_validate(one) for one in updates]
    assert {one.event_type for one in read} == set(kinds)


async def test_every_answer_can_be_read(simulator: Simulator, world: World) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(simulator.url))
    async with Bot(simulator.token, session=session) as bot:
        assert (await bot.me()).username == "KazakhstanHouseTestBot"
        sent = await bot.send_message(1001, "<b>hello</b> there", parse_mode="HTML")
        assert sent.html_text == "<b>hello</b> there"
        edited: Any = await sent.edit_text("new")
        assert edited.text == "new"
        document = await bot.send_document(1001, BufferedInputFile(b"hello", "a.txt"))
        assert document.document is not None
        downloaded = await bot.download(document.document)
        assert downloaded is not None
        assert downloaded.read() == b"hello"
        photos: list[Any] = [InputMediaPhoto(media=BufferedInputFile(b"x", "a.jpg")) for _ in range(2)]
        assert len(await bot.send_media_group(1001, photos)) == 2
        assert (await bot.get_chat(STAFF_GROUP)).title == "Kazakhstan House staff"
        assert len(await bot.get_chat_administrators(STAFF_GROUP)) == 2
        assert (await bot.get_chat_member(STAFF_GROUP, 1001)).status == "left"
        assert (await bot.get_webhook_info()).pending_update_count == 0
        world.actions.set_forum(STAFF_GROUP, is_forum=True)
        assert (await bot.create_forum_topic(STAFF_GROUP, "topic")).name == "topic"
        assert (await bot.get_chat_menu_button()).type == "commands"
