"""Exporting beside a running bot: opens the database on its own, takes no lock."""

import gc
from pathlib import Path

from bot.app.opening import opened_database
from bot.app.settings import Settings
from bot.documents.exporting import export
from bot.documents.rows import Writing
from bot.domain.audit import Deed
from bot.domain.clock import SystemClock
from bot.domain.exports import Export, ExportOrder, Progress
from bot.i18n.catalogues import Catalogues
from bot.storage.audit import SqlAudit
from bot.storage.exports import SqlExports


async def write_export(
    settings: Settings, order: ExportOrder, output: Path, progress: Progress, *, by: int | None
) -> Export:
    """Write an export. Raises ``OSError``, a ``StorageFault``, ``CatalogueError``.

    ``by``: for whom it is noted in the audit log, before any file appears; None: the caller notes it.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)  # a million rows are no reason to look for cycles a thousand times
    tr = Catalogues.load()[order.language]
    writing = Writing(zone=settings.zone, tr=tr, masked=order.masked)
    async with opened_database(settings) as database:

        async def note(rows: int) -> None:
            if by is not None:
                details = {"rows": rows, "masked": int(order.masked)}
                await SqlAudit(database).note(Deed.EXPORT, by=by, about=order.format.value, details=details)

        return await export(
            SqlExports(database),
            order,
            output,
            writing=writing,
            clock=SystemClock(),
            progress=progress,
            appears=note,
        )
