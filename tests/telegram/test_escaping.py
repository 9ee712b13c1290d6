"""Whatever somebody writes, wherever it is shown, the reader sees just that: none of it is markup."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import AlreadyClaimed, AnsweredMeanwhile
from bot.domain.inquiries import Answer, Author, Inquiry, Post, Status, Thread
from bot.domain.messages import Attachment, AttachmentKind
from bot.domain.people import Person, Profile
from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.direction import neutralise, strip_controls
from bot.i18n.languages import Language
from bot.simulator.markup import parse_html
from bot.telegram.screens import Screen
from bot.telegram.views import asking, bulletins, cards, messages, mine, people, queues
from tests.telegram.test_views import CONTENT, NOW, ZONE

CATALOGUES = Catalogues.read()
_MARKUP = [
    "<b>",
    "</b>",
    "<a href='tg://user?id=1'>",
    "</blockquote>",
    "<code>",
    "&",
    "&lt;",
    "&amp;amp;",
    "<",
    ">",
]
_PIECES = st.lists(
    st.sampled_from(
        [
            *_MARKUP,
            "{code}",
            "{name}",
            "%s",
            "\\",
            "`*_[",
            "سلام",
            "Қазақ",
            "\u202e",
            "\u2068",
            "word",
            " ",
            '"',
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
    min_size=1,
    max_size=12,
)
_FILE_NAME = 20
"""Characters of a file's name that are always shown."""
WORDS = (
    _PIECES.map("".join)
    .map(lambda text: text[:_FILE_NAME].strip())
    .filter(lambda text: bool(strip_controls(text).strip()))
)


def _person(words: str) -> Person:
    profile = Profile(id=7, first_name=words, username="")
    return Person(profile=profile, banned=words, first_seen=NOW, last_seen=NOW)


def _thread(words: str) -> Thread:
    file = Attachment(kind=AttachmentKind.DOCUMENT, file_id="x", name=words)
    inquiry = Inquiry(
        code="KH-7GQ4-XM",
        person_id=1,
        name=words,
        username=words,
        language=Language.EN,
        section="visa",
        text=words,
        answers=(Answer(field="a", label="Phone", value=words),),
        status=Status.CLOSED,
        created_at=NOW,
        closed_at=NOW,
        close_reason=words,
        rating=4,
        rating_comment=words,
        claimed_name=words,
        claimed_by=2,
    )
    post = Post(
        id=1, author=Author.VISITOR, person_id=1, name=words, text=words, attachments=(file,), created_at=NOW
    )
    note = replace(post, id=2, author=Author.NOTE)
    return Thread(inquiry=inquiry, posts=(post, note, replace(post, id=3, author=Author.STAFF)))


def _shown(tr: Translator, words: str) -> Iterator[tuple[str, str, int]]:
    """Every place: its name, its markup, and how often the words stand there at least."""
    thread, person = _thread(words), _person(words)
    inquiry, post = thread.inquiry, thread.posts[0]
    frame = cards.CardFrame(content=CONTENT, zone=ZONE, now=NOW)
    file = post.attachments[0]
    # A form's words are its answers: they are not shown again as text.
    yield "card", cards.card(tr, thread, frame).text, 9
    yield "thread", queues.read(tr, thread, frame, may_answer=True, has_group=True).text, 7
    yield "post", bulletins.post_head(tr, inquiry, post), 1
    yield "changed post", bulletins.post_head(tr, inquiry, replace(post, edited_at=NOW)), 1
    yield "lost file", bulletins.staff_note(tr, inquiry, "file", post).text, 3
    yield "own", mine.detail(tr, CONTENT, thread, zone=ZONE).text, 2
    summary = asking.summary(
        tr, CONTENT, section="visa", text=words, answers=inquiry.answers, attachments=[file], first=True
    )
    yield "summary", summary.text, 2
    yield "banned", messages.banned(tr, words).text, 1
    yield "unknown command", messages.unknown_command(tr, words).text, 1
    yield "claimed", messages.refusal(tr, AlreadyClaimed(words)), 1
    yield "answered", messages.refusal(tr, AnsweredMeanwhile(words)), 1
    card = people.card(tr, person, role=Role.VISITOR, grantable=(), may_ban=True, zone=ZONE)
    yield "person", card.text, 2
    yield "why banned", people.ask_reason(tr, person).text, 1
    yield "is banned", people.banned(tr, person).text, 1


def _plain(text: str) -> str:
    """Without what gives direction, and on one line: a value is isolated line by line."""
    return " ".join(strip_controls(neutralise(text)).split())


@pytest.mark.parametrize("language", list(Language))
@given(words=WORDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_words_are_shown_as_they_were_written_wherever_they_are_shown(language: Language, words: str) -> None:
    for place, markup, many in _shown(CATALOGUES[language], words):
        text, entities = parse_html(markup)
        assert _plain(text).count(_plain(words)) >= many, place
        assert not [one for one in entities if one["type"] in ("text_link", "text_mention")], place


@pytest.mark.parametrize("language", list(Language))
@given(words=WORDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_labels_of_buttons_hold_names_as_they_are(language: Language, words: str) -> None:
    name = words[:30]
    if not _plain(name):
        return
    screen: Screen = people.found(CATALOGUES[language], [(_person(name), Role.STAFF)])
    assert _plain(name) in _plain(screen.rows[0][0].label)
    assert "\u202e" not in screen.rows[0][0].label
