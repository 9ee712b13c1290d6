"""Privacy: what is kept, why, how long and who sees it, from the running configuration; taking it, erasing it."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from bot.domain.events import PERSONAL
from bot.domain.privacy import Belongings, Erasure, Handling
from bot.domain.rights import Role
from bot.i18n.catalogues import Markup, Translator
from bot.telegram.callbacks import Own
from bot.telegram.screens import THROW_AWAY, Button, Screen, bold, command_line, finished
from bot.telegram.views import buttons


def notice(tr: Translator, handling: Handling) -> Screen:
    """How personal data is handled here."""
    parts = [
        bold(tr("Privacy")),
        _listed(tr("What is kept, and why"), _kept(tr)),
        _listed(tr("For how long"), _spans(tr, handling)),
        _listed(tr("Who sees it"), _readers(tr, handling)),
        _listed(tr("How it is protected"), [_protection(tr, handling)]),
        _listed(
            tr("What you can do"),
            [
                command_line(tr, "/mydata", tr("get everything that is kept of you as a file")),
                command_line(tr, "/forget", tr("have everything erased, after you confirm")),
            ],
        ),
        tr("Please do not send scans of passports or identity cards."),
    ]
    rows = [
        [Button(label=tr.plain("Get my data"), data=Own(act="data"))],
        [Button(label=tr.plain("Delete my data"), data=Own(act="ask"))],
    ]
    return finished(tr, "\n\n".join(parts), [*rows, *buttons.fixed_rows(tr)])


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([bold(title), *(f"• {line}" for line in lines)])


def _kept(tr: Translator) -> Sequence[str]:
    return [
        tr("your name, @username, Telegram id and language: to answer you in your language"),
        tr(
            "your questions with contacts and files, and our answers: to answer you, and to prove what was asked"
        ),
        tr("what you have begun, checklists and subscriptions: so that you can go on where you stopped"),
        tr("which screens were opened and what the search did not find: to make the answers better"),
    ]


def _spans(tr: Translator, handling: Handling) -> Sequence[str]:
    keeping = handling.keeping
    lines = [
        tr("inquiries, after their last message: {time}", time=_span(tr, keeping.inquiries)),
        tr("your name and language, after your last message: {time}", time=_span(tr, keeping.people)),
        tr("what you have begun and not sent: {time}", time=_span(tr, keeping.drafts)),
        tr("visits and searches with your Telegram id: {time}", time=_span(tr, PERSONAL)),
    ]
    if keeping.inquiries or keeping.people:
        lines.append(tr("longer only while a question of yours waits for an answer or you get announcements"))
    if handling.backups:
        lines.append(tr("backups: {time}", time=_span(tr, handling.backups)))
    lines.append(tr("Number, section and dates of an inquiry stay for statistics, without name and words."))
    return lines


def _span(tr: Translator, span: timedelta | None) -> str:
    if span is None:
        return tr("until you have it erased")
    return tr.plural("{n} day", "{n} days", span.days)


def _readers(tr: Translator, handling: Handling) -> Sequence[str]:
    lines = [tr("the staff of Kazakhstan House; the bot passes nothing on to anybody else")]
    if handling.staff_chat:
        lines.append(tr("inquiries are shown to staff in a closed Telegram group"))
    lines.append(tr("all messages travel through Telegram, under Telegram’s own privacy policy"))
    return lines


def _protection(tr: Translator, handling: Handling) -> str:
    if handling.sealed:
        return tr("Words, names, phone numbers and file references are encrypted in our database.")
    return tr("Our database is on our own server, which only our operator can enter; it is not encrypted.")


def data_caption(tr: Translator, belongings: Belongings) -> Screen:
    """Under the file with everything that is kept."""
    lines = [
        tr("Everything that is kept of you, as a JSON file. Internal notes of our staff are not in it."),
        tr("Inquiries: {n}", n=len(belongings.threads)),
    ]
    return finished(tr, "\n".join(lines), [[_back(tr), buttons.home(tr)]])


def confirm(tr: Translator, belongings: Belongings) -> Screen:
    """Say what erasing means, and ask."""
    mine = [thread.inquiry for thread in belongings.threads]
    lines = [
        tr("Everything that is kept of you is erased, and cannot be brought back."),
        tr("Inquiries: {n}", n=len(mine)),
    ]
    if waiting := sum(one.is_open for one in mine):
        lines.append(tr("Of these still open, and then without an answer: {n}", n=waiting))
    lines += [
        tr(
            "Our staff’s group: your words are taken out of it; "
            "files older than 48 hours only a person can delete there."
        ),
        tr("This chat: its messages stay with Telegram until you delete the chat."),
    ]
    person = belongings.person
    if person and person.role is not Role.VISITOR:
        lines.append(tr("Your role stays, so that the House knows who may do what."))
    rows = [
        [Button(label=tr.plain("Erase everything"), data=Own(act="erase"), style=THROW_AWAY)],
        [Button(label=tr.plain("Cancel"), data=Own(act="keep"))],
    ]
    text = "\n\n".join([bold(tr("Delete my data")), *lines])
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr)])


def kept(tr: Translator) -> Screen:
    """Nothing was erased."""
    return finished(tr, tr("Nothing was erased."), [[_back(tr), buttons.home(tr)]])


def erased(tr: Translator, erasure: Erasure, *, zone: tzinfo) -> Screen:
    """The receipt, without content."""
    lines = [
        bold(tr("Everything that was kept of you is erased.")),
        tr("Receipt: {code}", code=Markup(f"<code>{erasure.receipt}</code>")),
        tr("Erased: {time}", time=tr.datetime(erasure.erased_at, zone)),
        tr("Inquiries: {n}", n=erasure.inquiries),
        tr("You can delete this chat now. If you write again, you begin anew."),
    ]
    return finished(tr, "\n".join(lines), [[buttons.language(tr), buttons.home(tr)]])


def _back(tr: Translator) -> Button:
    return Button(label=tr.plain("Privacy"), data=Own(act="privacy"))
