"""Which chats and messages the bot may touch, and the words of refusals (Client.cpp check_chat_access)."""

from bot.simulator.calls import Call
from bot.simulator.chats import Chat
from bot.simulator.errors import bad, forbidden
from bot.simulator.people import Json
from bot.simulator.world import World

RIGHTS = {
    "can_pin_messages": "Not enough rights to manage pinned messages in the chat",
    "can_manage_topics": "Not enough rights to create a topic",
    "can_restrict_members": "Not enough rights to restrict/unrestrict chat member",
    "can_delete_messages": "message can't be deleted",
}


def known_chat(world: World, call: Call, name: str = "chat_id") -> Chat:
    """Return the chat that the call names, readable or not."""
    wanted = call.text(name)
    if not wanted:
        raise bad(f"{name} is empty")
    chat = (
        world.find_chat_named(wanted[1:]) if wanted.startswith("@") else world.find_chat(call.integer(name))
    )
    if chat is None:
        raise bad("chat not found")
    return chat


def chat_to_read(world: World, call: Call, name: str = "chat_id") -> Chat:
    """Return a chat that the bot may look into."""
    chat = known_chat(world, call, name)
    if chat.type == "private":
        if not chat.is_started:
            raise bad("chat not found")
        return chat
    check_group(world, chat)
    return chat


def chat_to_write(world: World, call: Call) -> Chat:
    """Return a chat that the bot may write to."""
    chat = known_chat(world, call)
    if chat.type == "private":
        check_private(world, chat)
    else:
        check_group(world, chat)
        check_speech(world, chat)
    return chat


def chat_to_change(world: World, call: Call) -> Chat:
    """Return a chat whose messages the bot may edit or delete: also that of a person who blocked it."""
    chat = known_chat(world, call)
    if chat.type != "private":
        check_group(world, chat)
    elif world.person(chat.id).is_deactivated:
        raise forbidden("user is deactivated")
    return chat


def check_private(world: World, chat: Chat) -> None:
    """Refuse where the person is gone, never wrote, or blocked the bot."""
    if world.person(chat.id).is_deactivated:
        raise forbidden("user is deactivated")
    if chat.role(world.bot.id) == "kicked":
        raise forbidden("bot was blocked by the user")
    if not chat.is_started:
        raise forbidden("bot can't initiate conversation with a user")


def check_group(world: World, chat: Chat) -> None:
    """Refuse where the group moved or the bot is not in it."""
    if chat.migrated_to:
        parameters = {"migrate_to_chat_id": chat.migrated_to}
        raise bad("group chat was upgraded to a supergroup chat", parameters)
    if chat.role(world.bot.id) == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if not chat.has(world.bot.id):
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def check_speech(world: World, chat: Chat) -> None:
    """Refuse where the bot is restricted from writing (TDLib can_send_message_content)."""
    rights = chat.rights.get(world.bot.id, {})
    if chat.role(world.bot.id) == "restricted" and not rights.get("can_send_messages"):
        raise bad("not enough rights to send text messages to the chat")


def has_right(world: World, chat: Chat, right: str) -> bool:
    """Say whether the bot is an administrator with the right."""
    if chat.role(world.bot.id) != "administrator":
        return False
    return bool(chat.rights.get(world.bot.id, {}).get(right, True))


def need_right(world: World, chat: Chat, right: str) -> None:
    """Refuse where the bot lacks an administrator's right in a group."""
    if chat.type != "private" and not has_right(world, chat, right):
        raise bad(RIGHTS[right])


def stored_message(chat: Chat, message_id: int, what: str) -> Json:
    """Return a message as stored or refuse: `what` is Telegram's name for it, such as "message to edit"."""
    message = chat.messages.get(message_id)
    if message is None:
        raise bad(f"{what} not found")
    return message


def thread_of(world: World, chat: Chat, thread_id: int, reply_to: int) -> int:
    """Return the topic a new message goes to: the named one, else that of the message it replies to."""
    if not thread_id:
        return int(chat.messages.get(reply_to, {}).get("message_thread_id", 0)) if chat.is_forum else 0
    if not chat.is_forum and chat.type != "private":
        return 0
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad("message thread not found")
    if topic.is_closed and not has_right(world, chat, "can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return thread_id


def reply_target(chat: Chat, call: Call) -> int:
    """Return the id of the message that a new one replies to, 0 for none."""
    asked = call.structure("reply_parameters", "reply parameters")
    if asked is not None and not isinstance(asked, dict):
        raise bad("object expected as reply parameters")
    message_id = int((asked or {}).get("message_id") or call.integer("reply_to_message_id"))
    lenient = bool((asked or {}).get("allow_sending_without_reply")) or call.flag(
        "allow_sending_without_reply"
    )
    if message_id and message_id not in chat.messages:
        if lenient:
            return 0
        raise bad("message to be replied not found")
    return message_id
