"""What every action of a person rests on: being there, sending, and what the bot hears of it."""

from bot.simulator.chats import Chat
from bot.simulator.ground import Ground
from bot.simulator.people import ActionRefusedError, Json

SERVICE = (
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "pinned_message",
)  # fmt: skip


class Hands:
    """A person's reach into the world."""

    def __init__(self, world: Ground) -> None:
        self._world = world

    def _there(self, person_id: int, chat_id: int) -> Chat:
        """Return a chat that the person is in."""
        chat = self._world.chat(chat_id)
        self._world.person(person_id)
        if not chat.has(person_id) or chat.migrated_to:
            raise ActionRefusedError(f"{person_id} is not in the chat {chat_id}")
        return chat

    def _own(self, person_id: int, chat_id: int, message_id: int) -> tuple[Chat, Json]:
        """Return a message that the person wrote."""
        chat = self._there(person_id, chat_id)
        message = chat.messages.get(message_id)
        if message is None or message["from"]["id"] != person_id:
            raise ActionRefusedError(f"{person_id} has no message {message_id} in {chat_id}")
        return chat, message

    def _send(
        self, person_id: int, chat_id: int, content: Json, *, reply_to: int = 0, thread_id: int = 0
    ) -> Json:
        """Write a message and tell the bot; a reply goes to the topic of what it answers."""
        chat = self._there(person_id, chat_id)
        if chat.type == "private" and chat.role(self._world.bot.id) == "kicked":
            raise ActionRefusedError("the bot is blocked: unblock it first")
        if reply_to and reply_to not in chat.messages:
            raise ActionRefusedError(f"there is no message {reply_to} to reply to")
        if reply_to and not thread_id:
            thread_id = chat.messages[reply_to].get("message_thread_id", 0)
        if thread_id and thread_id not in chat.topics and "forum_topic_created" not in content:
            raise ActionRefusedError(f"there is no topic {thread_id}")
        chat.is_started = True
        shown = self._world.post(chat, person_id, content, reply_to=reply_to, thread_id=thread_id)
        self._tell("message", chat, shown)
        return shown

    def _service(self, chat: Chat, person_id: int, content: Json) -> Json:
        """Write a service message and tell the bot."""
        shown = self._world.post(chat, person_id, content)
        self._tell("message", chat, shown)
        return shown

    def _tell(self, kind: str, chat: Chat, message: Json) -> None:
        """Queue an update when the bot is there and is shown such messages."""
        if chat.has(self._world.bot.id) and hears(self._world, chat, message):
            self._world.updates.push(kind, message, lane=f"chat {chat.id}")


def hears(world: Ground, chat: Chat, message: Json) -> bool:
    """Say whether the bot is shown a message (Bots FAQ, "What messages will my bot get?")."""
    if chat.type == "private" or not world.bot.privacy_mode or chat.role(world.bot.id) == "administrator":
        return True
    if any(key in message for key in SERVICE):
        return True
    replied = chat.messages.get(chat.reply_to.get(message["message_id"], 0))
    if replied and replied["from"]["id"] == world.bot.id:
        return True
    text = message.get("text") or message.get("caption") or ""
    named = f"@{world.bot.username}".lower() in text.lower()
    return named or (text.startswith("/") and "@" not in text.split()[0])
