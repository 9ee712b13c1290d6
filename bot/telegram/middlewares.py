"""Middlewares: who is calling, with which role and in which language; throttle; what to do with faults."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User

from bot.domain.clock import Clock
from bot.domain.desk import Actor
from bot.domain.errors import Refusal
from bot.domain.flood import Flood
from bot.domain.inbox import Item
from bot.domain.intake import MAX_ATTEMPTS, Postponed
from bot.domain.library import Library
from bot.domain.newest import Newest
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople, RememberedSessions
from bot.domain.rights import RIGHTS, Role
from bot.domain.staff_chat import StaffChat
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.telegram.callbacks import Draft, Fill, Mine, Own, read_staying
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafts import ASK
from bot.telegram.faults import PASSING, Fault, diagnose
from bot.telegram.reading import read_profile
from bot.telegram.screens import Screen
from bot.telegram.stage import Stage
from bot.telegram.states import ADD, CONFIRM, FORM, RATE
from bot.telegram.views import messages

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

_LOG = structlog.get_logger("telegram")
_LONGEST_REST = timedelta(seconds=30)
"""Between two tries of an update while Telegram cannot be reached."""
_REMEMBERED = 10_000
"""Updates that are remembered, so that memory is bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerParts:
    """What is needed to know who is calling."""

    people: RememberedPeople
    sessions: RememberedSessions
    catalogues: Catalogues
    library: Library
    clock: Clock
    staff_chat: StaffChat
    staff_language: Language
    owners: frozenset[int]


def role_of(person: Person, owners: frozenset[int], *, in_staff_chat: bool = False) -> Role:
    """The role that counts at this moment: owners by settings, staff by membership of the staff chat."""
    if person.id in owners:
        return Role.OWNER
    if in_staff_chat and not RIGHTS[Role.STAFF] <= RIGHTS[person.role]:
        # An editor at the desk keeps the right to change facts only outside of it.
        return Role.STAFF
    return person.role


class Caller(BaseMiddleware):
    """Adds person, role, actor, tr, content, dialogue and stage to what handlers may ask for."""

    def __init__(self, parts: CallerParts) -> None:
        self._parts = parts

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Look the caller up; updates without a person go on without one."""
        assert isinstance(event, Update)  # noqa: S101 - registered on updates only
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        item: Item = data["item"]
        bot: Bot = data["bot"]
        parts = self._parts
        in_staff_chat = chat is not None and await parts.staff_chat.is_at(chat.id)
        if user is None or (user.is_bot and not (in_staff_chat and _has_a_person_behind(event))):
            return None
        if chat and in_staff_chat:
            parts.staff_chat.has_topics = bool(chat.is_forum)
        now = parts.clock.now()
        person = await parts.people.meet(read_profile(user), now)
        chat_id = chat.id if chat else user.id
        role = role_of(person, parts.owners, in_staff_chat=in_staff_chat)
        session = await parts.sessions.get(chat_id, user.id)
        event, stays = _unwrapped(event)
        tap = event.callback_query
        data |= {
            "person": person,
            "role": role,
            "actor": Actor(person_id=person.id, name=person.profile.name, role=role),
            "tr": parts.catalogues[parts.staff_language if in_staff_chat else person.speaks],
            "content": parts.library.content,
            "in_staff_chat": in_staff_chat,
            "dialogue": Dialogue(parts.sessions, session, cause=item.id, now=now),
            "stage": Stage(bot, chat_id=chat_id, thread_id=_topic_of(event), tap=tap, stays=stays),
        }
        result = await handler(event, data)
        await data["stage"].toast()  # no tap is left without an answer, whatever its handler does
        return result


def _unwrapped(update: Update) -> tuple[Update, bool]:
    """The update as handlers read it, and whether the tapped message is a letter."""
    tap = update.callback_query
    if tap is None or tap.data is None:
        return update, False
    data, stays = read_staying(tap.data)
    if not stays:
        return update, False
    return update.model_copy(update={"callback_query": tap.model_copy(update={"data": data})}), True


def _has_a_person_behind(update: Update) -> bool:
    """Whether somebody writes in the name of the group (an anonymous administrator) or of a channel."""
    message = update.message or update.edited_message
    return bool(message and message.sender_chat)


def _topic_of(update: Update) -> int | None:
    message = update.message or (update.callback_query and update.callback_query.message)
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


class Mishaps(BaseMiddleware):
    """Turns refusals into words and faults into a later try; the person always gets an answer."""

    def __init__(self, people: RememberedPeople) -> None:
        self._people = people
        self._rests: Newest[int, int] = Newest(_REMEMBERED)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle, and act on what goes wrong."""
        stage: Stage | None = data.get("stage")
        tr: Translator | None = data.get("tr")
        try:
            return await handler(event, data)
        except Refusal as refusal:
            if stage and tr:
                await self._refuse(stage, tr, refusal, event, data)
        except AiogramError as error:
            await self._telegram_fault(error, data)
        except Postponed:
            raise
        except Exception:
            item: Item = data["item"]
            if item.attempts == MAX_ATTEMPTS and stage and tr and not data.get("in_staff_chat"):
                await _quietly(stage.toast())
                await _quietly(stage.say(messages.apology(tr)))
            raise
        return None

    async def _refuse(
        self, stage: Stage, tr: Translator, refusal: Refusal, event: TelegramObject, data: dict[str, Any]
    ) -> None:
        if isinstance(event, Update) and isinstance(event.callback_query, CallbackQuery):
            await stage.toast(unescape(messages.refusal(tr, refusal)), alert=True)
        elif data.get("in_staff_chat"):
            await stage.hint(
                Screen(text=tr.finish(messages.refusal(tr, refusal))), reply_to=_message_id(event)
            )
        else:
            await stage.say(messages.refused(tr, refusal))

    async def _telegram_fault(self, error: AiogramError, data: dict[str, Any]) -> None:
        diagnosis = diagnose(error)
        if diagnosis.fault in PASSING:
            raise Postponed(max(diagnosis.wait, self._rest(data["item"])), diagnosis.reason) from None
        if diagnosis.fault in (Fault.UNCHANGED, Fault.TOO_LATE):
            return
        method = type(getattr(error, "method", None)).__name__
        _LOG.warning("telegram refused", method=method, reason=diagnosis.reason, fault=diagnosis.fault.value)
        if diagnosis.fault is Fault.UNREACHABLE:
            person: Person = data["person"]
            await self._people.set_reachable(person.id, reachable=False)
        elif diagnosis.fault not in (Fault.EXPELLED, Fault.NO_CHAT) and not data.get("in_staff_chat"):
            await _quietly(data["stage"].say(messages.apology(data["tr"])))

    def _rest(self, item: Item) -> timedelta:
        """How long an update rests before it is tried again: doubling with each time."""
        times = self._rests[item.id] = self._rests.get(item.id, 0) + 1
        return min(timedelta(seconds=2 ** min(times, 10) / 2), _LONGEST_REST)


def _message_id(event: TelegramObject) -> int | None:
    """The message that is being handled."""
    return event.message.message_id if isinstance(event, Update) and event.message else None


async def _quietly(sending: Awaitable[Any]) -> None:
    """Try to apologise; when that fails too, there is nobody left to tell."""
    try:
        await sending
    except AiogramError as error:
        _LOG.warning("apology not delivered", reason=diagnose(error).reason)


_STEP_STATES = frozenset({ASK, CONFIRM, FORM, ADD, RATE})
"""Dialogues of an inquiry: what is written in them belongs to it."""
_STEP_TAPS = tuple(f"{one.__prefix__}:" for one in (Draft, Fill, Mine))


def _is_step(update: Update, dialogue: Dialogue) -> bool:
    """Whether an update belongs to an inquiry already begun: a change, an answer, a part, its buttons."""
    if update.callback_query:
        return (update.callback_query.data or "").startswith(_STEP_TAPS)
    message = update.message
    if message is None:
        return update.edited_message is not None
    if (message.text or "").startswith("/"):
        return False
    return dialogue.state in _STEP_STATES or bool(dialogue.session.thread or message.reply_to_message)


class Throttle(BaseMiddleware):
    """Flood control: above the limit a visitor is asked once to slow down, then passed over in silence.

    The steps of an inquiry already begun have a far higher limit, and an album counts as one message.
    What was let pass once is let pass however often it is handled again.
    """

    def __init__(self, flood: Flood) -> None:
        self._flood = flood
        self._passed: Newest[int, None] = Newest(_REMEMBERED)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Count, and let pass or not."""
        assert isinstance(event, Update)  # noqa: S101 - registered on updates only
        person: Person | None = data.get("person")
        if person is None or data["role"] is not Role.VISITOR or self._passes(person, event, data):
            return await handler(event, data)
        stage: Stage = data["stage"]
        await stage.toast()
        if self._flood.warns(person.id):
            await stage.say(messages.slow_down(data["tr"]))
        return None

    def _passes(self, person: Person, update: Update, data: dict[str, Any]) -> bool:
        item: Item = data["item"]
        if item.id in self._passed:
            return True
        is_step = person.banned is None and _is_step(update, data["dialogue"])
        album = update.message.media_group_id if update.message else None
        if not self._flood.allows(person.id, is_step=is_step, album=album or ""):
            return False
        self._passed[item.id] = None
        return True


_EVEN_IF_BANNED = ("/privacy", "/mydata", "/forget")
"""What everybody may do, whatever they did: it is about their own data."""


def _is_about_own_data(event: TelegramObject) -> bool:
    assert isinstance(event, Update)  # noqa: S101 - registered on updates only
    if event.callback_query:
        return (event.callback_query.data or "").startswith(f"{Own.__prefix__}:")
    text = event.message.text if event.message else None
    return bool(text) and str(text).partition(" ")[0].partition("@")[0] in _EVEN_IF_BANNED


class Bouncer(BaseMiddleware):
    """Keeps banned people out: each message gets the reason; only their own data stays theirs to ask for."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Let everybody pass who is not banned; floods never come here."""
        person: Person | None = data.get("person")
        if person is None or person.banned is None or data["role"] is not Role.VISITOR:
            return await handler(event, data)
        if _is_about_own_data(event):
            return await handler(event, data)
        stage: Stage = data["stage"]
        await stage.toast()
        await stage.say(messages.banned(data["tr"], person.banned))
        return None
