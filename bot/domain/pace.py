"""Pace: how fast the bot may send, overall and within one chat, in one place for everything it sends.

Telegram's limits (Bots FAQ): about 30 messages a second overall (1,000 where the operator pays), one a second
in a private chat, 20 a minute in a group; a 429 names the seconds during which nothing is to be sent.

Answers to taps go first, then what is owed to single people; announcements take what is left: each message of
another kind moves their next turn back.

Several processes keep one pace: each tells the others what it sends and what Telegram refused, and counts
what it hears as its own. Out of touch each keeps the pace for itself.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.domain.crowding import GROUP_LIMIT, GroupWindow, Pauses
from bot.domain.neighbours import Alone, Neighbours
from bot.domain.newest import Newest

PRIVATE_SPACING = 1.05
"""Seconds between two messages of the bot's own accord to one person."""
FREE_LIMIT = 30
PAID_LIMIT = 1000
"""Messages in any second that Telegram takes."""
EVENNESS = 0.955
"""Share of Telegram's limit that announcements use at most: the rest absorbs jitter on the way."""
_REMEMBERED_CHATS = 20_000
_SENT, _ANNOUNCED, _PAUSED, _CROWDED, _HELLO = "sent", "announced", "paused", "crowded", "pace hello"
"""Topics of news."""
_CATCH_UP = 0.1
"""Seconds that an announcement may be late and still make up for."""
_BURST = 0.03
"""The same against Telegram's limit, which knows no excuse."""
_RESERVE = 2
"""Places that announcements leave free while people are being answered."""
_LONGEST_WAY = 0.1
"""Seconds after which an unanswered message is taken to have arrived."""


@dataclass(slots=True)
class Ticket:
    """A message that counts against Telegram's limit until one second after it arrived."""

    until: float


class Pace:
    """Hands out turns. An urgent turn (the answer to a tap) waits only where Telegram would refuse it."""

    def __init__(
        self,
        *,
        overall: float,
        announcements: float = 25.0,
        group: int = GROUP_LIMIT,
        neighbours: Neighbours | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``overall``: messages a second owed to single people; answers to taps come on top.

        ``announcements``: messages a second of announcements; more than 30 means that the operator pays.
        ``group``: messages a minute in one group.
        """
        self._group_limit = group
        self._spacing = 1.0 / overall
        self._now = now
        self._sleep = sleep
        self._next = 0.0
        self._pauses = Pauses()
        self._private: Newest[int, float] = Newest(_REMEMBERED_CHATS)
        self._groups: dict[int, GroupWindow] = {}
        self._limit = FREE_LIMIT if announcements <= FREE_LIMIT else PAID_LIMIT
        self._share = 0.0
        self.share_announcements(announcements)
        self._next_announcement = 0.0
        self._held_until = 0.0
        self._busy = 0.0
        self._line = asyncio.Lock()
        self._in_line = 0
        self._recent: deque[Ticket] = deque()
        self._others: deque[float] = deque(maxlen=_RESERVE)
        self._neighbours = neighbours or Alone()
        self._listen()

    def _listen(self) -> None:
        others = self._neighbours
        others.hear(_SENT, self._note_sent)
        others.hear(_ANNOUNCED, self._note_announced)
        others.hear(_PAUSED, self._note_pause)
        others.hear(_CROWDED, self._note_crowd)
        others.hear(_HELLO, self._welcome)
        others.joined(lambda: others.tell(_HELLO))

    def _welcome(self) -> None:
        """Somebody joined who missed the last minute."""
        now = self._now()
        for seconds, chat in self._pauses.left(now):
            self._neighbours.tell(_PAUSED, seconds, chat)
        for group, window in self._groups.items():
            if ages := window.ages(now):
                self._neighbours.tell(_CROWDED, group, ages)

    def share_announcements(self, rate: float) -> None:
        """Send announcements at this rate from now on (several processes share one)."""
        self._share = min(rate, self._limit * EVENNESS)

    async def turn(self, chat: int, *, urgent: bool = False, messages: int = 1) -> None:
        """Wait until so many messages may go to the chat at once and take their places."""
        while True:
            wait = self.urgent_delay(chat, messages) if urgent else self.delay(chat, messages)
            if wait <= 0:
                break
            await self._sleep(wait)
        self._take(chat, urgent=urgent, messages=messages)

    def delay(self, chat: int, messages: int = 1) -> float:
        """Seconds until a message that is not urgent may go to the chat; 0 or less: now."""
        now = self._now()
        ready = max(self._next, self._pauses.of(chat))
        if chat < 0:
            ready = max(ready, self._group(chat).ready(now, messages))
        else:
            ready = max(ready, self._private.get(chat, 0.0))
        return ready - now

    def urgent_delay(self, chat: int, messages: int = 1) -> float:
        """The same for the answer to a tap or a message."""
        now = self._now()
        ready = self._pauses.of(chat)
        if chat < 0:
            ready = max(ready, self._group(chat).ready(now, messages, urgent=True))
        return ready - now

    def gathering(self, chat: int) -> float:
        """Seconds for which a group's news are better gathered into one message; 0 or less: send them now."""
        now = self._now()
        return self._group(chat).gathers_until(now) - now

    def is_roomy(self, chat: int) -> bool:
        """Whether a group has room enough for its news to come as single messages."""
        return self._group(chat).is_roomy(self._now())

    def has_room_beside_news(self, chat: int) -> bool:
        """Whether a group takes what somebody asked for, and after that the news to come in time."""
        return self._group(chat).has_room_beside_news(self._now())

    def pause_left(self) -> float:
        """Seconds for which Telegram wants nothing at all; 0 or less: it takes messages."""
        return self._pauses.until - self._now()

    def announcement_delay(self) -> float:
        """Seconds until the next announcement may go to anybody; 0 or less: now."""
        now = self._now()
        ready = max(self._next_announcement, self._busy, self._pauses.until)
        while self._recent and self._recent[0].until <= now:
            self._recent.popleft()
        while self._others and self._others[0] <= now:
            self._others.popleft()
        room = self._limit - min(_RESERVE, len(self._others))
        if len(self._recent) >= room:
            ready = max(ready, self._recent[-room].until)
        return ready - now

    def line_delay(self) -> float:
        """Seconds until the next announcement could go if those that wait for their turn go first."""
        return self.announcement_delay() + self._in_line / self._share

    async def announce(self, chat: int, *, messages: int = 1, patience: float = math.inf) -> list[Ticket]:
        """Wait until an announcement may go to the chat, as so many messages, and take their places.

        Hand the tickets to ``arrived`` when Telegram has answered. None are given, and nothing may be sent,
        when announcements rest for longer than ``patience`` seconds.
        """
        while (wait := self.chat_delay(chat)) > 0:
            await self._sleep(wait)
        self._in_line += messages
        try:
            async with self._line:
                while (wait := max(self.announcement_delay(), self.chat_delay(chat))) > 0:
                    if self.rest_left() > patience:
                        return []
                    await self._sleep(wait)
        finally:
            self._in_line -= messages
        self._next_announcement = (
            max(self._next_announcement, self._now() - _CATCH_UP) + messages / self._share
        )
        self._neighbours.tell(_ANNOUNCED, chat, messages)
        return self._note_announced(chat, messages)

    def arrived(self, tickets: Iterable[Ticket]) -> None:
        """Telegram has answered: its second began no later than now."""
        until = self._now() + 1.0
        for ticket in tickets:
            ticket.until = min(ticket.until, until)

    def hold_announcements(self, seconds: float) -> None:
        """No announcement begins before so many seconds have passed; everything else goes on."""
        self._held_until = max(self._held_until, self._now() + seconds)
        self._next_announcement = max(self._next_announcement, self._held_until)

    def rest_left(self) -> float:
        """Seconds for which announcements rest, on Telegram's wish or on ours; 0 or less: they go on."""
        return max(self.pause_left(), self._held_until - self._now())

    def chat_delay(self, chat: int) -> float:
        """Seconds until the person may get another message; 0 or less: now."""
        return self._private.get(chat, -math.inf) - self._now()

    def _count(self, now: float) -> Ticket:
        self._busy = max(self._busy, now - _BURST) + 1 / (self._limit * EVENNESS)
        ticket = Ticket(now + 1.0 + _LONGEST_WAY)
        self._recent.append(ticket)
        while len(self._recent) > 2 * self._limit:
            self._recent.popleft()
        return ticket

    def pause(self, seconds: float, chat: int | None = None) -> None:
        """Telegram said retry_after, for a message to that chat: nothing goes there until it has passed."""
        self._neighbours.tell(_PAUSED, seconds, chat)
        self._note_pause(seconds, chat)

    def _take(self, chat: int, *, urgent: bool, messages: int) -> None:
        self._neighbours.tell(_SENT, chat, urgent, messages)
        self._note_sent(chat, urgent, messages)

    # ---- what this process or another did

    def _note_sent(self, chat: int, urgent: bool, messages: int) -> None:
        now = self._now()
        if not urgent:
            self._next = max(self._next + messages * self._spacing, now)
        for _ in range(messages):
            self._others.append(self._count(now).until)
        if chat < 0:
            self._group(chat).note(now, messages)
        else:
            self._note_chat(chat, now)

    def _note_announced(self, chat: int, messages: int) -> list[Ticket]:
        now = self._now()
        self._note_chat(chat, now)
        return [self._count(now) for _ in range(messages)]

    def _note_pause(self, seconds: float, chat: int | None) -> None:
        self._pauses.add(seconds, chat, self._now())

    def _note_crowd(self, group: int, ages: Iterable[float]) -> None:
        self._group(group).adopt(ages, self._now())

    def _note_chat(self, chat: int, now: float) -> None:
        self._private[chat] = now + PRIVATE_SPACING

    def _group(self, chat: int) -> GroupWindow:
        return self._groups.setdefault(chat, GroupWindow(self._group_limit))
