"""Cells of a workbook as XML (ECMA-376 part 1, 18.3.1): strings, never formulas; dates as dates."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from xlsxwriter.utility import xl_col_to_name

from bot.documents.cells import CONTROLS, Kept, LocalTimes, attachments, is_risky
from bot.documents.rows import PLAN, Kind, Maker, Writing, cells
from bot.documents.xlsx_frame import WIDTHS, Styles
from bot.domain.exports import COLUMNS, Line
from bot.i18n.direction import runs_right_to_left

T = TypeVar("T")

LONGEST_CELL = 32_767
"""Characters that Excel keeps in a cell."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold or ST_Xstring takes for an escape (ECMA-376 part 1, 22.9.2.19)."""
_SUSPECT = ((b"_", b"_x"), (b"\xef", b"\xef\xbf"))
"""An escape, or what may be U+FFFE or U+FFFF in UTF-8: a look for one byte costs far less than for two."""
_ILLEGAL_BYTES = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D))
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of Excel's 1900 date system, as it counts after February 1900."""
_PARTS = {f"{one // 60:02}:{one % 60:02}": one / 86_400 for one in range(3600)}
"""Minutes and seconds as parts of a day."""
_LETTERS = [xl_col_to_name(place) for place in range(len(COLUMNS))]
_WORDS = [column.place for column in PLAN.values() if column.kind is Kind.WORDS]
"""Places of words in a ``Line``."""
Message = tuple[Any, ...]
"""The code, the place in the thread, then a ``MessageLine``."""
_MESSAGE_KINDS = (
    *(Kind.PLAIN, Kind.NUMBER),
    *(Kind.MOMENT, Kind.PLAIN, Kind.WORDS, Kind.WORDS, Kind.FILES, Kind.MOMENT, Kind.MOMENT),
)
"""What the columns of ``MESSAGE_COLUMNS`` are made of."""
_MOST_LINES, _LINE_POINTS = 12, 15
_STRING = 't="inlineStr"><is><t xml:space="preserve">'
_STRING_ENDS = "</t></is></c>"


class Serials:
    """Excel's numbers of moments of ``Line`` in a zone; what is the same within an hour is kept."""

    def __init__(self, zone: tzinfo) -> None:
        self._times = LocalTimes(zone)
        self._hours: Kept[Any] = Kept(self._hour)

    def column(self, moments: Sequence[str | None]) -> list[str]:
        """The numbers of many moments as text; empty for None."""
        hours, parts = self._hours, _PARTS
        try:
            return [f"{hours[one[:13]] + parts[one[14:19]]:.8f}" if one else "" for one in moments]
        except TypeError:  # an hour without a number
            return [f"{self._exactly(one):.8f}" if one else "" for one in moments]

    def _hour(self, hour: str) -> float | None:
        """The number of an hour's beginning; None where the zone shifts within it."""
        first, last = (self._times.read(f"{hour}:{rest}") for rest in ("00:00", "59:59"))
        return self._exactly(f"{hour}:00:00") if first.utcoffset() == last.utcoffset() else None

    def _exactly(self, moment: str) -> float:
        local = self._times.read(moment[:19]).replace(tzinfo=UTC)
        return (local - _DAY_ZERO).total_seconds() / 86_400


def escaped(text: str) -> str:
    """Text as it stands in XML."""
    text = _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Rows:
    """Writes rows of the sheets of inquiries and of messages."""

    def __init__(self, writing: Writing, styles: Styles, *, sized: bool = False) -> None:
        """``sized``: say how high each row is, for spreadsheets that do not find it out themselves."""
        self._writing = writing
        self._styles = styles
        self._sized = sized
        self._serials = Serials(writing.zone)
        self._starts = _starts(styles)

    def inquiries(self, lines: Sequence[Line], first: int) -> bytes:
        """Rows of inquiries, the first one with this number (the heading is 1)."""
        numbers = _numbered(first, len(lines))
        columns = list(zip(*lines, strict=True))
        makers = self._makers(numbers, strict=not _is_plain(columns[place] for place in _WORDS))
        return _rows(numbers, self._heights(lines, _height), cells(columns, makers))

    def messages(self, lines: Sequence[Message], first: int) -> bytes:
        """Rows of messages."""
        numbers = _numbered(first, len(lines))
        columns = list(zip(*lines, strict=True))
        said = [column for kind, column in zip(_MESSAGE_KINDS, columns, strict=True) if kind is Kind.WORDS]
        makers = self._makers(numbers, strict=not _is_plain(said))
        plan = zip(_MESSAGE_KINDS, _LETTERS, columns, strict=False)
        made = [makers[kind](letter, column) for kind, letter, column in plan]
        return _rows(numbers, self._heights(lines, _message_height), zip(*made, strict=True))

    def _heights(self, lines: Sequence[T], height: Callable[[T], str]) -> Sequence[str]:
        return [height(line) for line in lines] if self._sized else [""] * len(lines)

    def _makers(self, numbers: Sequence[str], *, strict: bool) -> dict[Kind, Maker]:
        starts = {} if strict or self._writing.masked else self._starts

        def words(letter: str, column: Sequence[Any]) -> Iterable[str]:
            return self._words(letter, numbers, column, starts)

        def lines(read: Callable[[Any], str], letter: str, column: Sequence[Any]) -> Iterable[str]:
            given = zip(numbers, column, strict=True)
            return [self._careful(f"{letter}{number}", read(one)) if one else "" for number, one in given]

        return {
            Kind.PLAIN: partial(_plain, numbers, self._styles.words),
            Kind.NUMBER: partial(_numbers, numbers, self._styles.number),
            Kind.WORDS: words,
            Kind.MOMENT: partial(self._moments, numbers),
            Kind.ANSWERS: partial(lines, self._writing.answers),
            Kind.FILES: partial(lines, attachments),
            Kind.EMPTY: lambda _, column: [""] * len(column),
        }

    def _words(
        self, letter: str, numbers: Sequence[str], column: Sequence[Any], starts: Mapping[str, int]
    ) -> Iterable[str]:
        return [
            ""
            if not text
            else f'<c r="{letter}{number}" s="{starts[text[0]]}" {_STRING}{text}{_STRING_ENDS}'
            if text[0] in starts and "&" not in text and "<" not in text and len(text) <= LONGEST_CELL
            else self._careful(f"{letter}{number}", text)
            for number, text in zip(numbers, column, strict=True)
        ]

    def _careful(self, place: str, text: str) -> str:
        """A cell whose text has to be looked at."""
        text = self._writing.words(text)
        if len(text) > LONGEST_CELL:
            text = f"{text[: LONGEST_CELL - 1]}…"
        styles, right = self._styles, runs_right_to_left(text)
        if is_risky(text):
            style = styles.quoted_rtl if right else styles.quoted
        else:
            style = styles.rtl if right else styles.words
        return f'<c r="{place}" s="{style}" {_STRING}{escaped(text)}{_STRING_ENDS}'

    def _moments(self, numbers: Sequence[str], letter: str, column: Sequence[Any]) -> Iterable[str]:
        style, serials = self._styles.moment, self._serials.column(column)
        return [
            f'<c r="{letter}{number}" s="{style}"><v>{serial}</v></c>' if serial else ""
            for number, serial in zip(numbers, serials, strict=True)
        ]


def _starts(styles: Styles) -> dict[str, int]:
    """The style of a text by its first letter, where that alone decides it."""
    letters = [char for char in map(chr, range(0x700)) if char.isalpha()]
    return {char: styles.rtl if runs_right_to_left(char) else styles.words for char in letters}


def _numbered(first: int, count: int) -> Sequence[str]:
    """Numbers of rows as they are written into each cell."""
    return [str(number) for number in range(first, first + count)]


def _rows(numbers: Sequence[str], heights: Sequence[str], made: Iterable[tuple[str, ...]]) -> bytes:
    heads = [f'<row r="{number}"{height}>' for number, height in zip(numbers, heights, strict=True)]
    rows = ((head, *cells, "</row>") for head, cells in zip(heads, made, strict=True))
    # Joined only once: a page of cells is half a megabyte.
    return "".join(chain.from_iterable(rows)).encode()


def _height(line: Line) -> str:
    """The attribute that makes room for the longest words of a row."""
    said = ((line[2], WIDTHS["text"]), (line[3], WIDTHS["added"]), (line[19], WIDTHS["last_reply"]))
    lines = [_lines(text, width) for text, width in said if text]
    return _room(max(1, len(line[16] or ()), len(line[17] or ()), *lines))


def _message_height(message: Message) -> str:
    return _room(max(_lines(message[5] or "", WIDTHS["text"]), len(message[6] or ())))


def _lines(text: str, width: int) -> int:
    return text.count("\n") + len(text) // width + 1


def _room(lines: int) -> str:
    """For a dozen lines at most."""
    return f' ht="{min(lines, _MOST_LINES) * _LINE_POINTS}"' if lines > 1 else ""


def _plain(numbers: Sequence[str], style: int, letter: str, column: Sequence[Any]) -> Iterable[str]:
    begin, then = f'<c r="{letter}', f'" s="{style}" {_STRING}'
    return [
        f"{begin}{number}{then}{text}{_STRING_ENDS}" if text else ""
        for number, text in zip(numbers, column, strict=True)
    ]


def _numbers(numbers: Sequence[str], style: int, letter: str, column: Sequence[Any]) -> Iterable[str]:
    return [
        "" if value is None else f'<c r="{letter}{number}" s="{style}"><v>{value}</v></c>'
        for number, value in zip(numbers, column, strict=True)
    ]


def _is_plain(columns: Iterable[Sequence[Any]]) -> bool:
    """Whether nothing in some columns of words needs care: no control, no half of a character, no escape."""
    said = "".join([text for column in columns for text in column if text])
    try:
        content = said.encode()
    except UnicodeEncodeError:
        return False
    if any(first in content and both in content for first, both in _SUSPECT) or CONTROLS.search(content):
        return False
    return len(content.translate(None, _ILLEGAL_BYTES)) == len(content)
