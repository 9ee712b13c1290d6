"""What the translator says, and which catalogues are refused."""

import os
import shutil
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.catalogues import (
    CatalogueError,
    Catalogues,
    Markup,
    Translator,
    UserText,
    is_wordless,
    mark,
    mark_plural,
    po_file,
)
from bot.i18n.languages import Language

PROJECT = Path(__file__).parents[2]


def iso(text: str) -> str:
    return f"\u2068{text}\u2069"


def test_a_text_is_said_in_each_language(catalogues: Catalogues) -> None:
    said = [catalogues[language]("Hello, {name}!", name="Aliya") for language in Language]
    assert said == ["Hello, Aliya!", "Сәлем, Aliya!", f"سلام {iso('Aliya')}!"]


def test_values_are_escaped_and_the_texts_own_tags_are_kept(catalogues: Catalogues) -> None:
    said = catalogues[Language.KK]("<b>{code}</b> received", code="<i>&")
    assert said == "<b>&lt;i&gt;&amp;</b> қабылданды"
    assert isinstance(said, Markup)


def test_markup_is_inserted_as_it_is(catalogues: Catalogues) -> None:
    code = Markup("<code>KH-1</code>")
    assert catalogues[Language.UR]("<b>{code}</b> received", code=code) == f"<b>{iso(code)}</b> موصول"


@pytest.mark.parametrize("language", Language)
def test_a_persons_words_are_isolated_in_every_language(catalogues: Catalogues, language: Language) -> None:
    assert iso("&lt;علی") in catalogues[language]("Hello, {name}!", name=UserText("<علی"))


def test_a_persons_words_cannot_break_out_of_their_isolate(catalogues: Catalogues) -> None:
    said = catalogues[Language.EN]("Hello, {name}!", name=UserText("a\u2069\u202eb"))
    assert said == f"Hello, {iso('ab')}!"


def test_plain_text_is_not_escaped_but_isolated_in_urdu(catalogues: Catalogues) -> None:
    assert catalogues[Language.KK].plain("Hello, {name}!", name="A&B") == "Сәлем, A&B!"
    assert catalogues[Language.UR].plain("Hello, {name}!", name="A&B") == f"سلام {iso('A&B')}!"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        (Language.EN, "1 file", "1,200 files"),
        (Language.KK, "1 файл", "1\xa0200 файл"),
        (Language.UR, f"{iso('1')} فائل", f"{iso('1,200')} فائلیں"),
    ],
)
def test_the_plural_form_follows_the_number(
    catalogues: Catalogues, language: Language, one: str, many: str
) -> None:
    tr = catalogues[language]
    assert tr.plural("{n} file", "{n} files", 1) == one
    assert tr.plain_plural("{n} file", "{n} files", 1200) == many


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (Language.EN, "Nobody translated <b>this</b>"),
        (Language.KK, "Nobody translated <b>this</b> [ағылшынша]"),
        (Language.UR, f"{iso('Nobody translated <b>this</b>')} [انگریزی]"),
    ],
)
def test_a_missing_text_is_shown_in_english_with_a_note(
    catalogues: Catalogues, language: Language, shown: str
) -> None:
    assert catalogues[language]("Nobody translated <b>this</b>") == shown


def test_missing_texts_are_counted(catalogues: Catalogues) -> None:
    tr = catalogues[Language.KK]
    for _ in range(2):
        tr.plain("Nobody translated this")
    tr.plural("{n} day", "{n} days", 1)
    tr.plural("{n} day", "{n} days", 3)
    assert tr.missing == {"Nobody translated this": 2, "{n} day": 1, "{n} days": 1}


def test_plural_forms_left_empty_are_missing_too(catalogues: Catalogues) -> None:
    tr = catalogues[Language.UR]
    assert tr.plural("{n} day", "{n} days", 3) == f"{iso(iso('3') + ' days')} [انگریزی]"
    assert tr.missing == {"{n} days": 1}


def test_a_translation_with_a_strange_placeholder_is_not_shown(catalogues: Catalogues) -> None:
    tr = catalogues[Language.KK]
    assert tr("Broken {a}", a="x") == "Broken x [ағылшынша]"
    assert tr.missing == {"Broken {a}": 1}


def test_english_counts_nothing_and_may_be_reworded(catalogues: Catalogues) -> None:
    tr = catalogues[Language.EN]
    assert tr("Reworded") == "Said in better words"
    assert tr("Said as it is") == "Said as it is"
    assert not tr.missing


def test_a_placeholder_without_a_value_is_a_mistake_of_the_program(catalogues: Catalogues) -> None:
    with pytest.raises(KeyError, match="name"):
        catalogues[Language.EN]("Hello, {name}!")


@pytest.mark.parametrize("language", Language)
def test_other_braces_mean_nothing(catalogues: Catalogues, language: Language) -> None:
    said = catalogues[language]("{0} {} {a.b} {X} {a!r} {{name}}", name="x")
    assert "{0} {} {a.b} {X} {a!r}" in said


def test_a_text_of_nothing_but_values_needs_no_translation(catalogues: Catalogues) -> None:
    tr = catalogues[Language.KK]
    assert tr("{a} {b}", a="x", b="y") == "x y"
    assert not tr.missing
    assert is_wordless("{a}\n{b}")
    assert not is_wordless("{a}, {b}")
    assert not is_wordless("a")


def test_marked_texts_stay_as_they_are() -> None:
    assert mark("Later") == "Later"
    assert mark_plural("{n} day", "{n} days") == ("{n} day", "{n} days")


def test_only_urdu_is_finished(catalogues: Catalogues) -> None:
    said = [catalogues[language].finish("Visa & <b>ویزا</b>") for language in Language]
    assert said == ["Visa & <b>ویزا</b>", "Visa & <b>ویزا</b>", "\u200fVisa & <b>ویزا</b>"]


@given(text=st.text())
def test_a_value_never_brings_markup_of_its_own(text: str) -> None:
    tr = Translator(Language.UR, NullTranslations())
    said = tr("Hello, {name}!", name=text)
    assert "<" not in said


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "ur/LC_MESSAGES/messages.mo").unlink(), "messages.mo is not compiled"),
        (lambda folder: shutil.rmtree(folder / "kk"), "messages.mo is missing"),
        (lambda folder: (folder / "kk/LC_MESSAGES/messages.mo").write_bytes(b"junk"), "cannot be read"),
        (
            lambda folder: os.utime(folder / "kk/LC_MESSAGES/messages.po", (4e9, 4e9)),
            "messages.mo is older than messages.po",
        ),
    ],
)
def test_start_is_refused_with_one_line_that_names_the_file(locales: Path, spoil: object, said: str) -> None:
    assert callable(spoil)
    spoil(locales)
    with pytest.raises(CatalogueError, match=said) as refusal:
        Catalogues.load(locales)
    assert "\n" not in str(refusal.value)
    assert str(locales) in str(refusal.value)


def test_a_broken_source_is_named(locales: Path) -> None:
    po_file(locales, Language.UR).write_bytes(b'msgid "\xff"')
    with pytest.raises(CatalogueError, match=r"messages\.po cannot be read"):
        Catalogues.read(locales)


@pytest.mark.parametrize("language", Language)
def test_the_plural_forms_header_of_each_catalogue_is_pinned(language: Language) -> None:
    with po_file(PROJECT / "locales", language).open("rb") as file:
        catalogue = read_po(file)
    assert catalogue.plural_forms == "nplurals=2; plural=(n != 1);"
    assert str(catalogue.locale) == language.value


def test_the_projects_own_catalogues_are_found_from_anywhere() -> None:
    catalogues = Catalogues.read()
    assert catalogues.folder == PROJECT / "locales"
    assert isinstance(catalogues[Language.KK], Translator)
    assert catalogues[Language.KK].plural("{n} working day", "{n} working days", 5) == "5\xa0жұмыс күні"
    assert catalogues[Language.UR].plural("{n} working day", "{n} working days", 5) == f"{iso('5')} ایامِ کار"
