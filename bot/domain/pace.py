"""Pace: how fast the bot may send, overall and within one chat, in one place for everything it sends.

Telegram's limits (Bots FAQ): about 30 messages a second overall, one a second in a private chat, 20 a minute
in a group; a 429 names the seconds during which nothing is to be sent.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

GROUP_WINDOW = 60.0
"""Seconds."""
GROUP_MESSAGES = 18
"""In any window; Telegram allows 20."""
PRIVATE_SPACING = 1.05
"""Seconds between two messages of the bot's own accord to one person."""
_REMEMBERED_CHATS = 20_000


class Pace:
    """Hands out turns. An urgent turn (the answer to a tap) is counted but waits only for a pause."""

    def __init__(
        self,
        *,
        overall: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``overall``: messages a second of the bot's own accord; answers to taps come on top."""
        self._spacing = 1.0 / overall
        self._now = now
        self._sleep = sleep
        self._next = 0.0
        self._paused_until = 0.0
        self._private: OrderedDict[int, float] = OrderedDict()
        self._groups: dict[int, deque[float]] = {}

    async def turn(self, chat: int, *, urgent: bool = False) -> None:
        """Wait until a message may go to the chat and take that place."""
        while True:
            wait = self._paused_until - self._now() if urgent else self.delay(chat)
            if wait <= 0:
                break
            await self._sleep(wait)
        self._take(chat, urgent=urgent)

    def delay(self, chat: int) -> float:
        """Seconds until a message that is not urgent may go to the chat; 0 or less: now."""
        now = self._now()
        ready = max(self._next, self._paused_until)
        if chat < 0:
            ready = max(ready, self._group_ready(chat, now))
        else:
            ready = max(ready, self._private.get(chat, 0.0))
        return ready - now

    def room(self, chat: int) -> int:
        """How many messages a group still takes in this window."""
        return GROUP_MESSAGES - len(self._window(chat, self._now()))

    def pause(self, seconds: float) -> None:
        """Telegram said retry_after: nothing goes out until it has passed."""
        self._paused_until = max(self._paused_until, self._now() + seconds)

    def _take(self, chat: int, *, urgent: bool) -> None:
        now = self._now()
        if not urgent:
            self._next = max(self._next + self._spacing, now)
        if chat < 0:
            self._window(chat, now).append(now)
            return
        self._private[chat] = now + PRIVATE_SPACING
        self._private.move_to_end(chat)
        while len(self._private) > _REMEMBERED_CHATS:
            self._private.popitem(last=False)

    def _window(self, chat: int, now: float) -> deque[float]:
        window = self._groups.setdefault(chat, deque())
        while window and window[0] <= now - GROUP_WINDOW:
            window.popleft()
        return window

    def _group_ready(self, chat: int, now: float) -> float:
        window = self._window(chat, now)
        return window[-GROUP_MESSAGES] + GROUP_WINDOW if len(window) >= GROUP_MESSAGES else 0.0
