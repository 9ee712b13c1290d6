"""The change feed: what just happened in the world, for the chat page and for tests that wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Json = dict[str, Any]

QUEUE_LIMIT = 10_000


class Feed:
    """Hands each change, numbered by `seq`, to every subscriber; costs next to nothing with none."""

    def __init__(self) -> None:
        self.seq = 0
        self.published = 0
        self._queues: set[asyncio.Queue[Json]] = set()
        self._watchers: list[asyncio.Future[None]] = []

    def publish(self, kind: str, **details: Any) -> None:
        """Tell subscribers of a change: `{"seq": n, "number": m, "type": kind, ...details}`.

        `number` counts the changes told (`published`), so that a subscriber notices a missing one.
        """
        self.touch()
        self.published += 1
        for queue in self._queues:
            if queue.full():  # a page that stopped reading must not hold memory; it sees the gap and re-reads
                queue.get_nowait()
            queue.put_nowait({"seq": self.seq, "number": self.published, "type": kind, **details})

    def touch(self) -> None:
        """Wake those who wait for any change, without an event."""
        self.seq += 1
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._watchers.clear()

    async def changed(self, since: int, timeout: float) -> int:  # noqa: ASYNC109 - ends without an error
        """Wait until `seq` has passed `since` or the seconds are over; return the present `seq`."""
        if self.seq <= since:
            watcher = asyncio.get_running_loop().create_future()
            self._watchers = [*(one for one in self._watchers if not one.cancelled()), watcher]
            await asyncio.wait({watcher}, timeout=timeout)
            watcher.cancel()
        return self.seq

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Json]]:
        """Yield a queue of the changes from now on; the oldest are dropped at 10,000 unread."""
        queue: asyncio.Queue[Json] = asyncio.Queue(QUEUE_LIMIT)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
