"""The three languages: codes, own names, and which one to begin with for a person."""

from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language of the bot; its value is the ISO 639-1 code and the name of its catalogue folder."""

    EN = "en"
    KK = "kk"
    UR = "ur"

    @property
    def own_name(self) -> str:
        """The language's name in itself, as the picker shows it, never translated."""
        return _OWN_NAMES[self]

    @property
    def runs_right_to_left(self) -> bool:
        """Whether the script runs from right to left."""
        return self is Language.UR


_OWN_NAMES: Final = {Language.EN: "English", Language.KK: "Қазақша", Language.UR: "اردو"}

_NEAREST: Final = {
    # Languages of Pakistan, whose readers nearly all read Urdu.
    **dict.fromkeys(("ur", "pa", "pnb", "ps", "sd", "bal", "skr"), Language.UR),
    # Apps of Kazakhstan and its neighbours.
    **dict.fromkeys(("kk", "ru", "ky", "uz", "tt", "ba"), Language.KK),
}

_OTHER_SCRIPT: Final = frozenset({"kk-arab"})
"""Codes whose readers do not read the script that their language has here."""


def guess_language(code: str | None) -> Language:
    """Choose the language to begin with from Telegram's ``language_code``.

    The code is only a hint: any IETF tag, the name of a community language pack, empty or missing. Never
    raises; whatever is unknown is English. A choice made in the bot always beats this guess.
    """
    tag = (code or "").strip().lower().replace("_", "-")
    if any(tag == other or tag.startswith(f"{other}-") for other in _OTHER_SCRIPT):
        return Language.EN
    return _NEAREST.get(tag.partition("-")[0], Language.EN)
