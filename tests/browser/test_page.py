"""The chat page as people use it: start, tap, write, reply, edit, switch."""

import asyncio

import pytest
from playwright.async_api import Page, expect

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
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def write(page: Page, text: str) -> None:
    await page.fill(hook("input"), text)
    await page.press(hook("input"), "Enter")


async def test_start_is_offered_on_an_empty_chat_and_heard_by_the_bot(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    await bot.call("setMyDescription", description="We advise.\nPress START")
    await bot.call("setMyDescription", description="ہم مشورہ دیتے ہیں", language_code="ur")
    page = await open_page(AYESHA)
    await expect(page.locator(hook("description"))).to_have_text("ہم مشورہ دیتے ہیں")
    await expect(page.locator(hook("composer"))).to_be_hidden()
    await page.click(hook("start"))
    assert (await bot.hear("message"))["text"] == "/start"
    await expect(page.locator(hook("message"))).to_have_count(1)
    await expect(page.locator(hook("composer"))).to_be_visible()


async def test_a_tap_reaches_the_bot_and_the_message_changes_in_place(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    sent = await bot.say(BILAL, "Choose", [{"text": "Visa", "callback_data": "visa"}])
    await page.click('text="Visa"')
    tap = await bot.hear("callback_query")
    assert tap["data"] == "visa"
    assert tap["from"]["id"] == BILAL
    await expect(page.locator(".key.waiting")).to_have_count(1)
    await bot.call("answerCallbackQuery", callback_query_id=tap["id"], text="One moment")
    await expect(page.locator(hook("toast"))).to_have_text("One moment")
    await expect(page.locator(".key.waiting")).to_have_count(0)
    markup = {"inline_keyboard": [[{"text": "Back", "callback_data": "back"}]]}
    await bot.call(
        "editMessageText", chat_id=BILAL, message_id=sent["message_id"], text="Visas", reply_markup=markup
    )
    edited = page.locator(f'{hook("message")}[data-message-id="{sent["message_id"]}"]')
    await expect(edited.locator(hook("text"))).to_have_text("Visas")
    await expect(edited.locator(hook("button"))).to_have_text(["Back"])
    await expect(page.locator(hook("message"))).to_have_count(2)


async def test_an_alert_waits_until_it_is_closed(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.say(BILAL, "Choose", [{"text": "Delete", "callback_data": "x", "style": "danger"}])
    await page.click('text="Delete"')
    tap = await bot.hear("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=tap["id"], text="Not allowed", show_alert=True)
    await expect(page.locator(hook("alert"))).to_contain_text("Not allowed")
    await page.keyboard.press("Enter")
    await expect(page.locator(hook("alert"))).to_have_count(0)


async def test_deleted_messages_go_away_by_themselves(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    sent = await bot.say(BILAL, "Soon gone")
    await expect(page.locator(hook("message"))).to_have_count(2)
    await bot.call("deleteMessage", chat_id=BILAL, message_id=sent["message_id"])
    await expect(page.locator(hook("message"))).to_have_count(1)


async def test_shift_and_enter_writes_a_second_line(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await expect(page.locator(hook("composer"))).to_be_visible()
    await page.locator(hook("input")).press_sequentially("one")
    await page.press(hook("input"), "Shift+Enter")
    await page.locator(hook("input")).press_sequentially("two")
    await page.press(hook("input"), "Enter")
    await bot.hear("message")
    assert (await bot.hear("message"))["text"] == "one\ntwo"
    await expect(page.locator(f"{hook('message')} .line")).to_have_text(["/start", "one", "two"])


async def test_a_reply_shows_what_it_answers(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    asked = await bot.say(BILAL, "Which city?")
    await page.locator(hook("text")).last.click(button="right")
    await page.click(hook("menu-reply"))
    await expect(page.locator(hook("mode"))).to_contain_text("Which city?")
    await write(page, "Almaty")
    await bot.hear("message")
    heard = await bot.hear("message")
    assert heard["reply_to_message"]["message_id"] == asked["message_id"]
    await expect(page.locator(hook("quoted"))).to_contain_text("Which city?")
    await bot.call("editMessageText", chat_id=BILAL, message_id=asked["message_id"], text="Which town?")
    await expect(page.locator(hook("quoted"))).to_contain_text("Which town?")


async def test_own_messages_can_be_edited_and_deleted(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await write(page, "Lahor")
    await page.press(hook("input"), "ArrowUp")
    await page.fill(hook("input"), "Lahore")
    await page.click(hook("send"))
    assert (await bot.hear("edited_message"))["text"] == "Lahore"
    mine = page.locator(hook("message")).last
    await expect(mine).to_contain_text("edited")
    await mine.hover()
    await mine.locator(hook("message-menu-button")).click()
    await page.click(hook("menu-delete"))
    await expect(page.locator('text="Lahore"')).to_have_count(0)


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


async def test_the_commands_are_those_of_the_person_s_language(open_page: OpenPage, bot: ScriptedBot) -> None:
    await bot.call("setMyCommands", commands=[{"command": "menu", "description": "Main menu"}])
    await bot.call(
        "setMyCommands", commands=[{"command": "menu", "description": "مرکزی مینو"}], language_code="ur"
    )
    page = await open_page(AYESHA)
    await page.click(hook("start"))
    await page.click(hook("commands-button"))
    await expect(page.locator(hook("command"))).to_contain_text(["مرکزی مینو"])
    await page.click(hook("command"))
    await bot.hear("message")
    assert (await bot.hear("message"))["text"] == "/menu"


async def test_the_reply_keyboard_sends_its_text_and_goes_after_one_use(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    keyboard = {
        "keyboard": [[{"text": "Skip"}, {"text": "My number", "request_contact": True}]],
        "one_time_keyboard": True, "resize_keyboard": True, "input_field_placeholder": "With +92",
    }  # fmt: skip
    await bot.call("sendMessage", chat_id=BILAL, text="Phone?", reply_markup=keyboard)
    await expect(page.locator(hook("reply-button"))).to_have_text(["Skip", "My number"])
    await expect(page.locator(hook("input"))).to_have_attribute("placeholder", "With +92")
    await page.click('text="My number"')
    await page.click(hook("confirm"))
    await bot.hear("message")
    assert (await bot.hear("message"))["contact"]["user_id"] == BILAL
    await expect(page.locator(hook("reply-button"))).to_have_count(0)
    await expect(page.locator(hook("contact"))).to_contain_text("Bilal")


async def test_people_are_chosen_for_a_request(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(NADIA)
    await page.click(hook("start"))
    wanted = {"text": "Choose staff", "request_users": {"request_id": 7, "max_quantity": 2}}
    await bot.call("sendMessage", chat_id=NADIA, text="Who?", reply_markup={"keyboard": [[wanted]]})
    await page.click('text="Choose staff"')
    await page.check(f'{hook("choose-people")} input[value="{SANA}"]')
    await page.click(f'{hook("choose-people")} button[value="yes"]')
    await bot.hear("message")
    shared = (await bot.hear("message"))["users_shared"]
    assert (shared["request_id"], [one["user_id"] for one in shared["users"]]) == (7, [SANA])


async def test_a_forced_reply_is_prepared(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    markup = {"force_reply": True, "input_field_placeholder": "Your reply"}
    asked = await bot.call("sendMessage", chat_id=BILAL, text="Write to the visitor", reply_markup=markup)
    await expect(page.locator(hook("mode"))).to_contain_text("Write to the visitor")
    await write(page, "Salam")
    await bot.hear("message")
    assert (await bot.hear("message"))["reply_to_message"]["message_id"] == asked["message_id"]


async def test_what_the_bot_is_doing_shows_until_it_writes(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.call("sendChatAction", chat_id=BILAL, action="typing")
    await expect(page.locator(hook("subtitle"))).to_have_text("typing…")
    await bot.say(BILAL, "Here")
    await expect(page.locator(hook("subtitle"))).to_have_text("bot")


async def test_one_tick_is_sent_and_two_are_seen(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    ticks = page.locator(hook("ticks"))
    await expect(ticks).to_have_attribute("aria-label", "Sent")
    await bot.say(BILAL, "Welcome")
    await expect(ticks).to_have_attribute("aria-label", "Seen by the bot")


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


async def test_a_button_is_reached_and_pressed_by_keyboard_alone(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(BILAL)
    await page.focus(hook("start"))
    await page.keyboard.press("Enter")
    await bot.say(BILAL, "Choose", [{"text": "Visa", "callback_data": "visa"}])
    await expect(page.locator(hook("button"))).to_be_visible()
    await page.focus(hook("input"))
    for _ in range(6):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.textContent") == "Visa":
            break
    await page.keyboard.press("Enter")
    assert (await bot.hear("callback_query"))["data"] == "visa"


async def test_the_focus_stays_on_a_keyboard_that_is_edited(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    sent = await bot.say(BILAL, "1", [{"text": "Next", "callback_data": "n"}])
    await page.focus(f"{hook('button')}")
    markup = {"inline_keyboard": [[{"text": "Last", "callback_data": "l"}]]}
    await bot.call(
        "editMessageText", chat_id=BILAL, message_id=sent["message_id"], text="2", reply_markup=markup
    )
    await expect(page.locator(hook("button"))).to_have_text("Last")
    assert await page.evaluate("document.activeElement.textContent") == "Last"


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
