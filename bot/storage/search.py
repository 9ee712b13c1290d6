"""Which inquiries: a filter as conditions, and words that are looked for.

A readable database keeps folded words beside each inquiry and looks into them. A sealed one looks a code, a
full name or an @username up by its key, and only when that finds nothing opens the words, page by page.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select

from bot.domain.codes import find_code
from bot.domain.inquiries import Author, Inquiry, InquiryFilter
from bot.storage.cipher import fold
from bot.storage.database import Database
from bot.storage.tables import inquiries, posts, words

_PAGE = 500

_WRITTEN = (
    select(posts.c.inquiry_id, posts.c.text)
    .where(
        posts.c.inquiry_id.in_(bindparam("numbers", expanding=True)), posts.c.author == bindparam("visitor")
    )
    .order_by(posts.c.id)
)


def containing(column: ColumnElement[Any], folded: str) -> ColumnElement[bool]:
    """Whether folded text contains a folded part, taken literally."""
    escaped = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.like(f"%{escaped}%", escape="\\")


def conditions(wanted: InquiryFilter) -> list[ColumnElement[bool]]:
    """Everything that the filter asks but its words."""
    table = inquiries.c
    asked: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        asked.append(table.created_at >= wanted.since)
    if wanted.until is not None:
        asked.append(table.created_at < wanted.until)
    if wanted.section is not None:
        asked.append(table.section == wanted.section)
    if wanted.language is not None:
        asked.append(table.language == wanted.language.value)
    if wanted.statuses:
        asked.append(table.status.in_(sorted(status.value for status in wanted.statuses)))
    if wanted.person_id is not None:
        asked.append(table.person_id == wanted.person_id)
    if wanted.claimed_by is not None:
        asked.append(table.claimed_by == wanted.claimed_by)
    if wanted.unclaimed:
        asked.append(table.claimed_by.is_(None))
    if wanted.waiting_before is not None:
        asked.append(and_(table.waiting_since.is_not(None), table.waiting_since < wanted.waiting_before))
    return asked


def matching(connection: Connection, database: Database, wanted: InquiryFilter) -> list[ColumnElement[bool]]:
    """All conditions of the filter, its words included."""
    asked = conditions(wanted)
    sought = fold(wanted.words)
    if not sought:
        return asked
    code = find_code(wanted.words)
    if not database.cipher.seals:
        found = inquiries.c.id.in_(select(words.c.inquiry_id).where(containing(words.c.text, sought)))
        return [*asked, or_(found, inquiries.c.code == code) if code else found]
    return [*asked, _sealed(connection, database, asked, sought, code)]


def _sealed(
    connection: Connection,
    database: Database,
    asked: Sequence[ColumnElement[bool]],
    sought: str,
    code: str | None,
) -> ColumnElement[bool]:
    keys = database.cipher.keys_of(sought.removeprefix("@"))
    keyed = or_(inquiries.c.name_key.in_(keys), inquiries.c.username_key.in_(keys))
    if code:
        keyed = or_(keyed, inquiries.c.code == code)
    if connection.execute(select(inquiries.c.id).where(*asked, keyed).limit(1)).first():
        return keyed
    found = [number for number, text in _opened(connection, asked) if sought in text]
    return database.among(inquiries.c.id, found)


def _opened(connection: Connection, asked: Sequence[ColumnElement[bool]]) -> Iterator[tuple[int, str]]:
    """The number and the folded words of every inquiry, page by page."""
    page: Select[Any] = select(inquiries).where(*asked).order_by(inquiries.c.id).limit(_PAGE)
    rows = connection.execute(page).all()
    while rows:
        written = _written(connection, [row.id for row in rows])
        for row in rows:
            values = [answer[2] for answer in row.answers or ()]
            parts = (row.code, row.name, row.username and f"@{row.username}", row.text, *values)
            yield row.id, _folded((*parts, *written.get(row.id, ())))
        rows = connection.execute(page.where(inquiries.c.id > rows[-1].id)).all()


def inquiry_words(connection: Connection, inquiry_id: int, inquiry: Inquiry) -> str:
    """Everything that an inquiry which has just been written is found by, folded."""
    values = [answer.value for answer in inquiry.answers]
    name = inquiry.username and f"@{inquiry.username}"
    written = _written(connection, [inquiry_id]).get(inquiry_id, ())
    return _folded((inquiry.code, inquiry.name, name, inquiry.text, *values, *written))


def _written(connection: Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """What the visitors wrote in some threads."""
    texts: dict[int, list[str]] = {}
    for number, text in connection.execute(_WRITTEN, {"numbers": numbers, "visitor": Author.VISITOR.value}):
        texts.setdefault(number, []).append(text)
    return texts


def _folded(parts: Sequence[str]) -> str:
    distinct = dict.fromkeys(fold(part) for part in dict.fromkeys(parts))
    return "\n".join(part for part in distinct if part)
