"""A small pack without a fault, with its translations: to load, to show and to break."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.content.checks import check
from bot.content.extraction import texts
from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.problems import Problem, Severity
from bot.content.sections import INTENTS, REJECTED, Section
from bot.i18n.catalogues import Catalogues, po_file
from bot.i18n.languages import Language

TODAY = date(2026, 11, 23)

FACTS = """\
section: visa
facts:
  - id: fee
    kind: money
    label: Consular fee
    amount: 30
    currency: USD
    source: https://example.org/fees
    source_name: Ministry
    checked: 2026-11-01
    confidence: official
  - id: fee_islamabad
    kind: money
    label: Fee in Islamabad
    unknown: true
  - id: house
    kind: place
    unknown: true
  - id: call
    kind: phone
    unknown: true
  - id: needed
    kind: text
    text: A visa is needed.
    source: https://example.org/needed
    source_name: Newspaper
    checked: 2026-10-01
    confidence: reported
"""

VISA = """\
articles:
  - id: visa-fee
    title: Visa fees
    button: Fees
    icon: 💳
    intents: [INTENTS]
    summary: What a visa costs.
    body:
      - heading: How much
      - text: "A visa costs <b>{fee}</b>."
      - text: "In Islamabad: {fee_islamabad}."
        otherwise: The fee in Islamabad is not published.
      - bullets:
          - Bring the amount.
          - "Only {fee_islamabad} there."
      - checklist:
          - text: A passport
            fact: needed
          - text: A photo
            source: https://example.org/photo
            source_name: Embassy
            checked: 2026-11-02
    cites: [needed]
    links:
      - {label: Portal, url: "https://example.org"}
    map: house
    phone: call
    related: [visa-finder]
    form: visa-question
"""

WIZARD = """\
wizards:
  - id: visa-finder
    title: Find my visa
    intro: Two questions.
    start: passport
    nodes:
      - id: passport
        question: Which passport?
        options:
          - {id: ordinary, label: Ordinary, next: purpose}
          - {id: official, label: Official, next: no_visa}
      - id: purpose
        question: Why?
        options:
          - {id: tour, label: Tourism, next: tourist}
          - {id: other, label: Other, next: no_visa}
    outcomes:
      - id: tourist
        title: Tourist visa
        body: ["{needed}"]
        steps: [Ask for an invitation., "Pay {fee}."]
        checklist:
          - id: passport
            text: Passport
            fact: needed
        fee: [fee, fee_islamabad]
        article: visa-fee
        form: visa-question
      - id: no_visa
        title: No visa
        checklist:
          - text: The passport
            fact: needed
"""

FORM = """\
forms:
  - id: visa-question
    title: Ask about my case
    summary: Your question
    fields:
      - id: purpose
        kind: choice
        label: Purpose
        question: Why do you travel?
        choices:
          - {id: tour, label: Tourism}
          - {id: other, label: Other}
        prefill: answers.purpose
      - id: text
        kind: long_text
        label: Question
        question: What would you like to know?
        max: 1000
"""

TIMETABLE = """\
timetables:
  - id: flights-table
    title: Next departures
    intro: Times are local.
    empty: None is known.
    airports:
      - {id: LHE, name: Lahore, timezone: Asia/Karachi}
      - {id: ALA, name: Almaty, timezone: Asia/Almaty}
    flights:
      - number: XX 123
        airline: Example Air
        from: LHE
        to: ALA
        departs: "23:30"
        arrives: "02:30"
        arrives_day: 1
        weekdays: [wed, sat]
        season_from: 2026-10-25
        season_to: 2026-12-05
        cancelled: [2026-11-28]
        source: needed
"""


def menu(screen_id: str, *items: str) -> str:
    """A menu's file."""
    listed = ", ".join(items)
    head = f"menus:\n  - id: {screen_id}\n    title: About {screen_id}\n"
    return f"{head}    text: Choose.\n    items: [{listed}]\n"


def article(section: Section) -> str:
    """An article that answers every intent of a section."""
    return (
        f"articles:\n  - id: {section}-all\n    title: All on {section}\n    intents: [{_intents(section)}]\n"
        f"    summary: Everything.\n    body: [A paragraph on {section}.]\n"
    )


def _intents(section: Section) -> str:
    return ", ".join(intent for intent, owner in INTENTS.items() if owner is section)


def pack_files() -> dict[str, str]:
    """The files of the pack."""
    questions = "".join(
        f"  {intent}:\n    en: [A question on {intent}]\n" for intent in [*INTENTS, *REJECTED]
    )
    files = {
        "menus/home.yaml": menu("home", *Section),
        "menus/visa.yaml": menu("visa", "visa-finder", "visa-fee"),
        "menus/flights.yaml": menu("flights", "flights-all", "flights-table"),
        "facts/visa.yaml": FACTS,
        "articles/visa/fee.yaml": VISA.replace("INTENTS", _intents(Section.VISA)),
        "wizards/visa.yaml": WIZARD,
        "forms/visa.yaml": FORM,
        "timetables/flights.yaml": TIMETABLE,
        "questions/all.yaml": f"intents:\n{questions}",
    }
    for section in Section:
        files.setdefault(f"menus/{section}.yaml", menu(section, f"{section}-all"))
        if section is not Section.VISA:
            files[f"articles/{section}/all.yaml"] = article(section)
    return files


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack on disk."""

    folder: Path
    locales: Path

    def replace(self, file: str, old: str, new: str, *, count: int = 1) -> int:
        """Change a file; return the line, from 1, at which the change is."""
        path = self.folder / file if (self.folder / file).exists() else self.locales / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, count), "utf-8")
        return text[: text.index(old)].count("\n") + 1

    def load(self) -> Content:
        """Load it."""
        return load_content(self.folder)

    def translate(self, *, language: Language | None = None) -> None:
        """Write translations for all texts that the pack has now."""
        for each in [language] if language else Language:
            catalogue = Catalog(locale=each.value)
            for _, _, text in texts(self.load()):
                catalogue.add(text, translation(each, text))
            path = po_file(self.locales, each)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalogue, width=0)

    def retranslate(self, language: Language, msgid: str, translated: str, *, fuzzy: bool = False) -> None:
        """Change one translation."""
        path = po_file(self.locales, language)
        with path.open("rb") as source:
            catalogue = read_po(source, locale=language.value)
        message = catalogue.get(msgid)
        assert message is not None, f"{msgid!r} is not in the catalogue"
        message.string = translated
        message.flags |= {"fuzzy"} if fuzzy else set()
        with path.open("wb") as target:
            write_po(target, catalogue, width=0)

    def check(self, today: date = TODAY) -> list[Problem]:
        """Check it."""
        return check(self.load(), Catalogues.read(self.locales), today)

    def errors(self, today: date = TODAY) -> list[str]:
        """The errors that a check finds, as lines."""
        return [str(problem) for problem in self.check(today) if problem.severity is Severity.ERROR]


WORDS = {Language.EN: "", Language.KK: "Мәтін", Language.UR: "متن"}


def translation(language: Language, text: str) -> str:
    """Words of the language around the tags and placeholders of the English."""
    marks = " ".join(re.findall(r"<[^>]+>|\{[a-z_]+\}", text))
    return f"{WORDS[language]} {marks}".strip() if WORDS[language] else ""
