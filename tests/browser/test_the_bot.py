"""The real bot on the chat page, as a newcomer meets it after ``make run``.

With ``PICTURES=docs/images`` in the environment the screens are kept for the README.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.simulator.people import STAFF, STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.browser.scripted import OpenPage
from tests.driver import Stand
from tests.e2e.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")
PHONE = {"viewport": {"width": 400, "height": 860}, "device_scale_factor": 1.5}
CODE = re.compile(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}")
NEWCOMERS = {
    "en": (1002, "English", "Visa", "Do I need a visa for Almaty?"),
    "kk": (1003, "Қазақша", "Виза", "Лахорда қашан қабылдайсыздар?"),
    "ur": (1001, "اردو", "ویز", "کیا مجھے الماتی کے لیے ویزا چاہیے؟"),
}


@pytest_asyncio.fixture(loop_scope="session")
async def house(simulator: Simulator, tmp_path: Path) -> AsyncIterator[House]:
    """The bot as its own process on the simulator that serves the page."""
    async with Stand(simulator.url) as stand:
        opened = House(simulator, stand, tmp_path)
        await opened.start()
        yield opened
        await opened.stop()


async def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("PICTURES")
    if folder:
        await page.wait_for_timeout(400)
        await page.screenshot(path=Path(folder) / f"{name}.png")


def _last_message(page: Page) -> Locator:
    return page.locator("[data-testid=message]").last


@pytest.mark.parametrize("language", ["en", "kk", "ur"])
async def test_a_newcomer_browses_asks_and_staff_see_the_card(
    house: House, open_page: OpenPage, language: str
) -> None:
    person, own_name, visa, question = NEWCOMERS[language]
    page = await open_page(person, **PHONE)
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("button").filter(has_text=own_name).click()
    await expect(page.get_by_test_id("button").filter(has_text=visa).first).to_be_visible()
    await _picture(page, f"menu-{language}")
    await page.get_by_test_id("button").filter(has_text=visa).first.click()
    await expect(page.get_by_test_id("message")).to_have_count(2)
    await _picture(page, f"section-{language}")
    await page.get_by_test_id("input").fill(f"/ask {question}")
    await page.get_by_test_id("send").click()
    send = page.locator("[data-testid=button][data-style=success]")
    await expect(send).to_have_count(1)
    await _picture(page, f"summary-{language}")
    await send.click()
    receipt = _last_message(page)
    await expect(receipt).to_contain_text(CODE)
    await _picture(page, f"receipt-{language}")
    code = CODE.search(await receipt.inner_text())
    assert code
    staff = await open_page(STAFF[0], STAFF_GROUP_ID)
    card = staff.get_by_test_id("message").filter(has_text=code[0])
    await expect(card).to_contain_text(question)
    await _picture(staff, f"card-{language}")


async def test_an_article_a_checklist_and_the_flights_are_shown_in_urdu(
    house: House, open_page: OpenPage
) -> None:
    ayesha = house.stand.as_person(1001)
    page = await open_page(1001, **PHONE)
    await ayesha.starts("visa-documents")
    article = _last_message(page)
    await expect(article).to_contain_text("ماخذ")
    await expect(article.locator(".line[dir=rtl]").first).to_be_visible()
    await _picture(page, "article-ur")
    await ayesha.starts("flights-timetable")
    await expect(_last_message(page)).to_contain_text("پرواز")
    await _picture(page, "flights-ur")
    await ayesha.starts("visa-finder")
    for _ in range(8):
        boxes = page.locator("[data-testid=message]").last.get_by_test_id("button").filter(has_text="☐")
        if await boxes.count():
            break
        before = await _last_message(page).inner_text()
        await _last_message(page).get_by_test_id("button").first.click()
        await expect(_last_message(page)).not_to_have_text(before)
        await page.wait_for_timeout(300)
    await boxes.first.click()
    await expect(_last_message(page)).to_contain_text("☑")
    await _picture(page, "checklist-ur")
