"""Child work: exports are written and sheets are read in processes of their own, so that taps never wait."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from bot.app.settings import Settings
from bot.domain.clock import Clock
from bot.domain.exports import Export, ExportedFile, ExportFailed, ExportOrder, Progress
from bot.domain.roundtrip import Fault, Row, SheetFault, SheetUnreadable

_ROOT = Path(__file__).parents[2]
_PATIENCE = 90.0
"""Seconds that reading a sheet may take."""
SHEET_PATIENCE = 18.0
"""The same while somebody waits in the chat."""
_LONGEST_LINE = 1 << 26


class ChildExports:
    """Implements ``bot.domain.exports.ExportMaker`` by ``python -m bot export``."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def make(self, order: ExportOrder, output: Path, progress: Progress) -> Export:
        """Write the files. Raises ``ExportFailed``."""
        words = ["-m", "bot", "export", "--output", str(output), "--progress", "json", *_options(order)]
        manifest: Path | None = None
        async with _child(*words, environment=self._environment(), errors=PIPE) as child:
            assert child.stdout is not None  # noqa: S101 - asked for
            assert child.stderr is not None  # noqa: S101 - asked for
            async for line in child.stdout:
                told = json.loads(line)
                if "manifest" in told:
                    manifest = Path(told["manifest"])
                else:
                    progress(told["done"], told["total"])
            problem = (await child.stderr.read()).decode("utf-8", "replace").strip()
            if await child.wait() or manifest is None:
                raise ExportFailed(problem.rpartition("\n")[2] or "the process ended early")
        return Export(order=order, files=_files(manifest), made_at=self._clock.now(), manifest=manifest)

    def _environment(self) -> dict[str, str]:
        """What the child must know; Telegram's token is none of it."""
        settings = self._settings
        given = {
            "BOT_DATABASE_URL": settings.database_url.get_secret_value(),
            "BOT_TIMEZONE": settings.timezone,
            "BOT_STAFF_LANGUAGE": settings.staff_language.value,
        }
        if settings.encryption_key:
            given["BOT_ENCRYPTION_KEY"] = settings.encryption_key.get_secret_value()
        return given


class ChildSheets:
    """Implements ``bot.domain.roundtrip.SheetReader`` by ``bot.documents.sheet_process``."""

    def __init__(self, *, patience: float = _PATIENCE) -> None:
        """``patience``: seconds that reading may take."""
        self._patience = patience

    async def read(self, path: Path) -> Sequence[Row]:
        """The rows in which something is filled in. Raises ``SheetUnreadable``."""
        try:
            async with (
                asyncio.timeout(self._patience),
                _child("-m", "bot.documents.sheet_process", str(path), environment={}) as child,
            ):
                told, _ = await child.communicate()
        except TimeoutError:
            raise SheetUnreadable(SheetFault.TOO_LARGE) from None
        try:
            answer = json.loads(told)
        except ValueError:
            # It was ended at the limit of memory or time.
            raise SheetUnreadable(SheetFault.TOO_LARGE) from None
        if "fault" in answer:
            raise SheetUnreadable(SheetFault(answer["fault"]))
        return [_row(values) for values in answer["rows"]]


def _row(values: dict[str, Any]) -> Row:
    return Row(**{**values, "fault": Fault(values["fault"]) if values["fault"] else None})


@asynccontextmanager
async def _child(*words: str, environment: dict[str, str], errors: int = DEVNULL) -> AsyncIterator[Process]:
    """A Python process without the bot's own secrets; ended when the block is left."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        env={**inherited, **environment, "PYTHONPATH": str(_ROOT)},
        cwd=os.fspath(Path.cwd()),
        limit=_LONGEST_LINE,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=errors,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _options(order: ExportOrder) -> list[str]:
    wanted = order.wanted
    given = {
        "--format": order.format.value,
        "--labels": order.language.value,
        "--since": wanted.since and wanted.since.isoformat(),
        "--until": wanted.until and wanted.until.isoformat(),
        "--section": wanted.section,
        "--language": wanted.language and wanted.language.value,
        "--status": ",".join(sorted(wanted.statuses)),
        "--part-bytes": order.part_bytes and str(order.part_bytes),
    }
    options = [word for name, value in given.items() if value for word in (name, value)]
    return [*options, "--masked"] if order.masked else options


def _files(manifest: Path) -> tuple[ExportedFile, ...]:
    told = json.loads(manifest.read_bytes())
    return tuple(
        ExportedFile(
            path=manifest.with_name(one["name"]),
            rows=one["inquiries"],
            messages=one["messages"],
            size=one["bytes"],
            sha256=one["sha256"],
        )
        for one in told["files"]
    )
