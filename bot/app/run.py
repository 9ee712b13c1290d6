"""Run: start, take updates, drain, stop."""

import asyncio
import math
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import structlog
from aiogram.exceptions import AiogramError, TelegramNotFound
from aiohttp import web

from bot.app.alarm import WatchedInbox
from bot.app.backups import keep_backups
from bot.app.clockwatch import ClockWatch
from bot.app.crashing import Step
from bot.app.lock import PortTaken, lock_database
from bot.app.opening import opened_database
from bot.app.server import add_webhook, build_server
from bot.app.settings import RunMode, Settings
from bot.app.wiring import App, build_app, load_pack
from bot.app.worker import Part, supervise
from bot.domain.clock import Clock
from bot.domain.marks import my_turn
from bot.domain.roster import follow_changes
from bot.domain.trouble import TokenRefused
from bot.domain.waiting import rested
from bot.i18n.catalogues import Catalogues
from bot.storage.database import database_url
from bot.storage.errors import StorageFault
from bot.telegram.faults import Fault, diagnose
from bot.telegram.lazily import settle_collector
from bot.telegram.updates import Poller, PollerHooks
from bot.telegram.webhook import Webhook

_LOG = structlog.get_logger("run")
BOT_MARK = "bot"
"""The mark that says whose database it is: the bot's user id."""
GRACE = 7.0
"""Seconds that a stop may take; what is not finished then is done again at the next start."""
REMEMBERED = timedelta(hours=48)
"""How long ids of finished updates are remembered; Telegram repeats none older than 24 h."""
_SWEEP = 3600.0
_MENUS_TAKE = timedelta(seconds=10)
"""For so long other replicas leave the menus of commands to the one that sets them."""
_BACKUP_NOTES = timedelta(hours=12)
"""How often owners hear that no backup could be made."""
_LAST_ANSWERS = 1.0
"""Seconds that a stop leaves to requests which are being answered."""


@asynccontextmanager
async def opened(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[App]:
    """Catalogues, content, lock, migrated database, and the bot built on them; closed at the end."""
    catalogues = Catalogues.load()
    content = load_pack(settings)
    url = settings.database_url.get_secret_value()
    path = database_url(url).database if database_url(url).get_backend_name() == "sqlite" else None
    async with AsyncExitStack() as stack:
        if path:
            stack.enter_context(lock_database(Path(path)))
        database = await stack.enter_async_context(opened_database(settings, clock=clock))
        app = await build_app(
            settings, database=database, catalogues=catalogues, content=content, clock=clock
        )
        stack.push_async_callback(app.close)
        yield app


async def run(settings: Settings, *, started: Callable[[App, str], None] | None = None) -> None:
    """Run until SIGTERM or SIGINT. ``started`` is told once everything works, with the health address.

    Raises what ``opened`` raises, ``PortTaken``, ``TokenRefused``, ``OtherPoller``.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with opened(settings) as app:
        await Runner(app).run(stop, started)


class Runner:
    """Runs a built bot."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._settings = app.settings
        self._inbox = WatchedInbox(app.database, app.alarm)
        self._webhook = self._build_webhook()
        self._reached = False

    async def run(self, stop: asyncio.Event, started: Callable[[App, str], None] | None = None) -> None:
        """Serve health, reach Telegram, then work until ``stop``."""
        runner, address = await self._serve()
        try:
            if not await self._reach_telegram(stop):
                return
            settle_collector()
            _LOG.info("running", mode=self._settings.run_mode.value, health=address)
            if started:
                started(self._app, address)
            await supervise(self._parts(), stop, grace=GRACE)
            _LOG.info("stopped")
        finally:
            await runner.cleanup()

    def _parts(self) -> dict[str, Part]:
        parts: dict[str, Part] = {
            "intake": self._app.intake.run,
            "courier": self._app.courier.run,
            "announcements": self._app.announcing.sender.run,
            "boards": self._app.announcing.boards.run,
            "menus": self._publish_menus,
            "sweeping": self._sweep,
            "backups": self._back_up,
            "calendars": self._app.holiday_keeper.run,
            "daily": self._app.daily.run,
            "exports": self._app.exports.run,
            "events": self._app.events.run,
            "facts": self._app.fact_desk.run,
            "fact notes": self._app.fact_notes.run,
            "owner notes": self._app.owner_notes.run,
            "clock": self._clock_watch().run,
            "staff chat": self._app.caretaker.run,
            "people": self._follow_changes,
            "expiry": self._expire,
            "compaction": self._app.privacy.run_compaction,
            "neighbours": self._app.neighbours.run,
        }
        if self._settings.run_mode is RunMode.POLLING:
            parts["polling"] = self._poller().run
        if self._webhook is not None:
            parts["webhook"] = self._webhook.run
        return parts

    def _clock_watch(self) -> ClockWatch:
        stores = self._app.stores
        return ClockWatch(self._app.clock, stores.inbox.hurry, stores.outbox.hurry)

    def _build_webhook(self) -> Webhook | None:
        settings = self._settings
        if settings.run_mode is RunMode.POLLING:
            return None
        assert settings.webhook_url is not None  # noqa: S101 - checked by the settings
        assert settings.webhook_secret is not None  # noqa: S101 - checked by the settings
        return Webhook(
            self._app.bot,
            settings.webhook_url,
            settings.webhook_secret.get_secret_value(),
            patience=settings.conflict_patience,
            trouble=self._trouble,
        )

    def _poller(self) -> Poller:
        hooks = PollerHooks(stored=self._stored, trouble=self._trouble)
        return Poller(
            bot=self._app.bot,
            inbox=self._inbox,
            clock=self._app.clock,
            hooks=hooks,
            patience=self._settings.conflict_patience,
        )

    def _stored(self, count: int) -> None:
        self._app.crasher.reached(Step.AFTER_INBOX)
        self._app.metrics.updates.inc(count)
        self._app.intake.wake()

    @staticmethod
    def _trouble(why: str, seconds: float) -> None:
        _LOG.warning("telegram not reached", why=why, again_in=seconds)

    async def _serve(self) -> tuple[web.AppRunner, str]:
        app, settings = self._app, self._settings
        server = build_server(metrics=app.metrics, ready=self._missing, gauges=self._gauges)
        if settings.run_mode is RunMode.WEBHOOK and settings.webhook_secret:
            add_webhook(
                server,
                secret=settings.webhook_secret.get_secret_value(),
                inbox=self._inbox,
                clock=app.clock,
                stored=self._stored,
                proxies=settings.webhook_proxies,
            )
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=_LAST_ANSWERS)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.http_host, settings.http_port).start()
        except OSError as fault:
            await runner.cleanup()
            raise PortTaken(
                f"BOT_HTTP_PORT: {settings.http_host}:{settings.http_port} cannot be used "
                f"({fault.strerror or type(fault).__name__}); choose another, or 0 for any free one"
            ) from None
        host, port = runner.addresses[0][:2]
        return runner, f"http://{host}:{port}"

    async def _missing(self) -> str:
        if not self._reached:
            return "telegram not reached yet"
        if self._app.alarm.trouble:
            return self._app.alarm.trouble
        try:
            await self._app.stores.inbox.waiting()
        except Exception as fault:  # noqa: BLE001 - the edge: whatever is wrong, it is not ready
            return type(fault).__name__
        return ""

    async def _gauges(self) -> None:
        """What is waiting; not a number while the database cannot say, so that the rest is still shown."""
        stores, metrics = self._app.stores, self._app.metrics
        inbox = outbox = math.nan
        with suppress(StorageFault):
            inbox, outbox = await stores.inbox.waiting(), await stores.outbox.waiting()
        metrics.inbox.set(inbox)
        metrics.outbox.set(outbox)
        metrics.replicas.set(self._app.neighbours.many)

    async def _reach_telegram(self, stop: asyncio.Event) -> bool:
        """Ask who we are until Telegram answers; False when stopped meanwhile. Raises ``TokenRefused``."""
        wait = 1.0
        while not stop.is_set():
            try:
                me = await self._app.bot.me()
                await self._app.stores.marks.set(BOT_MARK, str(me.id))
                await self._set_mode()
            except AiogramError as error:
                diagnosis = diagnose(error)
                if diagnosis.fault is Fault.STRANGER:
                    raise TokenRefused(diagnosis.reason) from None
                pause = max(wait, diagnosis.wait.total_seconds())
                self._trouble(diagnosis.reason, pause)
                await rested(stop, pause)
                wait = min(30.0, wait * 2)
            else:
                self._reached = True
                return True
        return False

    async def _set_mode(self) -> None:
        if self._webhook is None:
            with suppress(
                TelegramNotFound
            ):  # the token is known: a server without webhooks has none to delete
                await self._app.bot.delete_webhook(drop_pending_updates=False)
        else:
            await self._webhook.set()

    async def _publish_menus(self, stop: asyncio.Event) -> None:
        """Of several replicas one after the other: the second finds that all is done."""
        app = self._app
        while not app.database.is_sqlite:
            if await my_turn(app.stores.marks, "menus", every=_MENUS_TAKE, now=app.clock.now()):
                break
            if await rested(stop, _MENUS_TAKE.total_seconds()):
                return
        await self._app.command_menus.publish(self._settings.staff_language)
        await stop.wait()

    async def _back_up(self, stop: asyncio.Event) -> None:
        if self._app.database.is_sqlite and self._settings.backup_days:
            await keep_backups(self._settings, self._app.clock, stop, self._no_backup)
        await stop.wait()

    async def _no_backup(self) -> None:
        await self._app.owner_notes.tell("backup", spacing=_BACKUP_NOTES, command="python -m bot backup")

    async def _follow_changes(self, stop: asyncio.Event) -> None:
        """Notice what the command line changes about people."""
        stores = self._app.stores
        then = (stores.people.clear, stores.sessions.clear, self._app.courier.wake)
        await follow_changes(stores.marks, then, stop)

    async def _expire(self, stop: asyncio.Event) -> None:
        await self._app.privacy.run_expiry(stop, self._app.courier.wake)

    async def _sweep(self, stop: asyncio.Event) -> None:
        """Forget what need not be remembered, once an hour."""
        stores = self._app.stores
        while not stop.is_set():
            now = self._app.clock.now()
            await stores.inbox.prune(now - REMEMBERED)
            await stores.outbox.prune(now - REMEMBERED)
            await stores.events.age(now)
            await rested(stop, _SWEEP)
