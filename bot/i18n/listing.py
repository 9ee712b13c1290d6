"""All texts beside each other, for whoever reads them: where each stands, in the three languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.i18n.catalogues import po_file
from bot.i18n.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedText:
    """One text in three languages."""

    where: str
    """The screens and files it stands in."""
    english: str
    translations: tuple[str, ...]
    """In the order of ``TRANSLATED``; empty where there is none."""


TRANSLATED = (Language.KK, Language.UR)


def list_texts(folder: Path) -> Iterator[ListedText]:
    """Yield every text of the catalogues below ``folder``, in their order."""
    catalogues = [_read(folder, language) for language in TRANSLATED]
    for message in catalogues[0]:
        if message.id:
            found = [catalogue.get(message.id) for catalogue in catalogues]
            yield ListedText(
                where="; ".join([*message.auto_comments, *(name for name, _ in message.locations)]),
                english=_joined(message.id),
                translations=tuple(_joined(one.string) if isinstance(one, Message) else "" for one in found),
            )


def _read(folder: Path, language: Language) -> Catalog:
    with po_file(folder, language).open("rb") as file:
        return read_po(file, locale=language.value)


def _joined(text: object) -> str:
    return " / ".join(map(str, text)) if isinstance(text, list | tuple) else str(text)
