"""The screens of the wizards, over every path in three languages."""

import re
from datetime import date

import pytest

from bot.content.loader import load_content
from bot.content.schema import Outcome, Wizard
from bot.content.wizards import paths
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language
from bot.simulator.markup import parse_html
from bot.telegram.screens import LONGEST_TEXT, Screen, utf16
from bot.telegram.views import guides

CONTENT = load_content()
CATALOGUES = Catalogues.read()
DAY = date(2026, 11, 23)
MOST_BUTTONS = 100


def letters(wizard: Wizard, path: tuple[str, ...]) -> str:
    """A path as buttons carry it."""
    found = ""
    for chosen in path:
        options = guides.follow(wizard, found).at.options  # type: ignore[union-attr]
        found += "abcdefgh"[[option.id for option in options].index(chosen)]
    return found


def check(screen: Screen) -> None:
    """Assert what holds for every screen."""
    plain, _ = parse_html(screen.text)
    assert utf16(plain) <= LONGEST_TEXT
    buttons = [button for row in screen.rows for button in row]
    assert 0 < len(buttons) <= MOST_BUTTONS
    for button in buttons:
        assert button.label.strip(" ☐☑\u200f")
        assert len(button.label) <= 64
        assert not button.data or len(button.data.pack().encode()) <= 64
    keyboard = screen.keyboard()
    assert keyboard
    data = [one.callback_data or "" for row in keyboard.inline_keyboard for one in row]
    assert "go:home" in data
    assert len(data) == len(set(data)) or data.count("") > 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("wizard", CONTENT.wizards.values(), ids=lambda wizard: wizard.id)
def test_every_question_and_every_outcome_is_a_screen_that_fits(wizard: Wizard, language: Language) -> None:
    tr = CATALOGUES[language]
    prefixes = {letters(wizard, path)[:length] for path in paths(wizard) for length in range(len(path) + 1)}
    ends = 0
    for prefix in prefixes:
        at = guides.follow(wizard, prefix).at
        if isinstance(at, Outcome):
            ends += 1
            all_ticked = {item.id or "" for item in at.checklist}
            for ticked in (set[str](), all_ticked):
                shown = guides.outcome(tr, CONTENT, wizard, prefix, today=DAY, ticked=ticked)
                check(shown)
                boxes = [
                    one.label for row in shown.rows for one in row if "☐" in one.label or "☑" in one.label
                ]
                assert len(boxes) == len(at.checklist)
                assert all(("☑" in label) == bool(ticked) for label in boxes)
        else:
            check(guides.question(tr, CONTENT, wizard, prefix))
    assert ends == len(list(paths(wizard)))


@pytest.mark.parametrize("wizard", CONTENT.wizards.values(), ids=lambda wizard: wizard.id)
def test_a_number_of_questions_that_is_told_is_kept_on_every_path(wizard: Wizard) -> None:
    progress = re.compile(r"^Question (\d+) of (at most )?(\d+)$", re.MULTILINE)
    for path in paths(wizard):
        told: list[tuple[int, bool, int]] = []
        for length in range(len(path)):
            shown = guides.question(CATALOGUES[Language.EN], CONTENT, wizard, letters(wizard, path)[:length])
            ((number, at_most, total),) = progress.findall(shown.text)
            told.append((int(number), bool(at_most), int(total)))
        assert [number for number, _, _ in told] == list(range(1, len(path) + 1))
        for _, at_most, total in told:
            assert len(path) <= total if at_most else len(path) == total, path
        totals = [total for _, _, total in told]
        assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("language", Language)
def test_the_answers_so_far_stand_above_the_outcome_each_after_its_question(language: Language) -> None:
    tr = CATALOGUES[language]
    finder = CONTENT.wizards["visa-finder"]
    shown = guides.outcome(tr, CONTENT, finder, "aaaaa", today=DAY, ticked=())
    walked = guides.follow(finder, "aaaaa")
    assert len(walked.answers) == 5
    for line, answer in zip(shown.text.splitlines(), walked.answers, strict=False):
        assert tr.plain(answer.node.question) in line
        assert tr.plain(answer.option.label) in line
        assert "?:" not in line
        assert "؟:" not in line


def test_a_line_whose_words_are_not_known_has_no_box() -> None:
    finder = CONTENT.wizards["visa-finder"]
    unknown = CONTENT.facts["visa_passport"].model_copy(update={"unknown": True, "text": None})
    content = CONTENT.with_facts({unknown.id: unknown})
    shown = guides.outcome(CATALOGUES[Language.EN], content, finder, "aaaaa", today=DAY, ticked=())
    check(shown)
    assert len([one for row in shown.rows for one in row if "☐" in one.label]) == 9


def test_an_outcome_leads_to_its_article_to_the_page_on_minors_and_to_a_form() -> None:
    finder = CONTENT.wizards["visa-finder"]
    shown = guides.outcome(CATALOGUES[Language.EN], CONTENT, finder, "aaaaa", today=DAY, ticked=())
    labels = [one.label for row in shown.rows for one in row]
    assert labels[-5:] == ["More details", "🧒 Children and minors", "Ask about my case", "Back", "Main menu"]
