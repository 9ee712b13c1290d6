"""A real Chromium on the chat page of a fresh pretend Telegram."""

import shutil
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.simulator import page as chat_page
from bot.simulator.server import Simulator
from tests.browser.scripted import AYESHA, OpenPage, ScriptedBot

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 30_000
"""Milliseconds: a busy machine may draw late."""
expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; a machine without it fails."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def simulator() -> AsyncIterator[Simulator]:
    """A fresh pretend Telegram with the chat page."""
    started = await Simulator(mounts=[chat_page.mount], is_patient=False).start()
    yield started
    await started.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def bot(simulator: Simulator) -> AsyncIterator[ScriptedBot]:
    """The scripted bot of this world."""
    async with aiohttp.ClientSession() as http:
        yield ScriptedBot(simulator.url, simulator.token, http)


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, simulator: Simulator) -> AsyncIterator[OpenPage]:
    """A function that opens the page as a person; any script error or foreign address fails the test."""
    contexts, faults = list[BrowserContext](), list[str]()

    async def opened(person: int = AYESHA, chat: int = 0, **context: Any) -> Page:
        made = await browser.new_context(**({"viewport": {"width": 1180, "height": 820}} | context))
        contexts.append(made)
        made.set_default_timeout(PATIENCE)
        page = await made.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("dialog", lambda dialog: faults.append(f"dialogue: {dialog.message}"))
        page.on("request", lambda request: faults.extend(foreign(request.url, simulator.url)))
        await page.goto(f"{simulator.url}/?person={person}&chat={chat or person}")
        await page.wait_for_selector("body[data-ready]")
        return page

    yield opened
    for one in contexts:
        await one.close()
    assert not faults


def foreign(address: str, home: str) -> list[str]:
    """Return the address as a fault when it leads away from the page's own server."""
    return [] if address.startswith((home, "blob:")) else [f"asked {address}"]
