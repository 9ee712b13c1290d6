"""What every part of the content pack is made of: frozen models, texts to translate, references to ids."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any, ClassVar, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from bot.i18n.catalogues import PLACEHOLDER


class Translatable:
    """Marks a field whose text goes through the catalogues."""


class Filled:
    """Marks a field whose text may show facts in braces."""


class Address:
    """Marks a field that is an address on the web."""


class FactId:
    """Marks a field that names a fact."""


class ScreenId:
    """Marks a field that names a screen."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone of the IANA database") from error
    return name


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Translatable()]
FilledText = Annotated[Text, Filled()]
FactRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,47}$"), FactId()]
_SCREEN_ID: Final = StringConstraints(pattern=r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$", max_length=48)
ScreenRef = Annotated[str, _SCREEN_ID, ScreenId()]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""The id of a part of a form or wizard, unique inside it."""
ShortName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,15}$")]
"""The id of a choice or option: a button carries it, so it is short."""
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$"), Address()]
"""An absolute address; ``check`` names those that are not https."""
ZoneName = Annotated[str, AfterValidator(_zone)]


class Model(BaseModel):
    """A frozen part of the pack; unknown keys are errors."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


Path = tuple[str | int, ...]
"""Where in a model a value stands: names of fields and positions."""


def refuse_twins(what: str, ids: Sequence[str]) -> None:
    """Refuse ids that come twice.

    Raises:
        ValueError: With the ids.
    """
    if twins := sorted({each for each in ids if ids.count(each) > 1}):
        raise ValueError(f"{what} have the same id: {', '.join(twins)}")


def marked(model: BaseModel, mark: type) -> Iterator[tuple[Path, str]]:
    """Yield every string of ``model`` whose field carries ``mark``, with its place, in order."""
    for name, key, has in _fields(type(model), mark):
        yield from _marked_value(getattr(model, name), (key,), mark, has=has)


@cache
def _fields(kind: type[BaseModel], mark: type) -> Sequence[tuple[str, str, bool]]:
    """The name and the key of each field, and whether it carries the mark."""
    return tuple(
        (name, info.alias or name, _carries(info.annotation, info.metadata, mark))
        for name, info in kind.model_fields.items()
    )


def _marked_value(value: object, path: Path, mark: type, *, has: bool) -> Iterator[tuple[Path, str]]:
    if isinstance(value, BaseModel):
        yield from ((path + below, text) for below, text in marked(value, mark))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _marked_value(item, (*path, position), mark, has=has)
    elif isinstance(value, str) and has:
        yield path, value


def _carries(annotation: Any, metadata: list[Any], mark: type) -> bool:
    """Whether a field's annotation, or a part of it, carries the mark."""
    found = [*metadata, *getattr(annotation, "__metadata__", ())]
    inner = getattr(annotation, "__args__", ())
    return any(isinstance(item, mark) for item in found) or any(_carries(part, [], mark) for part in inner)


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in braces in a text, each once, in order."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))
