"""CSV as Excel opens it: UTF-8 with a byte-order mark, comma, header first, one row an inquiry.

Words are always quoted (RFC 4180), ids, numbers and moments never need it; so rows are joined without looking
at each character, in a third of the time of the ``csv`` module.
"""

from collections.abc import Iterable, Sequence

from bot.documents.cells import SAFE_STARTS, LocalTimes, attachments, encoded, guarded
from bot.documents.files import Draft
from bot.documents.rows import Kind, Maker, Writing, cells
from bot.domain.exports import COLUMNS, Line

_BOM = "\ufeff"
_END = "\r\n"
_QUOTE, _QUOTES = '"', '""'


class CsvWriter:
    """Writes one CSV file."""

    def __init__(self, draft: Draft, writing: Writing, _: int = 0) -> None:
        self._draft = draft
        self._makers = _makers(writing)
        self.messages = 0
        self._put(_BOM, [COLUMNS])

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._draft.size

    def add(self, lines: Sequence[Line]) -> None:
        """Write inquiries."""
        self._put("", cells(list(zip(*lines, strict=True)), self._makers))

    def finish(self) -> None:
        """Nothing follows the last row."""

    def _put(self, before: str, rows: Iterable[Sequence[str]]) -> None:
        page = _END.join(map(",".join, rows))
        # Once for a whole page: nothing that holds the file together is touched.
        self._draft.write(encoded(f"{before}{page}{_END}"))


def quoted(text: str) -> str:
    """A text as a quoted field (RFC 4180, 2.7)."""
    return f'"{text.replace(_QUOTE, _QUOTES)}"'


def _makers(writing: Writing) -> dict[Kind, Maker]:
    safe = SAFE_STARTS
    times = LocalTimes(writing.zone)

    def cell(text: str) -> str:
        return quoted(guarded(writing.words(text)))

    def words(column: Iterable[str]) -> Iterable[str]:
        if writing.masked:
            return [cell(text) if text else "" for text in column]
        return [
            "" if not text else f'"{text}"' if text[0] in safe and _QUOTE not in text else cell(text)
            for text in column
        ]

    return {
        Kind.PLAIN: lambda _, column: column,
        Kind.NUMBER: lambda _, column: ["" if number is None else str(number) for number in column],
        Kind.WORDS: lambda _, column: words(column),
        Kind.MOMENT: lambda _, column: times.column(column),
        Kind.ANSWERS: lambda _, column: words([writing.answers(one) if one else "" for one in column]),
        Kind.FILES: lambda _, column: words([attachments(one) if one else "" for one in column]),
        Kind.EMPTY: lambda _, column: [""] * len(column),
    }
