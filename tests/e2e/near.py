"""The bot and the pretend Telegram within the test's own process: quick to start, open to the touch."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app.run import Runner, opened
from bot.app.settings import Settings
from bot.app.wiring import App
from bot.domain.clock import Clock
from bot.simulator.control import Control
from bot.simulator.people import ADMIN, STAFF_GROUP_ID
from bot.simulator.server import Simulator
from tests.driver import Json, Stand, buttons_of, text_of
from tests.e2e.house import styled
from tests.routers import untie_routers

_TICK = 0.02


class Reaction:
    """How long something took, less what this process waited for the processor."""

    seconds = 0.0

    @classmethod
    @asynccontextmanager
    async def timed(cls) -> AsyncIterator["Reaction"]:
        """Time what is done inside; ``seconds`` stand at the end."""
        taken = cls()
        ticking = asyncio.create_task(taken._tick())
        try:
            yield taken
        finally:
            ticking.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self.seconds += _TICK


async def a_while(seconds: float) -> None:
    """Sleep in so many steps that whatever else wants to run has its turns, however busy the machine is."""
    for _ in range(int(seconds / _TICK)):
        await asyncio.sleep(_TICK)


class NearStand(Stand):
    """The strings behind the stage within this process: so many people need no HTTP."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator.url)
        self._control = Control(
            simulator.world,
            faults=simulator.faults,
            limiter=simulator.limiter,
            journal=simulator.journal,
            polling=simulator.polling,
            webhook=simulator.webhook,
        )

    async def get(self, name: str, **query: Any) -> Any:
        """Read something."""
        return self._control._views()[name]({key: str(value) for key, value in query.items() if value})

    async def post(self, name: str, body: Any) -> Any:
        """Change something."""
        return self._control._changes()[name](body)

    async def clear_faults(self) -> None:
        """Take faults away."""
        self._control._faults.clear()

    async def _change(self, since: int, seconds: float) -> int:
        await asyncio.sleep(min(seconds, 0.15))
        return since


@dataclass(kw_only=True)
class Near:
    """A running bot."""

    simulator: Simulator
    stand: NearStand
    app: App
    running: "asyncio.Task[None]"
    health: str
    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(5000))

    async def visitors(self, many: int) -> Sequence[int]:
        """People who read English and have their first word still to say."""
        people = [next(self._numbers) for _ in range(many)]
        for person in people:
            card = {"id": person, "first_name": f"Visitor {person}", "language_code": "en"}
            await self.stand.post("people", card)
        return people

    async def asks(self, person: int, text: str) -> None:
        """Write a question and send it off, without waiting for the receipt."""
        visitor = self.stand.as_person(person)
        await visitor.says(f"/ask {text}")

        def is_summary(message: Json) -> bool:
            return text in text_of(message) and any(
                one.get("style") == "success" for one in buttons_of(message)
            )

        summary = await self.stand.wait_message(person, is_summary, timeout=30)
        await visitor.taps(styled(summary, "success"), message_id=summary["message_id"])

    async def quiet(self, timeout: float = 30) -> None:  # noqa: ASYNC109
        """Wait until everything that came in is handled and everything owed is told."""

        async def look() -> bool:
            untold = (await self.stand.state())["updates_waiting"]
            stores = self.app.stores
            waiting = await stores.inbox.waiting() + await stores.outbox.waiting()
            return bool(untold + waiting == 0)

        await self.stand.wait_for(look, timeout, what="quiet")


def near_settings(simulator: Simulator, folder: Path, **more: Any) -> Settings:
    """Settings of a bot at the simulator."""
    plain: dict[str, Any] = {
        "token": SecretStr(simulator.token),
        "api_url": simulator.url,
        "database_url": SecretStr(f"sqlite+aiosqlite:///{folder / 'bot.db'}"),
        "admins": frozenset({ADMIN}),
        "staff_chat": STAFF_GROUP_ID,
        "http_port": 0,
        "backup_days": 0,
    }
    return Settings(_env_file=None, **(plain | more))


@asynccontextmanager
async def near_bot(
    folder: Path, simulator: Simulator, *, clock: Clock | None = None, **more: Any
) -> AsyncIterator[Near]:
    """A bot that runs until the end of the block; by another clock if one is given."""
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    async with opened(near_settings(simulator, folder, **more), clock=clock) as app:
        work = Runner(app).run(stop, lambda _, health: started.set_result(health))
        running = asyncio.create_task(work)
        both: set[asyncio.Future[Any]] = {started, running}
        await asyncio.wait(both, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        try:
            yield Near(
                simulator=simulator,
                stand=NearStand(simulator),
                app=app,
                running=running,
                health=started.result() if started.done() else "",
                folder=folder,
            )
        finally:
            stop.set()
            await asyncio.wait({running})
            untie_routers()
            if started.done() and not running.cancelled() and (fault := running.exception()):
                raise fault


def refusal(status: int, description: str, **parameters: int) -> Json:
    """A fault: Telegram's answer with ok=false."""
    return {"kind": "error", "status": status, "description": description, "parameters": parameters}


async def arrivals(stand: NearStand, person: int, words: str, *, after: int = 0) -> int:
    """How often something was told."""
    return sum(words in text_of(one) for one in await stand.from_bot(person, after=after))


def message_of(person: int, number: int, text: str, **more: Any) -> Json:
    """The body of an update with a message."""
    sender = {"id": person, "is_bot": False, "first_name": "Bilal", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Bilal"}
    found = {"message_id": number, "date": 1, "chat": chat, "from": sender, "text": text, **more}
    if text.startswith("/"):
        found["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    return {"message": found}
