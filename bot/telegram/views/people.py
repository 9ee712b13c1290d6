"""People: who has a role, one person's card, finding somebody, banning."""

from collections.abc import Sequence
from datetime import tzinfo

from aiogram.types import KeyboardButton, KeyboardButtonRequestUsers, ReplyKeyboardMarkup

from bot.domain.people import Person
from bot.domain.rights import Role
from bot.i18n.catalogues import Markup, Translator, UserText, mark
from bot.telegram.callbacks import Folk
from bot.telegram.screens import Button, Screen, bold, cut, finished, in_rows
from bot.telegram.views import buttons

ROLES: dict[Role, str] = {
    Role.VISITOR: mark("Visitor"),
    Role.VIEWER: mark("Viewer"),
    Role.STAFF: mark("Staff"),
    Role.EDITOR: mark("Editor"),
    Role.ADMIN: mark("Admin"),
    Role.OWNER: mark("Owner"),
}
REQUEST = 1
"""The number of the request to choose a person."""
MOST = 10
"""People on one screen."""


def overview(tr: Translator, people: Sequence[tuple[Person, Role]]) -> Screen:
    """Everybody with a role, and the ways to find somebody else."""
    lines = [bold(tr("People and roles"))]
    if not people:
        lines.append(tr("Nobody has a role yet."))
    if len(people) > MOST:
        lines.append(tr("The first {n} of {total}; find the others by name.", n=MOST, total=len(people)))
    lines.append(tr("Choose somebody, or send a number, an @username or part of a name."))
    rows = [[_entry(tr, person, role)] for person, role in people[:MOST]]
    rows.append([Button(label=tr.plain("Choose in Telegram"), data=Folk(act="pick"))])
    return finished(tr, "\n\n".join(lines), [*rows, *buttons.fixed_rows(tr)])


def found(tr: Translator, people: Sequence[tuple[Person, Role]]) -> Screen:
    """What a search found."""
    if not people:
        text = tr("Nobody was found. The person must have written to the bot once.")
    else:
        text = tr("Found: {n}", n=len(people))
    rows = [[_entry(tr, person, role)] for person, role in people]
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr, back=_back(tr))])


def _entry(tr: Translator, person: Person, role: Role) -> Button:
    name = cut(person.profile.name or str(person.id), 40)
    label = tr.plain("{name} · {role}", name=UserText(name), role=tr.plain(ROLES[role]))
    return Button(label=label, data=Folk(act="card", person=person.id))


def picker(tr: Translator) -> tuple[str, ReplyKeyboardMarkup]:
    """The words and the keyboard that opens Telegram's own list of people."""
    asked = KeyboardButtonRequestUsers(
        request_id=REQUEST, user_is_bot=False, max_quantity=1, request_name=True, request_username=True
    )
    keys = [
        [KeyboardButton(text=tr.plain("Choose a person"), request_users=asked)],
        [KeyboardButton(text=tr.plain("Cancel"))],
    ]
    keyboard = ReplyKeyboardMarkup(keyboard=keys, resize_keyboard=True, one_time_keyboard=True)
    return tr.finish(tr("Use the button below to choose a person from your contacts and chats.")), keyboard


def card(
    tr: Translator, person: Person, *, role: Role, grantable: Sequence[Role], may_ban: bool, zone: tzinfo
) -> Screen:
    """One person, and what the reader may do."""
    lines = [
        bold(tr.value(UserText(person.profile.name))) if person.profile.name else "",
        tr.value(f"@{person.profile.username}") if person.profile.username else "",
        tr("Number: {id}", id=Markup(f"<code>{person.id}</code>")),
        tr("Role: {role}", role=tr.text(ROLES[role])),
        tr("First seen: {time}", time=tr.datetime(person.first_seen, zone)),
        tr("Last seen: {time}", time=tr.datetime(person.last_seen, zone)),
    ]
    if not person.reachable:
        lines.append(tr("Cannot be reached: the visitor blocked the bot or left Telegram."))
    if person.banned is not None:
        lines.append(tr("Banned: {reason}", reason=UserText(person.banned)))
    if not grantable and role is Role.OWNER:
        lines.append(tr("This owner is named in the settings and cannot be changed here."))
    rows: list[Sequence[Button]] = []
    rows += in_rows([_role_button(tr, person, one, role) for one in grantable], 2)
    if may_ban and person.banned is not None:
        rows.append([Button(label=tr.plain("Lift the ban"), data=Folk(act="unban", person=person.id))])
    elif may_ban and role is Role.VISITOR:
        rows.append([Button(label=tr.plain("Ban"), data=Folk(act="ban", person=person.id))])
    text = "\n".join(line for line in lines if line)
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr, back=_back(tr))])


def _role_button(tr: Translator, person: Person, role: Role, present: Role) -> Button:
    label = tr.plain(ROLES[role])
    shown = f"✓ {label}" if role is present else label
    return Button(label=shown, data=Folk(act="role", person=person.id, arg=role.value))


def ask_reason(tr: Translator, person: Person) -> Screen:
    """Ask why somebody is banned."""
    name = UserText(person.profile.name or str(person.id))
    lines = [
        tr("Why is {name} banned? Write the reason in one message.", name=name),
        tr("The person reads it whenever they write to the bot."),
    ]
    back = Button(label=tr.plain("Back"), data=Folk(act="card", person=person.id))
    return finished(tr, "\n".join(lines), buttons.fixed_rows(tr, back=back))


def banned(tr: Translator, person: Person) -> Screen:
    """Somebody was banned, for the staff chat."""
    name = UserText(person.profile.name or str(person.id))
    return finished(tr, tr("{name} is banned now.", name=name))


def how_to_ban(tr: Translator) -> Screen:
    """How the command is written."""
    lines = [
        tr("Write {command}, or reply to a card in the staff group.", command=_code("/ban 123456789 reason")),
        tr("{command} shows the person, also to lift a ban.", command=_code("/ban 123456789")),
    ]
    return finished(tr, "\n".join(lines), buttons.fixed_rows(tr, back=_back(tr)))


def _code(text: str) -> Markup:
    return Markup(f"<code>{text}</code>")


def new_role(tr: Translator, role: str) -> Markup:
    """Tell a person their new role; Telegram-HTML."""
    if role == Role.VISITOR:
        return tr("You no longer have a role at Kazakhstan House.")
    return tr("Your role at Kazakhstan House is now: {role}", role=tr.text(ROLES[Role(role)]))


def _back(tr: Translator) -> Button:
    return Button(label=tr.plain("Back"), data=Folk(act="list"))
