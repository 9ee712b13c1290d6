"""A copy of the shipped pack, broken in each way that the check must notice: file, line and words."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from bot.content.checks import check
from bot.content.loader import DEFAULT_PACK, load_content
from bot.content.problems import ContentError, Problem, Severity
from bot.i18n.catalogues import Catalogues, po_file
from bot.i18n.languages import Language

BUILT = date(2026, 11, 23)
LOCALES = Path(__file__).parents[2] / "locales"
FEE = "articles/visa/apply.yaml"
FACTS = "facts/visa.yaml"
FINDER = "wizards/visa-finder.yaml"


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy on disk."""

    folder: Path
    locales: Path

    def change(self, file: str, old: str, new: str) -> int:
        """Change the first place; return its line, from 1."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def retranslate(self, language: Language, msgid: str, translated: str) -> None:
        """Change one translation."""
        path = po_file(self.locales, language)
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language.value)
        message = catalogue.get(msgid)
        assert message is not None
        message.string = translated
        with path.open("wb") as target:
            write_po(target, catalogue, width=0)

    def problems(self, today: date = BUILT) -> list[Problem]:
        """What loading or checking says."""
        try:
            content = load_content(self.folder)
        except ContentError as error:
            return list(error.problems)
        return check(content, Catalogues.read(self.locales), today)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy to break."""
    shutil.copytree(DEFAULT_PACK, tmp_path / "pack")
    shutil.copytree(LOCALES, tmp_path / "locales")
    return Copy(tmp_path / "pack", tmp_path / "locales")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A change to one file, and what must be said about the line of the change."""

    file: str
    old: str
    new: str
    said: str
    below: int = 0


LOADING = [
    Breach(file=FEE, old="    title: Visa fees\n", new="    title: [Visa fees\n", said="not YAML", below=1),
    Breach(file=FEE, old="id: visa-fee\n", new="id: visa-time\n", said="the id visa-time is taken already"),
    Breach(file=FACTS, old="id: visa_needed", new="id: visa_14_days", said="visa_14_days is taken already"),
    Breach(file=FINDER, old="id: other, label: Of another", new="id: ordinary, label: Of another",
           said="options of passport have the same id: ordinary"),
    Breach(file=FINDER, old="next: foreign", new="next: nowhere", said="no node or outcome 'nowhere'"),
    Breach(file=FINDER, old="next: official_long", new="next: passport", said="goes round in a circle"),
    Breach(file=FINDER, old="next: official_long", new="next: official_short",
           said="no option leads to official_long"),
    Breach(file="timetables/flights.yaml", old="    title: Next departures\n", new="",
           said="'title' is missing"),
    Breach(file="forms/visa-case.yaml", old="kind: choice", new="kind: chioce", said="Input should be"),
]  # fmt: skip


@pytest.mark.parametrize("breach", LOADING, ids=lambda breach: breach.said)
def test_what_cannot_be_loaded_is_named_with_its_file(copy: Copy, breach: Breach) -> None:
    line = copy.change(breach.file, breach.old, breach.new)
    found = [problem for problem in copy.problems() if breach.said in problem.message]
    assert found
    assert {problem.file for problem in found} == {breach.file}
    if breach.file == FEE:
        assert found[0].line in range(line, line + 80)


def test_many_breaches_are_found_in_one_run_each_at_its_line(copy: Copy) -> None:
    breaches = [
        Breach(file=FEE, old="related: [visa-time, visa-documents, visa-place]",
               new="related: [visa-time, visa-gone, visa-place]", said="there is no screen 'visa-gone'"),
        Breach(file=FEE, old='"Single entry: {visa_fee_kz_single}"',
               new='"Single entry: {visa_fee_kz_gone}"',
               said="there is no fact 'visa_fee_kz_gone'"),
        Breach(file=FEE, old="cites: [visa_fingerprints, visa_invite]", new="cites: [gone, visa_invite]",
               said="there is no fact 'gone'"),
        Breach(file="menus/visa.yaml", old="      - visa-polio\n", new="", said=""),
        Breach(file="articles/visa/need.yaml", old='url: "https://vmp.gov.kz"',
               new='url: "http://vmp.gov.kz"', said="insecure address"),
        Breach(file=FACTS, old="source: https://cis-legislation.com", new="source: http://cis-legislation.com",
               said="insecure address"),
        Breach(file="facts/culture.yaml", old="    checked: 2026-11-23\n", new="",
               said="a known fact needs checked", below=-6),
        Breach(file="articles/visa/stay.yaml", old="      - Kazakhstan House does not see",
               new="      - <b>Kazakhstan House does not see", said="<b> is never closed"),
        Breach(file="articles/culture/life.yaml", old="intents: [nauryz]", new="intents: [nowruz]",
               said="there is no intent 'nowruz'"),
        Breach(file=FINDER, old='{id: passport, text: "{visa_passport}", fact: visa_passport}',
               new='{id: passport, text: "{visa_passport}"}', said="a checklist line needs a fact"),
        Breach(file="menus/home.yaml", old="flights, contacts]", new="flights, contacts, visa]",
               said="9 choices; a menu has at most 8"),
    ]  # fmt: skip
    wanted = {(one.file, copy.change(one.file, one.old, one.new) + one.below, one.said) for one in breaches}
    found = copy.problems()
    for file, line, said in wanted - {one for one in wanted if not one[2]}:
        hits = [problem for problem in found if said in problem.message and problem.file == file]
        assert [problem.line for problem in hits if problem.severity is Severity.ERROR], said
        assert line in {problem.line for problem in hits}, (said, line, hits)
    assert "no article answers the intent nauryz" in " ".join(problem.message for problem in found)
    assert found == sorted(found)


def test_a_page_that_no_button_leads_to_is_unreachable(copy: Copy) -> None:
    copy.change("menus/trade.yaml", "      - trade-delegation\n", "")
    for file in ("trade/partners.yaml", "culture/ties.yaml"):
        path = copy.folder / "articles" / file
        text = path.read_text("utf-8").replace("trade-delegation", "trade-meeting")
        path.write_text(text.replace("[trade-meeting, trade-meeting,", "[trade-meeting,"), "utf-8")
    messages = [str(problem) for problem in copy.problems()]
    assert any("trade-delegation: no screen leads here" in message for message in messages), messages


def test_translations_that_break_a_text_are_named_in_their_catalogue(copy: Copy) -> None:
    copy.retranslate(Language.UR, "Single entry: {visa_fee_kz_single}", "سنگل انٹری")
    copy.retranslate(Language.KK, "Before you pay", "")
    copy.retranslate(
        Language.UR, "How much is it? <code>Бұл қанша тұрады?</code> (bul qansha turady)", "کتنے کا؟"
    )
    advice = "Ask the embassy for the fee of your kind of visa, per person, and for children."
    copy.retranslate(Language.KK, advice, "Ө" * 3000)
    found = copy.problems()
    said = [f"{problem.file}: {problem.message}" for problem in found]
    for file, words in (
        ("locales/ur", "lacks {visa_fee_kz_single}"),
        ("locales/kk", "not translated: 'Before you pay'"),
        ("locales/ur", "has other tags than the English"),
        (FEE, "characters in kk; at most"),
    ):
        assert [one for one in said if one.startswith(file) and words in one], (words, said)
    assert all(problem.line > 1 for problem in found)


def test_a_plural_form_left_empty_is_named(copy: Copy) -> None:
    path = po_file(copy.locales, Language.UR)
    text = path.read_text("utf-8")
    start = text.index('msgid "{n} week"')
    end = text.index("\n\n", start)
    lines = text[start:end].splitlines()
    broken = "\n".join('msgstr[1] ""' if line.startswith("msgstr[1]") else line for line in lines)
    path.write_text(text[:start] + broken + text[end:], "utf-8")
    said = [problem.message for problem in copy.problems()]
    assert any("one of the plural forms is empty: '{n} week'" in one for one in said)


def test_stale_facts_are_warned_of_at_their_line(copy: Copy) -> None:
    later = date(2028, 1, 1)
    stale = [problem for problem in copy.problems(later) if "stale" in problem.message]
    assert {problem.severity for problem in stale} == {Severity.WARNING}
    known = [fact for fact in load_content(copy.folder).facts.values() if fact.known and not fact.lasting]
    assert len(stale) == len(known) > 150
