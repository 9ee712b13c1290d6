"""Rules for one text and for one translation of it; those of script follow the house's style guide."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from types import MappingProxyType
from typing import Final

from bot.content.parts import placeholders
from bot.i18n.languages import Language

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
_TAGS: Final = frozenset(
    {
        "b",
        "strong",
        "i",
        "em",
        "u",
        "ins",
        "s",
        "strike",
        "del",
        "code",
        "pre",
        "a",
        "blockquote",
        "tg-spoiler",
    }
)
"""Telegram's HTML style (Bot API, formatting options)."""
_LOOSE_SIGN: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);)|<|>")
_HREF: Final = re.compile(r'href="([^"]*)"')

_LATIN: Final = re.compile(r"[A-Za-z]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_KAZAKH_LOOK_ALIKES: Final = MappingProxyType(
    {"\u0259": "ә", "\u0473": "ө", "\u04a1": "қ", "\u04a5": "ң", "\u045e": "ұ"}
)

_URDU: Final = r"[\u0621-\u064a\u0679-\u06d3]"
_NOT_URDU: Final = MappingProxyType({"\u064a": "ی", "\u0649": "ی", "\u0643": "ک", "\u0647": "ہ"})
_NOT_WRITTEN: Final = MappingProxyType({"\u0640": "tatweel", "\u200c": "the zero-width non-joiner"})
_PRESENTATION_FORM: Final = re.compile(r"[\ufb50-\ufdff\ufe70-\ufeff]")
_EMBEDDING: Final = re.compile(r"[\u202a-\u202e]")
_LATIN_SIGN: Final = re.compile(rf"(?<={_URDU})[?,;]|[?,;](?=\s*{_URDU})")
_LATIN_STOP: Final = re.compile(rf"(?<={_URDU})\.(?=\s|$)")


def html_faults(text: str) -> Iterator[str]:
    """Yield what is wrong with a text as Telegram-HTML."""
    open_tags: list[str] = []
    for closing, name, _ in _TAG.findall(text):
        tag = name.lower()
        if tag not in _TAGS:
            yield f"Telegram knows no tag <{name}>"
        elif not closing:
            open_tags.append(tag)
        elif open_tags[-1:] == [tag]:
            open_tags.pop()
        else:
            yield f"</{name}> closes what is not open"
    if open_tags:
        yield f"<{open_tags[-1]}> is never closed"
    if loose := _LOOSE_SIGN.search(_TAG.sub("", text)):
        yield f"{loose[0]!r} must be written &{ {'&': 'amp', '<': 'lt', '>': 'gt'}[loose[0]] };"


def links(text: str) -> tuple[str, ...]:
    """Return the addresses of the links inside a text."""
    return tuple(_HREF.findall(text))


def visible(text: str) -> str:
    """Return what a reader sees of Telegram-HTML."""
    return unescape(_TAG.sub("", text))


def length(text: str) -> int:
    """Return the length of Telegram-HTML as Telegram counts it: UTF-16 units of what is visible."""
    return len(visible(text).encode("utf-16-le")) // 2


def translation_faults(language: Language, msgid: str, translation: str) -> Iterator[str]:
    """Yield what is wrong with a translation: its placeholders, its tags, its script."""
    ours, theirs = set(placeholders(msgid)), set(placeholders(translation))
    if lost := ours - theirs:
        yield f"lacks {_braced(lost)}"
    if strange := theirs - ours:
        yield f"has {_braced(strange)}, which the English has not"
    yield from html_faults(translation)
    if _tags(msgid) != _tags(translation):
        yield "has other tags than the English"
    if _EMBEDDING.search(translation):
        yield "has a direction control (U+202A to U+202E), which Telegram deletes"
    yield from _SCRIPT_RULES[language](visible(translation))


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _tags(text: str) -> Counter[tuple[str, str]]:
    return Counter((closing, name.lower()) for closing, name, _ in _TAG.findall(text))


def _english(_text: str) -> Iterator[str]:
    return iter(())


def _kazakh(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if _LATIN.search(word) and _CYRILLIC.search(word):
            yield f"mixes Latin and Cyrillic letters in {word!r}"
    for wrong in _KAZAKH_LOOK_ALIKES.keys() & set(text.lower()):
        yield f"has U+{ord(wrong):04X}, which is not the Kazakh letter {_KAZAKH_LOOK_ALIKES[wrong]}"


def _urdu(text: str) -> Iterator[str]:
    for wrong in sorted(_NOT_URDU.keys() & set(text)):
        yield f"has U+{ord(wrong):04X}; Urdu writes {_NOT_URDU[wrong]}"
    for wrong in sorted(_NOT_WRITTEN.keys() & set(text)):
        yield f"has {_NOT_WRITTEN[wrong]} (U+{ord(wrong):04X})"
    if form := _PRESENTATION_FORM.search(text):
        yield f"has the presentation form U+{ord(form[0]):04X}"
    if sign := _LATIN_SIGN.search(text):
        yield f"has the Latin sign {sign[0]!r} beside Urdu letters"
    if _LATIN_STOP.search(text):
        yield "ends a sentence with '.' instead of '۔'"


_SCRIPT_RULES: Final = MappingProxyType({Language.EN: _english, Language.KK: _kazakh, Language.UR: _urdu})
