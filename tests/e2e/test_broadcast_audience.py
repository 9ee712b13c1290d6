"""Whom an announcement reaches and what each of them would get, before it is sent."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import Json, text_of
from tests.e2e.authors import READERS, Author, ShiftedClock, copies, drafts, reads_english, subscribe
from tests.e2e.house import labels, styled
from tests.e2e.near import Near, near_bot

DAY = timedelta(days=1)
QUESTIONS = {
    "Asked about": "Only who asked about these?",
    "Last seen": "How lately must a person",
    "Topics": "Subscribers of which topics?",
}


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
async def near(tmp_path: Path, clock: ShiftedClock) -> AsyncIterator[Near]:
    """A bot with a subscriber for each language."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator, clock=clock) as bot:
        await subscribe(bot.stand, *READERS)
        await reads_english(bot.stand)
        yield bot
    await simulator.stop()


async def asks_about_visas(near: Near, person: int) -> None:
    """Write an inquiry from the section of visas."""
    visitor = near.stand.as_person(person)
    await visitor.says("/menu")
    home = await near.stand.wait_message(person, lambda one: len(labels(one)) > 8)
    await visitor.taps_data("ask:visa", message_id=home["message_id"])
    said = await visitor.says("Which papers do I need?")
    summary = await visitor.sees("Which papers do I need?", after=said["message_id"])
    await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
    await visitor.sees("KH-", after=said["message_id"])


async def narrows(author: Author, way: str, *choices: tuple[str, str]) -> str:
    """Narrow one way, by labels and what the screen then says; gives the draft."""
    await author.taps("Audience", "Who shall get it?")
    await author.taps(way, QUESTIONS[way])
    for label, then in choices:
        await author.taps(label, then)
    await author.taps("Back", "Who shall get it?")
    return text_of(await author.taps("Back", "Starts at once"))


async def test_the_head_count_is_exact_for_each_language_and_choice(near: Near, clock: ShiftedClock) -> None:
    await asks_about_visas(near, 1002)
    author = await drafts(near.stand)
    draft = text_of(await author.writes("English", "News"))
    assert "3 recipients" in draft
    assert "Of these: English: 1 · Kazakh: 1 · Urdu: 1" in draft
    narrow = await narrows(author, "Asked about", ("Visas", "1 recipient"))
    assert "Only who asked about: Visas" in narrow
    assert "Of these: English: 1" in narrow
    await narrows(author, "Asked about", ("✅ Visas", "3 recipients"))
    clock.move(8 * DAY)
    await near.stand.as_person(1003).says("/menu")
    await near.quiet()
    assert "Of these: Kazakh: 1" in await narrows(author, "Last seen", ("7 days", "1 recipient"))
    await narrows(author, "Last seen", ("30 days", "3 recipients"))
    await near.stand.as_person(1001).taps("sub:topic:education")
    await near.quiet()
    draft = await narrows(author, "Topics", ("Education", "2 recipients"))
    assert "Audience: subscribers of Education" in draft
    assert "Of these: English: 1 · Kazakh: 1" in draft


def _says(text: str) -> Callable[[Json], bool]:
    return lambda one: text_of(one) == text


async def test_each_version_is_shown_as_it_will_look_and_a_test_comes_in_ones_own_language(
    near: Near,
) -> None:
    author = await drafts(near.stand)
    await author.writes("English", "Good <morning>")
    await author.writes("اردو", "صبح بخیر")
    await author.writes("Қазақша", "Қайырлы таң")
    await author.hands.taps("Preview")
    for text, way_out in (
        ("Good <morning>", "Unsubscribe"),
        ("صبح بخیر", "اعلانات بند کریں"),
        ("Қайырлы таң", "Жазылымнан бас тарту"),
    ):
        copy = await near.stand.wait_message(ADMIN, _says(text))
        assert labels(copy) == [way_out]
    await near.quiet()
    await author.hands.taps("Test to me")
    await near.quiet()
    assert len(await copies(near.stand, ADMIN, "Good <morning>")) == 2
    assert len(await copies(near.stand, ADMIN, "صبح بخیر")) == 1
    assert not await copies(near.stand, 1002, "Good <morning>")


async def test_who_has_no_version_gets_the_first_that_is_written_after_a_question(near: Near) -> None:
    author = await drafts(near.stand)
    draft = await author.writes("اردو", "صرف اردو")
    assert "gets English, else Urdu, else Kazakh" in text_of(draft)
    assert "English: not written; its readers get Urdu" in text_of(draft)
    asked = await author.sends(draft, "Some readers would get another language")
    assert "Kazakh: 1, they would get Urdu" in text_of(asked)
    assert "English: 1, they would get Urdu" in text_of(asked)
    await author.taps("Write: English", "Write the announcement")
    draft = await author.says("English too", "recipient")
    asked = await author.sends(draft, "Some readers would get another language")
    assert "English: 1" not in text_of(asked)
    await author.sends(asked, "Sent: 3 of 3")
    assert len(await copies(near.stand, 1003, "English too")) == 1
    assert len(await copies(near.stand, 1001, "صرف اردو")) == 1


async def test_a_version_follows_its_message_and_nothing_else_replaces_it(near: Near) -> None:
    author = await drafts(near.stand)
    await author.taps("English", "Write the announcement")
    said = await author.hands.says("Open on Sturday")
    await author.sees("English: \u2068Open on Sturday\u2069")
    await author.hands.edits(said["message_id"], "Open on Saturday")
    await author.sees("English: \u2068Open on Saturday\u2069")
    astray = await author.says("ہفتہ کو کھلا", "First tap the language")
    assert "English: \u2068Open on Saturday\u2069" in text_of(astray)
    assert "Urdu: not written" in text_of(astray)
    await author.says("/menu", "Kazakhstan House in Lahore")
    await author.says("visa fee", "Visa")
    await author.hands.edits(said["message_id"], "Closed on Saturday")
    await near.quiet()
    one = await near.app.stores.broadcasts.get(author.number)
    assert [version.html for version in one.versions.values()] == ["Open on Saturday"]
