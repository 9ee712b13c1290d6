"""Letters: what a visitor gets about an inquiry without having tapped anything."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.content.pack import Content
from bot.domain.inquiries import Inquiry, Post, Status
from bot.i18n.catalogues import Translator, mark
from bot.telegram.callbacks import Mine
from bot.telegram.screens import Button, Screen, bold, finished, italic, letter
from bot.telegram.views import buttons
from bot.telegram.views.asking import section_name
from bot.telegram.views.mine import code_of, rating


def receipt(
    tr: Translator, content: Content, inquiry: Inquiry, *, expected: datetime | None, zone: tzinfo
) -> Screen:
    """The proof that the question arrived. ``expected``: by when an answer is likely, if that is known."""
    lines = [
        bold(tr("Your inquiry has been received")),
        tr("Reference number: {code}", code=code_of(tr, inquiry.code)),
        tr("Section: {section}", section=section_name(tr, content, inquiry.section)),
        tr("Received: {time}", time=tr.datetime(inquiry.created_at, zone)),
    ]
    if expected:
        lines.append(tr("An answer is likely by: {time}", time=tr.datetime(expected, zone)))
    lines.append(italic(tr("All times: {zone}", zone=tr.zone(zone))))
    text = "\n".join(lines)
    after = tr("The answer will come here. Keep the number: with it you and our staff find your question.")
    rows = [
        [Button(label=tr.plain("Copy the number"), copy=inquiry.code)],
        [buttons.view_inquiry(tr, inquiry.code)],
        [buttons.home(tr)],
    ]
    return letter(tr, f"{text}\n\n{after}", rows)


def reply_head(tr: Translator, inquiry: Inquiry, post: Post) -> str:
    """The line above a reply of staff."""
    code = code_of(tr, inquiry.code)
    if post.edited_at:
        return tr("Kazakhstan House corrected its answer to {code}:", code=code)
    return tr("Kazakhstan House answers {code}:", code=code)


def reply_rows(tr: Translator, inquiry: Inquiry) -> list[Sequence[Button]]:
    """The buttons under a reply."""
    return [
        [Button(label=tr.plain("Write back"), data=Mine(act="add", code=inquiry.code))],
        [buttons.view_inquiry(tr, inquiry.code)],
        [buttons.home(tr)],
    ]


def lost_file(tr: Translator, inquiry: Inquiry) -> Screen:
    """A file did not reach staff."""
    text = tr(
        "{code}: Telegram did not let us pass your file on. Please send it in a smaller size, or send a link to it.",
        code=code_of(tr, inquiry.code),
    )
    return letter(tr, text, reply_rows(tr, inquiry))


_NEWS: dict[Status, str] = {
    Status.CLOSED: mark(
        "Your inquiry {code} has been closed. If something is still open, reopen it or write back."
    ),
    Status.RECEIVED: mark("Your inquiry {code} is open again."),
    Status.SEEN: mark("Your inquiry {code} is open again."),
}


_WHY: dict[str, str] = {
    "duplicate": mark("You have asked the same in another inquiry, and the answer comes there."),
    "offtopic": mark("The House cannot help with this subject."),
    "noanswer": mark("We waited for an answer from you and got none."),
}
"""Why staff closed an inquiry, as its visitor reads it; that it was answered needs no words."""


def status(tr: Translator, inquiry: Inquiry) -> Screen | None:
    """What became of the inquiry; None when there is nothing to tell."""
    news = _NEWS.get(inquiry.status)
    if news is None:
        return None
    rows: list[Sequence[Button]] = []
    text: str = tr.text(news, code=code_of(tr, inquiry.code))
    if inquiry.status is Status.CLOSED:
        if inquiry.close_reason in _WHY:
            text = "\n\n".join([text, tr.text(_WHY[inquiry.close_reason])])
        rows.append([Button(label=tr.plain("Reopen"), data=Mine(act="reopen", code=inquiry.code))])
        if inquiry.answered_at:
            text = "\n\n".join([text, tr("How helpful was the answer?")])
            rows.append(rating(inquiry.code))
    return finished(tr, text, [*rows, [buttons.view_inquiry(tr, inquiry.code)], [buttons.home(tr)]])
