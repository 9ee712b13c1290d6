"""Forged buttons: every kind of callback data there is, with others' ids, codes and numbers, has no effect.

The kinds are found by looking, so one that is added tomorrow is forged tomorrow.
"""

import inspect
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendDocument, SendMessage
from sqlalchemy import Connection, select

from bot.domain.broadcasts import Broadcast
from bot.domain.counter import Question
from bot.domain.messages import MessageRef, Words
from bot.domain.people import Profile
from bot.domain.rights import Role
from bot.storage.tables import metadata
from bot.telegram import callbacks
from bot.telegram.views import queues
from tests.telegram.inside import IDS, OTHER_GROUP, Inside, inside

KINDS = sorted(
    (
        one
        for one in vars(callbacks).values()
        if inspect.isclass(one) and issubclass(one, CallbackData) and one is not CallbackData
    ),
    key=lambda one: one.__name__,
)
VICTIM = 555
_MOST_BYTES = 64
"""Of a button's data (Bot API: InlineKeyboardButton)."""
SECRET = "My secret question"
OWN_TABLES = frozenset({"sessions", "ticks", "subscriptions", "people", "events", "causes", "marks", "inbox"})
"""What a tap of one's own may change; it is looked at that it changed nothing of anybody else."""
_TELEGRAM = Path(callbacks.__file__).parent
_ACT = re.compile(r"(?:act|what|which)(?:=| == )\"(\w+)\"")
_ACTS = sorted(
    {act for path in _TELEGRAM.rglob("*.py") for act in _ACT.findall(path.read_text())} | set(queues.TITLES)
)
"""Every step that a button of the program names."""
_PLAIN: dict[str, list[Any]] = {
    "person": [VICTIM, IDS["owner"], 0, -1],
    **{name: [1, 0, -1, 2**40] for name in ("number", "page", "place", "before", "line", "days")},
    "format": ["csv", "xlsx", "jsonl", "html", "x"],
    "section": ["visa", "all", "x"],
    "words": ["secret", ""],
    "on": [True, False],
}
"""What a forger would put into a field."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(tmp_path) as built:
        yield built


async def _victim(house: Inside) -> str:
    """Somebody with an inquiry, a draft and a ban's worth of trust; gives the code."""
    people, now = house.app.stores.people, house.app.clock.now()
    person = await people.meet(Profile(id=VICTIM, first_name="Victim"), now)
    question = Question(
        section="visa", words=Words(text=SECRET, source=MessageRef(chat_id=VICTIM, message_id=3))
    )
    inquiry = await house.app.counter.submit(person, question, cause="victim")
    await house.in_state(VICTIM, VICTIM, "confirm", {"section": "visa", "text": SECRET})
    await house.app.stores.sessions.tick(VICTIM, "visa-finder/x", "passport", ticked=True)
    await people.subscribe(VICTIM, frozenset({"news"}))
    await house.app.stores.broadcasts.add(
        Broadcast(author_id=IDS["admin"], author_name="Admin", created_at=now), cause="draft"
    )
    return inquiry.code


def _values(name: str, code: str) -> list[Any]:
    if name in ("act", "what", "which"):
        return _ACTS
    if name == "code":
        return [code, "KH-2222-22"]
    if name in ("arg", "value", "field"):
        return ["", code, str(VICTIM), "owner", "1", "all", "wait"]
    return _PLAIN.get(name, ["visa", "en", "visa-finder", "", "trade-delegation"])


def _forged(kind: type[CallbackData], code: str) -> Iterator[str]:
    """Each value of each field, the others at their first; and for an act, every value of its argument."""
    fields = {name: _values(name, code) for name in kind.model_fields}
    first = {name: values[0] for name, values in fields.items()}
    chosen = [{**first, name: value} for name, values in fields.items() for value in values]
    pairs = [name for name in ("act", "arg") if name in fields]
    if len(pairs) == 2:
        both = itertools.product(_ACTS, [str(VICTIM), code, "1", "owner", "all"])
        chosen += [{**first, "act": act, "arg": arg} for act, arg in both]
    for values in chosen:
        try:
            packed = kind(**values).pack()
        except ValueError:  # longer than 64 bytes, or with the separator in it
            continue
        yield packed


def _others(connection: Connection, *callers: int) -> dict[str, list[str]]:
    """Everything stored that is not a caller's own."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name in ("events", "causes", "inbox", "senders"):
            continue
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        for row in rows:
            row.pop("last_seen", None)
        mine = ("person_id", "chat_id", "id") if table.name in OWN_TABLES else ()
        found[table.name] = sorted(
            str(row) for row in rows if not {row.get(one) for one in mine} & set(callers)
        )
    # A menu of commands is the caller's own affair.
    found["marks"] = [row for row in found["marks"] if "person:" not in row and "turn:" not in row]
    return found


def _but_cards_shown_again(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Who may see inquiries may have their cards shown in the staff chat; that changes nothing in them."""
    inquiries = [re.sub(r"'version': \d+", "", row) for row in found["inquiries"]]
    others = [
        row for row in found["outbox"] if "'kind': 'card'" not in row and "'kind': 'post_to_staff'" not in row
    ]
    return {**found, "inquiries": inquiries, "outbox": others}


@pytest.mark.parametrize("caller", ["visitor", "banned", "demoted", "viewer"])
async def test_no_forged_tap_changes_or_shows_anything_of_somebody_else(house: Inside, caller: str) -> None:
    code = await _victim(house)
    number = IDS["admin"] if caller == "demoted" else IDS[caller]
    if caller == "demoted":
        protected = frozenset({IDS["owner"]})
        await house.app.stores.people.give_role(number, Role.VISITOR, protected=protected)
    database = house.app.database
    before = await database.read(lambda connection: _others(connection, number))
    crashes: list[str] = []
    for kind in KINDS:
        for data in _forged(kind, code):
            if data == "own:erase":  # one's own data; tested with its effect elsewhere
                continue
            house.session.calls.clear()
            seen = await house.taps(number, data)
            crashes += [f"{data}: {seen.crash!r}"] if seen.crash else []
            assert len(house.session.answers()) == 1, data
            if caller != "viewer":  # who may see inquiries, sees them
                shown = [str(getattr(one, "text", "")) for one in house.session.calls]
                assert not [text for text in shown if SECRET in text], data
                files = [one.document for one in house.session.calls if isinstance(one, SendDocument)]
                assert not files or data == "own:data", data
                assert not [one for one in files if SECRET.encode() in getattr(one, "data", b"")], data
    assert crashes == []
    after = await database.read(lambda connection: _others(connection, number))
    assert _but_cards_shown_again(after) == _but_cards_shown_again(before)
    assert caller == "viewer" or after == before


async def test_in_a_strange_group_no_tap_has_any_effect_whoever_taps(house: Inside) -> None:
    code = await _victim(house)
    everybody = tuple(IDS.values())
    before = await house.app.database.read(lambda connection: _others(connection, *everybody))
    for kind in KINDS:
        for data in itertools.islice(_forged(kind, code), 60):
            for caller in ("owner", "staff", "visitor"):
                house.session.calls.clear()
                seen = await house.taps(IDS[caller], data, chat_id=OTHER_GROUP)
                assert seen.crash is None, (data, caller)
                shown = [one.text for one in house.session.calls if isinstance(one, SendMessage)]
                assert not [text for text in shown if SECRET in text], (data, caller)
    assert await house.app.database.read(lambda connection: _others(connection, *everybody)) == before


@pytest.mark.parametrize("odd", ["9223372036854775808", "²"])
async def test_a_number_that_is_none_or_too_large_is_a_button_that_nobody_knows(
    house: Inside, odd: str
) -> None:
    """No update is put aside for it: with the highest role every step is reached."""
    await _victim(house)
    crashes: list[str] = []
    for kind in KINDS:
        first, *others = kind.model_fields
        for act in _ACTS if first in ("act", "what", "which") else [odd]:
            data = kind.__separator__.join([kind.__prefix__, act, *(odd for _ in others)])
            if data == "own:erase" or len(data.encode()) > _MOST_BYTES:
                continue
            house.session.calls.clear()
            seen = await house.taps(IDS["owner"], data)
            crashes += [f"{data}: {seen.crash!r}"] if seen.crash else []
    assert crashes == []


async def test_a_command_with_an_odd_number_is_answered(house: Inside) -> None:
    for odd in ("9223372036854775808", "²", "-1", "1" * 4000):
        for command in ("ban", "people", "find", "my", "start", "audit", "broadcast", "stats"):
            house.session.calls.clear()
            seen = await house.writes(IDS["owner"], text=f"/{command} {odd} reason")
            assert (seen.crash, bool(house.session.calls)) == (None, True), (command, odd)


def test_there_is_something_to_forge() -> None:
    assert len(KINDS) >= 18
    assert {"claim", "erase", "role", "ban", "send", "publish", "export"} - set(_ACTS) <= {"export"}
    assert [kind for kind in KINDS if not list(_forged(kind, "KH-7GQ4-X6"))] == []
