"""Bulletins: what the staff chat reads beside cards: digests, lines above posts, notes, hints."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.inquiries import Inquiry, Post
from bot.domain.privacy import EXPIRED
from bot.i18n.catalogues import Translator, UserText
from bot.telegram.callbacks import Card
from bot.telegram.screens import Button, Screen, bold, cut, finished, in_rows, italic, quoted
from bot.telegram.views.asking import attached, section_name
from bot.telegram.views.cards import CARD_WORDS, ERASED, LANGUAGE, CardFrame
from bot.telegram.views.mine import code_of

_MOST_LINKS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a digest lists: a new inquiry, or one with something new in it."""

    inquiry: Inquiry
    is_new: bool


def note_prompt(tr: Translator) -> str:
    """How to write a note; plain text of at most 200 characters."""
    return tr.plain("Write the note as your next message here. The visitor will not see it.")


def opened(tr: Translator) -> str:
    """The card was asked for where each has its topic; plain text."""
    return tr.plain("The card is in its own topic.")


def noted(tr: Translator, code: str) -> Screen:
    """A note was kept."""
    return finished(tr, tr("Note kept with {code}.", code=code_of(tr, code)))


def digest(tr: Translator, news: Sequence[News], frame: CardFrame) -> Screen:
    """Many news in one message, by code only; each button opens a card."""
    fresh = sum(one.is_new for one in news)
    lines: list[str] = []
    if fresh:
        lines.append(bold(tr.plural("{n} new inquiry", "{n} new inquiries", fresh)))
    lines += [_listed(tr, one.inquiry, frame) for one in news if one.is_new]
    if fresh < len(news):
        lines.append(bold(tr("The visitor wrote again:")))
    lines += [_listed(tr, one.inquiry, frame) for one in news if not one.is_new]
    lines.append(italic(tr("Tap a number to open its card, then reply to the card.")))
    opens = [
        Button(label=one.inquiry.code, data=Card(act="open", code=one.inquiry.code))
        for one in sorted(news, key=lambda one: not one.is_new)
    ]
    return finished(tr, "\n".join(lines), in_rows(opens, 2))


def _listed(tr: Translator, inquiry: Inquiry, frame: CardFrame) -> str:
    return tr(
        "{code} · {section} · {language}",
        code=code_of(tr, inquiry.code),
        section=section_name(tr, frame.content, inquiry.section),
        language=tr.text(LANGUAGE[inquiry.language]),
    )


def post_head(tr: Translator, inquiry: Inquiry, post: Post) -> str:
    """The line above what a visitor added, for the staff chat."""
    code = code_of(tr, inquiry.code)
    if post.withdrawn_at:
        return tr("{code} · {name} took this message back.", code=code, name=UserText(post.name))
    if post.edited_at:
        return tr("{code} · {name} changed a message:", code=code, name=UserText(post.name))
    return tr("{code} · {name} writes:", code=code, name=UserText(post.name))


def staff_note(tr: Translator, inquiry: Inquiry, note: str, post: Post | None) -> Screen:
    """Something went wrong on the way to the visitor, or on the way from them."""
    code = code_of(tr, inquiry.code)
    match note:
        case "file":
            name, things = "", ""
            if post:
                name, things = post.name, attached(tr, post.attachments)
            lines: list[str] = [
                tr(
                    "{code}: {name} sent something that Telegram does not pass on: {things}. We have asked for a smaller file or a link.",
                    code=code,
                    name=UserText(name),
                    things=things,
                )
            ]
            if post and post.text:
                lines.append(quoted(tr.value(UserText(cut(post.text, CARD_WORDS)))))
            return finished(tr, "\n\n".join(lines))
        case "refused":
            text = tr(
                "{code}: Telegram did not take the reply, so the visitor has not got it. Please send it in another form.",
                code=code,
            )
        case _:
            text = tr(
                "{code}: the reply could not be delivered. The visitor blocked the bot or left Telegram.",
                code=code,
            )
    return finished(tr, text)


def traces(tr: Translator, inquiry: Inquiry, links: Sequence[str]) -> Screen:
    """An erased inquiry: what is left of it in the chat, for people to delete."""
    lines = [f"{code_of(tr, inquiry.code)} · {tr.text(ERASED[inquiry.close_reason == EXPIRED])}"]
    if links:
        lines.append(
            tr("Telegram does not let the bot delete what these messages show. Please delete them yourself:")
        )
    names = [tr("Message {n}", n=n) for n in range(1, 1 + _MOST_LINKS)]
    lines += [f'<a href="{link}">{name}</a>' for link, name in zip(links, names, strict=False)]
    return finished(tr, "\n".join(lines))


def taken_back(tr: Translator) -> str:
    """What stands in place of a message that the visitor took back."""
    return tr.finish(italic(tr("Taken back by the visitor.")))


def no_card(tr: Translator) -> Screen:
    """A staff member replied to a message that is no card."""
    text = tr(
        "This message belongs to no inquiry, so nobody received your reply. "
        "Reply to a card, or to a message under it."
    )
    return finished(tr, text)


def many_cards(tr: Translator) -> Screen:
    """A staff member replied to a digest, which lists several inquiries."""
    text = tr(
        "This message lists several inquiries, so nobody received your reply. "
        "Tap a number to open its card, then reply to the card."
    )
    return finished(tr, text)


def as_channel(tr: Translator) -> Screen:
    """Somebody answered in the name of a channel."""
    text = tr(
        "You write in the name of a channel, so the visitor has not received this. "
        "Write in your own name, or as an anonymous administrator of this group."
    )
    return finished(tr, text)


def not_passed_on(tr: Translator) -> Screen:
    """A staff member sent a kind of message that the bot cannot pass on."""
    text = tr("This kind of message cannot be passed on. The visitor has not received it.")
    return finished(tr, text)
