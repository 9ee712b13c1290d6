"""Crowding: how full a group is, which chats Telegram wants left alone, and for how long.

Telegram's limits (Bots FAQ): 20 messages a minute in a group. A 429 is obeyed for the chat it was given for;
when several chats get one within a second, it is the bot as a whole that is too fast.
"""

from collections import deque
from collections.abc import Iterable

from bot.domain.newest import Newest

GROUP_WINDOW = 60.0
"""Seconds."""
GROUP_LIMIT = 20
"""Messages that Telegram takes in any window."""
_FOR_ANSWERS = 2
"""Messages of the limit that are left for answers to staff."""
_NEWS_EVERY = 10.0
"""Seconds between two digests at least, as long as news keep coming to a crowded group."""
_LARGEST = 2
"""Messages that one thing makes at most before the next look: a card and its new topic."""
LONGEST_GATHERING = 12.0
"""Seconds that news wait for others to share a digest with them; staff see everything within 15 s."""
_MANY = 3
"""Chats refused within ``_AT_ONCE`` seconds that make it everybody's pause."""
_AT_ONCE = 1.0
_REMEMBERED = 10_000


class GroupWindow:
    """The messages that a group got within the last minute. Moments are seconds of any clock."""

    def __init__(self, limit: int = GROUP_LIMIT) -> None:
        """``limit``: messages in any minute."""
        self._limit = limit
        self._own = max(1, limit - _FOR_ANSWERS)
        self._sent: deque[float] = deque()

    def note(self, now: float, messages: int = 1) -> None:
        """So many messages go out."""
        self._forget(now)
        self._sent.extend([now] * messages)

    def ages(self, now: float) -> list[float]:
        """How many seconds ago its messages went out, the oldest first."""
        self._forget(now)
        return [now - sent for sent in self._sent]

    def adopt(self, ages: Iterable[float], now: float) -> None:
        """Another process knows of these messages: believe whoever knows of more."""
        sent = sorted(now - age for age in ages)
        self._forget(now)
        if len(sent) > len(self._sent):
            self._sent = deque(sent)

    def room(self, now: float) -> int:
        """How many messages of the bot's own accord it still takes."""
        self._forget(now)
        return self._own - len(self._sent)

    def is_roomy(self, now: float) -> bool:
        """Whether there is room enough for news to come singly; else they are gathered into digests."""
        return self.room(now) > self._limit // 2 - 1

    def has_room_beside_news(self, now: float) -> bool:
        """Whether it takes what somebody asked for, and after that the news to come in time."""
        self._forget(now)
        digests = range(int(GROUP_WINDOW / _NEWS_EVERY))
        return not self._sent or all(
            self._left(now + number * _NEWS_EVERY) + _LARGEST + number <= self._own for number in digests
        )

    def _left(self, moment: float) -> int:
        """How many of its messages will still count then."""
        return sum(sent > moment - GROUP_WINDOW for sent in self._sent)

    def ready(self, now: float, messages: int = 1, *, urgent: bool = False) -> float:
        """The moment from which on it takes so many more messages."""
        self._forget(now)
        most = self._limit if urgent else self._own
        surplus = min(len(self._sent), len(self._sent) + messages - most)
        return self._sent[surplus - 1] + GROUP_WINDOW if surplus > 0 else now

    def gathers_until(self, now: float) -> float:
        """The moment until which news are better gathered: the less room, the longer after the last message.

        With the room of a fresh window the waits add up to the window, so it is never full.
        """
        if self.is_roomy(now) or not self._sent:
            return now
        return self._sent[-1] + min(LONGEST_GATHERING, GROUP_WINDOW / max(1, self.room(now)))

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] <= now - GROUP_WINDOW:
            self._sent.popleft()


class Pauses:
    """The pauses that Telegram asked for."""

    def __init__(self) -> None:
        self.until = 0.0
        """The moment until which nothing goes out at all."""
        self._chats: Newest[int, float] = Newest(_REMEMBERED)
        self._refused: deque[tuple[float, int]] = deque()

    def add(self, seconds: float, chat: int | None, now: float) -> None:
        """Telegram said retry_after for a message to that chat; None: for everybody."""
        if chat is None or self._is_general(chat, now):
            self.until = max(self.until, now + seconds)
            return
        self._chats[chat] = max(self._chats.get(chat, 0.0), now + seconds)

    def left(self, now: float) -> list[tuple[float, int | None]]:
        """The pauses that last: seconds, and the chat they are for; None: everybody."""
        lasting: list[tuple[float, int | None]] = [(self.until - now, None)]
        lasting += [(until - now, chat) for chat, until in self._chats.items()]
        return [one for one in lasting if one[0] > 0]

    def of(self, chat: int) -> float:
        """The moment until which nothing goes to that chat."""
        return max(self.until, self._chats.get(chat, 0.0))

    def _is_general(self, chat: int, now: float) -> bool:
        self._refused.append((now, chat))
        while self._refused[0][0] < now - _AT_ONCE:
            self._refused.popleft()
        return len({one for _, one in self._refused}) >= _MANY
