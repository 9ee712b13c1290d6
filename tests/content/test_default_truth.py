"""The pack claims no more than its sources do: what is not known is shipped as unknown, and not shown."""

import re
from datetime import date, timedelta

import pytest

from bot.content import rendering
from bot.content.facts import needs_confirmation
from bot.content.loader import load_content
from bot.content.values import Confidence
from bot.content.wizards import paths, walk
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

CONTENT = load_content()
CATALOGUES = Catalogues.read()
BUILT = date(2026, 11, 23)

NOT_KNOWN = {
    "the House": [
        "contacts_map", "contacts_phone", "contacts_whatsapp", "contacts_email", "contacts_website",
        "contacts_hours", "contacts_appointment", "contacts_charges", "contacts_papers",
    ],
    "an e-visa today": ["visa_evisa_now"],
    "the fee and time in Islamabad": [
        "visa_time_islamabad", "visa_fee_islamabad", "visa_fee_payment", "visa_fee_refund",
    ],
    "the visa section": ["contacts_embassy_hours", "contacts_embassy_visit"],
    "the list of papers": ["visa_papers_islamabad"],
    "the security check and appeals": ["visa_invite_wait", "visa_appeal"],
    "registration up to 30 days": ["visa_30_days_pk"],
    "airside transit": ["visa_transit_air"],
    "direct flights": [
        "flights_direct_now", "flights_scat_end", "flights_fare_almaty", "flights_fare_direct",
        "flights_baggage_rule",
    ],
    "Turkistan and Lahore": ["culture_turkistan_signed"],
    "recognition, fees, quota, dates": [
        "edu_pmdc_list", "edu_tuition", "edu_grant_quota", "edu_grant_next", "edu_admission_dates",
    ],
    "students and trade of 2025": ["edu_students", "trade_kz_2025"],
    "contacts of chambers": [
        "trade_lcci_phone", "trade_sheikhupura_phone", "invest_ki_contact", "trade_qaztrade",
        "trade_counsellor_contact",
    ],
    "the embassy of Pakistan": ["tourism_pak_phone", "tourism_pak_hotline", "tourism_pak_place"],
    "honorary consulates elsewhere": ["contacts_consulates"],
    "bank, cash, hotline": ["trade_payment", "tourism_cash_limit", "tourism_hotline"],
    "polio at the border": ["visa_polio_kz"],
}  # fmt: skip
"""What the researched facts list as not established, and the facts that stand for it."""

NEVER = re.compile(
    r"1433|249.?343|parepastana|Shams.ur.Rehman|1980|KIMEP|guaranteed visa is|you will get (a|the|your) visa"
)
"""What no source confirms, or what a house of advice must not promise."""


def _everything_said(language: Language) -> dict[str, str]:
    """Every article, outcome and timetable as a visitor reads it."""
    tr = CATALOGUES[language]
    said: dict[str, str] = {
        article.id: rendering.article(CONTENT, article, tr, BUILT) for article in CONTENT.articles.values()
    }
    for wizard in CONTENT.wizards.values():
        for outcome in wizard.outcomes:
            said[f"{wizard.id}/{outcome.id}"] = rendering.outcome(CONTENT, outcome, tr, BUILT)
    for table in CONTENT.timetables.values():
        said[table.id] = rendering.timetable(CONTENT, table, (), tr, BUILT)
    return said


@pytest.mark.parametrize("name", [name for names in NOT_KNOWN.values() for name in names])
def test_what_could_not_be_established_is_shipped_as_unknown(name: str) -> None:
    assert CONTENT.facts[name].unknown


@pytest.mark.parametrize("language", Language)
def test_nothing_unconfirmed_is_said_in_any_language(language: Language) -> None:
    found = {name: NEVER.findall(text) for name, text in _everything_said(language).items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize("language", Language)
def test_whoever_reads_of_a_visa_fee_reads_that_it_is_not_the_fee_in_islamabad(language: Language) -> None:
    """The rates of the decree are charged inside Kazakhstan only."""
    inside = {name for name in CONTENT.facts if name.startswith("visa_fee_kz_")}
    tr = CATALOGUES[language]
    warning = re.compile({"en": "Islamabad", "kk": "Исламабад", "ur": "اسلام آباد"}[language])
    showing = [
        article for article in CONTENT.articles.values() if inside & set(rendering.fact_names(article))
    ]
    assert showing
    for article in showing:
        assert warning.search(rendering.article(CONTENT, article, tr, BUILT)), article.id
    for wizard in CONTENT.wizards.values():
        for outcome in wizard.outcomes:
            if inside & set(outcome.fee):
                text = rendering.outcome(CONTENT, outcome, tr, BUILT)
                assert warning.search(text), outcome.id


def test_no_direct_flight_is_stated_as_operating() -> None:
    tr = CATALOGUES[Language.EN]
    assert CONTENT.timetables["flights-timetable"].flights == ()
    direct = rendering.article(CONTENT, CONTENT.articles["flights-direct"], tr, BUILT)
    assert "We cannot confirm any direct flight" in direct
    table = rendering.timetable(CONTENT, CONTENT.timetables["flights-timetable"], (), tr, BUILT)
    assert "We know of no timetable" in table
    assert "Tashkent" in table
    assert "Sources:" in table


def test_where_sources_disagree_the_visitor_reads_both() -> None:
    tr = CATALOGUES[Language.EN]

    def read(screen_id: str) -> str:
        return rendering.article(CONTENT, CONTENT.articles[screen_id], tr, BUILT)

    assert "contradicts the official statement" in read("visa-evisa")
    assert "The sources differ" in read("visa-documents")
    assert "3 months" in read("visa-documents")
    assert "6 months" in read("visa-documents")
    assert "3.5×4.5 cm" in read("visa-documents")
    assert "35×50 mm" in read("visa-documents")
    assert "B8" in read("visa-transit")
    assert "The sources differ" in read("visa-tourist")
    assert "5 days and a migration card" in read("visa-registration")
    assert "3 working days" in read("visa-registration")
    assert "The figures differ" in read("trade-numbers")
    assert "The sources differ on the time" in read("trade-numbers")


@pytest.mark.parametrize("name", [fact.id for fact in CONTENT.facts.values() if fact.known])
def test_a_reported_fact_asks_to_confirm_unless_it_is_history(name: str) -> None:
    fact = CONTENT.facts[name]
    if fact.confidence is not Confidence.OFFICIAL and not fact.lasting:
        assert needs_confirmation(fact, BUILT)
    if not fact.lasting:
        assert needs_confirmation(fact, BUILT + timedelta(days=3650))


@pytest.mark.parametrize("name", [fact.id for fact in CONTENT.facts.values() if fact.known])
def test_a_fact_of_the_agency_or_a_blog_is_never_called_official(name: str) -> None:
    fact = CONTENT.facts[name]
    weak = re.search(r"ostravels|blog|desinri|result-pedia|github", fact.source or "")
    assert not (weak and fact.confidence is Confidence.OFFICIAL)


def test_every_outcome_of_the_visa_finder_leaves_the_decision_to_the_authorities() -> None:
    finder = CONTENT.wizards["visa-finder"]
    assert "decision on a visa is made by the competent authorities" in finder.intro
    ends = {walk(finder, path).at.id for path in paths(finder)}
    assert ends == {outcome.id for outcome in finder.outcomes}
