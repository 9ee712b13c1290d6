"""A storm: tens of visitors ask in every way there is, staff answer, and meanwhile the bot is killed."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing

from bot.simulator.people import STAFF_GROUP_ID as GROUP
from tests.chaos.reckoning import CODE, Tally, card_of, receipts_of
from tests.driver import Json, PersonDriver, Stand, buttons_of, text_of
from tests.e2e.house import House, styled
from tests.e2e.near import NearStand

STEPS = ("after_inbox", "after_effect", "before_send", "after_send")
PATIENCE = 600.0
"""Seconds: on a busy machine a receipt waits for many starts of a bot that dies after three steps."""
FORM = "contacts-consultation"
FORM_STEPS = (
    ("What is it about?", "Visa"),
    ("What would you like to know?", ""),
    ("How should we reply?", "Here in the chat"),
    ("Which day would suit you?", "Skip"),
    ("What is your name?", "Keep this answer"),
    ("In which city do you live?", "Skip"),
    ("Which number may we call?", "Skip"),
    ("Would you like to add a letter or another paper?", "Skip"),
)
TROUBLES: tuple[Json, ...] = (
    {"kind": "reset", "method": "sendMessage", "has_effect": True},
    {"kind": "reset", "method": "sendMessage"},
    {"kind": "html", "method": "sendMessage"},
    {"kind": "truncated", "method": "sendMessage"},
    {"kind": "empty", "method": "editMessageText"},
    {"kind": "error", "method": "sendMessage", "status": 429, "parameters": {"retry_after": 1}},
    {"kind": "error", "method": "sendMessage", "status": 500},
    {"kind": "reset", "method": "getUpdates"},
    {"kind": "truncated", "method": "getUpdates"},
    {"kind": "error", "method": "answerCallbackQuery", "status": 502},
)
TROUBLES_AT_ONCE = 3
UNCLEAR = frozenset({"reset", "truncated", "empty"})
"""Troubles after which nobody knows whether the message arrived."""


def _added_to(message: Json) -> str:
    """The code of the inquiry to which something was added, if the message says so."""
    text = text_of(message)
    return CODE.findall(text)[0] if text.startswith("Added to ") else ""


def _codes_on(message: Json) -> list[str]:
    """The codes on the buttons of a digest."""
    return [one["text"] for one in buttons_of(message) if CODE.fullmatch(one["text"])]


class Storm:
    """Drives people and the bot's process; ``blow`` returns the tally after everything has settled."""

    def __init__(
        self, house: House, *, visitors: int, kills: int, seed: int, steps: Sequence[str] = STEPS
    ) -> None:
        """``steps``: where the bot dies every other time, in turn; in between it is killed at random."""
        self._house = house
        self._stand: Stand = NearStand(house.simulator)
        self._people = [5000 + number for number in range(visitors)]
        self._random = random.Random(seed)  # noqa: S311 - of a test
        self._kills = kills
        self._steps = steps
        polls = house.settings.get("BOT_RUN_MODE") != "webhook"
        self._faults = [one for one in TROUBLES if polls or one["method"] != "getUpdates"]
        self._is_over = asyncio.Event()
        self.tally = Tally()

    async def blow(self) -> Tally:
        """Let it happen, then wait until nothing is left to be done."""
        for person in self._people:
            card = {"id": person, "first_name": f"Visitor {person}", "language_code": "en"}
            await self._stand.post("people", card)
        staff = asyncio.create_task(self._staff())
        asking = [asyncio.create_task(self._visitor(person)) for person in self._people]
        troubles = asyncio.create_task(self._troubles())
        await self._killer()
        self._is_over.set()
        await troubles
        await self._stand.clear_faults()
        await asyncio.gather(*asking)
        await asyncio.wait_for(staff, PATIENCE)
        await self._settled()
        return self.tally

    # --- the bot

    async def _killer(self) -> None:
        """Kill at random, then let the next one die by itself at a step, and so on."""
        for number in range(self._kills):
            if number % 2:
                await self._dead_by_itself()
                await self._house.start()
            else:
                await asyncio.sleep(self._random.uniform(0.1, 2.5))
                await self._house.kill()
                step = self._steps[number // 2 % len(self._steps)]
                dies = {"BOT_CRASH_AT": f"{step}:{self._random.randint(1, 3)}"}
                await self._house.start(**(dies if number + 1 < self._kills else {}))
            self.tally.kills += 1

    async def _dead_by_itself(self) -> None:
        process = self._house.process
        assert process is not None
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == -9

    async def _troubles(self) -> None:
        while not self._is_over.is_set():
            if len(await self._stand.get("faults")) < TROUBLES_AT_ONCE:
                trouble = self._random.choice(self._faults)
                self.tally.unclear += trouble["kind"] in UNCLEAR and trouble["method"] == "sendMessage"
                await self._stand.fault(**trouble)
            await asyncio.sleep(self._random.uniform(0.5, 1.5))

    async def _settled(self) -> None:
        async def look() -> bool:
            untold = (await self._stand.state())["updates_waiting"]
            return untold == 0 and sum(self.waiting().values()) == 0

        await self._stand.wait_for(look, PATIENCE, what=f"the end of {self.waiting()}")

    def waiting(self) -> dict[str, int]:
        """Rows that the bot still has to work off."""
        with closing(sqlite3.connect(self._house.database, timeout=20)) as connection:
            inbox = connection.execute("SELECT count(*) FROM inbox WHERE state != 'done'").fetchone()[0]
            outbox = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
        return {"inbox": inbox, "outbox": outbox}

    # --- visitors

    async def _visitor(self, person: int) -> None:
        visitor = self._stand.as_person(person)
        ways: list[Callable[[PersonDriver, str], Awaitable[str]]] = [
            self._by_command, self._by_form, self._by_free_text, self._by_album,
        ]  # fmt: skip
        number = 0
        while number == 0 or not self._is_over.is_set():
            marker = f"question {person}x{number}"
            self.tally.asked[marker] = person
            added_to = await ways[(person + number) % len(ways)](visitor, marker)
            if added_to:
                self.tally.added[marker] = added_to
            else:
                self.tally.codes[marker] = await self._new_code(person)
            number += 1

    async def _by_command(self, visitor: PersonDriver, marker: str) -> str:
        await visitor.says(f"/ask {marker}")
        return await self._sends(visitor, marker)

    async def _by_free_text(self, visitor: PersonDriver, marker: str) -> str:
        written = await visitor.says(f"visa {marker}")
        found = await self._found_or_added(visitor.id, after=written["message_id"])
        if added_to := _added_to(found):
            return added_to
        await visitor.taps("draft:person:", message_id=found["message_id"])
        return await self._sends(visitor, marker)

    async def _by_album(self, visitor: PersonDriver, marker: str) -> str:
        items = [{"kind": "photo", "data": b"1", "caption": marker}, {"kind": "photo", "data": b"2"}]
        sent = await visitor.sends_album(items)
        after = sent[-1]["message_id"]
        shown = await self._stand.wait_message(
            visitor.id,
            lambda one: bool(_added_to(one)) or "photo and photo" in text_of(one),
            after=after,
            timeout=PATIENCE,
        )
        return _added_to(shown) or await self._sends(visitor, marker)

    async def _by_form(self, visitor: PersonDriver, marker: str) -> str:
        said = await visitor.says("/help")
        shown = await self._asked(visitor.id, "Stop what you have begun", after=said["message_id"])
        await visitor.taps_data(f"fill:start:{FORM}:", message_id=shown["message_id"])
        await visitor.sees("A few short questions", timeout=PATIENCE)
        await visitor.taps(f"fill:begin:{FORM}:", message_id=shown["message_id"])
        after = shown["message_id"] - 1
        for question, answer in FORM_STEPS:
            asked = await self._asked(visitor.id, question, after=after)
            if any(button["text"].endswith(answer) for button in buttons_of(asked)) and answer:
                label = next(one["text"] for one in buttons_of(asked) if one["text"].endswith(answer))
                await visitor.taps(label, message_id=asked["message_id"])
            else:
                await visitor.says(answer or marker)
        return await self._sends(visitor, marker)

    async def _asked(self, person: int, question: str, *, after: int) -> Json:
        """The question as it stands in the newest message."""
        return await self._stand.wait_message(
            person, lambda one: question in text_of(one), after=after, timeout=PATIENCE
        )

    async def _found_or_added(self, person: int, *, after: int) -> Json:
        """What the search found, or, when staff have just answered, that it was added to that inquiry."""

        def is_it(message: Json) -> bool:
            data = [one.get("callback_data") for one in buttons_of(message)]
            return "draft:person:" in data or bool(_added_to(message))

        return await self._stand.wait_message(person, is_it, after=after, timeout=PATIENCE)

    async def _sends(self, visitor: PersonDriver, marker: str) -> str:
        def is_summary(message: Json) -> bool:
            rows = buttons_of(message)
            return marker in text_of(message) and any(one.get("style") == "success" for one in rows)

        summary = await self._stand.wait_message(visitor.id, is_summary, timeout=PATIENCE)
        await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])
        return ""

    async def _new_code(self, person: int) -> str:
        known = set(self.tally.codes.values())

        async def look() -> str:
            new = [code for code in receipts_of(await self._stand.from_bot(person)) if code not in known]
            return new[0] if new else ""

        return await self._stand.wait_for(look, PATIENCE, what=f"the receipt of {person}")

    # --- staff

    async def _staff(self) -> None:
        """Answer each card and open one of each digest, until all visitors are done."""
        sana, seen = self._stand.as_person(2001), 0
        while not self._is_over.is_set() or self.tally.is_waiting:
            for told in await self._stand.from_bot(GROUP, after=seen):
                seen = max(seen, told["message_id"])
                if code := card_of(told):
                    if code not in self.tally.answers:
                        self.tally.answers[code] = f"answer to {code}"
                        await sana.says(self.tally.answers[code], chat=GROUP, reply_to=told["message_id"])
                elif closed := [one for one in _codes_on(told) if one not in self.tally.opened]:
                    self.tally.opened.append(closed[0])
                    await sana.taps(closed[0], chat=GROUP, message_id=told["message_id"])
            await asyncio.sleep(0.2)
