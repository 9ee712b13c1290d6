"""Writing an announcement: the draft, its versions, its audience, its time."""

from collections.abc import Mapping, Sequence

from bot.domain.broadcasts import FALLBACK, Broadcast, Kind
from bot.domain.versions import LONGEST_CAPTION, LONGEST_TEXT
from bot.i18n.catalogues import Translator, UserText
from bot.i18n.languages import Language
from bot.telegram.callbacks import Cast
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, bold, finished
from bot.telegram.views import audiences, buttons
from bot.telegram.views.announcing import (
    CHOSEN,
    Frame,
    glimpse,
    language_name,
    quiet_hours,
    start,
    step,
    title,
)
from bot.telegram.views.asking import attached

_GLIMPSE = 60
"""Characters shown of a version."""


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
        lines.append("\n".join(audiences.described(tr, broadcast.audience, counts, frame)))
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
    words = UserText(glimpse(tr, version, _GLIMPSE))
    if not version.attachments:
        return tr("{language}: {words}", language=name, words=words)
    many = len(version.attachments)
    things = (
        attached(tr, version.attachments) if many == 1 else tr.plain_plural("{n} file", "{n} files", many)
    )
    if not version.html:
        return tr("{language}: written, with {things}", language=name, things=things)
    return tr("{language}: {words} (with {things})", language=name, words=words, things=things)


def _write(broadcast: Broadcast, language: Language) -> Button:
    label = language.own_name
    label = f"{CHOSEN}{label}" if language in broadcast.versions else label
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


def _times(tr: Translator, broadcast: Broadcast, frame: Frame) -> list[str]:
    lines: list[str] = [start(tr, broadcast.starts_at, frame.zone)]
    if broadcast.keeps_quiet:
        lines.append(tr("Rests in the quiet hours, {hours}.", hours=quiet_hours(frame)))
    else:
        lines.append(tr("Does not rest in the quiet hours, {hours}.", hours=quiet_hours(frame)))
    return lines


def prompt(tr: Translator, broadcast: Broadcast, language: Language) -> Screen:
    """Ask for the version in a language; in a correction for its new words."""
    lines = [bold(tr("Write the announcement: {language}", language=language_name(tr, language)))]
    if broadcast.kind is Kind.EDIT:
        lines.append(tr("Send the new words as one text. Files that the copies have stay as they are."))
    else:
        lines.append(
            tr(
                "Send it as one message, as it shall look: a text with its formatting, a photo, an album, a document or a voice message."
            )
        )
    lines.append(
        tr(
            "A text may have {text} characters, a caption {caption}.",
            text=LONGEST_TEXT,
            caption=LONGEST_CAPTION,
        )
    )
    rows: list[Sequence[Button]] = []
    if language in broadcast.versions:
        lines.append(tr("What you send replaces the present version."))
        if broadcast.kind is not Kind.EDIT:
            label = tr.plain("Take this version away")
            rows.append([step(label, "unwrite", broadcast.number, language.value)])
    return finished(tr, "\n\n".join(lines), [*rows, *_back(tr, broadcast.number)])


def astray(tr: Translator) -> str:
    """Something was written, and it is not known for which language."""
    return tr.finish(bold(tr("First tap the language, then send its text.")))


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
