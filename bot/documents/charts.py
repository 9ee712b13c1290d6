"""Charts: statistics as titles, labels and values in the reader's language, before they are painted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.content.pack import Content
from bot.documents.panels import Rows, panels
from bot.domain.reports import PictureKind, Report
from bot.i18n.catalogues import Translator, mark

TITLES: Final[Mapping[PictureKind, str]] = MappingProxyType(
    {
        PictureKind.INQUIRIES: mark("Inquiries"),
        PictureKind.REPLIES: mark("First reply"),
        PictureKind.LOAD: mark("Load by weekday and hour"),
        PictureKind.SCREENS: mark("Screens"),
        PictureKind.SEARCHES: mark("Questions typed"),
        PictureKind.RATINGS: mark("Ratings"),
    }
)
"""The heading of each picture: msgids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A whole picture."""

    title: str
    note: str
    """Lines below the title; empty for none."""
    panels: Rows
    """Rows of panels."""
    runs_right_to_left: bool = False


def chart(kind: PictureKind, report: Report, tr: Translator, content: Content) -> Chart:
    """The picture of one kind."""
    heading = tr.plain(TITLES[kind])
    return Chart(
        title=f"{heading} · {period(report, tr)}",
        note=_note(kind, report, tr),
        panels=panels(kind, report, tr, content),
        runs_right_to_left=tr.language.runs_right_to_left,
    )


def period(report: Report, tr: Translator) -> str:
    """The days that a report covers, in words."""
    first, last = report.period.first, report.period.last
    if first == last:
        return tr.date(first)
    return tr.plain("{first} to {last}", first=tr.date(first), last=tr.date(last))


def duration(span: timedelta | None, tr: Translator) -> str:
    """Office hours in words; a dash for none."""
    if span is None:
        return "–"
    hours = round(span / timedelta(hours=1), 1)
    if hours < 1:
        minutes = round(span / timedelta(minutes=1))
        return tr.plain_plural("{n} minute", "{n} minutes", minutes)
    count = int(hours) if hours == int(hours) else 2
    return tr.plain_plural("{n} hour", "{n} hours", count, n=tr.number(hours))


def reply_times(report: Report, tr: Translator) -> str:
    """Median and p90 in words."""
    return tr.plain(
        "Half within: {median} · Nine of ten within: {p90}",
        median=duration(report.median, tr),
        p90=duration(report.p90, tr),
    )


def _note(kind: PictureKind, report: Report, tr: Translator) -> str:
    numbers = report.numbers
    match kind:
        case PictureKind.INQUIRIES:
            return tr.plain("Together: {n}", n=report.total)
        case PictureKind.REPLIES:
            explained = tr.plain("Office time until the first reply.")
            return f"{explained}\n{reply_times(report, tr)}"
        case PictureKind.LOAD:
            return tr.plain("When visitors ask, in the time of the House.")
        case PictureKind.SCREENS:
            return tr.plain("How often a screen was opened; dark: people left there.")
        case PictureKind.SEARCHES:
            return tr.plain("Typed: {n} · Without an answer: {no}", n=numbers.searched, no=numbers.unanswered)
        case PictureKind.RATINGS:
            stars = "–" if report.rating is None else tr.number(round(report.rating, 1))
            return tr.plain("On average: {stars} of 5", stars=stars)
