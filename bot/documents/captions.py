"""Captions: the words below a picture of statistics, for who cannot see it well or wants to copy a number."""

from collections.abc import Mapping

from bot.documents.charts import TITLES, period, reply_times
from bot.documents.labels import LANGUAGES, SECTIONS
from bot.domain.reports import PictureKind, Report, told
from bot.i18n.catalogues import Translator, UserText

LONGEST = 1024
"""Characters of a caption (Bot API: sendPhoto)."""
_WORDINGS = 8
_WORDS = 70
"""Characters shown of a question."""


def caption(kind: PictureKind, report: Report, tr: Translator) -> str:
    """Telegram-HTML, finished."""
    head = f"<b>{tr(TITLES[kind])}</b> · {tr.value(period(report, tr))}"
    return tr.finish(_within([head, *_lines(kind, report, tr)]))


def _lines(kind: PictureKind, report: Report, tr: Translator) -> list[str]:
    numbers = report.numbers
    match kind:
        case PictureKind.INQUIRIES:
            return [
                tr("Together: {n}", n=report.total),
                *_parts(report.by_section, SECTIONS, tr),
                *_parts(numbers.languages, LANGUAGES, tr),
                tr(
                    "Answered: {n} · Waiting for staff: {waiting}",
                    n=numbers.answered,
                    waiting=numbers.waiting,
                ),
                tr.value(reply_times(report, tr)),
            ]
        case PictureKind.REPLIES:
            return [
                tr("Office time until the first reply."),
                tr.value(reply_times(report, tr)),
                tr(
                    "Answered: {n} · Waiting for staff: {waiting}",
                    n=numbers.answered,
                    waiting=numbers.waiting,
                ),
            ]
        case PictureKind.LOAD:
            return [tr("When visitors ask, in the time of the House.")]
        case PictureKind.SCREENS:
            return [tr("How often a screen was opened; dark: people left there.")]
        case PictureKind.SEARCHES:
            return [
                tr("Typed: {n} · Without an answer: {no}", n=numbers.searched, no=numbers.unanswered),
                *_wordings(report, tr),
            ]
        case PictureKind.RATINGS:
            stars = "–" if report.rating is None else tr.number(round(report.rating, 1))
            return [tr("On average: {stars} of 5", stars=stars)]


def _parts(counts: Mapping[str, int], names: Mapping[str, str], tr: Translator) -> list[str]:
    """One line with the parts that occurred; none when nothing did."""
    found = [
        tr("{name}: {n}", name=tr.plain(name), n=told(counts[key]))
        for key, name in names.items()
        if counts.get(key)
    ]
    return [" · ".join(found)] if found else []


def _wordings(report: Report, tr: Translator) -> list[str]:
    latest = report.wordings[:_WORDINGS]
    if not latest:
        return []
    lines = [
        tr("• {words}", words=UserText(words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"))
        for words, _ in latest
    ]
    return [tr("The search did not understand:"), *lines]


def _within(lines: list[str]) -> str:
    """As many of the lines as fit."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if len(longer.encode("utf-16-le")) // 2 > LONGEST - len(lines):
            break
        text = longer
    return text
