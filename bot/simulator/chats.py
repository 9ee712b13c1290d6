"""A chat: private with the bot, or a group with members, topics and pins. Holds messages; decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
TOPIC_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


@dataclass(slots=True, kw_only=True)
class Topic:
    """A forum topic; its `id` is the message_id of the service message that created it."""

    id: int
    name: str
    icon_color: int = TOPIC_COLORS[0]
    icon_custom_emoji_id: str = ""
    is_closed: bool = False

    def view(self) -> Json:
        """Return the Bot API's ForumTopic."""
        shown: Json = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        if self.icon_custom_emoji_id:
            shown["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return shown


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat and what was written there.

    `messages` maps message_id to the Bot API's Message without `reply_to_message`, which is put in when shown
    (`reply_to` holds its id), so that a reply always shows the present state of what it answers.
    `keyboards` holds the reply keyboard that each person sees. `roles` maps user id to ChatMember status.
    `sealed` holds messages that came with a reply keyboard: Telegram lets nobody edit them.
    """

    id: int
    type: str
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    is_forum: bool = False
    is_started: bool = False
    migrated_to: int = 0
    last_message_id: int = 0
    roles: dict[int, str] = field(default_factory=dict)
    rights: dict[int, Json] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    reply_to: dict[int, int] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    sealed: set[int] = field(default_factory=set)
    reactions: dict[int, dict[int, list[Json]]] = field(default_factory=dict)
    keyboards: dict[int, Json] = field(default_factory=dict)

    def view(self) -> Json:
        """Return the Bot API's Chat."""
        shown: Json = {"id": self.id, "type": self.type}
        for key in ("title", "first_name", "last_name", "username"):
            if value := getattr(self, key):
                shown[key] = value
        if self.is_forum:
            shown["is_forum"] = True
        return shown

    def role(self, user_id: int) -> str:
        """Return the ChatMember status: left for who was never there."""
        return self.roles.get(user_id, "left")

    def has(self, user_id: int) -> bool:
        """Say whether the account is in the chat now."""
        return self.role(user_id) in PRESENT

    def present(self) -> list[int]:
        """Return ids of all who are in the chat now, the bot included."""
        return [user_id for user_id, status in self.roles.items() if status in PRESENT]

    def next_message_id(self) -> int:
        """Return a fresh message_id: they grow by one within the chat."""
        self.last_message_id += 1
        return self.last_message_id

    def shown(self, message: Json) -> Json:
        """Return a copy of a message as the Bot API shows it, with the message it replies to.

        In a topic, what replies to nothing replies to the topic's service message, as Telegram shows it.
        """
        number, thread_id = message["message_id"], message.get("message_thread_id", 0)
        target = self.messages.get(self.reply_to.get(number) or (thread_id if thread_id != number else 0))
        return message | {"reply_to_message": dict(target)} if target else dict(message)

    def forget(self, message_ids: Iterable[int]) -> list[int]:
        """Remove messages with all that hangs on them and return the ids of those that were there."""
        gone = [one for one in message_ids if self.messages.pop(one, None) is not None]
        for one in gone:
            self.reply_to.pop(one, None)
            self.reactions.pop(one, None)
            self.sealed.discard(one)
            if one in self.pinned:
                self.pinned.remove(one)
        return gone
