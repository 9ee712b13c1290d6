"""Announcements under way and over: the list, the board with its progress, doubts."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.broadcasts import Broadcast, Kind, State
from bot.domain.recipients import Line
from bot.i18n.catalogues import Translator, UserText, mark
from bot.i18n.languages import Language
from bot.telegram.callbacks import Cast
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, bold, finished, utf16
from bot.telegram.views import audiences, buttons
from bot.telegram.views.announcing import Frame, glimpse, language_name, quiet_hours, start, step, title

_BAR = 12
LISTED = 6
"""Announcements on one screen."""
_IN_A_BUTTON = 56
"""Characters of a button that names an announcement."""
DOUBTS = 6
"""People in doubt on one screen."""
STATES: dict[State, str] = {
    State.DRAFT: mark("draft"),
    State.APPROVAL: mark("waits for a second admin"),
    State.SCHEDULED: mark("scheduled"),
    State.RUNNING: mark("being sent"),
    State.PAUSED: mark("paused"),
    State.CANCELLED: mark("cancelled"),
    State.DONE: mark("done"),
}


def listing(tr: Translator, announcements: Sequence[Broadcast], *, first: bool = True) -> Screen:
    """A page of announcements, the newest first, and the way to a new one.

    One more than ``LISTED`` means that there are older ones.
    """
    lines = [bold(tr("Announcements"))]
    if not announcements:
        lines.append(tr("There is none yet."))
    rows: list[Sequence[Button]] = [[Button(label=tr.plain("New announcement"), data=Cast(act="new"))]]
    shown = announcements[:LISTED]
    rows += [[step(_entry(tr, one), "open", one.number)] for one in shown]
    turn = [] if first else [step(tr.plain("Newest"), "list", 0)]
    if len(announcements) > len(shown):
        turn.append(step(tr.plain("Older"), "list", shown[-1].number))
    return finished(tr, "\n\n".join(lines), [*rows, turn, *buttons.fixed_rows(tr)])


def _entry(tr: Translator, one: Broadcast) -> str:
    state = tr.plain(STATES[one.state])
    if one.kind is Kind.EDIT:
        return tr.plain(
            "{n}: correction of {original}, {state}", n=one.number, original=one.original, state=state
        )
    if one.kind is Kind.DELETE:
        return tr.plain(
            "{n}: taking back {original}, {state}", n=one.number, original=one.original, state=state
        )
    written = one.language_for(tr.language)
    bare = tr.plain("{n}: {state}", n=one.number, state=state)
    room = _IN_A_BUTTON - utf16(bare)
    words = glimpse(tr, one.versions[written], room) if written and room > 0 else ""
    if not words:
        return bare
    return tr.plain("{n}: {state} · {words}", n=one.number, state=state, words=UserText(words))


def board(
    tr: Translator, broadcast: Broadcast, frame: Frame, *, reader: int = 0, rate: float = 0.0
) -> Screen:
    """Where it stands. ``reader``: who looks; ``rate``: recipients a second at present, 0: not known."""
    lines = [title(tr, broadcast), state_line(tr, broadcast, frame)]
    if broadcast.state is State.APPROVAL:
        lines.append("\n".join(_to_judge(tr, broadcast, frame)))
    if broadcast.state not in (State.APPROVAL, State.SCHEDULED):
        lines += [_bar(tr, broadcast), "\n".join(count_lines(tr, broadcast))]
        speed = _speed(tr, broadcast, rate)
        lines += [speed] if speed else []
    else:
        lines.append(bold(tr.plural("{n} recipient", "{n} recipients", broadcast.counts.total)))
    return finished(tr, "\n\n".join(lines), _steps(tr, broadcast, frame, reader))


def _to_judge(tr: Translator, broadcast: Broadcast, frame: Frame) -> list[str]:
    """What a second admin has to know; the words are shown by the preview."""
    written = [language_name(tr, language) for language in Language if language in broadcast.versions]
    return [
        tr("Author: {name}", name=UserText(broadcast.author_name)),
        tr("Languages: {languages}", languages=" · ".join(written)),
        *audiences.narrowing(tr, broadcast.audience, frame),
        start(tr, broadcast.starts_at, frame.zone),
    ]


def state_line(tr: Translator, broadcast: Broadcast, frame: Frame) -> str:
    """Where it stands, in one line."""
    match broadcast.state:
        case State.APPROVAL:
            return tr("A second admin has to agree before it is sent. Somebody else than its author.")
        case State.SCHEDULED:
            return start(tr, broadcast.starts_at, frame.zone)
        case State.RUNNING if broadcast.parked_until and broadcast.parked_until > frame.now:
            until = tr.datetime(broadcast.parked_until, frame.zone)
            return tr("Telegram asked us to wait until {moment}", moment=until)
        case State.RUNNING if broadcast.keeps_quiet and frame.quiet.hold(frame.now):
            return tr("Rests in the quiet hours, {hours}.", hours=quiet_hours(frame))
        case State.PAUSED:
            return tr("Paused: {why}", why=why(tr, broadcast.reason))
    return tr("State: {state}", state=tr.plain(STATES[broadcast.state]))


def why(tr: Translator, reason: str) -> str:
    """Why an announcement rests; plain text."""
    kind, _, detail = reason.partition(" ")
    bad, _, of = detail.partition("/")
    match kind:
        case "failures":
            return tr.plain("too many failures, {bad} of {all}. Look at the report.", bad=bad, all=of)
        case "unsubscribes":
            return tr.plain("too many people unsubscribe, {bad} of {all}.", bad=bad, all=of)
        case "author":
            return tr.plain("its author may not announce any more.")
    return tr.plain("by an admin.")


def _bar(tr: Translator, broadcast: Broadcast) -> str:
    counts = broadcast.counts
    share = counts.settled / counts.total if counts.total else 1.0
    full = int(share * _BAR)
    percent = tr.percent(int(100 * share) / 100)
    return tr("{bar} {percent}", bar="▰" * full + "▱" * (_BAR - full), percent=percent)


def count_lines(tr: Translator, broadcast: Broadcast) -> list[str]:
    """Recipients by result; what did not occur is left out."""
    counts = broadcast.counts
    done = {
        Kind.SEND: tr("Sent: {n} of {total}", n=counts.sent, total=counts.total),
        Kind.EDIT: tr("Corrected: {n} of {total}", n=counts.sent, total=counts.total),
        Kind.DELETE: tr("Taken back: {n} of {total}", n=counts.sent, total=counts.total),
    }
    more = [
        (counts.blocked, tr("Blocked the bot or gone: {n}", n=counts.blocked)),
        (counts.failed, tr("Refused by Telegram: {n}", n=counts.failed)),
        (counts.in_doubt, tr("In doubt: {n}", n=counts.in_doubt)),
        (counts.skipped, tr("Left the audience before their turn: {n}", n=counts.skipped)),
        (counts.unsubscribed, tr("Unsubscribed afterwards: {n}", n=counts.unsubscribed)),
    ]
    lines: list[str] = [done[broadcast.kind], *(line for many, line in more if many)]
    if broadcast.state is State.CANCELLED and counts.left:
        lines.append(tr("Not sent: {n}", n=counts.left))
    return lines


def _speed(tr: Translator, broadcast: Broadcast, rate: float) -> str:
    if broadcast.state is not State.RUNNING or rate <= 0:
        return ""
    minutes = timedelta(seconds=broadcast.counts.left / rate) // timedelta(minutes=1)
    remaining = (
        tr.plain_plural("{n} minute", "{n} minutes", minutes) if minutes else tr.plain("less than a minute")
    )
    return tr("{rate} a second, remaining time: {time}", rate=round(rate, 1), time=remaining)


def _steps(tr: Translator, broadcast: Broadcast, frame: Frame, reader: int) -> list[Sequence[Button]]:
    number, state = broadcast.number, broadcast.state
    rows: list[Sequence[Button]] = []
    if state is State.APPROVAL and reader != broadcast.author_id:
        rows.append(
            [Button(label=tr.plain("Approve"), data=Cast(act="approve", number=number), style=FORWARD)]
        )
    if state in (State.RUNNING, State.SCHEDULED):
        rows.append([step(tr.plain("Pause"), "pause", number)])
    parked = broadcast.parked_until is not None and broadcast.parked_until > frame.now
    if state is State.PAUSED or (state is State.RUNNING and parked):
        rows.append([step(tr.plain("Go on"), "resume", number)])
    if not broadcast.is_over:
        stop = Button(label=tr.plain("Cancel it"), data=Cast(act="cancel", number=number), style=THROW_AWAY)
        rows.append([stop])
    if broadcast.counts.in_doubt:
        label = tr.plain("In doubt: {n}", n=broadcast.counts.in_doubt)
        rows.append([step(label, "doubts", number)])
    if broadcast.changeable(frame.now):
        rows.append(
            [
                step(tr.plain("Correct the copies"), "correct", number),
                step(tr.plain("Take back"), "takeback", number),
            ]
        )
    if broadcast.kind is not Kind.DELETE:
        rows.append([step(tr.plain("Preview"), "preview", number)])
    refresh = step(tr.plain("Refresh"), "open", number)
    rows.append([refresh, step(tr.plain("Report"), "report", number)])
    back = Button(label=tr.plain("Back"), data=Cast(act="list"))
    return [*rows, *buttons.fixed_rows(tr, back=back)]


def doubts(tr: Translator, broadcast: Broadcast, lines: Sequence[Line]) -> Screen:
    """Whom it may or may not have reached, one by one or all."""
    number = broadcast.number
    text = [
        bold(tr("In doubt: {n}", n=broadcast.counts.in_doubt)),
        tr(
            "The connection broke or the bot was stopped just as it was sent to them. Nobody knows whether it arrived, so it is not sent again by itself: most have it already."
        ),
    ]
    rows: list[Sequence[Button]] = []
    for line in lines[:DOUBTS]:
        label = tr.plain("Send again to {id}", id=str(line.person_id))
        rows.append([step(label, "again", number, str(line.person_id))])
    if broadcast.counts.in_doubt:
        rows.append([step(tr.plain("Send again to all in doubt"), "again", number, "all")])
    back = step(tr.plain("Back"), "open", number)
    return finished(tr, "\n\n".join(text), [*rows, *buttons.fixed_rows(tr, back=back)])


def take_back(tr: Translator, broadcast: Broadcast) -> Screen:
    """Ask before copies are deleted."""
    number = broadcast.number
    text = tr(
        "Delete the copies of announcement {n} from {count} chats? Who has read it has read it.",
        n=number,
        count=broadcast.counts.sent,
    )
    sure = Button(
        label=tr.plain("Delete the copies"), data=Cast(act="delete", number=number), style=THROW_AWAY
    )
    back = step(tr.plain("Back"), "open", number)
    return finished(tr, text, [[sure], *buttons.fixed_rows(tr, back=back)])


def approval_wanted(tr: Translator, number: int) -> Screen:
    """To the other admins: an announcement waits for one of them."""
    text = tr(
        "Announcement {n} waits for a second admin. Please look at it and approve it, or not.", n=number
    )
    look = step(tr.plain("Look at it"), "open", number)
    return finished(tr, text, [[look], *buttons.fixed_rows(tr)])


def stopped(tr: Translator, number: int, reason: str) -> Screen:
    """To the author: an announcement stopped by itself."""
    text = tr("Announcement {n} stopped by itself: {why}", n=number, why=why(tr, reason))
    look = step(tr.plain("Look at it"), "open", number)
    return finished(tr, text, [[look], *buttons.fixed_rows(tr)])
