"""Facts that staff change while the bot runs."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import rendering
from bot.content.editing import HOW_TO_TYPE, NotAValueError, changed, forgotten
from bot.content.facts import needs_confirmation, trusted_until, value
from bot.content.pack import Content
from bot.content.schema import Article
from bot.content.sections import Section
from bot.content.values import VALUE_FIELDS, Confidence, Fact, FactKind
from bot.i18n.catalogues import Translator
from bot.i18n.languages import Language
from tests.content.sample_pack import TODAY


def unknown(kind: FactKind, **keys: Any) -> Fact:
    return Fact.model_validate(
        {"id": "some_fact", "section": Section.VISA, "kind": kind, "unknown": True, **keys}
    )


def typed(fact: Fact, value: str) -> Fact:
    return changed(fact, value, said_by="Embassy, by phone", checked=TODAY, confidence=Confidence.OFFICIAL)


@pytest.mark.parametrize(
    ("kind", "value", "fields"),
    [
        (FactKind.MONEY, "60 USD", {"amount": Decimal(60), "amount_to": None, "currency": "USD"}),
        (FactKind.MONEY, "usd 60", {"amount": Decimal(60), "currency": "USD"}),
        (FactKind.MONEY, "$60.50", {"amount": Decimal("60.50"), "currency": "USD"}),
        (
            FactKind.MONEY,
            "US$200–400",
            {"amount": Decimal(200), "amount_to": Decimal(400), "currency": "USD"},
        ),
        (FactKind.MONEY, "Rs 2,500", {"amount": Decimal(2500), "currency": "PKR"}),
        (FactKind.MONEY, "15 000 ₸", {"amount": Decimal(15000), "currency": "KZT"}),
        (FactKind.MONEY, "۶۰ USD", {"amount": Decimal(60), "currency": "USD"}),
        (FactKind.NUMBER, "3-5", {"amount": Decimal(3), "amount_to": Decimal(5)}),
        (FactKind.NUMBER, "\u20685\u2069", {"amount": Decimal(5)}),
        (FactKind.DATE, "2027-03-21", {"day": date(2027, 3, 21)}),
        (FactKind.DATE, "21.03.2027", {"day": date(2027, 3, 21)}),
        (FactKind.DATE, "21/3/2027", {"day": date(2027, 3, 21)}),
        (FactKind.FLAG, "Yes", {"flag": True}),
        (FactKind.FLAG, "жоқ", {"flag": False}),
        (FactKind.FLAG, "جی ہاں", {"flag": True}),
        (FactKind.URL, "https://example.org/a", {"url": "https://example.org/a"}),
        (FactKind.PHONE, "+92 42 3587-0000", {"phone": "+924235870000"}),
        (FactKind.PHONE, "0092 (42) 35870000", {"phone": "+924235870000"}),
        (FactKind.PHONE, "042 35870000", {"phone": "+924235870000"}),
        (FactKind.EMAIL, "house@example.org", {"email": "house@example.org"}),
        (FactKind.TEXT, "  Only on Mondays. ", {"text": "Only on Mondays."}),
    ],
)
def test_a_value_is_read_as_people_type_it(kind: FactKind, value: str, fields: Mapping[str, Any]) -> None:
    new = typed(unknown(kind), value)
    assert {name: getattr(new, name) for name in fields} == fields
    assert new.known
    assert (new.said_by, new.checked, new.confidence) == ("Embassy, by phone", TODAY, Confidence.OFFICIAL)


def test_hours_are_read_by_days_and_ranges_of_days() -> None:
    new = typed(unknown(FactKind.HOURS), "Mon-Thu 9:00-17:00; Friday, Sun 09:00 – 12:30")
    assert new.hours is not None
    assert [[day.value for day in each.days] for each in new.hours] == [
        ["mon", "tue", "wed", "thu"],
        ["fri", "sun"],
    ]
    assert (new.hours[1].opens, new.hours[1].closes) == (time(9), time(12, 30))


def test_a_range_of_days_may_go_over_the_end_of_the_week() -> None:
    new = typed(unknown(FactKind.HOURS), "sat-mon 10:00-12:00")
    assert new.hours is not None
    assert [day.value for day in new.hours[0].days] == ["sat", "sun", "mon"]


def test_address_and_point_of_a_place_are_given_one_after_the_other() -> None:
    with_address = typed(unknown(FactKind.PLACE), "1 Example Road, Lahore")
    whole = typed(with_address, "31.5546, 74.3572")
    assert whole.place is not None
    assert whole.place.address == "1 Example Road, Lahore"
    assert whole.place.point == (31.5546, 74.3572)


def test_an_amount_without_currency_keeps_the_one_it_had() -> None:
    assert typed(typed(unknown(FactKind.MONEY), "60 USD"), "80").currency == "USD"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FactKind.MONEY, "a lot"),
        (FactKind.MONEY, "60"),
        (FactKind.MONEY, ""),
        (FactKind.NUMBER, "five"),
        (FactKind.NUMBER, "5 or 6"),
        (FactKind.DATE, "31.02.2027"),
        (FactKind.DATE, "tomorrow"),
        (FactKind.FLAG, "perhaps"),
        (FactKind.URL, "example.org"),
        (FactKind.PHONE, "none"),
        (FactKind.PHONE, "12"),
        (FactKind.EMAIL, "house"),
        (FactKind.TEXT, " "),
        (FactKind.PLACE, ""),
        (FactKind.PLACE, "91.5, 74.1"),
        (FactKind.HOURS, "always"),
        (FactKind.HOURS, "foo 09:00-10:00"),
        (FactKind.HOURS, "mon 25:00-26:00"),
        (FactKind.HOURS, ""),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused(kind: FactKind, value: str) -> None:
    with pytest.raises(NotAValueError):
        typed(unknown(kind), value)


@given(kind=st.sampled_from(FactKind), value=st.text(max_size=60))
def test_whatever_is_typed_is_a_value_or_refused(kind: FactKind, value: str) -> None:
    try:
        new = typed(unknown(kind), value)
    except NotAValueError:
        return
    assert getattr(new, VALUE_FIELDS[kind]) is not None


@pytest.mark.parametrize("kind", [FactKind.TEXT, FactKind.PLACE])
def test_braces_and_tags_in_the_words_of_staff_mean_nothing(kind: FactKind, en: Translator) -> None:
    assert value(typed(unknown(kind), "<b> {fee} & more"), en) == "&lt;b&gt; &#123;fee} &amp; more"


def test_each_kind_says_how_it_is_typed() -> None:
    assert set(HOW_TO_TYPE) == set(FactKind)


def test_a_forgotten_fact_is_unknown_again() -> None:
    gone = forgotten(typed(unknown(FactKind.MONEY), "60 USD"))
    assert not gone.known
    assert gone.amount is None


def test_an_old_validity_does_not_outlive_the_value() -> None:
    old = unknown(FactKind.FLAG, valid_until=date(2020, 1, 1), valid_days=None)
    assert typed(old, "yes").valid_until is None


def test_visitors_read_the_words_of_staff_as_they_are(content: Content, en: Translator) -> None:
    new = changed(
        content.facts["needed"],
        "Only <now>.",
        said_by="Embassy & consul",
        checked=TODAY,
        confidence=Confidence.OFFICIAL,
        texts={Language.EN: "Only <now>."},
    )
    article = Article.model_validate({"id": "visa-x", "title": "T", "summary": "S", "body": ["{needed}"]})
    shown = rendering.article(content.with_facts({"needed": new}), article, en, TODAY)
    assert "Only &lt;now&gt;." in shown
    assert "Source: Embassy &amp; consul · checked on 23 November 2026" in shown
    assert "confirm" not in shown


def test_what_the_pack_said_of_confirming_does_not_outlive_the_value() -> None:
    weak = unknown(FactKind.PHONE, confirm=True, lasting=True)
    known = typed(weak, "+92 51 2262920")
    assert known.confirm is None
    assert not needs_confirmation(known, TODAY)


def test_history_to_which_staff_give_an_end_can_end() -> None:
    old = unknown(FactKind.FLAG, lasting=True)
    until = TODAY + timedelta(days=30)
    fact = changed(
        old, "yes", said_by="Embassy", checked=TODAY, confidence=Confidence.OFFICIAL, valid_until=until
    )
    assert trusted_until(fact) == until
    assert trusted_until(typed(old, "yes")) is None


def test_a_point_typed_later_leaves_the_address_in_every_language() -> None:
    texts = {Language.EN: "The Mall 5", Language.KK: "Молл 5", Language.UR: "مال روڈ 5"}
    place = changed(
        unknown(FactKind.PLACE),
        "The Mall 5",
        said_by="House",
        checked=TODAY,
        confidence=Confidence.OFFICIAL,
        texts=texts,
    )
    pinned = typed(place, "31.5497, 74.3436")
    assert pinned.texts == texts
    assert pinned.place
    assert pinned.place.point == (31.5497, 74.3436)
    assert typed(pinned, "The Mall 6").texts == {}
