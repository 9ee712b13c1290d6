"""Updates that raise in aiogram 3.31, each of another kind; and some that are no updates at all."""

from collections.abc import Mapping
from typing import Any


def poison_of(person: int) -> Mapping[str, Mapping[str, Any]]:
    """Poison that a person's private chat brings, by its kind."""
    sender = {"id": person, "is_bot": False, "first_name": "Bilal", "language_code": "ur"}
    chat = {"id": person, "type": "private", "first_name": "Bilal"}
    origin = {"type": "newkind", "date": 1}
    member = {"status": "vip", "user": {"id": 42, "is_bot": True, "first_name": "House"}}
    members = {"old_chat_member": member, "new_chat_member": member}
    message = {"message_id": 9, "date": 1, "chat": chat, "from": sender, "text": "x"}
    reaction = {"message_id": 5, "user": sender, "date": 1, "old_reaction": []}
    return {
        "a message from a new kind of origin": {"message": message | {"forward_origin": origin}},
        "a member with a new kind of rank": {
            "my_chat_member": {"chat": chat, "from": sender, "date": 1, **members}
        },
        "a tap without its chat": {"callback_query": {"id": "77", "from": sender, "data": "go:visa"}},
        "a reaction of a new kind": {
            "message_reaction": {"chat": chat, **reaction, "new_reaction": [{"type": "super"}]}
        },
    }  # fmt: skip


NO_UPDATES: tuple[Any, ...] = ([], "x", 7, {"message": []})
"""What is not even an object, or whose parts are not."""
