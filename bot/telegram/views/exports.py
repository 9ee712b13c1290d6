"""Exports in the chat: what to take, how far it is, and what the files hold."""

from collections.abc import Sequence

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.exports import Export, ExportedFile, Format
from bot.i18n.catalogues import Markup, Translator, mark
from bot.telegram.callbacks import Take
from bot.telegram.screens import Button, Screen, bold, finished, in_rows
from bot.telegram.views import buttons
from bot.telegram.views.asking import section_name

EVERYTHING = "all"
"""The section that stands for all of them."""
PERIODS: dict[int, str] = {
    7: mark("The last 7 days"),
    30: mark("The last 30 days"),
    365: mark("The last 365 days"),
    0: mark("Everything"),
}
"""Days to choose from; 0 is without a limit."""
_FORMATS: dict[Format, str] = {
    Format.XLSX: mark("Excel (XLSX)"),
    Format.CSV: mark("CSV"),
    Format.HTML: mark("To read and print (HTML)"),
    Format.JSONL: mark("For programs (JSONL)"),
}
_BAR = 12
"""Characters of the progress bar."""


def formats(tr: Translator) -> Screen:
    """The first tap: which kind of file."""
    lines = [bold(tr("Take the log of inquiries")), tr("Which kind of file?")]
    choices = [Button(label=tr.plain(text), data=Take(format=one)) for one, text in _FORMATS.items()]
    return finished(tr, "\n\n".join(lines), [*in_rows(choices, 2), *buttons.fixed_rows(tr)])


def periods(tr: Translator, wanted: Format) -> Screen:
    """The second tap: from when."""
    lines = [bold(tr("Take the log of inquiries")), tr("Which inquiries?")]
    choices = [
        Button(label=tr.plain(text), data=Take(format=wanted, days=days)) for days, text in PERIODS.items()
    ]
    back = Button(label=tr.plain("Back"), data=Take())
    return finished(tr, "\n\n".join(lines), [*in_rows(choices, 2), *buttons.fixed_rows(tr, back=back)])


def sections(tr: Translator, content: Content, wanted: Format, days: int) -> Screen:
    """The third tap: about what."""
    lines = [bold(tr("Take the log of inquiries")), tr("About what?")]
    every = Button(label=tr.plain("All sections"), data=Take(format=wanted, days=days, section=EVERYTHING))
    choices = [
        Button(label=section_name(tr, content, one), data=Take(format=wanted, days=days, section=one))
        for one in Section
    ]
    back = Button(label=tr.plain("Back"), data=Take(format=wanted))
    rows: list[Sequence[Button]] = [[every], *in_rows(choices, 2)]
    return finished(tr, "\n\n".join(lines), [*rows, *buttons.fixed_rows(tr, back=back)])


def under_way(tr: Translator, done: int, total: int | None) -> Screen:
    """How far it is."""
    if not total:
        return finished(tr, tr("The file is being made…"), _rows(tr))
    filled = min(_BAR, done * _BAR // total)
    bar = "▓" * filled + "░" * (_BAR - filled)
    lines = [
        tr("The file is being made…"),
        Markup(f"<code>{bar}</code>"),
        tr("{done} of {total}", done=done, total=total),
    ]
    return finished(tr, "\n".join(lines), _rows(tr))


def sending(tr: Translator, number: int, count: int) -> Screen:
    """The files are on their way."""
    return finished(tr, tr("Sending file {number} of {count}…", number=number, count=count), _rows(tr))


def done(tr: Translator, made: Export) -> Screen:
    """All files were sent."""
    told = tr.plural("{n} inquiry exported.", "{n} inquiries exported.", made.rows)
    return finished(tr, told, _rows(tr))


def caption(tr: Translator, file: ExportedFile, made: Export, filters: str) -> Screen:
    """The manifest of one file, below it."""
    lines = [tr.plural("{n} inquiry", "{n} inquiries", file.rows)]
    if filters:
        lines.append(tr("Chosen: {filters}", filters=filters))
    if made.order.masked:
        lines.append(tr("Phone and document numbers are masked."))
    lines.append(tr("SHA-256: {digest}", digest=Markup(f"<code>{file.sha256}</code>")))
    return finished(tr, "\n".join(lines), _rows(tr))


def chosen(tr: Translator, content: Content, days: int, section: str) -> str:
    """What was chosen, in words; plain text."""
    words = [tr.plain(PERIODS[days])]
    if section != EVERYTHING:
        words.append(section_name(tr, content, section))
    return " · ".join(words)


def failed(tr: Translator) -> Screen:
    """It did not work."""
    return finished(tr, tr("The file could not be made. Please try again."), _rows(tr))


def interrupted(tr: Translator) -> Screen:
    """The bot was stopped in between."""
    return finished(tr, tr("The bot was restarted before the file was ready. Please try again."), _rows(tr))


def too_large(tr: Translator) -> Screen:
    """A part is larger than Telegram takes."""
    text = tr("A part of the file is larger than Telegram takes. Please choose a shorter time.")
    return finished(tr, text, _rows(tr))


def only_private(tr: Translator) -> Screen:
    """Not in a group."""
    return finished(tr, tr("Personal data is not sent to a group. Write /export to me in a private chat."))


def _rows(tr: Translator) -> list[Sequence[Button]]:
    again = Button(label=tr.plain("Another file"), data=Take())
    return [[again], *buttons.fixed_rows(tr)]
