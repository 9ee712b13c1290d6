"""The buttons below a picture of statistics."""

from bot.domain.reports import PERIODS, PictureKind
from bot.i18n.catalogues import Translator, mark
from bot.telegram.callbacks import Stat
from bot.telegram.screens import Button, Screen, finished, in_rows
from bot.telegram.views import buttons

_KINDS = {
    PictureKind.INQUIRIES: mark("Inquiries"),
    PictureKind.REPLIES: mark("First reply"),
    PictureKind.LOAD: mark("Hours"),
    PictureKind.SCREENS: mark("Screens"),
    PictureKind.SEARCHES: mark("Questions typed"),
    PictureKind.RATINGS: mark("Ratings"),
}
_SHOWN = "• "


def under_picture(tr: Translator, kind: PictureKind, days: int, *, in_staff_chat: bool) -> Screen:
    """The other pictures and periods."""
    kinds = [
        Button(label=_marked(tr.plain(name), one is kind), data=Stat(kind=one, days=days))
        for one, name in _KINDS.items()
    ]
    periods = [
        Button(
            label=_marked(tr.plain_plural("{n} day", "{n} days", one), one == days),
            data=Stat(kind=kind, days=one),
        )
        for one in PERIODS
    ]
    rows = [*in_rows(kinds, 2), *in_rows(periods, 3)]
    return finished(tr, "", rows if in_staff_chat else [*rows, *buttons.fixed_rows(tr)])


def _marked(label: str, shown: bool) -> str:
    return f"{_SHOWN}{label}" if shown else label
