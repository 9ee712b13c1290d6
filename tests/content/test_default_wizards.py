"""Every path through the shipped wizards ends rightly, with steps and a checklist that has sources."""

from datetime import date

import pytest

from bot.content import rendering
from bot.content.facts import source_of
from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.schema import Outcome, Wizard
from bot.content.wizards import paths, walk
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

CONTENT = load_content()
CATALOGUES = Catalogues.read()
BUILT = date(2026, 11, 23)
PATHS = [(wizard.id, path) for wizard in CONTENT.wizards.values() for path in paths(wizard)]

FINDER = "visa-finder"
CATEGORIES = {
    "official duty month": "Official or diplomatic passport, up to one month",
    "diplomatic duty month": "Official or diplomatic passport, up to one month",
    "diplomatic duty longer": "Official visa (A1 to A4)",
    "official private": "Private journey with an official passport",
    "other": "Passport of another country",
    "ordinary tourism month once operator": "Tourist visa (B12)",
    "ordinary tourism month once friend": "Private visit (B10)",
    "ordinary tourism month once nobody": "Tourist visa (B12): find a tour operator first",
    "ordinary tourism month more": "Tourist visa (B12): ask about entries",
    "ordinary tourism longer": "Tourist visa (B12): a long stay",
    "ordinary family month citizen once": "Private visit (B10)",
    "ordinary family month citizen more": "Private visit (B10), several entries",
    "ordinary family months citizen once": "Private visit (B10), 31 to 90 days",
    "ordinary family month resident": "Private visit (B10): ask about the host first",
    "ordinary family months nobody": "Without a host: a tourist visa",
    "ordinary family live": "Joining the family (C2)",
    "ordinary business talks days company once": "Business visa (B2 or B3), one entry",
    "ordinary business install days company more": "Business visa (B2 or B3), several entries",
    "ordinary business talks longer": "Business: a stay of more than 90 days",
    "ordinary business event days organiser once": "Visa for an event (B1), one entry",
    "ordinary business event days organiser more": "Visa for an event (B1), several entries",
    "ordinary business talks days nobody": "Business visa: find a partner first",
    "ordinary business drive": "Lorry drivers (B4)",
    "ordinary study degree yes": "Study visa (C9)",
    "ordinary study short no": "Study visa (C9): first the admission",
    "ordinary study practice": "Internship (B7)",
    "ordinary treatment patient yes": "Visa for treatment (C12)",
    "ordinary treatment patient no": "Visa for treatment (C12): first the clinic",
    "ordinary treatment companion": "Companion or donor of a patient",
    "ordinary work employer": "Work visa (C3)",
    "ordinary work nobody": "Work visa: first an employer",
    "ordinary work remote": "Remote work and IT (B12-1, B9-1)",
    "ordinary work skilled": "Profession in demand (B9)",
    "ordinary transit air": "Changing planes",
    "ordinary transit short": "Transit visa (B13)",
    "ordinary transit long": "More than 5 days: a tourist visa",
    "ordinary transit drive": "Lorry drivers (B4)",
    "ordinary other family": "Joining the family (C2)",
    "ordinary other invest": "Investor visa (A5, A6)",
    "ordinary other religious": "Religious event (B6)",
    "ordinary other else": "Let us look at your case",
}
"""What was answered, and the outcome's title."""

CHILDREN_TRAVEL = [
    "tourist",
    "visit",
    "visit_multi",
    "family",
    "event",
    "study",
    "treatment",
    "religious",
    "transit",
]
"""Outcomes of journeys that minors make too."""


def end(wizard_id: str, path: tuple[str, ...]) -> Outcome:
    found = walk(CONTENT.wizards[wizard_id], path).at
    assert isinstance(found, Outcome)
    return found


@pytest.mark.parametrize(("answers", "title"), CATEGORIES.items())
def test_the_visa_finder_finds_the_category(answers: str, title: str) -> None:
    assert end(FINDER, tuple(answers.split())).title == title


def test_every_outcome_of_the_visa_finder_is_in_the_table() -> None:
    titles = {outcome.title for outcome in CONTENT.wizards[FINDER].outcomes}
    assert titles == set(CATEGORIES.values())


@pytest.mark.parametrize(
    ("wizard_id", "path"), PATHS, ids=lambda value: "-".join(value) if isinstance(value, tuple) else value
)
def test_every_path_ends_in_steps_and_a_checklist_whose_lines_have_sources(
    wizard_id: str, path: tuple[str, ...]
) -> None:
    outcome = end(wizard_id, path)
    assert len(outcome.steps) >= 3
    assert len(outcome.checklist) >= 3
    for item in outcome.checklist:
        fact = CONTENT.facts[item.fact or ""]
        source = source_of(fact)
        assert fact.known
        assert fact.checked
        assert source
        assert source.url
    assert outcome.form in CONTENT.forms
    assert outcome.article in CONTENT.articles


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("wizard", CONTENT.wizards.values(), ids=lambda wizard: wizard.id)
def test_every_outcome_names_the_sources_of_its_checklist(wizard: Wizard, language: Language) -> None:
    tr = CATALOGUES[language]
    for outcome in wizard.outcomes:
        shown = tr.finish(rendering.outcome(CONTENT, outcome, tr, BUILT))
        boxes = [line for line in shown.splitlines() if "☐" in line]
        assert len(boxes) == len(outcome.checklist), outcome.id
        for item in outcome.checklist:
            assert f'href="{CONTENT.facts[item.fact or ""].source}"' in shown.replace("&amp;", "&"), item
        assert "{" not in shown


def test_no_two_boxes_of_a_list_share_a_tick() -> None:
    for wizard in CONTENT.wizards.values():
        for outcome in wizard.outcomes:
            keys = rendering.checklist_keys(outcome.checklist)
            assert len(set(keys)) == len(keys)
            assert all(item.id for item in outcome.checklist), outcome.id


@pytest.mark.parametrize("name", CHILDREN_TRAVEL)
def test_a_journey_that_children_make_asks_for_the_consent_of_the_parents(name: str) -> None:
    outcome = next(one for one in CONTENT.wizards[FINDER].outcomes if one.id == name)
    assert any(item.fact == "edu_minor" for item in outcome.checklist)
    assert "visa-minors" in outcome.related


def test_an_ordinary_passport_never_ends_without_a_visa() -> None:
    for path in paths(CONTENT.wizards[FINDER]):
        outcome = end(FINDER, path)
        if path[0] == "ordinary" and outcome.id != "transit_air":
            assert any(item.id == "fingers" for item in outcome.checklist), path
            assert any(item.id == "fee" for item in outcome.checklist), path
            assert outcome.time, path
            assert outcome.fee, path


def test_more_entries_are_never_answered_with_the_rate_of_one_entry_alone() -> None:
    for path in paths(CONTENT.wizards[FINDER]):
        if path[-1] == "more":
            assert "visa_fee_kz_multiple" in end(FINDER, path).fee, path


def test_a_fact_that_staff_fill_in_shows_in_every_outcome_that_waits_for_it() -> None:
    fee = CONTENT.facts["visa_fee_islamabad"].model_copy(
        update={
            "unknown": False, "amount": 45, "currency": "USD", "source": "https://example.org",
            "source_name": "Embassy", "checked": BUILT,
        }
    )  # fmt: skip
    known: Content = CONTENT.with_facts({fee.id: fee})
    tr = CATALOGUES[Language.EN]
    waiting = [one for one in known.wizards[FINDER].outcomes if one.fee]
    assert len(waiting) > 25
    for outcome in waiting:
        shown = rendering.outcome(known, outcome, tr, BUILT)
        assert "Fee in Islamabad: US$45" in shown, outcome.id
        assert "not known to us" not in shown, outcome.id
