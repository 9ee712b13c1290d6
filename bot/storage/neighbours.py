"""Neighbours over Redis: news are published and heard, and nothing is ever stored there.

So a Redis that is emptied, or starts anew, loses nothing. One that is gone, or takes everything in and
answers nothing, is noticed by the silence: each process hears its own beat, and without it is out of touch.
Nobody ever waits for Redis: what is told is put in a queue, and out of touch it is dropped.
"""

import asyncio
import json
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.neighbours import Act, Word
from bot.storage.errors import DriverMissing

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

BEAT = 0.5
"""Seconds between two beats of a process."""
SILENCE = 2.0
"""Seconds without a beat after which whoever should have beaten is out of touch."""
_LOOKS = 4
_CONNECT = 1.0
_FIRST_REST = 0.25
_LONGEST_REST = 2.0
"""Seconds between two tries to come in touch."""
_MOST = 5_000
"""News that may wait to be published; beyond that the oldest are dropped."""
_BEAT = "beat"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsHooks:
    """What is told of the way to the neighbours."""

    touch: Callable[[bool, str], None]
    """This process came in touch, or went out of it for that reason: log it, once."""
    fault: Callable[[str, Exception], None]
    """News on that topic could not be understood."""


class RedisNeighbours:
    """Implements ``bot.domain.neighbours.Neighbours``. Run it beside the rest of the bot."""

    def __init__(self, url: str, *, house: str, owner: str, hooks: NewsHooks) -> None:
        """``house``: what all processes of one bot have in common; ``owner``: names this one.

        Raises ``DriverMissing``, and ``ValueError`` for an address that makes no sense.
        """
        self._client = _client(url)
        self._channel = f"kazakhstan-house:{house}"
        self._owner = owner
        self._hooks = hooks
        self._acts: defaultdict[str, list[Act]] = defaultdict(list)
        self._at_join: list[Callable[[], None]] = []
        self._waiting: deque[tuple[str, tuple[Word, ...]]] = deque(maxlen=_MOST)
        self._stir = asyncio.Event()
        self._beats: dict[str, float] = {}
        self._said = ""
        self.in_touch = False
        """Whether news go and come at this moment."""

    @property
    def many(self) -> int:
        """How many processes are in touch, this one included; 1 when this one is not."""
        if not self.in_touch:
            return 1
        now = time.monotonic()
        self._beats = {owner: at for owner, at in self._beats.items() if now - at < SILENCE}
        return len(self._beats.keys() | {self._owner})

    def tell(self, topic: str, *words: Word) -> None:
        """Put it in the queue; out of touch it is dropped."""
        if self.in_touch:
            self._waiting.append((topic, words))
            self._stir.set()

    def hear(self, topic: str, act: Act) -> None:
        """Have ``act`` called with what others tell on the topic."""
        self._acts[topic].append(act)

    def joined(self, act: Callable[[], None]) -> None:
        """Have ``act`` called whenever this process comes in touch."""
        self._at_join.append(act)

    async def run(self, stop: asyncio.Event) -> None:
        """Stay in touch until ``stop``; whatever happens to Redis, try again."""
        rest = _FIRST_REST
        while not stop.is_set():
            why = await self._visit(stop)
            if self.in_touch:
                rest = _FIRST_REST
            self._part(why)
            if not stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), rest)
            rest = min(_LONGEST_REST, rest * 2)
        with suppress(Exception):
            await self._client.aclose()

    async def _visit(self, stop: asyncio.Event) -> str:
        """Be in touch as long as it lasts; gives why it ended."""
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra

        channel = self._client.pubsub()
        try:
            async with asyncio.timeout(2 * SILENCE):
                await channel.subscribe(self._channel)
            tasks = [asyncio.create_task(work) for work in (self._listen(channel), self._talk(), stop.wait())]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks, timeout=_CONNECT)
            for task in done:
                task.result()
        except TimeoutError:
            return "it does not answer"
        except (RedisError, OSError, EOFError) as fault:
            return _reason(fault)
        finally:
            await self._hang_up(channel)
        return "stopped"

    async def _hang_up(self, channel: "PubSub") -> None:
        """Close the connections, even to a server that does not answer any more."""
        with suppress(Exception):
            async with asyncio.timeout(_CONNECT):
                await channel.aclose()  # type: ignore[no-untyped-call]
        with suppress(Exception):
            async with asyncio.timeout(_CONNECT):
                await self._client.connection_pool.disconnect()

    # ---- talking and listening

    async def _talk(self) -> None:
        """Beat, and publish what waits, all in one message."""
        while True:
            self._stir.clear()
            news = [[_BEAT]] + [[topic, *words] for topic, words in self._waiting]
            self._waiting.clear()
            message = json.dumps([self._owner, news])
            async with asyncio.timeout(2 * SILENCE):
                await self._client.publish(self._channel, message)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stir.wait(), BEAT)

    async def _listen(self, channel: "PubSub") -> None:
        """Hear. Raises ``TimeoutError`` when not even the own beat comes back any more.

        Silence is counted in looks, not in seconds: a process that was held up itself looks again first.
        """
        silent = 0
        while silent < _LOOKS:
            message = await channel.get_message(ignore_subscribe_messages=True, timeout=SILENCE / _LOOKS)
            if message is None:
                silent += 1
            elif self._understand(message["data"]):
                silent = 0
                if not self.in_touch:
                    self._join()
        raise TimeoutError

    def _understand(self, data: bytes) -> bool:
        """Do what news ask for; whether they were this process's own."""
        try:
            owner, news = json.loads(data)
            if owner == self._owner:
                return True
            self._beats[str(owner)] = time.monotonic()
            for topic, *words in news:
                self._act(str(topic), words)
        except (ValueError, TypeError) as fault:
            self._hooks.fault("", fault)
        return False

    def _act(self, topic: str, words: list[Any]) -> None:
        for act in self._acts.get(topic, ()):
            try:
                act(*words)
            except Exception as fault:  # noqa: BLE001 - the edge: another version may speak another way
                self._hooks.fault(topic, fault)

    # ---- being in touch

    def _join(self) -> None:
        self.in_touch = True
        self._said = ""
        self._hooks.touch(True, "")  # noqa: FBT003 - the one word it is about
        for act in self._at_join:
            act()

    def _part(self, why: str) -> None:
        self.in_touch = False
        self._beats.clear()
        self._waiting.clear()
        if why not in (self._said, "stopped"):
            self._said = why
            self._hooks.touch(False, why)  # noqa: FBT003 - the one word it is about


async def why_not(url: str) -> str:
    """Say and hear something; empty, or why that does not work. Raises ``DriverMissing``, ``ValueError``."""
    answer: asyncio.Queue[str] = asyncio.Queue()
    hooks = NewsHooks(touch=lambda _, why: answer.put_nowait(why), fault=lambda _, __: None)
    trying = RedisNeighbours(url, house="doctor", owner=uuid.uuid4().hex, hooks=hooks)
    stop = asyncio.Event()
    running = asyncio.create_task(trying.run(stop))
    try:
        return await answer.get()
    finally:
        stop.set()
        await running


def _client(url: str) -> "Redis":
    try:
        from redis.asyncio import Redis  # noqa: PLC0415 - an extra
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
    except ModuleNotFoundError:
        raise DriverMissing("BOT_REDIS_URL", "redis") from None
    client = Redis.from_url(
        url,
        socket_connect_timeout=_CONNECT,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        client_name="kazakhstan-house",
    )
    try:
        client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except TypeError:
        raise ValueError("BOT_REDIS_URL: the part after ? says what the client does not know") from None
    return client


def _reason(fault: BaseException) -> str:
    """The kind of a fault; words of the server could repeat the address or what was said."""
    words = str(fault).lower()
    if "password" in words or "auth" in words:
        return "it refuses the password"
    if isinstance(fault, OSError) or "connect" in words or "closed" in words:
        return "it is not reached"
    return type(fault).__name__
