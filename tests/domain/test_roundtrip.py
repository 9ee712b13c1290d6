"""Replies from a sheet: planned by what has happened since, sent once however often it is tried."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.desk import Actor, Desk
from bot.domain.errors import NotAllowed
from bot.domain.inquiries import Author, Status
from bot.domain.messages import Words
from bot.domain.rights import Role
from bot.domain.roundtrip import Fault, Plan, Row, carry_out, make_plan
from bot.domain.staff_chat import StaffChat
from tests.contracts.examples import CODES, NOW, inquiry, post
from tests.fakes.clock import FakeClock
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.marks import FakeMarks
from tests.fakes.outbox import FakeOutbox
from tests.fakes.sessions import FakeSessions

A, B, C, D = CODES
SANA = Actor(person_id=2001, name="Sana", role=Role.STAFF)


class Office:
    """A desk with four inquiries of one message each."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.outbox = FakeOutbox(clock)
        self.inquiries = FakeInquiries(self.outbox, FakeSessions(clock), clock)
        self.desk = Desk(inquiries=self.inquiries, clock=clock, staff_chat=StaffChat(-100, marks=FakeMarks()))

    async def open(self) -> "Office":
        for code in CODES:
            await self.inquiries.add(inquiry(code), [post()], notices=[], cause=f"add {code}")
        return self

    async def plan(self, *rows: Row) -> Plan:
        return await make_plan(rows, self.inquiries)

    async def replies(self, code: str) -> list[str]:
        thread = await self.inquiries.get(code)
        return [one.text for one in thread.posts if one.author is Author.STAFF]


@pytest.fixture
async def office() -> Office:
    return await Office().open()


def row(code: str, reply: str = "Yes.", place: str = "2", close: str = "", messages: int | None = 1) -> Row:
    return Row(place=place, code=code, reply=reply, close=close, messages=messages)


async def test_a_reply_is_sent_once_however_often_the_file_comes(office: Office) -> None:
    rows = (row(A), row(B, "Also yes.", "3", close="answered"), row(C, "", "4", close="duplicate"))
    plan = await office.plan(*rows)
    assert [one.code for one in plan.send] == [A, B, C]
    assert (await carry_out(plan, office.desk, SANA)).sent == 3
    assert (await carry_out(plan, office.desk, SANA)).sent == 3
    assert [await office.replies(code) for code in (A, B, C)] == [["Yes."], ["Also yes."], []]
    assert (await office.inquiries.get(B)).inquiry.status is Status.CLOSED
    assert (await office.inquiries.get(C)).inquiry.close_reason == "duplicate"
    again = await office.plan(*rows)
    assert (len(again.send), len(again.sent)) == (0, 3)
    office.inquiries.forget_causes(NOW.replace(year=2999))
    later = await office.plan(*rows)
    assert (len(later.send), len(later.answered)) == (0, 3)


async def test_after_a_kill_in_between_only_the_rest_is_sent(office: Office) -> None:
    rows = (row(A, "First."), row(A, "Second.", "3"), row(B, place="4"))
    plan = await office.plan(*rows)
    await carry_out(replace(plan, send=plan.send[:1]), office.desk, SANA)
    rest = await office.plan(*rows)
    assert [one.place for one in rest.send] == ["3", "4"]
    assert [one.place for one in rest.sent] == ["2"]
    await carry_out(rest, office.desk, SANA)
    assert await office.replies(A) == ["First.", "Second."]


async def test_what_somebody_answered_or_closed_since_is_not_sent(office: Office) -> None:
    await office.desk.reply(SANA, A, Words(text="Done."), cause="a")
    await office.desk.close(SANA, B, "duplicate", cause="b")
    await office.desk.note(SANA, C, Words(text="waiting for the consul"), cause="c")
    plan = await office.plan(row(A), row(B), row(C), row(A, "More.", messages=2), row(A, "x", messages=None))
    assert [(one.code, one.reply) for one in plan.answered] == [(A, "Yes."), (B, "Yes."), (A, "x")]
    assert [(one.code, one.reply) for one in plan.send] == [(C, "Yes."), (A, "More.")]


async def test_a_later_export_may_say_the_same_again(office: Office) -> None:
    await carry_out(await office.plan(row(A)), office.desk, SANA)
    plan = await office.plan(row(A, messages=2))
    assert len(plan.send) == 1
    await carry_out(plan, office.desk, SANA)
    assert await office.replies(A) == ["Yes.", "Yes."]


async def test_a_reply_to_what_was_closed_already_is_meant(office: Office) -> None:
    await office.desk.close(SANA, A, "answered", cause="a")
    plan = await office.plan(replace(row(A), was_closed=True))
    assert len(plan.send) == 1


async def test_unknown_erased_and_mistyped_codes_are_stale(office: Office) -> None:
    one = (await office.inquiries.get(A)).inquiry
    await office.inquiries.save(replace(one, erased_at=NOW), cause="erase")
    plan = await office.plan(row(A), row("KH-7GQ4-XM", place="3"), row("KH-3333-3Z", place="4"))
    assert [one.place for one in plan.stale] == ["2", "3", "4"]


async def test_an_inquiry_that_is_forgotten_meanwhile_does_not_stop_the_others(office: Office) -> None:
    plan = await office.plan(row(A), row(B, place="3"))
    one = (await office.inquiries.get(A)).inquiry
    await office.inquiries.save(replace(one, erased_at=NOW), cause="erase")
    outcome = await carry_out(plan, office.desk, SANA)
    assert outcome.sent == 1
    assert [one.code for one in outcome.gone] == [A]


async def test_rows_that_cannot_be_read_are_named_and_twins_are_one(office: Office) -> None:
    plan = await office.plan(
        row("", place="5"),
        row(A, "????? ??", "6"),
        row(A, "x" * 16_001, "7"),
        replace(row(B, place="8"), fault=Fault.MERGED),
        row(C, "Yes?", "9"),
        row(f" {C.lower()} ", "Yes?", "10"),
    )
    assert [(one.place, one.fault) for one in plan.unreadable] == [
        ("5", Fault.NO_CODE),
        ("6", Fault.LOST_LETTERS),
        ("7", Fault.TOO_LONG),
        ("8", Fault.MERGED),
    ]
    assert [(one.place, one.code) for one in plan.send] == [("9", C)]


@pytest.mark.parametrize(
    ("reply", "lost"),
    [
        ("?аза?стан?а виза керек", True),
        ("???? ?? ????", True),
        ("Really? Yes? No?", False),
        ("Is it visa?Yes.Or a permit?No.", False),
        ("See https://vmp.gov.kz/?lang=en&page=?a and www.gov.kz?x=1?y=2", False),
        ("??", False),
        ("کیا آپ کو ویزا چاہیے؟", False),
    ],
)
async def test_letters_that_became_question_marks_are_told_from_questions(
    office: Office, reply: str, lost: bool
) -> None:
    plan = await office.plan(row(A, reply))
    assert [one.fault for one in plan.unreadable] == [Fault.LOST_LETTERS] * lost


async def test_of_two_who_confirm_at_once_each_reply_is_sent_once(office: Office) -> None:
    plan = await office.plan(*(row(code, place=str(number)) for number, code in enumerate(CODES)))
    bilal = replace(SANA, person_id=2002, name="Bilal")
    await asyncio.gather(carry_out(plan, office.desk, SANA), carry_out(plan, office.desk, bilal))
    assert [await office.replies(code) for code in CODES] == [["Yes."]] * 4


async def test_only_who_may_answer_sends(office: Office) -> None:
    plan = await office.plan(row(A))
    with pytest.raises(NotAllowed):
        await carry_out(plan, office.desk, replace(SANA, role=Role.EDITOR))
    assert await office.replies(A) == []
