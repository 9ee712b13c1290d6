"""Phone, e-mail, map pin and hours of the House: nothing at all until staff fill them in."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.content.editing import changed
from bot.content.loader import load_content
from bot.content.pack import Content
from bot.content.parts import placeholders
from bot.content.schema import Article
from bot.content.values import Confidence
from bot.i18n.catalogues import Catalogues
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language
from bot.telegram.screens import Screen
from bot.telegram.views import menus

CONTENT = load_content()
CATALOGUES = Catalogues.read()
DAY = date(2026, 11, 23)
MOMENT = menus.Moment(now=datetime(2026, 11, 23, 9, tzinfo=UTC), zone=ZoneInfo("Asia/Karachi"))

TYPED = {
    "contacts_phone": "+92 42 35870000",
    "contacts_whatsapp": "+92 300 1234567",
    "contacts_email": "desk@example.com",
    "contacts_website": "https://house.example.com",
    "contacts_hours": "mon-thu 09:00-17:00; fri 09:00-12:00",
    "contacts_map": "The Mall 5, Lahore",
}
"""What staff would type, by fact."""

SHOWN = [
    ("contacts-phone", "Phone: {contacts_phone}", "+924235870000"),
    ("contacts-phone", "WhatsApp: {contacts_whatsapp}", "+923001234567"),
    ("contacts-phone", "E-mail: {contacts_email}", "desk@example.com"),
    ("contacts-phone", "Website: {contacts_website}", "house.example.com"),
    ("contacts-hours", "Working hours: {contacts_hours}", "17:00"),
    ("contacts-address", "Address: {contacts_map}", "The Mall 5, Lahore"),
    ("contacts-address", "Phone: {contacts_phone}", "+924235870000"),
]
"""The page, the line, and the value that stands in it."""


def filled_in(*, point: bool) -> Content:
    """The pack after staff have filled in what they know."""
    facts = {}
    for name, value in TYPED.items():
        said = {"said_by": "the House", "checked": DAY, "confidence": Confidence.OFFICIAL}
        facts[name] = changed(CONTENT.facts[name], value, **said)  # type: ignore[arg-type]
        if name == "contacts_map" and point:
            facts[name] = changed(facts[name], "31.5497, 74.3436", **said)  # type: ignore[arg-type]
    return CONTENT.with_facts(facts)


def page(content: Content, screen_id: str, language: Language) -> Screen:
    """An article as it is sent."""
    return menus.screen(CATALOGUES[language], content, content.screens[screen_id], MOMENT)


def label(line: str, language: Language) -> str:
    """A line's words before its value."""
    fact = placeholders(line)[0]
    return strip_controls(CATALOGUES[language].plain(line, **{fact: "VALUE"})).partition("VALUE")[0].strip()


def buttons(screen: Screen) -> str:
    """All that the buttons carry."""
    return " ".join(one.data.pack() for row in screen.rows for one in row if one.data)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("screen_id", "line", "value"), SHOWN)
def test_a_contact_line_stands_there_only_once_it_is_known(
    screen_id: str, line: str, value: str, language: Language
) -> None:
    before = strip_controls(page(CONTENT, screen_id, language).text)
    after = strip_controls(page(filled_in(point=False), screen_id, language).text)
    wanted = label(line, language)
    assert wanted
    assert not re.search(rf"(?m)^(• )?{re.escape(wanted)}", before)
    assert value not in before
    assert re.search(rf"(?m)^(• )?{re.escape(wanted)}", after)
    assert value in after


@pytest.mark.parametrize("language", Language)
def test_pin_and_contact_have_buttons_only_once_they_are_known(language: Language) -> None:
    shipped = buttons(page(CONTENT, "contacts-address", language))
    assert "open:map" not in shipped
    assert "open:phone" not in shipped
    without_point = buttons(page(filled_in(point=False), "contacts-address", language))
    assert "open:map" not in without_point
    assert "open:phone" in without_point
    assert "open:map" in buttons(page(filled_in(point=True), "contacts-address", language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("content", [CONTENT, filled_in(point=True)], ids=["shipped", "filled in"])
def test_no_article_has_a_label_without_a_value(content: Content, language: Language) -> None:
    empty = re.compile(r"(?m)^(?:[•☐☑] |\d+\. ).*[:：]\s*$|^[^.!?…]{1,20}[:：]\s*$")
    for screen in content.screens.values():
        if isinstance(screen, Article):
            text = re.sub(r"<[^>]+>", "", strip_controls(page(content, screen.id, language).text))
            assert not re.search(r"(?m)^[•☐☑]\s*$", text), screen.id
            found = [hit for hit in empty.findall(text) if hit.strip()]
            assert found == [], (screen.id, found)


@pytest.mark.parametrize("language", Language)
def test_a_pin_carries_the_address_in_the_readers_language(language: Language) -> None:
    texts = {Language.EN: "The Mall 5 & 6", Language.KK: "Молл 5", Language.UR: "مال روڈ 5"}
    said = {"said_by": "the House", "checked": DAY, "confidence": Confidence.OFFICIAL}
    place = changed(CONTENT.facts["contacts_map"], "The Mall 5 & 6", texts=texts, **said)  # type: ignore[arg-type]
    pinned = changed(place, "31.5497, 74.3436", **said)  # type: ignore[arg-type]
    assert menus.address(pinned, CATALOGUES[language]) == texts[language]
