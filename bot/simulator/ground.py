"""The world behind the pretend Telegram: who is there, what was written, and what the bot has not heard yet.

Everything shown is a plain JSON-able dict in the shapes of https://core.telegram.org/bots/api#available-types.
What a person can do is added by `World`; what the bot does comes through `api`. The private chat of a
person with the bot has the person's id. Not safe across threads: one event loop owns it.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable

from bot.simulator.bot_profile import BotProfile
from bot.simulator.chats import Chat
from bot.simulator.feed import Feed
from bot.simulator.files import FileStore
from bot.simulator.members import member_fields
from bot.simulator.people import (
    ADMIN,
    DEFAULT_TOKEN,
    STAFF,
    STAFF_GROUP_ID,
    ActionRefusedError,
    BotAccount,
    Json,
    Person,
    default_cast,
)
from bot.simulator.updates import CALLBACK_LIFETIME, UpdateQueue

GENERAL = 1  # message 1 is the making of the group; a forum's General topic bears its number

QUERIES_KEPT = 10_000


class Ground:
    """People, chats, messages and files, with a feed of changes.

    `keep` bounds the messages remembered per chat (None: all). A `lean` world counts messages per chat, keeps
    no bodies, and takes any positive chat id for a visitor who started the bot: for a million recipients.
    """

    def __init__(
        self, *, lean: bool = False, keep: int | None = None, clock: Callable[[], float] = time.time,
        token: str = DEFAULT_TOKEN,
    ) -> None:  # fmt: skip
        self.lean = lean
        self.keep = keep
        self.query_lifetime = CALLBACK_LIFETIME
        self._clock = clock
        self._token = token
        self._shift = 0.0
        self.feed = Feed()
        self.updates = UpdateQueue(self.now)
        self.reset()

    def reset(self) -> None:
        """Put everything back to the default cast, nothing said; update ids go on; the feed tells `reset`."""
        self.bot = BotAccount(token=self._token)
        self.files = FileStore()
        self.profile = BotProfile()
        self.updates.clear()
        self.queries: dict[str, Json] = {}
        self.counts: Counter[int] = Counter()
        self.edits = 0
        self._people: dict[int, Person] = {}
        self._chats: dict[int, Chat] = {}
        self._last_number = 0
        for person in default_cast():
            self.add_person(person)
        self.add_group(
            STAFF_GROUP_ID, "Kazakhstan House staff", [*STAFF, ADMIN], owner=ADMIN, bot_role="administrator"
        )
        self.feed.publish("reset")

    def now(self) -> float:
        """Return the world's time, Unix seconds."""
        return self._clock() + self._shift

    def advance(self, seconds: float) -> None:
        """Move the world's clock forward, to let queries and messages grow old."""
        self._shift += seconds

    def begin_at(self, number: int) -> None:
        """Count updates and messages on from here: a bot may remember the ids of an earlier world."""
        self.updates.next_id = number
        for chat in self._chats.values():
            chat.last_message_id = max(chat.last_message_id, number)

    def number(self) -> int:
        """Return a fresh number for ids of queries, albums and the like."""
        self._last_number += 1
        return self._last_number

    # --- who and where

    def add_person(self, person: Person) -> Json:
        """Let a person in (or change one) and return their card; they have not started the bot yet."""
        self._people[person.id] = person
        chat = self._chats.setdefault(person.id, Chat(id=person.id, type="private"))
        chat.first_name, chat.last_name, chat.username = person.first_name, person.last_name, person.username
        chat.roles.setdefault(person.id, "member")
        chat.roles.setdefault(self.bot.id, "member")
        self.feed.publish("person", person=person.card())
        return person.card()

    def add_group(
        self, chat_id: int, title: str, members: Iterable[int], *, owner: int = 0, bot_role: str = "left",
        is_forum: bool = False, kind: str = "supergroup",
    ) -> Json:  # fmt: skip
        """Make a group ("group" or "supergroup"), return its card; `bot_role` is a ChatMember status."""
        roles = (
            dict.fromkeys(members, "member") | ({owner: "creator"} if owner else {}) | {self.bot.id: bot_role}
        )
        self._chats[chat_id] = Chat(
            id=chat_id, type=kind, title=title, is_forum=is_forum, is_started=True, roles=roles,
            last_message_id=GENERAL,
        )  # fmt: skip
        self.feed.publish("chat", chat=self.chat_card(chat_id))
        return self.chat_card(chat_id)

    def person(self, person_id: int) -> Person:
        """Return a person or refuse."""
        if person_id not in self._people:
            raise ActionRefusedError(f"there is no person {person_id}")
        return self._people[person_id]

    def knows(self, person_id: int) -> bool:
        """Say whether there is such a person."""
        return person_id in self._people

    def find_chat(self, chat_id: int) -> Chat | None:
        """Return the chat of that id, if any."""
        return self._chats.get(chat_id)

    def find_chat_named(self, username: str) -> Chat | None:
        """Return the public group of that username, if any."""
        return next(
            (one for one in self._chats.values() if one.username == username and one.type != "private"), None
        )

    def chat(self, chat_id: int) -> Chat:
        """Return a chat or refuse."""
        if chat_id not in self._chats:
            raise ActionRefusedError(f"there is no chat {chat_id}")
        return self._chats[chat_id]

    def people(self) -> list[Json]:
        """Return the cards of all people: User plus phone, is_deactivated and has_blocked_bot."""
        return [
            one.card() | {"has_blocked_bot": self._chats[one.id].role(self.bot.id) == "kicked"}
            for one in self._people.values()
        ]

    def chats(self, person_id: int | None = None) -> list[Json]:
        """Return the cards of all chats, or of those the person is in."""
        return [
            self.chat_card(one.id) for one in self._chats.values() if person_id is None or one.has(person_id)
        ]

    def chat_card(self, chat_id: int) -> Json:
        """Return Chat plus members [{user_id, status}], topics, pinned ids, is_started, last_message_id."""
        chat = self.chat(chat_id)
        return chat.view() | {
            "members": [{"user_id": one, "status": status} for one, status in chat.roles.items()],
            "topics": [one.view() | {"is_closed": one.is_closed} for one in chat.topics.values()],
            "pinned": list(chat.pinned),
            "is_started": chat.is_started,
            "last_message_id": chat.last_message_id,
            "migrated_to": chat.migrated_to,
        }

    def user(self, user_id: int) -> Json:
        """Return the Bot API's User of a person or of the bot."""
        return self.bot.view() if user_id == self.bot.id else self.person(user_id).view()

    # --- what was said

    def messages(self, chat_id: int, *, after: int = 0, limit: int | None = None) -> list[Json]:
        """Return the chat's messages above message_id `after`, oldest first; with `limit` the last ones."""
        chat = self.chat(chat_id)
        found = [chat.shown(one) for number, one in chat.messages.items() if number > after]
        return found if limit is None else found[-limit:]

    def message(self, chat_id: int, message_id: int) -> Json | None:
        """Return one message as shown, None when there is none (any more)."""
        found = self.chat(chat_id).messages.get(message_id)
        return self.chat(chat_id).shown(found) if found else None

    def reactions(self, chat_id: int, message_id: int) -> dict[str, list[Json]]:
        """Return the reactions to a message by user id (as text, for JSON)."""
        by_user = self.chat(chat_id).reactions.get(message_id, {})
        return {str(user_id): list(kinds) for user_id, kinds in by_user.items()}

    def reply_keyboard(self, chat_id: int, person_id: int) -> Json | None:
        """Return what stands under the person's input line: ReplyKeyboardMarkup, ForceReply, or nothing."""
        return self.chat(chat_id).keyboards.get(person_id)

    def commands(self, chat_id: int, person_id: int) -> list[Json]:
        """Return the "/" menu [{command, description}] that the person sees in the chat."""
        chat = self.chat(chat_id)
        return self.profile.commands_for(
            chat, person_id, is_admin=chat.role(person_id) in {"creator", "administrator"},
            language_code=self.person(person_id).language_code,
        )  # fmt: skip

    def query(self, query_id: str) -> Json:
        """Return a tap: {id, person_id, chat_id, message_id, data, date, answer or None}."""
        return self.queries[query_id]

    def add_query(self, query: Json) -> None:
        """Remember a tap, of the last 10,000."""
        self.queries[query["id"]] = query
        if len(self.queries) > QUERIES_KEPT:
            del self.queries[next(iter(self.queries))]

    # --- changes, whoever makes them

    def post(
        self, chat: Chat, sender_id: int, content: Json, *, reply_to: int = 0, thread_id: int = 0
    ) -> Json:
        """Write a message into a chat and return it as shown; `content` holds what it carries."""
        message: Json = {
            "message_id": chat.next_message_id(), "from": self.user(sender_id), "chat": chat.view(),
            "date": int(self.now()),
        }  # fmt: skip
        if thread_id:
            message |= {"message_thread_id": thread_id, "is_topic_message": True}
        message |= content
        self.counts[chat.id] += 1
        if self.lean:
            return message
        chat.messages[message["message_id"]] = message
        if reply_to:
            chat.reply_to[message["message_id"]] = reply_to
        if self.keep is not None and len(chat.messages) > self.keep:
            chat.forget(list(chat.messages)[: len(chat.messages) - self.keep])
        shown = chat.shown(message)
        self.feed.publish("message", chat_id=chat.id, message=shown)
        return shown

    def count(self, chat_id: int, content: Json) -> Json:
        """Count a message to anybody in a lean world and return it; nothing of it is kept."""
        self.counts[chat_id] += 1
        chat = {"id": chat_id, "type": "private", "first_name": "Recipient"}
        return {
            "message_id": self.number(),
            "from": self.bot.view(),
            "chat": chat,
            "date": int(self.now()),
        } | content

    def count_edit(self, chat_id: int, message_id: int, content: Json) -> Json:
        """Count an edit in a lean world and return the message as if it had been there."""
        self.edits += 1
        chat = {"id": chat_id, "type": "private", "first_name": "Recipient"}
        now = int(self.now())
        return {
            "message_id": message_id,
            "from": self.bot.view(),
            "chat": chat,
            "date": now,
            "edit_date": now,
        } | content

    def change(self, chat: Chat, message_id: int, changes: Json, *, is_edit: bool = True) -> Json:
        """Overwrite fields of a message (None removes one) and return it as shown."""
        dated = {"edit_date": int(self.now())} if is_edit else {}
        merged = chat.messages[message_id] | changes | dated
        chat.messages[message_id] = {key: value for key, value in merged.items() if value is not None}
        shown = chat.shown(chat.messages[message_id])
        self.feed.publish("edit", chat_id=chat.id, message=shown)
        return shown

    def remove(self, chat: Chat, message_ids: Iterable[int]) -> list[int]:
        """Delete messages and return the ids of those that were there."""
        gone = chat.forget(message_ids)
        if gone:
            self.feed.publish("delete", chat_id=chat.id, message_ids=gone)
        return gone

    def remove_topic(self, chat: Chat, thread_id: int) -> list[int]:
        """Delete a topic with its messages and return their ids."""
        chat.topics.pop(thread_id, None)
        inside = [
            one["message_id"] for one in chat.messages.values() if one.get("message_thread_id") == thread_id
        ]
        gone = self.remove(chat, inside)
        self.feed.publish("chat", chat=self.chat_card(chat.id))
        return gone

    def set_keyboard(self, chat: Chat, person_id: int, markup: Json | None) -> None:
        """Show or take away what stands under the person's input line."""
        if markup is None:
            chat.keyboards.pop(person_id, None)
        else:
            chat.keyboards[person_id] = markup
        self.feed.publish("keyboard", chat_id=chat.id, person_id=person_id, keyboard=markup)

    def set_role(self, chat: Chat, user_id: int, status: str, *, by: int) -> None:
        """Change a ChatMember status and tell the bot: my_chat_member of itself, chat_member of others."""
        old, chat.roles[user_id] = chat.role(user_id), status
        if old == status:
            return
        changed = {
            "chat": chat.view(), "from": self.user(by), "date": int(self.now()),
            "old_chat_member": self.member(chat, user_id, old),
            "new_chat_member": self.member(chat, user_id, status),
        }  # fmt: skip
        is_bot = user_id == self.bot.id
        if is_bot or chat.role(self.bot.id) == "administrator":
            self.updates.push("my_chat_member" if is_bot else "chat_member", changed, lane=f"chat {chat.id}")
        self.feed.publish("chat", chat=self.chat_card(chat.id))

    def member(self, chat: Chat, user_id: int, status: str = "") -> Json:
        """Return the Bot API's ChatMember of a user in a chat."""
        status = status or chat.role(user_id)
        return {"user": self.user(user_id), "status": status} | member_fields(
            status, chat.rights.get(user_id, {})
        )

    def migrate(self, chat: Chat, new_id: int) -> Chat:
        """Upgrade a group: a new supergroup with the same people; the old one only points to it."""
        new = Chat(
            id=new_id,
            type="supergroup",
            title=chat.title,
            is_started=True,
            last_message_id=GENERAL,
            roles=dict(chat.roles),
            rights=chat.rights,
        )
        self._chats[new_id] = new
        chat.migrated_to = new_id
        self.feed.publish("chat", chat=self.chat_card(new_id))
        return new
