"""The sample pack on disk, and translators of it."""

from collections.abc import Callable
from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.content.pack import Content
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from tests.content.sample_pack import Pack, pack_files


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """A pack without a fault."""
    pack = Pack(tmp_path / "pack", tmp_path / "locales")
    for name, text in pack_files().items():
        path = pack.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    pack.translate()
    return pack


@pytest.fixture
def content(pack: Pack) -> Content:
    """The pack, loaded."""
    return pack.load()


@pytest.fixture
def en() -> Translator:
    """English as it is written in the pack."""
    return Translator(Language.EN, NullTranslations())


@pytest.fixture
def translator(pack: Pack) -> Callable[[Language], Translator]:
    """Translators of the pack's own catalogues."""
    return Catalogues.read(pack.locales).__getitem__
