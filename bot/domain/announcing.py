"""Announcements: what admins do with them, from the first draft to taking copies back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.aftermath import Aftermath, Remark, nothing_follows
from bot.domain.audit import Deed
from bot.domain.broadcasts import (
    Audience,
    Broadcast,
    BroadcastStore,
    Follows,
    Kind,
    State,
    Version,
)
from bot.domain.clock import Clock
from bot.domain.delivery import Notice
from bot.domain.desk import Actor
from bot.domain.errors import (
    Changed,
    InThePast,
    NothingWritten,
    WrongState,
)
from bot.domain.messages import MessageRef
from bot.domain.people import require
from bot.domain.rights import Right
from bot.domain.versions import changed_for, check_version, corrected
from bot.i18n.languages import Language

_TRIES = 8

Rule = Callable[[Broadcast], Broadcast]
AskOthers = Callable[[Broadcast], Awaitable[Sequence[Notice]]]
"""What to write to whom, so that a second admin looks at an announcement."""


class Announcements:
    """The use cases. Each asks for the actor's right anew."""

    def __init__(
        self,
        *,
        broadcasts: BroadcastStore,
        clock: Clock,
        approval_from: int,
        wake: Callable[[], None],
        ask_others: AskOthers | None = None,
    ) -> None:
        """``approval_from``: recipients from which a second admin must agree; 0: never.

        ``wake``: something is to be sent, or owed; ``ask_others`` writes to the other admins when one needs
        approval.
        """
        self._store = broadcasts
        self._clock = clock
        self.approval_from = approval_from
        self._wake = wake
        self._ask_others = ask_others

    # ---- composing

    async def send_at_once(self, actor: Actor, fresh: Broadcast) -> Broadcast:
        """Store an announcement and let it go, without approval. Raises ``NobodyToReach``."""
        require(actor.role, Right.ANNOUNCE)
        return await self._launch(fresh, _noted(actor, "launch"))

    async def draft(self, actor: Actor, *, cause: str, like: Broadcast | None = None) -> Broadcast:
        """Begin an announcement, empty or to change the copies of an earlier one."""
        require(actor.role, Right.ANNOUNCE)
        fresh = Broadcast(author_id=actor.person_id, author_name=actor.name, created_at=self._clock.now())
        if like is not None:
            fresh = replace(fresh, kind=Kind.EDIT, original=like.number, versions=like.versions)
        return await self._store.add(fresh, cause=cause)

    async def write(self, actor: Actor, number: int, language: Language, version: Version) -> Broadcast:
        """Set the version in one language; in a correction its words.

        Raises ``TooLong``, ``MixedAlbum``, ``NothingWritten``, ``OnlyWords``, ``NoWords``.
        """
        one = await self.find(actor, number)
        if one.original is not None:
            version = corrected(await self._store.get(one.original), language, version)
        check_version(version, language)
        return await self._edit(
            actor, number, lambda one: replace(one, versions={**one.versions, language: version})
        )

    async def unwrite(self, actor: Actor, number: int, language: Language) -> Broadcast:
        """Take a version away. Raises ``WrongState`` for a correction: the copies are there."""

        def without(one: Broadcast) -> Broadcast:
            if one.original is not None:
                raise WrongState(one.kind.value)
            kept = {code: version for code, version in one.versions.items() if code is not language}
            return replace(one, versions=kept)

        return await self._edit(actor, number, without)

    async def narrow(self, actor: Actor, number: int, audience: Audience) -> Broadcast:
        """Choose the audience."""
        return await self._edit(actor, number, lambda one: replace(one, audience=audience))

    async def schedule(self, actor: Actor, number: int, starts_at: datetime | None) -> Broadcast:
        """Choose when it starts; None: at once. Raises ``InThePast``."""
        if starts_at is not None and starts_at <= self._clock.now():
            raise InThePast
        return await self._edit(actor, number, lambda one: replace(one, starts_at=starts_at))

    async def keep_quiet(self, actor: Actor, number: int, *, quiet: bool) -> Broadcast:
        """Choose whether it rests in the quiet hours."""
        return await self._edit(actor, number, lambda one: replace(one, keeps_quiet=quiet))

    async def count(self, audience: Audience) -> Mapping[Language, int]:
        """How many would get it now, by the language they read."""
        return await self._store.count(audience, self._clock.now())

    async def find(self, actor: Actor, number: int) -> Broadcast:
        """The announcement. Raises ``BroadcastNotFound``."""
        require(actor.role, Right.ANNOUNCE)
        return await self._store.get(number)

    async def discard(self, actor: Actor, number: int) -> None:
        """Throw a draft away."""
        require(actor.role, Right.ANNOUNCE)
        await self._store.discard(number)

    async def _edit(self, actor: Actor, number: int, rule: Rule) -> Broadcast:
        def draft_only(one: Broadcast) -> Broadcast:
            if one.state is not State.DRAFT:
                raise WrongState(one.state.value)
            return rule(one)

        return await self._change(actor, number, draft_only)

    # ---- steering

    async def launch(self, actor: Actor, number: int, *, board: MessageRef | None = None) -> Broadcast:
        """Fix the audience and let it go; one that went already is given as it is.

        Raises ``NothingWritten``, ``NobodyToReach``, ``InThePast``.
        """
        require(actor.role, Right.ANNOUNCE)
        one = await self._store.get(number)
        if one.state is not State.DRAFT:
            return one
        if not one.versions and one.kind is not Kind.DELETE:
            raise NothingWritten
        if one.starts_at is not None and one.starts_at <= self._clock.now():
            raise InThePast
        if one.original is not None:
            original = await self._store.get(one.original)
            one = replace(one, audience=Audience(languages=changed_for(original, one)))
        one = replace(one, author_id=actor.person_id, author_name=actor.name, board=board)
        others = await self._ask_others(one) if self._ask_others else ()
        follows = _noted(actor, "launch", asked=others)
        return await self._launch(one, follows, approval_from=self.approval_from)

    async def approve(self, actor: Actor, number: int) -> Broadcast:
        """A second admin agrees. Raises ``OwnAnnouncement``, ``WrongState``."""
        now = self._clock.now()
        return await self._steer(actor, number, "approve", lambda one: one.approved(actor.person_id, now))

    async def pause(self, actor: Actor, number: int) -> Broadcast:
        """Rest. Raises ``WrongState``."""
        return await self._steer(actor, number, "pause", lambda one: one.paused("admin"))

    async def resume(self, actor: Actor, number: int) -> Broadcast:
        """Go on. Raises ``WrongState``."""
        now = self._clock.now()
        return await self._steer(actor, number, "resume", lambda one: one.resumed(now))

    async def cancel(self, actor: Actor, number: int) -> Broadcast:
        """End it; who has not got it will not. Raises ``WrongState``."""
        now = self._clock.now()
        return await self._steer(actor, number, "cancel", lambda one: one.cancelled(now))

    async def watch(self, actor: Actor, number: int, board: MessageRef) -> Broadcast:
        """Show the progress in this message from now on."""
        return await self._change(actor, number, lambda one: replace(one, board=board))

    async def resend(self, actor: Actor, number: int, person_id: int | None = None) -> int:
        """Send again to those in doubt, or to one of them; gives to how many."""
        require(actor.role, Right.ANNOUNCE)
        many = await self._store.resend(number, person_id, follows=_noted(actor, "resend"))
        self._wake()
        return many

    async def take_back(self, actor: Actor, number: int, *, cause: str, board: MessageRef) -> Broadcast:
        """Delete the copies, as a job. Raises ``WrongState`` when that is not possible (any more)."""
        original = await self._changeable(actor, number)
        draft = await self.draft(actor, cause=cause)
        if draft.state is not State.DRAFT:
            return draft
        job = replace(draft, kind=Kind.DELETE, original=original.number, board=board)
        return await self._launch(job, _noted(actor, "take back"))

    async def correct(self, actor: Actor, number: int, *, cause: str) -> Broadcast:
        """Begin a correction of the copies: a draft with their words. Raises ``WrongState``."""
        return await self.draft(actor, cause=cause, like=await self._changeable(actor, number))

    async def _changeable(self, actor: Actor, number: int) -> Broadcast:
        require(actor.role, Right.ANNOUNCE)
        original = await self._store.get(number)
        if not original.changeable(self._clock.now()):
            raise WrongState(original.state.value)
        return original

    async def _launch(self, one: Broadcast, follows: Follows, *, approval_from: int = 0) -> Broadcast:
        launched = await self._store.launch(
            one, now=self._clock.now(), approval_from=approval_from, follows=follows
        )
        self._wake()
        return launched

    async def _steer(self, actor: Actor, number: int, step: str, rule: Rule) -> Broadcast:
        return await self._change(actor, number, rule, follows=_noted(actor, step))

    async def _change(
        self, actor: Actor, number: int, rule: Rule, *, follows: Follows = nothing_follows
    ) -> Broadcast:
        require(actor.role, Right.ANNOUNCE)
        for _ in range(_TRIES):
            try:
                changed = await self._store.save(rule(await self._store.get(number)), follows=follows)
            except Changed:
                continue
            self._wake()
            return changed
        raise Changed


def _noted(actor: Actor, step: str, *, asked: Sequence[Notice] = ()) -> Follows:
    """Who did it is noted, and who is asked for approval hears it, together with the step itself."""

    def follows(one: Broadcast) -> Aftermath:
        remark = Remark(
            deed=Deed.ANNOUNCE,
            by=actor.person_id,
            about=str(one.number),
            details={"step": step, "people": one.counts.total},
            cause=f"announcement:{one.number}:{one.version}:{step}",
        )
        return Aftermath(remark=remark, notices=asked if one.state is State.APPROVAL else ())

    return follows
