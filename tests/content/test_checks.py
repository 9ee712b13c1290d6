"""Every way to break a pack is named, with its file and line."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from bot.content.problems import Severity
from bot.content.wording import length
from bot.i18n.languages import Language
from tests.content.sample_pack import Pack

VISA = "articles/visa/fee.yaml"
FACTS = "facts/visa.yaml"
WIZARD = "wizards/visa.yaml"
FORM = "forms/visa.yaml"
LONG = "Ө" * 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A change to one file, and what the check says about the line changed."""

    file: str
    old: str
    new: str
    said: str
    line: int = 0
    """How many lines below the change the problem is."""


BREACHES = [
    Breach(
        file=VISA,
        old="related: [visa-finder]",
        new="related: [visa-gone]",
        said="there is no screen 'visa-gone'",
    ),
    Breach(
        file=VISA, old="form: visa-question", new="form: visa-gone", said="there is no screen 'visa-gone'"
    ),
    Breach(file=VISA, old="form: visa-question", new="form: visa-finder", said="'visa-finder' is no form"),
    Breach(file=VISA, old="cites: [needed]", new="cites: [gone]", said="there is no fact 'gone'"),
    Breach(file=VISA, old="<b>{fee}</b>", new="<b>{gone}</b>", said="there is no fact 'gone'"),
    Breach(file=VISA, old="map: house", new="map: call", said="map needs a fact of kind place"),
    Breach(file=VISA, old="phone: call", new="phone: fee", said="phone needs a fact of kind phone"),
    Breach(
        file=VISA,
        old="summary: What a visa costs.",
        new='summary: "It costs {fee}."',
        said="cannot show facts: {fee}",
    ),
    Breach(
        file=VISA, old='url: "https://example.org"', new='url: "http://example.org"', said="insecure address"
    ),
    Breach(
        file=VISA,
        old="- Bring the amount.",
        new='- Bring <a href="http://example.org">it</a>.',
        said="insecure address",
    ),
    Breach(file=VISA, old="Bring the amount.", new="Bring <b>it.", said="<b> is never closed"),
    Breach(file=VISA, old="Bring the amount.", new="Bring it</b>.", said="</b> closes what is not open"),
    Breach(
        file=VISA, old="Bring the amount.", new="Bring <u><b>it</b></i></u>.", said="closes what is not open"
    ),
    Breach(file=VISA, old="Bring the amount.", new="Bring <span>it</span>.", said="knows no tag <span>"),
    Breach(file=VISA, old="Bring the amount.", new="Rules & regulations.", said="'&' must be written &amp;"),
    Breach(file=VISA, old="Bring the amount.", new="Less < more.", said="'<' must be written &lt;"),
    Breach(file=VISA, old="intents: [", new="intents: [nonsense, ", said="there is no intent 'nonsense'"),
    Breach(
        file=VISA,
        old="intents: [",
        new="intents: [phone, ",
        said="the intent phone belongs to the section contacts",
    ),
    Breach(
        file=VISA,
        old="            fact: needed",
        new="            fact: call",
        said="call is unknown",
        line=-1,
    ),
    Breach(
        file=VISA,
        old="            source_name: Embassy\n",
        new="",
        said="a checklist line needs a fact, or source",
        line=-2,
    ),
    Breach(
        file="menus/visa.yaml", old="[visa-finder", new="[visa-gone", said="there is no screen 'visa-gone'"
    ),
    Breach(file="menus/visa.yaml", old="visa-finder, ", new="visa-fee, ", said="'visa-fee' comes twice"),
    Breach(
        file="menus/visa.yaml",
        old="[visa-finder, visa-fee]",
        new="[visa-finder, visa-fee, tourism, culture, education, trade, investment, flights, contacts]",
        said="9 choices; a menu has at most 8",
    ),
    Breach(
        file="menus/culture.yaml",
        old="text: Choose.",
        new=f"text: {LONG}",
        said="5015 characters in en; at most 3796",
    ),
    Breach(file=VISA, old="button: Fees", new=f"button: {LONG[:63]}", said="a button of 65 characters in en"),
    Breach(file=VISA, old="label: Portal", new=f"label: {LONG[:65]}", said="a button of 65 characters in en"),
    Breach(
        file=FORM, old="label: Tourism", new=f"label: {LONG[:65]}", said="a button of 65 characters in en"
    ),
    Breach(
        file=WIZARD, old="label: Ordinary", new=f"label: {LONG[:65]}", said="a button of 65 characters in en"
    ),
    Breach(
        file=FORM,
        old="prefill: answers.purpose",
        new="prefill: answers.age",
        said="answers.age is no node of",
    ),
    Breach(
        file=WIZARD,
        old="        checklist:\n          - text: The passport\n            fact: needed\n",
        new="",
        said="the outcome no_visa has no checklist",
        line=-2,
    ),
    Breach(
        file=WIZARD,
        old="            fact: needed\n        fee",
        new="        fee",
        said="a checklist line needs",
        line=-2,
    ),
    Breach(file=FACTS, old="    checked: 2026-11-01\n", new="", said="a known fact needs checked", line=-7),
    Breach(
        file=FACTS, old="    source_name: Ministry\n", new="", said="a known fact needs source_name", line=-6
    ),
    Breach(file=FACTS, old="checked: 2026-11-01", new="checked: 2027-01-01", said="in the future", line=-7),
    Breach(
        file=FACTS, old="https://example.org/fees", new="http://example.org/fees", said="insecure address"
    ),
    Breach(
        file=FACTS,
        old="text: A visa is needed.",
        new="text: A visa is needed.\n    texts: {ur: x}",
        said="texts and said_by are for changes while the bot runs",
        line=-2,
    ),
]


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.said)
def test_a_breach_is_named_at_its_line(pack: Pack, breach: Breach) -> None:
    line = pack.replace(breach.file, breach.old, breach.new)
    found = [problem for problem in pack.check() if breach.said in problem.message]
    assert [(problem.file, problem.line) for problem in found] == [(breach.file, line + breach.line)]
    assert found[0].severity is Severity.ERROR


def test_a_sound_pack_has_no_problem_at_all(pack: Pack) -> None:
    assert pack.check() == []


def test_all_problems_are_named_at_once_in_the_order_of_files_and_lines(pack: Pack) -> None:
    pack.replace(VISA, "cites: [needed]", "cites: [gone]")
    pack.replace(VISA, "form: visa-question", "form: visa-gone")
    pack.replace(FACTS, "https://example.org/fees", "http://example.org/fees")
    pack.replace("menus/visa.yaml", "visa-finder, ", "visa-gone, ")
    problems = pack.check()
    assert len(problems) >= 4
    assert problems == sorted(problems)
    assert {problem.file for problem in problems} >= {VISA, FACTS, "menus/visa.yaml"}


def test_a_screen_that_nothing_leads_to_is_unreachable(pack: Pack) -> None:
    pack.replace("menus/flights.yaml", ", flights-table", "")
    assert pack.errors() == ["timetables/flights.yaml:2: error: flights-table: no screen leads here"]


def test_a_screen_needs_a_section_in_its_id(pack: Pack) -> None:
    pack.replace("menus/flights.yaml", "flights-table", "flight-table")
    line = pack.replace("timetables/flights.yaml", "id: flights-table", "id: flight-table")
    assert any(
        error.startswith(
            f"timetables/flights.yaml:{line}: error: flight-table: the id must begin with a section"
        )
        for error in pack.errors()
    )


def test_every_section_needs_its_menu(pack: Pack) -> None:
    (pack.folder / "menus/trade.yaml").unlink()
    pack.replace("menus/home.yaml", "trade, ", "trade-all, ")
    assert any("the section trade has no menu of that id" in error for error in pack.errors())


def test_an_empty_menu_is_a_warning(pack: Pack) -> None:
    pack.replace("menus/trade.yaml", "[trade-all]", "[]")
    pack.replace("menus/home.yaml", "contacts]", "trade-all]")
    assert ("this menu is empty", Severity.WARNING) in {
        (problem.message.removeprefix("trade: "), problem.severity) for problem in pack.check()
    }


def test_an_intent_without_an_article_is_an_error_and_without_questions_a_warning(pack: Pack) -> None:
    pack.replace("articles/contacts/all.yaml", ", phone", "")
    pack.replace("questions/all.yaml", "  phone:\n    en: [A question on phone]\n", "")
    assert [str(problem) for problem in pack.check()] == [
        "menus/contacts.yaml:2: error: contacts: no article answers the intent phone",
        "menus/contacts.yaml:2: warning: contacts: the intent phone has no example questions",
    ]


def test_a_stale_fact_is_a_warning(pack: Pack) -> None:
    tomorrow_of_validity = date(2026, 11, 1) + timedelta(days=181)
    stale = [problem for problem in pack.check(tomorrow_of_validity) if "stale" in problem.message]
    assert [(problem.file, problem.severity) for problem in stale] == [(FACTS, Severity.WARNING)] * 2
    assert "fee: stale: was to be trusted until 2027-04-30" in {problem.message for problem in stale}


def test_a_fact_that_no_screen_uses_is_a_warning(pack: Pack) -> None:
    pack.replace(VISA, "phone: call", "ask: false")
    assert [str(problem) for problem in pack.check()] == [
        "facts/visa.yaml:19: warning: call: no screen uses this fact"
    ]


def test_a_wizard_must_fit_its_answers_into_a_button(pack: Pack) -> None:
    longest = f"visa-{'x' * 34}"
    pack.replace(WIZARD, "id: visa-finder", f"id: {longest}")
    pack.replace("menus/visa.yaml", "visa-finder", longest)
    pack.replace(VISA, "visa-finder", longest)
    assert pack.errors() == []
    for file in (WIZARD, "menus/visa.yaml", VISA):
        pack.replace(file, longest, f"{longest}x")
    said = f"{longest}x: a button cannot carry 2 answers; shorten the id by 1"
    assert pack.errors() == [f"{WIZARD}:2: error: {said}"]


def test_an_outcome_is_measured_with_the_answers_that_led_to_it(pack: Pack) -> None:
    pack.retranslate(Language.KK, "Which passport?", "Ө" * 3700)
    assert [error.partition(": visa-finder: ")[0] for error in pack.errors()] == [
        "wizards/visa.yaml:18: error",
        "wizards/visa.yaml:29: error",
    ]


def test_an_article_that_is_too_long_in_one_language_only_is_an_error(pack: Pack) -> None:
    pack.retranslate(Language.UR, "Bring the amount.", "ا" * 4000)
    assert any(
        error.startswith(f"{VISA}:9: error: visa-fee: 4") and "in ur" in error for error in pack.errors()
    )


class TestTranslations:
    """Faults of a catalogue, at its line of the source."""

    @pytest.mark.parametrize(
        ("language", "msgid", "translated", "said"),
        [
            (Language.KK, "Bring the amount.", "", "not translated"),
            (Language.UR, "Bring the amount.", "", "not translated"),
            (Language.KK, "A visa costs <b>{fee}</b>.", "Виза: <b></b>", "lacks {fee}"),
            (
                Language.KK,
                "A visa costs <b>{fee}</b>.",
                "<b>{fee}</b> {x}",
                "has {x}, which the English has not",
            ),
            (Language.EN, "A visa costs <b>{fee}</b>.", "It costs <b>{fees}</b>", "lacks {fee}"),
            (
                Language.UR,
                "A visa costs <b>{fee}</b>.",
                "فیس <i>{fee}</i>",
                "has other tags than the English",
            ),
            (Language.UR, "A visa costs <b>{fee}</b>.", "فیس <b>{fee}", "<b> is never closed"),
            (Language.KK, "Bring the amount.", "Сома & ақша", "'&' must be written &amp;"),
            (Language.KK, "Bring the amount.", "Bиза", "mixes Latin and Cyrillic letters in 'Bиза'"),
            (Language.KK, "Bring the amount.", "Қолыңыздa", "mixes Latin and Cyrillic"),
            (Language.KK, "Bring the amount.", "Cәлем", "mixes Latin and Cyrillic"),
            (Language.KK, "Bring the amount.", "ѳнер", "has U+0473, which is not the Kazakh letter ө"),
            (Language.UR, "Bring the amount.", "رقم لائيں", "has U+064A; Urdu writes ی"),
            (Language.UR, "Bring the amount.", "رقم كا", "has U+0643; Urdu writes ک"),
            (Language.UR, "Bring the amount.", "فیس هے", "has U+0647; Urdu writes ہ"),
            (Language.UR, "Bring the amount.", "علىٰ", "has U+0649; Urdu writes ی"),
            (Language.UR, "Bring the amount.", "رقـم", "has tatweel (U+0640)"),
            (Language.UR, "Bring the amount.", "می\u200cخواہم", "has the zero-width non-joiner (U+200C)"),
            (Language.UR, "Bring the amount.", "ﷺ", "has the presentation form U+FDFA"),
            (Language.UR, "Bring the amount.", "رقم، کتنی?", "has the Latin sign '?' beside Urdu letters"),
            (Language.UR, "Bring the amount.", "رقم, پاسپورٹ", "has the Latin sign ',' beside Urdu letters"),
            (Language.UR, "Bring the amount.", "visa, ویزا", "has the Latin sign ',' beside Urdu letters"),
            (Language.UR, "Bring the amount.", "رقم; پاسپورٹ", "has the Latin sign ';' beside Urdu letters"),
            (Language.UR, "Bring the amount.", "رقم لائیں.", "ends a sentence with '.'"),
            (Language.UR, "Bring the amount.", "\u202bرقم\u202c", "has a direction control"),
        ],
    )
    def test_a_broken_translation_is_named_at_its_line(
        self, pack: Pack, language: Language, msgid: str, translated: str, said: str
    ) -> None:
        pack.retranslate(language, msgid, translated)
        file = f"{language}/LC_MESSAGES/messages.po"
        source = (pack.locales / file).read_text("utf-8").split("\n")
        line = source.index(f'msgid "{msgid}"') + 1
        errors = [
            error for error in pack.errors() if error.startswith(f"locales/{file}:{line}: error: {said}")
        ]
        assert errors, pack.errors()

    @pytest.mark.parametrize(
        ("language", "translated"),
        [
            (Language.KK, "SIM-карта, Telegram-да, B2B кездесу"),
            (Language.KK, "Визаны алыңыз (LOI) 5 күнде"),
            (Language.UR, "رقم 15,000 ٹینگے، کتنی؟ ہاں۔"),
            (Language.UR, "قازقستان ہاؤس &amp; لاہور: 9:00"),
            (Language.UR, "جمہوریۂ قازقستان، صورتِ حال"),
        ],
    )
    def test_a_good_translation_is_let_through(self, pack: Pack, language: Language, translated: str) -> None:
        pack.retranslate(language, "Bring the amount.", translated)
        assert pack.errors() == []

    def test_a_fuzzy_translation_is_an_error(self, pack: Pack) -> None:
        pack.retranslate(Language.KK, "Bring the amount.", "Соманы алып келіңіз.", fuzzy=True)
        assert len(pack.errors()) == 1
        assert "fuzzy" in pack.errors()[0]

    def test_a_text_that_the_catalogue_has_not_is_named_where_the_pack_says_it(self, pack: Pack) -> None:
        line = pack.replace(VISA, "Bring the amount.", "Bring much.")
        assert pack.errors() == [
            f"{VISA}:{line}: error: this text is not in the catalogue of {language}; "
            "run `make messages`: 'Bring much.'"
            for language in ("kk", "ur")
        ]

    def test_one_empty_plural_form_is_an_error(self, pack: Pack) -> None:
        path = pack.locales / "ur/LC_MESSAGES/messages.po"
        plural = '\nmsgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} دن"\nmsgstr[1] ""\n'
        path.write_text(path.read_text("utf-8") + plural, "utf-8")
        assert len(pack.errors()) == 1
        assert "one of the plural forms is empty: '{n} day'" in pack.errors()[0]

    def test_a_singular_may_leave_its_number_out(self, pack: Pack) -> None:
        path = pack.locales / "ur/LC_MESSAGES/messages.po"
        plural = '\nmsgid "one day"\nmsgid_plural "{n} days"\nmsgstr[0] "ایک دن"\nmsgstr[1] "{n} دن"\n'
        path.write_text(path.read_text("utf-8") + plural, "utf-8")
        assert pack.errors() == []

    def test_the_plural_forms_header_is_pinned(self, pack: Pack) -> None:
        pack.replace("kk/LC_MESSAGES/messages.po", "nplurals=2; plural=(n != 1)", "nplurals=1; plural=0")
        assert any("Plural-Forms must be" in error for error in pack.errors())


@pytest.mark.parametrize(
    ("text", "units"),
    [("<b>abc</b>", 3), ("&amp;&lt;", 2), ("📞", 2), ("", 0), ('<a href="https://example.org">x</a>', 1)],
)
def test_length_is_counted_as_telegram_does(text: str, units: int) -> None:
    assert length(text) == units
