"""The fact desk as editors see it: lists, one fact, the questions of a change, its preview."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.content.facts import source_of, value
from bot.content.report import ReportedFact
from bot.content.sections import Section
from bot.content.values import Confidence, Fact
from bot.domain.fact_desk import FactChange
from bot.i18n.catalogues import Catalogues, Markup, Translator, UserText, mark
from bot.i18n.languages import Language
from bot.telegram.callbacks import FactStep, Go
from bot.telegram.screens import FORWARD, THROW_AWAY, Button, Screen, bold, finished, in_rows
from bot.telegram.views import buttons

UNKNOWN, STALE, CONFIRM = "unknown", "stale", "confirm"
"""Groups of facts besides the sections."""
PAGE = 8
VALIDITY = (30, 90, 180, 365)
"""Days that a button offers."""
_GROUPS = {
    UNKNOWN: mark("Unknown"),
    STALE: mark("No longer valid"),
    CONFIRM: mark("To be confirmed"),
}
_CONFIDENCE = {
    Confidence.OFFICIAL: mark("Official: the body that decides says so"),
    Confidence.REPORTED: mark("Reported: the press or another decent source"),
    Confidence.UNVERIFIED: mark("Unverified: one weak or old source"),
}
_LONGEST_VALUE = 600
_HISTORY = 8


def in_group(group: str, facts: Sequence[ReportedFact]) -> list[ReportedFact]:
    """The facts of a group or section, in the order of urgency."""
    match group:
        case "unknown":
            return [one for one in facts if one.fact.unknown]
        case "stale":
            return [one for one in facts if one.stale]
        case "confirm":
            return [one for one in facts if one.confirm]
    return [one for one in facts if one.fact.section == group]


def overview(tr: Translator, facts: Sequence[ReportedFact], names: dict[str, str]) -> Screen:
    """How many facts there are of each kind; ``names`` of the sections are msgids."""
    text = [
        bold(tr("Facts")),
        tr("What the bot states, with its source and its age. Visitors never see what is unknown."),
    ]
    groups = [_group(tr, tr.plain(name), group, facts) for group, name in _GROUPS.items()]
    sections = [_group(tr, tr.plain(names[one]), one, facts) for one in Section if one in names]
    rows = [*in_rows(groups, 1), *in_rows(sections, 2)]
    return finished(tr, "\n\n".join(text), [*rows, *buttons.fixed_rows(tr)])


def _group(tr: Translator, name: str, group: str, facts: Sequence[ReportedFact]) -> Button:
    many = len(in_group(group, facts))
    return Button(label=tr.plain("{name}: {n}", name=name, n=many), data=FactStep(act="list", arg=group))


def listing(tr: Translator, group: str, name: str, facts: Sequence[ReportedFact], place: int) -> Screen:
    """A page of facts; the first is the most urgent."""
    found = in_group(group, facts)
    shown = found[place : place + PAGE]
    text = bold(tr.text(_GROUPS.get(group, name)))
    if not shown:
        text = "\n".join([text, tr("There is nothing here.")])
    rows: list[Sequence[Button]] = [[_open(tr, one)] for one in shown]
    turn = []
    if place:
        turn.append(Button(label=tr.plain("Previous"), data=_page(group, max(0, place - PAGE))))
    if place + PAGE < len(found):
        turn.append(Button(label=tr.plain("Next"), data=_page(group, place + PAGE)))
    return finished(tr, text, [*rows, turn, *buttons.fixed_rows(tr, back=_all(tr))])


def _page(group: str, place: int) -> FactStep:
    return FactStep(act="list", arg=group, place=place)


def _open(tr: Translator, one: ReportedFact) -> Button:
    state = "❔" if one.fact.unknown else "⌛" if one.stale else "•"
    return Button(label=f"{state} {label(tr, one.fact)}", data=FactStep(act="one", arg=one.fact.id))


def label(tr: Translator, fact: Fact) -> str:
    """What a fact is called; plain text."""
    return tr.plain(fact.label) if fact.label else fact.id


def _all(tr: Translator) -> Button:
    return Button(label=tr.plain("Back"), data=FactStep(act="all"))


def one(tr: Translator, shown: ReportedFact, *, last: int, note: str = "") -> Screen:
    """One fact with everything that is known of it. ``last``: the number of its last change; 0: none."""
    fact = shown.fact
    lines = [bold(tr.value(label(tr, fact))), Markup(f"<code>{fact.id}</code>"), _standing(tr, fact)]
    if shown.trusted_until:
        lines.append(tr("Valid until: {date}", date=tr.date(shown.trusted_until)))
    if shown.stale:
        lines.append(bold(tr("No longer valid: please check it.")))
    if fact.note:
        lines.append(tr("Note for staff: {note}", note=UserText(fact.note)))
    step = fact.id
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain("Change"), data=FactStep(act="change", arg=step))],
        [Button(label=tr.plain("History"), data=FactStep(act="history", arg=step))],
    ]
    if last:
        undo = FactStep(act="undo", arg=step, place=last)
        rows.append([Button(label=tr.plain("Undo the last change"), data=undo)])
    if fact.known:
        unknown = FactStep(act="unknown", arg=step, place=last)
        rows.append([Button(label=tr.plain("Mark as unknown"), data=unknown)])
    if shown.screens:
        rows.append([Button(label=tr.plain("See the page"), data=Go(to=shown.screens[0]))])
    group = Button(label=tr.plain("Back"), data=FactStep(act="list", arg=fact.section))
    screen = finished(tr, "\n".join(lines), [*rows, *buttons.fixed_rows(tr, back=group)])
    return screen.with_note(tr.finish(note)) if note else screen


def _standing(tr: Translator, fact: Fact) -> str:
    """Value, source, age and certainty."""
    if fact.unknown:
        return tr("Unknown: visitors do not see it.")
    lines = [_value(tr, fact)]
    source = source_of(fact)
    if source:
        name = UserText(source.name) if source.own_words else tr.plain(source.name)
        lines.append(tr("Source: {source}", source=name))
    if fact.checked:
        lines.append(tr("Checked on {date}", date=tr.date(fact.checked)))
    lines.append(tr.text(_CONFIDENCE[fact.confidence]))
    return "\n".join(lines)


def _value(tr: Translator, fact: Fact) -> str:
    words = value(fact, tr)
    if words is None and fact.place and fact.place.point:
        words = Markup("{}, {}".format(*fact.place.point))
    return words if words and len(words) <= _LONGEST_VALUE else f"{(words or '')[:_LONGEST_VALUE]}"


def history(
    tr: Translator, fact: Fact, changes: Sequence[tuple[FactChange, Fact | None]], zone: tzinfo
) -> Screen:
    """Who changed the fact, when, and to what."""
    lines = [bold(tr.value(label(tr, fact)))]
    for change, left in changes[:_HISTORY]:
        who = tr("{when} · {name}", when=tr.datetime(change.at, zone), name=UserText(change.by_name))
        words = _value(tr, left) if left and left.known else tr("Unknown")
        lines.append(f"{who}\n{words}")
    if not changes:
        lines.append(tr("Nobody has changed it: it stands as the content pack has it."))
    back = Button(label=tr.plain("Back"), data=FactStep(act="one", arg=fact.id))
    return finished(tr, "\n\n".join(lines), buttons.fixed_rows(tr, back=back))


def question(
    tr: Translator, text: str, picks: Sequence[tuple[str, str]] = (), *, wrong: bool = False
) -> Screen:
    """A question of a change; ``text`` is ready, ``picks`` are labels with what they mean."""
    head = "\n\n".join([tr("This does not fit here."), text]) if wrong else text
    rows: list[Sequence[Button]] = [
        [Button(label=name, data=FactStep(act="pick", arg=meaning))] for name, meaning in picks
    ]
    drop = Button(label=tr.plain("Discard the change"), data=FactStep(act="drop"), style=THROW_AWAY)
    return finished(tr, head, [*rows, [drop], *buttons.fixed_rows(tr, back=_step_back(tr))])


def _step_back(tr: Translator) -> Button:
    return Button(label=tr.plain("Back"), data=FactStep(act="back"))


def confidence_picks(tr: Translator) -> list[tuple[str, str]]:
    """The grades of certainty."""
    return [(tr.plain(name), grade.value) for grade, name in _CONFIDENCE.items()]


def validity_picks(tr: Translator) -> list[tuple[str, str]]:
    """How long a value may be trusted."""
    days = [(tr.plain_plural("{n} day", "{n} days", many), str(many)) for many in VALIDITY]
    return [*days, (tr.plain("As usual for this fact"), "own")]


def preview(tr: Translator, fact: Fact, catalogues: Catalogues, *, has_page: bool) -> Screen:
    """The change as visitors of each language will read it."""
    lines = [bold(tr.value(label(tr, fact))), tr("This is what visitors will read:")]
    lines += [
        f"{bold(language.own_name)}: {tr.value(Markup(_value(catalogues[language], fact)))}"
        for language in Language
    ]
    if fact.valid_until:
        lines.append(tr("Valid until: {date}", date=tr.date(fact.valid_until)))
    lines.append(_standing(tr, fact))
    rows: list[Sequence[Button]] = [
        [Button(label=tr.plain("Publish"), data=FactStep(act="publish"), style=FORWARD)]
    ]
    if has_page:
        rows.append([Button(label=tr.plain("See the page with it"), data=FactStep(act="look"))])
    drop = Button(label=tr.plain("Discard the change"), data=FactStep(act="drop"), style=THROW_AWAY)
    return finished(tr, "\n".join(lines), [*rows, [drop], *buttons.fixed_rows(tr, back=_step_back(tr))])


def page_with_it(tr: Translator, page: Screen) -> Screen:
    """A page as it would be, with the way back to the preview."""
    note = tr.finish(tr("Only a preview: visitors do not see it yet."))
    back = Button(label=tr.plain("Back"), data=FactStep(act="pick", arg="preview"))
    return finished(tr, page.with_note(note).text, buttons.fixed_rows(tr, back=back))


def nothing_open(tr: Translator) -> Screen:
    """A button of a change that is over."""
    text = tr("No change is open: it was published or discarded.")
    return finished(tr, text, [[_all(tr)], *buttons.fixed_rows(tr)])
