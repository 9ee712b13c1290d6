"""Panels: the parts of a chart, bars and tables with their labels in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from bot.content.pack import Content
from bot.documents.labels import LANGUAGES, SECTIONS, STATUSES
from bot.domain.reports import FEW, SPREAD, PictureKind, Report, told
from bot.i18n.catalogues import Translator
from bot.i18n.formats import pattern_date

_MOST_BARS: Final = 62
"""More days than these are put together as weeks."""
_MOST_CELLS: Final = 14
"""Days that stand in the table of days and sections."""
_MOST_SCREENS: Final = 12
_LONGEST_LABEL: Final = 34
_FAINT: Final = 2.5
"""Where a small number is not told, its bar or cell is as high as this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars with a text at each."""

    title: str
    labels: Sequence[str]
    values: Sequence[float]
    texts: Sequence[str]
    """What stands at each bar."""
    lying: bool = False
    """Whether they run along the line of reading; else they stand."""
    shares: Sequence[float] = field(default=())
    """The darker part of each bar; none when empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table whose cells are darker where values are higher."""

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[float]]
    texts: Sequence[Sequence[str]]


Rows = Sequence[Sequence[Bars | Grid]]
"""Panels in rows."""


def panels(kind: PictureKind, report: Report, tr: Translator, content: Content) -> Rows:
    """What the picture of one kind shows."""
    return _PANELS[kind](report, tr, content)


def _inquiries(report: Report, tr: Translator, _: Content) -> Rows:
    parts = (
        _parts(tr.plain("By section"), report.by_section, SECTIONS, tr),
        _parts(tr.plain("By language"), report.numbers.languages, LANGUAGES, tr),
        _parts(tr.plain("By status"), report.numbers.statuses, STATUSES, tr),
    )
    if len(report.period.days) == 1:
        return ((_hours(report, tr),), parts)
    return ((_days(report, tr),), parts, (_days_and_sections(report, tr),))


def _hours(report: Report, tr: Translator) -> Bars:
    """Of a single day: one bar for all of it would say nothing."""
    counts = [0] * 24
    for (_, hour), many in report.numbers.load.items():
        counts[hour] += many
    return Bars(
        title=tr.plain("By hour"),
        labels=[f"{hour}" for hour in range(24)],
        values=[_shown(many) for many in counts],
        texts=[told(many) if many else "" for many in counts],
    )


def _days(report: Report, tr: Translator) -> Bars:
    days = list(report.by_day.items())
    title = tr.plain("By day")
    if len(days) > _MOST_BARS:
        title = tr.plain("By week, named by its first day")
        days = _weeks(days)
    return Bars(
        title=title,
        labels=[_day(day, tr) for day, _ in days],
        values=[many for _, many in days],
        texts=[str(many) if many else "" for _, many in days],
    )


def _weeks(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    weeks: dict[date, int] = {}
    for day, many in days:
        monday = day - timedelta(days=day.weekday())
        weeks[monday] = weeks.get(monday, 0) + many
    return list(weeks.items())


def _day(day: date, tr: Translator) -> str:
    return pattern_date(tr.language, "d MMM", day)


def _parts(title: str, counts: Mapping[str, int], names: Mapping[str, str], tr: Translator) -> Bars:
    """A bar for each part that can occur, also for those that did not."""
    found = [(name, counts.get(key, 0)) for key, name in names.items()]
    return Bars(
        title=title,
        labels=[tr.plain(name) for name, _ in found],
        values=[_shown(many) for _, many in found],
        texts=[told(many) for _, many in found],
        lying=True,
    )


def _shown(many: int) -> float:
    """How high a bar is: the same for all small numbers."""
    return _FAINT if 0 < many < FEW else many


def _days_and_sections(report: Report, tr: Translator) -> Grid:
    days = report.period.days[-_MOST_CELLS:]
    cells = report.numbers.sections_by_day
    counts = [[cells.get((day, section), 0) for day in days] for section in SECTIONS]
    return Grid(
        title=tr.plain("The last days by section"),
        rows=[tr.plain(name) for name in SECTIONS.values()],
        columns=[_day(day, tr) for day in days],
        values=[[_shown(many) for many in row] for row in counts],
        texts=[[told(many) if many else "" for many in row] for row in counts],
    )


def _replies(report: Report, tr: Translator, _: Content) -> Rows:
    numbers = report.numbers
    up_to = [tr.plain_plural("up to {n} office hour", "up to {n} office hours", limit) for limit in SPREAD]
    spread = Bars(
        title=tr.plain("Answered within"),
        labels=[*up_to, tr.plain("longer")],
        values=[_shown(many) for many in report.spread],
        texts=[told(many) for many in report.spread],
        lying=True,
    )
    open_ones = Bars(
        title=tr.plain("Answered and waiting"),
        labels=[tr.plain("Answered"), tr.plain("Waiting for staff")],
        values=[numbers.answered, numbers.waiting],
        texts=[str(numbers.answered), str(numbers.waiting)],
        lying=True,
    )
    return ((spread,), (open_ones,))


def _load(report: Report, tr: Translator, _: Content) -> Rows:
    load = report.numbers.load
    counts = [[load.get((day, hour), 0) for hour in range(24)] for day in range(7)]
    grid = Grid(
        title="",
        rows=[tr.weekday(day) for day in range(7)],
        columns=[f"{hour}" for hour in range(24)],
        values=[[_shown(many) for many in row] for row in counts],
        texts=[[told(many) if many else "" for many in row] for row in counts],
    )
    return ((grid,),)


def _screens(report: Report, tr: Translator, content: Content) -> Rows:
    used = sorted(report.numbers.screens.items(), key=lambda one: -one[1].opened)[:_MOST_SCREENS]
    bars = Bars(
        title=tr.plain("Opened most often"),
        labels=[_screen(screen, tr, content) for screen, _ in used],
        values=[_shown(use.opened) for _, use in used],
        texts=[
            tr.plain("{opened} · left: {left}", opened=told(use.opened), left=told(use.left))
            for _, use in used
        ],
        lying=True,
        shares=[min(_shown(use.left), _shown(use.opened)) for _, use in used],
    )
    return ((bars,),)


def _screen(screen_id: str, tr: Translator, content: Content) -> str:
    screen = content.screen(screen_id)
    label = tr.plain(screen.label) if screen else screen_id
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"


def _searches(report: Report, tr: Translator, _: Content) -> Rows:
    numbers = report.numbers
    found = numbers.searched - numbers.unanswered
    bars = Bars(
        title=tr.plain("What the search made of them"),
        labels=[tr.plain("Answers offered"), tr.plain("No answer found")],
        values=[found, numbers.unanswered],
        texts=[str(found), str(numbers.unanswered)],
        lying=True,
    )
    return ((bars,), (_helped(report, tr),))


def _helped(report: Report, tr: Translator) -> Bars:
    counts = (report.numbers.helped, report.numbers.not_helped)
    return Bars(
        title=tr.plain("Did an answer help?"),
        labels=[tr.plain("Yes"), tr.plain("No")],
        values=[_shown(many) for many in counts],
        texts=[told(many) for many in counts],
        lying=True,
    )


def _ratings(report: Report, tr: Translator, _: Content) -> Rows:
    counts = [report.numbers.ratings.get(stars, 0) for stars in range(5, 0, -1)]
    bars = Bars(
        title=tr.plain("Stars given to our answers"),
        labels=["★" * stars for stars in range(5, 0, -1)],
        values=[_shown(many) for many in counts],
        texts=[told(many) for many in counts],
        lying=True,
    )
    return ((bars,), (_helped(report, tr),))


_PANELS: Final[Mapping[PictureKind, Callable[[Report, Translator, Content], Rows]]] = MappingProxyType(
    {
        PictureKind.INQUIRIES: _inquiries,
        PictureKind.REPLIES: _replies,
        PictureKind.LOAD: _load,
        PictureKind.SCREENS: _screens,
        PictureKind.SEARCHES: _searches,
        PictureKind.RATINGS: _ratings,
    }
)
