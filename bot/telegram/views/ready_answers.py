"""Ready answers: shown to staff in their language, sent in the visitor's."""

from collections.abc import Sequence

from bot.domain.desk import newest_answer
from bot.domain.inquiries import Inquiry, Thread
from bot.i18n.catalogues import Translator, UserText, mark
from bot.telegram.callbacks import Card, number_of
from bot.telegram.screens import FORWARD, LONGEST_TEXT, Button, Screen, bold, finished, in_rows, quoted, utf16
from bot.telegram.views.cards import LANGUAGE, CardFrame, back, head

READY: dict[str, tuple[str, str]] = {
    "wait": (
        mark("We are looking into it"),
        mark("Thank you for your question. We are looking into it and will answer you here."),
    ),
    "details": (
        mark("Please tell us more"),
        mark("Please tell us more: for which dates, for how many people, and what exactly you need."),
    ),
    "confirm": (
        mark("Confirm with the embassy"),
        mark(
            "The rules can change. Please confirm with the Embassy of Kazakhstan in Islamabad before you pay or travel."
        ),
    ),
    "visit": (
        mark("Please visit us"),
        mark("It is best to talk about this in person. Please tell us which day suits you."),
    ),
    "thanks": (
        mark("Glad to help"),
        mark("We are glad that we could help. Write to us at any time."),
    ),
}
"""Ready answers: what the button says to staff, and what the visitor reads in their own language."""


def choices(tr: Translator, inquiry: Inquiry) -> list[Sequence[Button]]:
    """The ready answers."""
    choices = [
        Button(label=tr.plain(label), data=Card(act="say", code=inquiry.code, arg=name))
        for name, (label, _) in READY.items()
    ]
    return [*in_rows(choices, 1), back(tr, inquiry)]


def preview(
    tr: Translator, thread: Thread, name: str, theirs: Translator, *, below: Screen, frame: CardFrame
) -> Screen:
    """A ready answer whole, ``below`` its inquiry, in the languages of both; only Send sends it.

    ``theirs`` speaks the visitor's language. Where the inquiry leaves no room only its head stands above.
    """
    inquiry = thread.inquiry
    lines = [bold(tr("Send this ready answer?")), _quote(tr, text_of(tr, name))]
    if theirs.language is not tr.language:
        in_theirs = tr("The visitor gets it in {language}:", language=tr.text(LANGUAGE[theirs.language]))
        lines += [in_theirs, _quote(tr, text_of(theirs, name))]
    newest = newest_answer(thread)
    sending = Card(act="send", code=inquiry.code, arg=f"{name}.{newest.id if newest else 0}")
    rows = [
        [Button(label=tr.plain("Send"), data=sending, style=FORWARD)],
        [Button(label=tr.plain("Back"), data=Card(act="canned", code=inquiry.code))],
    ]
    shown = finished(tr, "\n".join(lines), rows)
    whole = shown.with_note(below.text)
    if utf16(whole.text) <= LONGEST_TEXT:
        return whole
    return shown.with_note(tr.finish(head(tr, inquiry, frame)))


def _quote(tr: Translator, text: str) -> str:
    return quoted(tr.value(UserText(text)))


def read_sending(arg: str) -> tuple[str, int]:
    """Which ready answer a button sends, and the newest answer that was seen above it."""
    name, _, newest = arg.partition(".")
    return name, number_of(newest)


def text_of(tr: Translator, name: str) -> str:
    """The words of a ready answer in the reader's language; plain text."""
    return tr.plain(READY[name][1])
