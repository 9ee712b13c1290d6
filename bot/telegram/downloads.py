"""Downloads: files that people sent, by Telegram's own way, without its address in any error.

aiogram's ``download_file`` raises errors that carry the bot's token in the address.
"""

from pathlib import Path

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession

LARGEST = 20 * 1024 * 1024
"""Bytes that a bot may download (Bot API: getFile)."""
_CHUNK = 1 << 18
_PATIENCE = 20.0


class DownloadFailed(Exception):
    """The file could not be fetched; the message is the kind of fault, without an address."""


async def download(bot: Bot, file_id: str, target: Path) -> None:
    """Fetch a file into ``target``. Raises aiogram's exceptions and ``DownloadFailed``."""
    file = await bot.get_file(file_id)
    if not file.file_path:
        raise DownloadFailed("no path")
    session = bot.session
    assert isinstance(session, AiohttpSession)  # noqa: S101 - the only kind we build
    http = await session.create_session()
    url = session.api.file_url(bot.token, file.file_path)
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as response:
            if response.status != 200:  # noqa: PLR2004 - HTTP
                raise DownloadFailed(f"HTTP {response.status}")
            await _store(response, target)
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        raise DownloadFailed(type(fault).__name__) from None


async def _store(response: aiohttp.ClientResponse, target: Path) -> None:
    size = 0
    with target.open("wb") as kept:
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise DownloadFailed("too large")
            kept.write(chunk)
