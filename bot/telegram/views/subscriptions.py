"""Announcements as their readers meet them: topics to choose, the button under every copy."""

from collections.abc import Sequence

from bot.content.pack import Content
from bot.domain.broadcasts import NEWS, TOPICS
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Open, Sub
from bot.telegram.screens import Button, Screen, bold, finished, in_rows
from bot.telegram.views import buttons

_CHOSEN = "✅ "


def topic_name(tr: Translator, content: Content, topic: str) -> str:
    """What a topic is called; plain text."""
    if topic == NEWS:
        return tr.plain("News of the House")
    menu = content.menus.get(topic)
    return tr.plain(menu.title) if menu else topic


def under_copy(tr: Translator, number: int) -> Screen:
    """What stands under every copy of an announcement; the text only where it cannot stand there itself."""
    text = tr("You get this because you subscribed to announcements of Kazakhstan House.")
    out = Button(label=tr.plain("Unsubscribe"), data=Sub(act="out", arg=str(number)))
    return finished(tr, text, [[out]])


def topics(tr: Translator, content: Content, chosen: frozenset[str]) -> Screen:
    """What one is subscribed to, with a button for each topic."""
    lines = [bold(tr("Announcements"))]
    if chosen:
        lines.append(
            tr("You are subscribed. We write rarely, in your language, and only about what you choose here.")
        )
    else:
        lines.append(tr("You are not subscribed: you get no announcements."))
    lines.append(tr("Tap a topic to add it or to take it away. /stop ends all announcements."))
    rows: list[Sequence[Button]] = [*in_rows([_topic(tr, content, one, chosen) for one in TOPICS], 2)]
    if len(chosen) < len(TOPICS):
        rows.append([Button(label=tr.plain("All topics"), data=Sub(act="all"))])
    if chosen:
        rows.append([Button(label=tr.plain("Unsubscribe"), data=Sub(act="none"))])
    return finished(tr, "\n\n".join(lines), [*rows, *buttons.fixed_rows(tr)])


def _topic(tr: Translator, content: Content, topic: str, chosen: frozenset[str]) -> Button:
    name = topic_name(tr, content, topic)
    return Button(label=f"{_CHOSEN}{name}" if topic in chosen else name, data=Sub(act="topic", arg=topic))


def stopped(tr: Translator) -> Screen:
    """All announcements are off."""
    text = tr("Done. You will get no more announcements. Answers to your own inquiries still reach you.")
    rows = [
        [Button(label=tr.plain("Choose topics"), data=Sub(act="choose"))],
        [Button(label=tr.plain("Subscribe again"), data=Open(what="subscribe"))],
    ]
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr)])
