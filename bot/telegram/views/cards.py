"""Cards: what staff see of an inquiry in their group, in the staff's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.inquiries import Answer, Author, Inquiry, Post, Status, Thread
from bot.domain.privacy import EXPIRED
from bot.i18n.catalogues import Markup, Translator, UserText, mark
from bot.i18n.languages import Language
from bot.telegram.callbacks import Card
from bot.telegram.screens import Button, Screen, bold, cut, finished, in_rows, italic, utf16
from bot.telegram.views.asking import answer, attached, section_name

CARD_WORDS = 2400
"""UTF-16 units of the visitor's words on the card itself; longer ones follow whole as replies to it."""

_ANSWER_WORDS = 400
"""UTF-16 units of one answer of a form on the card."""

STATUS: dict[Status, str] = {
    Status.RECEIVED: mark("New"),
    Status.SEEN: mark("Seen"),
    Status.ANSWERED: mark("Answered"),
    Status.CLOSED: mark("Closed"),
}
LANGUAGE: dict[Language, str] = {
    Language.EN: mark("English"),
    Language.KK: mark("Kazakh"),
    Language.UR: mark("Urdu"),
}
REASONS: dict[str, str] = {
    "answered": mark("answered"),
    "visitor": mark("closed by the visitor"),
    "duplicate": mark("asked twice"),
    "offtopic": mark("not our subject"),
    "noanswer": mark("the visitor does not answer"),
}
"""Why an inquiry was closed."""
ERASED = (mark("Erased at the person’s request."), mark("Erased: the time for keeping it is over."))
"""Why an inquiry is empty: asked for, or kept long enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFrame:
    """What a card needs beside the inquiry."""

    content: Content
    zone: tzinfo
    now: datetime
    in_topic: bool = False
    """Whether the card stands in a forum topic of its own."""

    def placed(self, *, in_topic: bool) -> "CardFrame":
        """The same for a card that stands there."""
        return replace(self, in_topic=in_topic)


def card(tr: Translator, thread: Thread, frame: CardFrame) -> Screen:
    """The card of an inquiry with its buttons."""
    inquiry = thread.inquiry
    parts = [head(tr, inquiry, frame)]
    if inquiry.erased_at:
        parts.append(italic(tr.text(ERASED[inquiry.close_reason == EXPIRED])))
        return finished(tr, "\n\n".join(parts))
    if inquiry.answers:
        # The text repeats them in the visitor's language.
        parts.append("\n".join(answer(tr, one) for one in _shortened(inquiry.answers)))
    elif inquiry.text:
        words = tr.value(UserText(cut(inquiry.text, CARD_WORDS)))
        parts.append(f"<blockquote>{words}</blockquote>")
    first = thread.posts[0] if thread.posts else None
    if first and first.withdrawn_at:
        parts.append(italic(tr("Taken back by the visitor.")))
    if first and first.attachments:
        parts.append(tr("Attached: {things}", things=attached(tr, first.attachments)))
    parts += _notes(tr, thread.posts)
    if frame.in_topic:
        parts.append(italic(tr("What you write in this topic goes to the visitor; a note does not.")))
    else:
        parts.append(italic(tr("Reply to this message to answer the visitor.")))
    return finished(tr, "\n\n".join(parts), actions(tr, inquiry))


def is_shortened(inquiry: Inquiry) -> bool:
    """Whether the card leaves out some of the words; they follow whole as replies to it."""
    if inquiry.answers:
        return tuple(_shortened(inquiry.answers)) != inquiry.answers
    return utf16(inquiry.text) > CARD_WORDS


def _shortened(answers: Sequence[Answer]) -> Iterator[Answer]:
    """The answers, long ones cut, as many as a card holds."""
    room = CARD_WORDS
    for one in answers:
        value = one.value if one.choice else cut(one.value, min(_ANSWER_WORDS, max(1, room)))
        room -= utf16(value)
        yield replace(one, value=value)


def head(tr: Translator, inquiry: Inquiry, frame: CardFrame) -> str:
    """Code, section and status; from whom and since when; what became of it."""
    lines = [_headline(tr, inquiry, frame), *_who_and_when(tr, inquiry, frame), *_state(tr, inquiry)]
    return "\n".join(lines)


def _headline(tr: Translator, inquiry: Inquiry, frame: CardFrame) -> str:
    section = section_name(tr, frame.content, inquiry.section)
    return tr(
        "{code} · {section} · {status}",
        code=Markup(f"<code>{inquiry.code}</code>"),
        section=Markup(bold(tr.value(section))),
        status=tr.text(STATUS[inquiry.status]),
    )


def _who_and_when(tr: Translator, inquiry: Inquiry, frame: CardFrame) -> list[str]:
    name = UserText(inquiry.name)
    if inquiry.erased_at:
        who = tr("From: {name}", name=tr("a visitor"))
    elif inquiry.username:
        who = tr("From: {name} (@{username})", name=name, username=inquiry.username)
    else:
        who = tr("From: {name}", name=name)
    lines: list[str] = [who, tr("Language: {language}", language=tr.text(LANGUAGE[inquiry.language]))]
    if inquiry.form and (form := frame.content.forms.get(inquiry.form)):
        lines.append(tr("Form: {form}", form=tr.text(form.title)))
    lines.append(tr("Asked: {time}", time=tr.datetime(inquiry.created_at, frame.zone)))
    if inquiry.waiting_since:
        # How long it is would be wrong a minute later: nobody redraws a card for that.
        lines.append(tr("Waiting since: {time}", time=tr.datetime(inquiry.waiting_since, frame.zone)))
    return lines


def _state(tr: Translator, inquiry: Inquiry) -> list[str]:
    lines: list[str] = []
    if inquiry.claimed_name:
        lines.append(tr("Taken by: {name}", name=UserText(inquiry.claimed_name)))
    if inquiry.status is Status.CLOSED and inquiry.close_reason and not inquiry.erased_at:
        reason = REASONS.get(inquiry.close_reason)
        shown = tr.text(reason) if reason else UserText(inquiry.close_reason)
        lines.append(tr("Closed: {reason}", reason=shown))
    if not inquiry.reachable:
        lines.append(tr("Cannot be reached: the visitor blocked the bot or left Telegram."))
    if inquiry.rating:
        lines.append(tr("Rated: {stars} of 5", stars=inquiry.rating))
    if inquiry.rating_comment:
        lines.append(tr("Comment: {words}", words=UserText(cut(inquiry.rating_comment, 300))))
    return lines


def waiting(tr: Translator, since: datetime, now: datetime) -> str:
    """How long somebody has waited, in the largest whole unit, a minute at least."""
    minutes = max(1, int((now - since).total_seconds() // 60))
    if minutes < 60:  # noqa: PLR2004 - the clock
        return tr.plain_plural("{n} minute", "{n} minutes", minutes)
    if minutes < 60 * 48:
        return tr.plain_plural("{n} hour", "{n} hours", minutes // 60)
    return tr.plain_plural("{n} day", "{n} days", minutes // (60 * 24))


def _notes(tr: Translator, posts: Sequence[Post]) -> list[str]:
    notes = [post for post in posts if post.author is Author.NOTE][-3:]
    return [
        tr("Note by {name}: {words}", name=UserText(note.name), words=UserText(cut(note.text, 300)))
        for note in notes
    ]


def actions(tr: Translator, inquiry: Inquiry) -> list[Sequence[Button]]:
    """What staff can do with an inquiry."""
    code = inquiry.code
    if not inquiry.is_open:
        return [[Button(label=tr.plain("Reopen"), data=Card(act="reopen", code=code))]]
    take = (
        Button(label=tr.plain("Release"), data=Card(act="release", code=code))
        if inquiry.claimed_by
        else Button(label=tr.plain("Take it"), data=Card(act="claim", code=code))
    )
    return [
        [take, Button(label=tr.plain("Ready answers"), data=Card(act="canned", code=code))],
        [
            Button(label=tr.plain("Note"), data=Card(act="note", code=code)),
            Button(label=tr.plain("Other section"), data=Card(act="move", code=code)),
        ],
        [Button(label=tr.plain("Close"), data=Card(act="close", code=code))],
    ]


def move_choices(tr: Translator, content: Content, inquiry: Inquiry) -> list[Sequence[Button]]:
    """The sections to hand an inquiry to."""
    choices = [
        Button(
            label=section_name(tr, content, section),
            data=Card(act="to", code=inquiry.code, arg=section),
        )
        for section in Section
        if section != inquiry.section
    ]
    return [*in_rows(choices, 2), back(tr, inquiry)]


def close_choices(tr: Translator, inquiry: Inquiry) -> list[Sequence[Button]]:
    """The reasons to close for."""
    choices = [
        Button(label=_capital(tr.plain(label)), data=Card(act="closed", code=inquiry.code, arg=reason))
        for reason, label in REASONS.items()
        if reason != "visitor"
    ]
    return [*in_rows(choices, 1), back(tr, inquiry)]


def _capital(text: str) -> str:
    """A button begins with a capital; the same words inside a line do not."""
    return text[:1].upper() + text[1:]


def back(tr: Translator, inquiry: Inquiry) -> list[Button]:
    """The way back to the card."""
    return [Button(label=tr.plain("Back"), data=Card(act="card", code=inquiry.code))]
