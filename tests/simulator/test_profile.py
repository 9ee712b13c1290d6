"""What the bot says of itself, by language and scope."""

from typing import Any

import pytest

from bot.simulator.world import World

Api = Any
STAFF_GROUP = -1001000000001


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"about {name}"} for name in names]


async def test_get_me(api: Api, world: World) -> None:
    me = await api.getMe()
    assert (me["id"], me["is_bot"], me["username"]) == (700000001, True, "KazakhstanHouseTestBot")


async def test_the_narrowest_menu_in_ones_language_is_seen(api: Api, world: World) -> None:
    await api.setMyCommands(commands=commands("help"))
    await api.setMyCommands(commands=commands("madad"), language_code="ur")
    scope = {"type": "chat", "chat_id": 2001}
    await api.setMyCommands(commands=commands("stats"), scope=scope)
    group = {"type": "all_group_chats"}
    await api.setMyCommands(commands=commands("find"), scope=group)

    def seen(chat_id: int, person_id: int) -> list[str]:
        return [one["command"] for one in world.commands(chat_id, person_id)]

    assert seen(1001, 1001) == ["madad"]
    assert seen(1002, 1002) == ["help"]
    assert seen(2001, 2001) == ["stats"]
    assert seen(STAFF_GROUP, 2001) == ["find"]
    await api.deleteMyCommands(scope=scope)
    assert seen(2001, 2001) == ["help"]
    assert await api.getMyCommands(language_code="ur") == commands("madad")


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"language_code": "urd"}, "invalid language code specified"),
        ({"language_code": "UR"}, "invalid language code specified"),
        ({"commands": commands("Big")}, "BOT_COMMAND_INVALID"),
        ({"commands": commands("x" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": commands(*[f"c{n}" for n in range(101)])}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "nonsense"}, "can't parse commands JSON object"),
        ({"scope": {"type": "moon"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"scope": {"type": "chat"}}, "can't parse BotCommandScope: Empty chat_id specified"),
        ({"scope": {"type": "chat", "chat_id": 404}}, "chat not found"),
    ],
)
async def test_menus_that_telegram_refuses(
    api: Api, world: World, params: dict[str, Any], refusal: str
) -> None:
    wanted = {"commands": commands("help")} | params
    assert await api.refusal("setMyCommands", **wanted) == f"400 Bad Request: {refusal}"


@pytest.mark.parametrize(
    ("what", "field", "limit"),
    [
        ("Name", "name", 64),
        ("Description", "description", 512),
        ("ShortDescription", "short_description", 120),
    ],
)
async def test_texts_by_language(api: Api, world: World, what: str, field: str, limit: int) -> None:
    await api.call(f"setMy{what}", **{field: "for all"})
    await api.call(f"setMy{what}", **{field: "سب", "language_code": "ur"})
    assert await api.call(f"getMy{what}") == {field: "for all"}
    assert await api.call(f"getMy{what}", language_code="ur") == {field: "سب"}
    assert await api.call(f"getMy{what}", language_code="kk") == {field: "for all"}
    assert (await api.refusal(f"setMy{what}", **{field: "x" * (limit + 1)})).endswith("TOO_LONG")


async def test_the_menu_button(api: Api, world: World) -> None:
    assert await api.getChatMenuButton(chat_id=1001) == {"type": "commands"}
    await api.setChatMenuButton(chat_id=1001, menu_button={"type": "default"})
    assert await api.getChatMenuButton(chat_id=1001) == {"type": "default"}
    assert (await api.refusal("setChatMenuButton", menu_button={"type": "red"})).startswith(
        "400 Bad Request: can't parse menu button"
    )
