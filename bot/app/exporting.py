"""Exporting and importing beside a running bot: opens the database on its own, takes no lock."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app.settings import Settings
from bot.documents.exporting import export
from bot.documents.rows import Writing
from bot.domain.clock import SystemClock
from bot.domain.exports import Export, ExportOrder, Progress
from bot.i18n.catalogues import Catalogues
from bot.storage import migrations
from bot.storage.cipher import cipher_of
from bot.storage.database import Database
from bot.storage.exports import SqlExports


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings at this version's schema. Raises a ``StorageFault``."""
    url = settings.database_url.get_secret_value()
    await migrations.upgrade(url)
    key = settings.encryption_key
    database = await Database.open(url, cipher=cipher_of(key.get_secret_value()) if key else None)
    try:
        yield database
    finally:
        await database.close()


async def write_export(settings: Settings, order: ExportOrder, output: Path, progress: Progress) -> Export:
    """Write an export. Raises ``OSError``, a ``StorageFault``, ``CatalogueError``."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)  # a million rows are no reason to look for cycles a thousand times
    tr = Catalogues.load()[order.language]
    writing = Writing(zone=settings.zone, tr=tr, masked=order.masked)
    async with opened_database(settings) as database:
        return await export(
            SqlExports(database), order, output, writing=writing, clock=SystemClock(), progress=progress
        )
