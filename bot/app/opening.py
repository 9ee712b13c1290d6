"""Opening the database that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app.settings import Settings
from bot.domain.clock import Clock
from bot.storage import migrations
from bot.storage.cipher import Cipher
from bot.storage.cipher import cipher_of as cipher_of_keys
from bot.storage.database import Database


def cipher_of(settings: Settings) -> Cipher | None:
    """What seals people's words, if a key is set."""
    key = settings.encryption_key
    return cipher_of_keys(key.get_secret_value()) if key else None


@asynccontextmanager
async def opened_database(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Database]:
    """The database, brought up to date, beside a bot that may be running; closed at the end."""
    url = settings.database_url.get_secret_value()
    await migrations.upgrade(url)
    database = await Database.open(url, cipher=cipher_of(settings), clock=clock)
    try:
        yield database
    finally:
        await database.close()
