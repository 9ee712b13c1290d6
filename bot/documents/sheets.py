"""Sheets: replies read back from a filled XLSX or CSV, however a person has edited it.

Nothing in a file is believed: sizes are checked before anything is unpacked.
"""

from pathlib import Path

from bot.documents.sheet_csv import read_csv
from bot.documents.sheet_xlsx import read_workbook
from bot.domain.roundtrip import Row, SheetFault, SheetUnreadable

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; also what a bot may download (Bot API: getFile)."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_sheet(path: Path) -> list[Row]:
    """The rows in which ``reply`` or ``close`` is filled in. Raises ``SheetUnreadable``."""
    if path.stat().st_size > LARGEST_FILE:
        raise SheetUnreadable(SheetFault.TOO_LARGE)
    content = path.read_bytes()
    if content.startswith(_OLE):
        # An old XLS, or a workbook behind a password: both stand in the same kind of container.
        locked = _ENCRYPTED in content
        raise SheetUnreadable(SheetFault.LOCKED if locked else SheetFault.KIND)
    return read_workbook(content) if content.startswith(_ZIP) else read_csv(content)
