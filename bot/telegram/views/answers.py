"""Answers to free text: the best article's beginning, the next best, and the way to a person."""

from collections.abc import Sequence

from bot.content import rendering
from bot.content.pack import Content
from bot.content.schema import Article
from bot.content.search.finding import Hit
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Draft, Go
from bot.telegram.screens import Button, Screen, cut, finished
from bot.telegram.views import buttons

SHOWN = 3
"""Answers offered as buttons."""
_LONGEST_TITLE = 40
_LIKELY = 0.04
"""Probability below which a further answer is not offered."""


def articles_of(content: Content, ranked: Sequence[Hit]) -> list[Article]:
    """The articles worth offering, best first, each once."""
    wanted = [one.id for number, one in enumerate(ranked) if number == 0 or one.score >= _LIKELY]
    found = (content.articles.get(name) for name in dict.fromkeys(wanted))
    return [one for one in found if one is not None][:SHOWN]


def found(tr: Translator, content: Content, articles: Sequence[Article]) -> Screen:
    """The beginning of the best answer; the others as buttons; none of these: ask a person."""
    best = articles[0]
    text = f"{rendering.beginning(content, best, tr)}"
    if len(articles) > 1:
        text = "\n\n".join([text, tr("Or did you mean one of the other topics below?")])
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain("Read on: {title}", title=_title(tr, best)), data=Go(to=best.id))]
    ]
    # Titles, not the labels of the menu: "Fees" says enough under "Visa" only.
    rows += [[Button(label=_title(tr, one), data=Go(to=one.id))] for one in articles[1:]]
    rows.append([Button(label=tr.plain("None of these: ask a person"), data=Draft(act="person"))])
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr)])


def _title(tr: Translator, article: Article) -> str:
    return cut(tr.plain(article.title), _LONGEST_TITLE)


def smalltalk(tr: Translator) -> Screen:
    """A greeting, a chat."""
    text = tr(
        "Hello! I am the bot of Kazakhstan House in Lahore. Ask me about visas, travel, study, trade or flights, or choose a topic."
    )
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def parting(tr: Translator) -> Screen:
    """Thanks, or a farewell."""
    text = tr("Thank you for writing to us! If you have another question, simply write it here.")
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def offtopic(tr: Translator) -> Screen:
    """Something that the House does not deal with."""
    text = tr(
        "I am sorry, this is not something Kazakhstan House can help with. We advise on Kazakhstan: visas, travel, culture, study, trade, investment and flights."
    )
    person = Button(label=tr.plain("It is about Kazakhstan: ask a person"), data=Draft(act="person"))
    return finished(tr, text, [[person], *buttons.fixed_rows(tr)])


def nothing(tr: Translator) -> Screen:
    """A message without any words: only signs or emoji, or a sticker."""
    text = tr("Please write your question in a few words, or choose a topic in the menu.")
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])
