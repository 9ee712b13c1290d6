"""Privacy: what is kept of a person, for how long, and how it is given out and erased."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.aftermath import Aftermath, Remark, nothing_follows
from bot.domain.audit import COMMAND_LINE, Deed
from bot.domain.clock import Clock
from bot.domain.codes import new_code
from bot.domain.delivery import Notice
from bot.domain.inquiries import Thread
from bot.domain.marks import Marks, my_turn
from bot.domain.messages import NoticeKind
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople, RememberedSessions
from bot.domain.roster import news
from bot.domain.sessions import Session
from bot.domain.waiting import first_of, rested

FORGOTTEN = "forgotten"
"""The close reason of an inquiry that was erased at the person's request."""
EXPIRED = "expired"
"""The close reason of an inquiry that was erased because it had been kept long enough."""
COMPACTION = "compaction"
"""The mark that says since when the files may still hold bytes of what was erased; empty: they do not."""
SETTLE = 4.0
"""Seconds from an erasure to the rewriting of the files: by then the update that asked for it is done, and
what any process had gathered in memory is stored (``bot.domain.events``: every two seconds)."""
COMPACT_EVERY = 600.0
"""Seconds from one rewriting to the next: it takes as long as copying the database."""
COMPACT_LASTS = timedelta(minutes=2)
"""For so long no other process begins to rewrite them, too."""
LOOK_EVERY = 60.0
"""Seconds between two looks whether another process has erased somebody."""
EXPIRE_EVERY = 600.0
"""Seconds from one look at what has been kept long enough to the next; the first look comes after as many."""
EXPIRE_TURN = timedelta(seconds=EXPIRE_EVERY - 30)
"""For so long no other process looks."""
EXPIRE_PAGE = 20
"""Inquiries erased at one look: each is an edit in the staff chat, where 20 messages a minute are allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long each class of data is kept; None: until it is asked to be erased."""

    inquiries: timedelta | None = None
    """From the last message of an inquiry that waits for nobody."""
    people: timedelta | None = None
    """From a person's last message, when nothing else is kept of them."""
    drafts: timedelta | None = None
    """From the last step of what was begun and not sent; also updates that could not be handled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How this installation handles personal data: what ``/privacy`` tells."""

    keeping: Keeping
    sealed: bool
    """Whether words, names and phones are encrypted in the database."""
    backups: timedelta | None = None
    """How long backups are kept; None: none are made by the bot."""
    staff_chat: bool = True
    """Whether inquiries are shown in a group of staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """Everything that is kept of one person."""

    person: Person | None
    threads: Sequence[Thread] = ()
    sessions: Sequence[Session] = ()
    ticks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ticked lines of checklists, by list."""
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Other rows about the person, by what they are; JSON values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That a person was erased: a receipt without content."""

    receipt: str
    erased_at: datetime
    inquiries: int
    posts: int


Notices = Callable[[str], Sequence[Notice]]
"""What is owed because an inquiry was erased, by its code."""
Follows = Callable[[Erasure], Aftermath]
"""What follows from an erasure."""


def erased_in(chat_id: int, code: str) -> Notice:
    """What is owed to a chat that shows an erased inquiry."""
    return Notice(kind=NoticeKind.ERASED, chat_id=chat_id, code=code, key=f"erased:{code}")


class PrivacyStore(Protocol):
    """Collects and erases across everything that is stored. Each method is one transaction."""

    async def collect(self, person_id: int) -> Belongings:
        """All that is kept of the person."""
        ...

    async def erase(
        self,
        person_id: int,
        *,
        receipt: str,
        notices: Notices,
        cause: str | None = None,
        follows: Follows = nothing_follows,
    ) -> Erasure:
        """Erase the person everywhere; erased inquiries keep code, section and moments.

        A role and a ban stay, without the name. Given an applied cause: the receipt given then, and nothing
        follows. The mark ``COMPACTION`` is set.
        """
        ...

    async def expire(self, keeping: Keeping, *, limit: int, notices: Notices) -> int:
        """Erase up to ``limit`` inquiries and as many people that were kept long enough; gives how many.

        What still waits for an answer is never erased by itself. Sets ``COMPACTION`` when there was any.
        """
        ...

    async def clear_up(self, *, notices: Notices) -> None:
        """Take away what was stored of erased people after their erasure, by what was on its way then.

        Inquiries among it are erased like those before; whoever wrote again since is somebody new.
        """
        ...


class Privacy:
    """The use cases: give out, erase, and let go what was kept long enough."""

    def __init__(
        self,
        *,
        store: PrivacyStore,
        people: RememberedPeople,
        sessions: RememberedSessions,
        marks: Marks,
        clock: Clock,
        handling: Handling,
        staff_chat: Callable[[], int | None],
        settle: Callable[[], Awaitable[None]],
        compact: Callable[[], Awaitable[None]],
    ) -> None:
        """Build it on the stores.

        ``staff_chat``: its id at this moment; ``settle``: stores what waits in memory to be stored;
        ``compact``: rewrites the files.
        """
        self._store = store
        self._people = people
        self._sessions = sessions
        self._marks = marks
        self._clock = clock
        self._staff_chat = staff_chat
        self._settle = settle
        self._compact = compact
        self._erased = asyncio.Event()
        self.handling = handling

    async def collect(self, person_id: int) -> Belongings:
        """All that is kept of the person."""
        return await self._store.collect(person_id)

    async def forget(self, person_id: int, *, by: int | None = None, cause: str | None = None) -> Erasure:
        """Erase a person everywhere; ``by``: who did it when it was not the person themselves."""
        receipt = f"ER-{new_code()[3:]}"
        await self._settle()
        erasure = await self._store.erase(
            person_id, receipt=receipt, notices=self._notices, cause=cause, follows=_noted(by, cause)
        )
        self._people.forget(person_id)
        # What others have begun about the person was changed, too.
        self._sessions.clear()
        self._erased.set()
        return erasure

    def _notices(self, code: str) -> Sequence[Notice]:
        chat = self._staff_chat()
        if chat is None:
            return []
        return [erased_in(chat, code)]

    async def expire(self) -> int:
        """Let go a page of what was kept long enough; gives how many."""
        many = await self._store.expire(self.handling.keeping, limit=EXPIRE_PAGE, notices=self._notices)
        if many:
            self._people.clear()
            self._sessions.clear()
            self._erased.set()
        return many

    # ---- background work

    async def run_expiry(self, stop: asyncio.Event, woken: Callable[[], None]) -> None:
        """Look at regular times until ``stop``; ``woken`` is told when something was erased."""
        while not await rested(stop, EXPIRE_EVERY):
            turn = await my_turn(self._marks, EXPIRED, every=EXPIRE_TURN, now=self._clock.now())
            if turn and await self.expire():
                woken()

    async def run_compaction(self, stop: asyncio.Event) -> None:
        """Clear up and rewrite the files soon after an erasure, and at the start when that is still due."""
        while not stop.is_set():
            self._erased.clear()
            due = await self._marks.get(COMPACTION)
            if due:
                if await rested(stop, SETTLE):
                    return
                turn = await my_turn(self._marks, COMPACTION, every=COMPACT_LASTS, now=self._clock.now())
                if turn:
                    await self._settle()
                    await self._store.clear_up(notices=self._notices)
                    self._sessions.clear()
                    await self._compact()
                    await self._marks.change(COMPACTION, due, "")
                if await rested(stop, COMPACT_EVERY if turn else LOOK_EVERY):
                    return
                continue
            await first_of(stop, self._erased, seconds=LOOK_EVERY)


def _noted(by: int | None, cause: str | None) -> Follows:
    def follows(erasure: Erasure) -> Aftermath:
        details = {"inquiries": erasure.inquiries, "posts": erasure.posts}
        about = erasure.receipt
        remark = Remark(deed=Deed.ERASE, by=by or COMMAND_LINE, about=about, details=details, cause=cause)
        return Aftermath(remark=remark, marks=news())

    return follows
