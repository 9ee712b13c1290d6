"""What a button carries, within Telegram's 64 bytes. It is only a hint: rights are checked at every tap."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

_LARGEST = 2**53
"""Beyond every number of Telegram's and of ours; a database takes it, and a page of ten times as many."""
Whole = Annotated[int, Field(ge=-_LARGEST, le=_LARGEST)]
"""A number in a button: a forged one that is larger makes it a button that nobody knows."""
_STAYS = "+"
"""Begins the data of buttons under a message that no tap may edit: a receipt, an answer of staff."""


def staying(data: str) -> str:
    """The data of a button under a message that stays as it is."""
    return _STAYS + data


def read_staying(data: str) -> tuple[str, bool]:
    """The data itself, and whether the message stays as it is."""
    return data.removeprefix(_STAYS), data.startswith(_STAYS)


def number_of(arg: str) -> int:
    """The number that a button's argument is; 0 for anything else, forged ones of any length included."""
    is_one = arg.isascii() and arg.isdecimal() and len(arg) <= len(str(_LARGEST))
    return int(arg) if is_one else 0


class Go(CallbackData, prefix="go"):
    """Show a screen of the content."""

    to: str


class PickLanguage(CallbackData, prefix="lang"):
    """Choose a language."""

    code: str


class Open(CallbackData, prefix="open"):
    """Open a screen that is not content: ``ask``, ``my``, ``language``, ``help``, ``resume``."""

    what: str
    arg: str = ""


class Ask(CallbackData, prefix="ask"):
    """Ask a person about a screen."""

    screen: str


class Draft(CallbackData, prefix="draft"):
    """A step with the question that is about to be sent: ``send``, ``drop``, ``section``, ``edit``."""

    act: str
    arg: str = ""


class Fill(CallbackData, prefix="fill"):
    """A step in a form: ``pick``, ``skip``, ``back``, ``done``, ``edit``, ``pause``, ``start``."""

    act: str
    field: str = ""
    value: str = ""


class Mine(CallbackData, prefix="mine"):
    """An own inquiry: ``view``, ``add``, ``close``, ``reopen``, ``rate``, ``take``, ``drop``, ``dropped``."""

    act: str
    code: str
    arg: str = ""


class Own(CallbackData, prefix="own"):
    """A step with one's own data: ``privacy``, ``data``, ``ask``, ``erase``, ``keep``."""

    act: str


class Folk(CallbackData, prefix="folk"):
    """A step with people: ``list``, ``pick``; with one: ``card``, ``role`` (arg), ``ban``, ``unban``."""

    act: str
    person: Whole = 0
    arg: str = ""


class Trail(CallbackData, prefix="trail"):
    """A page of the audit log: entries before this number; 0: the newest."""

    before: Whole = 0


class Card(CallbackData, prefix="card"):
    """A step of staff with an inquiry: ``claim``, ``release``, ``reopen``, ``open``, ``read`` and others."""

    act: str
    code: str
    arg: str = ""


class Queue(CallbackData, prefix="queue", sep="|"):
    """A list of inquiries for staff: which one, which page, and the words that were looked for."""

    which: str
    page: Whole = 0
    words: str = ""


class Walk(CallbackData, prefix="wiz"):
    """A step in a wizard: the options chosen so far, a letter each; ``mark`` tells one pack from another."""

    wizard: str
    mark: str = ""
    path: str = ""


class Tick(CallbackData, prefix="tick"):
    """Tick or clear a line of the checklist at the end of a wizard.

    It says which of the two, not "the other one": a tap that comes twice, or is worked through again after a
    crash, does no more than once.
    """

    wizard: str
    mark: str
    path: str
    line: Whole
    on: bool


class Sub(CallbackData, prefix="sub"):
    """Announcements for oneself: ``topic`` or ``out`` of ``arg``, ``all``, ``none``, ``choose``."""

    act: str
    arg: str = ""


class Cast(CallbackData, prefix="cast"):
    """A step of an admin with an announcement: ``act`` on its number, with one more value."""

    act: str
    number: Whole = 0
    arg: str = ""


class Stat(CallbackData, prefix="stat"):
    """A picture of statistics: ``PictureKind`` over the last so many days."""

    kind: str
    days: Whole


class FactStep(CallbackData, prefix="fact"):
    """A step at the fact desk.

    ``all``, ``list`` of the group ``arg`` from ``place`` on; with a fact: ``one``, ``change``, ``undo``,
    ``history``, ``unknown``; while changing: ``pick`` of ``arg``, ``look``, ``back``, ``publish``, ``drop``.
    ``undo`` and ``unknown`` change what was seen: ``place`` is the number of the last change then.
    """

    act: str
    arg: str = ""
    place: Whole = 0


class Take(CallbackData, prefix="take"):
    """A step towards an export: each tap adds the next value; with all three the file is made."""

    format: str = ""
    days: Whole = -1
    """The last so many days; 0: everything; -1: not chosen yet."""
    section: str = ""
    """A section, ``all``, or empty while not chosen yet."""


class SheetStep(CallbackData, prefix="sheet"):
    """What becomes of the replies of a sheet: ``send``, ``drop``."""

    act: str
