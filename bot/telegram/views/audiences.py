"""The audience of an announcement: in words, and the ways to narrow it."""

from collections.abc import Mapping, Sequence

from bot.content.sections import Section
from bot.domain.broadcasts import TOPICS, Audience, Broadcast
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from bot.telegram.screens import Button, Screen, bold, finished, in_rows
from bot.telegram.views import buttons
from bot.telegram.views.announcing import CHOSEN, Frame, language_name, step
from bot.telegram.views.subscriptions import topic_name

ACTIVITY = (0, 7, 30, 90)
"""Days since a person was seen, as choices; 0: it does not matter."""


def narrowing(tr: Translator, audience: Audience, frame: Frame) -> list[str]:
    """Who belongs to it."""
    lines: list[str] = [tr("Audience: {who}", who=_topics(tr, audience.topics, frame))]
    if audience.languages:
        names = [language_name(tr, one) for one in sorted(audience.languages)]
        lines.append(tr("Only readers of: {languages}", languages=tr.list_or(names)))
    if audience.asked:
        names = [topic_name(tr, frame.content, one) for one in sorted(audience.asked)]
        lines.append(tr("Only who asked about: {sections}", sections=tr.list_or(names)))
    if audience.active_days:
        lines.append(activity(tr, audience.active_days))
    return lines


def described(tr: Translator, audience: Audience, counts: Mapping[Language, int], frame: Frame) -> list[str]:
    """Who belongs to it, and how many that is at this moment."""
    lines = narrowing(tr, audience, frame)
    by_language = [
        tr("{language}: {n}", language=language_name(tr, one), n=counts[one])
        for one in Language
        if counts.get(one)
    ]
    total = sum(counts.values())
    lines.append(bold(tr.plural("{n} recipient", "{n} recipients", total)))
    if by_language:
        # Not as one value: isolated as a whole, Urdu parts would stand in the wrong order.
        lines.append(" ".join([tr("Of these:"), " · ".join(by_language)]))
    return lines


def _topics(tr: Translator, topics: frozenset[str], frame: Frame) -> str:
    if not topics:
        return tr.plain("all subscribers")
    names = [topic_name(tr, frame.content, one) for one in TOPICS if one in topics]
    return tr.plain("subscribers of {topics}", topics=tr.list_or(names))


def activity(tr: Translator, days: int) -> str:
    """How lately a person must have been here."""
    if not days:
        return tr("Last seen: any time")
    return tr("Last seen: in the last {n} days", n=days)


def audience(tr: Translator, broadcast: Broadcast, counts: Mapping[Language, int], frame: Frame) -> Screen:
    """By what the audience can be narrowed."""
    number = broadcast.number
    lines = [bold(tr("Who shall get it?")), "\n".join(described(tr, broadcast.audience, counts, frame))]
    lines.append(
        tr("Only subscribers get announcements: who blocked the bot or was banned is never counted.")
    )
    rows = [
        [
            step(tr.plain("Topics"), "topics", number),
            step(tr.plain("Languages"), "languages", number),
        ],
        [
            step(tr.plain("Asked about"), "asked", number),
            step(tr.plain("Last seen"), "seen", number),
        ],
    ]
    return finished(tr, "\n\n".join(lines), [*rows, *_back(tr, number)])


def choices(
    tr: Translator, broadcast: Broadcast, which: str, counts: Mapping[Language, int], frame: Frame
) -> Screen:
    """One way to narrow: ``topics``, ``languages``, ``asked``, ``seen``."""
    asks, options = _options(tr, broadcast.audience, which, frame)
    listed = [
        step(f"{CHOSEN}{label}" if on else label, which, broadcast.number, value)
        for value, label, on in options
    ]
    total = bold(tr.plural("{n} recipient", "{n} recipients", sum(counts.values())))
    rows = in_rows(listed, 2)
    return finished(tr, f"{bold(asks)}\n\n{total}", [*rows, *_back(tr, broadcast.number, "who")])


def _options(
    tr: Translator, chosen: Audience, which: str, frame: Frame
) -> tuple[str, list[tuple[str, str, bool]]]:
    """The question, and for each option its value, its label and whether it is chosen."""
    match which:
        case "topics":
            names = [(one, topic_name(tr, frame.content, one), one in chosen.topics) for one in TOPICS]
            return tr("Subscribers of which topics? None chosen: all subscribers."), names
        case "languages":
            found = [(one.value, language_name(tr, one), one in chosen.languages) for one in Language]
            return tr("Readers of which languages? None chosen: all."), found
        case "asked":
            asked = [
                (one.value, topic_name(tr, frame.content, one.value), one.value in chosen.asked)
                for one in Section
            ]
            return tr("Only who asked about these? None chosen: it does not matter."), asked
    seen = [(str(days), _days(tr, days), days == chosen.active_days) for days in ACTIVITY]
    return tr("How lately must a person have been here?"), seen


def _days(tr: Translator, days: int) -> str:
    return tr.plain_plural("{n} day", "{n} days", days) if days else tr.plain("Any time")


def _back(tr: Translator, number: int, act: str = "open") -> list[Sequence[Button]]:
    return buttons.fixed_rows(tr, back=step(tr.plain("Back"), act, number))
