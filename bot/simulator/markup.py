"""parse_mode HTML as Telegram reads it (Bot API page, "HTML style"; refusals in the words of TDLib)."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.detection import units
from bot.simulator.errors import ApiError, bad

Json = dict[str, Any]

SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler",
}  # fmt: skip
TAGS = frozenset({*SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji"})
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")
USER_LINK = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)
LINK = re.compile(r"(?:(?:https?|tg|ton)://|mailto:|tel:)?[^\s/]+\.?[^\s]*$", re.IGNORECASE)
SURROGATES = range(0xD800, 0xE000)
LAST_CODE_POINT = 0x10FFFF


@dataclass(slots=True)
class OpenTag:
    """A start tag that waits for its end: where its text begins, in UTF-16 units and in letters."""

    name: str
    attributes: dict[str, str]
    offset: int
    letter: int


@dataclass(slots=True)
class Parsed:
    """What was read so far."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    letters: int = 0
    open: list[OpenTag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Append plain text."""
        self.pieces.append(text)
        self.length += units(text)
        self.letters += len(text)


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities, or refuse as Telegram does."""
    parsed = Parsed()
    position = 0
    while position < len(source):
        mark = source.find("<", position)
        parsed.add(unescape(source[position : mark if mark >= 0 else len(source)]))
        if mark < 0:
            break
        position = (
            _end_tag(source, mark, parsed)
            if source[mark + 1 : mark + 2] == "/"
            else _start_tag(source, mark, parsed)
        )
    if parsed.open:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{parsed.open[-1].name}"')
    entities = sorted(_merged_code(parsed.entities), key=lambda one: (one["offset"], -one["length"]))
    return "".join(parsed.pieces), entities


def unescape(text: str) -> str:
    """Replace the four named references and the numeric ones; others stay as they are."""
    return REFERENCE.sub(_reference, text) if "&" in text else text


def _reference(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED.get(name, found.group()) if name in NAMED else found.group()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < LAST_CODE_POINT and code not in SURROGATES else found.group()


def _start_tag(source: str, mark: int, parsed: Parsed) -> int:
    """Read a start tag and return where the text goes on."""
    end = _tag_end(source, mark)
    place = len(source[:mark].encode())
    if end < 0:
        raise _broken(f"Unclosed start tag at byte offset {place}")
    inside = source[mark + 1 : end]
    name = re.split(r"\s", inside, maxsplit=1)[0].lower()
    if name not in TAGS:
        raise _broken(f'Unsupported start tag "{name}" at byte offset {place}')
    attributes = {}
    for key, double, single, bare in ATTRIBUTE.findall(inside[len(name) :]):
        attributes[key.lower()] = unescape(double or single or bare)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
    parsed.open.append(OpenTag(name, attributes, parsed.length, parsed.letters))
    return end + 1


def _tag_end(source: str, mark: int) -> int:
    """Return where the tag's ">" stands, outside of quotes, or -1."""
    quote = ""
    for index in range(mark + 1, len(source)):
        letter = source[index]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'" and source[index - 1] in "= ":
            quote = letter
        elif letter == ">":
            return index
    return -1


def _end_tag(source: str, mark: int, parsed: Parsed) -> int:
    """Read an end tag, note its entity and return where the text goes on."""
    place = len(source[:mark].encode())
    if not parsed.open:
        raise _broken(f"Unexpected end tag at byte offset {place}")
    end = source.find(">", mark)
    found = re.fullmatch(r"(\S*)\s*", source[mark + 2 : end]) if end >= 0 else None
    if found is None:
        raise _broken(f"Unclosed end tag at byte offset {place}")
    tag, name = parsed.open[-1], found.group(1).lower()
    if name and name != tag.name:
        raise _broken(
            f'Unmatched end tag at byte offset {place}, expected "</{tag.name}>", found "</{name}>"'
        )
    parsed.open.pop()
    length = parsed.length - tag.offset
    if length and (entity := _entity(tag, parsed)):
        parsed.entities.append(entity | {"offset": tag.offset, "length": length})
    return end + 1


def _entity(tag: OpenTag, parsed: Parsed) -> Json:
    if tag.name in SIMPLE:
        return {"type": SIMPLE[tag.name]}
    match tag.name:
        case "a":
            return _link(tag.attributes.get("href") or "".join(parsed.pieces)[tag.letter :])
        case "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"}
        case "tg-emoji":
            if not tag.attributes.get("emoji-id", "").isdecimal():
                raise bad("can't parse entities: Invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": tag.attributes["emoji-id"]}
        case "code" if tag.attributes.get("class", "").startswith("language-"):
            return {"type": "code", "language": tag.attributes["class"].removeprefix("language-")}
        case _:
            return {"type": tag.name}


def _link(target: str) -> Json:
    if user := USER_LINK.match(target):
        return {"type": "text_mention", "user": {"id": int(user.group(1)), "is_bot": False, "first_name": ""}}
    if "." not in target and not target.lower().startswith(
        ("tg://", "http://", "https://", "tel:", "mailto:")
    ):
        return {}
    return {"type": "text_link", "url": target if ":" in target else f"http://{target}/"}


def _merged_code(entities: list[Json]) -> list[Json]:
    """Join `<pre><code class="language-x">` into one entity with its language; a lone code has none."""
    pres = {(one["offset"], one["length"]): one for one in entities if one["type"] == "pre"}
    kept = []
    for entity in entities:
        language = entity.pop("language", "") if entity["type"] == "code" else ""
        pre = pres.get((entity["offset"], entity["length"])) if entity["type"] == "code" else None
        if pre is None:
            kept.append(entity)
        elif language:
            pre["language"] = language
    return kept


def _broken(reason: str) -> ApiError:
    return bad(f"can't parse entities: {reason}")
