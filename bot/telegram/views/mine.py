"""My inquiries: the list, one of them, adding to it."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.content.pack import Content
from bot.domain.inquiries import Author, Inquiry, Post, Status, Thread
from bot.i18n.catalogues import Markup, Translator, UserText, mark
from bot.telegram.callbacks import Mine, Open
from bot.telegram.screens import THROW_AWAY, Button, Screen, bold, cut, finished, italic, quoted, utf16
from bot.telegram.views import buttons
from bot.telegram.views.asking import attached, section_name

PAGE = 6
"""Inquiries on one page of the list."""
_POST_SHOWN = 600
_THREAD_SHOWN = 3000
_CHOICES = 7
_LABEL = 40
"""UTF-16 units of a message on a button."""
ALL = "all"

STATUS: dict[Status, str] = {
    Status.RECEIVED: mark("Received"),
    Status.SEEN: mark("Seen by our staff"),
    Status.ANSWERED: mark("Answered"),
    Status.CLOSED: mark("Closed"),
}


def code_of(tr: Translator, code: str) -> Markup:
    """A code that a tap copies, whole in any direction."""
    return Markup(tr.value(Markup(f"<code>{code}</code>")))


def listing(tr: Translator, inquiries: Sequence[Inquiry], *, page: int, more: bool, zone: tzinfo) -> Screen:
    """One page of the own inquiries, newest first."""
    if not inquiries and page == 0:
        text = "\n\n".join([bold(tr("My inquiries")), tr("You have not asked anything yet.")])
        return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])
    lines = [bold(tr("My inquiries"))]
    lines += [_entry(tr, one, zone) for one in inquiries]
    rows: list[Sequence[Button]] = [
        [Button(label=_label(tr, one), data=Mine(act="view", code=one.code))] for one in inquiries
    ]
    turn = []
    if page:
        turn.append(Button(label=tr.plain("Previous"), data=Open(what="my", arg=str(page - 1))))
    if more:
        turn.append(Button(label=tr.plain("Next"), data=Open(what="my", arg=str(page + 1))))
    return finished(tr, "\n\n".join(lines), [*rows, turn, [buttons.ask(tr)], *buttons.fixed_rows(tr)])


def _entry(tr: Translator, inquiry: Inquiry, zone: tzinfo) -> str:
    first = f"{code_of(tr, inquiry.code)} · {tr.text(STATUS[inquiry.status])}"
    when = tr.value(tr.datetime(inquiry.created_at, zone))
    words = tr.value(UserText(cut(" ".join(inquiry.text.split()), 80))) if inquiry.text else ""
    return "\n".join(line for line in (first, when, words) if line)


def _label(tr: Translator, inquiry: Inquiry) -> str:
    return tr.plain("{code} · {status}", code=inquiry.code, status=tr.plain(STATUS[inquiry.status]))


def detail(tr: Translator, content: Content, thread: Thread, *, zone: tzinfo) -> Screen:
    """One own inquiry: what became of it, when, and the thread without internal notes."""
    inquiry = thread.inquiry
    lines = [
        tr("Reference number: {code}", code=code_of(tr, inquiry.code)),
        tr("Section: {section}", section=section_name(tr, content, inquiry.section)),
        tr("Status: {status}", status=tr.text(STATUS[inquiry.status])),
        *_milestones(tr, inquiry, zone),
        italic(tr("All times: {zone}", zone=tr.zone(zone))),
    ]
    if inquiry.rating:
        lines.append(tr("Rated: {stars} of 5", stars=inquiry.rating))
    head = "\n".join(lines)
    posts = [post for post in thread.posts if post.author is not Author.NOTE]
    body = "\n\n".join(_latest(tr, posts, zone))
    takes_back = any(_can_be_taken_back(post) for post in posts)
    return finished(tr, f"{head}\n\n{body}", _actions(tr, inquiry, takes_back=takes_back))


def _milestones(tr: Translator, inquiry: Inquiry, zone: tzinfo) -> list[str]:
    steps = (
        (mark("Received: {time}"), inquiry.created_at),
        (mark("Seen: {time}"), inquiry.seen_at),
        (mark("Answered: {time}"), inquiry.answered_at),
        (mark("Closed: {time}"), inquiry.closed_at),
    )
    return [tr.text(label, time=tr.datetime(when, zone)) for label, when in steps if when]


def _latest(tr: Translator, posts: Sequence[Post], zone: tzinfo) -> list[str]:
    """The newest posts that fit, in order."""
    shown: list[str] = []
    room = _THREAD_SHOWN
    for post in reversed(posts):
        entry = _post(tr, post, zone)
        room -= utf16(entry)
        if room < 0:
            shown.append(italic(tr("Earlier messages are not shown here.")))
            break
        shown.append(entry)
    return shown[::-1]


def _post(tr: Translator, post: Post, zone: tzinfo) -> str:
    who = tr("You") if post.author is Author.VISITOR else tr("Kazakhstan House")
    lines = [f"<b>{who}</b> · {tr.value(tr.datetime(post.created_at, zone))}"]
    if post.withdrawn_at:
        lines.append(italic(tr("Withdrawn")))
    if post.text:
        lines.append(tr.value(UserText(cut(post.text, _POST_SHOWN))))
    if post.attachments:
        lines.append(tr("Attached: {things}", things=attached(tr, post.attachments)))
    return "\n".join(lines)


def _actions(tr: Translator, inquiry: Inquiry, *, takes_back: bool) -> list[Sequence[Button]]:
    code = inquiry.code
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain("Add to this inquiry"), data=Mine(act="add", code=code))],
        [Button(label=tr.plain("Copy the number"), copy=code)],
    ]
    if inquiry.is_open:
        rows.append([Button(label=tr.plain("Close: I need no answer"), data=Mine(act="close", code=code))])
    else:
        rows.append([Button(label=tr.plain("Reopen"), data=Mine(act="reopen", code=code))])
    if takes_back:
        rows.append([Button(label=tr.plain("Withdraw a message"), data=Mine(act="drop", code=code))])
    if inquiry.answered_at:
        rows.append(rating(code))
    return [*rows, *buttons.fixed_rows(tr, back=buttons.back_to_mine(tr))]


def _can_be_taken_back(post: Post) -> bool:
    return post.author is Author.VISITOR and not post.withdrawn_at


def own_messages(tr: Translator, thread: Thread) -> Screen:
    """Which of the own messages to withdraw."""
    code = thread.inquiry.code
    mine = [post for post in thread.posts if _can_be_taken_back(post)][-_CHOICES:]
    if not mine:
        return finished(tr, tr("There is nothing to withdraw."), buttons.fixed_rows(tr, back=_back(tr, code)))
    text = tr("Which message of {code} do you want to withdraw?", code=code_of(tr, code))
    rows: list[Sequence[Button]] = [
        [Button(label=_named(tr, post), data=Mine(act="drop", code=code, arg=str(post.id)))] for post in mine
    ]
    every = Button(label=tr.plain("All of them, and close"), data=Mine(act="drop", code=code, arg=ALL))
    return finished(tr, text, [*rows, [every], *buttons.fixed_rows(tr, back=_back(tr, code))])


def _named(tr: Translator, post: Post) -> str:
    if post.text:
        return cut(" ".join(post.text.split()), _LABEL) or "…"
    return cut(attached(tr, post.attachments), _LABEL) or "…"


def ask_to_withdraw(tr: Translator, code: str, post: Post | None) -> Screen:
    """Make sure; ``post`` None: the whole inquiry."""
    if post is None:
        text = tr("Withdraw all your messages of {code} and close it?", code=code_of(tr, code))
    else:
        parts: list[str] = [tr("Withdraw this message of {code}?", code=code_of(tr, code))]
        if post.text:
            parts.append(quoted(tr.value(UserText(cut(post.text, _POST_SHOWN)))))
        if post.attachments:
            parts.append(tr("Attached: {things}", things=attached(tr, post.attachments)))
        text = Markup("\n\n".join(parts))
    after = tr("Our staff will no longer see it. What they have already read cannot be unread.")
    arg = str(post.id) if post else ALL
    away = Button(label=tr.plain("Withdraw"), data=Mine(act="dropped", code=code, arg=arg), style=THROW_AWAY)
    return finished(tr, f"{text}\n\n{after}", [[away], *buttons.fixed_rows(tr, back=_back(tr, code))])


def rating(code: str) -> list[Button]:
    """Five buttons, one to five stars."""
    return [
        Button(label=f"{stars} ⭐", data=Mine(act="rate", code=code, arg=str(stars))) for stars in range(1, 6)
    ]


def rated(tr: Translator, code: str) -> Screen:
    """Thanks; a comment is welcome."""
    text = tr("Thank you. If you want to say why, write it now in one message.")
    return finished(tr, text, [[buttons.view_inquiry(tr, code)], *buttons.fixed_rows(tr)])


def commented(tr: Translator, code: str) -> Screen:
    """The comment to a rating arrived."""
    return finished(tr, tr("Thank you."), [[buttons.view_inquiry(tr, code)], *buttons.fixed_rows(tr)])


def add_prompt(tr: Translator, code: str) -> Screen:
    """Ask for what is to be added."""
    text = tr(
        "Send what you want to add to {code}: words, a photo, a file or a voice message.",
        code=code_of(tr, code),
    )
    return finished(tr, text, buttons.fixed_rows(tr, back=_back(tr, code)))


def added(tr: Translator, code: str, *, post_id: int = 0, guessed: int = 0) -> Screen:
    """It was added as the post ``post_id``.

    ``guessed``: the post's id when it was only taken for an answer to staff's last reply.
    """
    text = tr("Added to {code}. Our staff have been told.", code=code_of(tr, code))
    rows: list[Sequence[Button]] = []
    if guessed:
        take = Mine(act="take", code=code, arg=str(guessed))
        rows.append([Button(label=tr.plain("No, this is a new question"), data=take)])
    elif post_id:
        drop = Mine(act="drop", code=code, arg=str(post_id))
        rows.append([Button(label=tr.plain("Withdraw this message"), data=drop)])
    rows.append([buttons.view_inquiry(tr, code)])
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr)])


def thanked(tr: Translator, code: str) -> Screen:
    """Thanks for an answer were passed on; nobody waits."""
    text = tr("Thank you! Our staff will see your words.")
    ask = Button(label=tr.plain("I still have a question"), data=Mine(act="add", code=code))
    return finished(tr, text, [[ask], [buttons.view_inquiry(tr, code)], *buttons.fixed_rows(tr)])


def taken_out(tr: Translator) -> Screen:
    """A message was taken back out of a thread."""
    text = tr("We have taken it out again. Ask your new question now.")
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def unknown_code(tr: Translator) -> Screen:
    """A code that is not the person's, or nobody's."""
    text = tr("You have no inquiry with this number. Please check the number, or look under “My inquiries”.")
    return finished(tr, text, [[buttons.my_inquiries(tr)], [buttons.ask(tr), buttons.home(tr)]])


def _back(tr: Translator, code: str) -> Button:
    return Button(label=tr.plain("Back"), data=Mine(act="view", code=code))
