"""A bot of a few lines that speaks raw HTTP to the pretend Telegram, and who stands there."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from playwright.async_api import Page

Json = dict[str, Any]
OpenPage = Callable[..., Awaitable[Page]]

AYESHA, BILAL, AIGERIM, SANA, NADIA = 1001, 1002, 1003, 2001, 3001
STAFF_GROUP = -1_001_000_000_001


def hook(name: str) -> str:
    """Return the selector of a test hook."""
    return f'[data-testid="{name}"]'


class ScriptedBot:
    """Calls the Bot API by hand."""

    def __init__(self, url: str, token: str, http: aiohttp.ClientSession) -> None:
        self._root = f"{url}/bot{token}"
        self._http = http
        self._offset = 0

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method with JSON parameters and return its result."""
        async with self._http.post(f"{self._root}/{method}", json=parameters) as answer:
            return self._result(await answer.json())

    async def send_file(self, method: str, field: str, name: str, data: bytes, **parameters: Any) -> Any:
        """Call a method with one uploaded file."""
        form = aiohttp.FormData({key: str(value) for key, value in parameters.items()}, quote_fields=False)
        form.add_field(field, data, filename=name)
        async with self._http.post(f"{self._root}/{method}", data=form) as answer:
            return self._result(await answer.json())

    async def say(self, chat_id: int, text: str, *rows: list[Json], **parameters: Any) -> Any:
        """Send a text with rows of inline buttons."""
        markup = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
        return await self.call("sendMessage", chat_id=chat_id, text=text, **markup, **parameters)

    async def hear(self, kind: str) -> Json:
        """Return the next update of this kind, passing over others."""
        while True:
            updates = await self.call("getUpdates", offset=self._offset, timeout=10, limit=1)
            assert updates, f"no {kind} came"
            self._offset = updates[0]["update_id"] + 1
            if kind in updates[0]:
                found: Json = updates[0][kind]
                return found

    @staticmethod
    def _result(body: Json) -> Any:
        assert body["ok"], body
        return body["result"]


async def write(page: Page, text: str) -> None:
    """Write a text in the open chat and send it."""
    await page.fill(hook("input"), text)
    await page.press(hook("input"), "Enter")
