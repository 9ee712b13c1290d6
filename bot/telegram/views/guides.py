"""Wizards: one question at a time, then the outcome with its checklist."""

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import date
from html import unescape

from bot.content import rendering
from bot.content.navigation import parent
from bot.content.pack import Content
from bot.content.schema import HOME, ChecklistItem, Line, Node, Outcome, Wizard
from bot.content.wizards import Walk as Walked
from bot.content.wizards import questions_left, walk
from bot.i18n.catalogues import Translator
from bot.i18n.direction import strip_controls
from bot.telegram.callbacks import Ask, Fill, Go, Tick, Walk
from bot.telegram.formdata import FoundOut
from bot.telegram.screens import Button, Screen, cut, finished
from bot.telegram.views import buttons, menus

_LETTERS = "abcdefgh"
"""The letter of an option: its position among the options of a question."""
_TICK_LABEL = 40
_TAG = re.compile(r"<[^>]+>")


def mark_of(wizard: Wizard) -> str:
    """Three characters that change when the wizard's options do: an old button must not mean something else."""
    shape = repr([(node.id, [(one.id, one.next) for one in node.options]) for node in wizard.nodes])
    return hashlib.sha256(shape.encode()).hexdigest()[:3]


def follow(wizard: Wizard, path: str) -> Walked:
    """Walk the options that a button names by letters."""
    chosen: list[str] = []
    for letter in path:
        at = walk(wizard, chosen).at
        position = _LETTERS.find(letter)
        if not isinstance(at, Node) or not 0 <= position < len(at.options):
            break
        chosen.append(at.options[position].id)
    return walk(wizard, chosen)


def question(tr: Translator, content: Content, wizard: Wizard, path: str, *, changed: bool = False) -> Screen:
    """The question at the end of a path, with what was answered so far."""
    walked = follow(wizard, path)
    node = walked.at
    assert isinstance(node, Node)  # noqa: S101 - an outcome is shown otherwise
    parts = [rendering.wizard_intro(wizard, tr) if not walked.answers else f"<b>{tr.text(wizard.title)}</b>"]
    if changed:
        parts.insert(0, tr("These questions have changed, so please begin again."))
    if walked.answers:
        parts.append(_so_far(tr, walked))
    parts.append(_progress(tr, wizard, walked))
    parts.append(f"<b>{tr.text(node.question)}</b>")
    if node.hint:
        parts.append(f"<i>{tr.text(node.hint)}</i>")
    mark = mark_of(wizard)
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain(option.label), data=Walk(wizard=wizard.id, mark=mark, path=path + letter))]
        for letter, option in zip(_LETTERS, node.options, strict=False)
    ]
    return finished(tr, "\n\n".join(parts), [*rows, *_ways_out(tr, content, wizard, path)])


def _progress(tr: Translator, wizard: Wizard, walked: Walked) -> str:
    """Which question this is, and of how many: at most so many while the answers still decide it."""
    done = len(walked.answers)
    least, most = questions_left(wizard, walked.at)
    if least == most:
        return tr("Question {n} of {all}", n=done + 1, all=done + most)
    return tr("Question {n} of at most {all}", n=done + 1, all=done + most)


def _so_far(tr: Translator, walked: Walked) -> str:
    return "\n".join(
        tr(
            "{question} <b>{answer}</b>",
            question=tr.text(one.node.question),
            answer=tr.text(one.option.label),
        )
        for one in walked.answers
    )


def found_out(tr: Translator, walked: Walked) -> FoundOut:
    """The answers of a path and its outcome, for the form behind "ask about my case"."""
    chosen = {one.node.id: (one.option.id, tr.plain(one.option.label)) for one in walked.answers}
    lines = [f"{tr.plain(one.node.question)} {tr.plain(one.option.label)}" for one in walked.answers]
    if isinstance(walked.at, Outcome):
        lines.append(tr.plain(walked.at.title))
    return FoundOut(chosen=chosen, words=strip_controls("\n".join(lines)))


def outcome(
    tr: Translator, content: Content, wizard: Wizard, path: str, *, today: date, ticked: Collection[str]
) -> Screen:
    """Where the path ends: what it means, the steps, the checklist with a button for each line."""
    walked = follow(wizard, path)
    end = walked.at
    assert isinstance(end, Outcome)  # noqa: S101 - a question is shown otherwise
    text = f"{_so_far(tr, walked)}\n\n{rendering.outcome(content, end, tr, today, ticked=ticked)}"
    mark = mark_of(wizard)
    keys = rendering.checklist_keys(end.checklist)
    rows: list[Sequence[Button]] = [
        [
            Button(
                label=f"{'☑' if key in ticked else '☐'} {_label(tr, content, item)}",
                data=Tick(wizard=wizard.id, mark=mark, path=path, line=number, on=key not in ticked),
            )
        ]
        for number, (key, item) in enumerate(zip(keys, end.checklist, strict=True))
        if _label(tr, content, item)
    ]
    rows += [[Button(label=tr.plain(link.label), url=link.url)] for link in end.links]
    if end.article and end.article in content.screens:
        rows.append([Button(label=tr.plain("More details"), data=Go(to=end.article))])
    rows += [[menus.to(tr, content.screens[one])] for one in end.related if one in content.screens]
    if end.form and end.form in content.forms:
        rows.append(
            [
                Button(
                    label=tr.plain("Ask about my case"),
                    data=Fill(act="case", field=f"{wizard.id}", value=f"{mark}.{path}"),
                )
            ]
        )
    else:
        rows.append([Button(label=tr.plain("Ask a person"), data=Ask(screen=wizard.id))])
    return finished(tr, text, [*rows, *_ways_out(tr, content, wizard, path)])


def _label(tr: Translator, content: Content, item: ChecklistItem) -> str:
    """The beginning of a checklist line, without markup and isolates, for its button."""
    text = rendering.line(content, Line(text=item.text), tr)
    return cut(strip_controls(unescape(_TAG.sub("", text))), _TICK_LABEL)


def _ways_out(tr: Translator, content: Content, wizard: Wizard, path: str) -> list[Sequence[Button]]:
    if path:
        before = Walk(wizard=wizard.id, mark=mark_of(wizard), path=path[:-1])
        return buttons.fixed_rows(tr, back=Button(label=tr.plain("Back"), data=before))
    above = parent(content, wizard.id)
    return buttons.fixed_rows(tr, back=buttons.back_to(tr, above.id if above else HOME))
