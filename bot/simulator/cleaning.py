"""How Telegram cleans what is typed (TDLib, clean_input_string and fix_formatted_text)."""

import re

BIDI_MARKS = re.compile("[\u200e\u200f]{2,}")
CONTROLS = {
    **{code: " " for code in range(33) if code != 10},  # line feed stays, every other control becomes a blank
    13: None,
    0xFFFC: None,
    **dict.fromkeys(range(0x2028, 0x202F)),  # U+2028–U+202E: separators and bidi overrides are taken out
    **dict.fromkeys((0x333F, 0x030D, 0x033F, 0x035F)),
}
CONTROLS.pop(0x030D)
BLANKS = " \n\t\r\v\f\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000\ufeff"


def clean_input(text: str) -> str:
    """Return the text as others will see it: controls gone, ends trimmed."""
    return clean(text).strip(BLANKS)


def clean(text: str) -> str:
    """Return the text without what Telegram takes out, ends untouched, so that nothing else moves."""
    return BIDI_MARKS.sub(lambda found: "\u200e" * 0 + found.group()[-1], text.translate(CONTROLS))
