"""A visitor may type a choice instead of tapping it, in any language and as carelessly as on a phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.loader import load_content
from bot.content.schema import Choice, FormField
from bot.domain.choices import named
from bot.domain.forms import FieldRefused, FormState
from bot.domain.forms import named as taken
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

CONTENT = load_content()
TRANSLATORS = Catalogues.read().translators
FIELDS = {
    f"{form.id}/{field.id}": field
    for form in CONTENT.forms.values()
    for field in form.fields
    if field.choices
}
TOPIC, KIND = FIELDS["contacts-consultation/topic"], FIELDS["tourism-tour/kind"]
CITIES, MINORS = FIELDS["trade-delegation/cities"], FIELDS["visa-case/minors"]
CARELESS = {
    "as it is": str,
    "loud": str.upper,
    "quiet": str.lower,
    "spaced": lambda label: f"  {'   '.join(label.split())} \n",
    "with a stop": lambda label: f"{label}.",
    "with an Urdu stop": lambda label: f"{label}۔",
    "in quotes": lambda label: f"«{label}»!",
    "with its box": lambda label: f"☐ {label}",
    "from right to left": lambda label: f"\u200f\u2068{label}\u2069",
}


def _named(choices: FormField, text: str) -> tuple[str, ...]:
    return named(choices.choices, text, TRANSLATORS.values())


@pytest.mark.parametrize("careless", CARELESS.values(), ids=CARELESS)
def test_every_label_of_the_pack_names_its_choice_in_every_language(careless: type[str]) -> None:
    typed = [
        (field, one, careless(tr.plain(one.label)))
        for field in FIELDS.values()
        for one in field.choices
        for tr in TRANSLATORS.values()
    ]
    assert len(typed) > 300
    assert [(one.id, text) for field, one, text in typed if _named(field, text) != (one.id,)] == []


@pytest.mark.parametrize(
    ("field", "text", "choices"),
    [
        (TOPIC, "ТУРИЗМ", ()),
        (TOPIC, "visa", ("visa",)),
        (TOPIC, "ويزا", ("visa",)),  # typed on an Arabic keyboard
        (TOPIC, "trade", ("trade",)),
        (TOPIC, "madeniet", ()),
        (TOPIC, "мадениет", ("culture",)),  # without the Kazakh letters
        (TOPIC, "and", ()),  # words of two labels
        (TOPIC, "not the visa", ()),
        (TOPIC, "", ()),
        (TOPIC, "👍 ...", ()),
        (KIND, "family", ("family",)),
        (KIND, "a", ()),
        (KIND, "university", ("students",)),
        (MINORS, "no", ("none",)),
        (MINORS, "yes", ()),  # three choices begin so
        (MINORS, "yes, one parent", ("one",)),
        (CITIES, "Almaty, Astana", ("almaty", "astana")),
        (CITIES, "almaty and astana.", ("almaty", "astana")),
        (CITIES, "Алматы мен Шымкент", ("almaty", "shymkent")),
        (CITIES, "الماتی، ترکستان اور اکتاؤ", ("almaty", "turkistan", "aktau")),
        (CITIES, "Astana\nAstana", ("astana",)),
        (CITIES, "Almaty, Paris", ()),
        (CITIES, "almaty " * 100, ()),
    ],
)
def test_what_is_clear_is_taken_and_nothing_else(
    field: FormField, text: str, choices: tuple[str, ...]
) -> None:
    assert _named(field, text) == choices


def test_two_choices_of_one_name_are_not_told_apart() -> None:
    twins = (Choice(id="first", label="Visa"), Choice(id="second", label="Visa"))
    assert named(twins, "visa", TRANSLATORS.values()) == ()


@given(st.text(max_size=700))
def test_any_text_names_choices_of_the_question_or_none(text: str) -> None:
    assert set(_named(CITIES, text)) <= {one.id for one in CITIES.choices}


def test_typing_ticks_and_never_clears() -> None:
    form = CONTENT.forms["trade-delegation"]
    state = FormState(form=form.id, position=form.fields.index(CITIES))
    state = taken(form, taken(form, state, ("almaty",)), ("astana", "almaty"))
    assert state.values["cities"] == ["almaty", "astana"]
    assert form.fields[state.position] == CITIES


def test_one_of_several_that_exclude_each_other_has_to_be_named() -> None:
    form = CONTENT.forms["contacts-consultation"]
    state = FormState(form=form.id, position=form.fields.index(TOPIC))
    for choices in ((), ("visa", "trade")):
        with pytest.raises(FieldRefused, match="one of the buttons"):
            taken(form, state, choices)
    moved = taken(form, state, ("visa",))
    assert (moved.values["topic"], moved.position) == ("visa", state.position + 1)


def test_all_three_languages_are_understood_whatever_the_visitor_chose() -> None:
    for language in Language:
        assert _named(KIND, TRANSLATORS[language].plain("A family")) == ("family",)
