"""Splitting: a text in Telegram-HTML in pieces that fit into messages, each with its formatting whole."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

from bot.telegram.screens import utf16

_ATOM: Final = re.compile(r"<[^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)
"""A tag, a reference to a character, or a character."""
_BREAKS: Final = ("\n", " ")
"""Where a piece ends best; the first one that is found in its later half counts."""


def shown_length(html: str) -> int:
    """The length as Telegram counts it: UTF-16 units after the markup is read."""
    return sum(map(_width, _ATOM.findall(html)))


def split(html: str, limit: int) -> list[str]:
    """Pieces of at most ``limit`` units as shown. Nothing but blanks at the seams is left out."""
    if len(html) <= limit and utf16(html) <= limit:
        return [html]
    atoms = _ATOM.findall(html)
    pieces: list[str] = []
    open_tags: list[str] = []
    while atoms:
        end = _end(atoms, limit)
        chunk, atoms = atoms[:end], atoms[end:]
        before = "".join(open_tags)
        open_tags = _still_open(open_tags, chunk)
        after = "".join(f"</{_name(tag)}>" for tag in reversed(open_tags))
        piece = "".join(chunk).strip("\n ")
        if shown_length(piece):
            pieces.append(f"{before}{piece}{after}")
    return pieces


def _end(atoms: Sequence[str], limit: int) -> int:
    """How many atoms the next piece takes."""
    room, most = limit, len(atoms)
    for number, atom in enumerate(atoms):
        room -= _width(atom)
        if room < 0:
            most = number
            break
    if most == len(atoms):
        return most
    for mark in _BREAKS:
        for number in range(most, most // 2, -1):
            if atoms[number] == mark:
                return number
    return max(1, most)


def _width(atom: str) -> int:
    return 0 if _is_tag(atom) else utf16(unescape(atom))


def _is_tag(atom: str) -> bool:
    return len(atom) > 1 and atom[0] == "<"


def _name(tag: str) -> str:
    return tag[1:-1].split(maxsplit=1)[0]


def _still_open(before: Sequence[str], chunk: Sequence[str]) -> list[str]:
    still = list(before)
    for tag in _tags(chunk):
        if not tag.startswith("</"):
            still.append(tag)
        elif still:
            still.pop()
    return still


def _tags(chunk: Sequence[str]) -> Iterator[str]:
    return (atom for atom in chunk if _is_tag(atom))
