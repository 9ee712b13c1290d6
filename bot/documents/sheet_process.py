"""Reading a sheet in a process of its own: ``python -m bot.documents.sheet_process FILE``.

A foreign workbook may take seconds and memory; the process has a limit of both and tells the rows as JSON.
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from bot.documents.sheets import read_sheet
from bot.domain.roundtrip import SheetFault, SheetUnreadable

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""
SECONDS = 60
"""Of the processor."""


def main() -> None:
    """Print ``{"rows": [...]}`` or ``{"fault": "..."}``."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        told: dict[str, object] = {"rows": [asdict(row) for row in read_sheet(Path(sys.argv[1]))]}
    except SheetUnreadable as error:
        told = {"fault": error.fault.value}
    except MemoryError:
        told = {"fault": SheetFault.TOO_LARGE.value}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
