"""Announcements: what can be written, when it may start, who may do what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import NEWS, Audience, Broadcast, Kind, State, Version
from bot.domain.desk import Actor
from bot.domain.errors import (
    InThePast,
    MixedAlbum,
    NotAllowed,
    NothingWritten,
    NoWords,
    OnlyWords,
    OwnAnnouncement,
    TooLong,
    WrongState,
)
from bot.domain.messages import Attachment, AttachmentKind, MessageRef
from bot.domain.moments import read_moment
from bot.domain.people import Profile
from bot.domain.rights import Role
from bot.domain.versions import changed_for, check_version, shown_length
from bot.i18n.languages import Language
from tests.fakes.audit import FakeAudit
from tests.fakes.broadcasts import FakeBroadcasts
from tests.fakes.clock import FakeClock
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.outbox import FakeOutbox
from tests.fakes.people import FakePeople
from tests.fakes.sessions import FakeSessions

LAHORE = ZoneInfo("Asia/Karachi")
ADMIN = Actor(person_id=9, name="Nadia", role=Role.ADMIN)
OTHER = Actor(person_id=8, name="Omar", role=Role.OWNER)
PHOTO = Attachment(kind=AttachmentKind.PHOTO, file_id="p")
PAPER = Attachment(kind=AttachmentKind.DOCUMENT, file_id="d")
BOARD = MessageRef(chat_id=9, message_id=1)


@pytest.fixture
def audit(clock: FakeClock) -> FakeAudit:
    return FakeAudit(clock)


@pytest.fixture
async def announcements(clock: FakeClock, audit: FakeAudit) -> Announcements:
    people = FakePeople()
    for one in (1, 2, 3):
        await people.meet(Profile(id=one, first_name="P"), clock.now())
        await people.subscribe(one, frozenset({NEWS}))
    inquiries = FakeInquiries(FakeOutbox(clock), FakeSessions(clock), clock)
    store = FakeBroadcasts(people, inquiries, audit)
    return Announcements(broadcasts=store, clock=clock, approval_from=3, wake=lambda: None)


async def written(announcements: Announcements) -> Broadcast:
    """A draft with an English version."""
    draft = await announcements.draft(ADMIN, cause="1")
    return await announcements.write(ADMIN, draft.number, Language.EN, Version(html="Open"))


@pytest.mark.parametrize(
    ("version", "refusal"),
    [
        (Version(html=" "), NothingWritten),
        (Version(html="x" * 4097), TooLong),
        (Version(html="x" * 1025, attachments=(PHOTO,)), TooLong),
        (Version(attachments=(PHOTO, PAPER)), MixedAlbum),
        (Version(attachments=(PHOTO,) * 11), MixedAlbum),
    ],
)
def test_what_telegram_would_not_take_is_refused_at_once(version: Version, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_version(version, Language.EN)


def test_markup_does_not_count_and_odd_letters_count_as_telegram_counts_them() -> None:
    assert shown_length("<b>a &lt; b</b>") == 5
    assert shown_length("🎉") == 2
    check_version(Version(html=f"<b>{'x' * 4096}</b>"), Language.EN)
    check_version(Version(html="x" * 1024, attachments=(PAPER, PAPER)), Language.KK)


def test_the_marks_that_make_urdu_run_from_the_right_count_too() -> None:
    check_version(Version(html="ا" * 4096), Language.UR)
    check_version(Version(html="x" * 4096), Language.EN)
    with pytest.raises(TooLong):
        check_version(Version(html="x" * 4096), Language.UR)


async def corrects(announcements: Announcements, **versions: Version) -> Broadcast:
    """The draft of a correction of an announcement in these versions."""
    draft = await announcements.draft(ADMIN, cause="1")
    for code, version in versions.items():
        await announcements.write(ADMIN, draft.number, Language(code), version)
    await announcements.launch(ADMIN, draft.number)
    await announcements.approve(OTHER, draft.number)
    await announcements.cancel(ADMIN, draft.number)
    return await announcements.correct(ADMIN, draft.number, cause="2")


async def test_a_correction_changes_words_and_keeps_files(announcements: Announcements) -> None:
    draft = await corrects(announcements, en=Version(html="A", attachments=(PHOTO,)), ur=Version(html="الف"))
    rewritten = await announcements.write(ADMIN, draft.number, Language.EN, Version(html="B"))
    assert rewritten.versions[Language.EN] == Version(html="B", attachments=(PHOTO,))
    rewritten = await announcements.write(ADMIN, draft.number, Language.KK, Version(html="Б"))
    assert rewritten.versions[Language.KK] == Version(html="Б", attachments=(PHOTO,)), "they have the English"
    with pytest.raises(OnlyWords):
        await announcements.write(
            ADMIN,
            draft.number,
            Language.UR,
            Version(html="ب", attachments=(replace(PHOTO, file_unique_id="other"),)),
        )
    with pytest.raises(TooLong):
        await announcements.write(ADMIN, draft.number, Language.EN, Version(html="x" * 1025))
    with pytest.raises(WrongState):
        await announcements.unwrite(ADMIN, draft.number, Language.EN)


async def test_a_place_or_a_sticker_has_no_words_to_correct(announcements: Announcements) -> None:
    place = Attachment(kind=AttachmentKind.LOCATION, latitude=31.5, longitude=74.3)
    draft = await corrects(announcements, en=Version(attachments=(place,)))
    with pytest.raises(NoWords):
        await announcements.write(ADMIN, draft.number, Language.EN, Version(html="Here"))


async def test_a_correction_concerns_whose_words_it_changes(announcements: Announcements) -> None:
    draft = await corrects(announcements, en=Version(html="A"), ur=Version(html="الف"))
    with pytest.raises(NothingWritten):
        await announcements.launch(ADMIN, draft.number)
    original = await announcements.find(ADMIN, draft.original or 0)
    changed = await announcements.write(ADMIN, draft.number, Language.EN, Version(html="B"))
    assert changed_for(original, changed) == {Language.EN, Language.KK}
    changed = await announcements.write(ADMIN, draft.number, Language.KK, Version(html="А"))
    changed = await announcements.write(ADMIN, draft.number, Language.EN, Version(html="A"))
    assert changed_for(original, changed) == {Language.KK}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-30 09:00", "2026-05-30T04:00:00+00:00"),
        ("30.05.2026 09:00", "2026-05-30T04:00:00+00:00"),
        ("۳۰/۰۵/۲۰۲۶ ۰۹:۰۰", "2026-05-30T04:00:00+00:00"),
        ("18:30", "2026-05-04T13:30:00+00:00"),
        ("09:00", "2026-05-05T04:00:00+00:00"),
    ],
)
def test_a_time_is_read_as_lahore_time(text: str, moment: str) -> None:
    now = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert read_moment(text, LAHORE, now) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01 09:00", "25:00", "2026-05-30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a day and a time"):
        read_moment(text, LAHORE, datetime(2026, 5, 4, tzinfo=UTC))


def test_a_time_that_has_passed_is_refused() -> None:
    with pytest.raises(InThePast):
        read_moment("2020-01-01 09:00", LAHORE, datetime(2026, 5, 4, tzinfo=UTC))


def test_who_has_no_version_gets_the_first_that_is_written() -> None:
    one = Broadcast(author_id=9, created_at=datetime.now(UTC), versions={Language.KK: Version(html="x")})
    assert one.language_for(Language.UR) is Language.KK
    both = {Language.KK: Version(html="x"), Language.UR: Version(html="y")}
    assert (
        Broadcast(author_id=9, created_at=one.created_at, versions=both).language_for(Language.EN)
        is Language.UR
    )


async def test_a_role_that_was_taken_away_ends_it_at_the_next_step(announcements: Announcements) -> None:
    draft = await written(announcements)
    former = Actor(person_id=ADMIN.person_id, name=ADMIN.name, role=Role.STAFF)
    for step in (
        announcements.launch(former, draft.number),
        announcements.write(former, draft.number, Language.EN, Version(html="x")),
        announcements.narrow(former, draft.number, Audience()),
        announcements.discard(former, draft.number),
        announcements.pause(former, draft.number),
        announcements.resend(former, draft.number),
        announcements.find(former, draft.number),
        announcements.draft(former, cause="2"),
    ):
        with pytest.raises(NotAllowed):
            await step


async def test_a_big_one_needs_somebody_else(announcements: Announcements) -> None:
    draft = await written(announcements)
    waiting = await announcements.launch(ADMIN, draft.number, board=BOARD)
    assert (waiting.state, waiting.counts.total) == (State.APPROVAL, 3)
    with pytest.raises(OwnAnnouncement):
        await announcements.approve(ADMIN, draft.number)
    approved = await announcements.approve(OTHER, draft.number)
    assert (approved.state, approved.approved_by) == (State.RUNNING, OTHER.person_id)
    with pytest.raises(WrongState):
        await announcements.approve(OTHER, draft.number)


async def test_launching_twice_launches_once_and_is_noted_once(
    announcements: Announcements, audit: FakeAudit
) -> None:
    draft = await written(announcements)
    first = await announcements.launch(ADMIN, draft.number)
    assert await announcements.launch(ADMIN, draft.number) == first
    (entry,) = audit.entries
    assert (entry.by, entry.about) == (ADMIN.person_id, str(draft.number))
    assert entry.details == {"step": "launch", "people": 3}


async def test_every_step_is_noted_with_who_did_it(announcements: Announcements, audit: FakeAudit) -> None:
    draft = await written(announcements)
    await announcements.launch(ADMIN, draft.number)
    await announcements.approve(OTHER, draft.number)
    await announcements.pause(ADMIN, draft.number)
    await announcements.resume(OTHER, draft.number)
    await announcements.cancel(ADMIN, draft.number)
    assert [(one.by, one.details["step"]) for one in audit.entries] == [
        (ADMIN.person_id, "launch"),
        (OTHER.person_id, "approve"),
        (ADMIN.person_id, "pause"),
        (OTHER.person_id, "resume"),
        (ADMIN.person_id, "cancel"),
    ]


async def test_what_is_under_way_is_not_written_any_more(announcements: Announcements) -> None:
    draft = await written(announcements)
    await announcements.launch(ADMIN, draft.number)
    with pytest.raises(WrongState):
        await announcements.write(ADMIN, draft.number, Language.EN, Version(html="y"))


async def test_a_start_that_passed_while_it_was_written_is_refused(
    announcements: Announcements, clock: FakeClock
) -> None:
    draft = await written(announcements)
    await announcements.schedule(ADMIN, draft.number, clock.now() + timedelta(hours=1))
    with pytest.raises(InThePast):
        await announcements.schedule(ADMIN, draft.number, clock.now() - timedelta(seconds=1))
    clock.move(timedelta(hours=2))
    with pytest.raises(InThePast):
        await announcements.launch(ADMIN, draft.number)


async def test_copies_can_be_changed_for_two_days_after_the_end(
    announcements: Announcements, clock: FakeClock
) -> None:
    draft = await written(announcements)
    await announcements.launch(ADMIN, draft.number)
    with pytest.raises(WrongState):
        await announcements.correct(ADMIN, draft.number, cause="2")
    await announcements.approve(OTHER, draft.number)
    await announcements.cancel(ADMIN, draft.number)
    correction = await announcements.correct(ADMIN, draft.number, cause="3")
    assert (correction.kind, correction.original, set(correction.versions)) == (
        Kind.EDIT,
        draft.number,
        {Language.EN},
    )
    clock.move(timedelta(hours=48))
    with pytest.raises(WrongState):
        await announcements.take_back(ADMIN, draft.number, cause="4", board=BOARD)


async def test_cancelled_is_cancelled(announcements: Announcements) -> None:
    draft = await written(announcements)
    await announcements.launch(ADMIN, draft.number)
    await announcements.cancel(ADMIN, draft.number)
    for step in (announcements.resume, announcements.pause, announcements.cancel, announcements.approve):
        with pytest.raises(WrongState):
            await step(OTHER, draft.number)
