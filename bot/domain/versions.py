"""Versions of an announcement: what Telegram takes, and what a correction may change."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.broadcasts import Broadcast, Version
from bot.domain.errors import MixedAlbum, NothingWritten, NoWords, OnlyWords, TooLong
from bot.domain.messages import Attachment, AttachmentKind
from bot.i18n.direction import rtl
from bot.i18n.languages import Language

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 units after the markup is read (Bot API: sendMessage, sendPhoto)."""
MOST_IN_ALBUM = 10
_FAMILIES: Mapping[AttachmentKind, str] = {
    AttachmentKind.PHOTO: "visual",
    AttachmentKind.VIDEO: "visual",
    AttachmentKind.DOCUMENT: "document",
    AttachmentKind.AUDIO: "audio",
}
"""Kinds that can stand in one album together (Bot API: sendMediaGroup)."""
_WORDLESS = frozenset(
    {
        AttachmentKind.STICKER,
        AttachmentKind.VIDEO_NOTE,
        AttachmentKind.CONTACT,
        AttachmentKind.LOCATION,
        AttachmentKind.VENUE,
    }
)
"""Kinds that have no caption."""
_TAG = re.compile(r"<[^<>]*>")


def corrected(original: Broadcast, language: Language, version: Version) -> Version:
    """The copies that readers of a language have, with other words. Raises ``OnlyWords``, ``NoWords``."""
    written = original.language_for(language)
    copy = original.versions[written] if written else Version()
    known = {one.file_unique_id for one in copy.attachments}
    if any(one.file_unique_id not in known for one in version.attachments):
        raise OnlyWords
    if len(copy.attachments) == 1 and copy.attachments[0].kind in _WORDLESS:
        raise NoWords
    return replace(copy, html=version.html)


def changed_for(original: Broadcast, correction: Broadcast) -> frozenset[Language]:
    """Whose copies a correction changes, by what they read. Raises ``NothingWritten`` when nobody's."""

    def has_other_words(language: Language) -> bool:
        before, after = original.language_for(language), correction.language_for(language)
        return (before and original.versions[before]) != (after and correction.versions[after])

    readers = frozenset(filter(has_other_words, Language))
    if not readers:
        raise NothingWritten
    return readers


def check_version(version: Version, language: Language) -> None:
    """Raise ``TooLong``, ``MixedAlbum`` or ``NothingWritten`` when Telegram would not take it."""
    things = version.attachments
    if not things and not version.html.strip():
        raise NothingWritten
    limit = LONGEST_CAPTION if things else LONGEST_TEXT
    # Lines that would run the wrong way begin with a mark, which counts too.
    html = rtl(version.html) if language.runs_right_to_left else version.html
    if shown_length(html) > limit:
        raise TooLong(limit)
    if len(things) > 1 and not _is_album(things):
        raise MixedAlbum


def shown_length(text: str) -> int:
    """UTF-16 units of Telegram-HTML as Telegram counts them: without the markup."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def _is_album(things: tuple[Attachment, ...]) -> bool:
    families = {_FAMILIES.get(one.kind) for one in things}
    return len(families) == 1 and None not in families and len(things) <= MOST_IN_ALBUM
