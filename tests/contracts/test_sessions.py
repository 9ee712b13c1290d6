"""The contract of ``SessionStore``."""

from dataclasses import replace

import pytest

from bot.domain.sessions import Overtaken, Session
from tests.contracts.conftest import Stores
from tests.contracts.examples import CODES, DAY, NOW, ODD_TEXTS, SECOND

FORM = Session(
    chat_id=7,
    person_id=7,
    state="form",
    data={"form": "visa-question", "answers": {"phone": "+92 300"}, "step": 2, "open": None, "list": [1]},
    thread=CODES[1],
    cause=482,
    changed_at=NOW,
)


async def test_there_is_an_empty_session_at_first(stores: Stores) -> None:
    assert await stores.sessions.get(7, 8) == Session(chat_id=7, person_id=8)


async def test_a_session_comes_back_as_it_was_put(stores: Stores) -> None:
    await stores.sessions.put(FORM)
    assert await stores.sessions.get(7, 7) == FORM


async def test_putting_replaces(stores: Stores) -> None:
    await stores.sessions.put(FORM)
    after = replace(FORM, state="", data={}, thread="", cause=483, changed_at=NOW + SECOND)
    await stores.sessions.put(after)
    assert await stores.sessions.get(7, 7) == after


async def test_people_in_one_chat_have_their_own_sessions(stores: Stores) -> None:
    await stores.sessions.put(replace(FORM, chat_id=-5, person_id=1))
    await stores.sessions.put(replace(FORM, chat_id=-5, person_id=2, state="note"))
    assert (await stores.sessions.get(-5, 1)).state == "form"
    assert (await stores.sessions.get(-5, 2)).state == "note"


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_odd_text_in_a_session_is_kept(stores: Stores, text: str) -> None:
    await stores.sessions.put(replace(FORM, data={"text": text}))
    assert (await stores.sessions.get(7, 7)).data == {"text": text}


async def test_continuing_a_thread_leaves_the_dialogue(stores: Stores) -> None:
    await stores.sessions.put(FORM)
    await stores.sessions.continue_thread(7, CODES[2])
    kept = await stores.sessions.get(7, 7)
    assert replace(kept, changed_at=NOW) == replace(FORM, thread=CODES[2])


async def test_continuing_a_thread_begins_a_session_where_there_is_none(stores: Stores) -> None:
    await stores.sessions.continue_thread(9, CODES[2])
    session = await stores.sessions.get(9, 9)
    assert (session.thread, session.state, session.data) == (CODES[2], "", {})


async def test_ticks_are_kept_for_each_person_and_list(stores: Stores) -> None:
    assert await stores.sessions.ticks(7, "visa") == frozenset()
    assert await stores.sessions.tick(7, "visa", "photo", ticked=True) == {"photo"}
    assert await stores.sessions.tick(7, "visa", "form", ticked=True) == {"form", "photo"}
    assert await stores.sessions.tick(7, "visa", "form", ticked=True) == {"form", "photo"}
    assert await stores.sessions.tick(7, "visa", "photo", ticked=False) == {"form"}
    assert await stores.sessions.tick(7, "visa", "none", ticked=False) == {"form"}
    assert await stores.sessions.ticks(8, "visa") == frozenset()
    assert await stores.sessions.ticks(7, "study") == frozenset()
    assert await stores.sessions.ticks(7, "visa") == {"form"}


async def test_a_sweep_deletes_what_is_older_and_no_more(stores: Stores) -> None:
    await stores.sessions.put(FORM)
    await stores.sessions.put(replace(FORM, person_id=8, changed_at=NOW + DAY))
    assert await stores.sessions.sweep(NOW + DAY) == 1
    assert (await stores.sessions.get(7, 7)).state == ""
    assert (await stores.sessions.get(7, 8)).state == "form"


async def test_a_session_made_of_the_stored_one_replaces_it_and_may_be_put_again(stores: Stores) -> None:
    await stores.sessions.put(FORM)
    moved = replace(FORM, state="confirm", cause=500, after=482)
    await stores.sessions.put(moved)
    await stores.sessions.put(replace(moved, state="confirmed"))
    assert await stores.sessions.get(7, 7) == replace(moved, state="confirmed", after=None)


async def test_a_session_made_of_one_that_has_moved_on_is_refused(stores: Stores) -> None:
    await stores.sessions.put(replace(FORM, cause=501))
    with pytest.raises(Overtaken):
        await stores.sessions.put(replace(FORM, state="late", cause=500, after=482))
    assert (await stores.sessions.get(7, 7)).cause == 501


async def test_a_session_made_of_none_or_of_a_swept_one_is_new(stores: Stores) -> None:
    await stores.sessions.put(replace(FORM, after=0))
    assert (await stores.sessions.get(7, 7)).cause == 482
