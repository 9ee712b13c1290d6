"""The buttons that many screens share."""

from collections.abc import Sequence

from bot.content.schema import HOME
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Go, Mine, Open
from bot.telegram.screens import Button


def home(tr: Translator) -> Button:
    """To the first menu."""
    return Button(label=tr.plain("Main menu"), data=Go(to=HOME))


def back_to(tr: Translator, screen_id: str) -> Button:
    """One level up."""
    return Button(label=tr.plain("Back"), data=Go(to=screen_id))


def back_to_mine(tr: Translator) -> Button:
    """To the list of own inquiries."""
    return Button(label=tr.plain("Back"), data=Open(what="my"))


def ask(tr: Translator) -> Button:
    """Ask a person, about anything."""
    return Button(label=tr.plain("Ask a question"), data=Open(what="ask"))


def my_inquiries(tr: Translator) -> Button:
    """The own inquiries."""
    return Button(label=tr.plain("My inquiries"), data=Open(what="my"))


def language(tr: Translator) -> Button:
    """The language picker; it names the word in English too, for who cannot read the present one."""
    word = tr.plain("Language")
    label = word if word == "Language" else f"{word} · Language"
    return Button(label=label, data=Open(what="language"))


def view_inquiry(tr: Translator, code: str) -> Button:
    """An own inquiry."""
    return Button(label=tr.plain("See this inquiry"), data=Mine(act="view", code=code))


def fixed_rows(tr: Translator, *, back: Button | None = None) -> list[Sequence[Button]]:
    """Back and home, the last row of every screen."""
    return [[back, home(tr)]] if back else [[home(tr)]]
