"""Chances: random moves of people, as plain values that become updates when their turn comes.

What a move names is looked up then: "the third button in this chat", "the newest code", "that message".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.telegram.inside import BOT_ID, GROUP, OTHER_GROUP

PLACES = {"private": 0, "staff group": GROUP, "other group": OTHER_GROUP}
COMMANDS = (
    "start", "menu", "ask", "my", "language", "subscribe", "stop", "help", "privacy", "mydata", "forget",
    "cancel", "export", "stats", "find", "replies", "facts", "broadcast", "people", "ban", "audit", "nothing",
)  # fmt: skip
WORDS = (
    "visa fee", "ویزا فیس", "виза құны", "salam", "hello", "flights to almaty", "mujhe visa chahiye", "12",
    "0", "25.12.2026", "+92 300 1234567", "AB1234567", "yes", "Skip", "<b>bold</b> & <", "\u202egnp.exe",
    "a\x00b", "🙂", "ا" * 300, "x" * 4096, "{code}", "my code is {code}", "!{code}", "/ask@HouseBot {code}",
    "//", "/", "@HouseBot",
)  # fmt: skip
_TEXT = st.characters(codec="utf-8", exclude_categories=["Cs"])
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.text(_TEXT, max_size=60),
    st.builds("/{} {}".format, st.sampled_from(COMMANDS), st.sampled_from((*WORDS, "", "visa", "contacts"))),
    st.sampled_from([f"/{name}" for name in COMMANDS]),
)
_FILE = {"file_id": "f", "file_unique_id": "u"}
_BIG = _FILE | {"file_size": 3_000_000_000}
_SIZE = {"width": 1, "height": 1}
_POINT = {"latitude": 31.5, "longitude": 74.3}
_USER = {"id": 9, "is_bot": False, "first_name": "Noor"}
_ORIGIN = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
_POLL = {
    "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "type": "regular",
    "is_anonymous": True, "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
}  # fmt: skip
_PHONE = {"text": "+923001234567", "entities": [{"type": "phone_number", "offset": 0, "length": 13}]}
_GROUP = {"id": GROUP, "type": "supergroup", "title": "Group"}
THINGS: Mapping[str, Mapping[str, Any]] = {
    "photo": {"photo": [_FILE | _SIZE]},
    "captioned photo": {"photo": [_FILE | _SIZE], "caption": "my paper"},
    "album part": {"photo": [_FILE | _SIZE], "media_group_id": "7", "caption": "one of two"},
    "document": {"document": _FILE | {"file_name": "log.xlsx", "file_size": 10}},
    "giant": {"document": _BIG | {"file_name": "film.zip"}},
    "voice": {"voice": _FILE | {"duration": 1}},
    "video": {"video": _FILE | _SIZE | {"duration": 1}},
    "round video": {"video_note": _FILE | {"length": 1, "duration": 1}},
    "audio": {"audio": _FILE | {"duration": 1}},
    "animation": {"animation": _FILE | _SIZE | {"duration": 1}, "document": _FILE},
    "sticker": {"sticker": _FILE | _SIZE | {"type": "regular", "is_animated": False, "is_video": False}},
    "contact": {"contact": {"phone_number": "+923001234567", "first_name": "Noor"}},
    "location": {"location": _POINT},
    "venue": {"location": _POINT, "venue": {"location": _POINT, "title": "Here", "address": "Lahore"}},
    "poll": {"poll": _POLL},
    "dice": {"dice": {"emoji": "🎲", "value": 6}},
    "forwarded": {"text": "look", "forward_origin": _ORIGIN},
    "with a phone": _PHONE,
    "odd entity": {"text": "ab", "entities": [{"type": "bold", "offset": 1, "length": 70}]},
    "people shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 100}]}},
    "pinned": {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    "nothing known": {"effect_id": "1"},
}  # fmt: skip
IN_GROUPS: Mapping[str, Mapping[str, Any]] = {
    "somebody came": {"new_chat_members": [_USER]},
    "somebody left": {"left_chat_member": _USER},
    "a new title": {"new_chat_title": "Desk"},
    "topic made": {"forum_topic_created": {"name": "x", "icon_color": 1}, "is_topic_message": True},
    "in the group's name": {
        "text": "anonymous",
        "sender_chat": {"id": GROUP, "type": "supergroup", "title": "G"},
    },
    "of a bot": {"text": "beep", "from": {"id": 777000, "is_bot": True, "first_name": "Bot"}},
}

UNSAID = frozenset(
    {"pinned_message", "new_chat_members", "left_chat_member", "new_chat_title", "forum_topic_created"}
)
"""What a message carries that nobody wrote."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """Something that somebody does."""

    who: str
    place: str = "private"
    again: bool = False
    """The update is handled twice, as after a crash between its effect and its done-mark."""
    cut: int | None = None
    """The connection to Telegram is lost after so many calls, and the update is handled again later."""


@dataclass(frozen=True, kw_only=True)
class Says(Move):
    """A message; ``edits`` changes an earlier one; ``replies`` answers one of the bot's or of anybody."""

    content: Mapping[str, Any]
    edits: int | None = None
    replies: int | None = None


@dataclass(frozen=True, kw_only=True)
class Taps(Move):
    """A tap on one of the buttons seen so far, however old (below 0: a new one).

    ``bend``: what a changed app makes of its data.
    """

    which: int
    bend: str = ""
    is_old: bool = False
    """Telegram no longer knows the message of the button."""


@dataclass(frozen=True, kw_only=True)
class Joins(Move):
    """The bot's own membership changes: blocked, thrown out, made an administrator."""

    rank: str


@dataclass(frozen=True, kw_only=True)
class Breaks(Move):
    """An update from which something is missing, or in which something is something else."""

    of: Move
    path: int
    junk: Any
    """``None``: it is missing."""


SAME = "same"
"""Whoever moved before, where they did: what people do mostly follows from what they have just seen."""
WHO = st.sampled_from(
    [SAME] * 9 + ["visitor", "visitor", "other", "staff", "editor", "admin", "owner", "banned"]
)
PLACE = st.sampled_from(["private", "private", "private", "staff group", "other group"])
THEIR_COMMANDS = {
    "visitor": COMMANDS, "other": COMMANDS, "owner": COMMANDS,
    "staff": ["export", "stats", "find visa", "replies"], "editor": ["facts"],
    "admin": ["broadcast", "people", "ban {code}", "audit"],
}  # fmt: skip
_CUT = st.sampled_from([None, None, None, None, 0, 1, 2])
_HOW = {"who": WHO, "place": PLACE, "again": st.booleans(), "cut": _CUT}
_PICK = st.integers(0, 60)
_MAYBE = st.one_of(st.none(), st.none(), st.none(), _PICK)
SAYS = st.one_of(
    st.builds(
        Says, content=st.builds(lambda text: {"text": text}, TEXTS), edits=_MAYBE, replies=_MAYBE, **_HOW
    ),
    st.builds(Says, content=st.sampled_from(list(THINGS.values())), edits=_MAYBE, replies=_MAYBE, **_HOW),
)
COMMANDING = st.sampled_from([(who, name) for who, names in THEIR_COMMANDS.items() for name in names]).map(
    lambda pair: Says(who=pair[0], content={"text": f"/{pair[1]}"})
)
SAYS_IN_GROUPS = st.builds(
    Says, content=st.sampled_from(list(IN_GROUPS.values())), who=WHO,
    place=st.sampled_from(["staff group", "other group"]), replies=_MAYBE,
)  # fmt: skip
TAPS = st.builds(
    Taps,
    which=st.one_of(st.integers(-8, -1), st.integers(-8, -1), st.integers(0, 200)),
    bend=st.sampled_from([""] * 12 + ["cut", "long", "swap", "empty", "stranger"]),
    is_old=st.sampled_from([False, False, False, True]),
    **_HOW,
)
JOINS = st.builds(
    Joins, rank=st.sampled_from(["member", "kicked", "left", "administrator"]), who=WHO, place=PLACE
)
WELL_FORMED = st.sampled_from([TAPS] * 9 + [COMMANDING] * 3 + [SAYS] * 4 + [SAYS_IN_GROUPS, JOINS]).flatmap(
    lambda kind: kind
)
JUNK = st.one_of(
    st.none(),
    st.just([]),
    st.just({}),
    st.text(_TEXT, max_size=5),
    st.integers(),
    st.booleans(),
    st.just(2**70),
)
BREAKS = st.builds(Breaks, of=WELL_FORMED, path=st.integers(0, 200), junk=JUNK, **_HOW)
MOVES = st.sampled_from([WELL_FORMED] * 6 + [BREAKS]).flatmap(lambda kind: kind)


def bent(data: str, how: str) -> str:
    """Callback data as a changed app could send it."""
    match how:
        case "cut":
            return data[: max(1, len(data) // 2)]
        case "long":
            return f"{data}:0:0"[-64:]
        case "swap":
            return ":".join(reversed(data.split(":")))[:64]
        case "empty":
            return f"{data.partition(':')[0]}:::"
        case "stranger":
            return "gone:1"
    return data


def broken(body: Mapping[str, Any], path: int, junk: Any) -> dict[str, Any]:
    """The same update without one of its parts, or with junk in its place."""
    places = list(_places(body, ()))
    chosen = places[path % len(places)]
    return dict(_without(body, chosen, junk))


def _places(thing: Any, above: tuple[Any, ...]) -> Any:
    items = (
        thing.items() if isinstance(thing, Mapping) else enumerate(thing) if isinstance(thing, list) else ()
    )
    for name, part in items:
        yield (*above, name)
        yield from _places(part, (*above, name))


def _without(thing: Any, place: tuple[Any, ...], junk: Any) -> Any:
    name, *rest = place
    if isinstance(thing, list):
        return [
            _without(one, tuple(rest), junk) if n == name and rest else one for n, one in enumerate(thing)
        ]
    changed = dict(thing)
    if rest:
        changed[name] = _without(thing[name], tuple(rest), junk)
    elif junk is None:
        del changed[name]
    else:
        changed[name] = junk
    return changed


@dataclass
class Seen:
    """What has been seen so far, by which moves find what they name."""

    buttons: dict[int, list[str]] = field(default_factory=dict)
    """Callback data shown in a chat."""
    of_bot: dict[int, list[int]] = field(default_factory=dict)
    """Messages of the bot in a chat."""
    of_people: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """Messages of a person in a chat."""
    codes: list[str] = field(default_factory=list)

    def button(self, chat: int, which: int) -> str:
        """One of the buttons of a chat, or of another chat when it has none."""
        near = self.buttons.get(chat) or [data for shown in self.buttons.values() for data in shown]
        if not near:
            return "go:home"
        return near[which] if -len(near) <= which < 0 else near[which % len(near)]

    def filled(self, text: str) -> str:
        """A text with the newest code in it."""
        return text.replace("{code}", self.codes[-1] if self.codes else "KH-2222-22")


def body_of(move: Move, seen: Seen, number: int, person: int) -> dict[str, Any]:
    """The update that a move makes."""
    chat_id = PLACES[move.place] or person
    chat = _chat(chat_id)
    sender = {"id": person, "is_bot": False, "first_name": f"P{person}", "language_code": "en"}
    match move:
        case Says():
            return _said(move, seen, number, chat, sender)
        case Taps():
            data = bent(seen.button(chat_id, move.which), move.bend)
            query: dict[str, Any] = {"id": str(number), "from": sender, "chat_instance": "1", "data": data}
            own = {"id": BOT_ID, "is_bot": True, "first_name": "House"}
            shown = seen.of_bot.get(chat_id, [5])
            message = {"message_id": shown[move.which % len(shown)], "chat": chat, "date": 0}
            query["message"] = message if move.is_old else message | {"date": 1, "from": own, "text": "x"}
            return {"callback_query": query}
        case Joins():
            return {"my_chat_member": _joined(move.rank, chat, sender)}
        case Breaks():
            return broken(body_of(move.of, seen, number, person), move.path, move.junk)
    raise AssertionError(move)


def _said(
    move: Says, seen: Seen, number: int, chat: dict[str, Any], sender: dict[str, Any]
) -> dict[str, Any]:
    content = dict(move.content)
    if "text" in content:
        content["text"] = seen.filled(content["text"])[:4096] or " "
    message = {"message_id": number, "date": 1, "chat": chat, "from": sender} | content
    text = content.get("text", "")
    if text.startswith("/") and len(text) > 1 and "entities" not in content:
        length = len(text.split(maxsplit=1)[0].encode("utf-16-le")) // 2
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    if move.replies is not None:
        known = seen.of_bot.get(chat["id"], [5])
        answered = {"message_id": known[move.replies % len(known)], "date": 1, "chat": chat, "text": "x"}
        by_bot = {"from": {"id": BOT_ID, "is_bot": True, "first_name": "House"}}
        message["reply_to_message"] = answered | (by_bot if move.replies % 4 else {"from": sender})
    own = seen.of_people.setdefault((chat["id"], sender["id"]), [])
    if move.edits is not None and own:
        return {"edited_message": message | {"message_id": own[move.edits % len(own)], "edit_date": 2}}
    own.append(number)
    return {"message": message}


def _joined(rank: str, chat: dict[str, Any], sender: dict[str, Any]) -> dict[str, Any]:
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "House"}
    rights = (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
        "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
        "can_post_stories", "can_edit_stories", "can_delete_stories", "can_manage_tags",
        "can_send_welcome_messages",
    )  # fmt: skip
    by_rank: dict[str, dict[str, Any]] = {
        "administrator": dict.fromkeys(rights, False),
        "kicked": {"until_date": 0},
    }
    more = by_rank.get(rank, {})
    before = {"status": "left" if rank in ("member", "administrator") else "member", "user": bot}
    new = {"status": rank, "user": bot, **more}
    return {"chat": chat, "from": sender, "date": 1, "old_chat_member": before, "new_chat_member": new}


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": f"P{chat_id}"}
    return {"id": chat_id, "type": "supergroup", "title": "Group"}
