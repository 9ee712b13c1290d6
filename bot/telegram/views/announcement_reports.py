"""The report of an announcement: its words, and what stands under the picture and the file."""

from bot.domain.announcing_report import AnnouncementReport, Cause, Reason
from bot.domain.broadcasts import Broadcast
from bot.i18n.catalogues import Translator, UserText
from bot.i18n.languages import Language
from bot.telegram.screens import Screen, finished
from bot.telegram.views import buttons
from bot.telegram.views.announcing import Frame, language_name, step, title
from bot.telegram.views.broadcasts import count_lines, state_line

_REASONS = 6


def words(tr: Translator, numbers: AnnouncementReport, frame: Frame) -> Screen:
    """The report in words; a picture and the rows follow."""
    broadcast = numbers.broadcast
    lines = [title(tr, broadcast), state_line(tr, broadcast, frame), "\n".join(count_lines(tr, broadcast))]
    lines += _by_language(tr, numbers)
    lines += _reasons(tr, numbers)
    if broadcast.started_at:
        lines.append(tr("Started: {moment}", moment=tr.datetime(broadcast.started_at, frame.zone)))
    if broadcast.ended_at:
        lines.append(tr("Ended: {moment}", moment=tr.datetime(broadcast.ended_at, frame.zone)))
    written = [language.own_name for language in Language if language in broadcast.versions]
    if written:
        lines.append(tr("Languages: {languages}", languages=" · ".join(written)))
    if broadcast.author_name:
        lines.append(tr("Author: {name}", name=UserText(broadcast.author_name)))
    back = step(tr.plain("Back"), "open", broadcast.number)
    return finished(tr, "\n".join(lines), buttons.fixed_rows(tr, back=back))


def _by_language(tr: Translator, numbers: AnnouncementReport) -> list[str]:
    if len(numbers.languages) < 2:  # noqa: PLR2004 - one language is everybody
        return []
    parts = [
        tr("{language}: {n} of {total}", language=language_name(tr, language), n=sent, total=total)
        for language, (total, sent) in numbers.languages.items()
    ]
    return [" · ".join(parts)]


def _reasons(tr: Translator, numbers: AnnouncementReport) -> list[str]:
    named = [_reason(tr, one) for one in numbers.reasons[:_REASONS]]
    return [tr("Why it did not arrive, or why that is in doubt:"), *named] if named else []


def _reason(tr: Translator, one: Reason) -> str:
    match one.cause:
        case Cause.BLOCKED:
            return tr("• Blocked the bot: {n}", n=one.many)
        case Cause.DELETED:
            return tr("• Deleted their account: {n}", n=one.many)
        case Cause.STRANGER:
            return tr("• Has no chat with the bot: {n}", n=one.many)
        case Cause.STOPPED:
            return tr("• The bot was stopped at that moment: {n}", n=one.many)
        case Cause.NETWORK:
            return tr("• The connection to Telegram broke: {n}", n=one.many)
    return tr("• {reason}: {n}", reason=UserText(one.words), n=one.many)


def picture_caption(tr: Translator, broadcast: Broadcast) -> Screen:
    """What is said under the picture of a report."""
    back = step(tr.plain("Back"), "open", broadcast.number)
    return finished(tr, title(tr, broadcast), buttons.fixed_rows(tr, back=back))


def file_caption(tr: Translator, broadcast: Broadcast) -> Screen:
    """What is said under the file of a report."""
    text = tr("Announcement {n}: a row for each recipient", n=broadcast.number)
    back = step(tr.plain("Back"), "open", broadcast.number)
    return finished(tr, text, buttons.fixed_rows(tr, back=back))
