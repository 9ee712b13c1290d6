"""The screens of announcements, people and the audit log are what Telegram takes, in each language."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.loader import load_content
from bot.content.sections import Section
from bot.domain.announcing_report import AnnouncementReport
from bot.domain.audit import Deed, Entry
from bot.domain.broadcasts import NEWS, TOPICS, Audience, Broadcast, Kind, State, Version
from bot.domain.messages import Attachment, AttachmentKind
from bot.domain.people import Person, Profile
from bot.domain.quiet import QuietHours
from bot.domain.recipients import DEAD, Counts, Line, Result, Tally
from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.simulator.markup import parse_html
from bot.telegram.screens import LONGEST_CAPTION, Screen, utf16
from bot.telegram.views import (
    announcement_reports,
    audiences,
    audit,
    broadcasts,
    composing,
    people,
    subscriptions,
)
from bot.telegram.views.announcing import Frame

NOW = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Karachi")
CONTENT = load_content()
CATALOGUES = Catalogues.read()
FRAME = Frame(content=CONTENT, zone=ZONE, now=NOW, quiet=QuietHours(begins=time(22), ends=time(8), zone=ZONE))
PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="p")
COUNTS = Counts(total=1_000_000, sent=800_000, blocked=4, failed=3, in_doubt=2, skipped=1, unsubscribed=9)
READERS = {Language.EN: 800_000, Language.KK: 1, Language.UR: 199_999}
REASONS = (
    "Forbidden: bot was blocked by the user",
    "Forbidden: user is deactivated",
    "Bad Request: X<b>",
    DEAD,
)
ODD = ["<b>", "</b>&amp;&", "\u202e@admin\u2066", "ا" * 4096, "😀" * 2048]
WORDS = st.text(max_size=4096) | st.sampled_from(ODD)


def _announcement(words: str, name: str, state: State, kind: Kind) -> Broadcast:
    audience = Audience(
        languages=frozenset(Language),
        topics=frozenset(TOPICS),
        asked=frozenset(section.value for section in Section),
        active_days=30,
    )
    return Broadcast(
        number=123_456,
        kind=kind,
        original=None if kind is Kind.SEND else 99_999,
        author_id=9,
        author_name=name,
        versions={
            Language.EN: Version(html=_escaped(words) or "x"),
            Language.UR: Version(html=_escaped(words), attachments=(PHOTO, PHOTO)),
        },
        audience=audience,
        state=state,
        reason="failures 21/50",
        starts_at=NOW,
        keeps_quiet=True,
        created_at=NOW,
        started_at=NOW,
        ended_at=NOW,
        counts=COUNTS,
    )


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _report(one: Broadcast) -> AnnouncementReport:
    tallies = [
        Tally(language=language, result=result, reason=reason, many=7)
        for language in Language
        for result in (Result.SENT, Result.BLOCKED, Result.FAILED, Result.IN_DOUBT)
        for reason in REASONS
    ]
    return AnnouncementReport(broadcast=one, tallies=tallies)


def _of_announcements(tr: Translator, one: Broadcast) -> Iterable[Screen]:
    line = Line(
        person_id=2**52, language=Language.UR, result=Result.IN_DOUBT, reason="", message_ids=(),
        settled_at=NOW, unsubscribed_at=None,
    )  # fmt: skip
    yield broadcasts.listing(tr, [one] * 7, first=False)
    yield broadcasts.board(tr, one, FRAME, reader=1, rate=12.3)
    yield broadcasts.doubts(tr, one, [line] * 9)
    yield broadcasts.take_back(tr, one)
    yield announcement_reports.words(tr, _report(one), FRAME)
    yield broadcasts.approval_wanted(tr, one.number)
    for reason in ("failures 21/50", "unsubscribes 6/50", "author", "admin"):
        yield broadcasts.stopped(tr, one.number, reason)
    yield composing.draft(tr, one, READERS, FRAME)
    yield composing.draft(tr, one, {}, FRAME).with_note(composing.astray(tr))
    for language in Language:
        yield composing.prompt(tr, one, language)
    yield composing.when(tr, one, FRAME)
    yield composing.not_a_time(tr, one, FRAME)
    yield composing.missing(tr, one, READERS)
    yield composing.dropped(tr)
    yield audiences.audience(tr, one, READERS, FRAME)
    for which in ("topics", "languages", "asked", "seen"):
        yield audiences.choices(tr, one, which, READERS, FRAME)
    yield subscriptions.topics(tr, CONTENT, frozenset({NEWS}))
    yield subscriptions.stopped(tr)


def _of_people(tr: Translator, words: str, name: str) -> Iterable[Screen]:
    person = Person(
        profile=Profile(id=2**52, first_name=name, username="x" * 32),
        banned=words[:300],
        reachable=False,
        first_seen=NOW,
        last_seen=NOW,
    )
    listed = [(person, role) for role in Role] * 2
    yield people.overview(tr, listed)
    yield people.found(tr, listed[:10])
    yield people.found(tr, [])
    for role in Role:
        yield people.card(tr, person, role=role, grantable=tuple(Role), may_ban=True, zone=ZONE)
    yield people.ask_reason(tr, person)
    yield people.banned(tr, person)
    yield people.how_to_ban(tr)


DETAILS: dict[Deed, list[dict[str, str | int]]] = {
    Deed.ROLE: [{"from": "visitor", "to": "owner"}, {"from": "king", "to": "<b>"}],
    Deed.EXPORT: [{"rows": 12, "masked": 1}, {"rows": 1, "masked": 0}],
    Deed.ANNOUNCE: [{"step": step, "people": 40} for step in (*audit.STEPS, "other")],
    Deed.FACT: [{"step": 7}],
    Deed.ERASE: [{"inquiries": 2, "posts": 1}],
    Deed.REPLIES: [{"sent": 1, "stale": 2, "unknown": 3}],
}
ENTRIES = [
    Entry(number=1, at=NOW, by=by, deed=deed, about="123", details=details)
    for by in (0, 9)
    for deed in Deed
    for details in DETAILS.get(deed, [{}])
]


@pytest.mark.parametrize("language", list(Language))
@given(
    words=WORDS,
    name=st.text(min_size=1, max_size=64),
    state=st.sampled_from(list(State)),
    kind=st.sampled_from(list(Kind)),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_telegram_takes_every_screen(
    language: Language, words: str, name: str, state: State, kind: Kind
) -> None:
    tr = CATALOGUES[language]
    one = _announcement(words, name, state, kind)
    for screen in (*_of_announcements(tr, one), *_of_people(tr, words, name)):
        text, _ = parse_html(screen.text)
        assert 0 < utf16(text.strip()) <= 4096
        for button in (one for row in screen.rows for one in row):
            assert button.label.strip()
            assert utf16(button.label) <= 64
            assert button.data is None or len(button.data.pack().encode()) <= 64
        assert sum(one.style == "success" for row in screen.rows for one in row) <= 1
    for screen in (announcement_reports.file_caption(tr, one), announcement_reports.picture_caption(tr, one)):
        assert utf16(parse_html(screen.text)[0]) <= LONGEST_CAPTION


@pytest.mark.parametrize("language", [Language.KK, Language.UR])
def test_the_audit_log_is_told_in_the_readers_language(language: Language) -> None:
    page = audit.page(CATALOGUES[language], ENTRIES, names={9: "Әлия"}, more=True, first=False, zone=ZONE)
    text, _ = parse_html(page.text)
    told = text.replace("king", "").replace("other", "").replace("from", "").replace("step", "")
    told = told.replace("to: ", "")
    latin = [one for one in told if unicodedata.name(one, "").startswith("LATIN SMALL")]
    assert len(latin) <= 3, "".join(latin)


def test_who_may_not_be_changed_has_no_buttons_and_an_author_cannot_approve() -> None:
    tr = CATALOGUES[Language.EN]
    waiting = _announcement("x", "Nadia", State.APPROVAL, Kind.SEND)
    of_author = broadcasts.board(tr, waiting, FRAME, reader=9)
    of_another = broadcasts.board(tr, waiting, FRAME, reader=8)
    assert not any(one.label == "Approve" for row in of_author.rows for one in row)
    assert any(one.label == "Approve" for row in of_another.rows for one in row)
    late = broadcasts.board(
        tr,
        _announcement("x", "Nadia", State.DONE, Kind.SEND),
        Frame(content=CONTENT, zone=ZONE, now=NOW + timedelta(hours=48), quiet=FRAME.quiet),
    )
    assert not any(one.label == "Take back" for row in late.rows for one in row)
