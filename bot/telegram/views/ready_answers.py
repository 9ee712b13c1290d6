"""Ready answers: shown to staff in their language, sent in the visitor's."""

from collections.abc import Sequence

from bot.domain.inquiries import Inquiry
from bot.i18n.catalogues import Translator, mark
from bot.telegram.callbacks import Card
from bot.telegram.screens import Button, in_rows
from bot.telegram.views.cards import back

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


def text_of(tr: Translator, name: str) -> str:
    """The words of a ready answer in the reader's language; plain text."""
    return tr.plain(READY.get(name, READY["wait"])[1])
