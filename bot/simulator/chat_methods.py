"""Methods of the bot on chats: who is there, topics, leaving, banning."""

from bot.simulator.access import RIGHTS, chat_to_read, chat_to_write, has_right, need_right
from bot.simulator.calls import Call
from bot.simulator.chats import TOPIC_COLORS, Chat, Topic
from bot.simulator.errors import ApiError, bad
from bot.simulator.people import Json
from bot.simulator.sending import Method
from bot.simulator.world import World

TOPIC_NAME = range(1, 129)


def get_chat(world: World, call: Call) -> Json:
    """Return ChatFullInfo."""
    chat = chat_to_read(world, call)
    accepted = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
    if chat.pinned:
        full["pinned_message"] = chat.shown(chat.messages[chat.pinned[-1]])
    return chat.view() | full


def get_chat_member(world: World, call: Call) -> Json:
    """Return the ChatMember of a user."""
    chat = chat_to_read(world, call)
    user_id = call.integer("user_id")
    if user_id != world.bot.id and not world.knows(user_id):
        raise bad("invalid user_id specified")
    if user_id not in chat.roles and chat.type != "private":
        return {"user": world.user(user_id), "status": "left"}
    return world.member(chat, user_id)


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """Return owner and administrators of a group."""
    chat = chat_to_read(world, call)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [
        world.member(chat, one) for one, role in chat.roles.items() if role in {"creator", "administrator"}
    ]


def get_chat_member_count(world: World, call: Call) -> int:
    """Return how many are in the chat."""
    return len(chat_to_read(world, call).present())


def leave_chat(world: World, call: Call) -> bool:
    """Leave a group."""
    chat = chat_to_read(world, call)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    world.set_role(chat, world.bot.id, "left", by=world.bot.id)
    return True


def ban_chat_member(world: World, call: Call) -> bool:
    """Throw a member out of a group."""
    chat = chat_to_write(world, call)
    user_id = call.integer("user_id")
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    if not world.knows(user_id):
        raise bad("PARTICIPANT_ID_INVALID")
    need_right(world, chat, "can_restrict_members")
    if chat.role(user_id) == "creator":
        raise bad("can't remove chat owner")
    if chat.role(user_id) == "administrator":
        raise bad("user is an administrator of the chat")
    world.set_role(chat, user_id, "kicked", by=world.bot.id)
    return True


def create_forum_topic(world: World, call: Call) -> Json:
    """Make a topic in a forum."""
    chat = _forum(world, call)
    color = call.integer("icon_color") or TOPIC_COLORS[0]
    if color not in TOPIC_COLORS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    topic = Topic(id=chat.last_message_id + 1, name=_topic_name(call), icon_color=color)
    chat.topics[topic.id] = topic
    _announce(world, chat, topic, {"forum_topic_created": {"name": topic.name, "icon_color": color}})
    return topic.view()


def edit_forum_topic(world: World, call: Call) -> bool:
    """Rename a topic."""
    chat, topic = _topic(world, call)
    name = _topic_name(call) if call.text("name") else topic.name
    if name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    _announce(world, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def close_forum_topic(world: World, call: Call) -> bool:
    """Close a topic."""
    return _set_closed(world, call, is_closed=True)


def reopen_forum_topic(world: World, call: Call) -> bool:
    """Open a closed topic again."""
    return _set_closed(world, call, is_closed=False)


def delete_forum_topic(world: World, call: Call) -> bool:
    """Delete a topic with all its messages."""
    chat, topic = _topic(world, call)
    if not has_right(world, chat, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    world.remove_topic(chat, topic.id)
    return True


def _set_closed(world: World, call: Call, *, is_closed: bool) -> bool:
    chat, topic = _topic(world, call)
    if topic.is_closed == is_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.is_closed = is_closed
    _announce(world, chat, topic, {"forum_topic_closed" if is_closed else "forum_topic_reopened": {}})
    return True


def _forum(world: World, call: Call) -> Chat:
    chat = chat_to_write(world, call)
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not has_right(world, chat, "can_manage_topics"):
        raise bad(RIGHTS["can_manage_topics"])
    return chat


def _topic(world: World, call: Call) -> tuple[Chat, Topic]:
    chat = _forum(world, call)
    topic = chat.topics.get(call.integer("message_thread_id"))
    if topic is None:
        raise bad("message thread not found")
    return chat, topic


def _topic_name(call: Call) -> str:
    name = call.text("name").strip()
    if len(name) not in TOPIC_NAME:
        raise ApiError(
            400, "Bad Request: TOPIC_TITLE_EMPTY" if not name else "Bad Request: TOPIC_TITLE_TOO_LONG"
        )
    return name


def _announce(world: World, chat: Chat, topic: Topic, content: Json) -> None:
    """Write the service message of a topic; the bot hears of it although it did it itself (Client.cpp)."""
    shown = world.post(chat, world.bot.id, content, thread_id=topic.id)
    world.updates.push("message", shown, lane=f"chat {chat.id}")
    world.feed.publish("chat", chat=world.chat_card(chat.id))


CHATS: dict[str, Method] = {
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
    "banchatmember": ban_chat_member,
    "createforumtopic": create_forum_topic,
    "editforumtopic": edit_forum_topic,
    "closeforumtopic": close_forum_topic,
    "reopenforumtopic": reopen_forum_topic,
    "deleteforumtopic": delete_forum_topic,
}
