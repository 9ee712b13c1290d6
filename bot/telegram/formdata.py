"""Form states as JSON in the session, and the first answers that come from elsewhere."""

from collections.abc import Mapping
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


def prefilled(form: Form, person: Person, answers: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """First values: the person's name, and what a wizard found out (node id → option id and its label)."""
    values: dict[str, Any] = {}
    for asked in form.fields:
        value = _prefill(asked.prefill or "", asked.kind, person, answers)
        if value:
            values[asked.id] = value
    return values


def _prefill(
    wanted: str, kind: FieldKind, person: Person, answers: Mapping[str, tuple[str, str]]
) -> str | None:
    if wanted == "person.name":
        return person.profile.name
    if wanted == "answers":
        return "\n".join(label for _, label in answers.values()) or None
    node = wanted.removeprefix("answers.")
    if node in answers:
        return answers[node][0] if kind is FieldKind.CHOICE else answers[node][1]
    return None
