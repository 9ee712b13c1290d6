"""The snapshot that the chat page starts from."""

from bot.simulator.people import Json
from bot.simulator.world import World

PEOPLE_SHOWN = 200
MESSAGES_AT_MOST = 20_000


def snapshot(world: World, person_id: int, limit: int) -> Json:
    """Return all that the page shows to a person (the first one when unknown) at this moment of the feed.

    People are the first 200; chats are theirs with the bot and all groups, each with its last `limit`
    messages and reactions by message id. `commands` and `keyboards` are the person's own, by chat id.
    """
    people = world.people()[:PEOPLE_SHOWN]
    known = {one["id"] for one in people}
    if person_id not in known:
        person_id = people[0]["id"]
    mine = [one["id"] for one in world.chats(person_id)]
    return {
        "number": world.feed.published,
        "person": person_id,
        "bot": bot_card(world, world.person(person_id).language_code),
        "people": people,
        "chats": [
            chat_state(world, one, min(limit, MESSAGES_AT_MOST))
            for one in world.chats()
            if one["type"] != "private" or one["id"] in known
        ],
        "commands": {str(one): world.commands(one, person_id) for one in mine},
        "keyboards": {str(one): world.reply_keyboard(one, person_id) for one in mine},
    }


def bot_card(world: World, language_code: str) -> Json:
    """Return the bot's User with its name and descriptions as a phone in that language shows them."""
    fields = ("name", "description", "short_description")
    texts = {field: world.profile.text(field, language_code[:2]) for field in fields}
    return world.bot.view() | texts | {"name": texts["name"] or world.bot.first_name}


def chat_state(world: World, card: Json, limit: int) -> Json:
    """Return a chat's card with its last messages, their reactions, and whether there are earlier ones."""
    messages = world.messages(card["id"], limit=limit) if limit else []
    found = {one["message_id"]: world.reactions(card["id"], one["message_id"]) for one in messages}
    return card | {
        "messages": messages,
        "reactions": {str(key): value for key, value in found.items() if value},
        "has_earlier": len(world.chat(card["id"]).messages) > len(messages),
    }
