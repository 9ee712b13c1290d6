"""Where a screen is, what is below it, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.loader import load_content
from bot.content.navigation import children, nearest, neighbours, parent, reachable, trail
from bot.content.pack import Content
from tests.content.sample_pack import Pack, menu

SHIPPED = load_content()


def test_a_menu_leads_to_its_items_in_order(content: Content) -> None:
    assert [screen.id for screen in children(content, "visa")] == ["visa-finder", "visa-fee"]
    assert children(content, "visa-fee") == ()
    assert children(content, "gone") == ()


@pytest.mark.parametrize(
    ("screen_id", "above"),
    [
        ("visa", "home"),
        ("visa-fee", "visa"),
        ("visa-question", "visa"),
        ("visa-fee-children", "visa-fee"),
        ("visa-gone-gone", "visa"),
        ("gone", "home"),
        ("", "home"),
    ],
)
def test_back_leads_to_the_menu_or_to_what_is_left_of_the_id(
    content: Content, screen_id: str, above: str
) -> None:
    found = parent(content, screen_id)
    assert found is not None
    assert found.id == above


def test_there_is_no_way_back_from_the_first_menu(content: Content) -> None:
    assert parent(content, "home") is None


def test_of_several_menus_the_one_that_the_id_goes_on_from_is_the_parent(pack: Pack) -> None:
    pack.replace("menus/culture.yaml", "[culture-all]", "[culture-all, visa-fee]")
    assert getattr(parent(pack.load(), "visa-fee"), "id", None) == "visa"


def test_a_screen_listed_elsewhere_only_goes_back_to_there(pack: Pack) -> None:
    pack.replace("menus/visa.yaml", "visa-finder, visa-fee", "visa-finder")
    pack.replace("menus/culture.yaml", "[culture-all]", "[culture-all, visa-fee]")
    assert getattr(parent(pack.load(), "visa-fee"), "id", None) == "culture"


def test_the_trail_goes_from_the_first_menu_to_the_screen(content: Content) -> None:
    assert [screen.id for screen in trail(content, "visa-fee")] == ["home", "visa", "visa-fee"]
    assert [screen.id for screen in trail(content, "home")] == ["home"]
    assert [screen.id for screen in trail(content, "visa-fee-gone")] == ["home", "visa", "visa-fee"]


def test_menus_that_list_each_other_end_the_trail(pack: Pack) -> None:
    (pack.folder / "menus/ring.yaml").write_text(
        menu("culture-a", "culture-b") + menu("culture-b", "culture-a").removeprefix("menus:\n"), "utf-8"
    )
    assert {screen.id for screen in trail(pack.load(), "culture-a")} == {"culture-a", "culture-b"}


def test_a_button_of_old_leads_to_the_nearest_screen_left(content: Content) -> None:
    assert nearest(content, "visa-fee").id == "visa-fee"
    assert nearest(content, "visa-fee-gone").id == "visa-fee"
    assert nearest(content, "nonsense").id == "home"


@given(st.text(max_size=80))
def test_whatever_a_deep_link_says_leads_somewhere(screen_id: str) -> None:
    assert nearest(SHIPPED, screen_id).id in SHIPPED.screens
    assert trail(SHIPPED, screen_id)[-1] is nearest(SHIPPED, screen_id)


def test_neighbours_are_all_screens_that_buttons_lead_to(content: Content) -> None:
    assert set(neighbours(content.screens["visa-fee"])) == {"visa-finder", "visa-question"}
    assert set(neighbours(content.screens["visa-finder"])) == {"visa-fee", "visa-question"}


def test_every_screen_of_the_sample_can_be_reached(content: Content) -> None:
    assert reachable(content) == set(content.screens)
