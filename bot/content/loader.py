"""A folder of YAML files becomes one Content, or every reason why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from bot.content.documents import Document, Place, read
from bot.content.pack import MODELS, Content, Kind, Origin
from bot.content.parts import Model
from bot.content.problems import ContentError, Problem
from bot.content.schema import HOME
from bot.content.sections import INTENTS, REJECTED, Section

DEFAULT_PACK: Final = Path(__file__).parent / "default"
"""The pack that ships."""

WAYS: Final = ("en", "kk", "ur", "rur", "mixed")
"""Ways of writing a question: three languages, Roman Urdu, and mixtures."""

_QUESTIONS: Final = "questions"

Examples = Mapping[str, tuple[str, ...]]
"""Example questions by way of writing."""


def load_content(folder: Path = DEFAULT_PACK) -> Content:
    """Read a pack.

    Raises:
        ContentError: With every problem of every file: unreadable, unknown or missing keys, wrong values, ids
            that come twice, no first menu. Rules across files and translations are those of ``check``.
    """
    if not folder.is_dir():
        raise ContentError([Problem(file=str(folder), line=1, message="there is no such folder")])
    pack = _Pack()
    for path in sorted(folder.rglob("*.y*ml")):
        pack.add_file(path, folder)
    if HOME not in pack.parts[Kind.MENUS]:
        pack.problems.append(Problem(file="menus", line=1, message=f"no menu has the id {HOME!r}"))
    if pack.problems:
        raise ContentError(pack.problems)
    return pack.content(folder)


@dataclass(slots=True)
class _Pack:
    """What has been read so far."""

    parts: dict[Kind, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    origins: dict[tuple[Kind, str], Origin] = field(default_factory=dict)
    owners: dict[str, Origin] = field(default_factory=dict)
    """Who has an id: screens share one set of ids, facts have their own."""
    questions: dict[str, Examples] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add_file(self, path: Path, folder: Path) -> None:
        relative = path.relative_to(folder)
        if path.suffix != ".yaml":
            self.problems.append(_whole(relative, "is not read: its name must end in .yaml"))
        elif relative.parent == Path() or relative.parts[0] not in {*Kind, _QUESTIONS}:
            known = ", ".join([*Kind, _QUESTIONS])
            self.problems.append(_whole(relative, f"is not read: a file belongs into one of {known}"))
        else:
            try:
                self.add_document(read(path, folder), relative.parts[0])
            except ContentError as error:
                self.problems += error.problems

    def add_document(self, document: Document, top: str) -> None:
        if top == _QUESTIONS:
            self.problems += _add_questions(document, self.questions)
        else:
            for place, item in _items(document, Kind(top), self.problems):
                self.add_part(document, Kind(top), place, item)

    def add_part(self, document: Document, kind: Kind, place: Place, item: Any) -> None:
        try:
            part: Any = MODELS[kind].model_validate(item)
        except ValidationError as error:
            self.problems += _faults(document, place, item, error)
            return
        owner = f"fact {part.id}" if kind is Kind.FACTS else part.id
        if earlier := self.owners.get(owner):
            message = f"the id {part.id} is taken already, in {earlier.file} line {earlier.line()}"
            self.problems.append(document.problem((*place, "id"), message))
        self.owners[owner] = self.origins[kind, part.id] = Origin(document=document, place=place)
        self.parts[kind][part.id] = part

    def content(self, folder: Path) -> Content:
        """Freeze what was read; only for a pack without problems."""
        frozen = {kind.value: MappingProxyType(parts) for kind, parts in self.parts.items()}
        screens = {
            name: part for kind in Kind if kind is not Kind.FACTS for name, part in self.parts[kind].items()
        }
        return Content(
            folder=folder,
            questions=MappingProxyType(self.questions),
            screens=MappingProxyType(screens),
            origins=MappingProxyType(self.origins),
            **frozen,
        )


def parts_of(document: Document, kind: Kind) -> Iterator[tuple[Place, Model]]:
    """Yield every part of one file with its place.

    Raises:
        ContentError: The file has problems.
    """
    pack = _Pack()
    pack.add_document(document, kind)
    if pack.problems:
        raise ContentError(pack.problems)
    for name, part in pack.parts[kind].items():
        yield pack.origins[kind, name].place, part


def _whole(file: Path, message: str) -> Problem:
    return Problem(file=file.as_posix(), line=1, message=message)


def _items(document: Document, kind: Kind, problems: list[Problem]) -> Iterator[tuple[Place, Any]]:
    """Yield the raw parts of a file; what is around them is checked here."""
    allowed = {kind.value, "section"} if kind is Kind.FACTS else {kind.value}
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get(kind), list):
        problems.append(document.problem((), f"the file needs the key {kind.value!r} with a list"))
        return
    problems += [document.problem((key,), f"unknown key {key!r}") for key in data.keys() - allowed]
    if kind is Kind.FACTS and data.get("section") not in set(Section):
        problems.append(document.problem(("section",), f"section must be one of {', '.join(Section)}"))
        return
    for position, item in enumerate(data[kind]):
        if kind is Kind.FACTS and isinstance(item, dict):
            item = {"section": data["section"], **item}  # noqa: PLW2901 - the file says it once for all
        yield (kind.value, position), item


def _faults(document: Document, place: Place, item: Any, error: ValidationError) -> Iterator[Problem]:
    """Turn pydantic's complaints into problems in an editor's words."""
    name = item.get("id", "without id") if isinstance(item, dict) else "this part"
    for fault in error.errors(include_url=False):
        where = tuple(fault["loc"])
        spot = ".".join(str(part) for part in where)
        if fault["type"] == "extra_forbidden":
            said = f"unknown key {spot!r}"
        elif fault["type"] == "missing":
            said = f"the key {spot!r} is missing"
        else:
            said = (f"{spot}: " if spot else "") + fault["msg"].removeprefix("Value error, ")
        yield document.problem(place + where, f"{name}: {said}")


def _add_questions(
    document: Document, questions: dict[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[Problem]:
    """Take the example questions of one file; yield what is wrong with them."""
    intents = document.data.get("intents") if isinstance(document.data, dict) else None
    if not isinstance(intents, dict):
        yield document.problem((), "the file needs the key 'intents'")
        return
    for intent, ways in intents.items():
        place: Place = ("intents", intent)
        if intent not in INTENTS and intent not in REJECTED:
            yield document.problem(place, f"unknown intent {intent!r}")
        elif intent in questions:
            yield document.problem(place, f"the intent {intent!r} has questions in another file already")
        elif fault := _fault_of_ways(ways):
            yield document.problem((*place, fault[0]), fault[1])
        else:
            questions[intent] = MappingProxyType({way: tuple(ways.get(way, ())) for way in WAYS})


def _fault_of_ways(ways: object) -> tuple[str, str] | None:
    """Return the key and the fault when ``ways`` is not lists of texts by way of writing."""
    if not isinstance(ways, dict):
        return "", f"an intent needs lists of questions under {', '.join(WAYS)}"
    for way, examples in ways.items():
        if way not in WAYS:
            return way, f"unknown way of writing {way!r}; there are {', '.join(WAYS)}"
        if not isinstance(examples, list) or not all(
            isinstance(each, str) and each.strip() for each in examples
        ):
            return way, f"{way} must be a list of texts"
    return None
