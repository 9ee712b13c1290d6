"""The pack that ships keeps every rule in three languages."""

from datetime import date

import pytest

from bot.content import rendering
from bot.content.checks import check
from bot.content.loader import load_content
from bot.content.problems import Severity
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

CONTENT = load_content()
CATALOGUES = Catalogues.read()
BUILT = date(2026, 11, 23)
"""The day on which the facts of the pack were gathered."""


def test_the_shipped_pack_and_its_catalogues_have_no_error() -> None:
    problems = check(CONTENT, CATALOGUES, BUILT)
    assert [str(problem) for problem in problems if problem.severity is Severity.ERROR] == []


def test_no_fact_is_shown_without_source_and_date() -> None:
    known = [fact for fact in CONTENT.facts.values() if fact.known]
    assert known
    assert all(fact.source and fact.source_name and fact.checked for fact in known)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("screen_id", CONTENT.articles)
def test_no_article_shows_a_hole_or_a_note_of_a_missing_translation(
    screen_id: str, language: Language
) -> None:
    tr = CATALOGUES[language]
    shown = tr.finish(rendering.article(CONTENT, CONTENT.articles[screen_id], tr, BUILT))
    assert "{" not in shown
    assert "[ағылшынша]" not in shown
    assert "[انگریزی]" not in shown
