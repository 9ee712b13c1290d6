"""Workbooks: inquiries, their messages, Urdu inquiries from right to left, and a summary with charts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from bot.documents.cells import LocalTimes
from bot.documents.files import Draft
from bot.documents.labels import LANGUAGES, SECTIONS, STATUSES
from bot.documents.package import Member, pack
from bot.documents.rows import Writing
from bot.documents.xlsx_cells import Rows
from bot.documents.xlsx_frame import Frame, SheetPlan, frame, sheet_file, sheet_title
from bot.documents.xlsx_summary import Group
from bot.domain.exports import COLUMNS, MESSAGE_COLUMNS, Entry, Line
from bot.i18n.catalogues import mark
from bot.i18n.languages import Language

T = TypeVar("T")

SHEET_ROWS = 1_048_575
"""Rows below the heading that Excel opens; more of them go on in another sheet."""
SHEET_BYTES = 3 * 1024**3
"""XML of one sheet, well below what a ZIP archive without ZIP64 holds."""
PLAIN_ABOVE = 100_000
"""Above so many inquiries the workbook has plain sheets only: no summary, no sheet from right to left."""
_LONGEST_GAP = 3700
"""Days without inquiries that a chart shows as zero, at most."""
_IN_URDU = mark("In Urdu")
_TABLES = ((mark("Inquiries"), COLUMNS), (mark("Messages"), MESSAGE_COLUMNS), (_IN_URDU, COLUMNS))
_COUNTED = (
    (mark("Section"), mark("By section"), 4, SECTIONS),
    (mark("Language"), mark("By language"), 6, LANGUAGES),
    (mark("Status"), mark("By status"), 5, STATUSES),
)
"""What is counted beside the days: name, title, place in a ``Line``, and the labels of its values."""


class XlsxWriter:
    """Writes one workbook."""

    def __init__(self, draft: Draft, writing: Writing, total: int, *, sheet_rows: int = SHEET_ROWS) -> None:
        """``total``: about how many inquiries will come."""
        self._draft = draft
        self._writing = writing
        self._rich = total <= PLAIN_ABOVE
        self._tables = [_Table(name, columns, sheet_rows) for name, columns in _TABLES]
        self._tally = Tally(writing)
        begin = self._frame([table.plan(writing, 0) for table in self._tables])
        self._rows = Rows(writing, begin.styles, sized=self._rich)
        for number, table in enumerate(self._tables, 1):
            table.head, _ = begin.sheet(number)
        self._inquiries.begin()
        self._messages.begin()
        self.messages = 0

    @property
    def _inquiries(self) -> "_Table":
        return self._tables[0]

    @property
    def _messages(self) -> "_Table":
        return self._tables[1]

    @property
    def _urdu(self) -> "_Table":
        return self._tables[2]

    @property
    def size(self) -> int:
        """Bytes so far, compressed."""
        return sum(sheet.member.settled() for table in self._tables for sheet in table.sheets)

    def add(self, entries: Sequence[Entry]) -> None:
        """Write inquiries with their messages."""
        lines = [line for line, _ in entries]
        messages = [
            (line[1], number, *message)
            for line, thread in entries
            for number, message in enumerate(thread, 1)
        ]
        self._inquiries.add(lines, self._rows.inquiries)
        self._messages.add(messages, self._rows.messages)
        self.messages += len(messages)
        if self._rich:
            self._tally.add(lines)
            if not self._writing.tr.language.runs_right_to_left:
                self._urdu.add([line for line in lines if line[6] == Language.UR], self._rows.inquiries)

    def finish(self) -> None:
        """Write what surrounds the rows, and put everything into one archive."""
        sheets = [
            (table, number, sheet) for table in self._tables for number, sheet in enumerate(table.sheets)
        ]
        plans = [table.plan(self._writing, number) for table, number, _ in sheets]
        end = self._frame(plans)
        for place, (_, _, sheet) in enumerate(sheets, 1):
            sheet.member.name = sheet_file(place)
            _, tail = end.sheet(place)
            sheet.member.write(tail)
            sheet.member.finish()
        own = {sheet.member.name for _, _, sheet in sheets}
        others = [_whole(name, content) for name, content in end.files.items() if name not in own]
        pack([*others, *(sheet.member for _, _, sheet in sheets)], self._draft.write)

    def _frame(self, plans: Sequence[SheetPlan]) -> Frame:
        return frame(self._writing, plans, self._tally.groups() if self._rich else None)


@dataclass(slots=True)
class _Sheet:
    """A sheet that is being written."""

    member: Member
    rows: int = 0
    """Below the heading."""


@dataclass(slots=True)
class _Table:
    """A kind of rows on one sheet, or on several when there are more than fit."""

    name: str
    """The msgid of the sheet's title."""
    columns: Sequence[str]
    sheet_rows: int
    head: bytes = b""
    sheets: list[_Sheet] = field(default_factory=list)

    def begin(self) -> None:
        """Go on in a new sheet."""
        # Only the first sheet of a workbook is selected: whoever types into several at once spoils all.
        head = self.head.replace(b' tabSelected="1"', b"") if self.sheets else self.head
        self.sheets.append(_Sheet(Member("")))
        self.sheets[-1].member.write(head)

    def add(self, lines: Sequence[T], write: Callable[[Sequence[T], int], bytes]) -> None:
        """Write rows."""
        while lines:
            if not self.sheets or self._is_full():
                self.begin()
            sheet = self.sheets[-1]
            now, lines = lines[: self.sheet_rows - sheet.rows], lines[self.sheet_rows - sheet.rows :]
            sheet.member.write(write(now, sheet.rows + 2))
            sheet.rows += len(now)

    def _is_full(self) -> bool:
        return self.sheets[-1].rows >= self.sheet_rows or self.sheets[-1].member.size >= SHEET_BYTES

    def plan(self, writing: Writing, number: int) -> SheetPlan:
        """What the frame has to know of one of the sheets, counted from 0."""
        return SheetPlan(
            title=sheet_title(writing.tr.plain(self.name), number),
            columns=self.columns,
            rows=self.sheets[number].rows if self.sheets else 0,
            right_to_left=writing.tr.language.runs_right_to_left or self.name == _IN_URDU,
        )


class Tally:
    """Counts inquiries for the summary."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._times = LocalTimes(writing.zone)
        self._days: Counter[str] = Counter()
        self._values: list[Counter[str]] = [Counter() for _ in _COUNTED]

    def add(self, lines: Sequence[Line]) -> None:
        """Count inquiries."""
        self._days.update(self._times.write(line[10])[:10] for line in lines)
        for counter, (_, _, place, _) in zip(self._values, _COUNTED, strict=True):
            counter.update(str(line[place]) for line in lines)

    def groups(self) -> list[Group]:
        """What the summary shows."""
        tr = self._writing.tr
        days = [(date.fromisoformat(one), self._days[one]) for one in self._all_days()]
        made = [Group(name=tr.plain("Day"), title=tr.plain("By day"), counts=days)]
        for counter, (name, title, _, labels) in zip(self._values, _COUNTED, strict=True):
            counts = [(tr.plain(label), counter[value]) for value, label in labels.items()]
            made.append(Group(name=tr.plain(name), title=tr.plain(title), counts=counts))
        return made

    def _all_days(self) -> list[str]:
        """The days from the first to the last, those without inquiries too unless there are too many."""
        if not self._days:
            return []
        first, last = date.fromisoformat(min(self._days)), date.fromisoformat(max(self._days))
        if (last - first).days > _LONGEST_GAP:
            return sorted(self._days)
        return [(first + timedelta(days=one)).isoformat() for one in range((last - first).days + 1)]


def _whole(name: str, content: bytes) -> Member:
    member = Member(name)
    member.write(content)
    member.finish()
    return member
