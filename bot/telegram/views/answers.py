"""Answers to free text: the best article's beginning, the next best, and the way to a person."""

from collections.abc import Sequence

from bot.content import rendering
from bot.content.pack import Content
from bot.content.schema import Article
from bot.content.search.finding import Found, Hit
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Draft, Go
from bot.telegram.screens import Button, Screen, cut, finished
from bot.telegram.views import buttons

SHOWN = 3
"""Answers offered as buttons."""
_LONGEST_TITLE = 40
_SURE = 0.3
"""Probability below which no answer is given, only topics are offered: of unseen questions so unsure, two
of nine had the right one first, five of nine among the first three."""
_LIKELY = 0.04
"""Probability below which a further answer is not offered."""


def articles_of(content: Content, ranked: Sequence[Hit], *, least: float = _LIKELY) -> list[Article]:
    """The articles worth offering, best first, each once: the best, and others of at least this probability."""
    wanted = [one.id for number, one in enumerate(ranked) if number == 0 or one.score >= least]
    found = (content.articles.get(name) for name in dict.fromkeys(wanted))
    return [one for one in found if one is not None][:SHOWN]


def answer(tr: Translator, content: Content, found: Found) -> Screen:
    """What a text gets in return."""
    articles = articles_of(content, found.ranked)
    if found.vague:
        return nothing(tr)
    if found.parting:
        return parting(tr)
    if found.rejected or not articles:
        return smalltalk(tr) if found.smalltalk else offtopic(tr)
    if found.ranked[0].score < _SURE:
        return unsure(tr, articles_of(content, found.ranked, least=0))
    return likely(tr, content, articles)


def likely(tr: Translator, content: Content, articles: Sequence[Article]) -> Screen:
    """The beginning of the best answer; the others as buttons; none of these: ask a person."""
    best = articles[0]
    text: str = rendering.beginning(content, best, tr)
    if others := articles[1:]:
        more = tr.plural(
            "Or did you mean the other topic below?",
            "Or did you mean one of the other topics below?",
            len(others),
        )
        text = f"{text}\n\n{more}"
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain("Read on: {title}", title=_title(tr, best)), data=Go(to=best.id))]
    ]
    # Titles, not the labels of the menu: "Fees" says enough under "Visa" only.
    rows += [_offer(tr, one) for one in others]
    return finished(tr, text, [*rows, _person(tr, articles), *buttons.fixed_rows(tr)])


def unsure(tr: Translator, articles: Sequence[Article]) -> Screen:
    """No answer is likely: the best ones are offered, none is given."""
    text = tr("I am not sure what you mean. Is it one of these topics?")
    rows = [*(_offer(tr, one) for one in articles), _person(tr, articles)]
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr)])


def _offer(tr: Translator, article: Article) -> Sequence[Button]:
    return [Button(label=_title(tr, article), data=Go(to=article.id))]


def _person(tr: Translator, offered: Sequence[Article]) -> Sequence[Button]:
    label = tr.plain_plural("Not this: ask a person", "None of these: ask a person", len(offered))
    return [Button(label=label, data=Draft(act="person"))]


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
