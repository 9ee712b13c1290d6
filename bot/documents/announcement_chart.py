"""The report of an announcement as a chart: what became of everybody, in which language, and why not."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.documents.charts import Chart
from bot.documents.labels import LANGUAGES
from bot.documents.panels import Bars
from bot.domain.announcing_report import AnnouncementReport, Cause, Reason
from bot.domain.broadcasts import Broadcast, Kind
from bot.i18n.catalogues import Translator, mark

DONE: Final[Mapping[Kind, str]] = MappingProxyType(
    {Kind.SEND: mark("Sent"), Kind.EDIT: mark("Corrected"), Kind.DELETE: mark("Taken back")}
)
CAUSES: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.BLOCKED: mark("Blocked the bot"),
        Cause.DELETED: mark("Deleted their account"),
        Cause.STRANGER: mark("Has no chat with the bot"),
        Cause.STOPPED: mark("The bot was stopped at that moment"),
        Cause.NETWORK: mark("The connection to Telegram broke"),
    }
)
"""Why it did not arrive, or why nobody knows: msgids."""
_MOST_REASONS: Final = 6
_LONGEST_REASON: Final = 44


def announcement_chart(report: AnnouncementReport, tr: Translator) -> Chart:
    """The picture of one announcement."""
    one = report.broadcast
    rows: list[Sequence[Bars]] = [(_ends(one, tr),), (_languages(report, tr),)]
    if reasons := report.reasons[:_MOST_REASONS]:
        rows.append((_reasons(reasons, tr),))
    return Chart(
        title=tr.plain("Announcement {n}", n=one.number),
        note=tr.plain_plural("{n} recipient", "{n} recipients", one.counts.total),
        panels=rows,
        runs_right_to_left=tr.language.runs_right_to_left,
    )


def _ends(one: Broadcast, tr: Translator) -> Bars:
    counts = one.counts
    ends = (
        (DONE[one.kind], counts.sent),
        (mark("Blocked the bot or gone"), counts.blocked),
        (mark("Refused by Telegram"), counts.failed),
        (mark("In doubt"), counts.in_doubt),
        (mark("Left before their turn"), counts.skipped),
        (mark("Not sent"), counts.left),
        (mark("Unsubscribed afterwards"), counts.unsubscribed),
    )
    told = [(label, many) for label, many in ends if many or label is ends[0][0]]
    return _bars(tr.plain("What became of it"), [(tr.plain(label), many) for label, many in told], tr)


def _languages(report: AnnouncementReport, tr: Translator) -> Bars:
    found = report.languages
    return Bars(
        title=tr.plain("By language; dark: reached"),
        labels=[tr.plain(LANGUAGES[language.value]) for language in found],
        values=[total for total, _ in found.values()],
        texts=[tr.plain("{sent} of {total}", sent=sent, total=total) for total, sent in found.values()],
        lying=True,
        shares=[sent for _, sent in found.values()],
    )


def _reasons(reasons: Sequence[Reason], tr: Translator) -> Bars:
    return _bars(tr.plain("Why not, or why in doubt"), [(_reason(one, tr), one.many) for one in reasons], tr)


def _reason(one: Reason, tr: Translator) -> str:
    if one.cause in CAUSES:
        return tr.plain(CAUSES[one.cause])
    return one.words if len(one.words) <= _LONGEST_REASON else f"{one.words[: _LONGEST_REASON - 1]}…"


def _bars(title: str, parts: Sequence[tuple[str, int]], tr: Translator) -> Bars:
    return Bars(
        title=title,
        labels=[label for label, _ in parts],
        values=[many for _, many in parts],
        texts=[tr.number(many) for _, many in parts],
        lying=True,
    )
