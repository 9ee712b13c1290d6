"""Nothing that a person or a bot sends can act in the page, and no other site can act through it."""

import aiohttp
import pytest
from playwright.async_api import expect

from bot.simulator.people import Person
from bot.simulator.server import Simulator
from tests.browser.scripted import BILAL, SANA, STAFF_GROUP, OpenPage, ScriptedBot, hook

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


async def test_markup_in_any_text_stays_text(
    open_page: OpenPage, bot: ScriptedBot, simulator: Simulator
) -> None:
    world = simulator.world
    world.add_person(
        Person(id=BILAL, first_name=EVIL, last_name="'\"", username="bilal", language_code="<b>")
    )
    await bot.call("setMyDescription", description=EVIL)
    page = await open_page(BILAL)
    await expect(page.locator(hook("description"))).to_have_text(EVIL)
    await page.click(hook("start"))
    world.actions.say(BILAL, BILAL, EVIL)
    button = {"text": EVIL, "callback_data": "x"}
    sent = await bot.say(BILAL, EVIL, [button, {"text": "c", "copy_text": {"text": EVIL}}])
    await bot.send_file(
        "sendDocument", "document", "<img src=x>.html", b"<script>alert(3)</script>", chat_id=BILAL
    )
    await bot.call("sendVenue", chat_id=BILAL, latitude=1, longitude=1, title=EVIL, address=EVIL)
    await bot.call("sendContact", chat_id=BILAL, phone_number="+1", first_name=EVIL)
    await bot.say(BILAL, EVIL, reply_parameters={"message_id": sent["message_id"]})
    keyboard = {"keyboard": [[{"text": EVIL}]], "input_field_placeholder": EVIL}
    await bot.call("sendMessage", chat_id=BILAL, text="k", reply_markup=keyboard)
    await expect(page.locator(hook("reply-button"))).to_have_text(EVIL)
    await expect(page.locator(hook("button")).first).to_have_text(EVIL)
    await expect(page.locator(hook("quoted"))).to_contain_text(EVIL)
    assert (
        await page.locator("#messages img, #messages script, #foot img, #list-pane #people img").count() == 0
    )
    await page.click(hook("button") + " >> nth=0")
    tap = await bot.hear("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=tap["id"], text=EVIL[:150], show_alert=True)
    await expect(page.locator(hook("alert"))).to_contain_text(EVIL)
    assert await page.locator("dialog img, dialog script").count() == 0


async def test_addresses_that_run_scripts_are_no_links(open_page: OpenPage, simulator: Simulator) -> None:
    page = await open_page(SANA, STAFF_GROUP)
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"}
    chat = simulator.world.chat(STAFF_GROUP)
    markup = {"inline_keyboard": [[{"text": "b", "url": "javascript:alert(1)"}]]}
    simulator.world.post(
        chat, simulator.world.bot.id, {"text": "link", "entities": [entity], "reply_markup": markup}
    )
    await expect(page.locator(hook("message"))).to_have_count(1)
    assert await page.locator('#messages [href^="javascript"]').count() == 0


async def test_the_policy_allows_nothing_from_elsewhere(simulator: Simulator) -> None:
    async with aiohttp.ClientSession() as http, http.get(simulator.url) as answer:
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
        )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not any(word in " ".join(policy.values()) for word in ("unsafe", "http", "*", "data:"))


async def test_files_that_could_act_are_only_downloaded(bot: ScriptedBot, simulator: Simulator) -> None:
    simulator.world.actions.start(BILAL)
    sent = await bot.send_file(
        "sendDocument", "document", "a.html", b"<script>alert(1)</script>", chat_id=BILAL
    )
    address = f"{simulator.url}/page/file/{sent['document']['file_id']}"
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["../page.py", "%2e%2e/page.py", "js/../../page.py", "nothing.js", "js"])
async def test_only_the_page_s_own_files_are_given(simulator: Simulator, path: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{simulator.url}/static/{path}") as answer:
        assert answer.status == 404


async def test_other_sites_cannot_act(simulator: Simulator) -> None:
    body = {"do": "start", "person_id": BILAL}
    elsewhere = {"Origin": "https://evil.example"}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{simulator.url}/page/act", json=body, headers=elsewhere) as answer:
            assert answer.status == 403
        async with http.post(f"{simulator.url}/page/upload", data={"a": "b"}, headers=elsewhere) as answer:
            assert answer.status == 403
        async with http.post(f"{simulator.url}/page/act", data=b'{"do": "start"}') as answer:
            assert answer.status == 415
    assert simulator.world.messages(BILAL) == []


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"do": "reset"}',
        b'{"do": "__init__", "person_id": 1002}',
        b'{"do": "say", "person_id": 1002}',
        b'{"do": "say", "person_id": "1002", "chat_id": 1002, "text": "x"}',
        b'{"do": "say", "person_id": 1002, "chat_id": 1002, "text": ["x"]}',
        b'{"do": "say", "person_id": 1002, "chat_id": 1003, "text": "x"}',
        b'{"do": "say", "person_id": true, "chat_id": 1002, "text": "x"}',
        b'{"do": "start", "person_id": 9}',
        b'{"do": "block", "person_id": 1002, "surprise": 1}',
    ],
)
async def test_what_is_no_action_is_refused_with_a_reason(simulator: Simulator, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    address = f"{simulator.url}/page/act"
    async with aiohttp.ClientSession() as http, http.post(address, data=body, headers=headers) as answer:
        assert answer.status == 400
        assert await answer.text()
    assert simulator.world.messages(BILAL) == []
