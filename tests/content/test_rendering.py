"""What visitors read: facts filled in, sources named, gaps left out."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.content import rendering
from bot.content.pack import Content
from bot.content.schema import Article, Block
from bot.content.timetables import next_departures
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language
from tests.content.sample_pack import TODAY, Pack


def body(content: Content, tr: Translator, *blocks: Any) -> str:
    return rendering.blocks(content, [Block.model_validate(block) for block in blocks], tr)


def test_an_article_names_its_sources_their_age_and_asks_to_confirm(content: Content, en: Translator) -> None:
    assert rendering.article(content, content.articles["visa-fee"], en, TODAY) == (
        "<b>Visa fees</b>\n\n"
        "<b>How much</b>\nA visa costs <b>US$30</b>.\n\n"
        "The fee in Islamabad is not published.\n\n"
        "• Bring the amount.\n\n"
        "☐ A passport\n☐ A photo\n\n"
        '<i>Sources: <a href="https://example.org/fees">Ministry</a>, '
        '<a href="https://example.org/needed">Newspaper</a>, and '
        '<a href="https://example.org/photo">Embassy</a> · checked on 1 October 2026</i>\n'
        "<i>Please confirm with the consulate before you rely on this.</i>"
    )


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        (Language.EN, "Source:", "Sources:"),
        (Language.KK, "Дереккөз:", "Дереккөздер:"),
        (Language.UR, "ماخذ:", "ماخذ:"),  # one form for both, as in "ماخذ مختلف ہیں"
    ],
)
def test_one_source_is_named_in_the_singular(
    content: Content, language: Language, one: str, several: str
) -> None:
    tr = Catalogues.read()[language]
    for text, heading in (("{fee}", one), ("{fee} {needed}", several)):
        article = Article.model_validate({"id": "visa-x", "title": "T", "summary": "S", "body": [text]})
        footing = rendering.footing(content, article, tr, TODAY)
        assert footing.removeprefix("<i>").startswith(heading)


def test_an_article_that_rests_on_official_facts_asks_for_no_confirmation(pack: Pack, en: Translator) -> None:
    pack.replace("facts/visa.yaml", "confidence: reported", "confidence: official")
    content = pack.load()
    assert "confirm" not in rendering.article(content, content.articles["visa-fee"], en, TODAY)
    stale = TODAY.replace(year=2028)
    assert "Please confirm" in rendering.article(content, content.articles["visa-fee"], en, stale)


def test_an_article_without_facts_has_no_footing(content: Content, en: Translator) -> None:
    shown = rendering.article(content, content.articles["trade-all"], en, TODAY)
    assert shown == "<b>All on trade</b>\n\nA paragraph on trade."


def test_a_paragraph_with_an_unknown_fact_is_left_out_or_says_otherwise(
    content: Content, en: Translator
) -> None:
    assert body(content, en, "Fee: {fee_islamabad}", "Hello") == "Hello"
    assert body(content, en, {"text": "Fee: {fee_islamabad}", "otherwise": "Not known."}) == "Not known."
    assert body(content, en, "Fee: {not_in_the_pack}") == ""


def test_bullets_and_steps_lose_only_the_unknown_line(content: Content, en: Translator) -> None:
    assert body(content, en, {"steps": ["A", "B {fee_islamabad}", "C {fee}"]}) == "1. A\n2. C US$30"
    assert body(content, en, {"bullets": ["B {fee_islamabad}"], "otherwise": "None."}) == "None."
    assert (
        body(content, en, {"bullets": [{"text": "{fee_islamabad}", "otherwise": "Not known."}]})
        == "• Not known."
    )


def test_a_heading_above_nothing_is_left_out(content: Content, en: Translator) -> None:
    assert body(content, en, {"heading": "Fees"}, "{fee_islamabad}", {"heading": "More"}, "Text") == (
        "<b>More</b>\nText"
    )
    assert body(content, en, "Text", {"heading": "Last"}) == "Text"


def test_a_fact_changed_by_staff_is_shown_at_once(content: Content, en: Translator) -> None:
    known = content.facts["fee_islamabad"].model_copy(
        update={"unknown": False, "amount": 80, "currency": "USD", "checked": TODAY}
    )
    changed = content.with_facts({"fee_islamabad": known})
    shown = rendering.article(changed, changed.articles["visa-fee"], en, TODAY)
    assert "In Islamabad: US$80." in shown
    assert "Only US$80 there." in shown
    assert "not published" not in shown


def test_an_outcome_shows_steps_fee_and_the_ticked_checklist(content: Content, en: Translator) -> None:
    outcome = content.wizards["visa-finder"].outcomes[0]
    shown = rendering.outcome(content, outcome, en, TODAY, ticked={"passport"})
    assert "<b>What to do</b>\n1. Ask for an invitation.\n2. Pay US$30." in shown
    assert "<b>Fee</b>\n• Consular fee: US$30" in shown
    assert "<b>Your checklist</b>\n☑ Passport" in shown
    assert "<b>Time</b>" not in shown
    assert "Islamabad" not in shown
    assert rendering.checklist_keys(outcome.checklist) == ("passport",)
    assert rendering.checklist_keys(content.articles["visa-fee"].body[4].checklist) == ("0", "1")


def test_the_best_search_result_shows_its_beginning(content: Content, en: Translator) -> None:
    assert rendering.beginning(content, content.articles["visa-fee"], en) == (
        "<b>Visa fees</b>\n\nWhat a visa costs.\n\nA visa costs <b>US$30</b>."
    )


def test_a_timetable_shows_both_local_times_or_that_nothing_is_known(
    content: Content, en: Translator
) -> None:
    table = content.timetables["flights-table"]
    departures = next_departures(table, datetime(2026, 11, 24, tzinfo=UTC), 1)
    shown = rendering.timetable(content, table, departures, en, TODAY)
    assert (
        "<b>Example Air, XX 123</b>\nLahore: Wed, 25 Nov 2026, 23:30\nAlmaty: Thu, 26 Nov 2026, 02:30"
        in shown
    )
    assert "checked on 1 October 2026" in shown
    assert rendering.timetable(content, table, (), en, TODAY).startswith(
        "<b>Next departures</b>\n\nNone is known."
    )


def test_menus_forms_and_wizards_have_their_heads(content: Content, en: Translator) -> None:
    assert rendering.menu(content.root, en) == "<b>About home</b>\n\nChoose."
    assert rendering.form_intro(content.forms["visa-question"], en) == "<b>Ask about my case</b>"
    assert (
        rendering.wizard_intro(content.wizards["visa-finder"], en) == "<b>Find my visa</b>\n\nTwo questions."
    )


@pytest.mark.parametrize("language", Language)
def test_values_are_safe_in_every_language(
    content: Content, translator: Callable[[Language], Translator], language: Language
) -> None:
    named = content.facts["needed"].model_copy(update={"texts": dict.fromkeys(Language, "<script> & co")})
    article = Article.model_validate({"id": "visa-x", "title": "T", "summary": "S", "body": ["{needed}"]})
    shown = rendering.article(content.with_facts({"needed": named}), article, translator(language), TODAY)
    assert "&lt;script&gt; &amp; co" in shown


def test_each_value_in_an_urdu_article_is_isolated(
    content: Content, translator: Callable[[Language], Translator]
) -> None:
    shown = rendering.article(content, content.articles["visa-fee"], translator(Language.UR), TODAY)
    assert "\u2068" in shown
    assert shown.count("\u2068") == shown.count("\u2069")
    assert "30\xa0امریکی\xa0ڈالر" in strip_controls(shown)
