"""Control of an announcement that is being sent: pause, go on, cancel, stop by itself; board and report."""

import asyncio
import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.domain.announcing import Announcements
from bot.domain.broadcasts import State
from bot.domain.desk import Actor
from bot.domain.rights import Role
from bot.domain.sending import in_flight
from bot.simulator.people import ADMIN
from bot.simulator.server import Simulator
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database
from tests.driver import PATIENCE, Json, text_of
from tests.e2e.authors import Author, copies, drafts, reads_english
from tests.e2e.house import labels
from tests.e2e.near import Near, Reaction, a_while, near_bot

RATE = 10
OPERATOR = Actor(person_id=0, name="command line", role=Role.OWNER)
TEXT = "Open on Saturday"
BLOCKED = {"status": 403, "description": "Forbidden: bot was blocked by the user"}
DELETED = {"status": 403, "description": "Forbidden: user is deactivated"}
REFUSED = {"status": 400, "description": "Bad Request: PEER_ID_INVALID"}


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Near]:
    """A bot that sends ten a second."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator, broadcast_rate=RATE) as bot:
        await reads_english(bot.stand)
        yield bot
    await simulator.stop()


async def crowd(near: Near, many: int) -> Sequence[int]:
    """So many subscribers."""
    people = await near.visitors(many)
    for one in people:
        await near.stand.as_person(one).starts()
    await near.quiet()
    for one in people:
        await near.app.stores.people.subscribe(one, frozenset({"news"}))
    return people


async def begun(near: Near) -> tuple[Author, Json]:
    """An announcement that is being sent; gives its author and its board."""
    author = await drafts(near.stand)
    board = await author.sends(await author.writes("English", TEXT), "State: being sent")
    return author, board


async def arrived(near: Near, people: Sequence[int]) -> Counter[int]:
    """How many copies each has."""
    found = {one: len(await copies(near.stand, one, TEXT)) for one in people}
    return Counter({one: many for one, many in found.items() if many})


async def until_arrived(near: Near, people: Sequence[int], many: int, seconds: float = PATIENCE) -> None:
    """Wait for so many copies."""

    async def look() -> bool:
        return (await arrived(near, people)).total() >= many

    await near.stand.wait_for(look, seconds, what=f"{many} copies")


async def rests(near: Near, people: Sequence[int]) -> int:
    """Within a second nothing arrives any more; gives how many have it."""
    await a_while(1)
    before = (await arrived(near, people)).total()
    await a_while(1.5)
    assert (await arrived(near, people)).total() == before
    assert before < len(people)
    return before


async def test_pause_and_cancel_take_effect_within_a_second_and_so_does_going_on(near: Near) -> None:
    people = await crowd(near, 60)
    author, board = await begun(near)
    await until_arrived(near, people, 5)
    await author.steps("pause", board)
    paused = await rests(near, people)
    await author.sees("Paused: by an admin")
    async with Reaction.timed() as taken:
        await author.steps("resume", board)
        await until_arrived(near, people, paused + 1)
    assert taken.seconds < 1.0
    await until_arrived(near, people, paused + 5)
    await author.steps("cancel", board)
    ended = await rests(near, people)
    shown = text_of(await author.sees(f"Not sent: {60 - ended}"))
    assert f"Sent: {ended} of 60" in shown
    assert set((await arrived(near, people)).values()) == {1}


async def test_the_command_line_steers_a_running_bot_within_a_second(near: Near) -> None:
    people = await crowd(near, 60)
    author, _ = await begun(near)
    await until_arrived(near, people, 5)
    beside = await Database.open(f"sqlite+aiosqlite:///{near.folder / 'bot.db'}")
    office = Announcements(
        broadcasts=SqlBroadcasts(beside),
        clock=near.app.clock,
        approval_from=0,
        wake=lambda: None,
    )
    await office.pause(OPERATOR, author.number)
    paused = await rests(near, people)
    async with Reaction.timed() as taken:
        await office.resume(OPERATOR, author.number)
        await until_arrived(near, people, paused + 1)
    assert taken.seconds < 1.5, "a look a second, and one message"
    await office.cancel(OPERATOR, author.number)
    await rests(near, people)
    await beside.close()


async def test_it_stops_by_itself_when_too_many_fail_and_goes_on_when_an_admin_says_so(near: Near) -> None:
    people = await crowd(near, 64)
    await near.stand.fault("error", method="sendMessage", text=TEXT, every=2, times=0, **BLOCKED)
    author, board = await begun(near)
    told = await author.sees(f"Announcement {author.number} stopped by itself: too many failures", timeout=20)
    assert "25 of 50" in text_of(told)
    await near.stand.clear_faults()
    await author.steps("resume", board)
    await author.sees("a row for each recipient", timeout=20)
    counts = (await near.app.stores.broadcasts.get(author.number)).counts
    assert counts.sent + counts.blocked == 64
    assert 25 <= counts.blocked <= 25 + in_flight(RATE)
    unreachable = [one for one in people if not await _reachable(near, one)]
    assert len(unreachable) == counts.blocked


async def _reachable(near: Near, person: int) -> bool:
    found = await near.app.stores.people.get(person)
    return found is not None and found.reachable


async def test_it_stops_by_itself_when_too_many_unsubscribe(near: Near) -> None:
    people = await crowd(near, 80)
    author, _ = await begun(near)
    for number, one in enumerate(people[:12]):
        await until_arrived(near, people, number + 1)
        await near.stand.as_person(one).taps(f"sub:out:{author.number}")
    told = await author.sees("stopped by itself: too many people unsubscribe", timeout=30)
    assert "/" not in text_of(told)


async def test_the_board_shows_rate_and_remaining_time_and_stays_where_the_admin_leaves_it(
    near: Near,
) -> None:
    people = await crowd(near, 90)
    author, board = await begun(near)
    shown = text_of(await author.sees("a second, remaining time: less than a minute", timeout=15))
    assert "▰" in shown
    assert "▱" in shown
    await author.hands.taps("Back", message_id=board["message_id"])
    await _shows(near, board, "Announcements")
    await asyncio.sleep(5)
    assert "New announcement" in labels(await _there(near, board)), "the board did not come back over it"
    await until_arrived(near, people, 90, 20)
    await author.sees("a row for each recipient", timeout=15)
    assert "New announcement" in labels(await _there(near, board))


async def test_a_board_that_could_not_be_drawn_is_drawn_at_the_next_look(near: Near) -> None:
    await crowd(near, 40)
    author, board = await begun(near)
    await near.stand.fault("error", method="editMessageText", chat_id=ADMIN, status=502, times=2)
    await author.steps("pause", board)
    await author.sees("Paused: by an admin", timeout=15)


async def _there(near: Near, board: Json) -> Json:
    """What stands where the board was."""
    found = [one for one in await near.stand.messages(ADMIN) if one["message_id"] == board["message_id"]]
    return found[0]


async def _shows(near: Near, board: Json, text: str) -> None:
    async def look() -> bool:
        return text in text_of(await _there(near, board))

    await near.stand.wait_for(look, what=text)


async def test_the_report_comes_as_words_as_a_picture_and_as_a_row_for_each_recipient(near: Near) -> None:
    people = await crowd(near, 8)
    for person, refusal in zip(people, (BLOCKED, DELETED, DELETED, REFUSED), strict=False):
        await near.stand.fault("error", method="sendMessage", chat_id=person, text=TEXT, **refusal)
    await near.stand.fault("reset", method="sendMessage", chat_id=people[4], text=TEXT)
    author, _ = await begun(near)
    under = await author.sees("a row for each recipient", timeout=20)
    words = text_of(await author.sees("Why it did not arrive"))
    for line in (
        "Sent: 3 of 8",
        "Blocked the bot or gone: 3",
        "• Blocked the bot: 1",
        "• Deleted their account: 2",
        "• \u2068Bad Request: PEER_ID_INVALID\u2069: 1",
        "• The connection to Telegram broke: 1",
    ):
        assert line in words
    (picture,) = [one for one in await author.hands.messages() if "photo" in one]
    assert labels(picture) == ["Back", "Main menu"]
    files = near.simulator.world.files
    png = files.get(picture["photo"][-1]["file_id"])
    assert png is not None
    assert png.data.startswith(b"\x89PNG")
    table = files.get(under["document"]["file_id"])
    assert table is not None
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [int(row["person_id"]) for row in rows] == sorted(people)
    found = Counter(row["result"] for row in rows)
    assert found == {"sent": 3, "blocked": 3, "failed": 1, "in_doubt": 1}


async def test_those_in_doubt_are_listed_and_sent_again_only_when_asked_for(near: Near) -> None:
    people = await crowd(near, 3)
    await near.stand.fault("reset", method="sendMessage", chat_id=people[0], text=TEXT)
    await near.stand.fault("html", method="sendMessage", chat_id=people[1], text=TEXT)
    author, board = await begun(near)
    await author.sees("a row for each recipient", timeout=20)
    await author.hands.taps("In doubt: 2", message_id=board["message_id"])
    listed = await author.sees("Nobody knows whether it arrived")
    assert any(str(people[0]) in label for label in labels(listed))
    assert (await arrived(near, people)).total() == 1
    await author.steps("again", board, str(people[0]))
    await until_arrived(near, people, 2)
    await author.steps("again", board, "all")
    await until_arrived(near, people, 3)
    assert set((await arrived(near, people)).values()) == {1}

    async def is_done() -> bool:
        return (await near.app.stores.broadcasts.get(author.number)).state is State.DONE

    await near.stand.wait_for(is_done, what="the end")
    steps = [one.details["step"] for one in await near.app.stores.audit.page()]
    assert steps == ["resend", "resend", "launch"]
