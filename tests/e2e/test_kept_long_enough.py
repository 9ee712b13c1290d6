"""A year by a clock that is moved: what ``/privacy`` promises to go goes at its end, and nothing younger."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.run import REMEMBERED
from bot.simulator.people import STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.driver import text_of
from tests.e2e.authors import ShiftedClock, reads_english
from tests.e2e.house import styled
from tests.e2e.near import Near, near_bot
from tests.e2e.test_question import STAFF

DAY = timedelta(days=1)
ASKER, WAITER, LOOKER, READER = 1101, 1102, 1103, 1104
ASKED, REPLIED, WAITS, BEGUN, SOUGHT = "zqxasked", "zqxreplied", "zqxwaits", "zqxbegun", "zqxsought"


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
async def near(tmp_path: Path, clock: ShiftedClock) -> AsyncIterator[Near]:
    """A bot whose announcements, words and drafts are kept as long as the settings say by themselves."""
    simulator = await Simulator().start()
    async with near_bot(tmp_path, simulator, clock=clock) as bot:
        yield bot
    await simulator.stop()


async def _says(near: Near, person: int) -> None:
    """Somebody with a name of their own who reads English."""
    card = {"id": person, "first_name": f"Zqxname{person}", "language_code": "en"}
    await near.stand.post("people", card)
    await reads_english(near.stand, person)


async def _asks(near: Near, person: int, words: str) -> str:
    """A question that was sent; gives its number."""
    await _says(near, person)
    await near.asks(person, words)
    receipt = await near.stand.as_person(person).sees("has been received", timeout=30)
    return str(re.findall(r"KH-\w{4}-\w{2}", text_of(receipt))[0])


async def _lived(near: Near) -> tuple[str, str]:
    """An answered question, one that waits, one not sent, a search for nothing, a subscription."""
    answered, waiting = await _asks(near, ASKER, ASKED), await _asks(near, WAITER, WAITS)
    staff, looker = near.stand.as_person(STAFF), near.stand.as_person(LOOKER)
    card = await staff.sees(answered, chat=STAFF_GROUP_ID)
    await staff.says(f"{REPLIED} to you", chat=STAFF_GROUP_ID, reply_to=card["message_id"])
    await near.stand.as_person(ASKER).sees(REPLIED)
    await _says(near, LOOKER)
    await looker.says(f"{SOUGHT} qwrtplk")
    await near.quiet()
    await looker.says(f"/ask {BEGUN}")
    styled(await looker.sees(BEGUN), "success")
    await _says(near, READER)
    await near.stand.as_person(READER).says("/subscribe")
    await near.stand.as_person(READER).sees("/stop")
    await near.quiet()
    return answered, waiting


async def _passes(near: Near, clock: ShiftedClock, day: float) -> set[str]:
    """Move on by days and let everything go whose end has come; gives what of it all still stands."""
    clock.move(timedelta(days=day))
    stores, now = near.app.stores, clock.now()
    while await near.app.privacy.expire():
        near.app.courier.wake()
    await stores.inbox.prune(now - REMEMBERED)
    await stores.outbox.prune(now - REMEMBERED)
    await stores.events.age(now)
    await near.quiet()
    with closing(sqlite3.connect(near.folder / "bot.db")) as database:
        stored = "\n".join(database.iterdump())
    names = {str(one): f"Zqxname{one}" for one in (ASKER, WAITER, LOOKER, READER)}
    words = {one: one for one in (ASKED, REPLIED, WAITS, BEGUN, SOUGHT)}
    return {name for name, mark in {**names, **words}.items() if mark.lower() in stored.lower()}


async def test_a_year_goes_by_and_everything_goes_at_its_end(near: Near, clock: ShiftedClock) -> None:
    answered, waiting = await _lived(near)
    everything = {str(one) for one in (ASKER, WAITER, LOOKER, READER)}
    everything |= {ASKED, REPLIED, WAITS, BEGUN, SOUGHT}
    assert await _passes(near, clock, 0) == everything
    assert await _passes(near, clock, 29.9) == everything
    # 30 days: what was begun and not sent, and what was sought.
    left = everything - {BEGUN, SOUGHT}
    assert await _passes(near, clock, 0.2) == left
    await near.stand.as_person(LOOKER).says("/start")
    await near.quiet()
    assert await _passes(near, clock, 149.8) == left
    # 180 days after the last message of an inquiry that waits for nobody.
    left -= {ASKED, REPLIED}
    assert await _passes(near, clock, 0.2) == left
    card = await near.stand.as_person(STAFF).sees(answered, chat=STAFF_GROUP_ID)
    assert ASKED not in text_of(card)
    assert "the time for keeping it is over" in text_of(card)
    # A year after the last message of whoever has nothing else here; others stay with what they wait for.
    assert await _passes(near, clock, 184.5) == left
    left -= {str(ASKER)}
    assert await _passes(near, clock, 0.6) == left
    left -= {str(LOOKER)}
    assert await _passes(near, clock, 31) == left
    assert left == {str(WAITER), WAITS, str(READER)}
    shown = text_of(await near.stand.as_person(STAFF).sees(waiting, chat=STAFF_GROUP_ID))
    assert WAITS in shown
