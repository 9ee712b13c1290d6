"""Checks of the catalogues: what is missing, fuzzy or broken, at its line of the ``.po`` file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.content.extraction import texts
from bot.content.pack import Content
from bot.content.problems import Problem
from bot.content.wording import translation_faults
from bot.i18n.catalogues import po_file
from bot.i18n.languages import Language

PLURAL_FORMS: Final = "nplurals=2; plural=(n != 1);"
"""The header of all three languages: CLDR's cardinal rules for whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """One language's catalogue."""

    language: Language
    file: str
    catalogue: Catalog

    def problem(self, message: Message, said: str) -> Problem:
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        shown = msgid if len(msgid) <= _SHOWN else f"{msgid[:_SHOWN]}…"
        return Problem(file=self.file, line=message.lineno or 1, message=f"{said}: {shown!r}")


_SHOWN: Final = 60
"""How many characters of a text a problem quotes."""


def check_translations(content: Content, folder: Path) -> Iterator[Problem]:
    """Yield the problems of all catalogues below ``folder``, and the pack's texts that they lack."""
    for language in Language:
        path = po_file(folder, language)
        file = path.relative_to(folder.parent).as_posix()
        try:
            with path.open("rb") as source:
                catalogue = read_po(source, locale=language.value, abort_invalid=True)
        except (OSError, UnicodeError, ValueError, PoFileError) as error:
            yield Problem(file=file, line=1, message=f"cannot be read: {error}")
        else:
            yield from _check_catalogue(_Source(language=language, file=file, catalogue=catalogue))
            yield from _check_presence(content, catalogue, language)


def _check_presence(content: Content, catalogue: Catalog, language: Language) -> Iterator[Problem]:
    if language is Language.EN:
        return
    for origin, line, text in texts(content):
        if catalogue.get(text) is None:
            said = f"this text is not in the catalogue of {language}; run `make messages`: {text[:_SHOWN]!r}"
            yield Problem(file=origin.file, line=line, message=said)


def _check_catalogue(source: _Source) -> Iterator[Problem]:
    if source.catalogue.plural_forms != PLURAL_FORMS:
        yield Problem(file=source.file, line=1, message=f"Plural-Forms must be {PLURAL_FORMS!r}")
    for message in source.catalogue:
        if message.id:
            yield from (source.problem(message, fault) for fault in _faults(source.language, message))


def _faults(language: Language, message: Message) -> Iterator[str]:
    forms = _forms(message)
    given = [(msgid, text) for msgid, text in forms if text]
    if language is Language.EN and not given:
        return
    if message.fuzzy and given:
        yield "fuzzy: the English has changed, look whether the translation still fits"
        return
    if len(given) < len(forms):
        yield "not translated" if not given else "one of the plural forms is empty"
    for msgid, text in given:
        yield from translation_faults(language, msgid, text)


def _forms(message: Message) -> list[tuple[str, str]]:
    """Pair each English form with its translation; a singular may leave its number out."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    plural = message.id[1]
    return [(message.id[0] if "{n}" not in text else plural, text) for text in map(str, strings)]
