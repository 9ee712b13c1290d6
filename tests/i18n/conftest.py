"""Catalogues with a handful of texts."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

TEXTS: dict[Language, dict[str | tuple[str, str], str | tuple[str, str]]] = {
    Language.EN: {"Reworded": "Said in better words"},
    Language.KK: {
        "Hello, {name}!": "Сәлем, {name}!",
        "<b>{code}</b> received": "<b>{code}</b> қабылданды",
        "Broken {a}": "Бүлінген {b}",
        ("{n} file", "{n} files"): ("{n} файл", "{n} файл"),
    },
    Language.UR: {
        "Hello, {name}!": "سلام {name}!",
        "<b>{code}</b> received": "<b>{code}</b> موصول",
        ("{n} file", "{n} files"): ("{n} فائل", "{n} فائلیں"),
        ("{n} day", "{n} days"): ("", ""),
    },
}


def write_catalogue(folder: Path, language: Language) -> None:
    """Write one language's source and its compiled form."""
    catalogue = Catalog(locale=language.value)
    for msgid, translation in TEXTS[language].items():
        catalogue.add(msgid, translation)
    place = folder / language.value / "LC_MESSAGES"
    place.mkdir(parents=True)
    for name, write in (("messages.po", write_po), ("messages.mo", write_mo)):
        binary = BytesIO()
        write(binary, catalogue)
        (place / name).write_bytes(binary.getvalue())


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A folder of catalogues, sources and compiled."""
    folder = tmp_path / "locales"
    for language in Language:
        write_catalogue(folder, language)
    return folder


@pytest.fixture(params=["compiled", "source"])
def catalogues(request: pytest.FixtureRequest, locales: Path) -> Catalogues:
    """The catalogues, as the bot loads them and as the checks read them."""
    how: dict[str, Callable[[Path], Catalogues]] = {"compiled": Catalogues.load, "source": Catalogues.read}
    return how[request.param](locales)
