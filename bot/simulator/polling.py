"""getUpdates as the Bot API's server gives it: offsets, long polls, conflicts (Client.cpp)."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from bot.simulator.calls import Call
from bot.simulator.errors import ApiError, bad
from bot.simulator.world import World

LONGEST_POLL = 50
LIMIT = 100
HASTY = 0.5  # the same offset again this soon gets one update
IMPATIENT = 3.0  # ... and without a timeout this soon, waits that long
CONFLICT_PAUSE = 3.0
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


@dataclass(slots=True)
class OpenPoll:
    """A long poll that waits; `ended` holds the words it is refused with once another took its place."""

    ended: "asyncio.Future[str]"


class Polling:
    """The one long poll a bot can have, and what Telegram does about a second."""

    def __init__(self, world: World, *, is_patient: bool = True) -> None:
        self._world = world
        self._is_patient = is_patient
        self._open: OpenPoll | None = None
        self._last_offset: int | None = None
        self._last_start = 0.0
        self._next_conflict = 0.0
        self.webhook_is_set = False

    async def get_updates(self, call: Call) -> list[Any]:
        """Answer getUpdates: at once when something waits, else when it comes or the timeout is over."""
        if self.webhook_is_set:
            await self._pause_conflict()
            raise ApiError(409, WEBHOOK_ACTIVE)
        offset = call.integer("offset")
        limit = min(max(call.integer("limit", LIMIT), 1), LIMIT)
        wait = float(min(max(call.integer("timeout"), 0), LONGEST_POLL))
        self.choose_kinds(call)
        limit, wait = self._slowed(offset, limit, wait)
        found = self._world.updates.take(offset, limit)
        if found or not wait:
            return found
        return await self._long_poll(offset, limit, wait)

    def choose_kinds(self, call: Call) -> None:
        """Remember allowed_updates; what is not said stays as it was, an empty list means the default."""
        allowed = call.structure("allowed_updates", "allowed_updates")
        if allowed is None:
            return
        if not isinstance(allowed, list):
            raise bad("can't parse allowed updates: expected an Array of String")
        self._world.updates.allowed = frozenset(str(one) for one in allowed)

    def abort(self, reason: str) -> None:
        """End the poll that waits, if any, with a 409."""
        if self._open is not None and not self._open.ended.done():
            self._open.ended.set_result(reason)
        self._open = None

    async def _long_poll(self, offset: int, limit: int, wait: float) -> list[Any]:
        self.abort(OTHER_POLL)
        mine = self._open = OpenPoll(asyncio.get_running_loop().create_future())
        deadline = time.monotonic() + wait
        while (left := deadline - time.monotonic()) > 0:
            arrival = self._world.updates.arrival()
            both: set[asyncio.Future[Any]] = {arrival, mine.ended}
            await asyncio.wait(both, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            arrival.cancel()
            if mine.ended.done():
                await self._pause_conflict()
                raise ApiError(409, mine.ended.result())
            if found := self._world.updates.take(offset, limit):
                break
        else:
            found = []
        if self._open is mine:
            self._open = None
        return found

    def _slowed(self, offset: int, limit: int, wait: float) -> tuple[int, float]:
        """Slow down a bot that asks for the same again and again."""
        now, since = time.monotonic(), time.monotonic() - self._last_start
        if self._is_patient and offset == self._last_offset:
            wait = IMPATIENT if wait < IMPATIENT and since < IMPATIENT else wait
            limit = 1 if since < HASTY else limit
        self._last_offset, self._last_start = offset, now
        return limit, wait

    async def _pause_conflict(self) -> None:
        """Let repeated conflicts wait 3 s, so that two bots do not spin (Client.cpp fail_query_conflict)."""
        now = time.monotonic()
        if now >= self._next_conflict:
            self._next_conflict = now + CONFLICT_PAUSE
        elif self._is_patient:
            await asyncio.sleep(CONFLICT_PAUSE)
