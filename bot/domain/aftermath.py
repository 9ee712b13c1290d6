"""Aftermath: what a change brings with it; stored in the same commit, so that no kill comes between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.audit import Deed
from bot.domain.delivery import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What the audit log is to say of it; see ``AuditLog.note``."""

    deed: Deed
    by: int
    about: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What follows from a change."""

    remark: Remark | None = None
    notices: Sequence[Notice] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    """Values that other processes look at; see ``Marks.set``."""


NOTHING = Aftermath()


def nothing_follows(_: object) -> Aftermath:
    """For a change of which nobody hears."""
    return NOTHING
