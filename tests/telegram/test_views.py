"""Every view is something that Telegram takes, whatever people are called and whatever they write."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.loader import load_content
from bot.content.sections import Section
from bot.domain.daily import DayNumbers
from bot.domain.inquiries import Author, Inquiry, Post, Status, Thread
from bot.domain.messages import Attachment, AttachmentKind
from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.simulator.markup import parse_html
from bot.telegram.screens import Screen, utf16
from bot.telegram.views import (
    answers,
    asking,
    bulletins,
    cards,
    letters,
    messages,
    mine,
    queues,
    ready_answers,
)

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Karachi")
CONTENT = load_content()
CATALOGUES = Catalogues.read()
DAY = DayNumbers(
    day=NOW.date(),
    received=40,
    answered=20,
    closed=3,
    sections=[(section.value, 5) for section in Section],
    waiting=17,
    late=2,
)
ODD = ["<b>", "</b>&amp;&", "\u202e@admin\u2066", "ا" * 4096, "😀" * 2048]
WORDS = st.text(max_size=4096) | st.sampled_from(ODD)


def _thread(words: str, name: str, status: Status) -> Thread:
    inquiry = Inquiry(
        code="KH-7GQ4-XM",
        person_id=1,
        name=name,
        username="ayesha",
        language=Language.UR,
        section="visa",
        text=words,
        status=status,
        created_at=NOW,
        waiting_since=NOW,
        answered_at=NOW,
        rating=4,
        rating_comment=words,
        claimed_name=name,
        claimed_by=2,
    )
    file = Attachment(kind=AttachmentKind.DOCUMENT, file_id="x", name=words[:60])
    post = Post(id=1, author=Author.VISITOR, person_id=1, name=name, text=words, created_at=NOW)
    note = Post(
        id=2, author=Author.NOTE, person_id=2, name=name, text=words, attachments=(file,), created_at=NOW
    )
    return Thread(inquiry=inquiry, posts=(post, note, post))


def _views(tr: Translator, words: str, name: str, status: Status) -> Iterable[Screen]:
    thread = _thread(words, name, status)
    inquiry = thread.inquiry
    frame = cards.CardFrame(content=CONTENT, zone=ZONE, now=NOW)
    file = Attachment(kind=AttachmentKind.DOCUMENT, file_id="x", name=words[:60])
    card = cards.card(tr, thread, frame)
    yield card
    for ready, theirs in itertools.product(ready_answers.READY, CATALOGUES.translators.values()):
        yield ready_answers.preview(tr, thread, ready, theirs, below=card, frame=frame)
    for note in ("unreachable", "refused", "file"):
        yield bulletins.staff_note(tr, inquiry, note, thread.posts[0])
    yield bulletins.digest(
        tr, [bulletins.News(inquiry=inquiry, is_new=number > 9) for number in range(50)], frame
    )
    for in_group in (True, False):
        listed = queues.Listed(
            which=queues.FOUND,
            words=words,
            page=1,
            inquiries=[inquiry] * queues.PAGE,
            is_more=True,
            in_group=in_group,
        )
        yield queues.listing(tr, listed, frame)
        yield queues.menu(tr, dict.fromkeys(queues.TITLES, 7), hours=1.5, in_group=in_group)
        yield queues.read(tr, thread, frame, may_answer=in_group, has_group=in_group)
    yield queues.reminder(tr, [inquiry] * 10, many=1200, frame=frame)
    yield queues.day(tr, DAY, frame)
    yield letters.lost_file(tr, inquiry)
    yield letters.receipt(tr, CONTENT, inquiry, expected=NOW, zone=ZONE)
    yield mine.detail(tr, CONTENT, thread, zone=ZONE)
    yield mine.listing(tr, [inquiry] * mine.PAGE, page=1, more=True, zone=ZONE)
    yield mine.added(tr, inquiry.code, guessed=7)
    yield asking.summary(tr, CONTENT, section="visa", text=words, attachments=[file] * 3, first=True)
    yield asking.sent(tr, text=words)
    yield asking.sections(tr, CONTENT)
    yield messages.help_screen(tr)
    yield messages.help_screen(tr, Role.OWNER)
    yield messages.banned(tr, words[:200])
    yield messages.unknown_command(tr, words[:64])
    yield answers.likely(tr, CONTENT, list(CONTENT.articles.values())[:3])
    yield answers.unsure(tr, list(CONTENT.articles.values())[:3])
    yield answers.smalltalk(tr)
    yield answers.parting(tr)
    if screen := letters.status(tr, inquiry):
        yield screen


@pytest.mark.parametrize("language", list(Language))
@given(words=WORDS, name=st.text(min_size=1, max_size=64), status=st.sampled_from(list(Status)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_telegram_takes_every_view(language: Language, words: str, name: str, status: Status) -> None:
    for screen in _views(CATALOGUES[language], words, name, status):
        text, _ = parse_html(screen.text)
        assert 0 < utf16(text.strip()) <= 4096
        for button in (one for row in screen.rows for one in row):
            assert button.label.strip()
            assert len(button.label) <= 64
            assert button.data is None or len(button.data.pack().encode()) <= 64
        assert sum(one.style == "success" for row in screen.rows for one in row) <= 1


@pytest.mark.parametrize("language", list(Language))
def test_what_people_write_is_shown_as_they_wrote_it(language: Language) -> None:
    words = "<b>1 & 2</b> &lt; «KH»"
    card = cards.card(
        CATALOGUES[language],
        _thread(words, "A<i>", Status.RECEIVED),
        cards.CardFrame(content=CONTENT, zone=ZONE, now=NOW),
    )
    text, _ = parse_html(card.text)
    assert words in text
    assert "A<i>" in text


@pytest.mark.parametrize("many", [1, 2, 3])
@pytest.mark.parametrize("language", list(Language))
def test_the_way_to_a_person_and_the_others_agree_with_how_many_answers_there_are(
    language: Language, many: int
) -> None:
    tr = CATALOGUES[language]
    shown = answers.likely(tr, CONTENT, list(CONTENT.articles.values())[:many])
    labels = [one.label for row in shown.rows for one in row]
    assert tr.plain_plural("Not this: ask a person", "None of these: ask a person", many) in labels[many]
    others = ("Or did you mean the other topic below?", "Or did you mean one of the other topics below?")
    forms = [tr.plural(*others, number) for number in (1, 2)]
    assert len(set(forms)) == 2
    assert [form in shown.text for form in forms] == [many == 2, many == 3]


def test_a_card_says_that_its_question_was_taken_back() -> None:
    frame = cards.CardFrame(content=CONTENT, zone=ZONE, now=NOW)
    asked = _thread("Where?", "A", Status.SEEN)
    gone = replace(asked.posts[0], text="", attachments=(), withdrawn_at=NOW)
    taken_back = replace(asked, inquiry=replace(asked.inquiry, text=""), posts=(gone, *asked.posts[1:]))
    for thread, is_said in ((asked, False), (taken_back, True)):
        card = cards.card(CATALOGUES[Language.EN], thread, frame)
        assert ("Taken back by the visitor." in card.text) is is_said


@pytest.mark.parametrize("language", list(Language))
def test_the_reasons_to_close_begin_with_a_capital_as_buttons_do(language: Language) -> None:
    inquiry = _thread("?", "A", Status.SEEN).inquiry
    for row in cards.close_choices(CATALOGUES[language], inquiry):
        for button in row:
            assert not button.label[0].islower()


def test_who_has_just_asked_waits_a_minute_not_none() -> None:
    tr = CATALOGUES[Language.EN]
    for seconds, words in ((-5, "1 minute"), (0, "1 minute"), (119, "1 minute"), (120, "2 minutes")):
        assert cards.waiting(tr, NOW, NOW + timedelta(seconds=seconds)) == words


def test_a_search_without_results_does_not_claim_to_have_found() -> None:
    frame = cards.CardFrame(content=CONTENT, zone=ZONE, now=NOW)
    for found in ((), (_thread("?", "A", Status.SEEN).inquiry,)):
        listed = queues.Listed(
            which=queues.FOUND, words="carpets", page=0, inquiries=found, is_more=False, in_group=False
        )
        text = queues.listing(CATALOGUES[Language.EN], listed, frame).text
        assert ("Found: " in text) is bool(found)
        assert ("There is nothing here." in text) is (not found)
