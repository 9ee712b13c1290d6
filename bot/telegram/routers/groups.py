"""Where the bot is a member: blocked and unblocked by people, added to and removed from groups."""

from aiogram import Bot, F, Router
from aiogram.filters import JOIN_TRANSITION, LEAVE_TRANSITION, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberAdministrator, ChatMemberUpdated, Message

from bot.domain.caretaker import Caretaker
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople
from bot.domain.rights import RIGHTS, Right, Role
from bot.domain.staff_chat import StaffChat
from bot.i18n.catalogues import Translator
from bot.telegram.stage import Stage
from bot.telegram.views import groups

router = Router(name="groups")


@router.my_chat_member(F.chat.type == "private")
async def blocked(event: ChatMemberUpdated, person: Person, people: RememberedPeople) -> None:
    """A person blocked the bot, or took that back."""
    await people.set_reachable(person.id, reachable=event.new_chat_member.status != "kicked")


@router.my_chat_member(ChatMemberUpdatedFilter(JOIN_TRANSITION), F.chat.type.in_({"group", "supergroup"}))
async def added(
    event: ChatMemberUpdated, bot: Bot, role: Role, staff_chat: StaffChat, tr: Translator, stage: Stage
) -> None:
    """Tell an owner the group's id and what is missing; leave groups of strangers."""
    if event.chat.id != staff_chat.id and Right.GIVE_ROLES not in RIGHTS[role]:
        await bot.leave_chat(event.chat.id)
        return
    me = await bot.me()
    is_admin = isinstance(event.new_chat_member, ChatMemberAdministrator)
    reads = is_admin or bool(me.can_read_all_group_messages)
    member = event.new_chat_member
    topics = bool(event.chat.is_forum)
    makes_topics = isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)
    screen = groups.welcome(
        tr,
        chat_id=event.chat.id,
        is_staff_chat=event.chat.id == staff_chat.id,
        reads=reads,
        topics=topics,
        makes_topics=makes_topics,
    )
    await stage.say(screen)


@router.my_chat_member(ChatMemberUpdatedFilter(LEAVE_TRANSITION), F.chat.type.in_({"group", "supergroup"}))
async def removed(event: ChatMemberUpdated, staff_chat: StaffChat, caretaker: Caretaker) -> None:
    """Somebody took the bot out of a group: owners hear it when that was the staff chat."""
    if event.chat.id == staff_chat.id:
        await caretaker.expelled()


@router.message(F.migrate_to_chat_id | F.migrate_from_chat_id)
async def migrated(message: Message, staff_chat: StaffChat) -> None:
    """The staff group became a supergroup and has a new id: the old group and the new one both say so."""
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    if old == staff_chat.id:
        await staff_chat.move(new)
