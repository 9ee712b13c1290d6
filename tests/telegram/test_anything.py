"""Whatever comes, in whatever order: nothing breaks, nobody waits in silence, nothing happens twice."""

import asyncio
import itertools
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.domain.delivery import Outcome
from bot.domain.intake import Poison, Postponed
from bot.domain.people import Profile
from bot.domain.rights import Role
from bot.storage.columns import Moment
from bot.storage.tables import metadata
from tests.telegram.chances import MOVES, PLACES, SAME, UNSAID, Breaks, Joins, Move, Says, Seen, Taps, body_of
from tests.telegram.inside import IDS, Inside, inside

EXAMPLES = int(os.environ.get("ANYTHING_EXAMPLES", "30"))
CODE = re.compile(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}")
SHOWN = re.compile(r"(, )?'(shown': \d+|paused': False)|(?<={), ")
"""Which message shows a draft: a repeated update shows it in a new one; a pause that was never made."""
STATES = frozenset(
    {
        "",
        "form",
        "confirm",
        "note",
        "answer",
        "add",
        "rate",
        "ask",
        "searched",
        "announce",
        "fact",
        "people",
        "ban",
    }
)
"""Every dialogue there is: what a session holds can be named."""
_OF_PEOPLE = {"visitor": Role.VISITOR, "other": Role.VISITOR, "staff": Role.STAFF, "editor": Role.EDITOR,
              "admin": Role.ADMIN, "banned": Role.VISITOR}  # fmt: skip
_UNCOUNTED = frozenset({"inbox", "events", "marks", "alembic_version"})
"""Tables that a repeated update may touch: what was looked at is counted at least once."""


class Story:
    """Some people, and everything they do in one example."""

    def __init__(self, house: Inside, first_id: int) -> None:
        self._house = house
        self._ids = {name: first_id + number for number, name in enumerate(_OF_PEOPLE)}
        self._ids["owner"] = IDS[Role.OWNER]
        self._numbers = itertools.count(first_id * 1000)
        self._seen = Seen()
        self._albums: set[int] = set()
        self._last = Move(who="visitor")

    async def begin(self) -> None:
        """Everybody has met the bot, and has their role; nobody is left from another example."""
        people, now = self._house.app.stores.people, self._house.app.clock.now()
        for name, role in _OF_PEOPLE.items():
            await people.meet(Profile(id=self._ids[name], first_name=name.title()), now)
            if name == "banned":
                await people.ban(self._ids[name], "spam")
            elif role is not Role.VISITOR:
                await people.give_role(self._ids[name], role, protected=frozenset())
        await self.does(Says(who="visitor", content={"text": "/ask Is there a direct flight?"}))
        await self.does(Taps(who="visitor", which=self._index_of("draft:send:"), again=True))

    def _index_of(self, data: str) -> int:
        return self._seen.buttons[self._ids["visitor"]].index(data)

    async def does(self, move: Move) -> None:
        """One move, and everything that must hold after it."""
        if move.who == SAME:
            move = replace(move, who=self._last.who, place=self._last.place)
        house, person, self._last = self._house, self._ids[move.who], move
        body = body_of(move, self._seen, next(self._numbers), person)
        house.session.calls.clear()
        house.unreadable._told.clear()
        house.session.cut = move.cut
        seen = await house.gets(body)
        house.session.cut = None
        if isinstance(seen.crash, Postponed):
            house.session.calls.clear()
            first, seen = seen, await house.again()
            assert _meaning(seen.handlers) == _meaning(first.handlers), (body, first.handlers, seen.handlers)
        crash = seen.crash
        calls = list(house.session.calls)
        assert crash is None or isinstance(crash, Poison), (body, crash)
        is_whole = not isinstance(move, Breaks)
        assert not (is_whole and crash), (body, crash)
        is_silent = self._is_silent(move, body)
        self._check_answers(body, calls, is_silent=is_silent)
        if move.again:
            await self._happens_again(body, seen.handlers, is_silent=is_silent)
        await self._deliver()
        self._learn()
        await self._check_states()

    def _is_silent(self, move: Move, body: Mapping[str, Any]) -> bool:
        """Whether no word is owed: no person spoke to the bot alone, or it is a further part of an album."""
        message = body.get("message")
        if not isinstance(move, Says) or not isinstance(message, dict) or move.place != "private":
            return True
        if message["from"]["is_bot"] or UNSAID & set(message):
            return True
        if album := message.get("media_group_id"):
            is_further = (message["chat"]["id"]) in self._albums
            self._albums.add(message["chat"]["id"])
            return bool(album) and is_further
        return False

    @staticmethod
    def _check_answers(body: Mapping[str, Any], calls: Sequence[Any], *, is_silent: bool) -> None:
        query = body.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            answered = [getattr(one, "callback_query_id", None) for one in calls]
            assert query["id"] in answered, body
        if not is_silent:
            chat = body["message"]["chat"]["id"]
            told = [one for one in calls if getattr(one, "chat_id", None) == chat]
            assert any(getattr(one, "reply_markup", None) for one in told), (body, told)

    async def _deliver(self) -> None:
        """Everything that is owed is told."""
        app = self._house.app
        late = app.clock.now() + timedelta(hours=1)
        while owed := await app.stores.outbox.claim("test", limit=50, lease=timedelta(0), now=late):
            for one in owed:
                delivery = await app.courier._messenger.deliver([one])
                assert delivery.outcome in (Outcome.SENT, Outcome.POINTLESS), (one, delivery)
                await app.stores.outbox.sent([one.id], delivery.sent, late)

    def _learn(self) -> None:
        session = self._house.session
        for message in session.sent:
            self._seen.of_bot.setdefault(message.chat.id, []).append(message.message_id)
        session.sent.clear()
        for call in session.calls:
            chat = getattr(call, "chat_id", None)
            if not isinstance(chat, int):
                continue
            rows = getattr(getattr(call, "reply_markup", None), "inline_keyboard", None) or []
            data = [button.callback_data for row in rows for button in row if button.callback_data]
            self._seen.buttons.setdefault(chat, []).extend(data)
            self._seen.codes += CODE.findall(str(getattr(call, "text", "")))

    async def _happens_again(
        self, body: Mapping[str, Any], handlers: Sequence[str], *, is_silent: bool
    ) -> None:
        """As if the process had died after the effect: nothing changes, and the answer comes (again)."""
        before = await self._everything()
        self._house.session.calls.clear()
        self._house.unreadable._told.clear()
        seen = await self._house.again()
        assert seen.crash is None or isinstance(seen.crash, Poison), (body, seen.crash)
        assert _meaning(seen.handlers) == _meaning(handlers), (body, handlers, seen.handlers)
        self._check_answers(body, list(self._house.session.calls), is_silent=is_silent)
        after = await self._everything()
        gone = {name: before[name] - after[name] for name in before if before[name] - after[name]}
        new = {name: after[name] - before[name] for name in before if after[name] - before[name]}
        assert (gone, new) == ({}, {}), (body, gone, new)

    async def _everything(self) -> dict[str, Counter[str]]:
        """Every row there is, without the moments."""

        def read(connection: Connection) -> dict[str, Counter[str]]:
            tables = [table for table in metadata.tables.values() if table.name not in _UNCOUNTED]
            kept = {
                table: [column for column in table.columns if not isinstance(column.type, Moment)]
                for table in tables
            }
            return {
                table.name: Counter(
                    SHOWN.sub("", repr(tuple(row))) for row in connection.execute(select(*columns))
                )
                for table, columns in kept.items()
            }

        return await self._house.app.database.read(read)

    async def _check_states(self) -> None:
        for person in self._ids.values():
            for chat in (person, *filter(None, PLACES.values())):
                session = await self._house.app.stores.sessions.get(chat, person)
                assert session.state in STATES, session
                json.dumps(dict(session.data))

    async def end(self) -> None:
        """Out of whatever it was, everybody finds the way to the first menu."""
        for name in _OF_PEOPLE:
            await self.does(Says(who=name, content={"text": "/cancel"}))
            session = await self._house.app.stores.sessions.get(self._ids[name], self._ids[name])
            assert name == "banned" or (session.state, session.thread) == ("", "")
            await self.does(Says(who=name, content={"text": "/menu"}))


def _meaning(handlers: Sequence[str]) -> str:
    """What an update was taken for; some handlers are for updates that had their effect before."""
    if not handlers:
        return ""
    last = handlers[-1].removesuffix("_before")
    # What made a question is part of it ever after.
    return "asking.more_written" if last in ("asking.question_written", "search.file_sent") else last


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Inside]]:
    """One bot for all examples; each example has people of its own."""
    with asyncio.Runner() as runner:
        opening = inside(tmp_path_factory.mktemp("anything"))
        house = runner.run(opening.__aenter__())
        house.app.holiday_keeper.known.set()  # nobody looks them up here
        yield runner, house
        runner.run(opening.__aexit__(None, None, None))


_FIRST = itertools.count(10_000, 10)


@pytest.mark.timeout(60 + EXAMPLES * 5)
def test_nothing_breaks_and_nobody_waits_in_silence(loop: tuple[asyncio.Runner, Inside]) -> None:
    runner, house = loop

    async def happens(moves: Sequence[Move]) -> None:
        story = Story(house, next(_FIRST))
        await story.begin()
        for move in moves:
            await story.does(move)
        await story.end()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize="ANYTHING_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.lists(MOVES, min_size=4, max_size=40))
    def tell(moves: list[Move]) -> None:
        runner.run(happens(moves))

    tell()


def test_every_kind_of_move_is_tried() -> None:
    kinds: set[type[Move]] = set()

    @settings(max_examples=200, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(MOVES)
    def look(move: Move) -> None:
        kinds.add(type(move))

    look()
    assert kinds == {Says, Taps, Joins, Breaks}
