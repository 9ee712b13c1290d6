"""A YAML file as plain values that know their lines.

Narrower than YAML 1.1, so that what an editor writes is what is read: dates, times, ``yes`` and ``no`` stay
words; aliases, tags and keys that come twice are problems.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import yaml

from bot.content.problems import ContentError, Problem

Place = tuple[str | int, ...]
"""Where a value stands in a document: keys and positions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file's values."""

    file: str
    """Relative to the pack's folder."""
    data: Any
    lines: Mapping[Place, int] = field(repr=False)
    """The line, from 1, on which the value at a place begins."""

    def line(self, place: Place) -> int:
        """Return the line of the value at ``place``, or of the nearest value around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, message: str) -> Problem:
        """Build a problem at ``place``."""
        return Problem(file=self.file, line=self.line(place), message=message)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where it is there
    """Composes nodes with the few implicit types that a pack has."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


_TAG: Final = "tag:yaml.org,2002:"
_IMPLICIT: Final = (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
)
for _name, _pattern, _first in _IMPLICIT:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), list(_first))

_SCALARS: Final[Mapping[str, Callable[[str], Any]]] = {
    f"{_TAG}str": str,
    f"{_TAG}int": int,
    f"{_TAG}float": float,
    f"{_TAG}bool": "true".__eq__,
    f"{_TAG}null": lambda _: None,
}


def parse(source: bytes, file: str) -> Document:
    """Read one YAML document.

    Raises:
        ContentError: It is no UTF-8, no YAML, or uses what a pack may not use; every such place is named.
    """
    try:
        node = yaml.compose(source.decode("utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ContentError([Problem(file=file, line=line, message="this is not UTF-8 text")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = error.problem or error.context or "cannot be read"
        raise ContentError([Problem(file=file, line=line, message=f"this is not YAML: {said}")]) from error
    except yaml.YAMLError as error:
        said = str(error).partition("\n")[0]
        raise ContentError([Problem(file=file, line=1, message=f"this is not YAML: {said}")]) from error
    reader = _Reader(file=file)
    data = reader.value(node, ()) if node is not None else None
    if reader.problems:
        raise ContentError(reader.problems)
    return Document(file=file, data=data, lines=reader.lines)


def read(path: Path, folder: Path) -> Document:
    """Read the file at ``path``, naming it relative to ``folder``.

    Raises:
        ContentError: As ``parse``, or the file cannot be opened.
    """
    file = path.relative_to(folder).as_posix()
    try:
        return parse(path.read_bytes(), file)
    except OSError as error:
        said = error.strerror or str(error)
        raise ContentError([Problem(file=file, line=1, message=f"cannot be read: {said}")]) from error


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Turns nodes into values, noting lines and problems."""

    file: str
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if id(node) in self.seen:
            return self.refuse(node, "an anchor is used again; write the value out")
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(item, (*place, position)) for position, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            return _SCALARS[node.tag](node.value)
        return self.refuse(node, f"the tag {node.tag} has no meaning here")

    def mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, item in node.value:
            name = str(key.value)
            if name in result:
                self.refuse(key, f"the key {name!r} comes twice")
            result[name] = self.value(item, (*place, name))
            self.lines[(*place, name)] = min(self.lines[(*place, name)], item.start_mark.line + 1)
        return result

    def refuse(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(file=self.file, line=node.start_mark.line + 1, message=message))
