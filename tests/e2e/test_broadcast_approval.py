"""Who may let an announcement go, and what becomes of it when they may not any more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.broadcasts import State
from bot.domain.rights import Role
from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from tests.driver import text_of
from tests.e2e.authors import READERS, copies, drafts, reads_english, subscribe
from tests.e2e.house import labels, styled
from tests.e2e.near import Near, near_bot

SECOND = 2002
"""An admin by a role that was given in the bot."""
FEW = frozenset({ADMIN})


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Near]:
    """A bot where three recipients need a second admin; there are three, and two admins."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator, broadcast_approval=3) as bot:
        await subscribe(bot.stand, *READERS)
        for admin in (ADMIN, SECOND):
            await reads_english(bot.stand, admin)
        await bot.app.stores.people.give_role(SECOND, Role.ADMIN, protected=FEW)
        yield bot
    await simulator.stop()


async def demoted(near: Near) -> None:
    """The second admin has no role any more."""
    await near.app.stores.people.give_role(SECOND, Role.VISITOR, protected=FEW)


async def test_a_second_admin_sees_what_it_says_and_lets_it_go(near: Near) -> None:
    author, second = await drafts(near.stand), near.stand.as_person(SECOND)
    asked = await author.sends(await author.writes("English", "Big news"), "Some readers would get")
    board = await author.sends(asked, "A second admin has to agree")
    assert "Approve" not in labels(board)
    told = await second.sees(f"Announcement {author.number} waits for a second admin")
    await second.taps("Look at it")
    look = await second.sees("A second admin has to agree")
    assert "Author: \u2068Nadia" in text_of(look)
    assert "3 recipients" in text_of(look)
    await second.taps("Preview")
    await second.sees("Big news", after=told["message_id"])
    assert not await copies(near.stand, 1002, "Big news")
    judged = await second.sees("A second admin has to agree", after=told["message_id"])
    await second.taps(styled(judged, "success"))
    await author.sees("a row for each recipient")
    (done,) = [one for one in await near.stand.messages(ADMIN) if one["message_id"] == board["message_id"]]
    assert "State: done" in text_of(done), "the author's board went on"
    assert "Sent: 3 of 3" in text_of(done)
    assert len(await copies(near.stand, 1002, "Big news")) == 1
    assert not any("a row for each" in text_of(one) for one in await second.messages())
    code = [one.details["step"] for one in await near.app.stores.audit.page() if one.about]
    assert code == ["approve", "launch"]


async def test_an_author_who_lost_the_role_in_the_middle_can_do_nothing_more(near: Near) -> None:
    author = await drafts(near.stand, SECOND)
    await author.taps("English", "Write the announcement")
    await demoted(near)
    before = await author.says("visa fee", "Visa")
    assert "English: " not in text_of(before), "it is an ordinary question now"
    draft = [one for one in await author.hands.messages() if "Write the announcement" in text_of(one)][-1]
    for act in ("send", "sure", "preview", "test", "write", "drop", "who", "when", "now", "open", "list"):
        assert "may not do this" in await author.answer(await author.steps(act, draft)), act
    one = await near.app.stores.broadcasts.get(author.number)
    assert (one.state, one.versions) == (State.DRAFT, {})


async def test_another_admin_may_go_on_with_a_draft_and_is_its_author_then(near: Near) -> None:
    author = await drafts(near.stand, SECOND)
    await author.writes("English", "Begun by one")
    other = near.stand.as_person(ADMIN)
    said = await other.says("/broadcast")
    listed = await near.stand.wait_message(
        ADMIN, lambda one: "New announcement" in labels(one), after=said["message_id"]
    )
    (entry,) = [label for label in labels(listed) if "Begun by one" in label]
    await other.taps(entry)
    draft = await other.sees("English: \u2068Begun by one\u2069")
    await other.taps(styled(draft, "success"))
    await other.sees("Some readers would get another language")
    await other.taps("Send as it is")
    await other.sees("A second admin has to agree")
    one = await near.app.stores.broadcasts.get(author.number)
    assert (one.author_id, one.state) == (ADMIN, State.APPROVAL)


async def test_who_lost_the_role_gets_neither_board_nor_report(near: Near) -> None:
    author = await drafts(near.stand, SECOND)
    await author.writes("English", "Slow news")
    draft = await author.narrows_to_english()
    await near.stand.fault("delay", method="sendMessage", text="Slow news", seconds=5)
    await author.sends(draft, "State: being sent")
    await demoted(near)

    async def is_done() -> bool:
        return (await near.app.stores.broadcasts.get(author.number)).state is State.DONE

    await near.stand.wait_for(is_done, 20, what="the end")
    seen = len(await author.hands.messages())

    async def has_no_board() -> bool:
        return (await near.app.stores.broadcasts.get(author.number)).board is None

    await near.stand.wait_for(has_no_board, what="the board that is taken away")
    assert len(await author.hands.messages()) == seen
    assert not any("a row for each" in text_of(one) for one in await author.hands.messages())
