"""Compile the catalogues: ``python -m bot.i18n.compiling [FOLDER]``.

Babel's own command takes "60% of" for a format sign and refuses its translations; placeholders here are
``{name}``, and ``python -m bot check`` compares them.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.i18n.catalogues import po_file
from bot.i18n.languages import Language


def compile_catalogues(folder: Path) -> None:
    """Write ``messages.mo`` beside each ``messages.po`` below ``folder``."""
    for language in Language:
        source = po_file(folder, language)
        with source.open("rb") as file:
            catalogue = read_po(file, locale=language.value, abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as binary:
            write_mo(binary, catalogue)


if __name__ == "__main__":
    compile_catalogues(Path(sys.argv[1] if len(sys.argv) > 1 else "locales"))
