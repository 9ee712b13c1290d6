"""Writing an announcement: the draft, its versions, its audience, its time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.broadcasts import FALLBACK, TOPICS, Audience, Broadcast, Kind
from bot.i18n.catalogues import Translator, mark
from bot.i18n.languages import Language
from bot.telegram.callbacks import Cast
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, bold, finished, in_rows
from bot.telegram.views import buttons
from bot.telegram.views.asking import attached
from bot.telegram.views.subscriptions import topic_name

ACTIVITY = (0, 7, 30, 90)
"""Days since a person was seen, as choices; 0: it does not matter."""
_CHOSEN = "✅ "
LANGUAGES: dict[Language, str] = {
    Language.EN: mark("English"),
    Language.KK: mark("Kazakh"),
    Language.UR: mark("Urdu"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the screens of announcements need beside the announcement."""

    content: Content
    zone: tzinfo
    now: datetime
    quiet: str
    """The quiet hours, as set."""


def language_name(tr: Translator, language: Language) -> str:
    """What a language is called; plain text."""
    return tr.plain(LANGUAGES[language])


def step(label: str, act: str, number: int, arg: str = "") -> Button:
    """A button of an announcement; ``label`` is shown as it is."""
    return Button(label=label, data=Cast(act=act, number=number, arg=arg))


def title(tr: Translator, broadcast: Broadcast) -> str:
    """Its heading."""
    match broadcast.kind:
        case Kind.SEND:
            return bold(tr("Announcement {n}", n=broadcast.number))
        case Kind.EDIT:
            return bold(
                tr(
                    "Announcement {n}: correction of {original}",
                    n=broadcast.number,
                    original=broadcast.original,
                )
            )
    return bold(
        tr("Announcement {n}: taking back {original}", n=broadcast.number, original=broadcast.original)
    )


def draft(tr: Translator, broadcast: Broadcast, counts: Mapping[Language, int], frame: Frame) -> Screen:
    """The draft with everything that will happen. ``counts``: recipients by the language they read."""
    number = broadcast.number
    corrects = broadcast.kind is Kind.EDIT
    lines = [title(tr, broadcast), "\n".join(_version(tr, broadcast, language) for language in Language)]
    if not corrects:
        lines.append(
            tr(
                "Who reads a language that is not written gets {first}, else {second}, else {third}.",
                **dict(
                    zip(
                        ("first", "second", "third"),
                        (language_name(tr, one) for one in FALLBACK),
                        strict=True,
                    )
                ),
            )
        )
        lines.append("\n".join(_audience(tr, broadcast.audience, counts, frame)))
        lines.append("\n".join(_times(tr, broadcast, frame)))
    rows: list[Sequence[Button]] = [
        [_write(broadcast, language) for language in Language],
    ]
    if not corrects:
        quiet = tr.plain("Quiet hours: yes") if broadcast.keeps_quiet else tr.plain("Quiet hours: no")
        rows += [
            [
                step(tr.plain("Audience"), "who", number),
                step(tr.plain("Time"), "when", number),
            ],
            [step(quiet, "quiet", number)],
        ]
    rows.append([step(tr.plain("Preview"), "preview", number), step(tr.plain("Test to me"), "test", number)])
    rows += [_forward(tr, broadcast, counts), _discard(tr, number)]
    return finished(tr, "\n\n".join(lines), [*rows, *_to_list(tr)])


def _version(tr: Translator, broadcast: Broadcast, language: Language) -> str:
    name = language_name(tr, language)
    version = broadcast.versions.get(language)
    if version is None:
        instead = broadcast.language_for(language)
        if instead is None:
            return tr("{language}: not written yet", language=name)
        return tr(
            "{language}: not written; its readers get {instead}",
            language=name,
            instead=language_name(tr, instead),
        )
    if version.attachments:
        return tr(
            "{language}: written, with {things}", language=name, things=attached(tr, version.attachments)
        )
    return tr("{language}: written", language=name)


def _write(broadcast: Broadcast, language: Language) -> Button:
    label = language.own_name
    label = f"{_CHOSEN}{label}" if language in broadcast.versions else label
    return step(label, "write", broadcast.number, language.value)


def _forward(tr: Translator, broadcast: Broadcast, counts: Mapping[Language, int]) -> list[Button]:
    if not broadcast.versions:
        return []
    if broadcast.kind is Kind.EDIT:
        label = tr.plain("Correct the copies")
    else:
        label = tr.plain_plural("Send to {n} person", "Send to {n} people", sum(counts.values()))
    return [Button(label=label, data=Cast(act="send", number=broadcast.number), style=FORWARD)]


def _discard(tr: Translator, number: int) -> list[Button]:
    return [Button(label=tr.plain("Discard"), data=Cast(act="drop", number=number), style=THROW_AWAY)]


def _to_list(tr: Translator) -> list[Sequence[Button]]:
    back = Button(label=tr.plain("Back"), data=Cast(act="list"))
    return buttons.fixed_rows(tr, back=back)


def _back(tr: Translator, number: int, act: str = "open") -> list[Sequence[Button]]:
    return buttons.fixed_rows(tr, back=step(tr.plain("Back"), act, number))


def _audience(tr: Translator, audience: Audience, counts: Mapping[Language, int], frame: Frame) -> list[str]:
    lines: list[str] = [tr("Audience: {who}", who=_topics(tr, audience.topics, frame))]
    if audience.languages:
        names = [language_name(tr, one) for one in sorted(audience.languages)]
        lines.append(tr("Only readers of: {languages}", languages=tr.list_or(names)))
    if audience.asked:
        names = [topic_name(tr, frame.content, one) for one in sorted(audience.asked)]
        lines.append(tr("Only who asked about: {sections}", sections=tr.list_or(names)))
    if audience.active_days:
        lines.append(activity(tr, audience.active_days))
    by_language = [
        tr.plain("{language}: {n}", language=language_name(tr, one), n=counts[one])
        for one in Language
        if counts.get(one)
    ]
    total = sum(counts.values())
    lines.append(bold(tr.plural("{n} recipient", "{n} recipients", total)))
    if by_language:
        lines.append(tr("Of these: {counts}", counts=" · ".join(by_language)))
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


def _times(tr: Translator, broadcast: Broadcast, frame: Frame) -> list[str]:
    lines: list[str] = [start(tr, broadcast.starts_at, frame.zone)]
    if broadcast.keeps_quiet:
        lines.append(tr("Rests in the quiet hours, {hours}.", hours=frame.quiet))
    else:
        lines.append(tr("Does not rest in the quiet hours, {hours}.", hours=frame.quiet))
    return lines


def start(tr: Translator, starts_at: datetime | None, zone: tzinfo) -> str:
    """When it starts."""
    if starts_at is None:
        return tr("Starts at once.")
    return tr("Starts: {moment}, Lahore time", moment=tr.datetime(starts_at, zone))


def prompt(tr: Translator, broadcast: Broadcast, language: Language) -> Screen:
    """Ask for the version in a language."""
    lines = [
        bold(tr("Write the announcement: {language}", language=language_name(tr, language))),
        tr(
            "Send it as one message, as it shall look: a text with its formatting, a photo, an album, a document or a voice message."
        ),
        tr("A text may have {text} characters, a caption {caption}.", text=4096, caption=1024),
    ]
    rows: list[Sequence[Button]] = []
    if language in broadcast.versions:
        lines.append(tr("What you send replaces the present version."))
        label = tr.plain("Take this version away")
        rows.append([step(label, "unwrite", broadcast.number, language.value)])
    return finished(tr, "\n\n".join(lines), [*rows, *_back(tr, broadcast.number)])


def when(tr: Translator, broadcast: Broadcast, frame: Frame) -> Screen:
    """Ask for the start."""
    lines = [
        bold(tr("When shall it start?")),
        start(tr, broadcast.starts_at, frame.zone),
        tr("Write day and time in Lahore, for example {example}", example=_example(frame)),
    ]
    now = step(tr.plain("At once"), "now", broadcast.number)
    return finished(tr, "\n\n".join(lines), [[now], *_back(tr, broadcast.number)])


def _example(frame: Frame) -> str:
    return f"{frame.now.astimezone(frame.zone):%Y-%m-%d} 18:30"


def not_a_time(tr: Translator, broadcast: Broadcast, frame: Frame) -> Screen:
    """What was written is no day and time."""
    text = tr("I do not understand this time. Write it like this: {example}", example=_example(frame))
    return finished(tr, text, _back(tr, broadcast.number))


def audience(tr: Translator, broadcast: Broadcast, counts: Mapping[Language, int], frame: Frame) -> Screen:
    """By what the audience can be narrowed."""
    number = broadcast.number
    lines = [bold(tr("Who shall get it?")), "\n".join(_audience(tr, broadcast.audience, counts, frame))]
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
        step(f"{_CHOSEN}{label}" if on else label, which, broadcast.number, value)
        for value, label, on in options
    ]
    total = bold(tr.plural("{n} recipient", "{n} recipients", sum(counts.values())))
    rows = [*in_rows(listed, 2), *_back(tr, broadcast.number, "who")]
    return finished(tr, f"{bold(asks)}\n\n{total}", rows)


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


def missing(tr: Translator, broadcast: Broadcast, counts: Mapping[Language, int]) -> Screen:
    """Some readers would get another language than theirs: write it, or send as it is?"""
    number = broadcast.number
    lacking = [one for one in Language if counts.get(one) and one not in broadcast.versions]
    lines = [bold(tr("Some readers would get another language"))]
    for one in lacking:
        instead = broadcast.language_for(one)
        assert instead is not None  # noqa: S101 - something is written
        lines.append(
            tr(
                "{language}: {n}, they would get {instead}",
                language=language_name(tr, one),
                n=counts[one],
                instead=language_name(tr, instead),
            )
        )
    rows: list[Sequence[Button]] = [
        [step(tr.plain("Write: {language}", language=one.own_name), "write", number, one.value)]
        for one in lacking
    ]
    send = Button(label=tr.plain("Send as it is"), data=Cast(act="sure", number=number), style=FORWARD)
    return finished(tr, "\n".join(lines), [*rows, [send], *_back(tr, number)])


def dropped(tr: Translator) -> Screen:
    """The draft was thrown away."""
    return finished(tr, tr("Discarded. Nothing was sent."), _to_list(tr))
