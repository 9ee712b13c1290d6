"""The chat page as people use it: start, tap, write, reply, edit, answer keyboards."""

import pytest
from playwright.async_api import expect

from tests.browser.scripted import (
    AYESHA,
    BILAL,
    NADIA,
    SANA,
    OpenPage,
    ScriptedBot,
    hook,
    write,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
    mine = page.locator(hook("message")).last
    await expect(mine).to_contain_text("Lahor")  # before it is there, ArrowUp takes the one before
    await page.press(hook("input"), "ArrowUp")
    await page.fill(hook("input"), "Lahore")
    await page.click(hook("send"))
    assert (await bot.hear("edited_message"))["text"] == "Lahore"
    await expect(mine).to_contain_text("edited")
    await mine.hover()
    await mine.locator(hook("message-menu-button")).click()
    await page.click(hook("menu-delete"))
    await expect(page.locator('text="Lahore"')).to_have_count(0)


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


async def test_a_keyboard_put_away_comes_back_with_the_next_one(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.call("sendMessage", chat_id=BILAL, text="1", reply_markup={"keyboard": [[{"text": "One"}]]})
    await page.click(hook("keys-button"))
    await expect(page.locator(hook("reply-button"))).to_have_count(0)
    await bot.call("sendMessage", chat_id=BILAL, text="2", reply_markup={"keyboard": [[{"text": "Two"}]]})
    await expect(page.locator(hook("reply-button"))).to_have_text(["Two"])
    await bot.call("sendMessage", chat_id=BILAL, text="3", reply_markup={"remove_keyboard": True})
    await expect(page.locator(hook("reply-button"))).to_have_count(0)
