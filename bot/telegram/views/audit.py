"""The audit log: who did what, the newest first."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from bot.domain.audit import COMMAND_LINE, Deed, Entry
from bot.domain.rights import Role
from bot.i18n.catalogues import Translator, UserText, mark, mark_plural
from bot.telegram.callbacks import Trail
from bot.telegram.screens import Button, Screen, bold, finished
from bot.telegram.views import buttons
from bot.telegram.views.people import ROLES

PAGE = 8
"""Entries on one page."""
DEEDS: dict[Deed, str] = {
    Deed.ROLE: mark("role given"),
    Deed.BAN: mark("banned"),
    Deed.UNBAN: mark("ban lifted"),
    Deed.EXPORT: mark("log taken"),
    Deed.ANNOUNCE: mark("announcement"),
    Deed.FACT: mark("fact changed"),
    Deed.ERASE: mark("person erased"),
    Deed.REPLIES: mark("replies sent from a sheet"),
    Deed.QUARANTINE: mark("update put aside"),
}
STEPS: dict[str, str] = {
    "launch": mark("sent off"),
    "approve": mark("approved"),
    "pause": mark("paused"),
    "resume": mark("let go on"),
    "cancel": mark("cancelled"),
    "resend": mark("sent again to those in doubt"),
    "take back": mark("copies taken back"),
    "retry": mark("tried again"),
    "drop": mark("thrown away"),
}
"""The values of ``step``: what was done to an announcement or an update."""
_COUNTED: dict[str, tuple[str, str]] = {
    "people": mark_plural("{n} recipient", "{n} recipients"),
    "rows": mark_plural("{n} row", "{n} rows"),
    "inquiries": mark_plural("{n} inquiry", "{n} inquiries"),
    "posts": mark_plural("{n} message", "{n} messages"),
}
_NUMBERED: dict[str, str] = {
    "sent": mark("sent: {n}"),
    "stale": mark("out of date: {n}"),
    "unknown": mark("not readable: {n}"),
}
_OF_PEOPLE = frozenset({Deed.ROLE, Deed.BAN, Deed.UNBAN})


def people_in(entries: Sequence[Entry]) -> set[int]:
    """Whose names a page needs."""
    about = {int(one.about) for one in entries if one.deed in _OF_PEOPLE and one.about.isdecimal()}
    return about | {one.by for one in entries if one.by != COMMAND_LINE}


def page(
    tr: Translator,
    entries: Sequence[Entry],
    *,
    names: Mapping[int, str],
    more: bool,
    first: bool,
    zone: tzinfo,
) -> Screen:
    """One page of the log."""
    lines = [bold(tr("Who did what"))]
    if not entries:
        lines.append(tr("Nothing has been noted yet."))
    lines += [_entry(tr, one, names, zone) for one in entries]
    turn = []
    if not first:
        turn.append(Button(label=tr.plain("Newest"), data=Trail()))
    if more:
        turn.append(Button(label=tr.plain("Older"), data=Trail(before=entries[-1].number)))
    return finished(tr, "\n\n".join(lines), [turn, *buttons.fixed_rows(tr)])


def _entry(tr: Translator, entry: Entry, names: Mapping[int, str], zone: tzinfo) -> str:
    who = tr("command line or the bot itself") if entry.by == COMMAND_LINE else _name(tr, entry.by, names)
    lines: list[str] = [
        tr("{number}. {time}", number=entry.number, time=tr.datetime(entry.at, zone)),
        tr("{who}: {deed}", who=who, deed=tr.text(DEEDS[entry.deed])),
    ]
    if entry.about:
        lines.append(_about(tr, entry, names))
    if told := [words for one in entry.details.items() if (words := _detail(tr, *one))]:
        lines.append(" · ".join(told))
    return "\n".join(lines)


def _about(tr: Translator, entry: Entry, names: Mapping[int, str]) -> str:
    if entry.about.isdecimal() and entry.deed in _OF_PEOPLE:
        return _name(tr, int(entry.about), names)
    if entry.about.isdecimal() and entry.deed is Deed.ANNOUNCE:
        return tr("Announcement {n}", n=int(entry.about))
    return tr.value(entry.about)


def _detail(tr: Translator, name: str, value: str | int) -> str:
    """One detail in words; empty when there is nothing to say."""
    match name, value:
        case "step", str(step) if step in STEPS:
            return tr(STEPS[step])
        case "step", int(number):
            return tr("change {n}", n=number)
        case (("from" | "to"), str(role)) if role in set(Role):
            shown = tr.text(ROLES[Role(role)])
            return tr("before: {role}", role=shown) if name == "from" else tr("now: {role}", role=shown)
        case "masked", int(masked):
            return tr("numbers masked") if masked else ""
        case _, int(many) if name in _COUNTED:
            return tr.plural(*_COUNTED[name], many)
        case _, int(many) if name in _NUMBERED:
            return tr(_NUMBERED[name], n=many)
    return tr.value(f"{name}: {value}")


def _name(tr: Translator, person_id: int, names: Mapping[int, str]) -> str:
    name = names.get(person_id)
    if not name:
        return tr.value(str(person_id))
    return tr("{name} ({id})", name=UserText(name), id=str(person_id))
