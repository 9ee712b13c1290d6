"""The desk's rules: who may do what, what is owed for it, and what happens twice or at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.counter import Counter, Question
from bot.domain.desk import MOST_SHOWN_AGAIN, Actor, Desk
from bot.domain.errors import (
    AlreadyClaimed,
    AnsweredMeanwhile,
    InquiryClosed,
    InquiryErased,
    InquiryNotFound,
    NotAllowed,
    NotYours,
    TooLong,
    TooManyOpen,
)
from bot.domain.inquiries import Author, Inquiry, Post, Status
from bot.domain.messages import Attachment, AttachmentKind, Copy, MessageRef, NoticeKind, Words
from bot.domain.people import Person, Profile
from bot.domain.rights import Role
from bot.domain.staff_chat import StaffChat
from bot.domain.threads import Threads
from tests.contracts.conftest import Stores, fake_stores
from tests.fakes.clock import FakeClock

GROUP = -100
SANA = Actor(person_id=2001, name="Sana", role=Role.STAFF)
DAULET = Actor(person_id=2002, name="Daulet", role=Role.STAFF)
VIEWER = Actor(person_id=2003, name="Viewer", role=Role.VIEWER)
ADMIN = Actor(person_id=3001, name="Nadia", role=Role.ADMIN)
FILE = Attachment(kind=AttachmentKind.DOCUMENT, file_id="f", file_unique_id="u")


class Scene:
    """A desk over stores in memory."""

    def __init__(self, *, open_limit: int = 20) -> None:
        self.clock = FakeClock()
        self.stores: Stores = fake_stores(self.clock)
        self.chat = StaffChat(GROUP, marks=self.stores.marks)
        self.desk = Desk(inquiries=self.stores.inquiries, clock=self.clock, staff_chat=self.chat)
        self.threads = Threads(inquiries=self.stores.inquiries, clock=self.clock, staff_chat=self.chat)
        self.counter = Counter(
            inquiries=self.stores.inquiries, clock=self.clock, staff_chat=self.chat, open_limit=open_limit
        )
        now = self.clock.now()
        self.bilal = Person(profile=Profile(id=1002, first_name="Bilal"), first_seen=now, last_seen=now)
        self.ayesha = replace(self.bilal, profile=Profile(id=1001, first_name="Ayesha"))
        self._causes = 0

    def cause(self) -> str:
        """A cause that was not applied yet."""
        self._causes += 1
        return f"{self._causes}:test"

    async def ask(self, text: str = "Where?", **words: object) -> str:
        """A new inquiry; gives its code. Nothing is owed afterwards."""
        question = Question(section="visa", words=Words(text=text, **words))  # type: ignore[arg-type]
        inquiry = await self.counter.submit(self.bilal, question, cause=self.cause())
        await self.owed()
        return inquiry.code

    async def inquiry(self, code: str) -> Inquiry:
        """The stored inquiry."""
        return (await self.stores.inquiries.get(code)).inquiry

    async def posts(self, code: str) -> tuple[Post, ...]:
        """The stored thread."""
        return (await self.stores.inquiries.get(code)).posts

    async def owed(self) -> list[tuple[NoticeKind, int]]:
        """Everything that is owed, to whom; it is taken away."""
        found = []
        now = self.clock.now() + timedelta(hours=1)
        while owed := await self.stores.outbox.claim("a", limit=50, lease=timedelta(minutes=1), now=now):
            found += [(one.notice.kind, one.notice.chat_id) for one in owed]
            await self.stores.outbox.sent([one.id for one in owed], [], now)
        return found


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_question_owes_a_receipt_and_a_card(scene: Scene) -> None:
    await scene.counter.submit(scene.bilal, Question(section="visa", words=Words(text="?")), cause="1:s")
    assert set(await scene.owed()) == {(NoticeKind.RECEIPT, 1002), (NoticeKind.CARD, GROUP)}


async def test_the_same_update_asks_once(scene: Scene) -> None:
    question = Question(section="visa", words=Words(text="?"))
    first = await scene.counter.submit(scene.bilal, question, cause="7:s")
    again = await scene.counter.submit(scene.bilal, question, cause="7:s")
    assert first.code == again.code
    assert len(await scene.owed()) == 2


async def test_one_person_may_not_have_too_many_open() -> None:
    scene = Scene(open_limit=2)
    first, _ = await scene.ask(), await scene.ask()
    with pytest.raises(TooManyOpen):
        await scene.ask()
    await scene.counter.close_own(scene.bilal, first, cause=scene.cause())
    await scene.ask()


async def test_of_many_who_claim_at_once_one_wins(scene: Scene) -> None:
    code = await scene.ask()
    staff = [Actor(person_id=number, name=f"Staff {number}", role=Role.STAFF) for number in range(8)]
    claims = (scene.desk.claim(one, code, cause=scene.cause()) for one in staff)
    results = await asyncio.gather(*claims, return_exceptions=True)
    winner = (await scene.inquiry(code)).claimed_name
    lost = [one for one in results if isinstance(one, AlreadyClaimed)]
    assert len(lost) == 7
    assert {one.by for one in lost} == {winner}


async def test_of_many_who_send_a_ready_answer_at_once_one_does(scene: Scene) -> None:
    code = await scene.ask()
    staff = [Actor(person_id=number, name=f"Staff {number}", role=Role.STAFF) for number in range(8)]
    sent = (
        scene.desk.reply_ready(one, code, f"Text {one.person_id % 2}", after=0, cause=scene.cause())
        for one in staff
    )
    results = await asyncio.gather(*sent, return_exceptions=True)
    (answer,) = [post for post in await scene.posts(code) if post.author is Author.STAFF]
    lost = [one for one in results if isinstance(one, AnsweredMeanwhile)]
    assert len(lost) == 7
    assert {one.by for one in lost} == {answer.name}
    assert [kind for kind, _ in await scene.owed()].count(NoticeKind.POST_TO_VISITOR) == 1


async def test_a_ready_answer_tapped_twice_goes_once(scene: Scene) -> None:
    code = await scene.ask()
    for _ in range(2):
        await scene.desk.reply_ready(SANA, code, "Thanks.", after=0, cause=scene.cause())
    assert [post.text for post in await scene.posts(code)] == ["Where?", "Thanks."]
    newest = (await scene.posts(code))[-1].id
    await scene.desk.reply_ready(SANA, code, "Thanks.", after=newest, cause=scene.cause())
    assert [kind for kind, _ in await scene.owed()].count(NoticeKind.POST_TO_VISITOR) == 2


async def test_a_ready_answer_neither_follows_another_answer_nor_reopens(scene: Scene) -> None:
    code = await scene.ask()
    await scene.desk.reply(DAULET, code, Words(text="By hand."), cause=scene.cause())
    with pytest.raises(AnsweredMeanwhile):
        await scene.desk.reply_ready(SANA, code, "Thanks.", after=0, cause=scene.cause())
    await scene.desk.close(DAULET, code, "answered", cause=scene.cause())
    newest = (await scene.posts(code))[-1].id
    with pytest.raises(InquiryClosed):
        await scene.desk.reply_ready(SANA, code, "Thanks.", after=newest, cause=scene.cause())
    with pytest.raises(InquiryClosed):
        await scene.desk.consider(SANA, code)
    assert len(await scene.posts(code)) == 2


async def test_only_who_has_it_or_an_admin_gives_it_back(scene: Scene) -> None:
    code = await scene.ask()
    await scene.desk.claim(SANA, code, cause=scene.cause())
    with pytest.raises(AlreadyClaimed):
        await scene.desk.release(DAULET, code, cause=scene.cause())
    await scene.desk.release(ADMIN, code, cause=scene.cause())
    assert (await scene.inquiry(code)).claimed_by is None


async def test_a_closed_inquiry_cannot_be_taken(scene: Scene) -> None:
    code = await scene.ask()
    await scene.desk.close(SANA, code, "answered", cause=scene.cause())
    with pytest.raises(InquiryClosed):
        await scene.desk.claim(SANA, code, cause=scene.cause())


async def test_who_may_only_see_changes_nothing(scene: Scene) -> None:
    code, desk = await scene.ask(), scene.desk
    for refused in (
        desk.reply(VIEWER, code, Words(text="x"), cause="a"),
        desk.note(VIEWER, code, Words(text="x"), cause="b"),
        desk.consider(VIEWER, code),
        desk.reply_ready(VIEWER, code, "x", after=0, cause="g"),
        desk.claim(VIEWER, code, cause="c"),
        desk.close(VIEWER, code, "answered", cause="d"),
        desk.transfer(VIEWER, code, "trade", cause="e"),
    ):
        with pytest.raises(NotAllowed):
            await refused
    await desk.look(VIEWER, code, cause="f")
    assert (await scene.inquiry(code)).status is Status.RECEIVED


async def test_opening_looking_and_taking_is_seeing(scene: Scene) -> None:
    for see in (scene.desk.open_card, scene.desk.look, scene.desk.claim):
        code = await scene.ask()
        await see(SANA, code, cause=scene.cause())
        inquiry = await scene.inquiry(code)
        assert (inquiry.status, inquiry.seen_at) == (Status.SEEN, scene.clock.now())


async def test_an_opened_card_brings_what_was_never_shown(scene: Scene) -> None:
    code = await scene.ask()
    for number in range(12):
        await scene.counter.add(scene.bilal, code, Words(text=f"more {number}"), cause=scene.cause())
    await scene.owed()
    thread = await scene.stores.inquiries.get(code)
    ref = MessageRef(chat_id=GROUP, message_id=5)
    shown = Copy(ref=ref, code=code, post_id=thread.posts[-1].id, kind=NoticeKind.POST_TO_STAFF)
    await scene.stores.outbox.sent([], [shown], scene.clock.now())
    await scene.desk.open_card(SANA, code, cause=scene.cause())
    kinds = [kind for kind, _ in await scene.owed()]
    assert kinds == [NoticeKind.CARD, *[NoticeKind.POST_TO_STAFF] * MOST_SHOWN_AGAIN]


async def test_a_topic_follows_its_inquiry(scene: Scene) -> None:
    code = await scene.ask()
    await scene.stores.inquiries.set_topic(code, 17)
    await scene.desk.close(SANA, code, "answered", cause=scene.cause())
    assert (NoticeKind.TOPIC, GROUP) in await scene.owed()
    await scene.desk.note(SANA, code, Words(text="x"), cause=scene.cause())
    assert (NoticeKind.TOPIC, GROUP) not in await scene.owed()
    await scene.counter.add(scene.bilal, code, Words(text="One more thing"), cause=scene.cause())
    assert (NoticeKind.TOPIC, GROUP) in await scene.owed()


async def test_nothing_is_sent_to_an_erased_inquiry(scene: Scene) -> None:
    code = await scene.ask()
    inquiry = await scene.inquiry(code)
    await scene.stores.inquiries.save(
        replace(inquiry, erased_at=scene.clock.now(), text=""), cause=scene.cause()
    )
    with pytest.raises(InquiryErased):
        await scene.desk.reply(SANA, code, Words(text="x"), cause=scene.cause())
    with pytest.raises(InquiryErased):
        await scene.desk.note(SANA, code, Words(text="x"), cause=scene.cause())
    with pytest.raises(InquiryErased):
        await scene.counter.add(scene.bilal, code, Words(text="x"), cause=scene.cause())


async def test_a_visitor_touches_only_own_inquiries(scene: Scene) -> None:
    code, counter, ayesha = await scene.ask(), scene.counter, scene.ayesha
    for refused in (
        counter.add(ayesha, code, Words(text="x"), cause="a"),
        counter.withdraw(ayesha, code, 1, cause="b"),
        counter.withdraw_all(ayesha, code, cause="c"),
        counter.close_own(ayesha, code, cause="d"),
        counter.rate(ayesha, code, 1, cause="e"),
        counter.own(ayesha, code),
    ):
        with pytest.raises(NotYours):
            await refused


async def test_what_is_withdrawn_is_gone_and_its_place_stays(scene: Scene) -> None:
    code = await scene.ask("My passport is AB123", attachments=(FILE,))
    (first,) = (await scene.stores.inquiries.get(code)).posts
    await scene.counter.withdraw(scene.bilal, code, first.id, cause=scene.cause())
    thread = await scene.stores.inquiries.get(code)
    assert (thread.inquiry.text, thread.posts[0].text, thread.posts[0].attachments) == ("", "", ())
    assert thread.posts[0].withdrawn_at
    assert (NoticeKind.EDIT_TO_STAFF, GROUP) in await scene.owed()
    with pytest.raises(InquiryNotFound):
        await scene.counter.withdraw(scene.bilal, code, 999, cause=scene.cause())


async def test_staff_words_cannot_be_withdrawn_by_the_visitor(scene: Scene) -> None:
    code = await scene.ask()
    await scene.desk.reply(SANA, code, Words(text="Here."), cause=scene.cause())
    post = (await scene.stores.inquiries.get(code)).posts[-1]
    with pytest.raises(InquiryNotFound):
        await scene.counter.withdraw(scene.bilal, code, post.id, cause=scene.cause())
    await scene.counter.withdraw_all(scene.bilal, code, cause=scene.cause())
    thread = await scene.stores.inquiries.get(code)
    assert [post.text for post in thread.posts if post.author is Author.STAFF] == ["Here."]
    assert thread.inquiry.status is Status.CLOSED


async def test_an_edit_that_changes_nothing_owes_nothing(scene: Scene) -> None:
    source = MessageRef(chat_id=1002, message_id=4)
    code = await scene.ask("Where?", source=source)
    assert (
        await scene.threads.edit(source, Words(text="Where?"), role=Role.VISITOR, cause=scene.cause()) is None
    )
    assert await scene.owed() == []
    await scene.threads.edit(source, Words(text="Where exactly?"), role=Role.VISITOR, cause=scene.cause())
    assert (await scene.inquiry(code)).text == "Where exactly?"


async def test_an_edit_brings_nothing_back_that_was_withdrawn(scene: Scene) -> None:
    source = MessageRef(chat_id=1002, message_id=4)
    code = await scene.ask("Secret", source=source)
    (post,) = (await scene.stores.inquiries.get(code)).posts
    await scene.counter.withdraw(scene.bilal, code, post.id, cause=scene.cause())
    assert (
        await scene.threads.edit(source, Words(text="Secret!"), role=Role.VISITOR, cause=scene.cause())
        is None
    )


async def test_an_edited_caption_keeps_the_other_files(scene: Scene) -> None:
    source = MessageRef(chat_id=1002, message_id=4)
    other = replace(FILE, file_id="g", file_unique_id="v")
    code = await scene.ask("Papers", source=source, attachments=(FILE, other))
    await scene.threads.edit(
        source, Words(text="My papers", attachments=(FILE,)), role=Role.VISITOR, cause=scene.cause()
    )
    (post,) = (await scene.stores.inquiries.get(code)).posts
    assert (post.text, post.attachments) == ("My papers", (FILE, other))


async def test_an_unreachable_visitor_is_reachable_again_once_they_write(scene: Scene) -> None:
    code = await scene.ask()
    await scene.desk.unreachable(code, is_reply=True, cause=scene.cause())
    assert not (await scene.inquiry(code)).reachable
    assert (NoticeKind.STAFF_NOTE, GROUP) in await scene.owed()
    await scene.counter.add(scene.bilal, code, Words(text="Back again"), cause=scene.cause())
    assert (await scene.inquiry(code)).reachable


async def test_a_lost_file_is_told_to_both_sides(scene: Scene) -> None:
    code = await scene.ask("Papers", attachments=(FILE,))
    await scene.desk.lost_file(code, 1, cause=scene.cause())
    assert set(await scene.owed()) == {(NoticeKind.NOTE_TO_VISITOR, 1002), (NoticeKind.STAFF_NOTE, GROUP)}


async def test_a_comment_stays_when_the_stars_change(scene: Scene) -> None:
    code = await scene.ask()
    await scene.counter.rate(scene.bilal, code, 4, "Good", cause=scene.cause())
    await scene.counter.rate(scene.bilal, code, 5, cause=scene.cause())
    inquiry = await scene.inquiry(code)
    assert (inquiry.rating, inquiry.rating_comment) == (5, "Good")


async def test_replying_and_closing_at_once_tells_both(scene: Scene) -> None:
    code = await scene.ask()
    await scene.desk.reply(SANA, code, Words(text="Done."), cause=scene.cause(), close="answered")
    kinds = {kind for kind, chat in await scene.owed() if chat == 1002}
    assert kinds == {NoticeKind.POST_TO_VISITOR, NoticeKind.STATUS_TO_VISITOR}


async def test_what_is_too_long_is_refused(scene: Scene) -> None:
    code = await scene.ask()
    with pytest.raises(TooLong):
        await scene.desk.reply(SANA, code, Words(text="x" * 16_001), cause=scene.cause())


async def test_without_a_staff_chat_the_visitor_is_served_all_the_same() -> None:
    scene = Scene()
    scene.chat.id = None
    await scene.counter.submit(scene.bilal, Question(section="visa", words=Words(text="?")), cause="1:s")
    assert await scene.owed() == [(NoticeKind.RECEIPT, 1002)]


async def test_the_staff_chat_is_known_by_its_new_id_in_every_process(scene: Scene) -> None:
    other = StaffChat(GROUP, marks=scene.stores.marks)
    await scene.chat.move(-1007)
    assert await other.is_at(-1007)
    assert not await other.is_at(GROUP)
    assert not await other.is_at(1002)


@pytest.mark.parametrize(("by", "role"), [("staff", Role.STAFF), ("visitor", Role.VISITOR)])
async def test_thanks_edited_into_more_wait_only_when_the_visitor_wrote_them(
    scene: Scene, by: str, role: Role
) -> None:
    code = await scene.ask()
    source = MessageRef(chat_id=GROUP if by == "staff" else 1002, message_id=9)
    thanks = Words(text="Thank you", source=source)
    await scene.desk.reply(
        SANA, code, Words(text="Here.") if by == "visitor" else thanks, cause=scene.cause()
    )
    if by == "visitor":
        await scene.counter.add(scene.bilal, code, thanks, cause=scene.cause())
    assert (await scene.inquiry(code)).status is Status.ANSWERED
    more = Words(text="Thank you, and what about the fee")
    assert await scene.threads.edit(source, more, role=role, cause=scene.cause()) is not None
    assert ((await scene.inquiry(code)).waiting_since is not None) is (by == "visitor")
