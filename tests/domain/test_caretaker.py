"""What waits for staff reaches their chat, however late it was set; without one owners hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.caretaker import Caretaker
from bot.domain.delivery import Notice
from bot.domain.marks import Marks
from bot.domain.messages import Attachment, AttachmentKind, Copy, MessageRef, NoticeKind
from bot.domain.staff_chat import StaffChat
from tests.contracts.conftest import Stores, fake_stores
from tests.contracts.examples import CODES, inquiry, post
from tests.fakes.clock import FakeClock

OLD, NEW, OWNER = -100, -200, 3001
FILE = Attachment(kind=AttachmentKind.DOCUMENT, file_id="f", file_unique_id="u")


@pytest.fixture
def stores() -> Stores:
    return fake_stores(FakeClock())


def _caretaker(stores: Stores, chat: StaffChat, marks: Marks | None = None) -> Caretaker:
    return Caretaker(
        inquiries=stores.inquiries,
        outbox=stores.outbox,
        marks=marks or stores.marks,
        staff_chat=chat,
        owners=frozenset({OWNER}),
        clock=stores.clock,
        wake=lambda: None,
    )


async def _asked(stores: Stores, code: str, *, waits: bool = True, **changes: object) -> None:
    since = stores.clock.now() - timedelta(hours=1) if waits else None
    one = replace(inquiry(code, waiting_since=since), **changes)  # type: ignore[arg-type]
    posts = [replace(post(), attachments=()), replace(post(), attachments=(FILE,))]
    await stores.inquiries.add(one, posts, notices=[], cause=code)


async def _owed(stores: Stores) -> list[tuple[NoticeKind, int, str]]:
    found, now = [], stores.clock.now() + timedelta(hours=1)
    while owed := await stores.outbox.claim("a", limit=9, lease=timedelta(minutes=1), now=now):
        found += [(one.notice.kind, one.notice.chat_id, one.notice.code) for one in owed]
        await stores.outbox.sent([one.id for one in owed], [], now)
    return found


async def test_owners_hear_once_a_day_that_no_chat_is_set(stores: Stores) -> None:
    keeper = _caretaker(stores, StaffChat(None, marks=stores.marks))
    for _ in range(49):
        await keeper.look()
        stores.clock.move(timedelta(hours=1))
    told = await _owed(stores)
    assert set(told) == {(NoticeKind.OPERATOR_NOTE, OWNER, "")}
    assert len(told) == 1, "while a note waits unsent there is no second one"
    stores.clock.move(timedelta(days=1))
    await keeper.look()
    assert len(await _owed(stores)) == 1


class Killed(BaseException):
    """The process is gone."""


@dataclass
class DeadlyMarks:
    """Marks whose process is killed at a change: before it is stored or right after."""

    marks: Marks
    stored: bool

    async def get(self, name: str) -> str | None:
        """The value, or None."""
        return await self.marks.get(name)

    async def set(self, name: str, value: str) -> None:
        """Replace the value."""
        await self.marks.set(name, value)

    async def change(self, name: str, old: str | None, new: str, *, notices: Sequence[Notice] = ()) -> bool:
        """Never comes back."""
        if self.stored:
            await self.marks.change(name, old, new, notices=notices)
        raise Killed


@pytest.mark.parametrize("stored", [False, True])
async def test_a_bot_that_is_killed_while_it_tells_owners_has_told_them_or_tells_them_next(
    stores: Stores, *, stored: bool
) -> None:
    with pytest.raises(Killed):
        await _caretaker(
            stores, StaffChat(None, marks=stores.marks), DeadlyMarks(stores.marks, stored)
        ).look()
    assert await stores.outbox.waiting() == int(stored)
    stores.clock.move(timedelta(minutes=1))
    await _caretaker(stores, StaffChat(None, marks=stores.marks)).look()
    assert len(await _owed(stores)) == 1


async def test_a_chat_that_is_set_gets_what_waits_and_nothing_else_once(stores: Stores) -> None:
    await _asked(stores, CODES[0])
    await _asked(stores, CODES[1], waits=False)
    keeper = _caretaker(stores, StaffChat(NEW, marks=stores.marks))
    await keeper.look()
    assert await _owed(stores) == [
        (NoticeKind.CARD, NEW, CODES[0]),
        (NoticeKind.POST_TO_STAFF, NEW, CODES[0]),
    ]
    stores.clock.move(timedelta(hours=1))
    await keeper.look()
    assert await _owed(stores) == []


async def test_what_the_chat_shows_already_is_not_shown_again(stores: Stores) -> None:
    await _asked(stores, CODES[0])
    card = Copy(ref=MessageRef(chat_id=NEW, message_id=5), code=CODES[0], kind=NoticeKind.CARD)
    await stores.outbox.sent([], [card], stores.clock.now())
    await _caretaker(stores, StaffChat(NEW, marks=stores.marks)).look()
    assert await _owed(stores) == []


async def test_in_another_chat_no_topic_is_believed(stores: Stores) -> None:
    chat = StaffChat(OLD, marks=stores.marks)
    await _caretaker(stores, chat).look()
    await _asked(stores, CODES[0], topic_id=17)
    await _caretaker(stores, StaffChat(NEW, marks=stores.marks)).look()
    assert (await stores.inquiries.get(CODES[0])).inquiry.topic_id is None
    assert (NoticeKind.CARD, NEW, CODES[0]) in await _owed(stores)


async def test_a_group_that_became_a_supergroup_is_the_same_chat(stores: Stores) -> None:
    chat = StaffChat(OLD, marks=stores.marks)
    await _caretaker(stores, chat).look()
    await _asked(stores, CODES[0])
    await chat.move(NEW)
    await _caretaker(stores, chat).look()
    assert await _owed(stores) == []


async def test_of_several_processes_one_settles(stores: Stores) -> None:
    await _asked(stores, CODES[0])
    for _ in range(3):
        await _caretaker(stores, StaffChat(NEW, marks=stores.marks)).look()
    assert len(await _owed(stores)) == 2
