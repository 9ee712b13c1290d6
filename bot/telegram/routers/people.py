"""People and roles: find, see, give and take roles, ban and unban; and the audit log."""

from collections.abc import Sequence

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.domain.audit import AuditLog
from bot.domain.clock import Clock
from bot.domain.courier import Courier
from bot.domain.desk import Actor
from bot.domain.errors import Refusal
from bot.domain.inquiries import InquiryStore
from bot.domain.people import Person, require
from bot.domain.remembering import RememberedPeople
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.roster import Roster
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Folk, Trail
from bot.telegram.dialogue import Dialogue
from bot.telegram.filters import InHouse, InState, May
from bot.telegram.menus import CommandMenus
from bot.telegram.reading import profile_of, ref_of
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.views import audit as trail
from bot.telegram.views import people as views

router = Router(name="people")
router.callback_query.filter(F.message.chat.type == "private")

FIND = "people"
"""The state in which an admin's next message looks for a person."""
BAN = "ban"
"""The state in which an admin's next message is the reason of a ban."""
_PRIVATE = F.chat.type == "private"


def _with_roles(roster: Roster, people: Sequence[Person]) -> list[tuple[Person, Role]]:
    return [(person, roster.role_of(person)) for person in people]


def _card(roster: Roster, actor: Actor, person: Person, tr: Translator, browser: Browser) -> Screen:
    return views.card(
        tr,
        person,
        role=roster.role_of(person),
        grantable=roster.grantable(actor, person),
        may_ban=Right.BAN in RIGHTS[actor.role],
        zone=browser.moment.zone,
    )


@router.message(Command("people"), _PRIVATE, May(Right.GIVE_ROLES))
async def people_command(
    _: Message,
    command: CommandObject,
    actor: Actor,
    roster: Roster,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Everybody with a role; with a text behind the command: who it finds."""
    await dialogue.move(FIND)
    if command.args:
        await stage.say(views.found(tr, _with_roles(roster, await roster.find(actor, command.args))))
    else:
        await stage.say(views.overview(tr, _with_roles(roster, await roster.list(actor))))


@router.callback_query(Folk.filter(F.act == "list"))
async def back_to_list(
    _: CallbackQuery, actor: Actor, roster: Roster, tr: Translator, stage: Stage, dialogue: Dialogue
) -> None:
    """Everybody with a role, in place."""
    people = _with_roles(roster, await roster.list(actor))
    await dialogue.move(FIND)
    await stage.show(views.overview(tr, people))


@router.callback_query(Folk.filter(F.act == "card"))
async def see(
    _: CallbackQuery,
    callback_data: Folk,
    actor: Actor,
    roster: Roster,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """One person."""
    person = await roster.see(actor, callback_data.person)
    await dialogue.leave(BAN)
    await stage.show(_card(roster, actor, person, tr, browser))


@router.callback_query(Folk.filter(F.act == "pick"))
async def pick(
    query: CallbackQuery, bot: Bot, actor: Actor, tr: Translator, stage: Stage, dialogue: Dialogue
) -> None:
    """Offer Telegram's own list of people."""
    require(actor.role, Right.GIVE_ROLES)
    await stage.toast()
    await dialogue.move(FIND)
    text, keyboard = views.picker(tr)
    await bot.send_message(query.from_user.id, text, reply_markup=keyboard)


@router.message(F.users_shared, _PRIVATE, May(Right.GIVE_ROLES))
async def picked(
    message: Message,
    actor: Actor,
    roster: Roster,
    people: RememberedPeople,
    clock: Clock,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """Somebody was chosen in Telegram: who never wrote to the bot is remembered now, to be given a role."""
    assert message.users_shared is not None  # noqa: S101 - the filter's promise
    shared = message.users_shared.users[0]
    if await people.get(shared.user_id) is None:
        names = (shared.first_name, shared.last_name, shared.username)
        chosen = profile_of(shared.user_id, names)
        await people.meet(chosen, clock.now())
    person = await roster.see(actor, shared.user_id)
    await stage.say(_card(roster, actor, person, tr, browser))


@router.message(InState(FIND), F.text, ~F.text.startswith("/"), _PRIVATE, May(Right.GIVE_ROLES))
async def find(
    message: Message, actor: Actor, roster: Roster, tr: Translator, stage: Stage, dialogue: Dialogue
) -> None:
    """A number, an @username or part of a name."""
    text = message.text or ""
    if text == tr.plain("Cancel"):
        await dialogue.move(FIND)
        await stage.say(views.overview(tr, _with_roles(roster, await roster.list(actor))))
    else:
        await stage.say(views.found(tr, _with_roles(roster, await roster.find(actor, text))))


@router.callback_query(Folk.filter(F.act == "role"))
async def give_role(
    _: CallbackQuery,
    callback_data: Folk,
    actor: Actor,
    roster: Roster,
    courier: Courier,
    command_menus: CommandMenus,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Give or take a role; it counts from the person's next tap on."""
    require(actor.role, Right.GIVE_ROLES)
    role = Role(callback_data.arg) if callback_data.arg in set(Role) else Role.VISITOR
    cause = dialogue.cause("role")
    person = await roster.give_role(actor, callback_data.person, role, cause=cause)
    courier.wake()
    await stage.show(_card(roster, actor, person, tr, browser))
    await command_menus.for_person(person, person.speaks, role)


@router.callback_query(Folk.filter(F.act == "ban"))
async def ask_reason(
    _: CallbackQuery,
    callback_data: Folk,
    actor: Actor,
    roster: Roster,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Ask for the reason of a ban."""
    require(actor.role, Right.BAN)
    person = await roster.see(actor, callback_data.person)
    await dialogue.move(BAN, {"person": person.id})
    await stage.show(views.ask_reason(tr, person))


@router.callback_query(Folk.filter(F.act == "unban"))
async def unban(
    _: CallbackQuery,
    callback_data: Folk,
    actor: Actor,
    roster: Roster,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Lift a ban."""
    person = await roster.unban(actor, callback_data.person, cause=dialogue.cause("unban"))
    await stage.show(_card(roster, actor, person, tr, browser))


@router.message(InState(BAN), F.text, ~F.text.startswith("/"), _PRIVATE, May(Right.BAN))
async def reason_written(
    message: Message,
    actor: Actor,
    roster: Roster,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """The reason of a ban."""
    number, cause = int(dialogue.data["person"]), dialogue.cause("ban")
    try:
        person = await roster.ban(actor, number, message.text or "", cause=cause)
    except Refusal:
        await dialogue.move()
        raise
    await dialogue.move()
    await stage.say(_card(roster, actor, person, tr, browser))


@router.message(Command("ban"), InHouse(), May(Right.BAN))
async def ban_command(
    message: Message,
    command: CommandObject,
    actor: Actor,
    roster: Roster,
    inquiries: InquiryStore,
    in_staff_chat: bool,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """``/ban NUMBER reason``; ``/ban NUMBER`` shows the person; ``/ban reason`` as a reply to a card."""
    number, _, reason = (command.args or "").strip().partition(" ")
    if message.reply_to_message and in_staff_chat:
        code = await inquiries.of_message(ref_of(message.reply_to_message))
        if code:
            asked_by = (await inquiries.get(code)).inquiry.person_id
            number, reason = str(asked_by), (command.args or "").strip() or "–"
    if not number.isdecimal() or len(number) > len(str(2**53)):
        await stage.say(views.how_to_ban(tr))
        return
    if reason.strip():
        person = await roster.ban(actor, int(number), reason, cause=dialogue.cause("ban"))
    else:
        person = await roster.see(actor, int(number))
    await stage.say(views.banned(tr, person) if in_staff_chat else _card(roster, actor, person, tr, browser))


@router.message(Command("audit"), _PRIVATE, May(Right.AUDIT))
async def audit_command(
    _: Message, audit: AuditLog, people: RememberedPeople, tr: Translator, stage: Stage, browser: Browser
) -> None:
    """The newest entries of the audit log."""
    await stage.say(await _trail(audit, people, tr, browser, 0))


@router.callback_query(Trail.filter())
async def older(
    _: CallbackQuery,
    callback_data: Trail,
    actor: Actor,
    audit: AuditLog,
    people: RememberedPeople,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """Another page of it."""
    require(actor.role, Right.AUDIT)
    await stage.show(await _trail(audit, people, tr, browser, callback_data.before))


async def _trail(
    audit: AuditLog, people: RememberedPeople, tr: Translator, browser: Browser, before: int
) -> Screen:
    entries = await audit.page(limit=trail.PAGE + 1, before=before or None)
    shown = entries[: trail.PAGE]
    names = {}
    for person_id in trail.people_in(shown):
        person = await people.get(person_id)
        names[person_id] = person.profile.name if person else ""
    more = len(entries) > len(shown)
    return trail.page(tr, shown, names=names, more=more, first=not before, zone=browser.moment.zone)
