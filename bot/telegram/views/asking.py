"""Asking: the prompt, the summary that is confirmed, and what is said afterwards."""

from collections.abc import Sequence

from bot.content.pack import Content
from bot.content.sections import Section
from bot.domain.inquiries import Answer
from bot.domain.messages import Attachment, AttachmentKind
from bot.i18n.catalogues import Translator, UserText, mark
from bot.telegram.callbacks import Draft
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, bold, cut, finished, in_rows, quoted
from bot.telegram.views import buttons

_SHOWN = 3000
"""UTF-16 units of the visitor's own words in a summary; the whole text is sent all the same."""

KINDS: dict[AttachmentKind, str] = {
    AttachmentKind.PHOTO: mark("photo"),
    AttachmentKind.DOCUMENT: mark("document"),
    AttachmentKind.VOICE: mark("voice message"),
    AttachmentKind.AUDIO: mark("audio"),
    AttachmentKind.VIDEO: mark("video"),
    AttachmentKind.VIDEO_NOTE: mark("video message"),
    AttachmentKind.ANIMATION: mark("animation"),
    AttachmentKind.STICKER: mark("sticker"),
    AttachmentKind.CONTACT: mark("contact"),
    AttachmentKind.LOCATION: mark("location"),
    AttachmentKind.VENUE: mark("place"),
}


def section_name(tr: Translator, content: Content, section: str) -> str:
    """The name of a section, as its menu is called; plain text."""
    menu = content.menus.get(section)
    return tr.plain(menu.title) if menu else section


def prompt(tr: Translator, *, about: str = "") -> Screen:
    """Ask for the question. ``about``: the msgid of the screen's title it is about."""
    lines = [bold(tr("Ask a question"))]
    if about:
        lines.append(tr("About: {topic}", topic=tr.text(about)))
    lines.append(
        tr(
            "Write your question in one message, in any language. "
            "You can also send a photo, a file or a voice message."
        )
    )
    lines.append(tr("Please do not send scans of passports or identity cards."))
    return finished(tr, "\n\n".join(lines), buttons.fixed_rows(tr))


def summary(
    tr: Translator,
    content: Content,
    *,
    section: str,
    text: str,
    attachments: Sequence[Attachment],
    answers: Sequence[Answer] = (),
    first: bool,
) -> Screen:
    """What is about to be sent. ``first``: the person's first inquiry, so consent is asked for."""
    lines = [bold(tr("Shall we send this to our staff?"))]
    lines.append(tr("Section: {section}", section=section_name(tr, content, section)))
    if answers:
        lines.append("\n".join(answer(tr, one) for one in answers))
    if text:
        lines.append(quoted(tr.value(UserText(cut(text, _SHOWN)))))
    if attachments:
        lines.append(tr("Attached: {things}", things=attached(tr, attachments)))
    lines.append(tr("You can still add photos, files or more words: just send them now."))
    if first:
        lines.append(
            tr("By sending you agree that the House keeps your words and name to answer you. More: /privacy")
        )
    rows = [
        [Button(label=tr.plain("Send"), data=Draft(act="send"), style=FORWARD)],
        [
            Button(label=tr.plain("Change section"), data=Draft(act="sections")),
            Button(label=tr.plain("Rewrite"), data=Draft(act="edit")),
        ],
        [Button(label=tr.plain("Discard"), data=Draft(act="drop"), style=THROW_AWAY), buttons.home(tr)],
    ]
    return finished(tr, "\n\n".join(lines), rows)


def answer(tr: Translator, one: Answer) -> str:
    """One answered field of a form as a line."""
    value = tr.text(one.value) if one.choice else UserText(cut(one.value, 500))
    return tr("{label}: {value}", label=tr.text(one.label), value=value)


def attached(tr: Translator, attachments: Sequence[Attachment]) -> str:
    """Name the attachments: "photo, document (cv.pdf)"; plain text."""
    names = []
    for one in attachments:
        kind = tr.plain(KINDS[one.kind])
        names.append(f"{kind} ({cut(one.name, 40)})" if one.name else kind)
    if len(names) > 5:  # noqa: PLR2004 - a whole album would hide the question
        return tr.plain_plural("{n} file", "{n} files", len(names))
    return tr.list_and(names)


def sections(tr: Translator, content: Content) -> Screen:
    """Choose the section of the question."""
    choices = [
        Button(label=section_name(tr, content, section), data=Draft(act="section", arg=section))
        for section in Section
    ]
    back = Button(label=tr.plain("Back"), data=Draft(act="summary"))
    return finished(tr, bold(tr("Choose a section")), [*in_rows(choices, 2), [back, buttons.home(tr)]])


def sent(tr: Translator, *, text: str) -> Screen:
    """What becomes of the summary once it is sent; the receipt follows as its own message."""
    lines = [" ".join([bold(tr("Sent.")), tr("The receipt with your reference number follows.")])]
    if text:
        lines.append(quoted(tr.value(UserText(cut(text, _SHOWN)))))
    return finished(tr, "\n\n".join(lines), [[buttons.my_inquiries(tr), buttons.home(tr)]])


def dropped(tr: Translator) -> Screen:
    """The question was thrown away."""
    return finished(tr, tr("Discarded. Nothing was sent."), [[buttons.ask(tr), buttons.home(tr)]])


def nothing_to_send(tr: Translator) -> Screen:
    """An old button of a question that is no longer there."""
    text = tr("This question is no longer waiting: it was sent or discarded.")
    return finished(tr, text, [[buttons.my_inquiries(tr)], [buttons.ask(tr), buttons.home(tr)]])
