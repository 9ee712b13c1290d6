"""What the bot says of itself: commands by scope and language, texts by language, menu buttons."""

from dataclasses import dataclass, field
from typing import Any

from bot.simulator.chats import Chat

Json = dict[str, Any]

ScopeKey = tuple[str, int, int]
DEFAULT: ScopeKey = ("default", 0, 0)


@dataclass(slots=True, kw_only=True)
class BotProfile:
    """Commands by (scope, language); `texts` by field (name, description, short_description) and language."""

    commands: dict[tuple[ScopeKey, str], list[Json]] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"name": {}, "description": {}, "short_description": {}}
    )
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def text(self, name: str, language_code: str) -> str:
        """Return a text in the language, else the one for everybody."""
        return self.texts[name].get(language_code) or self.texts[name].get("", "")

    def commands_for(self, chat: Chat, person_id: int, *, is_admin: bool, language_code: str) -> list[Json]:
        """Return the menu by Telegram's order (Bot API page, "Determining list of commands")."""
        for scope in scopes_for(chat, person_id, is_admin=is_admin):
            for language in (language_code[:2], ""):
                if found := self.commands.get((scope, language)):
                    return found
        return []


def scopes_for(chat: Chat, person_id: int, *, is_admin: bool) -> list[ScopeKey]:
    """Return the scopes that apply to a person in a chat, the narrowest first."""
    if chat.type == "private":
        return [("chat", chat.id, 0), ("all_private_chats", 0, 0), DEFAULT]
    admins: list[ScopeKey] = [("chat_administrators", chat.id, 0)] if is_admin else []
    all_admins: list[ScopeKey] = [("all_chat_administrators", 0, 0)] if is_admin else []
    member: ScopeKey = ("chat_member", chat.id, person_id)
    return [member, *admins, ("chat", chat.id, 0), *all_admins, ("all_group_chats", 0, 0), DEFAULT]
