"""A folder of files becomes one value, or every reason why not."""

from contextlib import suppress
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.documents import parse
from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.problems import ContentError, Problem
from bot.content.schema import Article, Block, BlockKind, Flight, Line
from bot.content.sections import Section
from bot.content.values import Fact, FactKind
from tests.content.sample_pack import Pack

VISA = "articles/visa/fee.yaml"
FACTS = "facts/visa.yaml"
WIZARD = "wizards/visa.yaml"
FORM = "forms/visa.yaml"
TIMETABLE = "timetables/flights.yaml"


def faults(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as refusal:
        load_content(folder)
    return refusal.value.problems


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in faults(folder)]


def test_everything_is_found_by_its_id(content: Content) -> None:
    assert content.root.id == "home"
    assert content.screen("visa-fee") is content.articles["visa-fee"]
    assert content.screen("visa-finder") is content.wizards["visa-finder"]
    assert content.screen("visa-gone") is None
    assert content.facts["fee"].section is Section.VISA
    assert content.questions["phone"]["en"] == ("A question on phone",)
    assert content.questions["phone"]["rur"] == ()
    assert set(content.screens) >= {"home", "visa", "visa-question", "flights-table"}


def test_content_cannot_be_changed(content: Content) -> None:
    with pytest.raises(FrozenInstanceError):
        content.facts = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        content.facts["fee"] = content.facts["needed"]  # type: ignore[index]


def test_an_id_begins_with_its_section(content: Content) -> None:
    assert content.screens["visa-fee"].section is Section.VISA
    assert content.screens["visa"].section is Section.VISA
    assert content.root.section is None


def test_articles_for_an_intent_come_with_the_most_fitting_first(pack: Pack) -> None:
    pack.replace(
        "articles/contacts/all.yaml", "articles:\n", "articles:\n" + _article("contacts-phone", "phone")
    )
    assert [article.id for article in pack.load().articles_for("phone")] == ["contacts-phone", "contacts-all"]


def _article(screen_id: str, intent: str) -> str:
    return (
        f"  - id: {screen_id}\n    title: T\n    summary: S\n    intents: [{intent}]\n    body: [A text.]\n"
    )


def test_facts_changed_by_staff_cover_those_of_the_pack(content: Content) -> None:
    changed = content.facts["fee"].model_copy(update={"amount": 60})
    covered = content.with_facts({"fee": changed, "gone": changed})
    assert covered.facts["fee"].amount == 60
    assert "gone" not in covered.facts
    assert content.facts["fee"].amount == 30
    assert covered.articles is content.articles


@pytest.mark.parametrize(
    ("change", "said", "below"),
    [
        ((VISA, "title: Visa fees", "titel: Visa fees"), "visa-fee: unknown key 'titel'", 0),
        ((VISA, "    summary: What a visa costs.\n", ""), "visa-fee: the key 'summary' is missing", -5),
        (
            (VISA, "title: Visa fees", "title: ''"),
            "visa-fee: title: String should have at least 1 character",
            0,
        ),
        ((VISA, "id: visa-fee", "id: Visa Fee"), "id: String should match pattern", 0),
        (
            (VISA, "https://example.org/photo", "www.example.org"),
            "body.4.checklist.1.source: String should match",
            0,
        ),
        (
            (VISA, "- heading: How much", "- {heading: A, text: B}"),
            "body.0: give exactly one of text, heading",
            0,
        ),
        ((VISA, "- heading: How much", "- {otherwise: A}"), "body.0: give exactly one of text, heading", 0),
        ((VISA, "body:\n", "body: nothing\n    cut:\n"), "visa-fee: body: Input should be a valid tuple", 0),
        ((VISA, "articles:", "article:"), "the file needs the key 'articles' with a list", -0),
        ((VISA, "articles:", "extra: 1\narticles:"), "unknown key 'extra'", 0),
        ((FACTS, "section: visa", "section: visas"), "section must be one of visa, tourism", 0),
        (
            (FACTS, "amount: 30\n", "text: a lot\n"),
            "a fact of kind money has no text, its value is amount",
            -3,
        ),
        ((FACTS, "    amount: 30\n", ""), "fee: needs amount, or unknown: true", -3),
        ((FACTS, "    currency: USD\n", ""), "an amount of money needs its currency", -4),
        (
            (FACTS, "kind: place\n    unknown", "kind: place\n    place: {lat: 1}\n    known"),
            "give both lat and lon",
            1,
        ),
        (
            (FACTS, "unknown: true", "unknown: true\n    amount: 5\n    currency: USD"),
            "says unknown and has amount",
            -3,
        ),
        (
            (FACTS, "checked: 2026-11-01", "checked: 1 November"),
            "fee: checked: Input should be a valid date",
            0,
        ),
        ((FACTS, "checked: 2026-11-01", "checked: yes"), "fee: checked: Input should be a valid date", 0),
        ((WIZARD, "start: passport", "start: age"), "there is no node or outcome 'age'", -3),
        (
            (WIZARD, "next: tourist", "next: touristt"),
            "there is no node or outcome 'touristt' (after 'purpose')",
            -13,
        ),
        (
            (WIZARD, "next: tourist", "next: passport"),
            "passport > purpose > passport goes round in a circle",
            -13,
        ),
        ((WIZARD, "next: tourist", "next: no_visa"), "no option leads to tourist", -13),
        ((WIZARD, "id: no_visa", "id: tourist"), "nodes and outcomes have the same id: tourist", -27),
        ((WIZARD, "id: other", "id: tour"), "options of purpose have the same id: tour", -14),
        ((FORM, "id: text\n", "id: purpose\n"), "fields have the same id: purpose", -12),
        ((FORM, "{id: other", "{id: tour"), "choices of purpose have the same id: tour", -10),
        ((FORM, "kind: long_text", "kind: choice"), "a field of kind choice needs choices", -1),
        ((FORM, "kind: choice", "kind: text"), "a field of kind text has no choices", -1),
        ((FORM, "max: 1000", "max: 1000\n        min: 2000"), "min is greater than max", -4),
        ((FORM, "max: 1000", "earliest: today"), "only a date has earliest and latest", -4),
        ((TIMETABLE, "to: ALA", "to: ALB"), "no airport has the id ALB", -11),
        ((TIMETABLE, "Asia/Almaty", "Asia/Alma"), "'Asia/Alma' is no time zone", 0),
        (
            (TIMETABLE, "season_from: 2026-10-25", "season_from: 2027-10-25"),
            "season_from is after season_to",
            -8,
        ),
        ((TIMETABLE, '"23:30"', "half past"), "departs: Input should be in a valid time format", 0),
        (("questions/all.yaml", "  phone:", "  fone:"), "unknown intent 'fone'", 1),
        (("questions/all.yaml", "en: [A question on phone]", "de: [x]"), "unknown way of writing 'de'", 0),
        (("questions/all.yaml", "[A question on phone]", "A question"), "en must be a list of texts", 0),
        (("menus/visa.yaml", "id: visa\n", "id: trade\n"), "the id trade is taken already", 0),
    ],
)
def test_a_fault_of_a_file_is_named_with_its_line(
    pack: Pack, change: tuple[str, str, str], said: str, below: int
) -> None:
    file, old, new = change
    line = pack.replace(file, old, new)
    found = faults(pack.folder)
    assert [problem.line - line for problem in found if said in problem.message] == [below]
    assert {problem.file for problem in found} == {file}


def test_the_line_is_that_of_the_wrong_value(pack: Pack) -> None:
    line = pack.replace(FACTS, "checked: 2026-10-01", "checked: soon")
    assert problems(pack.folder)[0].startswith(f"{FACTS}:{line}: error: needed: checked: ")


def test_all_faults_of_all_files_come_together(pack: Pack) -> None:
    pack.replace(VISA, "title: Visa fees", "titel: Visa fees")
    pack.replace(FORM, "kind: long_text", "kind: longtext")
    pack.replace("menus/visa.yaml", "text: Choose.", "txt: Choose.")
    found = problems(pack.folder)
    assert len(found) == 5
    assert found == sorted(found)


def test_the_first_menu_must_be_there(pack: Pack) -> None:
    (pack.folder / "menus/home.yaml").unlink()
    assert problems(pack.folder) == ["menus:1: error: no menu has the id 'home'"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "no") == [f"{tmp_path / 'no'}:1: error: there is no such folder"]


@pytest.mark.parametrize("name", ["article/x.yaml", "x.yaml", "articles/visa/x.yml"])
def test_a_file_in_the_wrong_place_is_named(pack: Pack, name: str) -> None:
    path = pack.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("articles: []")
    found = problems(pack.folder)
    assert len(found) == 1
    assert found[0].startswith(f"{name}:1: error: is not read: ")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"a: 1\nb: [\n", "x.yaml:3: error: this is not YAML"),
        (b"a: 1\n\xff", "x.yaml:2: error: this is not UTF-8 text"),
        (b"a: 1\nb: 2\na: 3", "x.yaml:3: error: the key 'a' comes twice"),
        (b"a: &x [1]\nb: *x", "error: an anchor is used again"),
        (b"a: !!python/object:os.system x", "x.yaml:1: error: the tag"),
        (b"a: 1\n---\nb: 2", "error: this is not YAML"),
        (b"a: \x00", "x.yaml:1: error: this is not YAML"),
        (b"a:\n\t- b", "x.yaml:2: error: this is not YAML"),
    ],
)
def test_what_a_pack_may_not_use_is_named(source: bytes, said: str) -> None:
    with pytest.raises(ContentError) as refusal:
        parse(source, "x.yaml")
    assert said in str(refusal.value)


def test_words_times_and_dates_stay_what_the_editor_wrote() -> None:
    document = parse(b"[yes, no, on, 22:05, 2026-11-23, 0x10, 1e3, 010, .5, =, <<]", "x.yaml")
    assert document.data == ["yes", "no", "on", "22:05", "2026-11-23", "0x10", "1e3", "010", ".5", "=", "<<"]


def test_numbers_truth_and_nothing_are_read() -> None:
    document = parse(b"[1, -2, 3.5, true, false, null, ~]", "x.yaml")
    assert document.data == [1, -2, 3.5, True, False, None, None]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(source: bytes) -> None:
    with suppress(ContentError):
        assert parse(source, "x.yaml").file == "x.yaml"


def test_a_bare_string_is_a_paragraph_or_a_line() -> None:
    block = Block.model_validate("Only {fee}.")
    assert block.kind is BlockKind.TEXT
    assert block.lines == (Line(text="Only {fee}."),)
    assert block.lines[0].facts == ("fee",)


def test_texts_are_taken_without_the_spaces_around_them() -> None:
    article = Article.model_validate({"id": "visa-x", "title": " A\n", "summary": "s", "body": ["b"]})
    assert article.title == "A"
    assert article.label == "A"


def test_flights_say_from_and_to(content: Content) -> None:
    flight = content.timetables["flights-table"].flights[0]
    assert isinstance(flight, Flight)
    assert (flight.origin, flight.destination) == ("LHE", "ALA")


def test_an_unknown_fact_has_no_value() -> None:
    fact = Fact(id="phone", section=Section.CONTACTS, kind=FactKind.PHONE, unknown=True)
    assert not fact.known


def test_the_pack_that_ships_loads() -> None:
    assert set(Section) <= set(load_content().menus)
