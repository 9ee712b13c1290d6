"""What the screens of announcements have in common."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.content.pack import Content
from bot.content.wording import visible
from bot.domain.broadcasts import Broadcast, Kind, Version
from bot.domain.quiet import QuietHours
from bot.i18n.catalogues import Translator, mark
from bot.i18n.languages import Language
from bot.telegram.callbacks import Cast
from bot.telegram.screens import Button, bold, cut
from bot.telegram.views.asking import attached

CHOSEN = "✅ "
"""Before the label of what is chosen or written."""
LANGUAGES: dict[Language, str] = {
    Language.EN: mark("English"),
    Language.KK: mark("Kazakh"),
    Language.UR: mark("Urdu"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the screens of announcements need beside the announcement."""

    content: Content
    zone: tzinfo
    now: datetime
    quiet: QuietHours


def language_name(tr: Translator, language: Language) -> str:
    """What a language is called; plain text."""
    return tr.plain(LANGUAGES[language])


def step(label: str, act: str, number: int, arg: str = "") -> Button:
    """A button of an announcement; ``label`` is shown as it is."""
    return Button(label=label, data=Cast(act=act, number=number, arg=arg))


def quiet_hours(frame: Frame) -> str:
    """Both ends of the quiet hours, never apart on two lines."""
    return str(frame.quiet).replace("–", "\u2060–\u2060")


def glimpse(tr: Translator, version: Version, most: int) -> str:
    """The beginning of a version, or what it brings; plain text."""
    words = " ".join(visible(version.html).split())
    return cut(words, most) if words else cut(attached(tr, version.attachments), most)


def title(tr: Translator, broadcast: Broadcast) -> str:
    """Its heading."""
    match broadcast.kind:
        case Kind.SEND:
            return bold(tr("Announcement {n}", n=broadcast.number))
        case Kind.EDIT:
            return bold(
                tr(
                    "Announcement {n}: correction of {original}",
                    n=broadcast.number,
                    original=broadcast.original,
                )
            )
    return bold(
        tr("Announcement {n}: taking back {original}", n=broadcast.number, original=broadcast.original)
    )


def start(tr: Translator, starts_at: datetime | None, zone: tzinfo) -> str:
    """When it starts."""
    if starts_at is None:
        return tr("Starts at once.")
    return tr("Starts: {moment}, Lahore time", moment=tr.datetime(starts_at, zone))
