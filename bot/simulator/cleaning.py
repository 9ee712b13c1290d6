"""How Telegram cleans what is typed (TDLib: clean_input_string in misc.cpp, fix_formatted_text)."""

import re

SEPARATORS_AND_OVERRIDES = range(0x2028, 0x202F)
VERTICAL_LINES = (0x0333, 0x033F, 0x030A)
REPLACED: dict[int, str | None] = {
    **{code: " " for code in range(0x20) if code not in {0x0A, 0x0D}},
    0x0D: None,
    **dict.fromkeys(SEPARATORS_AND_OVERRIDES),
    **dict.fromkeys(VERTICAL_LINES),
}
REPEATED_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
ZERO_WIDTH_NON_JOINER = "\u200c"
INVISIBLE = frozenset(
    " \n\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f\u202f\u205f\u2800\u3000\ufeff\ufffc"
)
TRIMMED = " \n"


def clean(text: str) -> str:
    """Return the text without what Telegram takes out, ends untouched."""
    return REPEATED_MARK.sub(ZERO_WIDTH_NON_JOINER, text.translate(REPLACED))


def clean_input(text: str) -> str:
    """Return the text as others will see it: cleaned, ends trimmed, nothing when there is nothing to see."""
    cleaned = clean(text).strip(TRIMMED)
    return "" if is_invisible(cleaned) else cleaned


def is_invisible(text: str) -> bool:
    """Say whether nothing of the text can be seen (TDLib is_empty_string)."""
    return all(letter in INVISIBLE for letter in text)
