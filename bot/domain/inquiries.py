"""Inquiry: a visitor's question, its thread, its status; pure changes, and the store that remembers them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.delivery import Notice
from bot.domain.errors import AlreadyClaimed, InquiryClosed
from bot.domain.messages import Attachment, Copy, MessageRef
from bot.domain.sessions import Session
from bot.i18n.languages import Language


class Status(StrEnum):
    """Where an inquiry stands, in the order it usually goes."""

    RECEIVED = "received"
    SEEN = "seen"
    ANSWERED = "answered"
    CLOSED = "closed"


OPEN = frozenset({Status.RECEIVED, Status.SEEN, Status.ANSWERED})
"""Those that still wait for something."""


class Author(StrEnum):
    """Whose words a post holds."""

    VISITOR = "visitor"
    STAFF = "staff"
    NOTE = "note"
    """An internal note: never shown to the visitor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One entry of a thread."""

    id: int = 0
    """0 until stored; grows within a thread."""
    author: Author
    person_id: int
    """Telegram user id of the writer."""
    name: str
    """The writer's name at that time."""
    text: str = ""
    """The words as typed, without formatting."""
    html: str = ""
    """The same with Telegram's formatting as HTML; empty when there is no formatting."""
    attachments: tuple[Attachment, ...] = ()
    album: str = ""
    """Telegram's media_group_id, so that parts that arrive late find each other."""
    source: MessageRef | None = None
    """Where it was written, so that an edit finds it."""
    created_at: datetime
    edited_at: datetime | None = None
    withdrawn_at: datetime | None = None
    """When the writer took it back; its words and attachments are gone then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answered field of a form."""

    field: str
    """The field's id in the content."""
    label: str
    """The field's label as English msgid."""
    value: str
    """Plain text as it is shown; choices are English msgids."""
    choice: bool = False
    """Whether ``value`` is a msgid (a choice of the form) that a reader's language translates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question and what became of it. Its words stand in the thread's posts."""

    code: str
    person_id: int
    name: str
    """The visitor's name when they asked."""
    username: str = ""
    language: Language
    """The language the visitor used when they asked; replies and notices are written in it."""
    section: str
    intent: str = ""
    """What the search guessed, or what the article was about; empty when unknown."""
    form: str = ""
    """The content form that was filled in; empty for a free question."""
    answers: tuple[Answer, ...] = ()
    text: str
    """The visitor's question as typed (the first post repeats it with attachments)."""
    status: Status = Status.RECEIVED
    claimed_by: int | None = None
    claimed_name: str = ""
    created_at: datetime
    seen_at: datetime | None = None
    answered_at: datetime | None = None
    """The first reply."""
    closed_at: datetime | None = None
    close_reason: str = ""
    waiting_since: datetime | None = None
    """Since when the visitor waits for staff; None while staff wait for the visitor."""
    reachable: bool = True
    """False after a reply could not reach the visitor."""
    rating: int | None = None
    """1 to 5, by the visitor."""
    rating_comment: str = ""
    topic_id: int | None = None
    """The forum topic of the staff chat that shows it."""
    erased_at: datetime | None = None
    """When its words were erased at the person's request."""
    version: int = 0
    """Grows with every stored change."""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for something."""
        return self.status is not Status.CLOSED

    def seen(self, now: datetime) -> "Inquiry":
        """Staff have looked at it."""
        if self.status is not Status.RECEIVED:
            return self
        return replace(self, status=Status.SEEN, seen_at=now)

    def claimed(self, by: int, name: str, now: datetime) -> "Inquiry":
        """A staff member takes it. Raises ``AlreadyClaimed`` when another has it."""
        self._must_be_open()
        if self.claimed_by is not None and self.claimed_by != by:
            raise AlreadyClaimed(self.claimed_name)
        return replace(self.seen(now), claimed_by=by, claimed_name=name)

    def released(self, by: int, *, force: bool = False) -> "Inquiry":
        """The holder gives it back. Raises ``AlreadyClaimed`` when another has it and not ``force``."""
        if self.claimed_by not in (None, by) and not force:
            raise AlreadyClaimed(self.claimed_name)
        return replace(self, claimed_by=None, claimed_name="")

    def answered(self, now: datetime) -> "Inquiry":
        """Staff replied; a reply reopens a closed inquiry."""
        return replace(
            self.seen(now),
            status=Status.ANSWERED,
            reachable=True,
            answered_at=self.answered_at or now,
            waiting_since=None,
            closed_at=None,
            close_reason="",
        )

    def continued(self, now: datetime) -> "Inquiry":
        """The visitor wrote again; this reopens a closed inquiry."""
        return replace(
            self,
            status=Status.SEEN if self.seen_at else Status.RECEIVED,
            waiting_since=self.waiting_since or now,
            closed_at=None,
            close_reason="",
            reachable=True,
        )

    def closed(self, reason: str, now: datetime) -> "Inquiry":
        """Either side ends it; closing a closed one changes nothing."""
        if not self.is_open:
            return self
        return replace(self, status=Status.CLOSED, closed_at=now, close_reason=reason, waiting_since=None)

    def reopened(self, now: datetime) -> "Inquiry":
        """Either side takes it up again; it waits for staff."""
        return replace(self.continued(now), reachable=self.reachable) if not self.is_open else self

    def transferred(self, section: str) -> "Inquiry":
        """Another section's people take over; nobody holds it then."""
        return replace(self, section=section, claimed_by=None, claimed_name="")

    def rated(self, stars: int, comment: str = "") -> "Inquiry":
        """The visitor's judgement of the answer, 1 to 5; without a new comment the old one stays."""
        if not 1 <= stars <= 5:  # noqa: PLR2004 - the scale itself
            raise ValueError(stars)
        return replace(self, rating=stars, rating_comment=comment or self.rating_comment)

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise InquiryClosed


class Order(StrEnum):
    """How a list of inquiries is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WAITING = "waiting"
    """Longest waiting for staff first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryFilter:
    """Which inquiries; every given condition must hold."""

    since: datetime | None = None
    """Created at or after."""
    until: datetime | None = None
    """Created before."""
    section: str | None = None
    language: Language | None = None
    statuses: frozenset[Status] = frozenset()
    """Empty: any."""
    person_id: int | None = None
    claimed_by: int | None = None
    unclaimed: bool = False
    waiting_before: datetime | None = None
    """Waiting for staff since before this moment."""
    words: str = ""
    """Part of the visitor's words, name, @username, or a code; any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """An inquiry with its posts in order."""

    inquiry: Inquiry
    posts: tuple[Post, ...] = field(default=())


class InquiryStore(Protocol):
    """Remembers inquiries. Each method is one transaction.

    Writes carry a ``cause`` (e.g. ``"482:submit"``: the inbox row and the step). A cause that was applied
    before changes nothing and gives the stored result, so that an update handled twice has its effect once.
    ``notices`` become outbox rows and ``session`` is put in the same transaction.
    """

    async def add(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post],
        *,
        notices: Sequence[Notice],
        cause: str,
        session: Session | None = None,
    ) -> Inquiry:
        """Store a new inquiry. Raises ``CodeTaken``. Given an applied cause: the inquiry stored then."""
        ...

    async def save(
        self,
        inquiry: Inquiry,
        posts: Sequence[Post] = (),
        *,
        notices: Sequence[Notice] = (),
        cause: str,
        session: Session | None = None,
    ) -> Inquiry:
        """Store a changed inquiry and add posts (those with ``id`` 0) or replace them (by ``id``).

        A notice whose ``post_id`` is -1 - i points to the i-th of ``posts``. Raises ``InquiryNotFound``,
        ``Changed`` when ``inquiry.version`` is no longer the stored one. Gives the inquiry as stored.
        """
        ...

    async def applied(self, cause: str) -> str | None:
        """The code of the inquiry that this cause has already changed or made; None: not applied."""
        ...

    async def get(self, code: str) -> Thread:
        """The inquiry with its thread. Raises ``InquiryNotFound``."""
        ...

    async def of_message(self, ref: MessageRef) -> str | None:
        """The code of the thread that a message belongs to (a card, a copy of a post, or its source)."""
        ...

    async def post_at(self, source: MessageRef) -> tuple[str, Post] | None:
        """The post that was written at this message, with its inquiry's code."""
        ...

    async def of_topic(self, chat_id: int, topic_id: int) -> str | None:
        """The code of the inquiry that a forum topic shows."""
        ...

    async def set_topic(self, code: str, topic_id: int | None) -> None:
        """Note the forum topic that shows the inquiry. Raises ``InquiryNotFound``."""
        ...

    async def forget_topics(self) -> None:
        """The staff chat is another one: no inquiry has a topic there yet."""
        ...

    async def copies(self, code: str, post_id: int | None = None) -> Sequence[Copy]:
        """The messages that show the inquiry (its card: ``post_id`` 0) or one post; None: all of them."""
        ...

    async def forget_copies(self, refs: Sequence[MessageRef]) -> None:
        """Messages that no longer exist in Telegram (a deleted card or topic)."""
        ...

    async def list(
        self, wanted: InquiryFilter, *, order: Order = Order.NEWEST, limit: int = 10, offset: int = 0
    ) -> Sequence[Inquiry]:
        """A page of inquiries without their threads."""
        ...

    async def count(self, wanted: InquiryFilter) -> int:
        """How many inquiries there are."""
        ...

    def stream(self, wanted: InquiryFilter) -> AsyncIterator[Thread]:
        """All of them, oldest first, in bounded memory, as of the moment it starts."""
        ...
