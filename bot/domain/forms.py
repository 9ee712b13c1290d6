"""Forms: walking a form of the content, question by question. Pure: state in, state out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bot.content.schema import FieldKind, Form, FormField
from bot.domain.errors import Refusal
from bot.domain.inquiries import Answer
from bot.domain.messages import Attachment
from bot.i18n.catalogues import mark

_LONGEST: dict[FieldKind, int] = {FieldKind.TEXT: 300, FieldKind.LONG_TEXT: 3500}
_PHONE = re.compile(r"\+?\d{7,15}")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[A-Za-z]{2,}")
_DATE = re.compile(r"(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")
MOST_FILES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """How far a form is filled in. JSON values only, apart from the attachments."""

    form: str
    position: int = 0
    """The index of the field that is asked now; past the end: the summary."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """By field id: text, ISO date, number, choice id, list of choice ids; None: skipped."""
    files: Mapping[str, tuple[Attachment, ...]] = field(default_factory=dict)
    """By field id: what was attached."""
    editing: bool = False
    """One answer is being changed from the summary: return there after it."""


class FieldRefused(Refusal):
    """The answer does not fit the field; ``reason`` is a msgid with placeholders for ``values``."""

    def __init__(self, reason: str, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values or {}


def current(form: Form, state: FormState) -> FormField | None:
    """The field that is asked now; None at the summary."""
    return form.fields[state.position] if state.position < len(form.fields) else None


def answered(form: Form, state: FormState, value: Any) -> FormState:
    """Accept a checked value for the current field and go on."""
    asked = current(form, state)
    if asked is None:
        return state
    return _onward(form, replace(state, values={**state.values, asked.id: value}))


def skipped(form: Form, state: FormState) -> FormState:
    """Leave an optional field empty. Raises ``FieldRefused`` for a required one."""
    asked = current(form, state)
    if asked is None:
        return state
    if asked.required:
        raise FieldRefused(mark("This question needs an answer."))
    cleared = {name: kept for name, kept in state.files.items() if name != asked.id}
    return _onward(form, replace(state, values={**state.values, asked.id: None}, files=cleared))


def back(state: FormState) -> FormState:
    """One question back; an edit ends at the summary again."""
    return replace(state, position=max(0, state.position - 1), editing=False)


def edit(form: Form, state: FormState, field_id: str) -> FormState:
    """Go to one field from the summary."""
    for position, one in enumerate(form.fields):
        if one.id == field_id:
            return replace(state, position=position, editing=True)
    return state


def toggled(form: Form, state: FormState, choice: str) -> FormState:
    """Tick or clear one of several choices."""
    asked = current(form, state)
    if asked is None or choice not in {one.id for one in asked.choices}:
        return state
    chosen = list(state.values.get(asked.id) or [])
    chosen = [one for one in chosen if one != choice] if choice in chosen else [*chosen, choice]
    return replace(state, values={**state.values, asked.id: chosen})


def named(form: Form, state: FormState, choices: Sequence[str]) -> FormState:
    """Take the choices that were typed: several are ticked. Raises ``FieldRefused`` when none is clear."""
    asked = current(form, state)
    if asked is None or not choices or (len(choices) > 1 and asked.kind is not FieldKind.SEVERAL):
        raise FieldRefused(mark("Please choose one of the buttons."))
    if asked.kind is not FieldKind.SEVERAL:
        return answered(form, state, choices[0])
    chosen = dict.fromkeys([*(state.values.get(asked.id) or []), *choices])
    return replace(state, values={**state.values, asked.id: list(chosen)})


def attached(form: Form, state: FormState, things: Sequence[Attachment]) -> FormState:
    """Add files to a field of files. Raises ``FieldRefused`` when there are too many."""
    asked = current(form, state)
    if asked is None:
        return state
    known = state.files.get(asked.id, ())
    most = min(asked.max or MOST_FILES, MOST_FILES)
    if len(known) + len(things) > most:
        raise FieldRefused(mark("At most {n} files, please."), {"n": most})
    return replace(state, files={**state.files, asked.id: (*known, *things)})


def finished_several(form: Form, state: FormState) -> FormState:
    """Close a field of several choices or of files. Raises ``FieldRefused`` when it holds too little."""
    asked = current(form, state)
    if asked is None:
        return state
    count = len(state.files.get(asked.id, ())) or len(state.values.get(asked.id) or [])
    least = asked.min if asked.min is not None else int(asked.required)
    if count < least:
        raise FieldRefused(mark("Please choose or send at least {n}."), {"n": least})
    if asked.max is not None and count > asked.max:
        raise FieldRefused(mark("At most {n}, please."), {"n": asked.max})
    return _onward(form, state)


def _onward(form: Form, state: FormState) -> FormState:
    end = len(form.fields)
    return replace(state, position=end if state.editing else min(state.position + 1, end), editing=False)


def check(asked: FormField, text: str, today: date) -> Any:
    """Read a typed answer. Gives the value to keep; raises ``FieldRefused`` with what is expected."""
    text = text.strip()
    if not text:
        raise FieldRefused(mark("Please answer in words."))
    match asked.kind:
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return _text(asked, text)
        case FieldKind.NUMBER:
            return _number(asked, text)
        case FieldKind.DATE:
            return _date(asked, text, today)
        case FieldKind.PHONE:
            return _phone(text)
        case FieldKind.EMAIL:
            if not _EMAIL.fullmatch(text):
                raise FieldRefused(mark("Please write an e-mail address, for example name@example.com."))
            return text
        case FieldKind.CHOICE | FieldKind.SEVERAL:
            raise FieldRefused(mark("Please choose one of the buttons."))
        case FieldKind.FILES:
            raise FieldRefused(mark("Please send a photo or a file, or go on with the button."))


def _text(asked: FormField, text: str) -> str:
    least, most = asked.min or 1, asked.max or _LONGEST[asked.kind]
    if len(text) < least:
        raise FieldRefused(mark("Please write at least {n} characters."), {"n": least})
    if len(text) > most:
        raise FieldRefused(mark("This text is too long: at most {n} characters."), {"n": most})
    return text


def _number(asked: FormField, text: str) -> int:
    digits = text.replace(" ", "").replace(",", "").replace("\u00a0", "")
    try:
        number = int(digits)
    except ValueError:
        raise FieldRefused(mark("Please write a whole number, for example 3.")) from None
    low, high = asked.min if asked.min is not None else 0, asked.max if asked.max is not None else 10**9
    if not low <= number <= high:
        raise FieldRefused(mark("Please write a number from {low} to {high}."), {"low": low, "high": high})
    return number


def _date(asked: FormField, text: str, today: date) -> str:
    found = _DATE.fullmatch(_digits(text))
    if not found:
        raise FieldRefused(mark("Please write the date as day.month.year, for example 25.03.2027."))
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        raise FieldRefused(mark("There is no such day. Please check the date.")) from None
    first, last = _day(asked.earliest, today), _day(asked.latest, today)
    if first and value < first:
        raise FieldRefused(mark("Please choose a day not before {day}."), {"day": first})
    if last and value > last:
        raise FieldRefused(mark("Please choose a day not after {day}."), {"day": last})
    return value.isoformat()


def _day(limit: str | None, today: date) -> date | None:
    if limit is None:
        return None
    if limit == "today":
        return today
    if limit.endswith("d"):
        return today + timedelta(days=int(limit[:-1]))
    return date.fromisoformat(limit)


def _phone(text: str) -> str:
    digits = re.sub(r"[\s().\-\u00a0\u200e\u200f\u2066-\u2069\u202a-\u202e]", "", _digits(text))
    if not _PHONE.fullmatch(digits):
        raise FieldRefused(mark("Please write a phone number with its code, for example +92 300 1234567."))
    return digits


def _digits(text: str) -> str:
    """Urdu and Arabic digits as 0-9."""
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def summary_answers(form: Form, state: FormState) -> tuple[Answer, ...]:
    """The answers as they are stored; what was skipped is left out."""
    found = []
    for asked in form.fields:
        value = state.values.get(asked.id)
        labels = {one.id: one.label for one in asked.choices}
        if asked.kind is FieldKind.CHOICE and value in labels:
            found.append(Answer(field=asked.id, label=asked.label, value=labels[value], choice=True))
        elif asked.kind is FieldKind.SEVERAL:
            found += [
                Answer(field=asked.id, label=asked.label, value=labels[one], choice=True)
                for one in value or []
                if one in labels
            ]
        elif value is not None and asked.kind is not FieldKind.FILES:
            found.append(Answer(field=asked.id, label=asked.label, value=str(value)))
    return tuple(found)


def all_files(form: Form, state: FormState) -> tuple[Attachment, ...]:
    """Everything attached, in the order of the fields."""
    return tuple(thing for asked in form.fields for thing in state.files.get(asked.id, ()))
