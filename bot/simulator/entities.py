"""Texts of the bot: parse_mode or entities, cleaned and measured, refused in TDLib's words."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from bot.simulator.calls import Call
from bot.simulator.cleaning import TRIMMED, clean, is_invisible
from bot.simulator.detection import detect, units
from bot.simulator.errors import bad
from bot.simulator.markup import parse_html

Json = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
KNOWN = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
        "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
        "text_link", "text_mention", "custom_emoji",
    }
)  # fmt: skip
FOUND_BY_TELEGRAM = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text with its entities, as it will stand in the message."""

    text: str
    entities: list[Json]


def text_of(call: Call) -> FormattedText:
    """Return the text of sendMessage and editMessageText or refuse it."""
    if not call.text("text"):
        raise bad("message text is empty")
    made = formatted(call.text("text"), call.text("parse_mode"), call.structure("entities"))
    if not made.text:
        raise bad("text must be non-empty")
    if units(made.text) > TEXT_LIMIT:
        raise bad("message is too long")
    return made


def caption_of(source: Call | Json) -> FormattedText:
    """Return the caption of a call or of one item of an album; it may be empty."""
    if isinstance(source, Call):
        made = formatted(
            source.text("caption"), source.text("parse_mode"), source.structure("caption_entities")
        )
    else:
        made = formatted(
            source.get("caption") or "", source.get("parse_mode") or "", source.get("caption_entities")
        )
    if units(made.text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return made


def formatted(text: str, parse_mode: str, given: Any = None) -> FormattedText:
    """Parse, clean, trim and complete a text with what Telegram finds by itself."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise bad("strings must be encoded in UTF-8")
    entities: list[Json] = []
    match parse_mode.lower():
        case "html":
            text, entities = parse_html(text)
        case "" | "none":
            entities = [_checked(one) for one in given or []]
        case "markdown" | "markdownv2":
            raise bad(f'the simulator does not read parse_mode "{parse_mode}": use HTML')
        case _:
            raise bad("unsupported parse_mode")
    text, entities = _tidy(text, entities)
    if is_invisible(text):
        return FormattedText("", [])
    return FormattedText(text, _completed(text, entities))


def _checked(entity: Any) -> Json:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise bad("can't parse MessageEntity: expected an Object")
    if entity["type"] not in KNOWN:
        raise bad("can't parse MessageEntity: unsupported type specified")
    return {key: value for key, value in entity.items() if value is not None}


def _tidy(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Clean and trim the text and move the entities with it."""
    if clean(text) == text and text == text.strip(TRIMMED):
        return text, entities
    letters = [clean(letter) for letter in text]
    start, end = _visible_range(letters, min((one["offset"] for one in entities), default=None), text)
    kept = clean("".join(letters[start:end]))
    before, after = _offsets(text), _offsets_of(letters, start, end)
    moved = []
    for entity in entities:
        first, last = (
            after[min(bisect_left(before, place), len(letters))]
            for place in (entity["offset"], entity["offset"] + entity["length"])
        )
        if last > first:
            moved.append(entity | {"offset": first, "length": last - first})
    return kept, moved


def _visible_range(letters: list[str], first_entity: int | None, text: str) -> tuple[int, int]:
    """Return which letters stay: blanks at the end go, those at the start only up to the first entity."""
    end = len(letters)
    while end and letters[end - 1] in {"", " ", "\n"}:
        end -= 1
    stop = end if first_entity is None else min(end, bisect_left(_offsets(text), first_entity))
    start = 0
    while start < stop and letters[start] in {"", " ", "\n"}:
        start += 1
    return start, end


def _offsets(text: str) -> list[int]:
    """Return the UTF-16 offset of every letter and of the end."""
    found = [0]
    for letter in text:
        found.append(found[-1] + (2 if ord(letter) > 0xFFFF else 1))  # noqa: PLR2004 - the basic plane's end
    return found


def _offsets_of(letters: list[str], start: int, end: int) -> list[int]:
    """Return the new UTF-16 offset of every old letter and of the end, outside clamped to the ends."""
    found = [0]
    for index, letter in enumerate(letters):
        found.append(found[-1] + (units(letter) if start <= index < end else 0))
    return found


def _completed(text: str, entities: list[Json]) -> list[Json]:
    """Add the commands, links and mentions that Telegram finds outside of links and code."""
    taken = [
        one for one in entities if one["type"] in {"code", "pre", "text_link", "text_mention", "custom_emoji"}
    ]
    own = [one for one in entities if one["type"] not in FOUND_BY_TELEGRAM]
    found = [one for one in detect(text) if not any(_overlap(one, other) for other in taken)]
    return sorted(own + found, key=lambda one: (one["offset"], -one["length"]))


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )
