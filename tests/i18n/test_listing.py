"""All texts can be read beside each other."""

from bot.i18n.catalogues import Catalogues
from bot.i18n.listing import list_texts


def test_every_text_is_listed_once_with_its_screen_and_both_translations() -> None:
    texts = list(list_texts(Catalogues.read().folder))
    assert len({one.english for one in texts}) == len(texts) > 1000
    about = next(one for one in texts if one.english == "What is Kazakhstan House?")
    assert "contacts-house" in about.where
    assert [bool(text) for text in about.translations] == [True, True]
