"""Announcements: what admins do with them, from the first draft to taking copies back."""

import html
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from bot.domain.audit import AuditLog, Deed
from bot.domain.broadcasts import Audience, Broadcast, BroadcastStore, Kind, State, Version
from bot.domain.clock import Clock
from bot.domain.desk import Actor
from bot.domain.errors import Changed, InThePast, MixedAlbum, NothingWritten, TooLong, WrongState
from bot.domain.messages import Attachment, AttachmentKind, MessageRef
from bot.domain.people import require
from bot.domain.rights import Right
from bot.i18n.languages import Language

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 units after the markup is read (Bot API: sendMessage, sendPhoto)."""
MOST_IN_ALBUM = 10
_FAMILIES: Mapping[AttachmentKind, str] = {
    AttachmentKind.PHOTO: "visual",
    AttachmentKind.VIDEO: "visual",
    AttachmentKind.DOCUMENT: "document",
    AttachmentKind.AUDIO: "audio",
}
"""Kinds that can stand in one album together (Bot API: sendMediaGroup)."""
_SHAPES = ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M", "%H:%M")
_DIGITS = {ord(digit): str(number % 10) for number, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
"""Urdu and Arabic digits."""
_TAG = re.compile(r"<[^<>]*>")
_TRIES = 8

Rule = Callable[[Broadcast], Broadcast]


class Announcements:
    """The use cases. Each asks for the actor's right anew."""

    def __init__(
        self,
        *,
        broadcasts: BroadcastStore,
        clock: Clock,
        audit: AuditLog,
        approval_from: int,
        wake: Callable[[], None],
        tell_others: Callable[[Broadcast], Awaitable[None]] | None = None,
    ) -> None:
        """``approval_from``: recipients from which a second admin must agree; 0: never.

        ``tell_others`` asks the other admins to look at one that needs approval.
        """
        self._store = broadcasts
        self._clock = clock
        self._audit = audit
        self.approval_from = approval_from
        self._wake = wake
        self._tell_others = tell_others

    # ---- composing

    async def send_at_once(self, actor: Actor, fresh: Broadcast) -> Broadcast:
        """Store an announcement and let it go, without approval. Raises ``NobodyToReach``."""
        require(actor.role, Right.ANNOUNCE)
        launched = await self._store.launch(fresh, now=self._clock.now())
        await self._done(actor, launched, "launch")
        return launched

    async def draft(self, actor: Actor, *, cause: str, like: Broadcast | None = None) -> Broadcast:
        """Begin an announcement, empty or to change the copies of an earlier one."""
        require(actor.role, Right.ANNOUNCE)
        fresh = Broadcast(author_id=actor.person_id, author_name=actor.name, created_at=self._clock.now())
        if like is not None:
            fresh = replace(fresh, kind=Kind.EDIT, original=like.number, versions=like.versions)
        return await self._store.add(fresh, cause=cause)

    async def write(self, actor: Actor, number: int, language: Language, version: Version) -> Broadcast:
        """Set the version in one language. Raises ``TooLong``, ``MixedAlbum``, ``NothingWritten``."""
        check_version(version)
        return await self._edit(
            actor, number, lambda one: replace(one, versions={**one.versions, language: version})
        )

    async def unwrite(self, actor: Actor, number: int, language: Language) -> Broadcast:
        """Take a version away."""

        def without(one: Broadcast) -> Broadcast:
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
        now = self._clock.now()
        if not one.versions and one.kind is not Kind.DELETE:
            raise NothingWritten
        if one.starts_at is not None and one.starts_at <= now:
            raise InThePast
        one = replace(one, author_id=actor.person_id, author_name=actor.name, board=board)
        launched = await self._store.launch(one, now=now, approval_from=self.approval_from)
        await self._done(actor, launched, "launch")
        if launched.state is State.APPROVAL and self._tell_others:
            await self._tell_others(launched)
        return launched

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
        many = await self._store.resend(number, person_id)
        if many:
            await self._done(actor, await self._store.get(number), "resend")
        return many

    async def take_back(self, actor: Actor, number: int, *, cause: str, board: MessageRef) -> Broadcast:
        """Delete the copies, as a job. Raises ``WrongState`` when that is not possible (any more)."""
        original = await self._changeable(actor, number)
        draft = await self.draft(actor, cause=cause)
        if draft.state is not State.DRAFT:
            return draft
        job = replace(draft, kind=Kind.DELETE, original=original.number, board=board)
        launched = await self._store.launch(job, now=self._clock.now())
        await self._done(actor, launched, "take back")
        return launched

    async def correct(self, actor: Actor, number: int, *, cause: str) -> Broadcast:
        """Begin a correction of the copies: a draft with their words. Raises ``WrongState``."""
        return await self.draft(actor, cause=cause, like=await self._changeable(actor, number))

    async def _changeable(self, actor: Actor, number: int) -> Broadcast:
        require(actor.role, Right.ANNOUNCE)
        original = await self._store.get(number)
        if not original.changeable(self._clock.now()):
            raise WrongState(original.state.value)
        return original

    async def _steer(self, actor: Actor, number: int, step: str, rule: Rule) -> Broadcast:
        changed = await self._change(actor, number, rule)
        await self._done(actor, changed, step)
        return changed

    async def _done(self, actor: Actor, one: Broadcast, step: str) -> None:
        """Let the sender look, and note who did it; a step that is repeated after a crash is noted once."""
        self._wake()
        about = str(one.number)
        details: dict[str, str | int] = {"step": step, "people": one.counts.total}
        cause = f"announcement:{about}:{one.version}:{step}"
        await self._audit.note(Deed.ANNOUNCE, by=actor.person_id, about=about, details=details, cause=cause)

    async def _change(self, actor: Actor, number: int, rule: Rule) -> Broadcast:
        require(actor.role, Right.ANNOUNCE)
        for _ in range(_TRIES):
            try:
                changed = await self._store.save(rule(await self._store.get(number)))
            except Changed:
                continue
            self._wake()
            return changed
        raise Changed


def read_moment(text: str, zone: tzinfo, now: datetime) -> datetime:
    """A day and time of the House as an admin writes it: 2026-11-30 09:00, 30.11.2026 09:00, 09:00.

    A time alone is its next occurrence. Raises ``ValueError`` for anything else, ``InThePast``.
    """
    plain = " ".join(text.translate(_DIGITS).split())
    found = next((shape for shape in map(partial(_shaped, plain), _SHAPES) if shape), None)
    if found is None:
        raise ValueError("expected a day and a time, e.g. 2026-11-30 09:00")
    moment = found.replace(tzinfo=zone)
    if ":" in plain and len(plain) <= len("00:00"):
        today = now.astimezone(zone)
        moment = moment.replace(year=today.year, month=today.month, day=today.day)
        moment += timedelta(days=moment <= today)
    if moment <= now:
        raise InThePast
    return moment.astimezone(UTC)


def _shaped(text: str, shape: str) -> datetime | None:
    try:
        return datetime.strptime(text, shape)  # noqa: DTZ007 - the zone is the House's
    except ValueError:
        return None


def check_version(version: Version) -> None:
    """Raise ``TooLong``, ``MixedAlbum`` or ``NothingWritten`` when Telegram would not take it."""
    things = version.attachments
    if not things and not version.html.strip():
        raise NothingWritten
    limit = LONGEST_CAPTION if things else LONGEST_TEXT
    if shown_length(version.html) > limit:
        raise TooLong(limit)
    if len(things) > 1 and not _is_album(things):
        raise MixedAlbum


def shown_length(text: str) -> int:
    """UTF-16 units of Telegram-HTML as Telegram counts them: without the markup."""
    return len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def _is_album(things: tuple[Attachment, ...]) -> bool:
    families = {_FAMILIES.get(one.kind) for one in things}
    return len(families) == 1 and None not in families and len(things) <= MOST_IN_ALBUM
