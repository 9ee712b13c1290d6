"""Painting: statistics become pictures in a process of its own, so that taps never wait for a plot."""

import asyncio
import json
import os
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from bot.documents.announcement_chart import announcement_chart
from bot.documents.captions import caption
from bot.documents.charts import chart
from bot.domain.announcing_report import AnnouncementReport
from bot.domain.clock import Clock
from bot.domain.hours import OfficeHours
from bot.domain.library import Library
from bot.domain.reports import NotDrawn, Period, Picture, PictureKind, Report, ReportStore, make_report
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

_LOG = structlog.get_logger("painting")
_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0
"""Seconds that a picture may take; the first one starts the process."""
_IDLE = 300.0
"""Seconds after which a process without work is ended: it holds about 80 MB."""


class Painter:
    """Paints charts one after the other in a child process, which is started when it is needed."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._end: asyncio.TimerHandle | None = None

    async def paint(self, order: Mapping[str, Any]) -> bytes:
        """A chart as PNG. Raises ``NotDrawn``."""
        async with self._turn:
            self._stay()
            try:
                async with asyncio.timeout(_PATIENCE):
                    png = await self._ask(json.dumps(order).encode() + b"\n")
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as fault:
                _LOG.warning("no picture", fault=type(fault).__name__)
                await self._stop()
                raise NotDrawn from fault
            except BaseException:
                # Cut off in the middle: what the child still writes belongs to nobody.
                self._kill()
                self._child = None
                raise
            self._end = asyncio.get_running_loop().call_later(_IDLE, self._kill)
        if not png:
            raise NotDrawn
        return png

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            self._stay()
            await self._stop()

    async def _ask(self, line: bytes) -> bytes:
        child = self._child
        if child is None or child.returncode is not None:
            child = self._child = await self._start()
        assert child.stdin is not None  # noqa: S101 - asked for
        assert child.stdout is not None  # noqa: S101 - asked for
        child.stdin.write(line)
        await child.stdin.drain()
        (size,) = struct.unpack(">I", await child.stdout.readexactly(4))
        return await child.stdout.readexactly(size)

    @staticmethod
    async def _start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.documents.plots",
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )

    def _stay(self) -> None:
        if self._end:
            self._end.cancel()
            self._end = None

    def _kill(self) -> None:
        if self._child:
            with suppress(ProcessLookupError):
                self._child.kill()

    async def _stop(self) -> None:
        self._kill()
        if self._child:
            await self._child.wait()
            self._child = None


class DrawnStatistics:
    """Implements ``bot.domain.reports.Pictures`` and ``bot.domain.announcing_report.ReportPictures``."""

    def __init__(
        self,
        *,
        reports: ReportStore,
        hours: OfficeHours,
        library: Library,
        catalogues: Catalogues,
        clock: Clock,
    ) -> None:
        self._reports = reports
        self._hours = hours
        self._library = library
        self._catalogues = catalogues
        self._clock = clock
        self._painter = Painter()

    async def close(self) -> None:
        """End what paints."""
        await self._painter.close()

    async def draw(self, kind: PictureKind, days: int, language: Language) -> Picture:
        """The last so many days. Raises ``NotDrawn``."""
        return await self._draw(kind, Period.of_days(days, self._clock.now(), self._hours.zone), language)

    async def day(self, language: Language, day: date) -> Picture:
        """One day's inquiries. Raises ``NotDrawn``."""
        period = Period(first=day, last=day, zone=self._hours.zone)
        return await self._draw(PictureKind.INQUIRIES, period, language)

    async def announcement(self, report: AnnouncementReport, language: Language) -> bytes:
        """The report of an announcement as PNG. Raises ``NotDrawn``."""
        return await self._painter.paint(asdict(announcement_chart(report, self._catalogues[language])))

    async def _draw(self, kind: PictureKind, period: Period, language: Language) -> Picture:
        report = await make_report(self._reports, period, self._hours)
        tr = self._catalogues[language]
        words = caption(kind, report, tr)
        try:
            png = await self._painter.paint(as_order(kind, report, self._library, self._catalogues, language))
        except NotDrawn as fault:
            raise NotDrawn(words) from fault
        return Picture(png=png, caption=words)


def as_order(
    kind: PictureKind, report: Report, library: Library, catalogues: Catalogues, language: Language
) -> dict[str, Any]:
    """The chart as ``bot.documents.plots`` takes it."""
    return asdict(chart(kind, report, catalogues[language], library.content))
