"""Replies from a sheet: how it is done, the plan, and what became of it."""

from collections.abc import Sequence

from bot.domain.exports import Format
from bot.domain.roundtrip import Fault, Plan, Row, SheetFault
from bot.i18n.catalogues import Translator, UserText, mark
from bot.telegram.callbacks import SheetStep, Take
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, bold, cut, finished, quoted
from bot.telegram.views import buttons

_NAMED = 15
"""So many rows of a kind are named; of the others only the number is told."""
_SAMPLES = 3
_SAMPLE = 200
"""UTF-16 units of a reply shown before it is sent."""
FAULTS: dict[Fault, str] = {
    Fault.NO_CODE: mark("the code is missing"),
    Fault.MERGED: mark("its cells are merged with other rows"),
    Fault.TOO_LONG: mark("the reply is too long"),
    Fault.LOST_LETTERS: mark("its letters were lost when the file was saved: save it as XLSX"),
    Fault.SPREADSHEET_ERROR: mark("the cell holds an error of the spreadsheet"),
    Fault.NO_VALUE: mark("a formula was saved without its result: write the words themselves"),
    Fault.TWICE: mark("a column stands twice, with different words"),
    Fault.SHIFTED: mark("it has more cells than there are headings: a comma stands without quotation marks"),
    Fault.QUOTES: mark("a quotation mark is wrong; this row and those below it were not read"),
}
SHEET_FAULTS: dict[SheetFault, str] = {
    SheetFault.KIND: mark("I can read replies only from an XLSX or a CSV file."),
    SheetFault.DAMAGED: mark("The file is damaged. Please save it again and send it once more."),
    SheetFault.TOO_LARGE: mark("The file is too large. Please keep only the rows that you have filled in."),
    SheetFault.NO_COLUMNS: mark("The file has no heading “code” together with “reply” or “close”."),
    SheetFault.LOCKED: mark("A password protects the file. Please send it without one."),
}


def how_to(tr: Translator) -> Screen:
    """How replies are written in a sheet."""
    lines = [
        bold(tr("Send replies from a sheet")),
        tr("1. Take the log as Excel or CSV."),
        tr("2. Write your replies in the column “reply”; a reason in the column “close” closes the inquiry."),
        tr("3. Send the file to me here. I show what I would send, and send it when you agree."),
        tr(
            "You may sort, hide and move rows and columns. Each reply is sent once, also when the file comes twice."
        ),
    ]
    take = Button(label=tr.plain("Take the log (Excel)"), data=Take(format=Format.XLSX))
    return finished(tr, "\n\n".join(lines), [[take], *buttons.fixed_rows(tr)])


def plan(tr: Translator, plan: Plan) -> Screen:
    """What would be sent, and what not and why."""
    lines = [
        bold(tr("Replies from a sheet")),
        "\n".join(
            [
                tr("To send: {n}", n=len(plan.send)),
                tr("Already answered: {n}", n=len(plan.sent) + len(plan.answered)),
                tr("Unknown or stale codes: {n}", n=len(plan.stale)),
                tr("Unreadable rows: {n}", n=len(plan.unreadable)),
            ]
        ),
        *_samples(tr, plan.send),
        *_named(tr, tr("Answered or closed since:"), plan.answered),
        *_named(tr, tr("Unknown or stale:"), plan.stale),
        *_unreadable(tr, plan.unreadable),
    ]
    if not plan.send:
        lines.append(tr("There is nothing to send."))
        return finished(tr, "\n\n".join(lines), buttons.fixed_rows(tr))
    forward = tr.plain_plural("Send {n} reply", "Send {n} replies", len(plan.send))
    rows: list[Sequence[Button]] = [
        [Button(label=forward, data=SheetStep(act="send"), style=FORWARD)],
        [Button(label=tr.plain("Throw away"), data=SheetStep(act="drop"), style=THROW_AWAY)],
    ]
    return finished(tr, "\n\n".join(lines), [*rows, *buttons.fixed_rows(tr)])


def _samples(tr: Translator, rows: Sequence[Row]) -> list[str]:
    """The first replies, so that lost letters are seen before they are sent."""
    shown = [row for row in rows if row.reply][:_SAMPLES]
    return [f"{tr.value(row.code)}\n{quoted(tr.value(UserText(cut(row.reply, _SAMPLE))))}" for row in shown]


def _named(tr: Translator, head: str, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = [
        tr("row {row}: {code}", row=UserText(row.place), code=UserText(cut(row.code, 20)))
        for row in rows[:_NAMED]
    ]
    return ["\n".join([head, *lines, *_others(tr, rows)])]


def _unreadable(tr: Translator, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = [
        tr("row {row}: {why}", row=UserText(row.place), why=tr.plain(FAULTS[row.fault]))
        for row in rows[:_NAMED]
        if row.fault is not None
    ]
    return ["\n".join([tr("Unreadable:"), *lines, *_others(tr, rows)])]


def _others(tr: Translator, rows: Sequence[Row]) -> list[str]:
    more = len(rows) - _NAMED
    return [tr.plural("and {n} more", "and {n} more", more)] if more > 0 else []


def under_way(tr: Translator) -> Screen:
    """The replies are being sent."""
    return finished(tr, tr("Sending the replies…"), buttons.fixed_rows(tr))


def sent(tr: Translator, number: int, gone: Sequence[Row]) -> Screen:
    """What became of them."""
    lines: list[str] = [
        tr.plural("{n} reply is on its way.", "{n} replies are on their way.", number),
        *_named(tr, tr("Gone meanwhile:"), gone),
    ]
    return finished(tr, "\n\n".join(lines), buttons.fixed_rows(tr))


def dropped(tr: Translator) -> Screen:
    """Nothing was sent."""
    return finished(tr, tr("Stopped. Nothing was sent."), buttons.fixed_rows(tr))


def unreadable(tr: Translator, fault: SheetFault) -> Screen:
    """The file is no sheet of replies."""
    take = Button(label=tr.plain("Take the log (Excel)"), data=Take(format=Format.XLSX))
    return finished(tr, tr.text(SHEET_FAULTS[fault]), [[take], *buttons.fixed_rows(tr)])


def not_fetched(tr: Translator) -> Screen:
    """Telegram did not hand the file out."""
    text = tr("I could not fetch the file from Telegram. Please send it again.")
    return finished(tr, text, buttons.fixed_rows(tr))


def only_private(tr: Translator) -> Screen:
    """Not in a group."""
    return finished(tr, tr("Please send the filled file to me in a private chat."))
