"""Methods of the bot on itself: who it is, its commands, name, descriptions and menu button."""

import re
from typing import Any

from bot.simulator.access import known_chat
from bot.simulator.bot_profile import DEFAULT, ScopeKey
from bot.simulator.calls import Call
from bot.simulator.errors import bad
from bot.simulator.people import Json
from bot.simulator.sending import Method
from bot.simulator.world import World

LANGUAGE = re.compile(r"(?:[a-z]{2})?")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_LIMIT = 100
DESCRIPTION = range(1, 257)
LIMITS = {"name": 64, "description": 512, "short_description": 120}
PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
MENU_BUTTONS = frozenset({"commands", "default", "web_app"})


def get_me(world: World, _call: Call) -> Json:
    """Say who the bot is."""
    return world.bot.me()


def set_my_commands(world: World, call: Call) -> bool:
    """Set the "/" menu of a scope and a language."""
    key = (_scope(world, call), _language(call))
    commands = call.structure("commands", "commands")
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    if len(commands) > COMMAND_LIMIT:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[key] = [_command(one) for one in commands]
    world.feed.publish("commands")
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    """Return the menu set for exactly this scope and language."""
    return world.profile.commands.get((_scope(world, call), _language(call)), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """Take a menu away, so that the next wider one shows."""
    world.profile.commands.pop((_scope(world, call), _language(call)), None)
    world.feed.publish("commands")
    return True


def set_text(name: str) -> Method:
    """Return the method that sets the bot's name or one of its descriptions."""

    def change(world: World, call: Call) -> bool:
        language, text = _language(call), call.text(name).strip()
        if len(text) > LIMITS[name]:
            raise bad(f"BOT_{'ABOUT' if name == 'short_description' else name.upper()}_TOO_LONG")
        world.profile.texts[name].pop(language, None)
        if text:
            world.profile.texts[name][language] = text
        world.feed.publish("profile")
        return True

    return change


def get_text(name: str) -> Method:
    """Return the method that tells the bot's name or one of its descriptions in a language."""

    def read(world: World, call: Call) -> Json:
        text = world.profile.text(name, _language(call))
        return {name: text or (world.bot.first_name if name == "name" else "")}

    return read


def set_menu_button(world: World, call: Call) -> bool:
    """Set what stands left of the input line, for one private chat or by default."""
    button = call.structure("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in MENU_BUTTONS:
        raise bad("can't parse menu button: MenuButton has unsupported type")
    world.profile.menu_buttons[call.integer("chat_id")] = button
    return True


def get_menu_button(world: World, call: Call) -> Json:
    """Return what stands left of the input line."""
    buttons = world.profile.menu_buttons
    return buttons.get(call.integer("chat_id")) or buttons.get(0) or {"type": "commands"}


def _language(call: Call) -> str:
    code = call.text("language_code")
    if not LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def _scope(world: World, call: Call) -> ScopeKey:
    scope = call.structure("scope", "BotCommandScope")
    if scope is None:
        return DEFAULT
    if not isinstance(scope, dict):
        raise bad("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = str(scope.get("type") or "")
    if kind in PLAIN_SCOPES:
        return (kind, 0, 0)
    if kind not in CHAT_SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if not scope.get("chat_id"):
        raise bad("can't parse BotCommandScope: Empty chat_id specified")
    chat = known_chat(world, Call(method=call.method, params=scope))
    user_id = int(scope.get("user_id") or 0)
    if kind == "chat_member" and not user_id:
        raise bad("can't parse BotCommandScope: Invalid user_id specified")
    if kind != "chat" and chat.type == "private":
        raise bad("can't change commands for private chat participants")
    return (kind, chat.id, user_id)


def _command(value: Any) -> Json:
    if not isinstance(value, dict):
        raise bad("can't parse BotCommand: expected an Object")
    command, description = (
        str(value.get("command") or "").removeprefix("/"),
        str(value.get("description") or ""),
    )
    if not COMMAND.fullmatch(command):
        raise bad("BOT_COMMAND_INVALID")
    if len(description) not in DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


PROFILE: dict[str, Method] = {
    "getme": get_me,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": set_text("name"),
    "getmyname": get_text("name"),
    "setmydescription": set_text("description"),
    "getmydescription": get_text("description"),
    "setmyshortdescription": set_text("short_description"),
    "getmyshortdescription": get_text("short_description"),
    "setchatmenubutton": set_menu_button,
    "getchatmenubutton": get_menu_button,
}
