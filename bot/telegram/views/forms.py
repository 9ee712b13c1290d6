"""Forms: the introduction, one question with its progress, the summary with every answer to change."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.content import rendering
from bot.content.navigation import parent
from bot.content.pack import Content
from bot.content.schema import HOME, FieldKind, Form, FormField
from bot.domain.forms import FieldRefused, FormState, current
from bot.i18n.catalogues import Translator, UserText
from bot.telegram.callbacks import Fill
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, cut, finished, in_rows, italic
from bot.telegram.views import buttons
from bot.telegram.views.asking import attached

_BAR = 10
"""Characters of the progress bar."""


def intro(tr: Translator, content: Content, form: Form) -> Screen:
    """What the form is for, and where to begin."""
    count = tr.plural("{n} question", "{n} questions", len(form.fields))
    text = f"{rendering.form_intro(form, tr)}\n\n{count}"
    above = parent(content, form.id)
    back = buttons.back_to(tr, above.id if above else HOME)
    begin = Button(label=tr.plain("Begin"), data=Fill(act="begin", field=form.id), style=FORWARD)
    return finished(tr, text, [[begin], *buttons.fixed_rows(tr, back=back)])


def question(tr: Translator, form: Form, state: FormState, *, refused: FieldRefused | None = None) -> Screen:
    """The question that is asked now."""
    asked = current(form, state)
    assert asked is not None  # noqa: S101 - the summary is shown otherwise
    lines = [f"<b>{tr.text(form.title)}</b>", _progress(tr, form, state)]
    if refused:
        lines.append(f"<b>{reason(tr, refused)}</b>")
    lines.append(tr.text(asked.question))
    if asked.hint:
        lines.append(f"<i>{tr.text(asked.hint)}</i>")
    if asked.kind is FieldKind.FILES:
        lines.append(italic(tr("Please do not send scans of passports or identity cards.")))
    given = _given(tr, asked, state)
    if given:
        lines.append(tr("Your answer so far: {value}", value=given))
    return finished(tr, "\n\n".join(lines), _question_rows(tr, asked, state))


def _progress(tr: Translator, form: Form, state: FormState) -> str:
    done = round(_BAR * state.position / len(form.fields))
    bar = "▰" * done + "▱" * (_BAR - done)
    step = tr("Question {n} of {all}", n=state.position + 1, all=len(form.fields))
    return f"{step}\n{bar}"


def _given(tr: Translator, asked: FormField, state: FormState, *, whole: bool = False) -> Any:
    files = state.files.get(asked.id)
    if files:
        return attached(tr, files)
    value = state.values.get(asked.id)
    labels = {one.id: tr.plain(one.label) for one in asked.choices}
    if isinstance(value, list):
        return tr.list_and([labels[one] for one in value if one in labels])
    if value is None:
        return ""
    return labels.get(str(value)) or UserText(_shown_value(tr, asked, str(value), whole=whole))


def _shown_value(tr: Translator, asked: FormField, value: str, *, whole: bool) -> str:
    if asked.kind is FieldKind.DATE:
        return tr.date(date.fromisoformat(value))
    return value if whole else cut(value, 300)


def _question_rows(tr: Translator, asked: FormField, state: FormState) -> list[Sequence[Button]]:
    rows: list[Sequence[Button]] = []
    chosen = state.values.get(asked.id)
    if asked.choices:
        several = asked.kind is FieldKind.SEVERAL
        marks = set(chosen or []) if several else set()
        picks = [
            Button(
                label=f"{'☑ ' if one.id in marks else '☐ ' if several else ''}{tr.plain(one.label)}",
                data=Fill(act="pick", field=asked.id, value=one.id),
            )
            for one in asked.choices
        ]
        rows += in_rows(picks, 1 if any(len(one.label) > 16 for one in picks) else 2)  # noqa: PLR2004
    if asked.kind in (FieldKind.SEVERAL, FieldKind.FILES) and (chosen or state.files.get(asked.id)):
        rows.append([Button(label=tr.plain("Next"), data=Fill(act="done", field=asked.id), style=FORWARD)])
    elif chosen is not None and asked.kind is not FieldKind.SEVERAL:
        rows.append([Button(label=tr.plain("Keep this answer"), data=Fill(act="keep", field=asked.id))])
    if not asked.required:
        rows.append([Button(label=tr.plain("Skip"), data=Fill(act="skip", field=asked.id))])
    ways = [Button(label=tr.plain("Discard"), data=Fill(act="drop"), style=THROW_AWAY)]
    if state.position:
        ways.insert(0, Button(label=tr.plain("Back"), data=Fill(act="back")))
    return [*rows, ways, [buttons.home(tr)]]


def summary(tr: Translator, form: Form, state: FormState, *, first: bool) -> Screen:
    """Every answer, each to be changed, and Send."""
    lines = [f"<b>{tr.text(form.summary)}</b>"]
    lines += [
        tr("{label}: {value}", label=tr.text(asked.label), value=_given(tr, asked, state) or "–")
        for asked in form.fields
    ]
    text = "\n".join(lines)
    if first:
        consent = tr(
            "By sending you agree that the House keeps your words and name to answer you. More: /privacy"
        )
        text = f"{text}\n\n{consent}"
    changes = [
        Button(
            label=tr.plain("Change: {label}", label=tr.plain(asked.label)),
            data=Fill(act="edit", field=asked.id),
        )
        for asked in form.fields
    ]
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain("Send"), data=Fill(act="send"), style=FORWARD)],
        *in_rows(changes, 1),
        [Button(label=tr.plain("Discard"), data=Fill(act="drop"), style=THROW_AWAY), buttons.home(tr)],
    ]
    return finished(tr, text, rows)


def reason(tr: Translator, refused: FieldRefused) -> str:
    """Why an answer does not fit, as Telegram-HTML."""
    values = {
        name: tr.date(value) if isinstance(value, date) else value for name, value in refused.values.items()
    }
    return tr.text(refused.reason, **values)


def words(tr: Translator, form: Form, state: FormState) -> str:
    """The form's answers as one text, for lists and search; plain, in the visitor's language."""
    lines = [tr.plain(form.title)]
    for asked in form.fields:
        given = _given(tr, asked, state, whole=True)
        if given and asked.kind is not FieldKind.FILES:
            lines.append(f"{tr.plain(asked.label)}: {given}")
    return "\n".join(lines)


def other_open(tr: Translator, form: Form, instead: Fill) -> Screen:
    """Another form is half-filled: continue it, or begin the new one by the step ``instead``."""
    text = tr(
        "You have begun “{form}” and not sent it. Continue it, or discard it and begin the new one?",
        form=tr.text(form.title),
    )
    rows = [
        [Button(label=tr.plain("Continue"), data=Fill(act="resume"))],
        [Button(label=tr.plain("Discard"), data=instead, style=THROW_AWAY)],
    ]
    return finished(tr, text, [*rows, *buttons.fixed_rows(tr)])
