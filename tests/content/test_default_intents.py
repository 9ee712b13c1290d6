"""Every question that the House answers has an article that is worth reading."""

from datetime import date

import pytest

from bot.content import rendering
from bot.content.loader import load_content
from bot.content.schema import BlockKind
from bot.content.sections import INTENTS
from bot.content.wording import length
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

CONTENT = load_content()
CATALOGUES = Catalogues.read()
BUILT = date(2026, 11, 23)
LISTS = {BlockKind.BULLETS, BlockKind.STEPS, BlockKind.CHECKLIST}
LEAST = 550
"""Characters of the shortest article that answers an intent: more than a line or two in any language."""


def test_intents_and_articles_answer_each_other() -> None:
    answered = {intent for article in CONTENT.articles.values() for intent in article.intents}
    assert len(INTENTS) == 65
    assert answered == set(INTENTS)


def test_no_intent_has_its_best_article_in_another_section() -> None:
    strays = {
        intent: CONTENT.articles_for(intent)[0].section
        for intent, section in INTENTS.items()
        if CONTENT.articles_for(intent)[0].section is not section
    }
    assert strays == {}


@pytest.mark.parametrize("intent", INTENTS)
def test_the_best_article_for_an_intent_says_what_to_do_and_leads_to_a_person(intent: str) -> None:
    article = CONTENT.articles_for(intent)[0]
    assert len([block for block in article.body if block.kind in LISTS]) >= 1
    assert any(len(block.steps) >= 3 or len(block.bullets) >= 3 for block in article.body)
    assert len(article.body) >= 5
    assert article.ask
    assert article.related


@pytest.mark.parametrize("language", Language)
def test_an_article_for_an_intent_is_more_than_a_line_and_fits_a_cheap_phone(language: Language) -> None:
    tr = CATALOGUES[language]
    sizes = {
        article.id: length(rendering.article(CONTENT, article, tr, BUILT))
        for article in CONTENT.articles.values()
    }
    answering = {article.id for intent in INTENTS for article in CONTENT.articles_for(intent)}
    assert {name: sizes[name] for name in answering if sizes[name] < LEAST} == {}
    assert {name: size for name, size in sizes.items() if size > 2600} == {}


@pytest.mark.parametrize("screen_id", CONTENT.articles)
def test_an_article_that_depends_on_the_world_says_where_to_confirm(screen_id: str) -> None:
    article = CONTENT.articles[screen_id]
    named = [CONTENT.facts[name] for name in rendering.fact_names(article)]
    known = [fact for fact in named if fact.known]
    shown = rendering.article(CONTENT, article, CATALOGUES[Language.EN], BUILT)
    assert bool(known) == ("checked on" in shown)
    if any(fact.confidence != "official" and not fact.lasting for fact in known):
        assert "confirm with the consulate" in shown
