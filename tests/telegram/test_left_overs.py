"""Exports and sheets hold people's words: what a killed bot left behind of them is deleted."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from bot.telegram import export_jobs
from bot.telegram.export_jobs import REPORTS, SHEETS, ExportJobs
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock


def _left(folder: Path, name: str, *, seconds: float) -> Path:
    """A folder that was last written to so long ago."""
    made = folder / name
    made.mkdir()
    (made / "log.csv").write_text("words of people")
    moment = time.time() - seconds
    os.utime(made, (moment, moment))
    return made


async def test_what_was_left_behind_goes_at_the_start_and_while_the_bot_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(export_jobs, "_LEFT_OVER", 0.5)
    nobody: Any = None
    jobs = ExportJobs(bot=nobody, maker=nobody, audit=FakeAudit(clock), clock=clock, rights_of=nobody)
    old = [_left(tmp_path, f"{one}1", seconds=60) for one in ("kazakhstan-house-export-", SHEETS, REPORTS)]
    others = _left(tmp_path, "somebody-elses", seconds=60)
    stop = asyncio.Event()
    running = asyncio.create_task(jobs.run(stop))
    async with asyncio.timeout(10):
        while any(one.exists() for one in old):
            await asyncio.sleep(0.02)
        later = _left(tmp_path, f"{SHEETS}2", seconds=0)
        while later.exists():
            await asyncio.sleep(0.02)
    stop.set()
    await running
    assert others.exists()
