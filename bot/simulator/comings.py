"""What a person does to chats and accounts: joining, leaving, blocking, groups, topics."""

from bot.simulator.chats import Topic
from bot.simulator.hands import Hands
from bot.simulator.people import ActionRefusedError, Json

CHANGEABLE = frozenset({"first_name", "last_name", "username", "language_code", "phone"})


class Comings(Hands):
    """Comings and goings."""

    def block(self, person_id: int) -> Json:
        """Block the bot; it hears my_chat_member."""
        return self._set_bot_role(person_id, "kicked")

    def unblock(self, person_id: int) -> Json:
        """Unblock the bot; it hears my_chat_member."""
        return self._set_bot_role(person_id, "member")

    def join(self, person_id: int, chat_id: int) -> Json:
        """Join a group."""
        chat = self._world.chat(chat_id)
        self._world.set_role(chat, person_id, "member", by=person_id)
        user = self._world.user(person_id)
        return self._service(chat, person_id, {"new_chat_member": user, "new_chat_members": [user]})

    def leave(self, person_id: int, chat_id: int) -> Json:
        """Leave a group."""
        chat = self._there(person_id, chat_id)
        user = self._world.user(person_id)
        told = self._service(chat, person_id, {"left_chat_member": user})
        self._world.set_role(chat, person_id, "left", by=person_id)
        return told

    def add_bot(self, person_id: int, chat_id: int, *, role: str = "member") -> Json:
        """Add the bot to a group, as a member or an administrator."""
        chat = self._there(person_id, chat_id)
        self._world.set_role(chat, self._world.bot.id, role, by=person_id)
        user = self._world.bot.view()
        return self._service(chat, person_id, {"new_chat_member": user, "new_chat_members": [user]})

    def remove_bot(self, person_id: int, chat_id: int) -> Json:
        """Throw the bot out of a group."""
        chat = self._there(person_id, chat_id)
        user = self._world.bot.view()
        told = self._service(chat, person_id, {"left_chat_member": user})
        self._world.set_role(chat, self._world.bot.id, "kicked", by=person_id)
        return told

    def set_role(
        self, person_id: int, chat_id: int, user_id: int, status: str, rights: Json | None = None
    ) -> Json:
        """Change somebody's ChatMember status in a group; `rights` override an administrator's."""
        chat = self._there(person_id, chat_id)
        chat.rights[user_id] = rights or {}
        self._world.set_role(chat, user_id, status, by=person_id)
        return self._world.member(chat, user_id)

    def create_group(
        self, person_id: int, title: str, *, kind: str = "supergroup", is_forum: bool = False
    ) -> Json:
        """Make a group with the person as its owner, without the bot."""
        number = self._world.number()
        chat_id = -(1_001_000_100_000 + number) if kind == "supergroup" else -(100_000 + number)
        return self._world.add_group(chat_id, title, [], owner=person_id, is_forum=is_forum, kind=kind)

    def rename(self, person_id: int, **changes: str) -> Json:
        """Change a person's first_name, last_name, username, language_code or phone."""
        person = self._world.person(person_id)
        for name, value in changes.items():
            if name not in CHANGEABLE:
                raise ActionRefusedError(f"a person has no {name}")
            setattr(person, name, value)
        return self._world.add_person(person)

    def set_forum(self, chat_id: int, *, is_forum: bool) -> Json:
        """Switch the topics of a group on or off; the bot is not told."""
        self._world.chat(chat_id).is_forum = is_forum
        card = self._world.chat_card(chat_id)
        self._world.feed.publish("chat", chat=card)
        return card

    def create_topic(self, person_id: int, chat_id: int, name: str) -> Json:
        """Make a forum topic."""
        chat = self._there(person_id, chat_id)
        topic = Topic(id=chat.last_message_id + 1, name=name)
        chat.topics[topic.id] = topic
        content = {"forum_topic_created": {"name": name, "icon_color": topic.icon_color}}
        self._send(person_id, chat_id, content, thread_id=topic.id)
        return topic.view()

    def delete_topic(self, person_id: int, chat_id: int, thread_id: int) -> list[int]:
        """Delete a topic with its messages; bots do not hear of it."""
        return self._world.remove_topic(self._there(person_id, chat_id), thread_id)

    def migrate(self, person_id: int, chat_id: int) -> Json:
        """Upgrade a group to a supergroup: messages with migrate_to_chat_id and migrate_from_chat_id."""
        chat = self._there(person_id, chat_id)
        new_id = -(1_001_000_200_000 + self._world.number())
        self._service(chat, person_id, {"migrate_to_chat_id": new_id})
        new = self._world.migrate(chat, new_id)
        self._service(new, person_id, {"migrate_from_chat_id": chat_id})
        return self._world.chat_card(new_id)

    def deactivate(self, person_id: int, *, is_deactivated: bool = True) -> Json:
        """Delete the person's account (or bring it back)."""
        person = self._world.person(person_id)
        person.is_deactivated = is_deactivated
        return self._world.add_person(person)

    def _set_bot_role(self, person_id: int, status: str) -> Json:
        chat = self._world.chat(person_id)
        self._world.set_role(chat, self._world.bot.id, status, by=person_id)
        return self._world.chat_card(person_id)
