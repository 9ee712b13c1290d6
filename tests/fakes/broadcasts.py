"""Announcements in memory."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.aftermath import nothing_follows
from bot.domain.broadcasts import CHANGEABLE, Audience, Broadcast, Follows, Kind, State
from bot.domain.errors import BroadcastNotFound, Changed, NobodyToReach, WrongState
from bot.domain.messages import MessageRef
from bot.domain.people import Person
from bot.domain.recipients import Counts, Line, Recipient, Result, Settled, Tally
from bot.i18n.languages import Language
from tests.fakes.audit import FakeAudit
from tests.fakes.inquiries import FakeInquiries
from tests.fakes.people import FakePeople


@dataclass(slots=True, kw_only=True)
class Row:
    """One recipient."""

    person_id: int
    language: Language
    result: Result = Result.WAITING
    part: int = 0
    attempts: int = 0
    retry_at: datetime | None = None
    owner: str = ""
    held_until: datetime | None = None
    message_ids: tuple[int, ...] = ()
    reason: str = ""
    settled_at: datetime | None = None
    unsubscribed_at: datetime | None = None


@dataclass(slots=True)
class Stored:
    """An announcement with its recipients."""

    broadcast: Broadcast
    rows: dict[int, Row] = field(default_factory=dict)
    drawn_at: datetime | None = None


class FakeBroadcasts:
    """Implements ``bot.domain.broadcasts.BroadcastStore`` beside fake people and inquiries."""

    def __init__(self, people: FakePeople, inquiries: FakeInquiries, audit: FakeAudit | None = None) -> None:
        """What follows from changes goes to ``audit`` and to the outbox of ``inquiries``."""
        self._people = people
        self._audit = audit
        self._inquiries = inquiries
        self.stored: dict[int, Stored] = {}
        self._causes: dict[str, int] = {}
        self._seen: dict[str, datetime] = {}
        self._last = 0

    async def add(self, broadcast: Broadcast, *, cause: str) -> Broadcast:
        """Store a draft; the same cause again gives the one that is stored."""
        if cause not in self._causes:
            self._causes[cause] = self._insert(broadcast).number
        return await self.get(self._causes[cause])

    async def get(self, number: int) -> Broadcast:
        """The announcement. Raises ``BroadcastNotFound``."""
        return self._shown(self._known(number))

    async def recent(self, *, limit: int = 10, before: int = 0) -> Sequence[Broadcast]:
        """The newest ones, drafts included; with ``before`` those with a smaller number."""
        stored = sorted(self.stored.items(), reverse=True)
        return [self._shown(one) for number, one in stored if not before or number < before][:limit]

    async def save(self, broadcast: Broadcast, *, follows: Follows = nothing_follows) -> Broadcast:
        """Replace all but the counts. Raises ``Changed``."""
        known = self._known(broadcast.number)
        if known.broadcast.version != broadcast.version:
            raise Changed
        known.broadcast = replace(broadcast, version=broadcast.version + 1)
        aftermath = follows(self._shown(known))
        self._inquiries.outbox.owe(aftermath.notices)
        if aftermath.remark:
            assert self._audit is not None, "these announcements were given no audit log"
            self._audit.add(aftermath.remark)
        return self._shown(known)

    async def discard(self, number: int) -> None:
        """Forget a draft; anything else stays."""
        if number in self.stored and self.stored[number].broadcast.state is State.DRAFT:
            del self.stored[number]

    async def count(self, audience: Audience, now: datetime) -> Mapping[Language, int]:
        """How many would get it at this moment, by the language they read."""
        return Counter(one.speaks for one in self._audience(audience, now))

    async def launch(
        self,
        broadcast: Broadcast,
        *,
        now: datetime,
        approval_from: int = 0,
        follows: Follows = nothing_follows,
    ) -> Broadcast:
        """Fix the audience and let a draft go."""
        if broadcast.number and self._known(broadcast.number).broadcast.version != broadcast.version:
            raise Changed
        rows = self._rows(broadcast, now)
        if not rows:
            raise NobodyToReach
        stored = broadcast if broadcast.number else self._insert(broadcast)
        self.stored[stored.number].rows = rows
        counted = replace(stored, counts=Counts(total=len(rows)))
        return await self.save(counted.launched(now, approval_from=approval_from), follows=follows)

    def _rows(self, broadcast: Broadcast, now: datetime) -> dict[int, Row]:
        if broadcast.original is None:
            chosen = sorted(self._audience(broadcast.audience, now), key=lambda one: one.id)
            return {one.id: Row(person_id=one.id, language=one.speaks) for one in chosen}
        return {
            row.person_id: Row(person_id=row.person_id, language=row.language, message_ids=row.message_ids)
            for row in self._known(broadcast.original).rows.values()
            if row.message_ids
            and (row.settled_at is None or row.settled_at > now - CHANGEABLE)
            and row.language in (broadcast.audience.languages or Language)
        }

    async def resend(
        self, number: int, person_id: int | None = None, *, follows: Follows = nothing_follows
    ) -> int:
        """Put those in doubt (or one of them) back into the line."""
        known = self._known(number)
        if known.broadcast.state is State.CANCELLED:
            raise WrongState(known.broadcast.state.value)
        chosen = [
            row
            for row in known.rows.values()
            if row.result is Result.IN_DOUBT and person_id in (None, row.person_id)
        ]
        for row in chosen:
            row.result, row.reason, row.owner = Result.WAITING, "", ""
            row.retry_at = row.settled_at = None
        if chosen:
            one = known.broadcast
            done = one.state is State.DONE
            again = replace(one, state=State.RUNNING, ended_at=None, reported=False) if done else replace(one)
            await self.save(again, follows=follows)
        return len(chosen)

    async def left(self, person_id: int, now: datetime, *, number: int = 0) -> None:
        """A person who got it unsubscribes."""
        for known in self.stored.values():
            meant = known.broadcast.number == number if number else known.broadcast.ended_at is None
            row = known.rows.get(person_id)
            if meant and row and row.result is Result.SENT and row.unsubscribed_at is None:
                row.unsubscribed_at = now

    async def lines(
        self, number: int, *, after: int | None = None, limit: int = 1000, only: Result | None = None
    ) -> Sequence[Line]:
        """Recipients above a person id, in order."""
        rows = self.stored[number].rows.values() if number in self.stored else ()
        return [
            Line(
                person_id=row.person_id,
                language=row.language,
                result=row.result,
                reason=row.reason,
                message_ids=row.message_ids,
                settled_at=row.settled_at,
                unsubscribed_at=row.unsubscribed_at,
            )
            for row in rows
            if (after is None or row.person_id > after) and only in (None, row.result)
        ][:limit]

    async def tallies(self, number: int) -> Sequence[Tally]:
        """How many recipients met which end, and why: the largest groups first."""
        rows = self.stored[number].rows.values() if number in self.stored else ()
        many = Counter((row.language, row.result, row.reason) for row in rows)
        return [
            Tally(language=language, result=result, reason=reason, many=count)
            for (language, result, reason), count in sorted(many.items(), key=lambda one: (-one[1], one[0]))
        ]

    async def active(self) -> Sequence[Broadcast]:
        """Scheduled and running ones, the oldest first."""
        states = (State.SCHEDULED, State.RUNNING)
        return [self._shown(one) for one in self.stored.values() if one.broadcast.state in states]

    async def claim(
        self, broadcast: Broadcast, owner: str, *, limit: int, lease: timedelta, now: datetime
    ) -> Sequence[Recipient]:
        """Mark recipients as being sent and give them."""
        known = self._known(broadcast.number)
        if known.broadcast.state is not State.RUNNING:
            return []
        claimed: list[Row] = []
        for row in self._in_line(known, now):
            if len(claimed) >= limit:
                break
            if broadcast.kind is Kind.SEND and not row.part and not self._stays(row, broadcast.audience):
                row.result, row.settled_at = Result.SKIPPED, now
                continue
            row.result, row.owner, row.held_until = Result.SENDING, owner, now + lease
            row.attempts += 1
            claimed.append(row)
        return [
            Recipient(
                person_id=row.person_id,
                language=row.language,
                part=row.part,
                attempts=row.attempts,
                message_ids=row.message_ids,
            )
            for row in claimed
        ]

    def _in_line(self, known: Stored, now: datetime) -> Iterator[Row]:
        for row in known.rows.values():
            far = now + timedelta(minutes=10)
            due = row.retry_at is None or row.retry_at <= now or row.retry_at > far
            if row.result is Result.WAITING and due:
                yield row

    def _stays(self, row: Row, audience: Audience) -> bool:
        person = self._people.people.get(row.person_id)
        return person is not None and _subscribed(person, audience)

    async def settle(self, number: int, owner: str, results: Sequence[Settled], now: datetime) -> Counts:
        """Store what became of recipients that ``owner`` claimed."""
        known = self._known(number)
        for one in results:
            row = known.rows[one.person_id]
            if row.owner != owner or row.result not in (Result.SENDING, Result.IN_DOUBT):
                continue
            row.result, row.reason, row.message_ids = one.result, one.reason, one.message_ids
            row.part, row.retry_at, row.held_until = one.part, one.retry_at, None
            row.settled_at = None if one.result is Result.WAITING else now
            row.owner = owner if one.result is Result.IN_DOUBT else ""
            if one.result is Result.BLOCKED:
                await self._people.set_reachable(one.person_id, reachable=False)
        return self._shown(known).counts

    async def recover(self, now: datetime, *, owner: str = "") -> int:
        """Put into doubt what a lapsed lease, or ``owner`` in an earlier life, left as being sent."""
        doubtful = 0
        for known in self.stored.values():
            for row in known.rows.values():
                far = now + timedelta(minutes=10)
                lapsed = row.held_until is not None and not now < row.held_until <= far
                if row.result is Result.SENDING and (lapsed or row.owner == owner):
                    row.held_until = None
                    again = known.broadcast.kind is not Kind.SEND
                    row.result = Result.WAITING if again else Result.IN_DOUBT
                    row.settled_at = None if again else now
                    doubtful += not again
        return doubtful

    async def finish(self, number: int, now: datetime) -> bool:
        """End a running announcement that nobody waits for any more."""
        known = self._known(number)
        unsettled = (Result.WAITING, Result.SENDING)
        if known.broadcast.state is not State.RUNNING or any(
            row.result in unsettled for row in known.rows.values()
        ):
            return False
        await self.save(replace(known.broadcast, state=State.DONE, ended_at=now))
        return True

    async def present(self, owner: str, *, within: timedelta, now: datetime) -> int:
        """Note that this process sends."""
        self._seen[owner] = now
        return sum(now - within < seen < now + within for seen in self._seen.values())

    async def absent(self, owner: str) -> None:
        """This process does not send any more."""
        self._seen.pop(owner, None)

    async def board_at(self, ref: MessageRef) -> int | None:
        """The announcement whose progress this message shows."""
        shown = [one.broadcast for one in self.stored.values() if one.broadcast.board == ref]
        return next((one.number for one in shown if not one.reported), None)

    async def boards(self, *, every: timedelta, now: datetime) -> Sequence[Broadcast]:
        """Those whose progress is due to be drawn, or whose report is due."""
        due = []
        for known in self.stored.values():
            one, drawn = known.broadcast, known.drawn_at
            late = drawn is None or drawn <= now - every or drawn > now
            if one.board and one.state is not State.DRAFT and not one.reported and late:
                known.drawn_at = now
                due.append(self._shown(known))
        return due

    # ---- shared

    def _insert(self, broadcast: Broadcast) -> Broadcast:
        self._last += 1
        stored = replace(broadcast, number=self._last, version=1)
        self.stored[self._last] = Stored(stored)
        return stored

    def _known(self, number: int) -> Stored:
        if number not in self.stored:
            raise BroadcastNotFound(number)
        return self.stored[number]

    def _shown(self, known: Stored) -> Broadcast:
        many = Counter(row.result for row in known.rows.values())
        counts = Counts(
            total=len(known.rows),
            sent=many[Result.SENT],
            blocked=many[Result.BLOCKED],
            failed=many[Result.FAILED],
            in_doubt=many[Result.IN_DOUBT],
            skipped=many[Result.SKIPPED],
            unsubscribed=sum(row.unsubscribed_at is not None for row in known.rows.values()),
        )
        return replace(known.broadcast, counts=counts)

    def _audience(self, audience: Audience, now: datetime) -> list[Person]:
        active: Callable[[Person], bool] = lambda one: (  # noqa: E731 - two conditions with one name each
            not audience.active_days or one.last_seen >= now - timedelta(days=audience.active_days)
        )
        return [
            one
            for one in self._people.people.values()
            if _subscribed(one, audience)
            and (not audience.languages or one.speaks in audience.languages)
            and (not audience.asked or self._asked(one.id) & audience.asked)
            and active(one)
        ]

    def _asked(self, person_id: int) -> set[str]:
        inquiries = [thread.inquiry for thread in self._inquiries.threads.values()]
        return {one.section for one in inquiries if one.person_id == person_id and one.erased_at is None}


def _subscribed(person: Person, audience: Audience) -> bool:
    topics = person.topics & audience.topics if audience.topics else person.topics
    return bool(topics) and person.reachable and person.banned is None
