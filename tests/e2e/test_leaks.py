"""The look for leaks at the end of every end-to-end test finds what it looks for."""

from pathlib import Path

from bot.simulator.world import World
from tests.e2e.leaks import secrets_of, secrets_shown, words_shown

TOKEN = "700000001:SIMULATOR-token"
SETTINGS = {
    "BOT_TOKEN": TOKEN,
    "BOT_ENCRYPTION_KEY": "newkey=, oldkey=",
    "BOT_DATABASE_URL": "postgresql+asyncpg://bot:pa55@db/bot",
    "BOT_STAFF_CHAT": "-100",
}


def test_secrets_are_tokens_keys_and_passwords() -> None:
    assert secrets_of(SETTINGS) == {TOKEN, "newkey=", "oldkey=", "pa55"}


def test_a_secret_is_found_in_a_file_a_name_and_an_answer(tmp_path: Path) -> None:
    (tmp_path / "bot.log").write_text(f"cannot reach https://api/bot{TOKEN}/getMe")
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "pa55.csv").write_bytes(b"\x00oldkey=\x00")
    (tmp_path / ".env").write_text(TOKEN)
    found = secrets_shown(secrets_of(SETTINGS), tmp_path, {"/metrics": "up 1", "doctor": f"at {TOKEN}"})
    assert sorted(found) == [
        "bot.log holds a secret",
        "doctor shows a secret",
        "pa55.csv holds a secret",
        "pa55.csv is named after a secret",
    ]


def test_words_names_and_phones_are_found_in_a_log_and_what_the_bot_wrote_is_not() -> None:
    world = World()
    person = world.person(1001)
    chat = world.chat(person.id)
    chat.messages[1] = {"message_id": 1, "from": person.view(), "text": "/ask My visa was refused"}
    chat.messages[2] = {"message_id": 2, "from": world.bot.view(), "text": "It is the bot that says so"}
    assert words_shown(world, "running, it is the bot that says so") == []
    log = f"fault: My visa was refused for {person.first_name} at {person.phone}. It is the bot that says so"
    found = "\n".join(words_shown(world, log))
    assert "My visa was refused" in found
    assert person.first_name in found
    assert person.phone in found
    assert "It is the bot" not in found
