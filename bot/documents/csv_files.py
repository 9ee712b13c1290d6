"""CSV as Excel opens it: UTF-8 with a byte-order mark, comma, header first, one row an inquiry."""

import csv
import io
from collections.abc import Sequence

from bot.documents.cells import answers, attachments, guarded, local
from bot.documents.files import Draft
from bot.documents.rows import Writing
from bot.domain.exports import COLUMNS, Line

_BOM = "\ufeff"


class CsvWriter:
    """Writes one CSV file."""

    def __init__(self, draft: Draft, writing: Writing) -> None:
        self._draft = draft
        self._writing = writing
        self.messages = 0
        self._put(_BOM, [COLUMNS])

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._draft.size

    def add(self, lines: Sequence[Line]) -> None:
        """Write inquiries."""
        self._put("", [self._row(line) for line in lines])

    def finish(self) -> None:
        """Nothing follows the last row."""

    def _put(self, before: str, rows: Sequence[Sequence[object]]) -> None:
        text = io.StringIO(newline="")
        text.write(before)
        csv.writer(text).writerows(rows)
        self._draft.write(text.getvalue().encode())

    def _row(self, line: Line) -> Sequence[object]:
        zone, translate, words = self._writing.zone, self._writing.tr.plain, self._writing.words

        def cell(text: str) -> str:
            return guarded(words(text)) if text else ""

        return (
            line.code,
            cell(line.text),
            line.section,
            line.status,
            line.language,
            cell(line.name),
            cell(line.username),
            line.person_id,
            local(line.created_at, zone),
            local(line.seen_at, zone),
            local(line.answered_at, zone),
            local(line.closed_at, zone),
            cell(line.claimed_name),
            line.form,
            cell(answers(line.answers, translate)),
            cell(attachments(line.attachments)),
            line.messages,
            cell(line.last_reply),
            line.rating,
            cell(line.rating_comment),
            cell(line.close_reason),
            "",
            "",
        )
