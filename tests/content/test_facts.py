"""How long a fact is trusted, when visitors are asked to confirm it, how its value is written."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.content.facts import Source, evidence, is_stale, needs_confirmation, trusted_until, value
from bot.content.pack import Content
from bot.content.report import facts_report, screens_by_fact
from bot.content.sections import Section
from bot.content.values import Fact
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language
from tests.content.sample_pack import TODAY

HOUSE = Catalogues.read()
"""The project's own catalogues, which hold the words for units and ranges."""


def fact(**keys: Any) -> Fact:
    sourced = {"source": "https://example.org", "source_name": "Ministry", "checked": date(2026, 11, 1)}
    return Fact.model_validate({"id": "some_fact", "section": Section.VISA, **sourced, **keys})


def flag(**keys: Any) -> Fact:
    return fact(kind="flag", flag=True, **keys)


@pytest.mark.parametrize(
    ("keys", "until"),
    [
        ({}, date(2026, 11, 1) + timedelta(days=180)),
        ({"valid_days": 30}, date(2026, 12, 1)),
        ({"valid_until": date(2027, 3, 1)}, date(2027, 3, 1)),
        ({"lasting": True}, None),
        ({"checked": None}, None),
    ],
)
def test_a_fact_is_trusted_for_its_validity(keys: Mapping[str, Any], until: date | None) -> None:
    assert trusted_until(flag(**keys)) == until


def test_a_fact_is_stale_the_day_after_its_last() -> None:
    thirty = flag(valid_days=30)
    assert not is_stale(thirty, date(2026, 12, 1))
    assert is_stale(thirty, date(2026, 12, 2))
    assert not is_stale(flag(lasting=True), date(2099, 1, 1))


def test_an_unknown_fact_is_never_stale() -> None:
    assert not is_stale(fact(kind="flag", unknown=True, valid_days=1), date(2099, 1, 1))


@pytest.mark.parametrize(
    ("keys", "confirm"),
    [
        ({"confidence": "official"}, False),
        ({"confidence": "reported"}, True),
        ({"confidence": "unverified"}, True),
        ({}, True),
        ({"confidence": "official", "valid_days": 5}, True),
        ({"confidence": "official", "confirm": True}, True),
        ({"confidence": "reported", "confirm": False}, False),
    ],
)
def test_visitors_confirm_what_is_not_official_or_stale(keys: Mapping[str, Any], confirm: bool) -> None:
    assert needs_confirmation(flag(**keys), TODAY) is confirm


def test_evidence_names_each_source_once_and_the_oldest_check() -> None:
    old = flag(checked=date(2025, 1, 1), confidence="official", lasting=True)
    new = flag(confidence="official")
    unknown = fact(kind="flag", unknown=True, source="https://example.org/x", checked=date(2020, 1, 1))
    found = evidence([new, old, unknown], TODAY)
    assert found.sources == (Source(name="Ministry", url="https://example.org"),)
    assert found.checked == date(2025, 1, 1)
    assert not found.confirm


def test_no_fact_is_no_evidence() -> None:
    assert evidence([], TODAY).sources == ()
    assert evidence([], TODAY).checked is None


WEEK = [
    {"days": ["mon", "tue", "wed", "thu"], "opens": "09:00", "closes": "17:30"},
    {"days": ["sat", "fri"], "opens": "10:00", "closes": "12:00"},
]


@pytest.mark.parametrize(
    ("keys", "en", "kk", "ur"),
    [
        (
            {"kind": "money", "amount": 30, "currency": "USD"},
            "US$30",
            "30\xa0АҚШ\xa0доллары",
            "30\xa0امریکی\xa0ڈالر",
        ),
        (
            {"kind": "money", "amount": 200, "amount_to": 400, "currency": "USD"},
            "US$200 to US$400",
            "200\xa0АҚШ\xa0доллары – 400\xa0АҚШ\xa0доллары",
            "200\xa0امریکی\xa0ڈالر سے 400\xa0امریکی\xa0ڈالر تک",
        ),
        (
            {"kind": "number", "amount": 1, "unit": "working_days"},
            "1 working day",
            "1\xa0жұмыс күні",
            "1 یومِ کار",
        ),
        (
            {"kind": "number", "amount": 3, "amount_to": 5, "unit": "working_days"},
            "3 to 5 working days",
            "3 – 5\xa0жұмыс күні",
            "3 سے 5 تک ایامِ کار",
        ),
        (
            {"kind": "number", "amount": Decimal("2.5"), "unit": "hours"},
            "2.5 hours",
            "2,5\xa0сағат",
            "2.5 گھنٹے",
        ),
        ({"kind": "number", "amount": 25, "unit": "percent"}, "25%", "25%", "25%"),
        ({"kind": "number", "amount": 1500}, "1,500", "1\xa0500", "1,500"),
        ({"kind": "date", "day": date(2027, 3, 1)}, "1 March 2027", "2027 жылғы 1 наурыз", "1 مارچ 2027"),
        ({"kind": "flag", "flag": True}, "Yes", "Иә", "جی ہاں"),
        ({"kind": "flag", "flag": False}, "No", "Жоқ", "جی نہیں"),
        ({"kind": "phone", "phone": "+924235870000"}, *["+924235870000"] * 3),
        ({"kind": "email", "email": "house@example.org"}, *["house@example.org"] * 3),
        (
            {"kind": "url", "url": "https://www.example.org/a?b=1&c"},
            *['<a href="https://www.example.org/a?b=1&amp;c">example.org</a>'] * 3,
        ),
        ({"kind": "place", "place": {"address": "Address"}}, "Address", "Мекенжай", "پتا"),
        (
            {"kind": "hours", "hours": WEEK},
            "Monday to Thursday: 09:00 to 17:30\nFriday and Saturday: 10:00 to 12:00",
            "дүйсенбі – бейсенбі: 09:00 – 17:30\nжұма және сенбі: 10:00 – 12:00",
            "پیر سے جمعرات تک: 09:00 سے 17:30 تک\nجمعہ اور ہفتہ: 10:00 سے 12:00 تک",
        ),
        ({"kind": "text", "text": "Yes"}, "Yes", "Иә", "جی ہاں"),
    ],
)
def test_a_value_is_written_the_readers_way(keys: Mapping[str, Any], en: str, kk: str, ur: str) -> None:
    written = [value(fact(**keys), HOUSE[language]) for language in Language]
    assert [strip_controls(text or "") for text in written] == [en, kk, ur]


def test_values_within_an_urdu_range_are_isolated() -> None:
    opening = fact(kind="hours", hours=WEEK[:1])
    assert "\u206809:00\u2069 سے \u206817:30\u2069 تک" in (value(opening, HOUSE[Language.UR]) or "")


@pytest.mark.parametrize(
    "keys", [{"kind": "phone", "unknown": True}, {"kind": "place", "place": {"lat": 1, "lon": 2}}]
)
def test_what_is_not_known_is_not_written(keys: Mapping[str, Any], en: Translator) -> None:
    assert value(fact(**keys), en) is None


def test_a_point_is_known_only_with_both_coordinates() -> None:
    place = fact(kind="place", place={"lat": 31.55, "lon": 74.34}).place
    assert place is not None
    assert place.point == (31.55, 74.34)


def test_what_staff_wrote_for_a_language_goes_before_the_catalogue(
    translator: Callable[[Language], Translator],
) -> None:
    changed = fact(kind="text", text="Yes", texts={"ur": "صرف <پیر> کو"})
    assert value(changed, translator(Language.UR)) == "صرف &lt;پیر&gt; کو"
    assert value(changed, HOUSE[Language.KK]) == "Иә"


class TestReport:
    """All facts by age and confidence."""

    def test_unknown_facts_come_first_then_the_longest_unchecked(self, content: Content) -> None:
        report = facts_report(content, TODAY)
        assert [line.fact.id for line in report] == ["call", "fee_islamabad", "house", "needed", "fee"]

    def test_each_fact_says_where_it_is_and_how_it_stands(self, content: Content) -> None:
        line = next(line for line in facts_report(content, date(2027, 4, 1)) if line.fact.id == "needed")
        assert (line.file, line.line) == ("facts/visa.yaml", 22)
        assert line.trusted_until == date(2027, 3, 30)
        assert line.stale
        assert line.confirm
        assert set(line.screens) == {
            "visa-fee",
            "visa-finder",
            "flights-table",
        }

    def test_an_unknown_fact_needs_no_confirmation(self, content: Content) -> None:
        assert not any(line.confirm for line in facts_report(content, TODAY) if not line.fact.known)

    def test_screens_are_found_by_the_facts_they_rest_on(self, content: Content) -> None:
        assert set(screens_by_fact(content)["fee"]) == {"visa-fee", "visa-finder"}
        assert screens_by_fact(content)["house"] == ("visa-fee",)
