"""The pretend Telegram as one object: start it, talk to it over HTTP or in the same process, stop it."""

import time
from collections.abc import Callable, Iterable

from aiohttp import web

from bot.simulator.api import BODY_LIMIT, BotApi
from bot.simulator.control import Control
from bot.simulator.faults import Faults
from bot.simulator.journal import KEPT, Journal
from bot.simulator.limits import Limiter
from bot.simulator.people import DEFAULT_TOKEN
from bot.simulator.polling import Polling
from bot.simulator.webhook import Webhook
from bot.simulator.world import World

Mount = Callable[[web.Application, World], None]

SHUTDOWN = 0.2


class Simulator:
    """A Telegram on the loopback.

    `port` 0 takes any free one; `url` is what BOT_API_URL should be. `lean` and `keep` are those of World and
    bound the memory of benchmarks. `retry_base` is the first pause of webhook retries in seconds;
    `is_patient` off lets a bot ask for the same updates again at once. `mounts` add further pages.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, token: str = DEFAULT_TOKEN, lean: bool = False,
        keep: int | None = None, retry_base: float = 1.0, is_patient: bool = True,
        clock: Callable[[], float] = time.time, mounts: Iterable[Mount] = (),
    ) -> None:  # fmt: skip
        self.world = World(lean=lean, keep=keep, clock=clock, token=token)
        self.faults = Faults()
        self.limiter = Limiter(self.world.now)
        self.journal = Journal(0 if lean else KEPT)
        self.polling = Polling(self.world, is_patient=is_patient)
        self.webhook = Webhook(self.world, self.polling, retry_base=retry_base)
        self._address = (host, port)
        self._mounts = tuple(mounts)
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def token(self) -> str:
        """The token that the bot must use."""
        return self.world.bot.token

    async def start(self) -> "Simulator":
        """Begin to listen; `url` is set after this."""
        app = web.Application(client_max_size=BODY_LIMIT)
        for mount in self._mounts:
            mount(app, self.world)
        api = BotApi(
            self.world, faults=self.faults, limiter=self.limiter, journal=self.journal, polling=self.polling,
            webhook=self.webhook,
        )  # fmt: skip
        control = Control(
            self.world, faults=self.faults, limiter=self.limiter, journal=self.journal, polling=self.polling,
            webhook=self.webhook,
        )  # fmt: skip
        self.webhook.reply = api.carry_out
        api.add_routes(app)
        control.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        """End polls, deliveries and connections."""
        self.polling.abort("Conflict: the simulator stops")
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
