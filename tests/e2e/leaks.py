"""Leaks: secrets in anything that a bot wrote or showed, and people's words in its logs."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.simulator.world import World

_SECRET_SETTINGS = (
    "BOT_TOKEN",
    "BOT_WEBHOOK_SECRET",
    "BOT_ENCRYPTION_KEY",
    "BOT_DATABASE_URL",
    "BOT_REDIS_URL",
)
_LONG_ENOUGH = 10
"""Characters of a message that no program would write by chance."""


def secrets_of(settings: Mapping[str, str]) -> set[str]:
    """What nobody may read: tokens, keys, the passwords of addresses."""
    found = set()
    for name in _SECRET_SETTINGS:
        value = settings.get(name, "")
        if name.endswith("_URL"):
            password = re.search(r"://[^:/@]*:([^@/]+)@", value)
            found |= {password[1]} if password else set()
        else:
            found |= {part.strip() for part in value.split(",") if part.strip()}
    return found


def secrets_shown(secrets: set[str], folder: Path, said: Mapping[str, str]) -> list[str]:
    """Where one of the secrets stands: files (names and content), and what was said otherwise, by place."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != ".env":
            content = path.read_bytes()
            found += [f"{path.name} holds a secret" for one in secrets if one.encode() in content]
            found += [f"{path.name} is named after a secret" for one in secrets if one in path.name]
    found += [
        f"{place} shows a secret" for place, text in said.items() if any(one in text for one in secrets)
    ]
    return found


def words_shown(world: World, log: str) -> list[str]:
    """People's words, names and phones that stand in a log."""
    return [f"the log holds {words!r}" for words in sorted(set(_words(world))) if _stands(words, log)]


def _words(world: World) -> Iterator[str]:
    for chat in world.chats():
        for message in world.messages(chat["id"]):
            if message.get("from", {}).get("id") == world.bot.id:
                continue
            text = str(message.get("text") or message.get("caption") or "")
            words = text.partition(" ")[2] if text.startswith("/") else text
            if len(words) >= _LONG_ENOUGH and " " in words:
                yield words
    for person in world.people():
        names = (person.get(name, "") for name in ("first_name", "last_name", "username"))
        yield from (one for one in names if len(one) > 3)
        if person["phone"]:
            yield person["phone"]


def _stands(words: str, log: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", log) is not None
