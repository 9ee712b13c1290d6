"""Form states as JSON in the session, and the first answers that come from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.content.schema import FieldKind, Form
from bot.domain.forms import FormState
from bot.domain.people import Person
from bot.telegram.drafts import attachment_data, read_attachment_data


def as_data(state: FormState) -> dict[str, Any]:
    """The state as JSON values."""
    return {
        "form": state.form,
        "position": state.position,
        "values": dict(state.values),
        "files": {name: [attachment_data(one) for one in things] for name, things in state.files.items()},
        "editing": state.editing,
    }


def from_data(data: Mapping[str, Any]) -> FormState:
    """The state again."""
    return FormState(
        form=str(data["form"]),
        position=int(data.get("position", 0)),
        values=data.get("values", {}),
        files={
            name: tuple(read_attachment_data(one) for one in things)
            for name, things in data.get("files", {}).items()
        },
        editing=bool(data.get("editing")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOut:
    """What a wizard found out before it led to a form."""

    chosen: Mapping[str, tuple[str, str]]
    """By node: the id of the option chosen and its label."""
    words: str
    """All of it as plain text: each question with its answer, and where they led."""


def prefilled(form: Form, person: Person, found: FoundOut | None) -> dict[str, Any]:
    """First values: the person's name, and what a wizard found out."""
    values: dict[str, Any] = {}
    for asked in form.fields:
        value = _prefill(asked.prefill or "", asked.kind, person, found)
        if value:
            values[asked.id] = value
    return values


def _prefill(wanted: str, kind: FieldKind, person: Person, found: FoundOut | None) -> str | None:
    if wanted == "person.name":
        return person.profile.name
    if found is None:
        return None
    if wanted == "answers":
        return found.words
    chosen = found.chosen.get(wanted.removeprefix("answers."))
    return chosen and chosen[0 if kind is FieldKind.CHOICE else 1]
