"""The Babel extractor of content packs: ``extract`` is registered as ``content``."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot.content.documents import Place, parse
from bot.content.loader import parts_of
from bot.content.pack import Content, Kind, Origin
from bot.content.parts import Model, Translatable, marked
from bot.i18n.catalogues import is_wordless

_SINGULAR: Final = {
    Kind.MENUS: "menu",
    Kind.ARTICLES: "article",
    Kind.FORMS: "form",
    Kind.WIZARDS: "wizard",
    Kind.TIMETABLES: "timetable",
    Kind.FACTS: "fact",
}


def extract(
    fileobj: BinaryIO,
    keywords: Collection[str],  # noqa: ARG001 - Babel's extractor interface
    comment_tags: Collection[str],  # noqa: ARG001 - the same
    options: Mapping[str, Any],  # noqa: ARG001 - the same
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield line, no function, msgid and a comment naming the screen, for each text of one file.

    The kind of the file is its top key; files of example questions have nothing to translate.

    Raises:
        ContentError: The file has problems.
    """
    document = parse(fileobj.read(), Path(getattr(fileobj, "name", "content")).name)
    top = document.data if isinstance(document.data, dict) else {}
    for kind in (kind for kind in Kind if kind.value in top):
        for place, part in parts_of(document, kind):
            for below, text in _wording(part):
                comment = f"{_SINGULAR[kind]} {getattr(part, 'id', '')}: {below[0]}"
                yield document.line(place + below), None, text, [comment]


def texts(content: Content) -> Iterator[tuple[Origin, int, str]]:
    """Yield every text of a pack with its origin and line."""
    for (kind, name), origin in content.origins.items():
        part = getattr(content, kind.value)[name]
        for below, text in _wording(part):
            yield origin, origin.line(below), text


def _wording(part: Model) -> Iterator[tuple[Place, str]]:
    """Yield the texts of one part that have words to translate."""
    return ((below, text) for below, text in marked(part, Translatable) if not is_wordless(text))
