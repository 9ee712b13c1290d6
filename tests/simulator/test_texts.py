"""How texts are parsed, cleaned and marked."""

from typing import Any

import pytest

from bot.simulator.cleaning import clean_input
from bot.simulator.detection import detect
from bot.simulator.entities import formatted

Json = dict[str, Any]


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length} | more


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>b</b><strong>s</strong>", "bs", [entity("bold", 0, 1), entity("bold", 1, 1)]),
        ("<i>i</i><em>e</em>", "ie", [entity("italic", 0, 1), entity("italic", 1, 1)]),
        ("<u>u</u><ins>n</ins>", "un", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [entity("strikethrough", n, 1) for n in range(3)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [entity("spoiler", 0, 1)]),
        ("<span class='tg-spoiler'>b</span>", "b", [entity("spoiler", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ("<code>c</code>", "c", [entity("code", 0, 1)]),
        ('<pre><code class="language-py">c</code></pre>', "c", [entity("pre", 0, 1, language="py")]),
        (
            '<a href="https://a.kz/?x=1&amp;y=2">l</a>',
            "l",
            [entity("text_link", 0, 1, url="https://a.kz/?x=1&y=2")],
        ),
        ('<tg-emoji emoji-id="5">😀</tg-emoji>', "😀", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        ("<B>x</B >", "x", [entity("bold", 0, 1)]),
        ("a &lt;b&gt; &amp;amp; &quot; &#1178; &#x49B; &copy; &", 'a <b> &amp; " Қ қ &copy; &', []),
        ("<b>x <i>y</i></b>", "x y", [entity("bold", 0, 3), entity("italic", 2, 1)]),
        ("<b>Қ😀</b>x<i>ی</i>", "Қ😀xی", [entity("bold", 0, 3), entity("italic", 4, 1)]),
        ("x<b></b>", "x", []),
        ("see <b>x</b>\n\n", "see x", [entity("bold", 4, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[Json]) -> None:
    made = formatted(source, "HTML")
    assert (made.text, made.entities) == (text, entities)


def test_entities_move_with_what_is_taken_out_before_them() -> None:
    made = formatted("\u202b\u202aaa\u202c <b>b\u2028c</b> d", "HTML")
    assert made.text == "aa bc d"
    assert made.entities == [entity("bold", 3, 2)]


def test_blanks_before_the_first_entity_go_and_those_inside_stay() -> None:
    assert formatted("  <b> x </b>  ", "HTML").entities == [entity("bold", 0, 2)]
    assert formatted("  <b> x </b>  ", "HTML").text == " x"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  a\tb\r\n", "a b"),
        ("a\u2028b\u202ac\u202dd\u202ee", "abcde"),
        ("\u2066a\u2069", "\u2066a\u2069"),
        ("a\u200e\u200fb", "a\u200c\u200fb"),
        ("a\u200e\u200f\u200eb", "a\u200c\u200c\u200eb"),
        ("a\u200fb", "a\u200fb"),
        ("a\x00b", "a b"),
        ("می\u200cخواہم", "می\u200cخواہم"),
        ("a\u0333\u033fb", "ab"),
        ("\u200b\u200d \u00a0", ""),
    ],
)
def test_typed_text_is_cleaned_as_tdlib_does(typed: str, seen: str) -> None:
    assert clean_input(typed) == seen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start visa", [("bot_command", 0, 6)]),
        ("ask /help@KazakhstanHouseTestBot now", [("bot_command", 4, 28)]),
        ("и/или a/b", []),
        ("mail a.b@house.kz!", [("email", 5, 12)]),
        ("hi @sana_staff, #visa", [("mention", 3, 11), ("hashtag", 16, 5)]),
        ("https://gov.kz/a?b=1. bye", [("url", 0, 20)]),
        ("see gov.kz", [("url", 4, 6)]),
        ("3.5 and e.g.", []),
        ("😀 /go", [("bot_command", 3, 3)]),
        ("سلام /menu", [("bot_command", 5, 5)]),
    ],
)
def test_telegram_marks_what_it_knows(text: str, found: list[tuple[str, int, int]]) -> None:
    assert [(one["type"], one["offset"], one["length"]) for one in detect(text)] == found


def test_nothing_is_marked_inside_code_and_links() -> None:
    made = formatted('<code>/start</code> <a href="https://a.kz">@someone</a> /menu', "HTML")
    assert [one["type"] for one in made.entities] == ["code", "text_link", "bot_command"]
