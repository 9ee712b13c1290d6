"""A text of any length goes out whole, in pieces that fit, each with its formatting."""

import re
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.screens import utf16
from bot.telegram.splitting import shown_length, split

TAG = re.compile(r"<[^<>]*>")


def _shown(html: str) -> str:
    return unescape(TAG.sub("", html))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_what_fits_is_left_as_it_is() -> None:
    html = "<b>" + "&lt;" * 4096 + "</b>"
    assert shown_length(html) == 4096
    assert split(html, 4096) == [html]


def test_a_bold_word_is_bold_on_both_sides_of_the_seam() -> None:
    assert split("<b>aaaa bbbb</b>", 6) == ["<b>aaaa</b>", "<b>bbbb</b>"]


def test_a_link_is_taken_up_again_with_its_address() -> None:
    pieces = split('<a href="https://example.org/?a=1&amp;b=2">aaaa <i>bbbb</i> cccc</a>', 6)
    assert pieces == [
        f'<a href="https://example.org/?a=1&amp;b=2">{one}</a>' for one in ("aaaa", "<i>bbbb</i>", "cccc")
    ]


@pytest.mark.parametrize("text", ["لاہور " * 900, "😀" * 3000, "x" * 9000, "a\n" * 5000, "<&>" * 3000])
def test_nothing_is_cut(text: str) -> None:
    pieces = split(escape(text, quote=False), 4096)
    assert all(0 < shown_length(piece) <= 4096 for piece in pieces)
    assert _squeezed("".join(map(_shown, pieces))) == _squeezed(text)


SPAN = st.tuples(st.sampled_from(["", "b", "i", "u", "code", "blockquote"]), st.text(max_size=30))


@given(st.lists(SPAN, max_size=12), st.integers(4, 40))
def test_any_formatting_survives_any_seam(spans: list[tuple[str, str]], limit: int) -> None:
    html = "".join(
        f"<{tag}>{escape(text, quote=False)}</{tag}>" if tag else escape(text, quote=False)
        for tag, text in spans
    )
    pieces = split(html, limit)
    assert _squeezed("".join(map(_shown, pieces))) == _squeezed(_shown(html))
    for piece in pieces:
        assert len(pieces) == 1 or utf16(_shown(piece)) <= limit
        stack: list[str] = []
        for tag in TAG.findall(piece):
            if tag.startswith("</"):
                assert stack.pop() == tag[2:-1]
            else:
                stack.append(tag[1:-1])
        assert stack == []
