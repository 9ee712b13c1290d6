"""Somebody taps every button of every screen, in each language."""

import asyncio
import re
import unicodedata
from collections import Counter, deque
from typing import Any

import pytest

from bot.content.loader import load_content
from tests.driver import text_of
from tests.e2e.house import PATIENCE, House

Json = dict[str, Any]
PEOPLE = {"en": 1002, "kk": 1003, "ur": 1001}
OWN_NAMES = {"en": "English", "kk": "Қазақша", "ur": "اردو"}
SCRIPTS = {"en": "LATIN", "kk": "CYRILLIC", "ur": "ARABIC"}
NOTES = ("[ағылшынша]", "[انگریزی]")
NOT_TAPPED = re.compile(r"^(lang:|draft:(send|drop)|fill:(send|drop|instead)|mine:|sub)")
"""Steps that end something or change the language: other tests walk them."""
PATHS_OF_A_WIZARD = 10
"""Paths walked in each wizard; its other paths are checked without a process."""


def _buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _share_of(script: str, text: str) -> float:
    letters = [char for char in text if char.isalpha()]
    own = [char for char in letters if unicodedata.name(char, "").startswith(script)]
    return len(own) / len(letters) if letters else 1.0


def _faults(language: str, message: Json) -> list[str]:
    text = text_of(message)
    data = [button.get("callback_data", "") for button in _buttons(message)]
    found = []
    if "go:home" not in data and not any(one.startswith("open:my") for one in data):
        found.append("has no way home")
    if any(note in text for note in NOTES):
        found.append(f"is not translated: {text[:300]}")
    if not message.get("reply_markup") or "Choose your language" in text:
        return found
    bare = re.sub(r"https?://\S+|@\w+|/[a-z]+|KH-\S+|[\w.]+@[\w.]+", "", text)
    if _share_of(SCRIPTS[language], bare) < 0.5:
        found.append(f"is written in another script: {text[:80]!r}")
    return found


def _wanted(data: str, walked: Counter[str]) -> bool:
    if NOT_TAPPED.match(data):
        return False
    if data.startswith(("wiz:", "tick:", "fill:case")):
        kind = ":".join(data.split(":")[:2])
        walked[kind] += 1
        return walked[kind] <= PATHS_OF_A_WIZARD
    return True


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["en", "kk", "ur"])
async def test_every_button_leads_somewhere_in_the_right_script(closed_house: House, language: str) -> None:
    house = closed_house
    await house.start(BOT_FLOOD_LIMIT="0")
    person = house.stand.as_person(PEOPLE[language])
    await person.starts()
    await person.sees("Choose your language")
    await person.taps(OWN_NAMES[language])
    home = await _shown_home(house, PEOPLE[language])
    seen, walked, faults = {"go:home"}, Counter[str](), list[str]()
    waiting: deque[str] = deque()
    message = home
    here = "go:home"
    while True:
        faults += [f"{here} {fault}" for fault in _faults(language, message)]
        for button in _buttons(message):
            data = button.get("callback_data", "")
            if data and data not in seen and _wanted(data, walked):
                seen.add(data)
                waiting.append(data)
        if not waiting:
            break
        here = waiting.popleft()
        message = await _tap(house, PEOPLE[language], here, message)
    assert faults == []
    assert _screens() - seen == set()
    assert "update failed" not in house.log.read_text()
    refused = [call for call in await house.stand.calls() if call["status"] == 400]
    assert [call["description"] for call in refused if "not modified" not in call["description"]] == []


def _screens() -> set[str]:
    """What the buttons to all screens of the pack carry."""
    content = load_content()
    pages = {f"go:{name}" for name in (*content.menus, *content.articles, *content.timetables)}
    guided = {f"wiz:{name}::" for name in content.wizards}
    return pages | guided | {f"fill:start:{name}:" for name in content.forms}


async def _shown_home(house: House, person: int) -> Json:
    async def look() -> Json:
        last = await house.stand.as_person(person).last()
        return last if any(one.get("callback_data", "").startswith("go:") for one in _buttons(last)) else {}

    return await house.stand.wait_for(look)


async def _tap(house: House, person: int, data: str, message: Json) -> Json:
    """Tap a button's data on the last screen and give what is shown afterwards."""
    world, journal = house.simulator.world, house.simulator.journal
    before = journal.total
    world.actions.tap_data(person, person, message["message_id"], data)
    async with asyncio.timeout(PATIENCE):
        while not _shown(journal.calls(after=before, chat_id=person)):
            await asyncio.sleep(0.003)
    return [one for one in world.messages(person) if one["from"]["is_bot"]][-1]


def _shown(calls: list[Json]) -> bool:
    shows = {"editmessagetext", "sendmessage", "sendvenue", "sendcontact"}
    return any(one["method"] in shows for one in calls)
