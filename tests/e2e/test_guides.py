"""Guided flows and deep links as a visitor meets them, in the chat, in three languages."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.content.loader import load_content
from bot.content.schema import Form, Outcome, Wizard
from bot.content.wizards import Walk, walk
from bot.i18n.catalogues import Catalogues
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language
from bot.simulator.people import STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.driver import Json, buttons_of, text_of
from tests.e2e.near import Near, near_bot

CONTENT = load_content()
CATALOGUES = Catalogues.read()
FINDER = CONTENT.wizards["visa-finder"]
VISIT = ("ordinary", "family", "month", "citizen", "more")
"""A private visit with several entries."""
OWN_NAMES = {Language.EN: "English", Language.KK: "Қазақша", Language.UR: "اردو"}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A pretend Telegram."""
    started = await Simulator().start()
    yield started
    await started.stop()


@pytest.fixture
async def near(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Near]:
    """A running bot that never asks anybody to slow down."""
    async with near_bot(tmp_path, simulator, flood_limit=0) as running:
        yield running


class Visitor:
    """One person and the newest message of the bot."""

    def __init__(self, near: Near, person: int, language: Language) -> None:
        self.stand = near.stand
        self.hands = near.stand.as_person(person)
        self.person = person
        self.tr = CATALOGUES[language]

    async def chooses_language(self) -> None:
        """Say hello and pick the language."""
        await self.hands.starts()
        await self._changed(lambda: self.hands.taps(OWN_NAMES[self.tr.language]), "Choose your language")

    async def opens(self, link: str) -> Json:
        """Follow a deep link."""
        return await self._changed(lambda: self.hands.starts(link))

    async def types(self, text: str) -> Json:
        """Write something."""
        return await self._changed(lambda: self.hands.says(text))

    async def taps(self, label: str, message: Json) -> Json:
        """Tap the button whose label contains the text in the visitor's language."""
        wanted = self.tr.plain(label)
        data = next(
            one["callback_data"] for one in buttons_of(message) if wanted in strip_controls(one["text"])
        )
        number = message["message_id"]
        return await self._changed(lambda: self.hands.taps_data(data, message_id=number))

    async def walks(self, wizard: Wizard, path: tuple[str, ...], message: Json) -> Json:
        """Answer question after question."""
        for number, chosen in enumerate(path):
            node = walk(wizard, path[:number]).at
            option = next(one for one in node.options if one.id == chosen)  # type: ignore[union-attr]
            message = await self.taps(option.label, message)
        return message

    async def _changed(self, act: Any, first: str = "") -> Json:
        if first:
            await self.hands.sees(first)
        before = await self._newest()
        await act()

        async def look() -> Json:
            newest = await self._newest()
            return newest if newest != before else {}

        return await self.stand.wait_for(look, 20)

    async def _newest(self) -> Json:
        sent = await self.stand.from_bot(self.person)
        return sent[-1] if sent else {}


def said(message: Json) -> str:
    """What stands in a message, without direction marks."""
    return strip_controls(text_of(message))


def reached(wizard: Wizard, path: tuple[str, ...]) -> tuple[Walk, Outcome]:
    """The walk and its outcome."""
    walked = walk(wizard, path)
    assert isinstance(walked.at, Outcome)
    return walked, walked.at


@pytest.mark.parametrize("language", Language)
async def test_a_visitor_walks_the_finder_ticks_and_asks_with_the_answers_filled_in(
    tmp_path: Path, simulator: Simulator, language: Language
) -> None:
    tr = CATALOGUES[language]
    walked, outcome = reached(FINDER, VISIT)
    async with near_bot(tmp_path, simulator, flood_limit=0) as near:
        (person,) = await near.visitors(1)
        visitor = Visitor(near, person, language)
        await visitor.chooses_language()
        end = await visitor.walks(FINDER, VISIT, await visitor.opens("visa-finder"))
        assert strip_controls(tr.plain(outcome.title)) in said(end)
        ticked = await visitor.taps(outcome.checklist[1].text, end)
        assert f"☑ {tr.plain(outcome.checklist[1].text)}" in said(ticked)
    async with near_bot(tmp_path, simulator, flood_limit=0) as near:
        visitor = Visitor(near, person, language)
        again = await visitor.walks(FINDER, VISIT, await visitor.opens("visa-finder"))
        assert f"☑ {tr.plain(outcome.checklist[1].text)}" in said(again)
        assert said(again).count("☑") == 1
        asked = await visitor.taps("Ask about my case", again)
        for answer in walked.answers:
            assert f"{tr.plain(answer.node.question)} {tr.plain(answer.option.label)}" in said(asked)
        assert tr.plain(outcome.title) in said(asked)
        await _sends(near, visitor, CONTENT.forms["visa-case"], asked)
        arrived = await near.stand.as_person(2001).sees("KH-", chat=STAFF_GROUP_ID)
        assert tr.plain(walked.answers[0].option.label) in said(arrived)


async def _sends(near: Near, visitor: Visitor, form: Form, message: Json) -> None:
    """Answer a form in the shortest way and send it."""
    for field in form.fields:
        labels = [strip_controls(one["text"]) for one in buttons_of(message)]
        assert visitor.tr.plain(field.question) in said(message)
        if visitor.tr.plain("Keep this answer") in labels:
            message = await visitor.taps("Keep this answer", message)
        elif not field.required:
            message = await visitor.taps("Skip", message)
        elif field.choices:
            message = await visitor.taps(field.choices[0].label, message)
        else:
            message = await visitor.types("2" if field.kind == "number" else "Мәтін متن text")
    await visitor.taps("Send", message)
    await near.quiet()


async def test_asking_about_another_case_keeps_what_was_written_already(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    await visitor.chooses_language()
    end = await visitor.walks(FINDER, VISIT, await visitor.opens("visa-finder"))
    first = await visitor.taps("Ask about my case", end)
    stage = await visitor.taps("Keep this answer", first)
    await visitor.taps("I am still planning", stage)
    other = ("ordinary", "transit", "short")
    end = await visitor.walks(FINDER, other, await visitor.opens("visa-finder"))
    again = await visitor.taps("Ask about my case", end)
    assert "Passing through" in said(again)
    assert "Family or friends" not in said(again)
    kept = await visitor.taps("Keep this answer", again)
    assert "Your answer so far: I am still planning" in said(kept)


async def test_a_tick_that_is_tapped_twice_stays_and_the_next_tap_clears_it(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    await visitor.chooses_language()
    end = await visitor.walks(FINDER, VISIT, await visitor.opens("visa-finder"))
    box = next(one for one in buttons_of(end) if one["text"].startswith("☐"))
    number = end["message_id"]
    for _ in range(2):
        await visitor.hands.taps_data(box["callback_data"], message_id=number)
        await near.quiet()
    ticked = (await near.stand.from_bot(person))[-1]
    assert said(ticked).count("☑") == 1
    cleared = next(one for one in buttons_of(ticked) if one["text"].startswith("☑"))
    await visitor.hands.taps_data(cleared["callback_data"], message_id=number)
    await near.quiet()
    assert "☑" not in said((await near.stand.from_bot(person))[-1])


@pytest.mark.parametrize("wizard", CONTENT.wizards.values(), ids=lambda wizard: wizard.id)
async def test_back_leads_one_question_back_and_out_of_the_wizard_at_last(near: Near, wizard: Wizard) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    await visitor.chooses_language()
    message = await visitor.opens(wizard.id)
    shown = [said(message)]
    node = walk(wizard, ()).at
    path: tuple[str, ...] = ()
    while not isinstance(node, Outcome):
        path = (*path, node.options[0].id)
        message = await visitor.taps(node.options[0].label, message)
        shown.append(said(message))
        node = walk(wizard, path).at
    for earlier in reversed(shown[:-1]):
        message = await visitor.taps("Back", message)
        assert said(message) == earlier
    message = await visitor.taps("Back", message)
    assert "Choose a topic" in said(message)


async def test_every_screen_opens_from_a_deep_link(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    await visitor.chooses_language()
    for screen in CONTENT.screens.values():
        message = await visitor.opens(screen.id)
        assert visitor.tr.plain(screen.title) in said(message), screen.id
        assert "has moved" not in said(message)
        assert buttons_of(message)


@pytest.mark.parametrize(
    ("link", "title", "moved"),
    [
        ("nonsense", "Kazakhstan House in Lahore", True),
        ("visa-gone-long-ago", "Visas of Kazakhstan", True),
        ("VISA-fee", "Visa fees", False),
        ("a-" * 31, "Kazakhstan House in Lahore", True),
        ("visa-fee-" + "x" * 50, "Visa fees", True),
        ("__proto__", "Kazakhstan House in Lahore", True),
    ],
)
async def test_a_wrong_deep_link_leads_to_the_nearest_page_and_says_so(
    near: Near, link: str, title: str, moved: bool
) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    await visitor.chooses_language()
    message = await visitor.opens(link)
    assert title in said(message)
    assert ("has moved" in said(message)) == moved


async def test_a_deep_link_of_thousands_of_levels_is_answered_too(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    await visitor.chooses_language()
    message = await visitor.types("/start " + "a-" * 2000)
    assert "Kazakhstan House in Lahore" in said(message)


async def test_a_deep_link_answers_somebody_who_never_chose_a_language(near: Near) -> None:
    (person,) = await near.visitors(1)
    visitor = Visitor(near, person, Language.EN)
    message = await visitor.opens("contacts-address")
    assert "Address of Kazakhstan House" in said(message)
