"""Cells of a workbook as XML (ECMA-376 part 1, 18.3.1): strings, never formulas; dates as dates."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from bot.documents.cells import CONTROLS, attachments, clean, is_risky
from bot.documents.rows import Kind, Maker, Writing, cells
from bot.documents.xlsx_frame import Styles
from bot.domain.exports import COLUMNS, MESSAGE_COLUMNS, Line, MessageLine
from bot.i18n.direction import runs_right_to_left

LONGEST_CELL = 32_767
"""Characters that Excel keeps in a cell."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML cannot hold or ST_Xstring takes for an escape (ECMA-376 part 1, 22.9.2.19)."""
_SUSPECT = (b"_x", b"\xef\xbf\xbe", b"\xef\xbf\xbf", *(mark.encode() for mark in CONTROLS))
_ILLEGAL_BYTES = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D))
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of Excel's 1900 date system, as it counts after February 1900."""
_LETTERS = {name: xl_col_to_name(place) for place, name in enumerate(COLUMNS)}
_MESSAGE_LETTERS = [xl_col_to_name(place) for place in range(len(MESSAGE_COLUMNS))]
_STRING = 't="inlineStr"><is><t xml:space="preserve">'
_STRING_ENDS = "</t></is></c>"


class Serials(dict[str, float]):
    """Excel's number of an hour in a zone, by the first 13 characters of a moment of ``Line``."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, hour: str) -> float:
        if len(self) >= 20_000:  # noqa: PLR2004 - two years of hours
            self.clear()
        local = datetime.fromisoformat(f"{hour}:00:00").replace(tzinfo=UTC).astimezone(self._zone)
        self[hour] = (local.replace(tzinfo=UTC) - _DAY_ZERO).total_seconds() / 86_400
        return self[hour]

    def of(self, moment: str) -> float:
        """The number of a moment."""
        return self[moment[:13]] + int(moment[14:16]) / 1440 + int(moment[17:19]) / 86_400


def escaped(text: str) -> str:
    """Text as it stands in XML."""
    text = _ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Rows:
    """Writes rows of the sheets of inquiries and of messages."""

    def __init__(self, writing: Writing, styles: Styles) -> None:
        self._writing = writing
        self._styles = styles
        self._serial = Serials(writing.zone).of
        self._starts = _starts(styles)

    def inquiries(self, lines: Sequence[Line], first: int) -> bytes:
        """Rows of inquiries, the first one with this number (the heading is 1)."""
        return _page(lambda strict: self._inquiries(lines, first, strict=strict))

    def messages(self, lines: Sequence[MessageLine], first: int) -> bytes:
        """Rows of messages."""
        return _page(lambda strict: self._messages(lines, first, strict=strict))

    def _inquiries(self, lines: Sequence[Line], first: int, *, strict: bool) -> str:
        numbers = range(first, first + len(lines))
        makers = self._makers(numbers, strict=strict)
        rows = map("".join, cells(lines, makers))
        return "".join(f'<row r="{number}">{row}</row>' for number, row in zip(numbers, rows, strict=True))

    def _makers(self, numbers: range, *, strict: bool) -> dict[Kind, Maker]:
        def words(name: str, column: Sequence[Any]) -> Iterable[str]:
            return self._words(_LETTERS[name], numbers, column, strict=strict)

        def answers(name: str, column: Sequence[Any]) -> Iterable[str]:
            return words(name, [self._writing.answers(given) if given else "" for given in column])

        def files(name: str, column: Sequence[Any]) -> Iterable[str]:
            return words(name, [attachments(things) if things else "" for things in column])

        return {
            Kind.PLAIN: partial(_plain, numbers, self._styles.words),
            Kind.NUMBER: partial(_numbers, numbers),
            Kind.WORDS: words,
            Kind.MOMENT: partial(self._moments, numbers),
            Kind.ANSWERS: answers,
            Kind.FILES: files,
            Kind.EMPTY: lambda _, column: [""] * len(column),
        }

    def _words(self, letter: str, numbers: range, column: Sequence[Any], *, strict: bool) -> Iterable[str]:
        starts = {} if strict or self._writing.masked else self._starts
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

    def _moments(self, numbers: range, name: str, column: Sequence[Any]) -> Iterable[str]:
        letter, style, serial = _LETTERS[name], self._styles.moment, self._serial
        return [
            f'<c r="{letter}{number}" s="{style}"><v>{serial(one):.8f}</v></c>' if one else ""
            for number, one in zip(numbers, column, strict=True)
        ]

    def _messages(self, lines: Sequence[MessageLine], first: int, *, strict: bool) -> str:
        return "".join(self._message(line, row, strict=strict) for row, line in enumerate(lines, first))

    def _message(self, line: MessageLine, row: int, *, strict: bool) -> str:
        code, number, created_at, author, name, text, files, edited_at, withdrawn_at = line
        words, moment = self._styles.words, self._styles.moment
        here = range(row, row + 1)
        begin = (
            f'<row r="{row}"><c r="A{row}" s="{words}" {_STRING}{code}{_STRING_ENDS}'
            f'<c r="B{row}"><v>{number}</v></c>'
            f'<c r="C{row}" s="{moment}"><v>{self._serial(created_at):.8f}</v></c>'
            f'<c r="D{row}" s="{words}" {_STRING}{author}{_STRING_ENDS}'
        )
        parts = [
            begin,
            *self._words("E", here, (name,), strict=strict),
            *self._words("F", here, (text,), strict=strict),
            self._careful(f"G{row}", attachments(files)) if files else "",
        ]
        for letter, one in (("H", edited_at), ("I", withdrawn_at)):
            if one:
                parts.append(f'<c r="{letter}{row}" s="{moment}"><v>{self._serial(one):.8f}</v></c>')
        return f"{''.join(parts)}</row>"


def _starts(styles: Styles) -> dict[str, int]:
    """The style of a text by its first letter, where that alone decides it."""
    letters = [char for char in map(chr, range(0x700)) if char.isalpha()]
    return {char: styles.rtl if runs_right_to_left(char) else styles.words for char in letters}


def _plain(numbers: range, style: int, name: str, column: Sequence[Any]) -> Iterable[str]:
    letter = _LETTERS[name]
    return [
        f'<c r="{letter}{number}" s="{style}" {_STRING}{text}{_STRING_ENDS}' if text else ""
        for number, text in zip(numbers, column, strict=True)
    ]


def _numbers(numbers: range, name: str, column: Sequence[Any]) -> Iterable[str]:
    letter = _LETTERS[name]
    return [
        "" if value is None else f'<c r="{letter}{number}"><v>{value}</v></c>'
        for number, value in zip(numbers, column, strict=True)
    ]


def _page(write: Callable[[bool], str]) -> bytes:
    """A page of rows; written again with care when something in it is no XML."""
    try:
        page = write(False).encode()  # noqa: FBT003 - strict
    except UnicodeEncodeError:
        return clean(write(True)).encode()  # noqa: FBT003 - strict
    if page.translate(None, _ILLEGAL_BYTES) == page and not any(mark in page for mark in _SUSPECT):
        return page
    return clean(write(True)).encode()  # noqa: FBT003 - strict
