"""Round trip: replies that staff wrote into an exported sheet, planned, shown, then sent each once."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.domain.codes import find_code
from bot.domain.desk import Actor, Desk
from bot.domain.errors import InquiryErased, InquiryNotFound
from bot.domain.inquiries import Author, InquiryStore, Status, Thread
from bot.domain.messages import Words
from bot.domain.people import require
from bot.domain.rights import Right
from bot.domain.threads import LONGEST_TEXT

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_WITHIN = re.compile(r"\?([^\W\d_])")
"""A question mark with a letter right after it."""


class Fault(StrEnum):
    """Why a row cannot be read."""

    NO_CODE = "no_code"
    """Something is filled in, but there is no code."""
    MERGED = "merged"
    """The row's cells are merged with others."""
    TOO_LONG = "too_long"
    """The reply is longer than may be sent."""
    LOST_LETTERS = "lost_letters"
    """Only question marks: the sheet was saved without its letters."""
    SPREADSHEET_ERROR = "spreadsheet_error"
    """The cell holds an error such as #REF!."""
    NO_VALUE = "no_value"
    """The cell holds a formula that was saved without its value."""
    TWICE = "twice"
    """The same column stands twice, with different words."""
    SHIFTED = "shifted"
    """A row of CSV with more cells than headings: a comma in words without quotation marks."""
    QUOTES = "quotes"
    """A row of CSV with a wrong quotation mark: where it ends nobody knows, the rows below are not read."""


class SheetFault(StrEnum):
    """Why a file cannot be read at all."""

    KIND = "kind"
    """Neither XLSX nor CSV."""
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    NO_COLUMNS = "no_columns"
    """No heading ``code`` together with ``reply`` or ``close``."""
    LOCKED = "locked"
    """A password protects it."""


class SheetUnreadable(Exception):
    """The file is no sheet of replies."""

    def __init__(self, fault: SheetFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row in which something was filled in."""

    place: str
    """Where it stands as a person finds it: its number, after the sheet's title where there are several."""
    code: str = ""
    reply: str = ""
    close: str = ""
    """Not empty: close the inquiry with this reason."""
    messages: int | None = None
    """How many messages the thread had when the sheet was made; None when the sheet no longer says."""
    was_closed: bool = False
    """Whether the sheet says that the inquiry was closed."""
    fault: Fault | None = None

    @property
    def cause(self) -> str:
        """What makes sending it happen once: the same row of the same export has the same cause."""
        parts = (self.code, str(self.messages), self.reply, self.close)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return f"sheet:{digest[:40]}"


def checked(row: Row) -> Row:
    """The row with its code in the exact form if it is one, and the fault that keeps it from being sent."""
    code = find_code(row.code)
    fault = row.fault
    if fault is None and not row.code:
        fault = Fault.NO_CODE
    if fault is None and len(row.reply) > LONGEST_TEXT:
        fault = Fault.TOO_LONG
    if fault is None and _lost_letters(row.reply):
        fault = Fault.LOST_LETTERS
    return Row(
        place=row.place,
        code=code or row.code,
        reply=row.reply,
        close=row.close,
        messages=row.messages,
        was_closed=row.was_closed,
        fault=fault,
    )


def _lost_letters(reply: str) -> bool:
    """A spreadsheet saves letters that an encoding lacks as question marks: all of them, or some in words."""
    words = _ADDRESS.sub("", reply)
    if words.count("?") > 2 and not any(char.isalnum() for char in words):  # noqa: PLR2004 - "??" may be meant
        return True
    return sum(not found[1].isupper() for found in _WITHIN.finditer(words)) > 1


class SheetReader(Protocol):
    """Reads sheets."""

    async def read(self, path: Path) -> Sequence[Row]:
        """The rows in which ``reply`` or ``close`` is filled in. Raises ``SheetUnreadable``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What sending a sheet would do."""

    send: tuple[Row, ...] = ()
    """To be sent, in the order of the sheet."""
    sent: tuple[Row, ...] = ()
    """Sent before from this sheet."""
    answered: tuple[Row, ...] = ()
    """Answered or closed by somebody else since the sheet was made."""
    stale: tuple[Row, ...] = ()
    """A mistyped code, no such inquiry, or one that was erased at the person's request."""
    unreadable: tuple[Row, ...] = ()

    @property
    def filled(self) -> int:
        """Rows in which something was filled in."""
        parts = (self.send, self.sent, self.answered, self.stale, self.unreadable)
        return sum(map(len, parts))


async def make_plan(rows: Sequence[Row], inquiries: InquiryStore) -> Plan:
    """Sort the rows by what would become of them. Two rows that say the same are one."""
    piles: dict[str, list[Row]] = {name: [] for name in ("send", "sent", "answered", "stale", "unreadable")}
    seen: set[str] = set()
    for row in map(checked, rows):
        if row.fault is None and row.cause in seen:
            continue
        seen.add(row.cause)
        own = sum(one.code == row.code and bool(one.reply) for one in piles["sent"])
        piles[await _pile(row, inquiries, own=own)].append(row)
    return Plan(**{name: tuple(pile) for name, pile in piles.items()})


async def _pile(row: Row, inquiries: InquiryStore, *, own: int) -> str:
    if row.fault is not None:
        return "unreadable"
    if await inquiries.applied(row.cause):
        return "sent"
    try:
        thread = await inquiries.get(row.code)
    except InquiryNotFound:
        return "stale"
    if thread.inquiry.erased_at is not None:
        return "stale"
    return "answered" if _is_settled(row, thread, own=own) else "send"


def _is_settled(row: Row, thread: Thread, *, own: int) -> bool:
    """Whether staff have replied, or somebody has closed it, since the sheet was made.

    ``own``: replies of the same sheet to this inquiry that were sent before; they do not count.
    """
    inquiry = thread.inquiry
    if inquiry.status is Status.CLOSED and not (row.was_closed and row.reply):
        return True
    if not row.reply:
        return False
    if row.messages is None:
        return inquiry.status is Status.ANSWERED and not own
    spoken = [post for post in thread.posts if post.author is not Author.NOTE]
    return sum(post.author is Author.STAFF for post in spoken[row.messages :]) > own


@dataclass(slots=True)
class Outcome:
    """What became of sending."""

    sent: int = 0
    gone: list[Row] = field(default_factory=list)
    """Erased or vanished between the plan and the sending."""


async def carry_out(
    plan: Plan, desk: Desk, actor: Actor, *, told: Callable[[int], Awaitable[None]] | None = None
) -> Outcome:
    """Send what is planned. Safe to do again: what was sent is not sent twice. Raises ``NotAllowed``."""
    require(actor.role, Right.ANSWER)
    outcome = Outcome()
    for row in plan.send:
        try:
            await _send(row, desk, actor)
        except (InquiryNotFound, InquiryErased):
            outcome.gone.append(row)
        else:
            outcome.sent += 1
            if told:
                await told(outcome.sent)
    return outcome


async def _send(row: Row, desk: Desk, actor: Actor) -> None:
    if row.reply:
        await desk.reply(actor, row.code, Words(text=row.reply), cause=row.cause, close=row.close)
    else:
        await desk.close(actor, row.code, row.close, cause=row.cause)
