"""Translator: what the bot says in one language; Catalogues: the three, loaded and checked at start."""

import datetime as dt
import gettext
import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Final, NoReturn, Self

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.i18n import formats
from bot.i18n.direction import isolate, neutralise, rtl
from bot.i18n.formats import Number
from bot.i18n.languages import Language

PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
"""A value's place in a msgid: ``{name}``. No other brace means anything."""

_NOT_TRANSLATED: Final = {Language.EN: "", Language.KK: "[ағылшынша]", Language.UR: "[انگریزی]"}
"""The note behind a text that is shown in English for want of a translation."""


class CatalogueError(Exception):
    """The catalogues cannot be used; the message is one line that says which and what to do."""


class Markup(str):
    """Telegram-HTML that is already escaped: a translator inserts it as it is."""

    __slots__ = ()


class UserText(str):
    """Words typed by a person: isolated in every language, since their script is not known."""

    __slots__ = ()


def is_wordless(msgid: str) -> bool:
    """Whether a text is nothing but placeholders and spaces, so that there is nothing to translate."""
    return msgid[:1] == "{" and not PLACEHOLDER.sub("", msgid).strip()


def mark(msgid: str) -> str:
    """Mark a text for extraction where no translator is at hand; translate it later with ``tr.text``."""
    return msgid


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Mark both forms of a text for extraction; translate them later with ``tr.plural(*forms, n)``."""
    return singular, plural


@dataclass(frozen=True, slots=True, eq=False)
class Translator:
    """Says a text in one language. Never changes, but counts what it could not translate.

    A msgid is English with Telegram-HTML tags and ``{name}`` placeholders. Where the catalogue lacks it, or
    its translation names a placeholder that the msgid lacks, the English is shown with a note in the reader's
    language.
    """

    language: Language
    catalogue: gettext.NullTranslations = field(repr=False)
    missing: Counter[str] = field(default_factory=Counter)
    """How often each text was asked for and not there."""

    def __call__(self, msgid: str, /, **values: object) -> Markup:
        """Translate to Telegram-HTML: own tags are kept, values are escaped and, in Urdu, isolated.

        A value of class ``Markup`` is not escaped again; ``UserText`` is isolated in every language; an
        ``int`` is written by the house's number format.

        Raises:
            KeyError: A placeholder of the msgid has no value.
        """
        return Markup(self._say(msgid, self._look_up(msgid), values, escape=True))

    def text(self, msgid: str, /, **values: object) -> Markup:
        """Translate a text that comes from content or from ``mark``; the same as calling the translator."""
        return self(msgid, **values)

    def plain(self, msgid: str, /, **values: object) -> str:
        """Translate without escaping: for button labels, file captions, sheets and plots."""
        return self._say(msgid, self._look_up(msgid), values, escape=False)

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> Markup:
        """Translate the form for ``n``, which is the value ``{n}`` too, to Telegram-HTML."""
        return Markup(self._count((singular, plural), n, values, escape=True))

    def plain_plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Translate the form for ``n`` without escaping."""
        return self._count((singular, plural), n, values, escape=False)

    def value(self, value: object) -> Markup:
        """Write a value alone, as it would stand inside a text: escaped, by house formats, isolated."""
        return Markup(self._guard(value, escape=True))

    def finish(self, text: str, *, html: bool = True) -> str:
        """Give a whole message, caption or label its direction: the last step before sending.

        Urdu lines that would run from left to right begin with RLM; other languages stay as they are. Set
        ``html`` to False for labels and other texts without markup.
        """
        return rtl(text, html=html) if self.language.runs_right_to_left else text

    def list_and(self, items: Sequence[str]) -> str:
        """Join as "A, B, and C" by the house format; in Urdu each item is isolated."""
        return formats.listing(self.language, [self._guard(item) for item in items], "standard")

    def list_or(self, items: Sequence[str]) -> str:
        """Join as "A, B, or C" by the house format; in Urdu each item is isolated."""
        return formats.listing(self.language, [self._guard(item) for item in items], "or")

    def date(self, day: dt.date) -> str:
        """Write a day: 23 November 2026."""
        return formats.pattern_date(self.language, formats.HOUSE[self.language].date, day)

    def date_weekday(self, day: dt.date) -> str:
        """Write a day with its day of the week: Mon, 23 Nov 2026."""
        return formats.pattern_date(self.language, formats.HOUSE[self.language].date_weekday, day)

    def month_year(self, day: dt.date) -> str:
        """Write a month: November 2026."""
        return formats.pattern_date(self.language, formats.HOUSE[self.language].month_year, day)

    def weekday(self, number: int) -> str:
        """Write a day of the week in full: 0 is Monday."""
        return formats.weekday(self.language, number)

    def time(self, moment: dt.time | dt.datetime) -> str:
        """Write a time of day as it stands: 14:05."""
        return formats.clock(self.language, moment)

    def datetime(self, moment: dt.datetime, tz: dt.tzinfo) -> str:
        """Write an aware moment as day and time in ``tz``: 23 November 2026, 14:05."""
        return formats.date_and_time(self.language, moment, tz)

    def zone(self, tz: dt.tzinfo) -> str:
        """Name the time of a zone: Pakistan Time."""
        return formats.zone_name(self.language, tz)

    def number(self, value: Number) -> str:
        """Write a number: 1,234.5."""
        return formats.number(self.language, value)

    def percent(self, fraction: Number) -> str:
        """Write 0.25 as 25%."""
        return formats.percent(self.language, fraction)

    def money(self, amount: Number, currency: str, *, table: bool = False) -> str:
        """Write an amount of an ISO 4217 currency; ``table`` is the short form for tables."""
        return formats.money(self.language, amount, currency, table=table)

    def _look_up(self, msgid: str) -> str | None:
        if is_wordless(msgid):
            return msgid
        try:
            return self.catalogue.gettext(msgid)
        except _AbsentError:
            return None

    def _count(self, forms: tuple[str, str], n: int, values: Mapping[str, object], *, escape: bool) -> str:
        english = forms[0] if n == 1 else forms[1]
        return self._say(english, self._choose(forms, n), {"n": n, **values}, escape=escape)

    def _choose(self, english: tuple[str, str], n: int) -> str | None:
        try:
            chosen = self.catalogue.ngettext(*english, n)
        except _AbsentError:
            return None
        # A compiled catalogue holds the English forms where a translator left both empty.
        return None if chosen in english and self.language is not Language.EN else chosen

    def _say(
        self, english: str, translated: str | None, values: Mapping[str, object], *, escape: bool
    ) -> str:
        if translated is not None and values.keys() >= set(PLACEHOLDER.findall(translated)):
            return self._fill(translated, values, escape=escape)
        text = self._fill(english, values, escape=escape)
        if self.language is Language.EN:
            return text
        self.missing[english] += 1
        shown = isolate(text) if self.language.runs_right_to_left else text
        return f"{shown} {_NOT_TRANSLATED[self.language]}"

    def _fill(self, text: str, values: Mapping[str, object], *, escape: bool) -> str:
        return PLACEHOLDER.sub(lambda place: self._guard(values[place[1]], escape=escape), text)

    def _guard(self, value: object, *, escape: bool = False) -> str:
        """Make a value safe inside a sentence: written by the house, escaped, isolated."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            value = self.number(value)
        text = neutralise(value) if isinstance(value, UserText) else str(value)
        if escape and not isinstance(value, Markup):
            text = html.escape(text, quote=False)
        alone = self.language.runs_right_to_left or isinstance(value, UserText)
        return isolate(text) if alone else text


class _AbsentError(Exception):
    """The catalogue does not hold the text."""


class _NoFallback(gettext.NullTranslations):
    """What gettext asks when a catalogue lacks a text: says so instead of giving the English back."""

    def gettext(self, message: str) -> str:
        raise _AbsentError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - gettext's signature
        raise _AbsentError(msgid1)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogues:
    """One translator for each language: ``catalogues[Language.UR]``."""

    folder: Path
    """Where the catalogues were found: holds ``<language>/LC_MESSAGES/messages.po``."""
    translators: Mapping[Language, Translator] = field(repr=False)

    def __getitem__(self, language: Language) -> Translator:
        return self.translators[language]

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Load the compiled catalogues: of this checkout or of the installed package when no folder is given.

        Raises:
            CatalogueError: One is missing, not compiled, damaged or older than its source.
        """
        folder = folder or _default_folder()
        return cls(
            folder, {language: Translator(language, _compiled(folder, language)) for language in Language}
        )

    @classmethod
    def read(cls, folder: Path | None = None) -> Self:
        """Read the ``.po`` sources, compiling in memory: for checks and tests.

        Raises:
            CatalogueError: One is missing or damaged.
        """
        folder = folder or _default_folder()
        return cls(
            folder, {language: Translator(language, _from_source(folder, language)) for language in Language}
        )


def po_file(folder: Path, language: Language) -> Path:
    """Return the place of a language's catalogue source below ``folder``."""
    return folder / language.value / "LC_MESSAGES" / "messages.po"


def _default_folder() -> Path:
    """Return ``bot/locales`` of an installed package, else ``locales`` beside ``bot`` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "locales"
    return installed if installed.is_dir() else package.parent / "locales"


def _compiled(folder: Path, language: Language) -> gettext.GNUTranslations:
    source = po_file(folder, language)
    binary = source.with_suffix(".mo")
    if not binary.is_file():
        _refuse(binary, "is missing" if not source.is_file() else "is not compiled")
    if source.is_file() and source.stat().st_mtime > binary.stat().st_mtime:
        _refuse(binary, "is older than messages.po")
    try:
        return _open(language, binary.read_bytes())
    except (OSError, UnicodeError, ValueError) as error:
        raise CatalogueError(f"{binary} cannot be read: {error}") from error


def _refuse(file: Path, fault: str) -> NoReturn:
    raise CatalogueError(f"{file} {fault}: compile the catalogues with `make setup`")


def _from_source(folder: Path, language: Language) -> gettext.GNUTranslations:
    source = po_file(folder, language)
    try:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=language.value, abort_invalid=True)
        binary = BytesIO()
        write_mo(binary, catalogue)
        return _open(language, binary.getvalue())
    except (OSError, UnicodeError, ValueError, PoFileError) as error:
        raise CatalogueError(f"{source} cannot be read: {error}") from error


def _open(language: Language, binary: bytes) -> gettext.GNUTranslations:
    catalogue = gettext.GNUTranslations(BytesIO(binary))
    catalogue.add_fallback(gettext.NullTranslations() if language is Language.EN else _NoFallback())
    return catalogue
