"""People, chats, topics and the life of the chat page over time."""

import asyncio

import pytest
from playwright.async_api import expect

from bot.simulator import page as chat_page
from bot.simulator.server import Simulator
from tests.browser.scripted import (
    AYESHA,
    BILAL,
    NADIA,
    SANA,
    STAFF_GROUP,
    OpenPage,
    ScriptedBot,
    hook,
    write,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_person_has_their_own_chats_and_language(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(AYESHA)
    await expect(page.locator(f'[data-person="{AYESHA}"] {hook("language")}')).to_have_text("اردو")
    await expect(page.locator(hook("chat"))).to_have_count(1)
    await page.click(hook("start"))
    await page.click(f'{hook("person")}[data-person="{SANA}"]')
    await expect(page.locator(f'{hook("messages")}[data-person="{SANA}"]')).to_be_visible()
    await expect(page.locator(hook("welcome"))).to_be_visible()
    await page.click(f'{hook("chat")}[data-chat="{STAFF_GROUP}"]')
    await write(page, "Salam")
    assert (await bot.hear("message"))["text"] == "/start"
    heard = await bot.hear("message")
    assert (heard["chat"]["id"], heard["from"]["id"]) == (STAFF_GROUP, SANA)


async def test_what_was_not_seen_is_counted_on_the_chat_and_on_the_person(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(SANA)
    await bot.say(STAFF_GROUP, "A new inquiry")
    await bot.say(STAFF_GROUP, "Another one")
    group = page.locator(f'{hook("chat")}[data-chat="{STAFF_GROUP}"]')
    await expect(group.locator(hook("unread"))).to_have_text("2")
    nadia = page.locator(f'{hook("person")}[data-person="{NADIA}"]')
    await expect(nadia.locator(hook("unread"))).to_have_text("2")
    await group.click()
    await expect(group.locator(hook("unread"))).to_have_count(0)
    await expect(nadia.locator(hook("unread"))).to_have_text("2")


async def test_a_deep_link_starts_with_its_payload(
    open_page: OpenPage, bot: ScriptedBot, simulator: Simulator
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    address = f"https://t.me/{simulator.world.bot.username}?start=visa"
    await bot.say(BILAL, "Visas", [{"text": "Open", "url": address}])
    await page.click('text="Open"')
    await bot.hear("message")
    assert (await bot.hear("message"))["text"] == "/start visa"


async def test_a_blocked_bot_is_unblocked_by_one_button(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await page.click(hook("chat-menu"))
    await page.click(hook("menu-block"))
    await page.click(hook("confirm"))
    assert (await bot.hear("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await page.click('text="UNBLOCK"')
    assert (await bot.hear("my_chat_member"))["new_chat_member"]["status"] == "member"
    await expect(page.locator(hook("composer"))).to_be_visible()


async def test_the_topics_of_a_forum_are_tabs(
    open_page: OpenPage, bot: ScriptedBot, simulator: Simulator
) -> None:
    simulator.world.actions.set_forum(STAFF_GROUP, is_forum=True)
    page = await open_page(SANA, STAFF_GROUP)
    topic = await bot.call("createForumTopic", chat_id=STAFF_GROUP, name="KH-7F3M-2Q")
    await bot.say(STAFF_GROUP, "In the topic", message_thread_id=topic["message_thread_id"])
    await bot.say(STAFF_GROUP, "In general")
    await expect(page.locator(hook("topic"))).to_have_text(["All", "General", "KH-7F3M-2Q"])
    await page.click(f'{hook("topic")}[data-topic="{topic["message_thread_id"]}"]')
    await expect(page.locator(f"{hook('message')} .line")).to_have_text(["In the topic"])
    await write(page, "Noted")
    assert (await bot.hear("message"))["message_thread_id"] == topic["message_thread_id"]


async def test_the_page_finds_its_way_after_the_server_was_away(
    open_page: OpenPage, simulator: Simulator
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await expect(page.locator(hook("message"))).to_have_count(1)
    port = int(simulator.url.rpartition(":")[2])
    await simulator.stop()
    await expect(page.locator(hook("subtitle"))).to_have_text("connecting…")
    again = await Simulator(port=port, mounts=[chat_page.mount]).start()
    try:
        await expect(page.locator(hook("welcome"))).to_be_visible()
        again.world.actions.start(BILAL, "back")
        await expect(page.locator(hook("message"))).to_contain_text("/start back")
    finally:
        await again.stop()


async def test_a_flood_of_changes_ends_in_the_newest_state(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    sent = [await bot.say(BILAL, f"message {number}") for number in range(60)]
    edits = (
        bot.call("editMessageText", chat_id=BILAL, message_id=one["message_id"], text="edited")
        for one in sent
    )
    await asyncio.gather(*edits)
    await expect(page.locator('.text:has-text("edited")')).to_have_count(60)
    await expect(page.locator('.text:has-text("message")')).to_have_count(0)


async def test_the_owner_of_a_group_switches_topics_on_and_off(open_page: OpenPage) -> None:
    page = await open_page(NADIA, STAFF_GROUP)
    await page.click(hook("chat-menu"))
    await page.click(hook("menu-forum"))
    await expect(page.locator(hook("topic"))).to_have_text(["All", "General"])
    await page.click(hook("chat-menu"))
    await page.click(hook("menu-forum"))
    await expect(page.locator(hook("topic"))).to_have_count(0)


async def test_earlier_messages_are_fetched_when_asked_for(open_page: OpenPage, simulator: Simulator) -> None:
    world = simulator.world
    world.actions.start(BILAL)
    for number in range(230):
        world.actions.say(BILAL, BILAL, f"message {number}")
    page = await open_page(BILAL)
    await expect(page.locator(hook("message"))).to_have_count(200)
    await page.click('text="Show earlier messages"')
    await expect(page.locator(hook("message"))).to_have_count(231)
    await expect(page.locator('text="Show earlier messages"')).to_be_hidden()


async def test_what_was_written_waits_in_its_chat(open_page: OpenPage) -> None:
    page = await open_page(SANA, STAFF_GROUP)
    await page.fill(hook("input"), "half a sentence")
    await page.click(f'{hook("person")}[data-person="{AYESHA}"]')
    await expect(page.locator(f'{hook("messages")}[data-person="{AYESHA}"]')).to_be_visible()
    await page.click(f'{hook("person")}[data-person="{SANA}"]')
    await page.click(f'{hook("chat")}[data-chat="{STAFF_GROUP}"]')
    await expect(page.locator(hook("input"))).to_have_value("half a sentence")
