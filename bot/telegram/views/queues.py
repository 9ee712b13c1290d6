"""Queues: lists of inquiries for staff, what was found, one inquiry to read, the reminder and the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.daily import DayNumbers
from bot.domain.inquiries import Author, Inquiry, Post, Thread
from bot.i18n.catalogues import Translator, UserText, mark
from bot.telegram.callbacks import Card, Queue
from bot.telegram.screens import Button, Screen, bold, cut, finished, in_rows, italic, utf16
from bot.telegram.views import buttons
from bot.telegram.views.asking import attached, section_name
from bot.telegram.views.cards import STATUS, CardFrame, actions, head, waiting
from bot.telegram.views.mine import code_of

PAGE = 8
"""Inquiries on one page of a list."""
NEW, MINE, WAITING, LATE, FOUND = "new", "mine", "waiting", "late", "found"
TITLES: dict[str, str] = {
    NEW: mark("New"),
    MINE: mark("Mine"),
    WAITING: mark("Waiting longest"),
    LATE: mark("Unanswered for long"),
}
"""The lists, in the order of their buttons."""
_WORDS_SHOWN = 70
_POST_SHOWN = 700
_THREAD_SHOWN = 2600
_LONGEST_QUERY = 40
"""Bytes of a query that fit into a button; a longer one has no further pages."""
SEP: Final = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list."""

    which: str
    words: str = ""
    """What was looked for."""
    page: int
    inquiries: Sequence[Inquiry]
    is_more: bool
    in_group: bool
    """In the staff chat a button opens the card; in a private chat the inquiry to read."""


def menu(tr: Translator, counts: dict[str, int], *, hours: float, in_group: bool) -> Screen:
    """The lists with how much is in them, and how to search. ``hours``: after which it is long."""
    lines = [
        bold(tr("Inquiries")),
        tr("Unanswered for long: more than {n} hours.", n=hours if hours % 1 else int(hours)),
        tr("To search, send /find with a code, words, a name or @username."),
    ]
    choices = [
        Button(
            label=tr.plain("{list}: {n}", list=tr.plain(title), n=counts[which]),
            data=Queue(which=which),
        )
        for which, title in TITLES.items()
    ]
    rest = [] if in_group else buttons.fixed_rows(tr)
    return finished(tr, "\n\n".join(lines), [*in_rows(choices, 1), *rest])


def listing(tr: Translator, listed: Listed, frame: CardFrame) -> Screen:
    """One page; each button opens an inquiry."""
    lines: list[str] = [bold(_heading(tr, listed))]
    if not listed.inquiries:
        lines.append(tr("There is nothing here."))
    lines += [_entry(tr, one, frame) for one in listed.inquiries]
    turns = _turns(tr, listed)
    if listed.is_more and not turns:
        lines.append(italic(tr("There is more. Look for fewer words to see other pages.")))
    opens = [
        Button(
            label=one.code,
            data=Card(act="open" if listed.in_group else "read", code=one.code),
        )
        for one in listed.inquiries
    ]
    back = Button(label=tr.plain("Back"), data=Queue(which="menu"))
    last = [[back]] if listed.in_group else buttons.fixed_rows(tr, back=back)
    return finished(tr, "\n\n".join(lines), [*in_rows(opens, 2), turns, *last])


def _heading(tr: Translator, listed: Listed) -> str:
    if title := TITLES.get(listed.which):
        return tr.text(title)
    words = UserText(cut(listed.words, 100))
    return tr("Found: {words}", words=words) if listed.inquiries else tr("Search: {words}", words=words)


def _turns(tr: Translator, listed: Listed) -> list[Button]:
    if len(listed.words.encode()) > _LONGEST_QUERY or SEP in listed.words:
        return []

    def turn(label: str, page: int) -> Button:
        return Button(label=label, data=Queue(which=listed.which, page=page, words=listed.words))

    turns = []
    if listed.page:
        turns.append(turn(tr.plain("Previous"), listed.page - 1))
    if listed.is_more:
        turns.append(turn(tr.plain("Next"), listed.page + 1))
    return turns


def _entry(tr: Translator, inquiry: Inquiry, frame: CardFrame) -> str:
    section = section_name(tr, frame.content, inquiry.section)
    status = tr.text(STATUS[inquiry.status])
    first = tr(
        "{code} · {section} · {status}", code=code_of(tr, inquiry.code), section=section, status=status
    )
    lines: list[str] = [first, tr("From: {name}", name=UserText(cut(inquiry.name, 60)))]
    if inquiry.waiting_since:
        lines.append(tr("Waiting: {duration}", duration=waiting(tr, inquiry.waiting_since, frame.now)))
    if inquiry.claimed_name:
        lines.append(tr("Taken by: {name}", name=UserText(cut(inquiry.claimed_name, 60))))
    if inquiry.text:
        lines.append(tr.value(UserText(cut(" ".join(inquiry.text.split()), _WORDS_SHOWN))))
    return "\n".join(lines)


def read(tr: Translator, thread: Thread, frame: CardFrame, *, may_answer: bool, has_group: bool) -> Screen:
    """One inquiry to read in a private chat, with its thread and notes."""
    inquiry = thread.inquiry
    parts = [head(tr, inquiry, frame)]
    if inquiry.erased_at:
        parts.append(italic(tr("Erased at the person’s request.")))
    parts += _posts(tr, thread.posts, frame)
    rows: list[Sequence[Button]] = []
    if may_answer and not inquiry.erased_at:
        if inquiry.is_open:
            rows.append([Button(label=tr.plain("Answer"), data=Card(act="answer", code=inquiry.code))])
        rows += actions(tr, inquiry)
    if has_group:
        rows.append(
            [Button(label=tr.plain("Show in the staff chat"), data=Card(act="show", code=inquiry.code))]
        )
    back = Button(label=tr.plain("Back"), data=Queue(which="menu"))
    return finished(tr, "\n\n".join(parts), [*rows, *buttons.fixed_rows(tr, back=back)])


def _posts(tr: Translator, posts: Sequence[Post], frame: CardFrame) -> list[str]:
    """The newest posts that fit, in order."""
    shown: list[str] = []
    room = _THREAD_SHOWN
    longest = max(_POST_SHOWN, room // max(1, len(posts)))
    for post in reversed(posts):
        entry = _post(tr, post, frame, longest=longest)
        room -= utf16(entry)
        if room < 0 and shown:
            shown.append(italic(tr("Earlier messages are not shown here.")))
            break
        shown.append(entry)
    return shown[::-1]


def _post(tr: Translator, post: Post, frame: CardFrame, *, longest: int) -> str:
    when = tr.value(tr.datetime(post.created_at, frame.zone))
    match post.author:
        case Author.STAFF:
            who = tr("Answer by {name}", name=UserText(post.name))
        case Author.NOTE:
            who = tr("Note by {name}", name=UserText(post.name))
        case _:
            # Said each time: somebody may call themselves "Answer by Sana".
            who = tr("From: {name}", name=UserText(post.name))
    lines = [f"<b>{who}</b> · {when}"]
    if post.withdrawn_at:
        lines.append(italic(tr("Taken back by the visitor.")))
    if post.text:
        lines.append(tr.value(UserText(cut(post.text, longest))))
    if post.attachments:
        lines.append(tr("Attached: {things}", things=attached(tr, post.attachments)))
    return "\n".join(lines)


def shown_in_group(tr: Translator) -> str:
    """The card was asked for from a private chat; plain text."""
    return tr.plain("The card is in the staff chat now.")


def answer_prompt(tr: Translator, code: str) -> Screen:
    """Ask for the answer, in a private chat with a staff member."""
    text = tr("Send your answer to {code} now. It goes to the visitor.", code=code_of(tr, code))
    return finished(tr, text, _after(tr, code))


def note_prompt(tr: Translator, code: str) -> Screen:
    """Ask for a note, in a private chat with a staff member."""
    text = tr("Send your note on {code} now. The visitor will not see it.", code=code_of(tr, code))
    return finished(tr, text, _after(tr, code))


def answered(tr: Translator, code: str) -> Screen:
    """The answer is on its way."""
    text = tr("Your answer to {code} is on its way to the visitor.", code=code_of(tr, code))
    return finished(tr, text, _after(tr, code))


def noted(tr: Translator, code: str) -> Screen:
    """A note was kept."""
    return finished(tr, tr("Note kept with {code}.", code=code_of(tr, code)), _after(tr, code))


def _after(tr: Translator, code: str) -> list[Sequence[Button]]:
    back = Button(label=tr.plain("Back"), data=Card(act="read", code=code))
    return buttons.fixed_rows(tr, back=back)


def reminder(tr: Translator, oldest: Sequence[Inquiry], *, many: int, frame: CardFrame) -> Screen:
    """Inquiries that wait too long, in the staff chat."""
    lines = [
        bold(tr.plural("{n} inquiry has waited too long", "{n} inquiries have waited too long", many)),
        *(_entry(tr, one, frame) for one in oldest),
    ]
    opens = [Button(label=one.code, data=Card(act="open", code=one.code)) for one in oldest]
    rows = in_rows(opens, 2)
    if many > len(oldest):
        rows.append((Button(label=tr.plain("See all"), data=Queue(which=LATE)),))
    return finished(tr, "\n\n".join(lines), rows)


def day(tr: Translator, numbers: DayNumbers, frame: CardFrame) -> Screen:
    """The day in numbers, short enough for the caption of a picture."""
    received = [
        tr("Received: {n}", n=numbers.received),
        tr("Answered of these: {n}", n=numbers.answered),
        tr("Closed of these: {n}", n=numbers.closed),
    ]
    sections = [
        tr("{section}: {n}", section=section_name(tr, frame.content, section), n=many)
        for section, many in numbers.sections
    ]
    now = [
        tr("Waiting for an answer now: {n}", n=numbers.waiting),
        tr("Waiting too long: {n}", n=numbers.late),
    ]
    heading = bold(tr("The day in numbers: {day}", day=tr.date_weekday(numbers.day)))
    parts = ["\n".join(lines) for lines in ([heading], received, sections, now) if lines]
    rows = [
        [Button(label=tr.plain(TITLES[NEW]), data=Queue(which=NEW))],
        [Button(label=tr.plain(TITLES[LATE]), data=Queue(which=LATE))],
    ]
    return finished(tr, "\n\n".join(parts), rows if numbers.waiting else [])
