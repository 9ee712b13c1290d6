"""What a person can do in a chat, and what the bot hears of it.

Every action returns what happened as a plain dict (mostly the new Message) or refuses with
ActionRefusedError, as an app would not offer it. The chat of a person with the bot has the person's id.
"""

from collections.abc import Sequence

from bot.simulator.buttons import find_button, find_key
from bot.simulator.cleaning import clean_input
from bot.simulator.comings import Comings
from bot.simulator.detection import detect, units
from bot.simulator.media import contact_of, describe
from bot.simulator.people import ActionRefusedError, Json
from bot.simulator.updates import CALLBACK_LIFETIME

TEXT_LIMIT = 4096

ANONYMOUS: Json = {
    "id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot",
}  # fmt: skip
NOT_FORWARDED = frozenset(
    {
        "message_id", "from", "chat", "date", "edit_date", "reply_markup", "message_thread_id",
        "is_topic_message", "media_group_id",
    }
)  # fmt: skip


class Actions(Comings):
    """All that a person can do: writing and buttons here, comings and goings beside."""

    # --- writing

    def say(
        self, person_id: int, chat_id: int, text: str, *, reply_to: int = 0, thread_id: int = 0,
        is_anonymous: bool = False,
    ) -> Json:  # fmt: skip
        """Send a text of up to 4,096 code units; an anonymous administrator writes in the group's name."""
        cleaned = clean_input(text)
        if not cleaned:
            raise ActionRefusedError("an empty text cannot be sent")
        if units(cleaned) > TEXT_LIMIT:
            raise ActionRefusedError("a text over 4,096 code units is sent as several")
        found = detect(cleaned)
        content: Json = {"text": cleaned} | ({"entities": found} if found else {})
        if is_anonymous:
            content |= {"from": ANONYMOUS, "sender_chat": self._there(person_id, chat_id).view()}
        return self._send(person_id, chat_id, content, reply_to=reply_to, thread_id=thread_id)

    def start(self, person_id: int, payload: str = "") -> Json:
        """Press START in the bot's chat, with the payload of a deep link; unblocks the bot first."""
        chat = self._world.chat(person_id)
        if chat.role(self._world.bot.id) == "kicked":
            self.unblock(person_id)
        return self.say(person_id, person_id, f"/start {payload}".strip())

    def send_media(
        self, person_id: int, chat_id: int, kind: str, data: bytes = b"", *, caption: str = "",
        name: str = "", mime_type: str = "", size: int | None = None, file_id: str = "", reply_to: int = 0,
        thread_id: int = 0, media_group_id: str = "",
    ) -> Json:  # fmt: skip
        """Send a photo, document, voice, video, audio, animation, video_note or sticker.

        `size` pretends a bigger file than `data`; `file_id` sends a file that is already there.
        """
        files = self._world.files
        stored = (
            files.get(file_id)
            if file_id
            else files.add(kind, data, name=name, mime_type=mime_type, size=size)
        )
        if stored is None:
            raise ActionRefusedError(f"there is no file {file_id}")
        content: Json = ({"media_group_id": media_group_id} if media_group_id else {}) | describe(
            kind, stored
        )
        cleaned = clean_input(caption)
        if cleaned:
            found = detect(cleaned)
            content |= {"caption": cleaned} | ({"caption_entities": found} if found else {})
        return self._send(person_id, chat_id, content, reply_to=reply_to, thread_id=thread_id)

    def send_album(
        self, person_id: int, chat_id: int, items: Sequence[Json], *, reply_to: int = 0, thread_id: int = 0
    ) -> list[Json]:
        """Send 2 to 10 items at once, each with the keyword arguments of `send_media`; one update an item."""
        if not 2 <= len(items) <= 10:  # noqa: PLR2004 - the limits of the apps' albums
            raise ActionRefusedError("an album has 2 to 10 items")
        group = str(13_000_000_000_000_000 + self._world.number())
        common = {"media_group_id": group, "reply_to": reply_to, "thread_id": thread_id}
        return [self.send_media(person_id, chat_id, **(item | common)) for item in items]

    def send_contact(self, person_id: int, chat_id: int, of: int | None = None, *, reply_to: int = 0) -> Json:
        """Send one's own contact, or that of another person."""
        contact = contact_of(self._world.person(person_id if of is None else of))
        return self._send(person_id, chat_id, {"contact": contact}, reply_to=reply_to)

    def send_location(
        self,
        person_id: int,
        chat_id: int,
        latitude: float,
        longitude: float,
        *,
        title: str = "",
        address: str = "",
    ) -> Json:
        """Send a point on the map, or a venue when it has a title."""
        point = {"latitude": latitude, "longitude": longitude}
        venue = {"venue": {"location": point, "title": title, "address": address}} if title else {}
        return self._send(person_id, chat_id, venue | {"location": point})

    def edit(self, person_id: int, chat_id: int, message_id: int, text: str) -> Json:
        """Change the text or the caption of one's own message; the bot hears of it."""
        chat, message = self._own(person_id, chat_id, message_id)
        cleaned = clean_input(text)
        field = "text" if "text" in message else "caption"
        entities = "entities" if field == "text" else "caption_entities"
        if field == "text" and not cleaned:
            raise ActionRefusedError("a text cannot become empty")
        shown = self._world.change(
            chat, message_id, {field: cleaned or None, entities: detect(cleaned) or None}
        )
        self._tell("edited_message", chat, shown)
        return shown

    def delete(self, person_id: int, chat_id: int, message_id: int) -> list[int]:
        """Delete a message: one's own, any in a private chat, any as administrator; the bot hears nothing."""
        chat = self._there(person_id, chat_id)
        if chat.type != "private" and chat.role(person_id) not in {"creator", "administrator"}:
            self._own(person_id, chat_id, message_id)
        return self._world.remove(chat, [message_id])

    def forward(self, person_id: int, chat_id: int, from_chat_id: int, message_id: int) -> Json:
        """Forward a message that the person sees to a chat they are in."""
        source = self._there(person_id, from_chat_id).messages.get(message_id)
        if source is None:
            raise ActionRefusedError(f"there is no message {message_id} in {from_chat_id}")
        origin = {"type": "user", "sender_user": source["from"], "date": source["date"]}
        kept = {key: value for key, value in source.items() if key not in NOT_FORWARDED}
        return self._send(person_id, chat_id, {"forward_origin": origin} | kept)

    # --- buttons

    def tap(self, person_id: int, chat_id: int, button: str, *, message_id: int = 0) -> Json:
        """Tap an inline button found by its text or callback_data; in the newest message that has it.

        Returns `{"query_id": ...}` for a callback button; for others, of which the bot hears nothing,
        `{"url"|"copied"|"switch_inline_query"|"web_app": ...}`.
        """
        chat = self._there(person_id, chat_id)
        found_id, pressed = find_button(chat, button, message_id)
        if "callback_data" in pressed:
            return self.tap_data(person_id, chat_id, found_id, pressed["callback_data"])
        for key in ("url", "switch_inline_query", "switch_inline_query_current_chat", "web_app"):
            if key in pressed:
                return {key: pressed[key]}
        return {"copied": pressed["copy_text"]["text"]}

    def tap_data(self, person_id: int, chat_id: int, message_id: int, data: str) -> Json:
        """Send a callback query with any data, as a changed app could; the message may be gone."""
        world, chat = self._world, self._there(person_id, chat_id)
        query_id = str((person_id << 32) + world.number())
        stored = chat.messages.get(message_id)
        shown = chat.shown(stored) if stored else {"message_id": message_id, "chat": chat.view(), "date": 0}
        query = {
            "id": query_id, "person_id": person_id, "chat_id": chat_id, "message_id": message_id,
            "data": data, "date": world.now(), "answer": None,
        }  # fmt: skip
        world.add_query(query)
        payload = {
            "id": query_id, "from": world.user(person_id), "message": shown,
            "chat_instance": str(chat_id * 7_919), "data": data,
        }  # fmt: skip
        if chat.role(world.bot.id) != "kicked":
            world.updates.push(
                "callback_query", payload, lane=f"user {person_id}", lifetime=CALLBACK_LIFETIME
            )
        world.feed.publish("tap", chat_id=chat_id, query=query)
        return {"query_id": query_id}

    def press(self, person_id: int, chat_id: int, label: str, *, users: Sequence[int] = ()) -> Json:
        """Press a key of the reply keyboard: sends its text, the contact, a location or chosen `users`."""
        chat = self._there(person_id, chat_id)
        keyboard = chat.keyboards.get(person_id)
        key = find_key(keyboard, label)
        if keyboard and keyboard.get("one_time_keyboard"):
            self._world.set_keyboard(chat, person_id, None)
        if key.get("request_contact"):
            return self.send_contact(person_id, chat_id)
        if key.get("request_location"):
            return self.send_location(person_id, chat_id, 31.5204, 74.3587)
        if asked := key.get("request_users"):
            return self.share_users(person_id, chat_id, asked["request_id"], users)
        return self.say(person_id, chat_id, key["text"])

    def share_users(self, person_id: int, chat_id: int, request_id: int, users: Sequence[int]) -> Json:
        """Share chosen people with the bot (users_shared)."""
        shared = [{"user_id": one, "first_name": self._world.person(one).first_name} for one in users]
        return self._send(person_id, chat_id, {"users_shared": {"request_id": request_id, "users": shared}})

    def react(self, person_id: int, chat_id: int, message_id: int, emoji: str) -> Json:
        """Set one's reaction (none with an empty emoji); a bot that asked for it hears of it."""
        world, chat = self._world, self._there(person_id, chat_id)
        if message_id not in chat.messages:
            raise ActionRefusedError(f"there is no message {message_id}")
        by_user = chat.reactions.setdefault(message_id, {})
        old, new = by_user.get(person_id, []), [{"type": "emoji", "emoji": emoji}] if emoji else []
        by_user[person_id] = new
        changed = {
            "chat": chat.view(), "message_id": message_id, "user": world.user(person_id),
            "date": int(world.now()),
            "old_reaction": old, "new_reaction": new,
        }  # fmt: skip
        if chat.type == "private" or chat.role(world.bot.id) == "administrator":
            world.updates.push("message_reaction", changed, lane=f"chat {chat_id}")
        world.feed.publish(
            "reaction", chat_id=chat_id, message_id=message_id, reactions=world.reactions(chat_id, message_id)
        )
        return changed
