"""Package: a ZIP archive whose big members are compressed while others are still being written.

Each member is deflated into a file of its own and copied into the archive at the end, so two sheets grow side
by side without being held in memory or compressed twice. Format: PKWARE APPNOTE 6.3.10.
"""

import struct
import tempfile
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from errno import EFBIG
from typing import IO

LEVEL = 1
"""Of deflate: a third bigger than the usual 6 and four times as fast."""
_COPY = 1 << 20
_AHEAD = 3
"""Pages that may wait to be deflated."""
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
LARGEST = 0xFFFF_0000
"""Bytes of a member and of the archive: beyond it begins ZIP64, which Excel opens only in part."""
_VERSION = 20
"""Needed to extract: deflate."""
_DEFLATED = 8
_UTF8_NAMES = 1 << 11
_EPOCH = (1 << 5) | 1
"""1 January 1980: archives of the same content are the same bytes."""
_FIXED = (_VERSION, _UTF8_NAMES, _DEFLATED, 0, _EPOCH)


class PackageTooLarge(OSError):
    """The archive would need ZIP64."""

    def __init__(self) -> None:
        super().__init__(EFBIG, "a workbook holds at most 4 GB: take fewer inquiries, or CSV")


class Member:
    """A file of the archive that is being written; a thread deflates while the next page is made."""

    def __init__(self, name: str) -> None:
        self.name = name
        """Its path in the archive; needed only when it is packed."""
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the package
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()
        self.crc = 0
        self.size = 0
        """Bytes before compression."""
        self.packed = 0
        """Bytes after it, as far as deflated."""

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self.size += len(content)
        self._waiting.append(self._thread.submit(self._add, content))
        self._wait(_AHEAD)

    def settled(self) -> int:
        """Bytes after compression of all that was written; asking costs a few bytes each time."""
        self._wait(0)
        self._store(self._deflate.flush(zlib.Z_SYNC_FLUSH))
        return self.packed

    def finish(self) -> None:
        """Nothing follows."""
        self._wait(0)
        self._thread.shutdown()
        self._store(self._deflate.flush())

    def _wait(self, left: int) -> None:
        while len(self._waiting) > left:
            self._waiting.popleft().result()

    def _add(self, content: bytes) -> None:
        self.crc = zlib.crc32(content, self.crc)
        self._store(self._deflate.compress(content))

    def _store(self, packed: bytes) -> None:
        self.packed += len(packed)
        self.file.write(packed)


def pack(members: list[Member], write: Callable[[bytes], object]) -> None:
    """Write finished members as an archive, and let their files go."""
    place = 0
    central = []
    for member in members:
        central.append(_central(member, place))
        head = _local(member)
        write(head)
        member.file.seek(0)
        while chunk := member.file.read(_COPY):
            write(chunk)
        member.file.close()
        place += len(head) + member.packed
    size = sum(map(len, central))
    if place + size > LARGEST or any(member.size > LARGEST for member in members):
        raise PackageTooLarge
    for record in central:
        write(record)
    write(_END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), size, place, 0))


def _local(member: Member) -> bytes:
    sizes = (member.crc, member.packed, member.size)
    return _LOCAL.pack(b"PK\x03\x04", *_FIXED, *sizes, len(member.name.encode()), 0) + member.name.encode()


def _central(member: Member, place: int) -> bytes:
    sizes = (member.crc, member.packed, member.size)
    record = _CENTRAL.pack(
        b"PK\x01\x02", _VERSION, *_FIXED, *sizes, len(member.name.encode()), 0, 0, 0, 0, 0, place & 0xFFFFFFFF
    )
    return record + member.name.encode()
