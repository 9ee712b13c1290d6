"""Broadcast: an announcement, its versions, its audience and what became of each recipient; and its store.

The audience is fixed in one transaction with the announcement. A recipient is claimed, marked as being sent,
sent to, and marked with the result; whatever a crash finds marked as being sent is *in doubt* and is never
sent again by itself: Telegram has no idempotency key, so nobody can know whether it arrived.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.content.sections import Section
from bot.domain.aftermath import Aftermath, nothing_follows
from bot.domain.errors import OwnAnnouncement, WrongState
from bot.domain.messages import Attachment, MessageRef
from bot.domain.recipients import Counts, Line, Recipient, Result, Settled, Tally
from bot.i18n.languages import Language

NEWS = "news"
TOPICS: tuple[str, ...] = (*(section.value for section in Section), NEWS)
"""What one can subscribe to."""
FALLBACK = (Language.EN, Language.UR, Language.KK)
"""Which version who has none in their own language gets: the first of these that is written."""
CHANGEABLE = timedelta(hours=48)
"""How long Telegram lets a bot edit or delete what it sent (Bot API: deleteMessage)."""
WATCHED_FROM = 50
"""Results before which an announcement is not stopped by itself."""
MOST_FAILURES = 0.4
"""Share of results that are failures above which an announcement stops by itself."""
MOST_UNSUBSCRIBES = 0.1
"""Share of those reached who unsubscribe above which an announcement stops by itself."""


class Kind(StrEnum):
    """What is done to each recipient."""

    SEND = "send"
    EDIT = "edit"
    """Change the copies of an earlier announcement."""
    DELETE = "delete"
    """Take back the copies of an earlier announcement."""


class State(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    APPROVAL = "approval"
    """The audience is fixed; a second admin has to agree."""
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The announcement in one language."""

    html: str = ""
    """Telegram-HTML: the text, or the caption of the attachments."""
    attachments: tuple[Attachment, ...] = ()
    """Several are one album."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who gets it: subscribers whom messages can reach and who are not banned, narrowed by what is given."""

    languages: frozenset[Language] = frozenset()
    """Who reads one of these; empty: all."""
    topics: frozenset[str] = frozenset()
    """Who subscribed to one of these; empty: to anything."""
    asked: frozenset[str] = frozenset()
    """Who asked about one of these sections; empty: it does not matter."""
    active_days: int = 0
    """Who was seen in so many days; 0: it does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """An announcement, or a job on the copies of an earlier one."""

    number: int = 0
    """0: not stored yet."""
    kind: Kind = Kind.SEND
    original: int | None = None
    """With EDIT and DELETE: the announcement whose copies are changed."""
    author_id: int
    """0: the command line."""
    author_name: str = ""
    versions: Mapping[Language, Version] = field(default_factory=dict)
    audience: Audience = field(default_factory=Audience)
    state: State = State.DRAFT
    reason: str = ""
    """Why it is paused: ``admin``, ``author``, ``failures 21/50``, ``unsubscribes 6/50``."""
    starts_at: datetime | None = None
    """None: at once."""
    keeps_quiet: bool = False
    """Whether it rests in the quiet hours."""
    approved_by: int | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    parked_until: datetime | None = None
    """Telegram asked for a long wait: nothing is sent before."""
    counts: Counts = field(default_factory=Counts)
    baseline: Counts = field(default_factory=Counts)
    """The counts when an admin let it go on: the automatic stop looks at what came after."""
    board: MessageRef | None = None
    """The message that shows its progress. Message 0: nothing shows it, the report goes to that chat."""
    reported: bool = False
    """Whether the final report was sent."""
    version: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nobody else gets it."""
        return self.state in (State.DONE, State.CANCELLED)

    def language_for(self, language: Language) -> Language | None:
        """The language of the version that a reader gets; None when nothing is written."""
        order = (language, *FALLBACK)
        return next((one for one in order if one in self.versions), None)

    def begun(self, now: datetime) -> "Broadcast":
        """It starts. Raises ``WrongState``."""
        self._must_be(State.SCHEDULED)
        return replace(self, state=State.RUNNING, started_at=now)

    def paused(self, reason: str) -> "Broadcast":
        """It rests until somebody lets it go on. Raises ``WrongState``."""
        self._must_be(State.RUNNING, State.SCHEDULED)
        return replace(self, state=State.PAUSED, reason=reason)

    def resumed(self, now: datetime) -> "Broadcast":
        """It goes on, also before a long wait is over. Raises ``WrongState``."""
        if self.state is not State.RUNNING or self.parked_until is None:
            self._must_be(State.PAUSED)
        return replace(self._under_way(now), reason="", parked_until=None, baseline=self.counts)

    def approved(self, by: int, now: datetime) -> "Broadcast":
        """A second admin agrees. Raises ``WrongState``, ``OwnAnnouncement``."""
        self._must_be(State.APPROVAL)
        if by == self.author_id:
            raise OwnAnnouncement
        return replace(self._under_way(now), approved_by=by)

    def cancelled(self, now: datetime) -> "Broadcast":
        """Nobody else gets it. Raises ``WrongState``."""
        self._must_be(State.APPROVAL, State.SCHEDULED, State.RUNNING, State.PAUSED)
        return replace(self, state=State.CANCELLED, ended_at=now, parked_until=None)

    def parked(self, until: datetime) -> "Broadcast":
        """Telegram asked to wait until then."""
        self._must_be(State.RUNNING)
        return replace(self, parked_until=until)

    def launched(self, now: datetime, *, approval_from: int) -> "Broadcast":
        """Let go with a fixed audience; a second admin must agree from ``approval_from`` on (0: never)."""
        self._must_be(State.DRAFT)
        if approval_from and self.kind is Kind.SEND and self.counts.total >= approval_from:
            return replace(self, state=State.APPROVAL)
        return self._under_way(now)

    def changeable(self, now: datetime) -> bool:
        """Whether its copies can still be edited or deleted."""
        begun = self.started_at
        return self.kind is Kind.SEND and self.is_over and begun is not None and now < begun + CHANGEABLE

    def why_stop(self) -> str:
        """The reason to stop by itself, or an empty string."""
        now, before = self.counts, self.baseline
        tried = now.tried - before.tried
        if tried < WATCHED_FROM or self.kind is not Kind.SEND:
            return ""
        sent = now.sent - before.sent
        if (tried - sent) > MOST_FAILURES * tried:
            return f"failures {tried - sent}/{tried}"
        left = now.unsubscribed - before.unsubscribed
        return f"unsubscribes {left}/{sent}" if left > MOST_UNSUBSCRIBES * sent else ""

    def _under_way(self, now: datetime) -> "Broadcast":
        if self.starts_at is not None and self.starts_at > now and self.started_at is None:
            return replace(self, state=State.SCHEDULED)
        return replace(self, state=State.RUNNING, started_at=self.started_at or now)

    def _must_be(self, *states: State) -> None:
        if self.state not in states:
            raise WrongState(self.state.value)


Follows = Callable[[Broadcast], Aftermath]
"""What follows from a change, by the announcement as it is afterwards."""


class BroadcastStore(Protocol):
    """Remembers announcements. Each method is one transaction."""

    async def add(self, broadcast: Broadcast, *, cause: str) -> Broadcast:
        """Store a draft; the same cause again gives the one that is stored."""
        ...

    async def get(self, number: int) -> Broadcast:
        """The announcement. Raises ``BroadcastNotFound``."""
        ...

    async def recent(self, *, limit: int = 10, before: int = 0) -> Sequence[Broadcast]:
        """The newest ones, drafts included; with ``before`` those with a smaller number."""
        ...

    async def save(self, broadcast: Broadcast, *, follows: Follows = nothing_follows) -> Broadcast:
        """Replace all but the counts. Raises ``Changed`` when the stored one is newer."""
        ...

    async def discard(self, number: int) -> None:
        """Forget a draft; anything else stays."""
        ...

    async def count(self, audience: Audience, now: datetime) -> Mapping[Language, int]:
        """How many would get it at this moment, by the language they read; languages without any left out."""
        ...

    async def launch(
        self,
        broadcast: Broadcast,
        *,
        now: datetime,
        approval_from: int = 0,
        follows: Follows = nothing_follows,
    ) -> Broadcast:
        """Fix the audience and let a draft (stored or new) go, together.

        Raises ``NobodyToReach``, ``Changed``. A job on copies reaches those who got the original
        within ``CHANGEABLE``.
        """
        ...

    async def resend(
        self, number: int, person_id: int | None = None, *, follows: Follows = nothing_follows
    ) -> int:
        """Put those in doubt (or one of them) back into the line; gives how many.

        An announcement that is done runs again. Raises ``WrongState`` for a cancelled one.
        """
        ...

    async def left(self, person_id: int, now: datetime, *, number: int = 0) -> None:
        """A person who got this announcement, or any that has not ended, unsubscribes: it is counted once."""
        ...

    async def lines(
        self, number: int, *, after: int | None = None, limit: int = 1000, only: Result | None = None
    ) -> Sequence[Line]:
        """Recipients above a person id, in order; who was erased has a negative one."""
        ...

    async def tallies(self, number: int) -> Sequence[Tally]:
        """How many recipients met which end, and why: the largest groups first."""
        ...

    async def active(self) -> Sequence[Broadcast]:
        """Scheduled and running ones, the oldest first."""
        ...

    async def claim(
        self, broadcast: Broadcast, owner: str, *, limit: int, lease: timedelta, now: datetime
    ) -> Sequence[Recipient]:
        """Mark recipients as being sent and give them; none unless the announcement is running.

        Who left the audience meanwhile is marked as skipped and not given.
        """
        ...

    async def settle(self, number: int, owner: str, results: Sequence[Settled], now: datetime) -> Counts:
        """Store what became of recipients that ``owner`` claimed; who blocked the bot becomes unreachable."""
        ...

    async def recover(self, now: datetime, *, owner: str = "") -> int:
        """Put into doubt what a lapsed lease, or ``owner`` in an earlier life, left as being sent.

        Jobs on copies may be done twice, so theirs go back into the line. Gives how many are in doubt.
        """
        ...

    async def finish(self, number: int, now: datetime) -> bool:
        """End a running announcement that nobody waits for any more; whether it ended."""
        ...

    async def present(self, owner: str, *, within: timedelta, now: datetime) -> int:
        """Note that this process sends; gives how many processes were heard of within that time."""
        ...

    async def absent(self, owner: str) -> None:
        """This process does not send any more."""
        ...

    async def board_at(self, ref: MessageRef) -> int | None:
        """The announcement whose progress this message shows; None when it is over and reported."""
        ...

    async def boards(self, *, every: timedelta, now: datetime) -> Sequence[Broadcast]:
        """Those whose progress message is due to be drawn, or whose report is due, taken by this process."""
        ...
