"""Pieces that views are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues
from bot.i18n.direction import FSI, PDI
from bot.i18n.languages import Language
from bot.telegram.screens import cut, utf16
from bot.telegram.views import messages


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("Fingerprints, in person, from the age of 16", 40, "Fingerprints, in person, from the age…"),
        ("Fingerprints in person", 20, "Fingerprints in…"),
        ("Fingerprints in person", 16, "Fingerprints in…"),
        ("Fingerprints", 12, "Fingerprints"),
        ("a Fingerprints", 10, "a Fingerp…"),
        ("ویزا ختم ہونے کے بعد", 12, "ویزا ختم…"),
        ("😀😀😀", 5, "😀😀…"),
    ],
)
def test_what_is_cut_ends_behind_a_whole_word(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


@given(st.text(), st.integers(1, 60))
def test_what_is_cut_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert utf16(shown) <= limit
    assert shown == text or text.startswith(shown.removesuffix("…"))


def test_in_urdu_the_slash_of_a_command_stands_in_front_of_its_name() -> None:
    catalogues = Catalogues.read()
    assert f"{FSI}/menu{PDI} – " in messages.help_screen(catalogues[Language.UR]).text
    assert "\n/menu – " in messages.help_screen(catalogues[Language.EN]).text


def test_the_help_names_the_commands_of_ones_role_and_no_others() -> None:
    english = Catalogues.read()[Language.EN]
    visitor, editor = (messages.help_screen(english, role).text for role in (Role.VISITOR, Role.EDITOR))
    assert "\n/subscribe – Get announcements" in visitor
    assert "/facts" not in visitor
    assert "\n/facts – Facts: see and change" in editor
    assert "/broadcast" not in editor


def test_rows_are_mirrored_in_urdu_alone() -> None:
    catalogues = Catalogues.read()
    english, kazakh, urdu = (
        messages.help_screen(catalogues[one]).rows for one in (Language.EN, Language.KK, Language.UR)
    )
    order = [[button.data for button in row] for row in english]
    assert [len(row) for row in order] == [2, 1, 1]
    assert [[button.data for button in row] for row in kazakh] == order
    assert [[button.data for button in row[::-1]] for row in urdu] == order
